"""Random starts for weights: ``(fan_in, fan_out, shape, rng) -> array``.

The scale decides whether a signal survives many layers (chapter 12): each multiplies its variance by fan_in · Var(w).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.checks import Array

Initializer = Callable[[int, int, tuple[int, ...], np.random.Generator], Array]


def zeros(fan_in: int, fan_out: int, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """All 0. Hidden units that start equal stay equal for ever: for biases, and to show just that."""
    return np.zeros(shape)


def normal(std: float) -> Initializer:
    """w ~ N(0, std²), whatever the fans: the scale must be right by luck."""

    def initialize(fan_in: int, fan_out: int, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        return rng.normal(0.0, std, shape)

    return initialize


def xavier(fan_in: int, fan_out: int, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """w ~ U(-a, a), a = √(6 / (fan_in + fan_out)): variance 2 / (fan_in + fan_out) (Glorot & Bengio 2010), for tanh.

    >>> bool(abs(xavier(256, 128, (256, 128), np.random.default_rng(0))).max() < 0.125)
    True
    """
    bound = np.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, shape)


def he(fan_in: int, fan_out: int, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """w ~ N(0, 2 / fan_in) (He et al. 2015), for ReLU, which drops half of the signal."""
    return rng.normal(0.0, np.sqrt(2.0 / fan_in), shape)


def leaky_he(slope: float) -> Initializer:
    """w ~ N(0, 2 / ((1 + a²) fan_in)) for a leaky ReLU of slope a (He et al. 2015)."""

    def initialize(fan_in: int, fan_out: int, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        return rng.normal(0.0, np.sqrt(2.0 / ((1.0 + slope**2) * fan_in)), shape)

    return initialize


def fan_in_uniform(fan_in: int, fan_out: int, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """w ~ U(±1/√fan_in), variance 1 / (3 fan_in): PyTorch's default for linear layers."""
    bound = 1.0 / np.sqrt(fan_in)
    return rng.uniform(-bound, bound, shape)


def orthogonal(fan_in: int, fan_out: int, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Orthonormal columns (or rows, where there are fewer): keeps lengths exactly (Saxe et al. 2014).

    ``shape`` is read as a matrix of its first axis against the rest.
    """
    rows, columns = shape[0], int(np.prod(shape[1:], dtype=int))
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))                                         # makes the distribution uniform
    return np.asarray((q if rows >= columns else q.T).reshape(shape))
