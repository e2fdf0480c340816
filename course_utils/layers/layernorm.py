"""Layer normalization."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array, positive
from course_utils.layers.base import Layer, Shape
from course_utils.layers.geometry import whole


class LayerNorm(Layer):
    """y = γ x̂ + β, x̂ = (x - μ) / √(σ² + ε), μ and σ² over the d features of one example  (chapters 13 and 22).

    Back: dγ = Σ dy x̂,  dβ = Σ dy over all examples, and with g = γ dy:  dx = (g - mean g - x̂ mean(g x̂)) / √(σ² + ε).

    x ``(…, d)`` → y ``(…, d)``. No batch enters: training and evaluation are the same (Ba, Kiros & Hinton 2016).
    σ² is biased, ε inside the root, as in ``torch.nn.LayerNorm``.

    >>> layer = LayerNorm(4)
    >>> _ = layer.alone(np.random.default_rng(0))
    >>> layer.forward(np.array([[1.0, 2.0, 3.0, 4.0]])).round(4)
    array([[-1.3416, -0.4472,  0.4472,  1.3416]])
    """

    gamma: Array
    beta: Array
    dgamma: Array
    dbeta: Array

    def __init__(self, d: int, eps: float = 1e-5) -> None:
        self.d, self.eps = whole("LayerNorm", "d", d), eps
        positive("eps", eps, "it keeps the denominator away from 0", 1e-5)

    def shapes(self) -> dict[str, Shape]:
        return {"gamma": (self.d,), "beta": (self.d,)}

    def initialize(self, rng: np.random.Generator) -> None:
        self.gamma[...], self.beta[...] = 1, 0

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.takes(x, x.ndim > 0 and x.shape[-1] == self.d, f"input (…, {self.d})")
        x_hat = x - x.mean(axis=-1, keepdims=True)                      # (…, d)
        var = np.mean(x_hat * x_hat, axis=-1, keepdims=True)            # (…, 1)
        self.scale = 1 / np.sqrt(var + x.dtype.type(self.eps))
        x_hat *= self.scale
        self.x_hat = x_hat
        return np.asarray(self.gamma * x_hat + self.beta)

    def backward(self, dy: Array) -> Array:
        x_hat = self.kept("x_hat")                                      # (…, d)
        rows = tuple(range(dy.ndim - 1))
        (dy * x_hat).sum(axis=rows, out=self.dgamma)                    # (d,)
        dy.sum(axis=rows, out=self.dbeta)                               # (d,)
        g = self.gamma * dy
        dx = g - g.mean(axis=-1, keepdims=True)
        dx -= x_hat * np.mean(g * x_hat, axis=-1, keepdims=True)
        dx *= self.scale
        return np.asarray(dx)

    def out_shape(self, shape: Shape) -> Shape:
        self.expects(shape[-1:] == (self.d,), f"input (…, {self.d})", shape)
        return shape

    def __repr__(self) -> str:
        return f"LayerNorm({self.d})"
