"""A small task for the training tests: XOR of signs, 60 rows to train on and 40 to validate."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.descent import Callback, History, Progress, train
from course_utils.layers import BatchNorm, Dense, Dropout, Layer, ReLU
from course_utils.losses import softmax_ce
from course_utils.network import Network
from course_utils.optimizers import Adam

RNG = np.random.default_rng(3)
X = RNG.normal(size=(100, 2))
Y = (X[:, 0] * X[:, 1] > 0).astype(np.int64)
DATA, VALIDATION = (X[:60], Y[:60]), (X[60:], Y[60:])


def network(dtype: Any = np.float32, noisy: bool = False) -> Network:
    """``noisy`` adds what makes a resume hard: running statistics and random masks."""
    more: list[Layer] = [BatchNorm(8), Dropout(0.2)] if noisy else []
    return Network([Dense(2, 8), ReLU(), *more, Dense(8, 2)], softmax_ce, dtype)


def run(net: Network | None = None, optimizer: Any = None, seed: int = 0, **options: Any) -> History:
    options = {"epochs": 3, "batch_size": 16} | options
    rng = np.random.default_rng(seed)
    return train(net or network(), options.pop("data", DATA), optimizer or Adam(0.02), rng=rng, **options)


class Scripted(Callback):
    """Replaces the validation loss by a script, and notes the weights."""

    def __init__(self, *losses: float) -> None:
        self.losses, self.thetas, self.seen = losses, [], []

    def on_epoch_end(self, progress: Progress) -> str | None:
        progress.val_loss = self.losses[progress.epoch - 1]
        self.thetas.append(progress.theta.copy())
        self.seen.append(progress.epoch)
        return None
