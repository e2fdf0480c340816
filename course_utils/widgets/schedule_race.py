"""A network trained at a constant rate, with cosine and with one-cycle: which differences are real (chapter 10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array
from course_utils.data import toy
from course_utils.descent import minibatches, minimize
from course_utils.layers import Dense, ReLU
from course_utils.losses import bce_with_logits
from course_utils.network import Network
from course_utils.optimizers import SGD
from course_utils.schedules import Constant, Cosine, OneCycle, Schedule
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Layer, Line, Panel, Picture, number
from course_utils.widgets.series import Look

N, WIDTH, BATCH, SEEDS, SHOWN = 200, 16, 20, 3, 25
NOISE = {"overlap": 0.2, "can be parted": 0.1}  # of the moons
LEAST = {"overlap": 0.05, "can be parted": 1e-3}  # where the axis of the loss begins
SCHEDULES: dict[str, Callable[[float, int], Schedule]] = {
    "constant": lambda lr, total: Constant(lr),
    "cosine": Cosine,
    "one-cycle": OneCycle,
}
LOOKS = {
    "constant": Look("orange", "solid", "dot", 2.5),
    "cosine": Look("blue", "dashed", "triangle", 2.5),
    "one-cycle": Look("green", "dashdot", "ring", 2.5),
}


def schedule_race(
    classes: str = "overlap", lr: float = 4.0, steps: int = 300, predict: Prediction | None = None
) -> LiveFigure:
    """Live: a network 2 → 16 → 1 on two moons, SGD with batches of 20: three schedules with the same largest rate.

    ``lr`` is that rate, ``steps`` the length of the training, which cosine and one-cycle know. Thick: the median of
    three seeds (starts and batches); thin: each seed. The loss is that of all 200 points.
    Try: classes that can be parted. Who wins there? Then α = 8: who can bear it? Then 0.5: who arrives?
    """
    return LiveFigure(
        draw,
        [
            Choice("classes", tuple(NOISE), classes, label="classes"),
            LogSlider("lr", 0.05, 20, lr, label="largest rate α", per_decade=10),
            Slider("steps", 100, 400, steps, 50, label="steps"),
        ],
        predict=predict,
    )


def draw(classes: str, lr: float, steps: int) -> Picture:
    """The rates, and the losses of nine trainings."""
    seen, t = losses(classes, lr, steps), range(steps)  # (26, 3 schedules, 3 seeds)
    k, at = np.linspace(0, steps, SHOWN + 1), slice(4, -1, 6)
    rates: list[Layer] = []
    thin: list[Layer] = []
    thick: list[Layer] = []
    for s, (name, look) in enumerate(LOOKS.items()):
        rate = np.array([SCHEDULES[name](lr, steps)(step) for step in t])
        rates += look.curve(np.array(t), rate, slice(steps // 8, None, steps // 4), label=name)
        thin += [Line(k, seen[:, s, seed], color=look.color, dash=look.dash, width=0.8) for seed in range(SEEDS)]
        thick += look.curve(k, np.median(seen[:, s], axis=-1), at, label=name)
    return Picture(
        panels=(
            Panel("The rate", Axis("step t", 0, steps), Axis("α", 0, 1.15 * lr), tuple(rates), labels="margin"),
            Panel(
                "Training loss: median, and each seed", Axis("step t", 0, steps),
                Axis("cross-entropy, log scale", LEAST[classes], 3, log=True), (*thin, *thick),
                labels="margin", weight=1.3,
            ),
        ),
        says=verdict(classes, lr, steps, seen[-1]),
        alt="Left: three schedules of the rate against the step: level, a falling half wave, and up, then far down. "
        "Right: training losses against the step, log scale: a thick median and three thin lines for each schedule.",
        height=360,
    )  # fmt: skip


@lru_cache(maxsize=2)
def points(classes: str) -> tuple[Array, Array]:
    """Points ``(200, 2)`` and labels ``(200,)``."""
    x, y = toy.moons(N, np.random.default_rng(100), noise=NOISE[classes])
    return x, y.astype(float)


@lru_cache(maxsize=1)
def starts() -> Array:
    """He's start for each seed, ``(3, 65)``."""
    network = Network([Dense(2, WIDTH), ReLU(), Dense(WIDTH, 1)], bce_with_logits, np.float64)
    return np.array([network.init(np.random.default_rng(seed)) for seed in range(SEEDS)])


