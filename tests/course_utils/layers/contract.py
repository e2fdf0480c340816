"""What every layer must do, as checks that a test calls with its layer and an input away from kinks."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array
from course_utils.gradcheck import GradientReport, check_gradient
from course_utils.layers import Layer


def by_input(layer: Layer, x: Array) -> GradientReport:
    """Check ``backward``'s gradient by the input, for a random direction of the output."""
    direction = np.random.default_rng(11).normal(size=layer.forward(x, True).shape)

    def fun(flat: Array) -> tuple[float, Array]:
        value = float((layer.forward(flat.reshape(x.shape), True) * direction).sum())
        return value, layer.backward(direction).ravel()

    return check_gradient(fun, x.ravel())


def by_parameters(layer: Layer, theta: Array, grad: Array, x: Array, h: float | None = None) -> GradientReport:
    """Check what ``backward`` writes into the gradient vector of a layer bound to ``theta`` and ``grad``."""
    direction = np.random.default_rng(12).normal(size=layer.forward(x, True).shape)

    def fun(flat: Array) -> tuple[float, Array]:
        theta[...] = flat
        value = float((layer.forward(x, True) * direction).sum())
        layer.backward(direction)
        return value, grad.copy()

    return check_gradient(fun, theta.copy(), h)


def away_from_0(shape: tuple[int, ...], seed: int = 0) -> Array:
    """Numbers of both signs, at least 0.1 from 0."""
    x = np.random.default_rng(seed).normal(size=shape)
    return np.asarray(x + 0.1 * np.sign(x))
