"""A schedule, and what it does to the two parts of the loss: what is left of the start, and the noise (chapter 10)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import SGD
from course_utils.schedules import Constant, Cosine, Exponential, InverseTime, OneCycle, Schedule, Step, Warmup
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, HLine, Layer, Line, Panel, Picture, Points, number

STEPS, RUNS = 200, 400
SCHEDULES: dict[str, Callable[[float, float], Schedule]] = {
    "constant": lambda lr, pace: Constant(lr),
    "step": lambda lr, pace: Step(lr, every=max(1, round(STEPS * (1 - pace))), gamma=0.1),
    "exponential": lambda lr, pace: Exponential(lr, gamma=0.001 ** (max(pace, 0.01) / STEPS)),
    "1/t": lambda lr, pace: InverseTime(lr, k=max(pace, 0.005)),
    "cosine": lambda lr, pace: Cosine(lr, total=max(1, round(STEPS * (1 - pace)))),
    "warmup + cosine": lambda lr, pace: Warmup(max(1, round(STEPS * pace)), Cosine(lr, total=STEPS)),
    "one-cycle": lambda lr, pace: OneCycle(lr, total=STEPS, warm=min(max(pace, 0.05), 0.9)),
}
"""Each with ``pace`` in 0 … 1: how early it decays; with a warmup, how long that lasts."""


def schedule_designer(
    schedule: str = "cosine",
    lr: float = 0.5,
    pace: float = 0.2,
    noise: float = 0.5,
    curvature: float = 0.1,
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: the rate over 200 steps, and the mean loss of descent with noisy gradients on ½λx², in its two parts.

    ``lr`` is the largest rate, ``pace`` how early the schedule decays (with a warmup, how long it is), ``noise`` the
    standard deviation of the gradient's noise, ``curvature`` λ; the start is x = 1. Rings are the mean of 400 runs.
    Try: step, and move the pace: decay too early and the bias stays; too late and the noise has no time to fall.
    """
    return LiveFigure(
        draw,
        [
            Choice("schedule", tuple(SCHEDULES), schedule, label="schedule"),
            LogSlider("lr", 0.01, 10, lr, label="largest rate"),
            Slider("pace", 0, 0.95, pace, 0.05, label="how early, how long"),
            Slider("noise", 0, 2, noise, 0.1, label="gradient noise σ"),
            LogSlider("curvature", 0.01, 1, curvature, label="curvature λ"),
        ],
        predict=predict,
        compare=True,
    )


def draw(schedule: str, lr: float, pace: float, noise: float, curvature: float) -> Picture:
    """The schedule, and bias and noise in theory and in runs."""
    rates = np.array([SCHEDULES[schedule](lr, pace)(t) for t in range(STEPS)])  # (200,)
    bias, spread = parts(rates, curvature, noise)  # (201,) each
    total, k = bias + spread, np.arange(STEPS + 1)  # (201,)
    gone = "diverges" if not bias[-1] <= bias[0] else ""
    lines: list[Layer] = [
        Line(k, bias, color="blue", dash="dashed", label="bias", width=2.5, exit=gone),
        Line(k, spread, color="orange", dash="dotted", label="noise", width=2.5),
        Line(k, total, color="ink", label="loss", ghost=True),
    ]
    if lr < 2 / curvature:
        lines.append(HLine(floor(rates[-1], curvature, noise), "floor of the last rate", "muted"))
    seen = runs(schedule, lr, pace, noise, curvature)
    return Picture(
        panels=(
            Panel(
                "The rate", Axis("step t", 0, STEPS), Axis("α", 0, 1.05 * lr),
                (Line(k[:-1], rates, color="green", width=2.5, ghost=True),),
            ),
            Panel(
                "The loss and its two parts (rings: 400 runs)", Axis("step t", 0, STEPS),
                Axis("½λ E[x²], log scale", 1e-6, 10, log=True),
                (*lines, Points(k[10::20], seen[10::20], color="ink", marker="ring", size=8)),
                labels="margin", weight=1.3,
            ),
        ),
        says=verdict(bias, spread, rates, noise, curvature),
        alt="Left: the rate against the step. Right: mean loss, with what is left of the start dashed and the noise "
        "dotted, log scale; rings, the mean of 400 runs, lie on it.",
        height=360,
    )  # fmt: skip


