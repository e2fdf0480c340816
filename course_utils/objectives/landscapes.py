"""Test functions in two parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_utils.checks import Array
from course_utils.objectives.base import Landscape


@dataclass(frozen=True, eq=False)
class Ravine(Landscape):
    """f = 0.1 x² + 2 y²: the ravine in which "Dive into Deep Learning" shows every method.

    >>> Ravine().value_and_grad(np.array([-5.0, -2.0]))
    (np.float64(10.5), array([-1., -8.]))
    """

    @property
    def size(self) -> int:
        return 2

    @property
    def start(self) -> Array:
        return np.array([-5.0, -2.0])

    @property
    def optimum(self) -> Array:
        return np.zeros(2)

    def landscape(self, theta: Array) -> tuple[Array, Array]:
        x, y = theta[..., 0], theta[..., 1]
        return 0.1 * x * x + 2 * y * y, pair(0.2 * x, 4 * y, theta)


@dataclass(frozen=True, eq=False)
class Rosenbrock(Landscape):
    """f = (1 - x)² + b (y - x²)²: a curved valley, easy to enter and slow to follow (Rosenbrock 1960).

    >>> Rosenbrock().value_and_grad(np.array([0.0, 0.0]))
    (np.float64(1.0), array([-2.,  0.]))
    """

    b: float = 100.0

    @property
    def size(self) -> int:
        return 2

    @property
    def start(self) -> Array:
        return np.array([-1.2, 1.0])

    @property
    def optimum(self) -> Array:
        return np.ones(2)

    def landscape(self, theta: Array) -> tuple[Array, Array]:
        x, y = theta[..., 0], theta[..., 1]
        a, r = 1 - x, y - x * x
        return a * a + self.b * r * r, pair(-2 * a - 4 * self.b * x * r, 2 * self.b * r, theta)


@dataclass(frozen=True, eq=False)
class Beale(Landscape):
    """f = (1.5 - x + xy)² + (2.25 - x + xy²)² + (2.625 - x + xy³)²: flat plains and steep edges (Beale 1958).

    >>> Beale().value(np.array([3.0, 0.5]))
    np.float64(0.0)
    """

    @property
    def size(self) -> int:
        return 2

    @property
    def start(self) -> Array:
        return np.array([1.0, 1.5])

    @property
    def optimum(self) -> Array:
        return np.array([3.0, 0.5])

    def landscape(self, theta: Array) -> tuple[Array, Array]:
        x, y = theta[..., 0], theta[..., 1]
        y2, y3 = y * y, y * y * y
        a, b, c = 1.5 - x + x * y, 2.25 - x + x * y2, 2.625 - x + x * y3
        dx = 2 * (a * (y - 1) + b * (y2 - 1) + c * (y3 - 1))
        dy = 2 * x * (a + 2 * b * y + 3 * c * y2)
        return a * a + b * b + c * c, pair(dx, dy, theta)


@dataclass(frozen=True, eq=False)
class Himmelblau(Landscape):
    """f = (x² + y - 11)² + (x + y² - 7)²: four minima of equal depth (Himmelblau 1972). The optimum given is (3, 2).

    >>> Himmelblau().value(np.array([3.0, 2.0]))
    np.float64(0.0)
    """

    @property
    def size(self) -> int:
        return 2

    @property
    def start(self) -> Array:
        return np.zeros(2)

    @property
    def optimum(self) -> Array:
        return np.array([3.0, 2.0])

    def landscape(self, theta: Array) -> tuple[Array, Array]:
        x, y = theta[..., 0], theta[..., 1]
        a, b = x * x + y - 11, x + y * y - 7
        return a * a + b * b, pair(4 * a * x + 2 * b, 2 * a + 4 * b * y, theta)


@dataclass(frozen=True, eq=False)
class Saddle(Landscape):
    """f = x² - y² + y⁴/4: a saddle at 0 between the two minima (0, ±√2), where f = -1.

    The start (1, 1e-6) lies almost on the ridge: gradient descent first walks to the saddle, then away from it.

    >>> Saddle().value(np.array([0.0, 2**0.5])).round(12)
    np.float64(-1.0)
    """

    @property
    def size(self) -> int:
        return 2

    @property
    def start(self) -> Array:
        return np.array([1.0, 1e-6])

    @property
    def optimum(self) -> Array:
        return np.array([0.0, np.sqrt(2.0)])

    def landscape(self, theta: Array) -> tuple[Array, Array]:
        x, y = theta[..., 0], theta[..., 1]
        y2 = y * y
        return x * x - y2 + y2 * y2 / 4, pair(2 * x, y * y2 - 2 * y, theta)


def pair(x: Array, y: Array, like: Array) -> Array:
    """(x, y) on a new last axis, in the memory order of ``like``."""
    out = np.empty_like(like)
    out[..., 0], out[..., 1] = x, y
    return out
