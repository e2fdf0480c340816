"""docs/benchmarks.md, from what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from course_tools.bench.catalogue import FLOAT32, FLOAT64, Workload
from course_tools.bench.measure import Timing


@dataclass(frozen=True)
class Result:
    """A workload, measured; ``difference`` is the largest there was between the two sides."""

    workload: Workload
    timing: Timing
    difference: float


@dataclass(frozen=True)
class Limit:
    """A single number that is to stay below another."""

    what: str
    value: float
    target: float
    unit: str


HEAD = f"""\
# Benchmarks: course_utils against PyTorch

Made by `make bench`. Both sides run in one process, on one core and one thread, on the same numbers. First outputs,
losses and all gradients are compared (largest difference at most {FLOAT32:g} of the largest entry in float32,
{FLOAT64:g} in float64); a workload whose sides differ is refused. Then samples of at least 5 ms are taken in turn,
each side first as often as the other. Times are medians of processor time; the ratio is the median of the ratios of
neighboring samples, with its quartiles. Below 1 means that `course_utils` is faster. Unless said otherwise a workload
is one training step in float32: forward, loss, backward, Adam.
"""


FLOORS = """\
Rows that begin with “floor” do not time the library but the least that NumPy can do here, in throw-away kernels that
are written for speed alone: the matrix products of a step with nothing between them, or Adam's textbook form as 14
calls on aligned blocks that stay in the cache. A target below its floor cannot be reached by NumPy on this machine,
however the library is written; what lies between a floor and the library is the price of code that one can read.
"""


def page(
    machine: Iterable[tuple[str, str]], results: Sequence[Result], limits: Sequence[Limit], image: str, alt: str
) -> str:
    """The whole page as Markdown; ``image`` is the path of the plot from docs/."""
    parts = [
        HEAD,
        table(("machine", ""), machine),
        "## Time",
        table(
            ("workload", "PyTorch's", "ours", "PyTorch", "ratio (quartiles)", "target", "reached", "difference"),
            map(row, results),
        ),
        FLOORS,
        "## Memory and import",
        table(("what", "measured", "at most", "reached"), map(limit_row, limits)),
        "## Cost against size",
        f"![{alt}]({image})",
        alt,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def row(result: Result) -> tuple[str, ...]:
    """One line of the table of times."""
    timing, target = result.timing, result.workload.target
    low, high = timing.quartiles
    return (
        result.workload.name,
        result.workload.against,
        seconds(timing.ours),
        seconds(timing.theirs),
        f"**{timing.ratio:.3f}** ({low:.3f}–{high:.3f})",
        "" if target is None else f"≤ {target:.3g}",
        verdict(timing.ratio, target),
        f"{result.difference:.0e}",
    )


def limit_row(limit: Limit) -> tuple[str, ...]:
    """One line of the table of limits."""
    return (
        limit.what,
        f"{limit.value:.3g} {limit.unit}",
        f"{limit.target:.3g} {limit.unit}",
        verdict(limit.value, limit.target),
    )


def verdict(value: float, target: float | None) -> str:
    """Whether the target is reached, in words."""
    if target is None:
        return "for comparison"
    return "yes" if value <= target else "**no**"


def seconds(value: float) -> str:
    """A time with a fitting unit.

    >>> seconds(0.000123), seconds(0.0123), seconds(1.23)
    ('123 µs', '12.3 ms', '1.23 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value * 1e6:.3g} µs"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
