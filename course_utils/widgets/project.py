"""Project a panel's layers from axis units to fractions of its window, ready to be drawn.

Both renderers draw fractions: (0, 0) is the lower left corner of the plot area, (1, 1) the upper right. Logarithms,
runs that leave the window, overflow and NaN are dealt with here, once, where they can be tested without a browser.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from course_utils.widgets.picture import (
    Array,
    Arrows,
    Axis,
    Band,
    Bars,
    Heat,
    HLine,
    Layer,
    Line,
    Panel,
    Points,
    Text,
    VLine,
)

FAR = 20.0  # windows: lines are cut where they go farther, so that no coordinate overflows


def fraction(axis: Axis, values: ArrayLike) -> Array:
    """Position in the window: 0 at ``lo``, 1 at ``hi``. On a log axis zero is infinitely far down, below it NaN.

    >>> fraction(Axis("loss", 1e-4, 1.0, log=True), [1e-4, 1e-2, 0.0, -1.0]).tolist()
    [0.0, 0.5, -inf, nan]
    """
    values = np.asarray(values, dtype=np.float64)
    with np.errstate(all="ignore"):
        if axis.log:
            lo, hi = np.log10(axis.lo), np.log10(axis.hi)
            return np.asarray((np.log10(values) - lo) / (hi - lo))
        return np.asarray((values - axis.lo) / (axis.hi - axis.lo))


def cut(u: Array, v: Array) -> tuple[Array, Array]:
    """Shorten the segments of a line that run far out of the window; keep their direction.

    A far point is replaced by the place on the limit box seen from each near neighbor; a segment with both ends far is
    dropped.
    """
    points = np.column_stack([u, v])  # (N, 2)
    points[np.isnan(points).any(axis=1)] = np.nan
    far = np.asarray((np.abs(points) > FAR).any(axis=1))
    if not far.any():
        return points[:, 0], points[:, 1]
    pieces = []
    for k, point in enumerate(points):
        if not far[k]:
            pieces.append(point[None])
            continue
        before, after = points[k - 1 : k], points[k + 1 : k + 2]
        for neighbor, first in ((before, True), (after, False)):
            if neighbor.size and np.isfinite(neighbor).all() and (np.abs(neighbor) <= FAR).all():
                end = _limit(neighbor[0], point)[None]
                gap = np.full((1, 2), np.nan)
                pieces += [end, gap] if first else [gap, end]
    cut_points = np.vstack([*pieces, np.full((1, 2), np.nan)])
    return cut_points[:, 0], cut_points[:, 1]


def _limit(near: Array, far: Array) -> Array:
    """The point on the way from ``near`` to ``far`` where the limit box ends."""
    step = np.clip(far, -1e150, 1e150) - near
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(step == 0, np.inf, (np.sign(step) * FAR - near) / step)
    return np.asarray(near + min(room.min(), 1.0) * step)


def leaves(u: Array, v: Array) -> tuple[int, float, float] | None:
    """Where a line leaves the window for good: index of the first point outside, place on the border; or None."""
    inside = (u >= 0) & (u <= 1) & (v >= 0) & (v <= 1)  # NaN counts as outside
    if not inside.any() or inside[-1]:
        return None
    k = int(np.flatnonzero(inside)[-1]) + 1
    near, far = np.array([u[k - 1], v[k - 1]]), np.array([u[k], v[k]])
    if np.isnan(far).any():
        return k, float(near[0]), float(near[1])
    step = np.clip(far, -1e150, 1e150) - near
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(step == 0, np.inf, ((step > 0) - near) / step)
    place = near + np.clip(room.min(), 0, 1) * step
    return k, float(place[0]), float(place[1])


def _line(panel: Panel, line: Line) -> tuple[Layer, ...]:
    u, v = fraction(panel.x, line.x), fraction(panel.y, line.y)
    cut_u, cut_v = cut(u, v)
    drawn = replace(line, x=cut_u, y=cut_v, exit="")
    gone = leaves(u, v) if line.exit else None
    if gone is None:
        return (drawn,)
    k, at_u, at_v = gone
    cut_u, cut_v = (
        np.append(u[:k], at_u),
        np.append(v[:k], at_v),
    )  # the way back through the window would only confuse
    drawn = replace(line, x=cut_u, y=cut_v, exit="")
    anchor: Literal["left", "right"] = "right" if at_u > 0.5 else "left"
    inset = float(np.clip(at_v, 0.06, 0.94))
    return (
        drawn,
        Points([at_u], [at_v], color=line.color, marker="triangle", size=11),
        Text(at_u + (-0.03 if at_u > 0.5 else 0.03), inset, line.exit.format(k=k), color=line.color, anchor=anchor),
    )


def _points(panel: Panel, points: Points) -> tuple[Layer, ...]:
    u, v = fraction(panel.x, points.x), fraction(panel.y, points.y)
    seen = (np.abs(u - 0.5) <= 0.5 + 1e-9) & (np.abs(v - 0.5) <= 0.5 + 1e-9)
    return (replace(points, x=u[seen], y=v[seen]),)


def _heat(panel: Panel, heat: Heat) -> tuple[Layer, ...]:
    values, finite = heat.values, np.isfinite(heat.values)
    with np.errstate(all="ignore"):
        values = np.log10(values) if heat.log else values
        finite &= np.isfinite(values)
        ends = [np.log10(end) if heat.log and end is not None else end for end in (heat.lo, heat.hi)]
    inner = values[finite] if finite.any() else np.zeros(1)
    lo = float(inner.min()) if ends[0] is None else float(ends[0])
    hi = float(inner.max()) if ends[1] is None else float(ends[1])
    shade = np.where(finite, np.clip((np.where(finite, values, lo) - lo) / ((hi - lo) or 1.0), 0, 1), np.nan)
    x0, x1, y0, y1 = heat.extent or (panel.x.lo, panel.x.hi, panel.y.lo, panel.y.hi)
    u, v = fraction(panel.x, [x0, x1]), fraction(panel.y, [y0, y1])
    return (replace(heat, values=shade, extent=(float(u[0]), float(u[1]), float(v[0]), float(v[1]))),)


def _bars(panel: Panel, bars: Bars) -> tuple[Layer, ...]:
    left, right = (fraction(panel.x, bars.x + side * bars.width / 2) for side in (-1, 1))
    base = 0.0 if panel.y.log else float(np.clip(fraction(panel.y, bars.base), 0, 1))
    tops = np.nan_to_num(fraction(panel.y, bars.heights), nan=base, posinf=1.1, neginf=-0.1)
    return (
        replace(
            bars,
            x=(left + right) / 2,
            heights=np.clip(tops, -0.1, 1.1),
            base=base,
            width=float(np.median(right - left)) if bars.x.size else 0.0,
        ),
    )


def project(panel: Panel) -> tuple[Layer, ...]:
    """All layers of a panel in fractions of its window, in drawing order."""
    drawn: list[Layer] = []
    for layer in panel.layers:
        match layer:
            case Line():
                drawn += _line(panel, layer)
            case Points():
                drawn += _points(panel, layer)
            case Heat():
                drawn += _heat(panel, layer)
            case Bars():
                drawn += _bars(panel, layer)
            case Band():
                lo, hi = (np.clip(fraction(panel.y, side), -1, 2) for side in (layer.lo, layer.hi))
                drawn.append(replace(layer, x=np.clip(fraction(panel.x, layer.x), -1, 2), lo=lo, hi=hi))
            case Arrows():
                u, v = fraction(panel.x, layer.x), fraction(panel.y, layer.y)
                du, dv = fraction(panel.x, layer.x + layer.dx) - u, fraction(panel.y, layer.y + layer.dy) - v
                seen = (np.abs(np.column_stack([u, v, du, dv])) <= FAR).all(axis=1)
                drawn.append(replace(layer, x=u[seen], y=v[seen], dx=du[seen], dy=dv[seen]))
            case Text():
                across, up = float(fraction(panel.x, layer.x)), float(fraction(panel.y, layer.y))
                if abs(across - 0.5) <= 0.5 and abs(up - 0.5) <= 0.5:
                    drawn.append(replace(layer, x=across, y=up))
            case HLine():
                up = float(fraction(panel.y, layer.y))
                if 0 <= up <= 1:
                    drawn.append(replace(layer, y=up))
            case VLine():
                across = float(fraction(panel.x, layer.x))
                if 0 <= across <= 1:
                    drawn.append(replace(layer, x=across))
    return tuple(drawn)
