"""Early stopping."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, count, nonnegative
from course_utils.descent.callbacks import Callback, Progress


class EarlyStopping(Callback):
    """Stop when the validation loss has not improved for ``patience`` epochs, and go back to the best  (chapter 15).

    An epoch improves if its loss is below best - ``min_delta``. A tie does not, nor does nan. Impure: it counts.

    ``patience``   epochs without improvement before it stops, at least 1; noisy curves rise by chance, so not 1
    ``min_delta``  what counts as an improvement, in units of the loss
    ``restore``    True puts a copy of the best weights (and running statistics) back at the end, whatever ended it

    ``best``, ``best_epoch`` (from 1; 0 before any) and ``best_theta`` say what was found.
    Source: Goodfellow, Bengio & Courville 2016, Algorithm 7.1.

    >>> stopping = EarlyStopping(patience=2)
    >>> [stopping.observe(loss, np.zeros(1)) for loss in (3.0, 2.0, 2.5, 2.0)], stopping.best_epoch
    ([False, False, False, True], 2)
    """

    def __init__(self, patience: int = 5, min_delta: float = 0.0, restore: bool = True) -> None:
        self.patience = count("patience", patience, 1, "it is how many epochs without improvement are borne")
        nonnegative("min_delta", min_delta, "it is the least fall of the loss that counts", 0.0)
        self.min_delta, self.restore = min_delta, restore
        self.reset()

    def reset(self) -> None:
        """Forget what was seen."""
        self.best, self.best_epoch, self.epoch = math.inf, 0, 0
        self.best_theta: Array | None = None
        self.best_buffers: dict[str, Array] = {}

    def observe(self, loss: float, theta: Array) -> bool:
        """Take in the next epoch's validation loss and weights; True says that it is time to stop."""
        self.epoch += 1
        if loss < self.best - self.min_delta:
            self.best, self.best_epoch, self.best_theta = float(loss), self.epoch, theta.copy()
        return self.epoch - self.best_epoch >= self.patience

    def on_train_begin(self, progress: Progress) -> None:
        self.reset()

    def on_epoch_end(self, progress: Progress) -> str | None:
        over = self.observe(progress.val_loss, progress.theta)
        if self.best_epoch == self.epoch:
            self.best_buffers = {name: b.copy() for name, b in progress.network.body.buffers().items()}
        if not over:
            return None
        return f"early stopping: no better validation loss for {self.patience} epochs"

    def on_train_end(self, progress: Progress) -> None:
        if self.restore and self.best_theta is not None:
            progress.theta[...] = self.best_theta
            for name, buffer in progress.network.body.buffers().items():
                buffer[...] = self.best_buffers[name]

    def state(self) -> dict[str, NDArray[Any]]:
        kept = {"numbers": np.array([self.best, self.best_epoch, self.epoch], float)}
        if self.best_theta is not None:
            kept |= {"theta": self.best_theta, **{f"buffer {name}": b for name, b in self.best_buffers.items()}}
        return kept

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        best, best_epoch, epoch = state["numbers"].tolist()
        self.best, self.best_epoch, self.epoch = best, int(best_epoch), int(epoch)
        self.best_theta = state.get("theta")
        self.best_buffers = {name[7:]: b for name, b in state.items() if name.startswith("buffer ")}
