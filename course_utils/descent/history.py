"""What a training left behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_utils.checks import Array
from course_utils.trace import Trace


@dataclass(frozen=True, eq=False)
class History:
    """The record of a training: a :class:`Trace` by steps, and one entry an epoch.

    ==============  ========  ==================================================================================
    ``trace``       steps     row t: loss and gradient norm (before clipping) on the minibatch of step t, before its
                              move; row 0 repeats row 1, the start; ``trace.theta`` ``(1, P)`` is the end only
    ``train_loss``  ``(E,)``  mean of the minibatch losses, taken while the weights move and dropout is on
    ``val_loss``    ``(E,)``  loss on the validation set after the epoch, in evaluation mode; nan without one
    ``val_metric``  ``(E,)``  ``metric(output, y)`` there; nan without one
    ``stopped``               why it ended before the last epoch; "" if it did not
    ==============  ========  ==================================================================================

    Epochs count from 1: epoch e stands in entry e - 1.
    """

    trace: Trace
    train_loss: Array
    val_loss: Array
    val_metric: Array
    stopped: str = ""

    @property
    def theta(self) -> Array:
        """The final parameters, ``(P,)``: the best ones, where early stopping put them back."""
        return np.asarray(self.trace.theta[-1])

    @property
    def epochs(self) -> int:
        """Number of whole epochs."""
        return len(self.train_loss)

    @property
    def best_epoch(self) -> int:
        """Epoch with the lowest validation loss (the first of equals), from 1; 0 if there is none."""
        seen = np.isfinite(self.val_loss)
        return int(np.where(seen, self.val_loss, np.inf).argmin()) + 1 if seen.any() else 0

    def __repr__(self) -> str:
        said = [f"{self.epochs} epochs, {len(self.trace)} steps"]
        if self.epochs:
            said.append(f"training loss {self.train_loss[0]:.4g} -> {self.train_loss[-1]:.4g}")
        if self.best_epoch:
            said.append(f"validation loss {self.val_loss[self.best_epoch - 1]:.4g} at epoch {self.best_epoch}")
        return f"History({', '.join(said)}{'; ' + self.stopped if self.stopped else ''})"