def shuffled() -> Iterator[NDArray[np.intp]]:
    """Rows of the next batch of each seed, ``(3, 20)``, epoch after epoch."""
    rngs = [np.random.default_rng(seed) for seed in range(SEEDS)]
    while True:
        for batch in zip(*(minibatches(N, BATCH, rng) for rng in rngs), strict=True):
            yield np.array(batch)


@lru_cache(maxsize=64)
def losses(classes: str, lr: float, steps: int) -> Array:
    """Loss on all points at 26 steps from start to end, ``(26, 3 schedules, 3 seeds)``; all nine trained at once."""
    (x, y), batches = points(classes), shuffled()
    schedules = [SCHEDULES[name](lr, steps) for name in LOOKS]

    def next_batch(theta: Array) -> tuple[Array, Array]:
        rows = next(batches)
        return network(theta, x[rows], y[rows])

    def rates(t: int) -> Any:  # one rate a schedule, where the type says one
        return np.array([schedule(t) for schedule in schedules])[:, None, None]

    start = np.broadcast_to(starts(), (len(LOOKS), SEEDS, starts().shape[-1])).copy()
    theta = minimize(next_batch, start, SGD(rates), steps).theta  # (steps + 1, 3, 3, 65)
    with np.errstate(over="ignore", invalid="ignore"):
        seen = loss(hidden(theta[:: steps // SHOWN], x)[1], y)
    return np.minimum(np.nan_to_num(seen, nan=np.inf), 1e6)


def hidden(theta: Array, x: Array) -> tuple[Array, Array]:
    """Hidden values ``(..., n, 16)`` and logits ``(..., n)`` of many networks 2 → 16 → 1 at once."""
    w1, b1 = theta[..., : 2 * WIDTH].reshape(*theta.shape[:-1], 2, WIDTH), theta[..., None, 2 * WIDTH : 3 * WIDTH]
    h = x @ w1  # (..., n, 16)
    h += b1
    np.maximum(h, 0, out=h)
    return h, (h @ theta[..., 3 * WIDTH : -1, None])[..., 0] + theta[..., -1:]


def network(theta: Array, x: Array, y: Array) -> tuple[Array, Array]:
    """Loss ``(...)`` and gradient ``(..., 65)`` at ``theta (..., 65)``; each network has its rows ``x (..., n, 2)``."""
    (h, z), w2 = hidden(theta, x), theta[..., None, 3 * WIDTH : -1]  # (..., n, 16), (..., n), (..., 1, 16)
    dz = (0.5 * np.tanh(0.5 * z) + 0.5 - y) / y.shape[-1]  # (..., n)
    dh = dz[..., None] * w2 * (h > 0)  # (..., n, 16)
    g1, g2 = np.swapaxes(x, -1, -2) @ dh, (dz[..., None, :] @ h)[..., 0, :]  # (..., 2, 16), (..., 16)
    g1 = g1.reshape(*theta.shape[:-1], 2 * WIDTH)
    return loss(z, y), np.concatenate([g1, dh.sum(axis=-2), g2, dz.sum(axis=-1, keepdims=True)], axis=-1)


def loss(z: Array, y: Array) -> Array:
    """Mean cross-entropy ``(...)`` of logits ``(..., n)``."""
    return np.asarray((np.logaddexp(0, z) - y * z).mean(axis=-1))


def lower(ends: Array) -> list[tuple[str, str]]:
    """Pairs (a, b) whose ranges do not meet: every seed of a is below every seed of b. ``ends`` is ``(3, 3)``."""
    found = []
    for (a, left), (b, right) in combinations(zip(LOOKS, ends, strict=True), 2):
        found += [(a, b)] if left.max() < right.min() else [(b, a)] if right.max() < left.min() else []
    return found


def verdict(classes: str, lr: float, steps: int, ends: Array) -> str:
    """The three losses at the end with their ranges, and the differences that exceed them."""
    said = [
        f"{name} {number(float(np.median(end)), 2)} ({number(end.min(), 2)} to {number(end.max(), 2)})"
        for name, end in zip(LOOKS, ends, strict=True)
    ]
    real = [f"{a} below {b}" for a, b in lower(ends)]
    told = f"Ranges that do not meet: {', '.join(real)}." if real else "All ranges meet: three seeds show no winner."
    return f"Classes {classes}, α = {number(lr)}, {steps} steps. Loss at the end: {'; '.join(said)}. {told}"
