"""Means over the rows of a data set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.checks import Array
from course_utils.objectives.base import Batch, Objective


@dataclass(frozen=True, eq=False)
class OnData(Objective):
    """An objective that is a mean over the rows of a data set; ``batch`` picks rows."""

    x: ArrayLike
    y: ArrayLike

    def __post_init__(self) -> None:
        x, y = np.asarray(self.x), np.asarray(self.y)
        if x.ndim != 2:
            raise ValueError(
                f"x must have shape (n, d), got {x.shape}: rows are examples, columns are features. "
                "Try x.reshape(-1, 1)."
            )
        if y.shape != (len(x),):
            raise ValueError(
                f"y must have shape ({len(x)},), got {y.shape}: one target for each row of x, and a column (n, 1) "
                "would broadcast against it to (n, n). Try y.ravel()."
            )

    @cached_property
    def _x(self) -> Array:
        return np.ascontiguousarray(self.x, dtype=float)

    @property
    def n(self) -> int:
        """Number of examples."""
        return len(self._x)

    def _rows(self, batch: Batch | None, targets: NDArray[Any]) -> tuple[Array, NDArray[Any]]:
        return (self._x, targets) if batch is None else (self._x[batch], targets[batch])


def with_intercept(x: ArrayLike) -> Array:
    """``x`` ``(n, d)`` or ``(n,)`` with a first column of ones: ``(n, d + 1)``.

    >>> with_intercept([2.0, 3.0])
    array([[1., 2.],
           [1., 3.]])
    """
    x = np.asarray(x, dtype=float)
    x = x[:, None] if x.ndim == 1 else x
    return np.concatenate([np.ones((len(x), 1)), x], axis=1)


def matvec(a: Array, theta: Array) -> Array:
    """a @ theta for each run, one matrix-vector product a run."""
    return np.asarray(np.matmul(a, np.ascontiguousarray(theta)[..., None])[..., 0])
