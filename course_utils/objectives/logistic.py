"""Logistic regression."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from course_utils.checks import Array
from course_utils.objectives.base import Batch, sum_last
from course_utils.objectives.on_data import OnData, matvec


@dataclass(frozen=True, eq=False)
class LogisticRegression(OnData):
    """Mean cross-entropy of two classes with labels 0 and 1: ℓ = log(1 + eᶻ) - y z, z = Xθ, plus ½ l2 ‖θ‖².

    Written so that no exponential overflows. On separable data without ``l2`` there is no minimizer: the loss falls
    toward 0 as θ grows.

    >>> LogisticRegression([[1.0], [-1.0]], [1, 0]).value_and_grad(np.array([0.0]))
    (np.float64(0.6931471805599453), array([-0.5]))
    """

    l2: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not np.isin(np.asarray(self.y), (0, 1)).all():
            raise ValueError(
                "y must hold the labels 0 and 1 only: the formula reads them as probabilities. Try (y > 0).astype(int)."
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
        """By Newton's method; needs ``l2`` > 0, else it may not exist."""
        if self.l2 <= 0:
            raise ValueError(
                "logistic regression without a penalty may have no minimizer: on separable data the loss falls for "
                "ever. Try l2=1e-3."
            )
        theta = self.start
        for _ in range(100):
            p = sigmoid(self._x @ theta)
            hessian = (self._x.T * (p * (1 - p))) @ self._x / self.n + self.l2 * np.eye(self.size)
            move = np.linalg.solve(hessian, self.grad(theta))
            theta = theta - move
            if np.abs(move).max() < 1e-12:
                break
        return theta

    def value_and_grad(self, theta: Array, batch: Batch | None = None) -> tuple[Array, Array]:
        x, y = self._rows(batch, self._y)                               # (b, d), (b,)
        z = matvec(x, theta)                                           # (..., b)
        loss = np.logaddexp(0, z) - y * z
        g = matvec(x.T, sigmoid(z) - y) / len(x)                      # (..., d)
        return sum_last(loss) / len(x) + 0.5 * self.l2 * sum_last(theta * theta), g + self.l2 * theta


def sigmoid(z: Array) -> Array:
    return np.asarray(0.5 * np.tanh(0.5 * z) + 0.5)
