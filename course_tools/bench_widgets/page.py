"""docs/benchmarks-widgets.md, from what was measured."""

from __future__ import annotations

from course_tools.bench.page import table
from course_tools.bench_widgets.results import Comparison, Report, Side, Target, others, targets

HEAD = """\
# Benchmarks: live figures in the browser

Made by `make bench-widgets`: a real JupyterLab as `make lab` starts it, a real kernel, Debian's Chromium, real input
events. Three figures stand in one notebook and show the same picture, with as many pixels: contour lines, paths of 200
steps and loss curves, against the learning rate. *Ours* is a live figure of the course. *`interact`* is
`ipywidgets.interact` with an inline image. *JavaScript only* is our picture and our painter, but slider and optimizers
in the page: what no figure with a kernel can surpass; its pixels are compared with ours first.

- **Slider to pixels**: an arrow key on the slider. From the time that the browser gives the event, to the end of the
  rendering step of the animation frame that holds the picture *of the new value* (an image must be decoded before).
  The figures take turns, ten presses each; between presses there is a pause without a fixed phase.
- **Drag**: the mouse moves the handle back and forth, 60 events a second, sent whether or not the page keeps up.
  Counted are pictures that differ from the one before. The lag is from the release to the last picture.
- **Stall**: a task of the page's main thread, as the browser reports it (from 50 ms on).
"""


def page(report: Report) -> str:
    """The whole page as Markdown."""
    parts = [HEAD, table(("machine", ""), report.machine)]
    for comparison in report.comparisons:
        parts += [f"## {comparison.picture}", figures(comparison), asked(targets(comparison))]
    parts += ["## The map, ten figures, memory"]
    if report.map.reason:
        parts.append(f"The stability map of 40,000 runs was not measured: {report.map.reason}.")
    parts.append(asked(others(report)))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def figures(comparison: Comparison) -> str:
    """The three figures beside each other."""
    header = ("figure", "slider to pixels, median", "95th percentile", "presses", "drag, pictures a second", "lag")
    return table(header, (row(name, side) for name, side in comparison.sides.items()))


def row(name: str, side: Side) -> tuple[str, ...]:
    """One figure."""
    rates = [drag.rate for drag in side.drags]
    return (
        name,
        f"**{side.median:.0f} ms**",
        f"{side.p95:.0f} ms",
        str(len(side.moves)),
        f"**{side.rate:.1f}** ({min(rates):.1f}–{max(rates):.1f})",
        f"{side.lag:.0f} ms",
    )


def asked(goals: list[Target]) -> str:
    """Targets and verdicts."""
    header = ("what", "measured", "asked", "aim", "reached")
    return table(header, ((t.what, number(t.value, t), goal(t.limit, t), goal(t.aim, t), t.reached) for t in goals))


def goal(value: float | None, target: Target) -> str:
    """A limit with its direction."""
    return "" if value is None else f"{'≤' if target.most else '≥'} {number(value, target)}"


def number(value: float, target: Target) -> str:
    """Three digits and the unit.

    >>> number(0.16666, Target("", 0, 0)), number(83.25, Target("", 0, 0, unit="ms")), number(1234, Target("", 0, 0))
    ('0.167', '83.2 ms', '1234')
    """
    text = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{text} {target.unit}".strip()
