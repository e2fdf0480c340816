"""Picture: what a figure shows, as plain data.

A figure of the course is a pure function ``draw(**hyper_parameters) -> Picture``. The same picture is drawn by
matplotlib (``static.py``, the image stored in a notebook) and on the canvas (``engine.js``, the live figure), so the
two cannot differ in what they say. Colors are roles of ``plots.PALETTE`` that each theme resolves; a series is never
told by color alone, so give it a label, a dash or a marker of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
COLORS = ("ink", "muted", "faint", "blue", "orange", "green", "red", "purple", "sky", "yellow")
DASHES = ("solid", "dashed", "dotted", "dashdot")
MARKERS = ("dot", "ring", "square", "triangle", "cross", "star")
SCALES = ("blue", "gray", "diverging")


def _array(layer: object, *names: str) -> None:
    """Turn the named fields of a frozen layer into float64 arrays of one shape."""
    for name in names:
        object.__setattr__(layer, name, np.atleast_1d(np.asarray(getattr(layer, name), dtype=np.float64)))
    shapes = {name: getattr(layer, name).shape for name in names}
    if len(set(shapes.values())) > 1 or any(len(shape) != 1 for shape in shapes.values()):
        found = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(
            f"{type(layer).__name__} needs one-dimensional arrays of one length, got {found}: "
            "each point has one coordinate of each kind. Try .ravel() or a slice."
        )


def _one_of(layer: object, name: str, allowed: Sequence[str]) -> None:
    value = getattr(layer, name)
    if value not in allowed:
        raise ValueError(
            f"{type(layer).__name__}.{name} is {value!r}: the engine draws only the names it knows. "
            f"Try one of {', '.join(allowed)}."
        )


@dataclass(frozen=True)
class Axis:
    """One axis: its label (quantity and unit), its window [lo, hi], and whether it is logarithmic."""

    label: str
    lo: float
    hi: float
    log: bool = False
    ticks: tuple[tuple[float, str], ...] = ()  # (position, text) pairs in place of the automatic ticks

    def __post_init__(self) -> None:
        object.__setattr__(self, "lo", float(self.lo))
        object.__setattr__(self, "hi", float(self.hi))
        if not (np.isfinite([self.lo, self.hi]).all() and self.lo < self.hi):
            raise ValueError(
                f"axis {self.label!r} runs from {self.lo:g} to {self.hi:g}: a window needs finite ends, "
                "the lower one first. Try fixed numbers, or Axis.fit(label, values)."
            )
        if self.log and self.lo <= 0:
            raise ValueError(
                f"axis {self.label!r} is logarithmic and starts at {self.lo:g}: "
                "a logarithm needs a positive number. Try a small positive lo, such as 1e-8."
            )

    @classmethod
    def fit(cls, label: str, *values: ArrayLike, log: bool = False, pad: float = 0.05) -> Axis:
        """The window that holds all finite values, with a margin.

        >>> Axis.fit("loss", [1.0, 3.0, np.inf], pad=0.5)
        Axis(label='loss', lo=0.0, hi=4.0, log=False, ticks=())
        """
        flat = np.concatenate([np.ravel(np.asarray(v, dtype=np.float64)) for v in values])
        flat = flat[np.isfinite(flat) & ((flat > 0) | (not log))]
        lo, hi = (float(flat.min()), float(flat.max())) if flat.size else (1.0, 1.0)
        if log:
            lo, hi = (lo, hi) if lo < hi else (lo / 10, hi * 10)
            grow = (hi / lo) ** pad
            return cls(label, lo / grow, hi * grow, log)
        lo, hi = (lo, hi) if lo < hi else (lo - 0.5, hi + 0.5)
        return cls(label, lo - pad * (hi - lo), hi + pad * (hi - lo))


@dataclass(frozen=True, eq=False)
class Line:
    """A line through points; NaN breaks it. ``exit`` is the text at the place where it leaves the window for good."""

    x: Any  # (N,)
    y: Any  # (N,)
    color: str = "blue"
    width: float = 2.0
    dash: str = "solid"
    label: str = ""
    exit: str = ""  # such as "diverges at step {k}"; k is the index of the first point outside
    keep: bool = False
    ghost: bool = False  # stays, faint, when the learner keeps this run for comparison

    def __post_init__(self) -> None:
        _array(self, "x", "y")
        _one_of(self, "color", COLORS)
        _one_of(self, "dash", DASHES)


@dataclass(frozen=True, eq=False)
class Points:
    """Markers; ``size`` is the diameter in pixels."""

    x: Any  # (N,)
    y: Any  # (N,)
    color: str = "blue"
    marker: str = "dot"
    size: float = 7.0
    label: str = ""
    keep: bool = False
    ghost: bool = False  # stays, faint, when the learner keeps this run for comparison

    def __post_init__(self) -> None:
        _array(self, "x", "y")
        _one_of(self, "color", COLORS)
        _one_of(self, "marker", MARKERS)


@dataclass(frozen=True, eq=False)
class Band:
    """The region between two curves (a spread, a stable interval)."""

    x: Any  # (N,)
    lo: Any  # (N,)
    hi: Any  # (N,)
    color: str = "blue"
    keep: bool = False

    def __post_init__(self) -> None:
        _array(self, "x", "lo", "hi")
        _one_of(self, "color", COLORS)


@dataclass(frozen=True, eq=False)
class Bars:
    """Vertical bars of ``width`` x units from ``base``; ``labels`` stand below in place of the ticks of x."""

    x: Any  # (N,)
    heights: Any  # (N,)
    color: str = "blue"
    labels: tuple[str, ...] = ()
    width: float = 0.7
    base: float = 0.0  # on a logarithmic axis, bars start at the bottom
    keep: bool = False

    def __post_init__(self) -> None:
        _array(self, "x", "heights")
        _one_of(self, "color", COLORS)
        if self.labels and len(self.labels) != self.x.size:
            raise ValueError(
                f"Bars has {self.x.size} bars and {len(self.labels)} labels: each bar needs its name. "
                "Try labels=() for numbers below the axis."
            )


@dataclass(frozen=True, eq=False)
class Arrows:
    """Arrows from (x, y) to (x + dx, y + dy), in axis units."""

    x: Any  # (N,)
    y: Any  # (N,)
    dx: Any  # (N,)
    dy: Any  # (N,)
    color: str = "blue"
    width: float = 2.0
    label: str = ""
    keep: bool = False

    def __post_init__(self) -> None:
        _array(self, "x", "y", "dx", "dy")
        _one_of(self, "color", COLORS)


@dataclass(frozen=True, eq=False)
class Heat:
    """An image of values, row 0 at the bottom; its cells are even on the axes as drawn (even in log on a log axis).

    ``extent`` is (x lo, x hi, y lo, y hi), by default the window. ``lo`` and ``hi`` are the ends of the color scale,
    by default those of the finite values. Cells that are not finite are left gray.
    """

    values: Any  # (H, W)
    extent: tuple[float, float, float, float] | None = None
    scale: str = (
        "blue"  # "blue" and "gray" go from the background to full; "diverging" has its middle at (lo + hi) / 2
    )
    lo: float | None = None
    hi: float | None = None
    log: bool = False
    strength: float = 1.0  # below 1 the image steps back behind the lines drawn on it
    keep: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", np.asarray(self.values, dtype=np.float64))
        _one_of(self, "scale", SCALES)
        if self.values.ndim != 2:
            raise ValueError(
                f"Heat needs values of shape (rows, columns), got {self.values.shape}: "
                "each cell is one color. Try values.reshape(rows, columns)."
            )


@dataclass(frozen=True)
class Text:
    """A short text at a place of the panel; ``anchor`` says which end of the text stands there."""

    x: float
    y: float
    text: str
    color: str = "ink"
    anchor: Literal["left", "center", "right"] = "left"
    keep: bool = False

    def __post_init__(self) -> None:
        _one_of(self, "color", COLORS)
        _one_of(self, "anchor", ("left", "center", "right"))


@dataclass(frozen=True)
class HLine:
    """A horizontal rule across the panel, with its name at the left."""

    y: float
    label: str = ""
    color: str = "muted"
    dash: str = "dashed"
    keep: bool = False

    def __post_init__(self) -> None:
        _one_of(self, "color", COLORS)
        _one_of(self, "dash", DASHES)


@dataclass(frozen=True)
class VLine:
    """A vertical rule across the panel, with its name at the top."""

    x: float
    label: str = ""
    color: str = "muted"
    dash: str = "dashed"
    keep: bool = False

    def __post_init__(self) -> None:
        _one_of(self, "color", COLORS)
        _one_of(self, "dash", DASHES)


Layer = Line | Points | Band | Bars | Arrows | Heat | Text | HLine | VLine


@dataclass(frozen=True, eq=False)
class Panel:
    """One pair of axes and its layers, the first drawn lowest."""

    title: str
    x: Axis
    y: Axis
    layers: tuple[Layer, ...]
    aspect: float | None = None  # pixels per unit of y over pixels per unit of x; 1 keeps circles round
    weight: float = 1.0  # share of the row's width
    labels: Literal["end", "margin"] = "end"  # names of lines at their ends, or in a margin kept free at the right
    drag: tuple[str, str] | None = None  # names of the controls that a drag in the panel sets (x, y)
    point: tuple[str, str] | None = None  # the same for pointing: a mouse need not be pressed
    sketch: str = ""  # name of the Sketch that is drawn in the panel: entry k stands at x = k + 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(self.layers))
        _one_of(self, "labels", ("end", "margin"))


@dataclass(frozen=True, eq=False)
class Picture:
    """Panels, the sentence that says what this run did, and the alt text that says what is to be seen."""

    panels: tuple[Panel, ...]
    says: str
    alt: str
    height: int = 320  # pixels of one row of panels
    columns: int = field(default=0)  # panels in a row; 0 puts all in one
    unfinished: bool = False  # more is being computed: the page asks again after it has drawn this

    def __post_init__(self) -> None:
        object.__setattr__(self, "panels", tuple(self.panels))
        if not self.says.strip() or not self.alt.strip():
            raise ValueError(
                "a picture needs says and alt: who cannot see it has only these two texts. "
                "Try says='GD reaches 1e-6 after 69 steps', alt='Contour lines with the path of GD'."
            )


def number(value: float, digits: int = 3) -> str:
    """A number as a sentence shows it.

    >>> number(0.1), number(-1.23456), number(2.3e-6), number(1e7)
    ('0.1', '−1.23', '2.3e−6', '1e7')
    """
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", "−")


def contours(
    x: ArrayLike,
    y: ArrayLike,
    values: ArrayLike,
    levels: Sequence[float],
    *,
    color: str = "faint",
    width: float = 1.0,
    keep: bool = True,
) -> Line:
    """Level lines of ``values (len(y), len(x))`` as one line with breaks.

    >>> line = contours([0, 1, 2], [0, 1], [[0, 1, 2], [0, 1, 2]], [0.5])
    >>> line.x.tolist(), line.y.tolist()
    ([0.5, 0.5, nan], [1.0, 0.0, nan])
    """
    from contourpy import LineType, contour_generator  # comes with matplotlib

    generator = contour_generator(x, y, np.asarray(values, dtype=np.float64), line_type=LineType.Separate)
    gap = np.full((1, 2), np.nan)
    found: list[Array] = [np.asarray(piece) for level in levels for piece in generator.lines(float(level))]
    pieces = [np.vstack([piece, gap]) for piece in found]
    points = np.vstack(pieces or [gap])  # (N, 2)
    return Line(points[:, 0], points[:, 1], color=color, width=width, keep=keep)
