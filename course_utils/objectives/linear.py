"""Linear regression."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from course_utils.checks import Array
from course_utils.objectives.base import Batch, sum_last
from course_utils.objectives.on_data import OnData, matvec


@dataclass(frozen=True, eq=False)
class LinearRegression(OnData):
    """Squared error of ŷ = Xθ, in one of three conventions; the course's is the mean.

    "mean": (1/n) Σ r²      "half_mean": (1/2n) Σ r²      "half_sum": ½ Σ r²      with r = Xθ - y

    They differ by constant factors, and so do the learning rates they admit. No intercept is added: put a column of
    ones into ``x``  (:func:`with_intercept`).

    >>> LinearRegression([[1.0], [2.0]], [1.0, 2.0]).value_and_grad(np.array([0.0]))
    (np.float64(2.5), array([-5.]))
    """

    convention: Literal["mean", "half_mean", "half_sum"] = "mean"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.convention not in ("mean", "half_mean", "half_sum"):
            raise ValueError(
                f"convention must be 'mean', 'half_mean' or 'half_sum', got {self.convention!r}: squared error has "
                "three customary factors. Try 'mean', the course's."
            )

    @cached_property
    def _y(self) -> Array:
        return np.asarray(self.y, dtype=float)

    @property
    def size(self) -> int:
        return int(self._x.shape[1])

    @property
    def start(self) -> Array:
        return np.zeros(self.size)

    @cached_property
    def optimum(self) -> Array:
        """The least-squares solution of smallest norm."""
        return np.asarray(np.linalg.lstsq(self._x, self._y, rcond=None)[0])

    @property
    def hessian(self) -> Array:
        """The matrix of second derivatives, ``(P, P)``, the same everywhere."""
        return 2 * self._factor(self.n) * self._x.T @ self._x

    def _factor(self, n: int) -> float:
        return {"mean": 1 / n, "half_mean": 0.5 / n, "half_sum": 0.5}[self.convention]

    def value_and_grad(self, theta: Array, batch: Batch | None = None) -> tuple[Array, Array]:
        x, y = self._rows(batch, self._y)                               # (b, d), (b,)
        c = self._factor(len(x))
        r = matvec(x, theta) - y                                       # (..., b)
        return c * sum_last(r * r), 2 * c * matvec(x.T, r)               # (...), (..., d)
