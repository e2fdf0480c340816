"""Pictures of traces and objectives, in the course's one visual identity.

Functions draw on an Axes that you pass and return it; :func:`figure` makes the Axes and :func:`show` closes a cell with
a picture that carries its description. The colors are those of Okabe and Ito, which stay apart for color-blind
readers; line styles and labels at the lines tell the same without color.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import cycle
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from numpy.typing import ArrayLike

from course_utils.objectives import Objective
from course_utils.trace import Trace

PALETTE = {
    "blue": "#0072B2",
    "orange": "#C68900",
    "green": "#009E73",
    "red": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#4B9DCB",
    "yellow": "#9E962C",
    "ink": "#222222",
    "muted": "#6B6B6B",
}
"""Color of each role on a light background."""

SERIES = (("blue", "-"), ("red", "--"), ("green", "-."), ("purple", ":"), ("orange", (0, (5, 1, 1, 1, 1, 1))))
"""Color and line style of the first, second, … series of a plot."""

END = "name at the end of a curve"

STYLE: Any = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#8A8A8A",
    "axes.grid": True,
    "axes.labelcolor": PALETTE["ink"],
    "axes.labelsize": 11,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.8,
    "svg.hashsalt": "course",
    "xtick.color": PALETTE["muted"],
    "xtick.labelsize": 10,
    "ytick.color": PALETTE["muted"],
    "ytick.labelsize": 10,
}
"""matplotlib settings of every picture of the course."""


@dataclass(frozen=True)
class Shown:
    """A finished picture with its description: what a cell ends in."""

    png: bytes
    alt: str

    def __repr__(self) -> str:
        return f"[picture] {self.alt}"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"image/png": self.png, "text/plain": repr(self)}, {"image/png": {"alt": self.alt}}


def figure(columns: int = 1, rows: int = 1, *, width: float = 0.0, height: float = 3.4, **options: Any) -> tuple[
    Figure, Any
]:
    """A figure and its Axes (an array of them if there are several), in the course's style.

    ``width`` and ``height`` in inches, ``height`` per row; ``options`` go to ``Figure.subplots``.
    """
    with mpl.rc_context(STYLE):
        size = (width or (5.2 if columns == 1 else min(4.2 * columns, 11)), height * rows)
        fig = Figure(figsize=size, layout="constrained")
        return fig, fig.subplots(rows, columns, **options)


def show(fig: Figure, alt: str) -> Shown:
    """Close ``fig`` into a picture. ``alt`` says in words what is to be seen, with numbers from the run."""
    if not alt.strip():
        raise ValueError("alt must say what the picture shows: some readers have only that. Try 'Loss against step.'")
    _spread_names(fig)
    return Shown(encode_png(fig), " ".join(alt.split()))


def encode_png(fig: Figure, dpi: int = 110) -> bytes:
    """The figure as PNG bytes, the same bytes for the same figure."""
    with mpl.rc_context(STYLE):
        buffer = BytesIO()
        FigureCanvasAgg(fig).figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
        return buffer.getvalue()


def contours(
    ax: Axes, objective: Objective, x: tuple[float, float], y: tuple[float, float], levels: int = 12
) -> Axes:
    """Contour lines of a two-parameter objective over the window ``x`` × ``y``, evenly spaced in log(f - min f)."""
    grid_x, grid_y = np.meshgrid(np.linspace(*x, 161), np.linspace(*y, 161))
    f = objective.value(np.stack([grid_x, grid_y], axis=-1))            # (161, 161)
    height = np.log10(f - f.min() + 1e-3 * np.ptp(f))
    ax.contour(grid_x, grid_y, height, levels=levels, colors="#B8B8B8", linewidths=0.8, linestyles="solid")
    ax.set(xlim=x, ylim=y, xlabel="θ₁", ylabel="θ₂")
    ax.grid(False)
    return ax


def path(ax: Axes, trace: Trace, label: str = "", series: int = 0) -> Axes:
    """The way ``trace`` took through two parameters: a ring at the start, dots at the steps, a star at the end."""
    color, style = _look(series)
    theta = _visible(ax, trace.theta)
    ax.plot(theta[:, 0], theta[:, 1], color=color, linestyle=style, marker=".", markersize=5, linewidth=1.3)
    ax.plot(*theta[0], marker="o", markerfacecolor="white", markeredgecolor=color, markersize=8, linestyle="none")
    if np.all(np.isfinite(theta[-1])):
        ax.plot(*theta[-1], marker="*", color=color, markersize=12, linestyle="none")
    if label:
        at = theta[min(len(theta) - 1, 1)]
        ax.annotate(label, at, xytext=(6, 6), textcoords="offset points", color=color, fontsize=10)
    return ax


def loss(ax: Axes, traces: Mapping[str, Trace] | Trace, below: float = 0.0) -> Axes:
    """Loss minus ``below`` (the least possible) against step on a log axis, each curve named at its end."""
    runs = traces if isinstance(traces, Mapping) else {"": traces}
    curves(ax, {name: (trace.t, trace.loss - below) for name, trace in runs.items()})
    ax.set(xlabel="step t", ylabel="loss" if below == 0 else "loss above the least", yscale="log")
    return ax


def curves(ax: Axes, named: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> Axes:
    """Several curves ``name -> (x, y)``, each with its own color and line style and named at its end."""
    ends = []
    for k, (name, (x, y)) in enumerate(named.items()):
        color, style = _look(k)
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        y = np.where(np.abs(y) < 1e100, y, np.nan)                      # beyond, a log axis overflows
        ax.plot(x, y, color=color, linestyle=style)
        seen = np.flatnonzero(np.isfinite(y))
        if name and seen.size:
            ends.append((x[seen[-1]], y[seen[-1]], name, color))
    for x_end, y_end, name, color in ends:
        ax.annotate(name, (x_end, y_end), xytext=(4, 0), textcoords="offset points", color=color, fontsize=10,
                    va="center", annotation_clip=False, gid=END)
    return ax


def bars(ax: Axes, names: Sequence[str], values: ArrayLike, unit: str = "") -> Axes:
    """Horizontal bars, each named at its left and with its value at its end."""
    heights = np.asarray(values, dtype=float)
    ax.barh(list(names), heights, color=PALETTE["blue"], height=0.6)
    ax.invert_yaxis()
    for row, value in enumerate(heights):
        ax.annotate(f"{value:.3g}{unit}", (value, row), xytext=(4, 0), textcoords="offset points", va="center")
    ax.grid(False, axis="y")
    return ax


def _spread_names(fig: Figure, line: float = 12.0) -> None:
    """Move the names at the ends of curves apart, up or down by at least ``line`` points between neighbors."""
    fig.draw_without_rendering()
    for ax in fig.axes:
        names = [text for text in ax.texts if text.get_gid() == END and isinstance(text, Annotation)]
        names.sort(key=lambda name: float(ax.transData.transform(name.xy)[1]))
        below = -np.inf
        for name in names:
            at = float(ax.transData.transform(name.xy)[1]) * 72 / fig.dpi
            below = max(at, below + line)
            name.xyann = (4, below - at)


def _look(series: int) -> tuple[str, Any]:
    for k, (color, style) in enumerate(cycle(SERIES)):
        if k == series:
            return PALETTE[color], style
    raise AssertionError


def _visible(ax: Axes, theta: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The path up to the first point that lies far outside the window or is not finite."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    center, reach = np.array([x0 + x1, y0 + y1]) / 2, 20 * np.array([x1 - x0, y1 - y0])
    with np.errstate(invalid="ignore"):
        far = ~(np.abs(theta - center) <= reach).all(axis=-1)
    return theta[: far.argmax()] if far.any() else theta
