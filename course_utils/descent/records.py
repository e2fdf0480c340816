"""The rows of a training while it runs."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array
from course_utils.descent.callbacks import Progress
from course_utils.descent.history import History
from course_utils.trace import Trace


class Records:
    """Rows of steps and of epochs, filled as they come."""

    def __init__(self, epochs: int, steps: int) -> None:
        self.loss, self.lr, self.grad_norm = (np.full(epochs * steps + 1, np.nan) for _ in range(3))
        self.train_loss, self.val_loss, self.val_metric = (np.full(epochs, np.nan) for _ in range(3))
        self.t = 0

    def step(self, t: int, loss: float, lr: float, grad_norm: float) -> None:
        self.t, self.loss[t], self.lr[t], self.grad_norm[t] = t, loss, lr, grad_norm
        if t == 1:
            self.loss[0], self.grad_norm[0] = loss, grad_norm

    def epoch(self, progress: Progress) -> None:
        e = progress.epoch - 1
        self.train_loss[e], self.val_loss[e] = progress.train_loss, progress.val_loss
        self.val_metric[e] = progress.val_metric

    def so_far(self, progress: Progress) -> dict[str, Array]:
        rows = {name: getattr(self, name)[: self.t + 1] for name in ("loss", "lr", "grad_norm")}
        return rows | {name: getattr(self, name)[: progress.epoch] for name in ("train_loss", "val_loss", "val_metric")}

    def load(self, kept: dict[str, Array]) -> int:
        """Take the records of a checkpoint; returns the number of epochs in it."""
        done = len(kept["train_loss"])
        if done > len(self.train_loss):
            raise ValueError(
                f"the checkpoint holds {done} epochs, epochs={len(self.train_loss)} were asked for: epochs counts from "
                f"the start, those before the checkpoint included. Try epochs={done + len(self.train_loss)}."
            )
        for name, rows in kept.items():
            getattr(self, name)[: len(rows)] = rows
        self.t = len(kept["loss"]) - 1
        return done

    def history(self, progress: Progress, stopped: str) -> History:
        rows = slice(0, self.t + 1)
        trace = Trace(np.arange(self.t + 1), self.loss[rows], self.lr[rows], self.grad_norm[rows],
                      progress.theta[None].copy())  # fmt: skip
        done = slice(0, progress.epoch)
        return History(trace, self.train_loss[done], self.val_loss[done], self.val_metric[done], stopped)
