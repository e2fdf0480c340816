"""Layers about masks: finding them, and making one vector of a sequence without looking at its padding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, count
from course_utils.layers.base import Shape
from course_utils.layers.sequence import HasMask, Mask, SequenceLayer


class Masking(SequenceLayer):
    """Passes X on, and finds the mask: a position where all features are ``value`` is padding."""

    mask: Mask | None = None

    def __init__(self, value: float = 0.0) -> None:
        self.value = value

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.mask = None
        self.valid(x)
        self.mask = (x != self.value).any(axis=-1)                      # (n, T)
        return x

    def backward(self, dy: Array) -> Array:
        return dy


class MaskedMean(SequenceLayer):
    """y = Σ mₜ xₜ / Σ mₜ: the mean over the real positions, ``(n, T, d)`` → ``(n, d)``; 0 where there are none.

    >>> MaskedMean(mask=np.array([[True, True, False]])).forward(np.array([[[1.0], [2.0], [9.0]]]))
    array([[1.5]])
    """

    def __init__(self, mask: Mask | HasMask | None = None) -> None:
        self.mask = mask

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        mask = self.valid(x)
        m = np.ones(x.shape[:2], x.dtype) if mask is None else mask.astype(x.dtype)
        self.share = m / np.maximum(m.sum(axis=1, keepdims=True), 1)    # (n, T)
        return np.asarray((self.share[:, None] @ x)[:, 0])              # (n, d)

    def backward(self, dy: Array) -> Array:
        return np.asarray(self.kept("share")[:, :, None] * dy[:, None]) # (n, T, d)

    def out_shape(self, shape: Shape) -> Shape:
        return super().out_shape(shape)[1:]


class LastState(SequenceLayer):
    """y = x at the last real position, ``(n, T, d)`` → ``(n, d)``; at the last of all where none is real."""

    def __init__(self, mask: Mask | HasMask | None = None) -> None:
        self.mask = mask

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        mask, (n, T, _) = self.valid(x), x.shape
        self.shape, self.last = x.shape, np.full(n, T - 1)              # (n,)
        if mask is not None:
            self.last -= mask[:, ::-1].argmax(axis=1)
        return np.asarray(x[np.arange(n), self.last])                   # (n, d)

    def backward(self, dy: Array) -> Array:
        dx = np.zeros(self.kept("shape"), dy.dtype)                     # (n, T, d)
        dx[np.arange(len(dy)), self.last] = dy
        return dx

    def out_shape(self, shape: Shape) -> Shape:
        return super().out_shape(shape)[1:]


def mask_from_lengths(lengths: NDArray[np.integer], T: int) -> Mask:
    """Mask ``(n, T)`` of sequences that fill their first ``lengths (n,)`` positions.

    >>> mask_from_lengths(np.array([1, 3]), 3).astype(int)
    array([[1, 0, 0],
           [1, 1, 1]])
    """
    T = count("T", T, 1, "it is the number of positions")
    return np.asarray(np.arange(T) < np.asarray(lengths)[:, None])
