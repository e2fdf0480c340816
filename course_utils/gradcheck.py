"""Is this gradient right? Central differences, and a verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checks import Array, parameters

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class GradientReport:
    """Result of :func:`check_gradient`."""

    max_relative_error: float
    verdict: str
    """"correct", "suspicious" or "wrong"."""
    worst: int
    """Index of the parameter with the largest error."""
    given: Array
    numerical: Array

    @property
    def passed(self) -> bool:
        return self.verdict == "correct"

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        i = self.worst
        return (
            f"GradientReport({self.verdict}: max relative error {self.max_relative_error:.1e}, "
            f"at parameter {i}: given {self.given.flat[i]:.6g}, numerical {self.numerical.flat[i]:.6g})"
        )


def numerical_gradient(f: Callable[[Array], Any], theta: Array, h: float | None = None) -> Array:
    """(f(θ + h eᵢ) - f(θ - h eᵢ)) / 2h for each i: error of order h² from the curve, ε/h from rounding.

    ``f`` maps ``(P,)`` to a number; ``h`` defaults to ε^{1/3} max(1, |θᵢ|), which balances the two. 2P calls of f.

    >>> numerical_gradient(lambda x: np.sin(x[0]), np.array([1.0])).round(6)
    array([0.540302])
    """
    theta = parameters(theta, None, "f").astype(np.float64)
    g = np.empty_like(theta)
    for i in range(theta.size):
        step = h if h is not None else EPS ** (1 / 3) * max(1.0, abs(float(theta.flat[i])))
        ahead, behind = theta.copy(), theta.copy()
        ahead.flat[i] += step
        behind.flat[i] -= step
        g.flat[i] = (float(f(ahead)) - float(f(behind))) / (ahead.flat[i] - behind.flat[i])
    return g


def relative_error(a: Array, b: Array) -> Array:
    """|a - b| / max(1e-8, |a| + |b|), elementwise: 0 when both are 0.

    >>> relative_error(np.array([1.0, 0.0]), np.array([1.01, 0.0])).round(6)
    array([0.004975, 0.      ])
    """
    a, b = np.asarray(a), np.asarray(b)
    with np.errstate(invalid="ignore"):                                 # inf/inf is nan, which the verdict calls wrong
        return np.asarray(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))


def check_gradient(
    fun: Callable[[Array], tuple[Any, Array]], theta: Array, h: float | None = None
) -> GradientReport:
    """Compare the gradient that ``fun(theta) -> (loss, gradient)`` returns with central differences of its loss.

    Verdict by the largest relative error: "correct" up to 1e-6, "suspicious" up to 1e-2 (a kink nearby, float32,
    or a bug in one term), "wrong" above, and for nan. An :class:`~course_utils.objectives.Objective` is such a ``fun``.

    >>> check_gradient(lambda x: ((x**2).sum(), 2 * x), np.array([1.0, -2.0])).verdict
    'correct'
    >>> check_gradient(lambda x: ((x**2).sum(), x), np.array([1.0, -2.0]))
    GradientReport(wrong: max relative error 3.3e-01, at parameter 0: given 1, numerical 2)
    """
    theta = parameters(theta, None, "fun")
    given = np.asarray(fun(theta.copy())[1])
    if given.shape != theta.shape:
        raise ValueError(
            f"the gradient has shape {given.shape}, theta has {theta.shape}: there must be one slope for each "
            "parameter. Check for a missing sum or transpose."
        )
    numerical = numerical_gradient(lambda x: fun(x)[0], theta, h)
    error = relative_error(given, numerical)
    error = np.where(np.isnan(error), np.inf, error)
    worst = int(error.argmax())
    largest = float(error.flat[worst])
    verdict = "correct" if largest <= 1e-6 else "suspicious" if largest <= 1e-2 else "wrong"
    return GradientReport(largest, verdict, worst, given, numerical)
