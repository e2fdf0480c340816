"""Pooling: one number for each window of each channel."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array
from course_utils.layers.base import Layer, Shape
from course_utils.layers.blocks import blocks
from course_utils.layers.geometry import pair, places, short


class Pool2d(Layer):
    """What maximum and average share: the geometry."""

    def __init__(self, kernel: int | tuple[int, int] = 2, stride: int | tuple[int, int] | None = None) -> None:
        self.kernel = pair(type(self).__name__, "kernel", kernel)
        self.stride = self.kernel if stride is None else pair(type(self).__name__, "stride", stride)
        self.counter = np.min_scalar_type(max(self.kernel))             # one byte, in practice

    def slides(self, x: Array, axis: int) -> list[Array]:
        """Views of ``x (n, h, w, c)`` along an axis (1 down, 2 across): each window's first pixel, its second, …"""
        k, s = self.kernel[axis - 1], self.stride[axis - 1]
        lines = x.swapaxes(0, axis)
        count = (len(lines) - k) // s + 1
        return [lines[i : i + s * count : s].swapaxes(0, axis) for i in range(k)]

    def out_shape(self, shape: Shape) -> Shape:
        self.expects(len(shape) == 3, "images (height, width, channels)", shape)
        size = places(shape[:2], self.kernel, self.stride)
        self.expects(min(size) > 0, f"images of at least {short(self.kernel)} pixels", shape)
        return (*size, shape[2])

    def __repr__(self) -> str:
        stride = "" if self.stride == self.kernel else f", stride={short(self.stride)}"
        return f"{type(self).__name__}({short(self.kernel)}{stride})"


class MaxPool2d(Pool2d):
    """y = max over each window; dy goes back to the winner alone, the first one where several are equal  (chapter 19).

    x ``(n, h, w, c)`` → y ``(n, h', w', c)``, h' = ⌊(h - kernel) / stride⌋ + 1; ``stride`` is the kernel's size if not
    given, and pixels beyond the last whole window are left out. Ties and sizes as in ``torch.nn.MaxPool2d``.
    The maximum of a window is the maximum over its rows of the maximum along each: 2k comparisons instead of k².

    >>> layer = MaxPool2d(2)
    >>> layer.forward(np.array([[1.0, 5.0], [5.0, 2.0]]).reshape(1, 2, 2, 1)).item()
    5.0
    >>> layer.backward(np.ones((1, 1, 1, 1))).reshape(2, 2)
    array([[0., 1.],
           [0., 0.]])
    """

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        h, w, c = self.out_shape(x.shape[1:])
        self.shape, y = x.shape, np.empty((len(x), h, w, c), x.dtype)   # (n, h', w', c)
        self.across = np.empty((len(x), x.shape[1], w, c), self.counter)
        self.down = np.empty(y.shape, self.counter)
        for some in blocks(len(x), x[:1].nbytes):
            rows = np.empty(self.across[some].shape, x.dtype)           # (some, h, w', c)
            self.best(x[some], 2, rows, self.across[some])
            self.best(rows, 1, y[some], self.down[some])
        return y

    def backward(self, dy: Array) -> Array:
        across, dx = self.kept("across"), np.empty(self.shape, dy.dtype)
        for some in blocks(len(dx), dx[:1].nbytes):
            rows = np.empty(across[some].shape, dy.dtype)               # (some, h, w', c)
            self.give(self.give(dy[some], self.down[some], rows, 1), across[some], dx[some], 2)
        return dx                                                       # (n, h, w, c)

    def best(self, x: Array, axis: int, y: Array, winner: NDArray[Any]) -> None:
        """Write the largest number of each window along one axis into ``y``, and its place in the window."""
        best, *others = self.slides(x, axis)
        if not others:
            y[...], winner[...] = best, 0
        for place, value in enumerate(others, start=1):
            if place == 1:
                winner[...] = value > best
            else:
                np.copyto(winner, place, where=value > best)
            best = np.maximum(best, value, out=y)

    def give(self, dy: Array, winner: NDArray[Any], dx: Array, axis: int) -> Array:
        """Fill ``dx`` with dy at the winners' places and 0 elsewhere; added up where windows overlap."""
        first, *others = self.slides(dx, axis)
        k, s = self.kernel[axis - 1], self.stride[axis - 1]
        if s < k:                                                       # windows overlap
            dx[...] = 0
            for place, share in enumerate([first, *others]):
                share += dy * (winner == place)
            return dx
        if k * dy.shape[axis] < dx.shape[axis]:                         # pixels that no window sees
            dx[...] = 0
        rest = dy
        for place, share in enumerate(others, start=1):
            np.multiply(dy, winner == place, out=share)
            rest = np.subtract(rest, share, out=first)                  # what another wins, the first has lost
        if not others:
            first[...] = dy
        return dx


class AvgPool2d(Pool2d):
    """y = mean over each window; each of its k·k pixels gets dy / k².  Sizes as for :class:`MaxPool2d`.

    >>> AvgPool2d(2).forward(np.arange(4.0).reshape(1, 2, 2, 1)).item()
    1.5
    """

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.out_shape(x.shape[1:])
        self.shape, y = x.shape, x                                      # (n, h, w, c)
        for axis in (2, 1):
            first, *others = self.slides(y, axis)
            y = first.copy()
            for value in others:
                y += value
        return y * y.dtype.type(1 / math.prod(self.kernel))             # (n, h', w', c)

    def backward(self, dy: Array) -> Array:
        n, h, w, c = self.kept("shape")
        dx = dy * dy.dtype.type(1 / math.prod(self.kernel))             # (n, h', w', c)
        for axis, shape in (1, (n, h, dy.shape[2], c)), (2, (n, h, w, c)):
            each, dx = dx, np.zeros(shape, dy.dtype)
            for share in self.slides(dx, axis):
                share += each
        return dx


class GlobalAveragePool(Layer):
    """y = mean over all pixels of a channel: (n, h, w, c) → (n, c), whatever the size; each pixel gets dy / (h·w).

    >>> GlobalAveragePool().forward(np.ones((5, 7, 7, 64))).shape
    (5, 64)
    """

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.out_shape(x.shape[1:])
        self.shape = x.shape                                            # (n, h, w, c)
        return np.asarray(x.mean(axis=(1, 2)))                          # (n, c)

    def backward(self, dy: Array) -> Array:
        n, h, w, c = self.kept("shape")
        each = dy * dy.dtype.type(1 / (h * w))
        return np.broadcast_to(each[:, None, None], (n, h, w, c)).copy()

    def out_shape(self, shape: Shape) -> Shape:
        self.expects(len(shape) == 3 and min(shape) > 0, "images (height, width, channels)", shape)
        return shape[2:]
