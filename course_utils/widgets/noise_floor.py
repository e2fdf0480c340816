"""Gradients of minibatches: a cloud that does not come to rest, and what lowers it (chapters 6 and 7)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import SGD, Momentum, Optimizer
from course_utils.schedules import InverseTime
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Band, HLine, Layer, Line, Panel, Picture, Text, number

STEPS, RUNS, SHOWN, BETA, START = 400, 300, 12, 0.9, 3.0
PLAIN, SAME, SCALED, DECAY, MEAN = "SGD", "momentum .9", "momentum .9, α/10", "rate 1/t", "mean of the path"
METHODS: dict[str, Callable[[float], Optimizer]] = {
    PLAIN: SGD,
    SAME: lambda lr: Momentum(lr, BETA),
    SCALED: lambda lr: Momentum(lr * (1 - BETA), BETA),
    DECAY: lambda lr: SGD(InverseTime(lr, lr)),  # 1/(1/α + t): the sum diverges, that of the squares does not
    MEAN: SGD,
}


def noise_floor(
    method: str = PLAIN, batch: int = 1, lr: float = 0.2, sigma: float = 1.0, predict: Prediction | None = None
) -> LiveFigure:
    """Live: descent on ½x² from x = 3 with gradients whose noise is σ/√B, and the floor of its mean loss.

    ``batch`` is B, ``lr`` is α, ``sigma`` the noise of one example's gradient. Thirteen of 300 runs are drawn.
    The mean of the path is taken over the later half of the steps so far.
    Try: predict what a tenth of α does to the floor, and what 10 times B does. Then momentum: is its floor lower at
    the same α? Which methods have no floor?
    """
    return LiveFigure(
        draw,
        [
            Choice("method", tuple(METHODS), method, label="method"),
            LogSlider("batch", 1, 1000, batch, label="batch size B", per_decade=3, digits=1),
            LogSlider("lr", 0.01, 1.9, lr, label="rate α"),
            Slider("sigma", 0, 3, sigma, 0.1, label="noise σ of one"),
        ],
        predict=predict,
        compare=True,
    )


def draw(method: str, batch: float, lr: float, sigma: float) -> Picture:
    """The cloud, and the mean loss above its floor."""
    noise = sigma / batch**0.5
    x, k = paths(method, lr, noise), np.arange(STEPS + 1)  # (401, 300)
    loss, level = 0.5 * np.mean(x**2, axis=-1), floor(method, lr, noise)
    gaps = np.full((1, SHOWN), np.nan)
    cloud = np.vstack([x[:, 1 : SHOWN + 1], gaps]).T.ravel()  # twelve runs with a break after each
    spread = np.full(STEPS + 1, 2 * (2 * level) ** 0.5)
    above: list[Layer] = []
    if level > 1e-6:  # drawn over the curve, which lies on it; its name below, where there is room
        name = Text(STEPS / 2, level * (0.4 if level > 1e-5 else 2.5), "floor of theory", "red", "center")
        above = [HLine(level, color="red"), name]
    return Picture(
        panels=(
            Panel(
                "One run and twelve more" + (", ± two deviations" if level else ""),
                Axis("step k", 0, STEPS), Axis("x", -3.5, 3.5),
                (
                    Band(k, -spread, spread, color="sky"), HLine(0.0, dash="solid"),
                    Line(np.tile(np.append(k, np.nan), SHOWN), cloud, color="faint", width=0.8),
                    Line(k, x[:, 0], color="blue", width=1.5),
                ),
            ),
            Panel(
                "Mean loss of 300 runs", Axis("step k", 0, STEPS), Axis("½ E[x²], log scale", 1e-6, 10, log=True),
                (Line(k, loss, color="blue", width=1.5, label=method, ghost=True), *above),
            ),
        ),
        says=verdict(method, batch, lr, noise, float(loss[-50:].mean())),
        alt="Left: a run among twelve fainter ones; they fall to zero and then wander in a band. Right: their mean "
        "loss against the step, log scale, with the floor of theory as a dashed line.",
        height=360,
    )  # fmt: skip


@lru_cache(maxsize=32)
def paths(method: str, lr: float, noise: float) -> Array:
    """x of 300 runs of the library, or the means of their paths, ``(401, 300)``."""
    bowl, added = Quadratic([1.0]), noise * shakes()

    def noisy(theta: Array, batch: Array | None = None) -> tuple[Array, Array]:
        value, g = bowl.value_and_grad(theta)
        return value, g if batch is None else g + added[int(batch[0])]

    batches = (np.array([t]) for t in range(STEPS))
    x = minimize(noisy, np.full((RUNS, 1), START), METHODS[method](lr), STEPS, batches=batches).theta[:, :, 0]
    return later_half(x) if method == MEAN else x


@lru_cache(maxsize=1)
def shakes() -> Array:
    """The same draws of N(0, 1) for every setting, ``(400, 300, 1)``."""
    return np.random.default_rng(0).normal(size=(STEPS, RUNS, 1))


def later_half(x: Array) -> Array:
    """Row k is the mean of the rows ⌈k/2⌉ … k of ``x`` (Polyak and Ruppert, without the start)."""
    k = np.arange(len(x))
    sums = np.concatenate([np.zeros((1, x.shape[1])), np.cumsum(x, axis=0)])
    first = (k + 1) // 2
    return np.asarray((sums[k + 1] - sums[first]) / (k + 1 - first)[:, None])


def floor(method: str, lr: float, noise: float) -> float:
    """½ of the stationary variance on λ = 1: α²s²(1 + β)/((1 − β)((1 + β)² − (1 + β − α)²)); O18 for β = 0.

    0 where the method has no floor.
    """
    if method in (DECAY, MEAN):
        return 0.0
    beta = BETA if method in (SAME, SCALED) else 0.0
    rate = lr * (1 - beta) if method == SCALED else lr
    return 0.5 * rate * noise**2 * (1 + beta) / ((1 - beta) * (2 * (1 + beta) - rate))


def left_of_start(method: str, lr: float) -> float:
    """½x², mean of the last 50 steps, of a run without noise: the part of the mean loss that is still the start's."""
    return float(0.5 * np.mean(paths(method, lr, 0.0)[-50:, 0] ** 2))


def verdict(method: str, batch: float, lr: float, noise: float, seen: float) -> str:
    """The floor in theory and as seen, or how much of the way is left, and what moves the floor."""
    level, plain, start = floor(method, lr, noise), floor(PLAIN, lr, noise), left_of_start(method, lr)
    head = f"{method}, B = {number(batch)}, α = {number(lr)}: mean loss over the last 50 steps {number(seen)}"
    if not noise:
        return f"{head}. Without noise there is no floor."
    if start > 0.1 * seen:
        goal = f"Its floor is {number(level)}" if level else f"It has no floor; that of SGD is {number(plain)}"
        share = min(100 * start / seen, 100)
        return f"{head}; {share:.0f} % of that is left of the start: it has not arrived. {goal}."
    if method in (DECAY, MEAN):
        cure = {DECAY: "a rate that falls", MEAN: "averaging"}[method]
        return f"{head}, where SGD has its floor at {number(plain)}; {cure} has none."
    other = "" if method == PLAIN else f" That is {number(level / plain)} times that of SGD at this α."
    return f"{head}, floor in theory {number(level)}.{other} It falls like α and like 1/B, but never to 0."
