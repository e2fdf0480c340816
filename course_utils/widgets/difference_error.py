"""The numerical derivative has a best step: smaller is not better (chapter 3, O59)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from course_utils.checks import Array
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Layer, Line, Panel, Picture, Points, VLine, number
from course_utils.widgets.series import Look

H = np.geomspace(1e-15, 1, 121)
LOWEST, EPS = 1e-17, float(np.finfo(np.float64).eps)
FUNCTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {  # f, f'
    "sin x": (np.sin, np.cos),
    "exp x": (np.exp, np.exp),
    "x³": (lambda x: x**3, lambda x: 3 * x**2),
}
LOOKS = {
    ("forward", "64 bit"): Look("orange", "solid", "triangle", 2.5),
    ("central", "64 bit"): Look("blue", "solid", "dot", 2.5),
    ("forward", "32 bit"): Look("orange", "dashed", "triangle", 1.5),
    ("central", "32 bit"): Look("blue", "dashed", "dot", 1.5),
}
BITS = {"64 bit": np.float64, "32 bit": np.float32}


def difference_error(
    h: float = 1e-5, function: str = "sin x", x: float = 1.0, predict: Prediction | None = None
) -> LiveFigure:
    """Live: error of (f(x + h) − f(x)) / h and of (f(x + h) − f(x − h)) / 2h over h, in 64 and in 32 bit.

    Try: predict the best h of each, and its error. Then: why is h = 1e-8 good for one of them and poor for another?
    """
    return LiveFigure(
        draw,
        [
            LogSlider("h", 1e-15, 1, h, label="step h", per_decade=4),
            Choice("function", tuple(FUNCTIONS), function, label="f"),
            Slider("x", -3, 3, x, 0.1, label="x"),
        ],
        predict=predict,
    )


def draw(h: float, function: str, x: float) -> Picture:
    """The secants at this h, and the errors at every h."""
    f, slope = FUNCTIONS[function]
    near = np.linspace(x - 1.2, x + 1.2, 121)
    curve, tangent = f(near), f(x) + slope(x) * (near - x)
    ahead, behind = x + h, x - h
    secants = (
        Line(near, curve, color="ink", width=2.5),
        Line(near, tangent, color="muted", dash="dotted", width=2),
        Line(near, f(x) + estimate("forward", "64 bit", function, x, h) * (near - x), color="orange", width=2),
        Line(near, f(x) + estimate("central", "64 bit", function, x, h) * (near - x), color="blue", dash="dashed"),
        Points([x, ahead], [f(x), f(ahead)], color="orange", marker="triangle", size=9),
        Points([behind, ahead], [f(behind), f(ahead)], color="blue", marker="ring", size=12),
    )
    errors: list[Layer] = [VLine(h, color="ink", dash="dotted")]
    for (kind, bits), look in LOOKS.items():
        name = f"{kind}, {bits}" if bits == "64 bit" else ""
        errors += look.curve(H, sweep(kind, bits, function, x), slice(0, None, 12), label=name)
    spread = float(np.ptp(curve)) or 1.0
    return Picture(
        panels=(
            Panel(
                "Secants; the tangent is dotted",
                Axis("x", x - 1.2, x + 1.2),
                Axis("f", float(curve.min()) - 0.2 * spread, float(curve.max()) + 0.2 * spread),
                secants,
            ),
            Panel(
                "Error of the slope; 32 bit dashed",
                Axis("step h, log scale", 1e-15, 1, log=True),
                Axis("|error|, log scale", 1e-13, 10, log=True),
                tuple(errors),
                weight=1.3,
            ),
        ),
        says=verdict(h, function, x),
        alt="Left: a curve, its tangent (dotted), the forward secant (triangles) and the central one (rings). Right: "
        "error of the slope against the step, log-log: forward (triangles) and central (dots), 64 bit solid, 32 bit "
        "dashed.",
        height=350,
    )


def estimate(kind: str, bits: str, function: str, x: float, h: float | Array) -> Array:
    """(f(x + h) − f(x)) / h or (f(x + h) − f(x − h)) / 2h, computed throughout in this precision."""
    f, number_type = FUNCTIONS[function][0], BITS[bits]
    at, step = number_type(x), np.asarray(h, number_type)
    back = step if kind == "central" else np.zeros_like(step)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((f(at + step) - f(at - back)) / (step + back), np.float64)


@lru_cache(maxsize=256)
def sweep(kind: str, bits: str, function: str, x: float) -> Array:
    """|error| at every h, ``(121,)``; at least 1e-17, so that a lucky 0 can be drawn."""
    truth = FUNCTIONS[function][1](x)
    return np.asarray(np.maximum(np.abs(estimate(kind, bits, function, x, H) - truth), LOWEST))


def verdict(h: float, function: str, x: float) -> str:
    """Both errors at this h, and where each is least."""
    truth, told = FUNCTIONS[function][1](x), []
    for kind, root in (("forward", 2), ("central", 3)):
        error = abs(float(estimate(kind, "64 bit", function, x, h)) - truth)
        errors = sweep(kind, "64 bit", function, x)
        smooth = np.exp(np.convolve(np.log(errors), np.ones(9) / 9, mode="same"))  # one lucky step is no advice
        best = float(H[4:-4][smooth[4:-4].argmin()])
        rule = f"ε^(1/{root}) = {number(EPS ** (1 / root), 1)}"
        told.append(f"{kind} is off by {number(error, 2)} (best near h = {number(best, 1)}; {rule})")
    return f"{function} at {x:g}, h = {number(h)}: {', '.join(told)}."
