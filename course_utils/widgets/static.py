"""Draw a picture with matplotlib: the image that a notebook stores and that stands in where no kernel runs.

It draws the same projected layers as ``engine.js``, so what it shows is what the live figure shows.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.patheffects import withStroke
from matplotlib.ticker import NullLocator

from course_utils import plots
from course_utils.widgets.picture import Arrows, Band, Bars, Heat, HLine, Line, Panel, Picture, Points, Text, VLine
from course_utils.widgets.project import project

WIDTH = 860  # pixels, at which sizes are chosen
DPI = 100
SHARP = 1.5  # image pixels per pixel shown, for fine screens
DASHES: dict[str, Any] = {"solid": "-", "dashed": (0, (5, 3)), "dotted": (0, (1, 3)), "dashdot": (0, (6, 3, 1, 3))}
MARKERS = {"dot": "o", "ring": "o", "square": "s", "triangle": "^", "cross": "x", "star": "*"}
SCALES = {
    "blue": ["#f7fbff", "#9ecae1", "#08519c"],
    "gray": ["#ffffff", "#8c8c8c", "#111111"],
    "diverging": ["#0072b2", "#f7f7f7", "#d55e00"],
}
PALETTE = plots.PALETTE | {"faint": "#8895a0"}
HALO = [withStroke(linewidth=3, foreground="white")]


class Name(NamedTuple):
    """The name of a series, the place of its last point, and its points, which the name should not cover."""

    x: float
    y: float
    label: str
    color: str
    path: np.ndarray  # (N, 2)


def figure(picture: Picture) -> Figure:
    """The picture as a matplotlib figure, outside pyplot's global state."""
    columns = picture.columns or len(picture.panels)
    rows = [picture.panels[k : k + columns] for k in range(0, len(picture.panels), columns)]
    with mpl.rc_context(plots.STYLE):
        return _figure(picture, rows)


def _figure(picture: Picture, rows: list[tuple[Panel, ...]]) -> Figure:
    drawn = Figure(figsize=(WIDTH / DPI, picture.height * len(rows) / DPI), dpi=DPI, layout="constrained")
    for part, panels in zip(drawn.subfigures(len(rows), 1, squeeze=False)[:, 0], rows, strict=True):
        grid = GridSpec(1, len(panels), figure=part, width_ratios=[panel.weight for panel in panels])
        for j, panel in enumerate(panels):
            _panel(part.add_subplot(grid[0, j]), panel)
    return drawn


def png(picture: Picture) -> tuple[bytes, tuple[int, int]]:
    """The encoded image and the width and height it is meant to be shown at."""
    drawn = figure(picture)
    width, height = drawn.get_size_inches() * DPI
    return plots.encode_png(drawn, dpi=int(SHARP * DPI)), (round(width), round(height))


def _panel(ax: Axes, panel: Panel) -> None:
    ax.set_title(f"{panel.title}\n", loc="left", fontsize=11, fontweight="bold", color=PALETTE["ink"])
    ax.text(0, 1.02, panel.y.label, transform=ax.transAxes, fontsize=9.5, color=PALETTE["muted"], va="bottom")
    ax.set_xlabel(panel.x.label, fontsize=9.5, color=PALETTE["muted"])
    ax.set(
        xscale="log" if panel.x.log else "linear",
        yscale="log" if panel.y.log else "linear",
        xlim=(panel.x.lo, panel.x.hi),
        ylim=(panel.y.lo, panel.y.hi),
        axisbelow=True,
    )
    if panel.aspect:
        ax.set_box_aspect(panel.aspect * (panel.y.hi - panel.y.lo) / (panel.x.hi - panel.x.lo))
    for axis, ticks in ((ax.xaxis, panel.x.ticks), (ax.yaxis, panel.y.ticks)):
        axis.set_minor_locator(NullLocator())
        if ticks:
            axis.set_ticks([place for place, _ in ticks], [text for _, text in ticks])
    layers = project(panel)
    shaded = any(isinstance(layer, Heat) for layer in layers)
    named = next((layer for layer in panel.layers if isinstance(layer, Bars) and layer.labels), None)
    if named is not None:
        ax.set_xticks(named.x, named.labels)
    ax.grid(False)
    if not shaded:
        ax.grid(color="#e9e9e9", linewidth=0.8)
    ax.tick_params(length=0, labelsize=9, colors=PALETTE["muted"])
    ax.spines[:].set_visible(False)
    names: list[Name] = []
    for layer in layers:
        _draw(ax, layer, names)
    _names(ax, names, panel.labels == "margin")


