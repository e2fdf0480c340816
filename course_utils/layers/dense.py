"""The fully connected layer."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array, count
from course_utils.initializers import Initializer, he
from course_utils.layers.base import Layer, Shape


class Dense(Layer):
    """Z = X W + b, and back: dX = dZ Wᵀ, dW = Xᵀ dZ, db = Σ dZ  (chapters 1 and 4).

    ``n_in``, ``n_out``  features in and out: X ``(batch, n_in)`` → Z ``(batch, n_out)``; further axes before the last
                         are treated like the batch
    ``init``             ``(fan_in, fan_out, shape, rng) -> W``; He's by default. b starts at 0.

    >>> layer = Dense(3, 2)
    >>> _ = layer.alone(np.random.default_rng(0))
    >>> layer.forward(np.ones((4, 3))).shape, layer.size
    ((4, 2), 8)
    """

    W: Array
    b: Array
    dW: Array
    db: Array

    def __init__(self, n_in: int, n_out: int, init: Initializer = he, bias: bool = True) -> None:
        self.n_in = count("n_in", n_in, 1, "it is the number of features")
        self.n_out = count("n_out", n_out, 1, "it is the number of features")
        self.init, self.bias = init, bias

    def shapes(self) -> dict[str, Shape]:
        return {"W": (self.n_in, self.n_out)} | ({"b": (self.n_out,)} if self.bias else {})

    def initialize(self, rng: np.random.Generator) -> None:
        self.W[...] = self.init(self.n_in, self.n_out, self.W.shape, rng)
        if self.bias:
            self.b[...] = 0

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.takes(x, x.shape[-1:] == (self.n_in,), f"input (…, {self.n_in})")
        self.x = x                                                      # (…, n_in)
        z = x @ self.W                                                  # (…, n_out)
        if self.bias:
            z += self.b
        return z

    def backward(self, dy: Array) -> Array:
        x = self.kept("x")
        rows, dz = x.reshape(-1, self.n_in), dy.reshape(-1, self.n_out)
        np.matmul(rows.T, dz, out=self.dW)                              # (n_in, n_out)
        if self.bias:
            dz.sum(axis=0, out=self.db)                                 # (n_out,)
        if not self.wants_dx:
            return np.empty(0, dy.dtype)
        return np.asarray(dy @ self.W.T)                                # (…, n_in)

    def out_shape(self, shape: Shape) -> Shape:
        self.expects(shape[-1:] == (self.n_in,), f"input (…, {self.n_in})", shape)
        return (*shape[:-1], self.n_out)

    def multiply_adds(self, shape: Shape) -> int:
        return int(np.prod(shape[:-1], dtype=int)) * self.n_in * self.n_out

    def __repr__(self) -> str:
        return f"Dense({self.n_in}, {self.n_out})"