def parts(rates: Array, curvature: float, noise: float) -> tuple[Array, Array]:
    """½λ times the squared mean and the variance of x, ``(T + 1,)`` each, from x = 1.

    x ← (1 − αλ) x − α ξ: the mean is multiplied by 1 − αλ, the variance by its square, and α²σ² is added.
    """
    mean, variance = np.ones(len(rates) + 1), np.zeros(len(rates) + 1)
    with np.errstate(over="ignore"):
        for t, lr in enumerate(rates):
            shrink = 1 - lr * curvature
            mean[t + 1] = mean[t] * shrink
            variance[t + 1] = variance[t] * shrink**2 + (lr * noise) ** 2
        return 0.5 * curvature * mean**2, 0.5 * curvature * variance


def floor(lr: float, curvature: float, noise: float) -> float:
    """Where the noise settles at a constant rate: ½λ · ασ²/(λ(2 − αλ)) (O18)."""
    return 0.5 * lr * noise**2 / (2 - lr * curvature)


@lru_cache(maxsize=64)
def runs(schedule: str, lr: float, pace: float, noise: float, curvature: float) -> Array:
    """Mean loss of 400 runs of the library, ``(201,)``."""
    bowl, rng = Quadratic([curvature]), np.random.default_rng(0)
    added = noise * rng.normal(size=(STEPS, RUNS, 1))

    def noisy(theta: Array, batch: Array | None = None) -> tuple[Array, Array]:
        value, g = bowl.value_and_grad(theta)
        return value, g if batch is None else g + added[int(batch[0])]

    batches = (np.array([t]) for t in range(STEPS))
    trace = minimize(noisy, np.ones((RUNS, 1)), SGD(SCHEDULES[schedule](lr, pace)), STEPS, batches=batches)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(trace.loss.mean(axis=-1))


def verdict(bias: Array, spread: Array, rates: Array, noise: float, curvature: float) -> str:
    """The two parts at the end, and which of them is the larger."""
    if rates.max() * curvature > 2 and bias[-1] > bias[0]:
        return f"Diverges: the rate exceeds 2/λ = {number(2 / curvature)} for too long."
    head = f"After {STEPS} steps: bias {number(bias[-1])}, noise {number(spread[-1])}"
    if bias[-1] > 2 * spread[-1]:
        return f"{head}. The bias is left: the rate fell too early or was too small to bring the start home."
    if spread[-1] > 2 * bias[-1]:
        if rates[-1] * curvature >= 2:
            return f"{head}. The noise is left, and grows: the last rate exceeds 2/λ = {number(2 / curvature)}."
        level = floor(rates[-1], curvature, noise)
        return f"{head}. The noise is left: {why_noise(spread[-1], rates, level)}"
    return f"{head}. Both parts are alike: a good balance."


def why_noise(left: float, rates: Array, level: float) -> str:
    """On the floor of the last rate; or above it: the rate fell too late, or too far, for the noise to follow."""
    if left < 2 * level:
        return f"it is on the floor of the last rate, {number(level)}: that rate is still too large."
    fell = int(np.flatnonzero(rates > rates.max() / 2)[-1]) + 1
    frozen = f"it is frozen in, above the floor of the last rate, {number(level, 2)}"
    if fell > STEPS / 2:
        return f"{frozen}: the rate fell below half only at step {fell}, too late for the noise to settle."
    return f"{frozen}: the rate fell below half at step {fell}, then too far for the noise to follow."
