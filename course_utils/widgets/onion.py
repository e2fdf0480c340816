"""A published "gradient descent" repaired one mistake at a time (chapter 5, E74-E77)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.data import published_line
from course_utils.objectives import LinearRegression, with_intercept
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, HLine, Layer, Line, Panel, Picture, Points, Text, number
from course_utils.widgets.series import Look

STAGES = ("as published", "crash patched", "… and Xᵀ", "… and the sign", "… and y", "… and the intercept")
PUBLISHED, PATCHED, INPUTS, SIGN, TARGETS, INTERCEPT = STAGES
ALIKE = {  # what a stage descends on, or fails to
    PATCHED: "no Xᵀ, no y, and uphill: it follows no loss",
    INPUTS: "x regressed on x, uphill",
    SIGN: "x regressed on x, since y is missing",
    TARGETS: "y regressed on x, through the origin",
    INTERCEPT: "the line y = θ₀ + θ₁x",
}
SLOPE, START = Look("blue", "solid", "dot", 2.5), Look("green", "dashed", "triangle", 2.5)
BLOCK, FAR = 1000, 1e9  # steps computed at a time; where a run is given up


def onion(
    stage: str = PUBLISHED, lr: float = 0.01, steps: int = 1000, predict: Prediction | None = None
) -> LiveFigure:
    """Live: an article's fit of y = 2x + 1 + noise, peeled: each stage mends one mistake more of its gradient.

    ``lr`` is the rate α, ``steps`` the updates taken, both the article's at first; θ starts at 0.
    Try: predict θ before each stage. Then the last one: how many steps, or which rate, does it need to arrive?
    """
    return LiveFigure(
        draw,
        [
            Choice("stage", STAGES, stage, label="mended so far"),
            LogSlider("lr", 0.001, 1, lr, label="learning rate α"),
            Slider("steps", 100, 5000, steps, 100, label="steps"),
        ],
        predict=predict,
    )


def draw(stage: str, lr: float, steps: int) -> Picture:
    """The points with the line of this stage, and the way of θ."""
    x, y = published_line()
    theta = run(stage, lr, -(-steps // BLOCK) * BLOCK)[: steps + 1]  # (steps + 1, 2), shorter if it left the numbers
    k, marks, (b, w) = np.arange(len(theta)), np.linspace(0, len(theta) - 1, 9).astype(int)[1:-1], theta[-1]
    ends = np.array([0.0, 1.6])
    fitted: list[Layer] = [
        Points(x[:, 0], y, color="muted", marker="ring", size=6),
        Line(ends, 1 + 2 * ends, color="muted", dash="dotted", label="truth"),
    ]
    way: list[Layer] = []
    if stage == PUBLISHED:
        way.append(Text(steps / 2, 2.5, "ValueError at the second step", color="red", anchor="center"))
    else:
        fitted.append(Line(ends, b + w * ends, color="blue", width=2.5, label="fit"))
        way += goals(stage, steps)
        way += SLOPE.curve(k, theta[:, 1], marks, label="slope", exit="leaves at step {k}")
        if stage == INTERCEPT:
            way += START.curve(k, theta[:, 0], marks, label="intercept", exit="leaves at step {k}")
    return Picture(
        panels=(
            Panel("Data and fit", Axis("x", 0, 1.6), Axis("y", -1, 6), tuple(fitted), labels="margin"),
            Panel("The way of θ", Axis("step", 0, steps), Axis("θ", -1, 4.5), tuple(way), labels="margin"),
        ),
        says=verdict(stage, lr, steps, theta),
        alt="Left: 100 points around the dotted line y = 2x + 1, and the fit of this stage. Right: slope (solid) and, "
        "in the last stage, intercept (dashed) against the step, with the best values as horizontal lines.",
        height=340,
    )


def gradient(stage: str, theta: Array, x: Array, y: Array) -> Array:
    """What the stage subtracts α times, ``(2,)``: for the intercept and the slope; x and y are ``(n,)``."""
    mended = STAGES.index(stage)
    miss = (y if mended >= 4 else x) - (theta[0] + theta[1] * x)  # (n,)
    sign = -2 if mended >= 3 else 2
    slope = sign * (x @ miss if mended >= 2 else miss.sum()) / len(x)
    return np.array([sign * miss.sum() / len(x) if mended >= 5 else 0.0, slope])


def crash(lr: float) -> str:
    """What NumPy says to the published update, run as it stands."""
    X, theta = published_line().x, np.zeros(1)  # (100, 1), (1,)
    for _ in range(2):
        try:
            theta = theta - lr * (X - np.dot(X, theta))  # (100, 1) - (100,) is (100, 100)
        except ValueError as error:
            return str(error)
    return ""


@lru_cache(maxsize=64)
def run(stage: str, lr: float, steps: int) -> Array:
    """Intercept and slope after each step, ``(steps + 1, 2)``; shorter where the run is given up or crashes."""
    if stage == PUBLISHED:
        return np.zeros((1, 2))
    x, y = published_line().x[:, 0], published_line().y
    c = gradient(stage, np.zeros(2), x, y)
    slopes = np.column_stack([gradient(stage, e, x, y) - c for e in np.eye(2)])  # (2, 2)
    (c0, c1), ((a, d), (e, f)) = c.tolist(), slopes.tolist()
    theta = [(b := 0.0, w := 0.0)]
    while len(theta) <= steps and max(abs(b), abs(w)) < FAR:  # c + slopes·θ: the points need not be visited again
        b, w = b - lr * (c0 + a * b + d * w), w - lr * (c1 + e * b + f * w)
        theta.append((b, w))
    return np.array(theta)


@lru_cache(maxsize=6)
def best(stage: str) -> Array:
    """Intercept and slope that least squares gives for what the stage regresses, ``(2,)``."""
    x, y = published_line()
    if stage == INTERCEPT:
        return LinearRegression(with_intercept(x), y).optimum
    return np.append(0.0, LinearRegression(x, y if stage == TARGETS else x[:, 0]).optimum)


def goals(stage: str, steps: int) -> list[Layer]:
    """Where a stage that goes downhill should arrive."""
    b, w = (float(value) for value in best(stage))
    at = 0.98 * steps
    slope = (HLine(w, color="blue", dash="dotted"), Text(at, w + 0.2, "best slope", "blue", "right"))
    start = (HLine(b, color="green", dash="dotted"), Text(at, b - 0.2, "best intercept", "green", "right"))
    return [] if stage in (PATCHED, INPUTS) else [*slope, *start] if stage == INTERCEPT else [*slope]


def verdict(stage: str, lr: float, steps: int, theta: Array) -> str:
    """What the stage computes, where it ends, and where it should."""
    if stage == PUBLISHED:
        return f"{stage}: the second step stops with “ValueError: {crash(lr)}”. Nothing is fitted."
    head = f"{stage}: {ALIKE[stage]}. "
    if len(theta) <= steps:
        return f"{head}At rate {number(lr)} it runs away: over {number(FAR)} after {len(theta) - 1} steps."
    (b, w), (b_best, w_best) = theta[-1], best(stage)
    head += f"After {steps} steps of rate {number(lr)} "
    if stage == INTERCEPT:
        return f"{head}(θ₀, θ₁) = ({_four(b)}, {_four(w)}); least squares gives ({_four(b_best)}, {_four(w_best)})."
    told = f"{head}θ = {_four(w)}"
    return f"{told}." if stage in (PATCHED, INPUTS) else f"{told}; the best slope for that is {_four(w_best)}."


def _four(value: float) -> str:
    return (f"{value:,.1f}" if abs(value) >= 100 else f"{value:.4f}").replace("-", "−")
