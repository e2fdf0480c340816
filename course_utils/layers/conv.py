"""Two-dimensional convolution."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checks import Array
from course_utils.initializers import Initializer, he
from course_utils.layers.base import Layer, Shape
from course_utils.layers.blocks import Windows
from course_utils.layers.geometry import pair, places, short, whole


class Conv2d(Layer):
    """z[i, j] = Σ_{a, b} x[s·i + a, s·j + b] W[a, b] + b, and back: dW = Σ x dz, dx = Σ W dz  (chapter 19).

    A cross-correlation, as in PyTorch: the kernel is not flipped. The sum over all channels c of a pixel is meant.
    x ``(n, h, w, c_in)`` → z ``(n, h', w', c_out)``, h' = ⌊(h + 2·padding - kernel) / stride⌋ + 1, and so w'.

    ``kernel, stride, padding``  a number, or a pair (down, across); the padding is zeros
    ``groups``  output channels see only their share of the input: ``groups=c_in`` is depthwise, ``kernel=1`` pointwise
    ``init``    ``(fan_in, fan_out, shape, rng) -> W``, shape (kernel, kernel, c_in / groups, c_out). b starts at 0.

    Speed: the product of a matrix of windows with the kernel, block by block; read :mod:`~course_utils.layers.blocks`.

    >>> layer = Conv2d(1, 8, kernel=3, padding=1)
    >>> _ = layer.alone(np.random.default_rng(0))
    >>> layer.forward(np.ones((2, 28, 28, 1))).shape, layer.size
    ((2, 28, 28, 8), 80)
    """

    W: Array
    b: Array
    dW: Array
    db: Array

    def __init__(
        self,
        c_in: int,
        c_out: int,
        kernel: int | tuple[int, int] = 3,
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        groups: int = 1,
        init: Initializer = he,
        bias: bool = True,
    ) -> None:
        self.c_in, self.c_out = whole("Conv2d", "c_in", c_in), whole("Conv2d", "c_out", c_out)
        self.kernel, self.stride = pair("Conv2d", "kernel", kernel), pair("Conv2d", "stride", stride)
        self.padding, self.groups = pair("Conv2d", "padding", padding, 0), whole("Conv2d", "groups", groups)
        self.init, self.bias = init, bias
        if c_in % groups or c_out % groups:
            raise ValueError(
                f"{self} expected groups to divide c_in and c_out: each group has its own share of both. "
                f"Try groups={math.gcd(c_in, c_out)}."
            )
        if self.padding[0] >= self.kernel[0] or self.padding[1] >= self.kernel[1]:
            raise ValueError(
                f"{self} expected padding below the kernel size: a window on zeros alone sees nothing. "
                f"Try padding={(self.kernel[0] - 1) // 2}."
            )

    def shapes(self) -> dict[str, Shape]:
        kernels = (*self.kernel, self.c_in // self.groups, self.c_out)
        return {"W": kernels} | ({"b": (self.c_out,)} if self.bias else {})

    def initialize(self, rng: np.random.Generator) -> None:
        share = math.prod(self.kernel) / self.groups
        self.W[...] = self.init(round(share * self.c_in), round(share * self.c_out), self.W.shape, rng)
        if self.bias:
            self.b[...] = 0

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        if x.dtype.kind not in "ui":                                    # bytes are fine: reading converts them
            self.takes(x, True, "images")
        self.x, shape = x, self.out_shape(x.shape[1:])                  # (n, h, w, c_in)
        z = np.empty((len(x), *shape), self.W.dtype)                    # (n, h', w', c_out)
        windows, W = self.windows(x, self.padding), self.by_group(self.W)
        bias = np.tile(self.b, shape[1]) if self.bias else 0            # (w'·c_out,): long runs add faster
        for some in windows.blocks:
            np.matmul(windows.read(x[some]), W, out=self.by_group(z[some]))
            if self.bias:
                z[some].reshape(-1, shape[1] * self.c_out)[...] += bias
        return z

    def backward(self, dy: Array) -> Array:
        x = self.kept("x")
        dx = np.empty(x.shape, self.W.dtype)                            # (n, h, w, c_in)
        windows, W, dW = self.windows(x, self.padding), self.by_group(self.W), self.by_group(self.dW)
        gather = self.stride == (1, 1) and 2 * self.c_in >= self.c_out
        scatter = self.wants_dx and not gather
        dW[...] = 0
        for some in windows.blocks:
            dz = self.by_group(dy[some])                                # (g, n·h'·w', c_out/g)
            dW += windows.read(x[some]).swapaxes(1, 2) @ dz             # (g, k·k·c_in/g, c_out/g)
            if scatter:
                np.matmul(dz, W.swapaxes(1, 2), out=windows.matrix[:, : dz.shape[1]])
                windows.add_back(dx[some])
        if self.wants_dx and gather:
            self.gather(dy, dx)
        if self.bias:
            np.matmul(np.ones(dy.size // self.c_out, dy.dtype), dy.reshape(-1, self.c_out), out=self.db)
        return dx if self.wants_dx else np.empty(0, dy.dtype)

    def gather(self, dy: Array, dx: Array) -> None:
        """dX as a convolution itself, of the padded dY with the kernel turned by 180°: each pixel is written once."""
        (k, m, c, o), g, (p, q) = self.W.shape, self.groups, self.padding
        turned = self.W[::-1, ::-1].reshape(k, m, c, g, o // g).transpose(3, 0, 1, 4, 2).reshape(g, k * m * o // g, c)
        windows = self.windows(dy, (k - 1 - p, m - 1 - q))
        for some in windows.blocks:
            np.matmul(windows.read(dy[some]), turned, out=self.by_group(dx[some]))

    def windows(self, images: Array, margin: tuple[int, int]) -> Windows:
        return Windows(images.shape, margin, self.kernel, self.stride, self.groups, self.W.dtype)

    def by_group(self, a: Array) -> Array:
        """A view ``(g, rows, c/g)`` of ``a (…, c)``."""
        return a.reshape(-1, self.groups, a.shape[-1] // self.groups).swapaxes(0, 1)

    def out_shape(self, shape: Shape) -> Shape:
        self.expects(len(shape) == 3 and shape[2] == self.c_in, f"images (height, width, {self.c_in})", shape)
        size = places(shape[:2], self.kernel, self.stride, self.padding)
        self.expects(min(size) > 0, f"images of at least {short(self.kernel)} pixels, padding included", shape)
        return (*size, self.c_out)

    def multiply_adds(self, shape: Shape) -> int:
        return math.prod(self.out_shape(shape)) * math.prod(self.kernel) * self.c_in // self.groups

    def __repr__(self) -> str:
        given = {"stride": (self.stride, (1, 1)), "padding": (self.padding, (0, 0))}
        text = [f"{name}={short(value)}" for name, (value, usual) in given.items() if value != usual]
        text += [f"groups={self.groups}"] if self.groups > 1 else []
        return f"Conv2d({', '.join([str(self.c_in), str(self.c_out), short(self.kernel), *text])})"
