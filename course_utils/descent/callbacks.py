"""What may watch a training, and stop it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from course_utils.checks import Array
from course_utils.network import Network


@dataclass
class Progress:
    """How far a training is. ``theta`` is the network's own vector: it moves on, so copy what you want to keep."""

    network: Network
    theta: Array
    epoch: int
    epochs: int
    t: int
    train_loss: float
    val_loss: float
    val_metric: float


class Callback:
    """Something that is called while a network trains; override what you need."""

    def on_train_begin(self, progress: Progress) -> None:
        """Before the first step: start anew. Not called where a training is resumed."""

    def on_epoch_end(self, progress: Progress) -> str | None:
        """After each epoch and its validation. Return a reason to stop, or None to go on."""
        return None

    def on_train_end(self, progress: Progress) -> None:
        """After the last step, however it came to be the last."""

    def state(self) -> dict[str, NDArray[Any]]:
        """What a checkpoint must hold so that a resumed training goes on as if nothing had happened."""
        return {}

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Take back what :meth:`state` gave."""
