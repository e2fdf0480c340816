"""What is checked before a training begins."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.descent.callbacks import Callback
from course_utils.descent.early_stopping import EarlyStopping
from course_utils.optimizers import Optimizer


def check_data(data: tuple[NDArray[Any], NDArray[Any]], name: str) -> int:
    """Number of examples, at least 1."""
    if not (isinstance(data, tuple | list) and len(data) == 2 and all(isinstance(a, np.ndarray) for a in data)):
        raise TypeError(
            f"{name} must be a pair of arrays (x, y), got {type(data).__name__}: rows are picked from both together. "
            f"Try {name}=(x, y)."
        )
    x, y = data
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y) or len(x) == 0:
        raise ValueError(
            f"{name} has x of shape {x.shape} and y of shape {y.shape}: there must be one target for each example, and "
            "at least one example. Check the first axis of both."
        )
    return len(x)


def check_choices(
    optimizer: Optimizer,
    validation: object | None,
    callbacks: Sequence[Callback],
    metric: object | None,
    checkpoint: str | Path | None,
    resume: bool,
) -> None:
    if not callable(optimizer.lr) and np.ndim(optimizer.lr):
        raise ValueError(
            f"lr has shape {np.shape(optimizer.lr)}: a network has one vector of parameters, so one rate. Try lr=0.1."
        )
    for callback in callbacks:
        if not isinstance(callback, Callback):
            raise TypeError(f"{callback!r} is not a Callback: it needs on_epoch_end. Try EarlyStopping(patience=5).")
    watching = [c for c in callbacks if isinstance(c, EarlyStopping)]
    if validation is None and (watching or metric is not None):
        who = "EarlyStopping" if watching else "metric"
        raise ValueError(
            f"{who} needs validation=(x, y): on the training set nearly every epoch looks better than the last. "
            "Try train_rows, val_rows = random_split(n, [0.8, 0.2], rng)."
        )
    if resume and checkpoint is None:
        raise ValueError("resume=True needs checkpoint=path: it is the file to go on from. Try checkpoint='run.npz'.")
