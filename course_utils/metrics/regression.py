"""Errors of predicted numbers, in the unit of the numbers. They say nothing about the order of a ranking."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def rmse(predicted: NDArray[Any], true: NDArray[Any]) -> float:
    """Root mean squared error √(mean of r²), r = ŷ - y, over all numbers at once: large errors weigh more.

    ``predicted``, ``true``  arrays of one shape. Raises ``ValueError`` for other shapes, or for no numbers at all.

    >>> round(rmse(np.array([3.0, 5.0]), np.array([0.0, 1.0])), 6)
    3.535534
    """
    return float(np.sqrt(np.mean(_errors("rmse", predicted, true) ** 2)))


def mae(predicted: NDArray[Any], true: NDArray[Any]) -> float:
    """Mean absolute error, mean of |r|: every unit of error weighs the same. Never above :func:`rmse`.

    >>> mae(np.array([3.0, 5.0]), np.array([0.0, 1.0]))
    3.5
    """
    return float(np.mean(np.abs(_errors("mae", predicted, true))))


def _errors(name: str, predicted: NDArray[Any], true: NDArray[Any]) -> NDArray[np.float64]:
    predicted, true = np.asarray(predicted), np.asarray(true)
    if predicted.shape != true.shape:
        raise ValueError(
            f"{name} expected predictions and truth of one shape, got {predicted.shape} and {true.shape}: NumPy would "
            "broadcast them against each other without a word. Try predicted.reshape(true.shape)."
        )
    if not predicted.size:
        raise ValueError(f"{name} got no numbers: the mean of nothing is not defined. Check how the data was split.")
    return np.asarray(predicted.astype(np.float64) - true)
