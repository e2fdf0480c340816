"""From images to rows of numbers."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checks import Array
from course_utils.layers.base import Layer, Shape


class Flatten(Layer):
    """(n, …) → (n, d), d the product of the axes after the first; back to the old shape. The numbers do not change.

    Images lie as (height, width, channels) here; PyTorch's channels come first, so a dense layer's rows that follow
    have another order there.

    >>> Flatten().forward(np.zeros((4, 5, 5, 64))).shape
    (4, 1600)
    """

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.shape = x.shape                                            # (n, …)
        return x.reshape(len(x), math.prod(x.shape[1:]))                # (n, d)

    def backward(self, dy: Array) -> Array:
        return dy.reshape(self.kept("shape"))

    def out_shape(self, shape: Shape) -> Shape:
        return (math.prod(shape),)
