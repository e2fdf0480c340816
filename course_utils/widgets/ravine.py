"""Gradient descent in a ravine ½(x² + κy²): the steep direction limits α, the flat one sets the time (chapter 5)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import SGD
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Heat, Line, Panel, Picture, Points, contours, number

STEPS, NEAR = 100, 1e-6
X, Y = Axis("x, the flat direction", -2.2, 2.2), Axis("y, the steep direction", -1.6, 1.6)


def ravine(
    kappa: float = 20.0, lr: float = 0.09, x0: float = -1.8, y0: float = 1.0, predict: Prediction | None = None
) -> LiveFigure:
    """Live: path over contours, each component with its factor, the loss. Drag in the first panel to move the start."""
    return LiveFigure(
        draw,
        [
            LogSlider("kappa", 1, 100, kappa, label="condition κ"),
            LogSlider("lr", 1e-3, 2.5, lr, label="learning rate α", per_decade=50),
            Slider("x0", -2, 2, x0, 0.1, label="start x"),
            Slider("y0", -1.5, 1.5, y0, 0.1, label="start y"),
        ],
        predict=predict,
    )


def draw(kappa: float, lr: float, x0: float, y0: float) -> Picture:
    """A hundred steps; along each axis the run is multiplied by 1 − αλ a step, λ = 1 and κ."""
    trace = minimize(Quadratic([1.0, kappa]), [x0, y0], SGD(lr), STEPS)
    x, y = trace.theta[:, 0], trace.theta[:, 1]  # (101,)
    flat, steep = 1 - lr, 1 - lr * kappa
    return Picture(
        panels=(
            Panel(
                "The path",
                X,
                Y,
                (
                    *background(kappa),
                    Line(x, y, color="orange", exit="leaves at step {k}"),
                    Points(x, y, color="orange", size=5),
                    Points([x0], [y0], color="ink", marker="square", size=10, label="start"),
                    Points([0], [0], color="ink", marker="star", size=12),
                ),
                weight=1.5,
                drag=("x0", "y0"),
            ),
            Panel(
                "Each direction: |1 − αλ|ᵏ",
                Axis("step k", 0, STEPS),
                Axis("|component|, log scale", 1e-8, 1e2, log=True),
                (
                    Line(trace.t, abs(x0) * np.abs(flat) ** trace.t, color="blue", width=3, label="flat, λ = 1"),
                    Points(trace.t[::5], np.abs(x[::5]), color="blue", size=5),
                    Line(
                        trace.t,
                        abs(y0) * np.abs(steep) ** trace.t,
                        color="green",
                        width=3,
                        dash="dashed",
                        label="steep, λ = κ",
                    ),
                    Points(trace.t[::5], np.abs(y[::5]), color="green", marker="square", size=5),
                ),
            ),
            Panel(
                "The loss",
                Axis("step k", 0, STEPS),
                Axis("f, log scale", 1e-10, 1e4, log=True),
                (Line(trace.t, trace.loss, color="orange", width=2.5),),
            ),
        ),
        says=verdict(kappa, lr, trace.loss, y),
        alt="Left: contour lines of a ravine with the path of gradient descent. Middle: the size of the flat and the "
        "steep component against the step, with the predicted decay. Right: the loss against the step.",
        height=340,
    )


@lru_cache(maxsize=16)
def background(kappa: float) -> tuple[Heat, Line]:
    """Shading and contour lines of the bowl, computed once for each κ."""
    x, y = np.linspace(X.lo, X.hi, 241), np.linspace(Y.lo, Y.hi, 181)
    values = Quadratic([1.0, kappa]).value_and_grad(np.stack(np.meshgrid(x, y), axis=-1))[0]  # (181, 241)
    levels = 0.5 * kappa**0.5 * np.array([0.02, 0.1, 0.3, 0.7, 1.4, 2.5, 4.5, 8.0])
    return Heat(np.sqrt(values[::3, ::3]), scale="blue", strength=0.35), contours(x, y, values, levels)


def verdict(kappa: float, lr: float, loss: np.ndarray, y: np.ndarray) -> str:
    """What the run did: the regime of the steep direction, the slow direction, the time."""
    head, factor = f"κ = {number(kappa)}, α = {number(lr)}", 1 - lr * kappa
    if not loss[-1] <= loss[0]:
        return (
            f"{head}: diverges. The steep direction is multiplied by {number(factor)} a step; "
            f"stable only below α = {number(2 / kappa)}."
        )
    across = "zigzags across" if y[0] * y[1] < 0 else "walks down" if y[0] else "stays on the floor of"
    near = np.flatnonzero(loss < NEAR)
    end = (
        f"the loss falls below {number(NEAR)} at step {near[0]}"
        if near.size
        else f"after {len(loss) - 1} steps the loss is {number(loss[-1])}"
    )
    slow = "flat" if abs(1 - lr) >= abs(factor) else "steep"
    return f"{head}: the run {across} the ravine; the {slow} direction is the slow one, and {end}."
