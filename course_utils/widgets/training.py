"""A small network in training: its decision regions and its losses, epoch by epoch (chapters 10, 13, 17, 19)."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from course_utils.data import toy
from course_utils.layers import BatchNorm, Dense, Dropout, Layer, ReLU
from course_utils.losses import bce_with_logits
from course_utils.network import Network
from course_utils.optimizers import SGD, Adam, Momentum, Optimizer, RMSprop
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Play, Slider, Switch
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import (
    Axis,
    Heat,
    Line,
    Panel,
    Picture,
    Points,
    VLine,
    contours,
    number,
)
from course_utils.widgets.runs import Data, Run

EPOCHS, N, GRID = 150, 200, 61
WINDOWS = {"moons": (-1.8, 2.8, -1.4, 1.9), "spirals": (-1.2, 1.2, -1.2, 1.2), "XOR": (-0.8, 1.8, -0.8, 1.8)}
OPTIMIZERS: dict[str, Callable[[float], Optimizer]] = {
    "SGD": SGD,
    "momentum": Momentum,
    "RMSprop": RMSprop,
    "Adam": Adam,
}


def training(
    data: str = "moons",
    optimizer: str = "Adam",
    lr: float = 0.02,
    width: int = 16,
    batch_size: int = 20,
    dropout: float = 0.0,
    batch_norm: bool = False,
    epoch: int = 40,
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: what a network 2 → width → width → 1 with ReLU answers in the plane, and its losses. Play the epochs.

    200 points to train on, 200 for validation. Move any control: the network is trained anew up to the same epoch, in
    slices of a few milliseconds, and Pause stops it.
    Try: spirals. Which optimizer and which rate draws them first? Then moons, width 32, epoch 150: what does the
    training loss not tell?
    """
    return LiveFigure(
        draw,
        [
            Choice("data", tuple(WINDOWS), data, label="data"),
            Choice("optimizer", tuple(OPTIMIZERS), optimizer, label="optimizer"),
            LogSlider("lr", 1e-4, 10, lr, label="learning rate α", per_decade=10),
            Slider("width", 2, 32, width, 1, label="width"),
            Slider("batch_size", 5, N, batch_size, 5, label="batch size"),
            Slider("dropout", 0, 0.8, dropout, 0.1, label="dropout p"),
            Switch("batch_norm", batch_norm, label="batch normalization"),
            Play("epoch", 0, EPOCHS, epoch, 1, label="epoch"),
        ],
        predict=predict,
        compare=True,
        work=advance,
    )


def advance(
    seconds: float,
    data: str,
    optimizer: str,
    lr: float,
    width: int,
    batch_size: int,
    dropout: float,
    batch_norm: bool,
    epoch: int,
) -> bool:
    """Train on for at most ``seconds`` toward the epoch; True if it is there."""
    return run(data, optimizer, lr, width, batch_size, dropout, batch_norm).until(epoch, seconds)


def draw(
    data: str, optimizer: str, lr: float, width: int, batch_size: int, dropout: float, batch_norm: bool, epoch: int
) -> Picture:
    """The network of this epoch, or of the latest one so far."""
    trained = run(data, optimizer, lr, width, batch_size, dropout, batch_norm)
    now = trained.at(epoch)
    return Picture(
        panels=(regions(trained, data, now), losses(trained, now, EPOCHS)),
        says=verdict(trained, f"{optimizer}, α = {number(lr)}", now),
        alt="Left: the plane, shaded by the probability of class 1, with the training points: circles for class 0, "
        "squares for class 1. Right: training and validation loss against the epoch, log scale.",
        height=360,
    )


