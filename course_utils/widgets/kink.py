"""The difference quotient across the kink of ReLU: where a gradient check must not look (chapter 3)."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array
from course_utils.layers import ReLU
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Band, HLine, Line, Panel, Picture, Points, VLine, number

REACH = np.linspace(-1, 1, 401)


def kink(x: float = 0.05, h: float = 0.3, predict: Prediction | None = None) -> LiveFigure:
    """Live: ReLU near 0, the central difference with half-width h at x, and what it gives at every x.

    The slope by the formula is 0 or 1. The difference is right wherever [x − h, x + h] does not hold the kink.
    Try: at which x is the error largest for h = 0.1? Which h makes the check at your x come out right?
    """
    return LiveFigure(
        draw,
        [Slider("x", -1, 1, x, 0.01, label="place x"), LogSlider("h", 1e-3, 1, h, label="half-width h", per_decade=10)],
        predict=predict,
    )


def draw(x: float, h: float) -> Picture:
    """The secant at x, and the difference quotient everywhere."""
    ends, here = np.array([x - h, x + h]), float(quotient(np.array([x]), h)[0])
    given, right = quotient(REACH, h), slope(REACH)
    return Picture(
        panels=(
            Panel(
                "ReLU and the secant", Axis("x", -1.5, 1.5), Axis("relu(x)", -0.3, 1.5),
                (
                    Line([-1.5, 0, 1.5], relu(np.array([-1.5, 0, 1.5])), color="ink", width=2.5),
                    Line(ends, relu(ends), color="orange", dash="dashed", width=2.5, label="secant"),
                    Points(ends, relu(ends), color="orange", marker="triangle", size=9),
                    Points([x], relu(np.array([x])), color="blue", size=11),
                ),
                drag=("x", ""),
            ),
            Panel(
                "The slope, measured and by the formula", Axis("x", -1, 1), Axis("slope", -0.15, 1.2),
                (
                    Band([-h, h], [-0.15, -0.15], [1.2, 1.2], color="yellow"),
                    HLine(here, dash="dotted"), VLine(x, color="faint", dash="dotted"),
                    Line(REACH, right, color="blue", width=2.5, label="formula"),
                    Line(REACH, given, color="orange", dash="dashed", width=2.5, label="difference"),
                    Points([x], [here], color="orange", marker="triangle", size=10),
                ),
                labels="margin", drag=("x", ""),
            ),
        ),
        says=verdict(x, h, here),
        alt="Left: ReLU with the secant from x − h to x + h. Right: its slope against x, a step at 0, and the central "
        "difference, a ramp from −h to h; between the two, shaded, they disagree.",
        height=340,
    )  # fmt: skip


def relu(x: Array) -> Array:
    """The library's."""
    return np.asarray(ReLU().forward(x))


def slope(x: Array) -> Array:
    """Its derivative by the formula; 0 at the kink."""
    layer = ReLU()
    layer.forward(x)
    return np.asarray(layer.backward(np.ones_like(x)))


def quotient(x: Array, h: float) -> Array:
    """The central difference with half-width ``h``."""
    return np.asarray((relu(x + h) - relu(x - h)) / (2 * h))


def verdict(x: float, h: float, here: float) -> str:
    """Whether the interval holds the kink, and what that does."""
    exact = float(slope(np.array([x]))[0])
    head = f"At x = {number(x)}, h = {number(h)}: the difference gives {number(here)}, the formula {exact:g}"
    if abs(x) >= h:
        return f"{head}. [x − h, x + h] does not hold the kink, so they agree."
    cure = f"an h below {number(abs(x))} would do" if x else "no h helps at the kink itself"
    return f"{head}: off by {number(abs(here - exact))}, and nobody made a mistake. The kink lies inside; {cure}."
