"""Argument checks whose errors say what is wrong, why it matters and what to try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Rate = float | Array | Callable[[int], float]
"""A learning rate: a number, an array that broadcasts over runs, or a schedule ``t -> lr``."""


def learning_rate(lr: Rate) -> None:
    """Accept a positive number, an array of positive numbers, or a schedule.

    >>> learning_rate(-0.1)
    Traceback (most recent call last):
    ValueError: lr must be positive, got -0.1: a negative learning rate climbs the loss. Try 0.1.
    """
    if callable(lr):
        return
    values = np.asarray(lr)
    if values.dtype.kind not in "fiu":
        raise TypeError(
            f"lr must be a number, an array of numbers or a schedule t -> lr, got {lr!r}: "
            "the step is lr times a direction. Try lr=0.1."
        )
    if not np.all(np.isfinite(values)):
        raise ValueError(f"lr must be finite, got {_show(lr)}: the first step would leave the plane. Try 0.1.")
    if np.any(values < 0):
        raise ValueError(
            f"lr must be positive, got {_show(lr)}: a negative learning rate climbs the loss. "
            f"Try {_show(np.abs(values).max())}."
        )
    if np.any(values == 0):
        raise ValueError(f"lr must be positive, got {_show(lr)}: with rate 0 nothing moves. Try 0.1.")


def decay(name: str, beta: float | Array, typical: float) -> None:
    """Accept an averaging factor in ``[0, 1)``."""
    values = np.asarray(beta)
    if not np.all((values >= 0) & (values < 1)):
        raise ValueError(
            f"{name} must lie in [0, 1), got {_show(beta)}: it is the share of the old average that is kept, "
            f"and at 1 nothing new would enter. Try {typical}."
        )


def nonnegative(name: str, value: float, why: str, typical: float) -> None:
    """Accept a finite number that is at least 0."""
    if not (np.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be 0 or more, got {_show(value)}: {why}. Try {typical}.")


def positive(name: str, value: float | Array, why: str, typical: float) -> None:
    """Accept finite numbers above 0."""
    values = np.asarray(value)
    if not np.all(np.isfinite(values) & (values > 0)):
        raise ValueError(f"{name} must be positive, got {_show(value)}: {why}. Try {typical}.")


def count(name: str, value: int, least: int, why: str) -> int:
    """Accept a whole number that is at least ``least``; returns it as ``int``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(
            f"{name} must be a whole number, {least} or more, got {value!r}: {why}. Try {max(least, 100)}."
        )
    return int(value)


def parameters(theta0: Any, size: int | None, owner: str) -> Array:
    """Accept a start ``(..., P)`` of finite floats; returns a new array in C order (integers become float64)."""
    theta = np.array(theta0, order="C")
    if theta.dtype.kind in "iub":
        theta = theta.astype(np.float64)
    if theta.dtype.kind != "f":
        raise TypeError(f"theta0 must hold numbers, got {theta0!r}: steps are real vectors. Try np.array([1.0, 1.0]).")
    if theta.ndim == 0:
        raise ValueError(
            f"theta0 must be a vector (P,) or runs of vectors (R, P), got the single number {theta0!r}: "
            f"the last axis holds the parameters. Try np.array([{theta0!r}])."
        )
    if size is not None and theta.shape[-1] != size:
        raise ValueError(
            f"theta0 has {theta.shape[-1]} parameters (shape {theta.shape}), but {owner} has {size}: "
            f"the last axis holds the parameters. Try a start of shape ({size},)."
        )
    if not np.all(np.isfinite(theta)):
        raise ValueError("theta0 holds nan or inf: no step leads back from there. Start from finite numbers.")
    return theta


def _show(value: Any) -> str:
    array = np.asarray(value)
    if array.ndim == 0:
        return f"{array.item():g}" if array.dtype.kind == "f" else repr(array.item())
    return np.array2string(array.ravel(), threshold=6, precision=4)
