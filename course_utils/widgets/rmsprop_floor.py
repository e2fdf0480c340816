"""RMSProp at a constant rate ends in ±α/2, whatever the curvature (chapter 8)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import SGD, Optimizer, RMSprop
from course_utils.schedules import Constant, InverseTime
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, HLine, Layer, Line, Panel, Picture, number
from course_utils.widgets.series import Look

STEPS, LAST = 600, 20
CURVATURES = np.geomspace(0.01, 100, 33)  # one coordinate of the bowl each
GD_RATE = 0.95 * 2 / CURVATURES[-1]
LOOKS = {
    0.01: Look("orange", "solid", "dot", 1.5),
    1.0: Look("green", "dashed", "triangle", 1.5),
    100.0: Look("purple", "dotted", "square", 1.5),
}
CONSTANT, FALLING = "constant", "1/t after a while"


def rmsprop_floor(
    lr: float = 0.02, beta: float = 0.9, schedule: str = CONSTANT, predict: Prediction | None = None
) -> LiveFigure:
    """Live: RMSProp on ½λx² from x = 1 for 33 curvatures λ from 0.01 to 100, and where it is after 600 steps.

    ``lr`` is α; the falling rate is α/(1 + t/100). Beside it gradient descent, with a rate at 95 % of its limit.
    Try: predict how far from 0 RMSProp's flat and its steep coordinate end. Then half of α, another β, a falling rate.
    """
    return LiveFigure(
        draw,
        [
            LogSlider("lr", 0.003, 1, lr, label="rate α"),
            Slider("beta", 0.5, 0.99, beta, 0.01, label="β"),
            Choice("schedule", (CONSTANT, FALLING), schedule, label="schedule"),
        ],
        predict=predict,
        compare=True,
    )


def draw(lr: float, beta: float, schedule: str) -> Picture:
    """Three of the coordinates in time, and the ends of all."""
    x, descent, k = sizes(lr, beta, schedule), sizes(0.0, 0.0, CONSTANT), np.arange(STEPS + 1)  # (601, 33) each
    ends, level = x[-LAST:].max(axis=0), HLine(lr / 2, "α/2", "red")
    shown: list[Layer] = []
    for curvature, look in LOOKS.items():
        column = int(np.argmin(np.abs(CURVATURES - curvature)))
        shown += look.curve(k, descent[:, column], slice(40, None, 80), label=f"GD, λ = {number(curvature)}")
    flat, steep = Line(k, x[:, 0], color="blue", dash="dashed", label="RMSProp, all λ"), Line(k, x[:, -1], color="blue")
    return Picture(
        panels=(
            Panel(
                "Distance from the minimum", Axis("step k", 0, STEPS), Axis("|x|, log scale", 1e-5, 10, log=True),
                (level, *shown, steep, flat), labels="margin",
            ),
            Panel(
                "Largest of the last 20", Axis("curvature λ, log scale", 0.01, 100, log=True),
                Axis("|x|, log scale", 1e-5, 10, log=True),
                (
                    level,
                    Line(CURVATURES, descent[-LAST:].max(axis=0), color="muted", dash="dotted", label="GD"),
                    Line(CURVATURES, ends, color="blue", width=3, label="RMSProp", ghost=True),
                ),
                labels="margin",
            ),
        ),
        says=verdict(lr, beta, schedule, ends),
        alt="Left: distance from the minimum against the step, log scale: one path of RMSProp for all curvatures, "
        "three of gradient descent. Right: where all end: RMSProp on one level, gradient descent on a slope.",
        height=360,
    )  # fmt: skip


@lru_cache(maxsize=64)
def sizes(lr: float, beta: float, schedule: str, steps: int = STEPS) -> Array:
    """|x| of each curvature, ``(steps + 1, 33)``; gradient descent for ``lr`` 0."""
    rate = InverseTime(lr, 0.01) if schedule == FALLING else Constant(lr or GD_RATE)
    optimizer: Optimizer = RMSprop(rate, beta) if lr else SGD(rate)
    start = np.ones(len(CURVATURES))
    return np.abs(minimize(Quadratic(CURVATURES), start, optimizer, steps).theta)


def verdict(lr: float, beta: float, schedule: str, ends: Array) -> str:
    """The ends, and the level of theory."""
    low, high = (number(end if end > 1e-12 else 0.0) for end in (ends.min(), ends.max()))
    where = f"{low} to {high}" if low != high else low
    head = f"α = {number(lr)}, β = {number(beta)}: RMSProp is {where} from the minimum after {STEPS} steps"
    if schedule == FALLING:
        last = lr / (1 + 0.01 * (STEPS - 1))
        return f"{head}; half of the last rate is {number(last / 2)}. It goes as far down as the rate does."
    if 0.9 * lr / 2 < ends.min() and ends.max() < 1.1 * lr / 2:
        return f"{head}, at every curvature: α/2 = {number(lr / 2)}. Steps keep the length α, to and fro."
    if ends.max() < lr / 2:
        return f"{head}, not for good: quiet while √s remembers the start. Later ±α/2 = {number(lr / 2)} comes."
    return f"{head} and has not settled: its swings beyond ±α/2 = {number(lr / 2)} die out."
