"""The straight-line fit on which chapter 9 tries Adams: 100 points of y = 1 + 2x + noise, as an exact bowl."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.objectives import LinearRegression, with_intercept
from course_utils.widgets.picture import Axis, Line, contours

INTERCEPT, SLOPE = Axis("intercept θ₀", -0.8, 2.6), Axis("slope θ₁", -0.6, 3.2)


@lru_cache(maxsize=1)
def fit() -> tuple[Array, Array]:
    """Least-squares solution ``(2,)`` and Hessian ``(2, 2)`` of the mean squared error."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=100)
    line = LinearRegression(with_intercept(x[:, None]), 1 + 2 * x + 0.1 * rng.normal(size=100))
    return line.optimum, line.hessian


def bowl(theta: Array, scale: float = 1.0) -> tuple[Array, Array]:
    """``scale`` times loss above its minimum and gradient at ``theta (..., 2)``; the Hessian stands for the points."""
    away = theta - fit()[0]
    g = away @ (scale * fit()[1])
    return np.vecdot(away, g) / 2, g


@lru_cache(maxsize=1)
def valley() -> Line:
    """Contour lines of the loss."""
    x, y = np.linspace(INTERCEPT.lo, INTERCEPT.hi, 81), np.linspace(SLOPE.lo, SLOPE.hi, 81)
    return contours(x, y, bowl(np.stack(np.meshgrid(x, y), axis=-1))[0], [0.05, 0.2, 0.6, 1.2, 2.2, 3.5])
