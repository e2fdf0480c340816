"""How far Adam can travel: about α a step, so α times the steps must exceed the way (chapter 5, E30)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.descent import minimize
from course_utils.objectives import LinearRegression, with_intercept
from course_utils.optimizers import Adam
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Band, HLine, Line, Panel, Picture, Points

GOAL, ASK, TRUTH = 1.0, 8.0, 8.0  # the data are y = x at 1 … 5; asked for is the prediction at 8
STARTS = np.linspace(-1.7, 1.7, 35)  # within ±1.732, where Glorot's rule draws the weight of one input and one output
WAYS = ((-3.0, "−3"), (-2.0, "−2"), (-1.0, "−1"), (0.0, "0"), (GOAL, "1, true"), (2.0, "2"), (3.0, "3"))
ANSWERS = ((-8.0, "−8"), (-4.0, "−4"), (0.0, "0"), (4.0, "4"), (TRUTH, "8, true"), (12.0, "12"))
BLOCK = 1000  # steps computed at a time


def journey(lr: float = 1e-3, steps: int = 1000, w0: float = -1.5, predict: Prediction | None = None) -> LiveFigure:
    """Live: Adam fits w·x + b to five points of y = x; where w gets, and the prediction at x = 8 from 35 starts of w.

    ``lr`` is Adam's α, ``steps`` the updates taken, ``w0`` the start of w (b starts at 0); drag to move it.
    Try: raise the rate until the cone reaches 1, then lower it tenfold and take ten times the steps.
    """
    return LiveFigure(
        draw,
        [
            LogSlider("lr", 1e-4, 1, lr, label="learning rate α"),
            Slider("steps", 100, 5000, steps, 100, label="steps"),
            Slider("w0", -1.7, 1.7, w0, 0.1, label="start w₀"),
        ],
        predict=predict,
    )


def draw(lr: float, steps: int, w0: float) -> Picture:
    """The run from w₀ inside the cone |w − w₀| ≤ αt, and what 35 runs predict."""
    theta = runs(lr, -(-steps // BLOCK) * BLOCK)[: steps + 1]  # (steps+1, 35, 2): b, w
    here = int(np.abs(STARTS - w0).argmin())
    t, w = np.arange(steps + 1), theta[:, here, 1]
    answers = theta[-1] @ [1.0, ASK]  # (35,)
    return Picture(
        panels=(
            Panel(
                "The way of w",
                Axis("step t", 0, steps),
                Axis("w", -3, 3, ticks=WAYS),
                (
                    Band(t[[0, -1]], w0 - lr * t[[0, -1]], w0 + lr * t[[0, -1]], color="sky"),
                    HLine(GOAL),
                    Line(t, w, color="blue", width=2.5),
                    Points([0], [w0], color="ink", marker="square", size=9),
                    Points(t[-1:], w[-1:], color="blue", size=9),
                ),
                drag=("", "w0"),
            ),
            Panel(
                f"Prediction at x = 8 after {steps} steps",
                Axis("start w₀", -1.8, 1.8),
                Axis("w·8 + b", -8, 12, ticks=ANSWERS),
                (
                    HLine(TRUTH),
                    Points(STARTS, answers, color="orange", size=6),
                    Points([w0], answers[[here]], color="blue", marker="ring", size=13),
                ),
                drag=("w0", ""),
            ),
        ),
        says=verdict(lr, steps, w0, answers, here),
        alt="Left: the weight w against the step, in the shaded cone of what it could reach, and the true value 1. "
        "Right: the prediction at x = 8 against the start of w, and the truth 8.",
    )


@lru_cache(maxsize=32)
def runs(lr: float, steps: int) -> Array:
    """Parameters (b, w) of all starts, ``(steps+1, 35, 2)``; Keras' demo: mean squared error, ε = 1e-7."""
    line = LinearRegression(with_intercept(np.arange(1.0, 6.0)[:, None]), np.arange(1.0, 6.0))
    hessian, best = line.hessian, line.optimum

    def fun(theta: Array) -> tuple[Array, Array]:
        away = theta - best
        g = away @ hessian  # the loss is a bowl, so the five points need not be visited at each step
        return np.vecdot(away, g) / 2, g

    return minimize(fun, np.column_stack([np.zeros(len(STARTS)), STARTS]), Adam(lr, eps=1e-7), steps).theta


def verdict(lr: float, steps: int, w0: float, answers: Array, here: int) -> str:
    """Reach against way, and what came of it."""
    reach, way, answer = lr * steps, abs(GOAL - w0), answers[here]
    off = int((np.abs(answers - TRUTH) > 1).sum())
    head = f"α × steps = {reach:.3g} and w must travel {way:.3g}, from {w0:.3g} to 1"
    short = "too short a reach" if reach < way else "within reach"
    says = (
        f"{head}: {short}. Prediction at x = 8 after the run: {answer:.3g} (right: 8); "
        f"{off} of {len(answers)} starts are off by more than 1."
    )
    return says.replace(" -", " −")
