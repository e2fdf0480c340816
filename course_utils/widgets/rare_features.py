"""Features that are seldom there: one rate for all leaves them behind, a rate for each does not (chapter 8)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.descent import minimize
from course_utils.objectives import LinearRegression
from course_utils.optimizers import SGD, Adagrad, Optimizer, RMSprop
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Bars, HLine, Layer, Panel, Picture, number
from course_utils.widgets.series import Look

STEPS, NOISE, BETA = 600, 0.1, 0.99
OPTIMIZERS: dict[str, Callable[[float], Optimizer]] = {
    "SGD": SGD,
    "Adagrad": Adagrad,
    "RMSprop": lambda lr: RMSprop(lr, BETA),
}
LOOKS = (Look("orange", "solid", "dot"), Look("green", "dashed", "triangle"), Look("blue", "dashdot", "ring"))


def rare_features(
    optimizer: str = "SGD", frequency: float = 0.02, lr: float = 0.1, predict: Prediction | None = None
) -> LiveFigure:
    """Live: linear regression, one example a step. Three features, present in all, √p and p of the examples.

    ``frequency`` is p. The weights start at 0 and should become 1; a little noise is on the targets. Bars: the rate
    of each weight when its feature was last there, |Δw| / |g|. RMSprop has β = 0.99.
    Try: predict which weight is learned last, and whether a larger α helps it. Then Adagrad with α = 0.5, and RMSprop
    with 0.02: what are their bars?
    """
    return LiveFigure(
        draw,
        [
            Choice("optimizer", tuple(OPTIMIZERS), optimizer, label="optimizer"),
            LogSlider("frequency", 0.01, 1, frequency, label="frequency p"),
            LogSlider("lr", 0.003, 1, lr, label="rate α"),
        ],
        predict=predict,
        compare=True,
    )


def draw(optimizer: str, frequency: float, lr: float) -> Picture:
    """Distances of the weights, and their rates."""
    w, rates = run(optimizer, frequency, lr)  # (601, 3), (3,)
    far, k = np.abs(1 - w), np.arange(STEPS + 1)
    names = [f"in {100 * share:.3g} %" for share in (1, frequency**0.5, frequency)]
    lines: list[Layer] = [HLine(0.1, "a tenth", dash="dotted")]
    for j, look in enumerate(LOOKS):
        lines += look.curve(k, far[:, j], slice(60, None, 120), label=names[j])
    return Picture(
        panels=(
            Panel(
                "Distance of each weight from 1", Axis("step k", 0, STEPS),
                Axis("|1 − w|, log scale", 1e-3, 10, log=True),
                tuple(lines), labels="margin", weight=1.4,
            ),
            Panel(
                "Rate of each weight", Axis("feature present", 0.4, 3.6),
                Axis("|Δw| / |g|, log scale", 1e-3, 100, log=True),
                (Bars([1, 2, 3], rates, color="blue", labels=tuple(names), width=0.6), HLine(lr, "α", "red")),
            ),
        ),
        says=verdict(optimizer, frequency, lr, far, rates),
        alt="Left: distance of three weights from their target against the step, log scale; those of rarer features "
        "fall later. Right: bars of the rate of each weight.",
        height=360,
    )  # fmt: skip


@lru_cache(maxsize=8)
def examples(frequency: float) -> LinearRegression:
    """Six hundred examples, one a step: features 0 or 1 ``(600, 3)``, targets their sum and noise."""
    rng, x = np.random.default_rng(0), np.zeros((STEPS, 3))
    for j, share in enumerate((1.0, frequency**0.5, frequency)):
        x[rng.permutation(STEPS)[: max(1, round(share * STEPS))], j] = 1
    return LinearRegression(x, x.sum(axis=1) + NOISE * rng.normal(size=STEPS), convention="half_mean")


@lru_cache(maxsize=64)
def run(optimizer: str, frequency: float, lr: float) -> tuple[Array, Array]:
    """Weights ``(601, 3)``, and the rate of each where its feature was last present ``(3,)``."""
    data, rows = examples(frequency), itertools.cycle(np.arange(STEPS)[:, None])

    def next_example(theta: Array) -> tuple[Array, Array]:
        return data.value_and_grad(theta, next(rows))

    w = minimize(next_example, np.zeros(3), OPTIMIZERS[optimizer](lr), STEPS).theta
    rates = np.empty(3)
    for j in range(3):
        last = int(np.flatnonzero(np.asarray(data.x)[:, j])[-1])
        with np.errstate(over="ignore", invalid="ignore"):  # a run that diverged
            g = data.value_and_grad(w[last], np.array([last]))[1][j]
        rates[j] = abs((w[last + 1, j] - w[last, j]) / g)
    return w, rates


def verdict(optimizer: str, frequency: float, lr: float, far: Array, rates: Array) -> str:
    """When each weight was within a tenth for good, and the rates."""
    if not np.isfinite(far).all() or far[-1].max() > 10:
        return f"{optimizer}, α = {number(lr)}: the weights leave. No rate above 2/3 is safe when all three are there."
    said = []
    for column in far.T:
        late = np.flatnonzero(column > 0.1)
        arrived = int(late[-1]) + 1 if late.size else 0
        said.append(f"step {arrived}" if arrived <= STEPS else "never")
    ratio = number(rates[2] / rates[0], 2)
    return (
        f"{optimizer}, α = {number(lr)}, p = {number(frequency)}: within a tenth for good from {said[0]} "
        f"(always there), {said[1]} (√p), {said[2]} (p). The rarest had {ratio} times the rate of the one "
        "that is always there."
    )
