"""Layers one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.checks import Array
from course_utils.layers.base import Layer, Shape


class Sequential(Layer):
    """y = fₙ(… f₂(f₁(x))): forward from the first to the last, backward from the last to the first."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        for layer in layers:
            if not isinstance(layer, Layer):
                raise TypeError(f"{layer!r} is not a layer: each needs forward and backward. Try Dense(2, 3).")
        self.layers = tuple(layers)

    def parts(self) -> Sequence[Layer]:
        return self.layers

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        for layer in self.layers:
            x = layer.forward(x, training, rng)
        return x

    def backward(self, dy: Array) -> Array:
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy

    def out_shape(self, shape: Shape) -> Shape:
        for layer in self.layers:
            shape = layer.out_shape(shape)
        return shape

    def multiply_adds(self, shape: Shape) -> int:
        total = 0
        for layer in self.layers:
            total += layer.multiply_adds(shape)
            shape = layer.out_shape(shape)
        return total
