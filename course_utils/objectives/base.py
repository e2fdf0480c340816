"""What objectives share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, parameters

Batch = NDArray[np.intp] | slice


class Objective(ABC):
    """What every objective offers."""

    runs_contiguous: ClassVar[bool] = False
    """True where the formula is elementwise over runs, so that runs may lie side by side in memory."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Number of parameters P."""

    @property
    @abstractmethod
    def start(self) -> Array:
        """A customary starting point, ``(P,)``."""

    @property
    @abstractmethod
    def optimum(self) -> Array:
        """A minimizer, ``(P,)``."""

    @abstractmethod
    def value_and_grad(self, theta: Array, batch: Batch | None = None) -> tuple[Array, Array]:
        """Loss ``(...)`` and gradient ``(..., P)`` at ``theta (..., P)``."""

    def __call__(self, theta: Array, batch: Batch | None = None) -> tuple[Array, Array]:
        return self.value_and_grad(theta, batch)

    def value(self, theta: Array) -> Array:
        """Loss ``(...)`` at ``theta (..., P)``."""
        return self.value_and_grad(theta)[0]

    def grad(self, theta: Array) -> Array:
        """Gradient ``(..., P)`` at ``theta (..., P)``."""
        return self.value_and_grad(theta)[1]


class Landscape(Objective):
    """A test function with no data: a minibatch of it makes no sense."""

    runs_contiguous = True

    @abstractmethod
    def landscape(self, theta: Array) -> tuple[Array, Array]:
        """Loss and gradient, the formula itself."""

    def value_and_grad(self, theta: Array, batch: Batch | None = None) -> tuple[Array, Array]:
        if batch is not None:
            raise ValueError(
                f"{type(self).__name__} has no data, so it has no minibatches: batch must stay None. "
                "Try LinearRegression, or add noise to the gradient in a callable."
            )
        if not (isinstance(theta, np.ndarray) and theta.dtype.kind == "f" and theta.shape[-1:] == (self.size,)):
            theta = parameters(theta, self.size, type(self).__name__)
        return self.landscape(theta)


def sum_last(a: Array) -> Array:
    """Sum over the last axis, in memory order that does not depend on the leading axes."""
    return np.asarray(a.sum(axis=-1))
