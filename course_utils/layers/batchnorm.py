"""Batch normalization."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks import Array, positive
from course_utils.layers.base import Layer, Shape
from course_utils.layers.geometry import whole


class BatchNorm(Layer):
    """y = γ x̂ + β, x̂ = (x - μ) / √(σ² + ε), μ and σ² over the batch, channel by channel  (chapter 13).

    Back, with m examples:  dγ = Σ dy x̂,  dβ = Σ dy,  dx = γ / √(σ² + ε) · (dy - dβ/m - x̂ dγ/m).

    x ``(n, d)`` or ``(n, h, w, d)``; all axes but the last count as examples. Ioffe & Szegedy 2015, Algorithm 1, with
    PyTorch's conventions: running ← (1 - momentum) running + momentum batch; σ² is biased in x̂, unbiased in the running
    variance. With ``training=False`` the running statistics take the batch's place, and each example stands alone.

    Raises ``ValueError`` for a training batch with one example, ``RuntimeError`` in evaluation before any training.

    >>> layer = BatchNorm(2)
    >>> _ = layer.alone(np.random.default_rng(0))
    >>> layer.forward(np.array([[1.0, 2.0], [3.0, 6.0]]), training=True).round(3)
    array([[-1., -1.],
           [ 1.,  1.]])
    """

    gamma: Array
    beta: Array
    dgamma: Array
    dbeta: Array

    def __init__(self, d: int, momentum: float = 0.1, eps: float = 1e-5) -> None:
        self.d, self.momentum, self.eps = whole("BatchNorm", "d", d), momentum, eps
        positive("eps", eps, "it keeps the denominator away from 0", 1e-5)
        if not 0 < momentum <= 1:
            raise ValueError(
                f"BatchNorm expected momentum in (0, 1], got {momentum:g}: it is the share of the new batch in the "
                "running statistics. Try 0.1."
            )
        self.mean, self.var, self.batches = np.zeros(d), np.ones(d), np.zeros(())

    def shapes(self) -> dict[str, Shape]:
        return {"gamma": (self.d,), "beta": (self.d,)}

    def buffers(self) -> dict[str, Array]:
        return {"mean": self.mean, "var": self.var, "batches": self.batches}

    def initialize(self, rng: np.random.Generator) -> None:
        self.gamma[...], self.beta[...] = 1, 0
        self.mean[...], self.var[...], self.batches[...] = 0, 1, 0

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.takes(x, x.ndim > 1 and x.shape[-1] == self.d, f"input (n, …, {self.d})")
        rows = x.reshape(-1, self.d)                                    # (m, d)
        mean, var = self.statistics(rows) if training else self.running(x.dtype)
        self.scale = 1 / np.sqrt(var + x.dtype.type(self.eps))          # (d,)
        self.x_hat, self.trained = (rows - mean) * self.scale, training
        return np.asarray(self.gamma * self.x_hat + self.beta).reshape(x.shape)

    def backward(self, dy: Array) -> Array:
        x_hat = self.kept("x_hat")                                      # (m, d)
        rows = dy.reshape(-1, self.d)
        (rows * x_hat).sum(axis=0, out=self.dgamma)                     # (d,)
        rows.sum(axis=0, out=self.dbeta)                                # (d,)
        dx = rows
        if self.trained:                                                # μ and σ² depend on x too
            m = dy.dtype.type(len(rows))
            dx = rows - self.dbeta / m - x_hat * (self.dgamma / m)
        return np.asarray(self.gamma * self.scale * dx).reshape(dy.shape)

    def statistics(self, rows: Array) -> tuple[Array, Array]:
        """Mean and biased variance of the batch; the running ones move toward them."""
        if (m := len(rows)) < 2:
            raise ValueError(
                f"{self} expected 2 or more examples in training, got {m}: a single one has no variance, and x̂ would "
                "be 0 whatever x is. Try a larger batch, or training=False."
            )
        mean, var = rows.mean(axis=0), rows.var(axis=0)                 # (d,)
        self.mean += self.momentum * (mean - self.mean)
        self.var += self.momentum * (var * (m / (m - 1)) - self.var)
        self.batches += 1
        return mean, var

    def running(self, dtype: np.dtype[np.floating[Any]]) -> tuple[Array, Array]:
        """The running mean and variance, in the precision of the data."""
        if not self.batches:
            raise RuntimeError(
                f"{self} was used in evaluation before any training step: its running statistics are still 0 and 1, "
                "not those of your data. Train first, or read a saved network."
            )
        return self.mean.astype(dtype), self.var.astype(dtype)

    def out_shape(self, shape: Shape) -> Shape:
        self.expects(shape[-1:] == (self.d,), f"input (…, {self.d})", shape)
        return shape

    def __repr__(self) -> str:
        return f"BatchNorm({self.d})"
