"""Mistakes in chapter 0 as a student writes them."""

from __future__ import annotations

from typing import Any

import numpy as np


def seeds_inside(shape, scale, rng):
    np.random.seed(42)  # noqa: NPY002
    return np.random.normal(0, scale, size=shape)  # noqa: NPY002


def global_generator(shape, scale, rng):
    return np.random.randn(*shape) * scale  # noqa: NPY002


def own_generator(shape, scale, rng):
    rng = np.random.default_rng(seed=7)
    return rng.normal(0.0, scale, shape)


def generator_without_a_seed(shape, scale, rng):
    return np.random.default_rng().normal(0, scale, shape)


def only_lengths(X, y, theta):
    if X.ndim != 2:
        raise ValueError("X is not a matrix")
    if len(y) != len(X):
        raise ValueError("y has the wrong length")
    if len(theta) != X.shape[1]:
        raise ValueError("theta has the wrong length")


def only_sizes(X, y, theta):
    if X.ndim != 2:
        raise ValueError("X")
    n, d = X.shape
    for name, array, size in (("y", y, n), ("theta", theta, d)):
        if array.size != size:
            raise ValueError(f"{name} has {array.size} entries")


def just_computed(X, y, theta):
    (X @ theta - y).mean()


def assertion(X, y, theta):
    assert X.ndim == 2, "X"
    assert y.shape == (X.shape[0],), "y"
    assert theta.shape == (X.shape[1],), "theta"


MISTAKES: dict[tuple[str, str], Any] = {
    ("ch00.random_init", "seeds_inside"): seeds_inside,
    ("ch00.random_init", "global_generator"): global_generator,
    ("ch00.random_init", "own_generator"): own_generator,
    ("ch00.random_init", "generator_outside"): generator_without_a_seed,
    ("ch00.random_init", "uniform"): lambda shape, scale, rng: scale * (2 * rng.random(shape) - 1),
    ("ch00.assert_shapes", "only_lengths"): only_lengths,
    ("ch00.assert_shapes", "only_sizes"): only_sizes,
    ("ch00.assert_shapes", "just_computed"): just_computed,
    ("ch00.assert_shapes", "assertion"): assertion,
}
