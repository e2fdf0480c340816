"""Elementwise nonlinearities, each with its derivative directly below it."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checks import Array
from course_utils.layers.base import Layer


class Sigmoid(Layer):
    """σ(z) = 1 / (1 + e^-z), computed as ½ tanh(z/2) + ½, which cannot overflow.  σ' = σ(1 - σ) ≤ ¼."""

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.y = np.asarray(0.5 * np.tanh(0.5 * x) + 0.5)
        return self.y

    def backward(self, dy: Array) -> Array:
        y = self.kept("y")
        return np.asarray(dy * y * (1 - y))


class Tanh(Layer):
    """tanh(z) = 2σ(2z) - 1.  tanh' = 1 - tanh²."""

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.y = np.tanh(x)
        return self.y

    def backward(self, dy: Array) -> Array:
        y = self.kept("y")
        return np.asarray(dy * (1 - y * y))


class ReLU(Layer):
    """max(0, z).  Derivative 1 for z > 0, else 0; at 0 itself the course takes 0."""

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.y = np.maximum(x, 0)
        return self.y

    def backward(self, dy: Array) -> Array:
        return np.asarray(dy * (self.kept("y") > 0))


class LeakyReLU(Layer):
    """z for z > 0, else a·z.  Derivative 1 or a."""

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = slope

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.factor = np.where(x > 0, x.dtype.type(1), x.dtype.type(self.slope))
        return np.asarray(x * self.factor)

    def backward(self, dy: Array) -> Array:
        return np.asarray(dy * self.kept("factor"))

    def __repr__(self) -> str:
        return f"LeakyReLU({self.slope:g})"


class GELU(Layer):
    """z Φ(z) in the tanh form of Hendrycks & Gimpel 2016: ½ z (1 + tanh u), u = √(2/π)(z + 0.044715 z³).

    Equal to ``torch.nn.GELU(approximate="tanh")``.
    """

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.x, c = x, math.sqrt(2 / math.pi)
        self.t = np.tanh(c * (x + 0.044715 * x**3))
        return np.asarray(0.5 * x * (1 + self.t))

    def backward(self, dy: Array) -> Array:
        x, t, c = self.kept("x"), self.t, math.sqrt(2 / math.pi)
        du = c * (1 + 3 * 0.044715 * x * x)
        return np.asarray(dy * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * du))


class Softmax(Layer):
    """p = e^z / Σ e^z over the last axis, shifted by the maximum.  dz = p (dp - Σ p dp).

    For classification leave it out: the cross-entropy loss takes z and is exact where p rounds to 0.
    """

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        self.y = np.asarray(e / e.sum(axis=-1, keepdims=True))
        return self.y

    def backward(self, dy: Array) -> Array:
        y = self.kept("y")
        return np.asarray(y * (dy - (y * dy).sum(axis=-1, keepdims=True)))
