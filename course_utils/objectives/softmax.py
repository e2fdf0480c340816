"""Softmax regression."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array
from course_utils.objectives.base import Batch, sum_last
from course_utils.objectives.on_data import OnData


@dataclass(frozen=True, eq=False)
class SoftmaxRegression(OnData):
    """Mean cross-entropy of K classes: z = xW + b, ℓ = log Σₖ e^{zₖ} - z_y, plus ½ l2 ‖W‖².

    ``y`` holds class numbers 0 … K-1. ``theta (..., d·K + K)`` holds W ``(d, K)`` row by row, then b ``(K,)``.

    >>> f = SoftmaxRegression(np.eye(3), [0, 1, 2], classes=3)
    >>> f.value(f.start).round(12) == np.log(3).round(12)
    np.True_
    """

    classes: int = field(kw_only=True)
    l2: float = field(default=0.0, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        y = np.asarray(self.y)
        if y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= self.classes:
            raise ValueError(
                f"y must hold class numbers 0 … {self.classes - 1}, got {y.dtype} from {y.min()} to {y.max()}: they "
                "index the columns of W. Try classes=y.max() + 1."
            )

    @cached_property
    def _y(self) -> NDArray[np.intp]:
        return np.asarray(self.y, dtype=np.intp)

    @property
    def size(self) -> int:
        return int((self._x.shape[1] + 1) * self.classes)

    @property
    def _cut(self) -> int:
        return int(self._x.shape[1] * self.classes)                     # where W ends and b begins

    @property
    def start(self) -> Array:
        return np.zeros(self.size)

    @property
    def optimum(self) -> Array:
        raise ValueError("softmax regression has no minimizer in closed form: train it, for instance with minimize.")

    def logits(self, theta: Array, x: Array) -> Array:
        """z ``(..., b, K)`` for rows ``x (b, d)``."""
        w, b = self._split(theta)
        return np.asarray(np.matmul(x, w) + b[..., None, :])

    def predict(self, theta: Array, x: Array) -> NDArray[np.intp]:
        """Most probable class ``(..., b)`` for rows ``x (b, d)``."""
        return np.asarray(self.logits(theta, x).argmax(axis=-1))

    def value_and_grad(self, theta: Array, batch: Batch | None = None) -> tuple[Array, Array]:
        x, y = self._rows(batch, self._y)                               # (b, d), (b,)
        z = self.logits(theta, x)                                       # (..., b, K)
        z = z - z.max(axis=-1, keepdims=True)
        p = np.exp(z)
        total = p.sum(axis=-1, keepdims=True)
        row = np.arange(len(y))
        loss = np.log(total[..., 0]) - z[..., row, y]                   # (..., b)
        p /= total
        p[..., row, y] -= 1                                             # dℓ/dz
        p /= len(y)
        w, _ = self._split(theta)
        dw = np.matmul(x.T, p) + self.l2 * w                            # (..., d, K)
        flat = dw.reshape(*theta.shape[:-1], self._cut)
        penalty = 0.5 * self.l2 * sum_last((w * w).reshape(flat.shape))
        return sum_last(loss) / len(y) + penalty, np.concatenate([flat, p.sum(axis=-2)], axis=-1)

    def _split(self, theta: Array) -> tuple[Array, Array]:
        shape = (*theta.shape[:-1], self._x.shape[1], self.classes)
        return theta[..., : self._cut].reshape(shape), theta[..., self._cut :]
