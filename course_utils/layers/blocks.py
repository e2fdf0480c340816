"""Convolution at the speed of a matrix product: the trick, in one file.

A convolution multiplies every k × k window of an image by the same kernel. Written as loops it is slow. But lay the
windows out as the **rows of a matrix**, and all of it is one product, which BLAS does as fast as the machine can:

    windows (h'·w', k·k·c)  @  kernel (k·k·c, c')  =  output (h'·w', c')

The matrix is k² times as large as the images. So it is made for **a few images at a time**: a block of at most
``CACHE`` bytes is written, multiplied and overwritten by the next, and never leaves the processor's cache. Backward
makes it **again** instead of keeping it: writing it in the cache is cheaper than fetching it from memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import DTypeLike

from course_utils.checks import Array
from course_utils.layers.geometry import Pair, places

CACHE = 1024 * 1024
"""Bytes of a block: a second-level cache of today. A quarter or four times as much is a few percent slower."""
NARROW = 16
"""Shorter runs of numbers than this are slow to copy one by one."""


def blocks(n: int, bytes_each: int) -> Iterator[slice]:
    """Slices of ``n`` images, as many at a time as fit into the cache, at least one.

    >>> list(blocks(5, CACHE // 2))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    some = max(1, CACHE // bytes_each)
    return (slice(first, min(first + some, n)) for first in range(0, n, some))


class Windows:
    """The windows of a block of images as the rows of a matrix; its buffers are written over by every block.

    ``images`` (n, h, w, c) lie in the middle of a canvas of zeros, ``margin`` away from the edges. ``kernel`` is the
    size of a window, ``stride`` the step from one to the next. Each of the ``groups`` of channels has its own matrix.
    """

    def __init__(
        self, images: tuple[int, ...], margin: Pair, kernel: Pair, stride: Pair, groups: int, dtype: DTypeLike
    ) -> None:
        (n, h, w, c), (p, q), (k, m), (s, t), each = images, margin, kernel, stride, images[3] // groups
        oh, ow = places((h, w), kernel, stride, margin)
        self.rows = oh * ow
        self.blocks = list(blocks(n, oh * ow * k * m * c * np.dtype(dtype).itemsize))
        n = max((some.stop - some.start for some in self.blocks), default=0)
        self.canvas = np.zeros((n, h + 2 * p, w + 2 * q, c), dtype)     # (n, h + 2p, w + 2q, c)
        self.middle = self.canvas[:, p : p + h, q : q + w]              # (n, h, w, c)
        a, b, d, e = self.canvas.strides
        steps = (a, s * b, t * d, b, d, each * e, e)
        self.windows = as_strided(self.canvas, (n, oh, ow, k, m, groups, each), steps)
        if m * each >= NARROW:                                          # one row in memory = one window
            store = np.empty((groups, n, oh, ow, k, m, each), dtype)
            self.cells = store.transpose(1, 2, 3, 4, 5, 0, 6)           # (n, h', w', k, k, groups, c/groups)
            self.matrix = store.reshape(groups, n * oh * ow, k * m * each)
        else:                                                           # few channels: turned, so that runs are long
            store = np.empty((groups, k, m, each, n, oh, ow), dtype)
            self.cells = store.transpose(4, 5, 6, 1, 2, 0, 3)
            self.matrix = store.reshape(groups, k * m * each, n * oh * ow).swapaxes(1, 2)

    def read(self, images: Array) -> Array:
        """Fill the matrix with the windows of ``images (n, h, w, c)``."""
        n = len(images)
        self.middle[:n] = images
        np.copyto(self.cells[:n], self.windows[:n])
        return self.matrix[:, : n * self.rows]                          # (groups, n·h'·w', k·k·c/groups)

    def add_back(self, images: Array) -> None:
        """The transpose of ``read``: each number of the matrix is added onto the pixel that it was read from."""
        n, (k, m) = len(images), self.cells.shape[3:5]
        self.canvas[:n] = 0
        for i in range(k):
            for j in range(m):
                self.windows[:n, :, :, i, j] += self.cells[:n, :, :, i, j]
        images[...] = self.middle[:n]
        self.canvas[:n] = 0                                             # the margin must be 0 for ``read``