def _draw(ax: Axes, layer: Any, names: list[Name]) -> None:
    color = PALETTE[getattr(layer, "color", "ink")]
    at: dict[str, Any] = {"transform": ax.transAxes}
    match layer:
        case Line():
            ax.plot(
                layer.x,
                layer.y,
                color=color,
                linewidth=0.8 * layer.width,
                linestyle=DASHES[layer.dash],
                scalex=False,
                scaley=False,
                **at,
            )
            seen = np.flatnonzero((layer.x >= 0) & (layer.x <= 1) & (layer.y >= 0) & (layer.y <= 1))
            if layer.label and seen.size:
                path = np.column_stack([layer.x, layer.y])[seen]  # (N, 2)
                names.append(Name(float(path[-1, 0]), float(path[-1, 1]), layer.label, layer.color, path))
        case Points() if layer.x.size:
            hollow = layer.marker == "ring"
            edge = color if layer.marker in ("ring", "cross") else "white"
            ax.plot(
                layer.x,
                layer.y,
                MARKERS[layer.marker],
                color=color,
                markersize=0.8 * layer.size,
                markerfacecolor="white" if hollow else color,
                markeredgecolor=edge,
                markeredgewidth=1.5 if edge == color else 0.6,
                scalex=False,
                scaley=False,
                clip_on=False,
                **at,
            )
            if layer.label:
                path = np.array([[layer.x[-1] + 0.012, layer.y[-1]]])
                names.append(Name(float(path[-1, 0]), float(path[-1, 1]), layer.label, layer.color, path))
        case Band():
            ax.fill_between(layer.x, layer.lo, layer.hi, color=color, alpha=0.18, linewidth=0, **at)
        case Bars():
            ax.bar(layer.x, layer.heights - layer.base, layer.width, layer.base, color=color, **at)
        case Arrows():
            ends = zip(layer.x, layer.y, layer.x + layer.dx, layer.y + layer.dy, strict=True)
            for x, y, head_x, head_y in ends:
                ax.annotate(
                    "",
                    (head_x, head_y),
                    (x, y),
                    xycoords="axes fraction",
                    textcoords="axes fraction",
                    arrowprops={
                        "arrowstyle": "-|>",
                        "color": color,
                        "lw": 0.8 * layer.width,
                        "shrinkA": 0,
                        "shrinkB": 0,
                    },
                )
            if layer.label and layer.x.size:
                path = np.array([[layer.x[-1] + layer.dx[-1], layer.y[-1] + layer.dy[-1]]])
                names.append(Name(float(path[-1, 0]), float(path[-1, 1]), layer.label, layer.color, path))
        case Heat():
            cells = LinearSegmentedColormap.from_list(layer.scale, SCALES[layer.scale]).with_extremes(bad="#d0d0d0")
            smooth = "bilinear" if layer.values.size > 1600 else "nearest"
            limits = ax.axis()
            ax.imshow(
                np.ma.masked_invalid(layer.values),
                cmap=cells,
                vmin=0,
                vmax=1,
                origin="lower",
                extent=layer.extent,
                aspect="auto",
                alpha=layer.strength,
                interpolation=smooth,
                **at,
            )
            ax.axis(limits)
        case Text():
            ax.text(
                layer.x,
                layer.y,
                layer.text,
                color=color,
                fontsize=9.5,
                ha=layer.anchor,
                va="center",
                path_effects=HALO,
                **at,
            )
        case HLine():
            ax.plot([0, 1], [layer.y, layer.y], color=color, linewidth=1.2, linestyle=DASHES[layer.dash], **at)
            ax.text(
                0.01,
                layer.y + (0.01 if layer.y < 0.9 else -0.01),
                layer.label,
                color=color,
                fontsize=9.5,
                va="bottom" if layer.y < 0.9 else "top",
                path_effects=HALO,
                **at,
            )
        case VLine():
            ax.plot([layer.x, layer.x], [0, 1], color=color, linewidth=1.2, linestyle=DASHES[layer.dash], **at)
            left = layer.x <= 0.6
            ax.text(
                layer.x + (0.01 if left else -0.01),
                0.99,
                layer.label,
                color=color,
                fontsize=9.5,
                va="top",
                ha="left" if left else "right",
                path_effects=HALO,
                **at,
            )


def _names(ax: Axes, names: list[Name], margin: bool) -> None:
    """Names of series beside their ends; a name that would cover its own series stands above or below it."""
    line = 0.065  # of the plot's height
    placed = []
    for name in names:
        right, at, row = margin or name.x < 0.75, name.x, float(np.clip(name.y, 0.03, 0.97))
        if not right:
            beside = name.path[np.abs(name.path[:, 1] - row) < 0.05, 0].min(initial=name.x)
            near = name.path[name.path[:, 0] > name.x - 0.025 * len(name.label) - 0.03, 1]
            if name.x - beside < 0.2:
                at = beside - 0.03
            else:
                row = near.max() + 0.05 if near.max() < 0.9 else near.min() - 0.06
        placed.append((row, 1.01 if margin else at + (0.02 if right else 0.0), right, name))
    below = -np.inf
    for row, at, right, name in sorted(placed, key=lambda place: place[0]):
        below = max(row, below + line)
        ax.text(
            at,
            below,
            name.label,
            color=PALETTE[name.color],
            fontsize=9.5,
            fontweight="bold",
            ha="left" if right else "right",
            va="center",
            transform=ax.transAxes,
            path_effects=HALO,
        )
