"""Right answers to the questions of chapter 0."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# ch00.double ----------------------------------------------------------------------------------------------------------


def double_by_adding(x):
    return x + x


def double_by_numpy(x):
    return np.multiply(2, x)


def double_by_sum(x):
    return sum([x, x])


# ch00.random_init -----------------------------------------------------------------------------------------------------


def init_by_normal(shape, scale, rng):
    return rng.normal(0, scale, shape)


def init_number_by_number(shape, scale, rng):
    rows, columns = shape
    return np.array([[rng.normal(0.0, scale) for _ in range(columns)] for _ in range(rows)])


def init_reshaped(shape, scale, rng):
    return np.multiply(rng.standard_normal(math.prod(shape)), scale).reshape(shape)


# ch00.assert_shapes ---------------------------------------------------------------------------------------------------


def shapes_in_a_loop(X, y, theta):
    if len(X.shape) != 2:
        raise ValueError("X is not a matrix")
    for name, array, wanted in (("y", y, X.shape[0]), ("theta", theta, X.shape[1])):
        if array.shape != (wanted,):
            raise ValueError(name + ": expected " + str((wanted,)) + ", got " + str(array.shape))


def shapes_after_unpacking(X, y, theta):
    try:
        rows, columns = X.shape
    except ValueError:
        raise ValueError("X needs two axes") from None
    if y.ndim != 1 or len(y) != rows:
        raise ValueError(f"y has the shape {y.shape}")
    if theta.ndim != 1 or len(theta) != columns:
        raise ValueError(f"theta has the shape {theta.shape}")


def shapes_as_a_dictionary(X, y, theta):
    class ShapeError(ValueError):
        pass

    fits = {"X": X.ndim == 2, "y": y.shape == X.shape[:1], "theta": theta.shape == X.shape[1:]}
    for name, fit in fits.items():
        if not fit:
            raise ShapeError(f"{name} does not fit")


RIGHT: dict[str, list[Any]] = {
    "ch00.double": [double_by_adding, double_by_numpy, double_by_sum],
    "ch00.random_init": [init_by_normal, init_number_by_number, init_reshaped],
    "ch00.assert_shapes": [shapes_in_a_loop, shapes_after_unpacking, shapes_as_a_dictionary],
}