@lru_cache(maxsize=8)
def run(
    data: str, optimizer: str, lr: float, width: int, batch_size: int, dropout: float, batch_norm: bool
) -> Run:
    """The training with these choices, as far as it is."""

    def build() -> Network:
        hidden: list[Layer] = []
        for n_in in (2, width):
            hidden += [Dense(n_in, width), *([BatchNorm(width)] if batch_norm else []), ReLU(), Dropout(dropout)]
        return Network([*hidden, Dense(width, 1)], bce_with_logits)

    return Run(build, points(data, 0), points(data, 1), OPTIMIZERS[optimizer](lr), batch_size)


@lru_cache(maxsize=8)
def points(data: str, seed: int) -> Data:
    """Points ``(200, 2)`` and targets ``(200, 1)``."""
    rng = np.random.default_rng(seed)
    if data == "XOR":
        x, y = toy.xor(N, rng, noise=0.2)
    else:
        x, y = toy.moons(N, rng) if data == "moons" else toy.spirals(N, rng)
    return x.astype(np.float32), y[:, None].astype(np.float32)


def regions(trained: Run, data: str, now: int) -> Panel:
    """Probability of class 1 over the plane, its border at ½, and the points."""
    left, right, low, high = WINDOWS[data]
    u, v = np.linspace(left, right, GRID), np.linspace(low, high, GRID)
    plane = np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)  # (61 · 61, 2)
    z = trained.output(now, plane).reshape(GRID, GRID).astype(np.float64)
    (x, y), (a, b) = points(data, 0), ("blue", "orange")
    circles, squares = x[y[:, 0] == 0], x[y[:, 0] == 1]
    return Panel(
        f"Class of each place, epoch {now}",
        Axis("x₁", left, right),
        Axis("x₂", low, high),
        (
            Heat(0.5 * np.tanh(0.5 * z) + 0.5, scale="diverging", lo=0, hi=1, strength=0.6, keep=False),
            contours(u, v, z, [0.0], color="ink", width=2, keep=False),
            Points(circles[:, 0], circles[:, 1], color=a, size=6),
            Points(squares[:, 0], squares[:, 1], color=b, marker="square", size=6),
        ),
        aspect=1,
    )


def losses(trained: Run, now: int, most: int) -> Panel:
    """Both losses up to this epoch."""
    epochs, lines = np.arange(now + 1), list[Line]()
    lost = trained.diverged and now == len(trained.epochs) - 1
    for name, label, color, dash in (
        ("train_loss", "training", "blue", "solid"),
        ("val_loss", "validation", "orange", "dashed"),
    ):
        loss = trained.curve(name, now)
        if lost:
            epochs, loss = np.arange(now + 2), np.append(loss, math.inf)
        said = f"diverges at step {trained.diverged}" if lost and name == "val_loss" else ""
        named = "" if lost else label
        lines.append(Line(epochs, loss, color=color, dash=dash, label=named, width=2.5, exit=said, ghost=True))
    return Panel(
        "Losses",
        Axis("epoch", 0, most),
        Axis("cross-entropy, log scale", 1e-5, 10, log=True),
        (*lines, VLine(now, color="muted", dash="dotted")),
    )


def verdict(trained: Run, name: str, now: int) -> str:
    """Losses, share of right answers, and where validation was best."""
    if trained.diverged and now == len(trained.epochs) - 1:
        return (
            f"{name}: diverged at step {trained.diverged}, in epoch {now + 1}: the steps are too long for this "
            "network. Try a smaller α."
        )
    val, share = trained.curve("val_loss", now), trained.curve("val_accuracy", now)[-1]
    head = f"{name}, epoch {now}: validation loss {number(val[-1])}, {100 * share:.1f} % right"
    if not now:
        return f"{head}: it has not learned anything yet."
    best, fitted = int(val.argmin()), trained.curve("train_loss", now)
    head += f"; training loss {number(fitted[-1])}"
    if not best:
        return f"{head}. Validation was best before the first step, {number(val[0])}: training has made it worse."
    overfits = "It overfits: validation" if val[-1] > 1.2 * val[best] and fitted[-1] < fitted[best] else "Validation"
    return f"{head}. {overfits} was best at epoch {best}, {number(val[best])}."


