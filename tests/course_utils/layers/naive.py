"""Convolution and pooling as the definitions say, one number at a time: slow, and easy to believe."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array
from course_utils.layers.conv import Conv2d


def convolve(layer: Conv2d, x: Array) -> Array:
    """z[i, j, o] = b[o] + Σ x[s·i + a - p, s·j + b - q, c] W[a, b, c, o] over the channels c of o's group."""
    (k, m), (s, t), (p, q), g = layer.kernel, layer.stride, layer.padding, layer.groups
    n, h, w, _ = x.shape
    z = np.zeros((n, (h + 2 * p - k) // s + 1, (w + 2 * q - m) // t + 1, layer.c_out))
    for one, i, j, o in np.ndindex(z.shape):
        z[one, i, j, o] = layer.b[o] if layer.bias else 0
        group = o // (layer.c_out // g)
        for a, b, c in np.ndindex(k, m, layer.c_in // g):
            row, column = s * i + a - p, t * j + b - q
            if 0 <= row < h and 0 <= column < w:
                z[one, i, j, o] += x[one, row, column, group * (layer.c_in // g) + c] * layer.W[a, b, c, o]
    return z


def max_pool(x: Array, dy: Array, kernel: tuple[int, int], stride: tuple[int, int]) -> tuple[Array, Array]:
    """The largest number of each window, and dy at the first place that has it, row by row."""
    y, dx = np.empty_like(dy), np.zeros_like(x)
    for one, i, j, c in np.ndindex(dy.shape):
        top, left = i * stride[0], j * stride[1]
        window = x[one, top : top + kernel[0], left : left + kernel[1], c]
        y[one, i, j, c] = window.max()
        row, column = np.unravel_index(window.argmax(), window.shape)
        dx[one, top + row, left + column, c] += dy[one, i, j, c]
    return y, dx
