"""Gradient descent on the parabola f(x) = ½λx²: five regimes in one number, αλ (chapter 5)."""

from __future__ import annotations

import numpy as np

from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import SGD
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Line, Panel, Picture, Points, number

START, STEPS, NEAR = -1.5, 60, 1e-6


def parabola(curvature: float = 1.0, lr: float = 0.1, predict: Prediction | None = None) -> LiveFigure:
    """Live: the path on the parabola, and the distance to the minimum against the step."""
    return LiveFigure(
        draw,
        [
            Slider("curvature", 0.5, 4, curvature, 0.5, label="curvature λ"),
            Slider("lr", 0.01, 2.5, lr, 0.01, label="learning rate α"),
        ],
        predict=predict,
    )


def draw(curvature: float, lr: float) -> Picture:
    """Sixty steps from x = −1.5: x ← x − αλx, so that each step multiplies x by 1 − αλ."""
    bowl = Quadratic([curvature])
    trace = minimize(bowl, [START], SGD(lr), STEPS)
    x, distance = trace.theta[:, 0], np.abs(trace.theta[:, 0])  # (61,)
    grid = np.linspace(-2, 2, 201)[:, None]  # (201, 1)
    name = regime(x)
    return Picture(
        panels=(
            Panel(
                "Where it goes",
                Axis("x", -2, 2),
                Axis("f(x) = ½λx²", -0.25, 5),
                (
                    Line(grid[:, 0], bowl.value_and_grad(grid)[0], color="muted"),
                    Line(x, trace.loss, color="blue", width=1.5, exit="leaves at step {k}"),
                    Points(x, trace.loss, color="blue"),
                    Points([START], trace.loss[:1], color="ink", marker="square", size=9, label="start"),
                ),
            ),
            Panel(
                "How far it still has to go",
                Axis("step k", 0, STEPS),
                Axis("|x|, log scale", 1e-8, 1e2, log=True),
                (
                    Line(
                        trace.t,
                        np.abs(START) * np.abs(1 - lr * curvature) ** trace.t,
                        color="orange",
                        width=3,
                        label="1.5 · |1 − αλ|ᵏ",
                    ),
                    Points(trace.t[::2], distance[::2], color="blue", size=6),
                ),
            ),
        ),
        says=f"αλ = {number(lr * curvature)}: gradient descent {name}. {ending(distance)}",
        alt="Left: a parabola with the points gradient descent visits, joined in order. "
        "Right: the distance to the minimum against the step, on a log scale, with the predicted geometric decay.",
    )


def regime(x: np.ndarray) -> str:
    """What a run did, read off its points ``x (steps+1,)``.

    >>> regime(np.array([1.0, -0.5, 0.25]))
    'oscillates: it jumps across the minimum at every step, and closes in'
    """
    start, first, end = abs(x[0]), x[1], abs(x[-1])
    if first == 0 or abs(first) < 1e-12 * start:
        return "arrives in one step"
    if not np.isfinite(end) or end > 1.001 * start:
        return "diverges: each step lands farther away"
    if np.sign(first) != np.sign(x[0]):
        forever = end > 0.999 * start
        return (
            "bounces between two points forever"
            if forever
            else "oscillates: it jumps across the minimum at every step, and closes in"
        )
    return "creeps along one side" if end > 0.1 * start else "walks down one side"


def ending(distance: np.ndarray) -> str:
    """When the run came near, or where it ended."""
    near = np.flatnonzero(distance < NEAR)
    if near.size:
        return f"|x| falls below {number(NEAR)} at step {near[0]}."
    return f"After {len(distance) - 1} steps |x| is {number(distance[-1])}."
