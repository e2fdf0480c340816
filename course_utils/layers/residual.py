"""The residual block."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.checks import Array
from course_utils.layers.base import Layer, Shape
from course_utils.layers.sequential import Sequential


class Residual(Layer):
    """y = x + F(x), and back: dx = dy + dy ∂F/∂x: the 1 lets a gradient through any number of blocks  (chapter 22).

    ``body``        F: a layer, or a list of them
    ``projection``  a layer P for y = P(x) + F(x), where F changes the shape; none: x itself (He et al. 2016)

    The activation after the sum, where one is wanted, is the next layer.

    >>> from course_utils.layers.dense import Dense
    >>> block = Residual(Dense(3, 3))
    >>> theta, _ = block.alone(np.random.default_rng(0))
    >>> theta[:] = 0
    >>> block.forward(np.array([[1.0, 2.0, 3.0]]))
    array([[1., 2., 3.]])
    """

    def __init__(self, body: Layer | Sequence[Layer], projection: Layer | None = None) -> None:
        self.body = body if isinstance(body, Layer) else Sequential(body)
        self.projection = projection

    def parts(self) -> Sequence[Layer]:
        return (self.body,) if self.projection is None else (self.body, self.projection)

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        shortcut = x if self.projection is None else self.projection.forward(x, training, rng)
        change = self.body.forward(x, training, rng)
        if change.shape != shortcut.shape:
            self.fits(shortcut.shape[1:], change.shape[1:])
        return np.asarray(shortcut + change)

    def backward(self, dy: Array) -> Array:
        dx = self.body.backward(dy)
        return np.asarray(dx + (dy if self.projection is None else self.projection.backward(dy)))

    def out_shape(self, shape: Shape) -> Shape:
        shortcut = shape if self.projection is None else self.projection.out_shape(shape)
        self.fits(shortcut, self.body.out_shape(shape))
        return shortcut

    def fits(self, shortcut: Shape, change: Shape) -> None:
        """Refuse a sum that NumPy would broadcast, or could not take."""
        if shortcut != change:
            raise ValueError(
                f"{self} expected F(x) of the shape of its shortcut, {shortcut}, got {change}: the two are added. "
                "Try a projection, such as Conv2d(c_in, c_out, kernel=1, stride=2)."
            )

    def multiply_adds(self, shape: Shape) -> int:
        return sum(part.multiply_adds(shape) for part in self.parts())

    def __repr__(self) -> str:
        inside = self.body.parts() if isinstance(self.body, Sequential) else (self.body,)
        ahead = "" if self.projection is None else f"; {self.projection}"
        return f"Residual({', '.join(map(str, inside))}{ahead})"
