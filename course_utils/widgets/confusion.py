"""Which digit is taken for which? The confusion matrix of a small network in training (chapter 19)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.data import digits
from course_utils.layers import Dense, Dropout, ReLU
from course_utils.losses import softmax_ce
from course_utils.metrics import confusion_matrix
from course_utils.network import Network
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Play, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Heat, Panel, Picture, Text
from course_utils.widgets.runs import Run
from course_utils.widgets.training import OPTIMIZERS, losses

EPOCHS, TRAIN = 40, 600


def confusion(
    optimizer: str = "Adam",
    lr: float = 0.002,
    width: int = 32,
    batch_size: int = 20,
    dropout: float = 0.0,
    epoch: int = 10,
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: confusion matrix and losses of 64 → width → 10 on the shipped digits. Play the epochs.

    600 digits to train on, 449 others are counted. Rows are the true digits, columns the answers, so what stands off
    the diagonal is an error, and a strong column is an answer given too often.
    Try: which pair is confused to the end? Which digit is found last? Then width 4: which digits does it give up?
    """
    return LiveFigure(
        draw,
        [
            Choice("optimizer", tuple(OPTIMIZERS), optimizer, label="optimizer"),
            LogSlider("lr", 1e-5, 10, lr, label="learning rate α", per_decade=10),
            Slider("width", 2, 64, width, 2, label="width"),
            Slider("batch_size", 10, TRAIN, batch_size, 10, label="batch size"),
            Slider("dropout", 0, 0.8, dropout, 0.1, label="dropout p"),
            Play("epoch", 0, EPOCHS, epoch, 1, label="epoch", ms=150),
        ],
        predict=predict,
        compare=True,
        work=advance,
    )


def advance(
    seconds: float, optimizer: str, lr: float, width: int, batch_size: int, dropout: float, epoch: int
) -> bool:
    """Train on for at most ``seconds`` toward the epoch; True if it is there."""
    return run(optimizer, lr, width, batch_size, dropout).until(epoch, seconds)


def draw(optimizer: str, lr: float, width: int, batch_size: int, dropout: float, epoch: int) -> Picture:
    """The test digits as the network of this epoch, or of the latest one so far, takes them."""
    trained, data = run(optimizer, lr, width, batch_size, dropout), shipped()
    now = trained.at(epoch)
    answers = trained.output(now, data.x_test).argmax(axis=1)
    counts = confusion_matrix(answers, data.y_test, 10)  # (10, 10), rows true
    return Picture(
        panels=(matrix(counts, now), losses(trained, now, EPOCHS)),
        says=verdict(trained, now, counts),
        alt="Left: ten rows, the true digits, by ten columns, the answers, shaded by how many of the row were answered "
        "so, with the numbers. Right: training and validation loss against the epoch, log scale.",
        height=400,
    )


def matrix(counts: NDArray[Any], now: int) -> Panel:
    """Shares of each row, and the numbers that are not 0; the first row at the top."""
    share = counts / counts.sum(axis=1, keepdims=True)
    numbers = [Text(j, 9 - i, f"{counts[i, j]}", anchor="center") for i, j in np.argwhere(counts)]
    return Panel(
        f"Test digits, epoch {now}",
        Axis("answer", -0.5, 9.5, ticks=tuple((k, f"{k}") for k in range(10))),
        Axis("true digit", -0.5, 9.5, ticks=tuple((9 - k, f"{k}") for k in range(10))),
        (Heat(np.sqrt(share[::-1]), lo=0, hi=1, strength=0.7, keep=False), *numbers),
        aspect=1,
    )


@lru_cache(maxsize=1)
def shipped() -> digits.Digits:
    """600 digits to train on and 449 to test."""
    x_train, y_train, x_test, y_test = digits.load_digits(np.random.default_rng(0))
    return digits.Digits(x_train[:TRAIN].astype(np.float32), y_train[:TRAIN], x_test.astype(np.float32), y_test)


@lru_cache(maxsize=8)
def run(optimizer: str, lr: float, width: int, batch_size: int, dropout: float) -> Run:
    """The training with these choices, as far as it is."""

    def build() -> Network:
        return Network([Dense(64, width), ReLU(), Dropout(dropout), Dense(width, 10)], softmax_ce)

    x, y, x_test, y_test = shipped()
    return Run(build, (x, y), (x_test, y_test), OPTIMIZERS[optimizer](lr), batch_size)


def verdict(trained: Run, now: int, counts: NDArray[Any]) -> str:
    """How many are right, the digit missed most, and the pair confused most."""
    if trained.diverged and now == len(trained.epochs) - 1:
        return f"Diverged at step {trained.diverged}, in epoch {now + 1}: the steps are too long. Try a smaller α."
    right, n, found = int(np.trace(counts)), int(counts.sum()), np.diag(counts) / counts.sum(axis=1)
    off = counts - np.diag(np.diag(counts))
    true, taken = np.unravel_index(off.argmax(), off.shape)
    missed = int(found.argmin())
    if right == n:
        return f"Epoch {now}: all {n} test digits are right."
    return (
        f"Epoch {now}: {100 * right / n:.1f} % of {n} test digits are right. The digit {missed} is missed most: "
        f"{100 * found[missed]:.0f} % are found. Most often {true} is taken for {taken}, {off.max()} times."
    )
