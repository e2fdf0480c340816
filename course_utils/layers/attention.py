"""Attention in several heads: every position looks at every other one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, count
from course_utils.initializers import xavier
from course_utils.layers.base import Layer, Shape
from course_utils.layers.dense import Dense
from course_utils.layers.scaled_dot import attention, attention_backward
from course_utils.layers.sequence import HasMask, Mask, SequenceLayer

BLOCK = 2**19
"""Bytes of weights that are worked on at a time: they stay in the processor's cache."""


class MultiHeadAttention(SequenceLayer):
    """Y = [head₁ … headₕ] Wo + bo, each head attending with its own d/h columns of [Q K V] = X W + b  (chapter 22).

    ``d``, ``heads``  features, and into how many heads they are divided: ``(n, T, d)`` → ``(n, T, d)``
    ``causal``        position t looks at 1 … t only
    ``mask``          padding is not looked at, see :class:`~course_utils.layers.sequence.SequenceLayer`

    The last batch's weights are left in ``weights (n, heads, T, T)``. Equal to ``torch.nn.MultiheadAttention``; costs
    grow with T². Source: Vaswani et al. 2017, §3.2.2.

    >>> layer = MultiHeadAttention(512, heads=8)
    >>> _ = layer.alone(np.random.default_rng(0))
    >>> layer.forward(np.ones((1, 3, 512))).shape, layer.size
    ((1, 3, 512), 1050624)
    """

    n_in: int
    weights: Array

    def __init__(self, d: int, heads: int, causal: bool = False, mask: Mask | HasMask | None = None) -> None:
        self.n_in = count("d", d, 1, "it is the number of features")
        self.heads = count("heads", heads, 1, "they do the looking")
        if d % heads:
            raise ValueError(f"heads must divide d, got heads={heads}, d={d}: each takes d/heads features. Try 1.")
        self.causal, self.mask = causal, mask
        self.qkv, self.mix = Dense(d, 3 * d, xavier), Dense(d, d, xavier)

    def parts(self) -> tuple[Layer, ...]:
        return self.qkv, self.mix

    def by_head(self, x: Array, n: int) -> Array:
        """Rows ``(n T, m d)`` as a view ``(m, n, heads, T, d/heads)``: no number moves."""
        return x.reshape(n, len(x) // n, -1, self.heads, self.n_in // self.heads).transpose(2, 0, 3, 1, 4)

    def allowed(self, x: Array) -> NDArray[np.bool_] | None:
        """Which keys each query may look at, ``(n or 1, 1, T, T)``; None if all."""
        mask, (_, T, _) = self.valid(x), x.shape
        causal = np.tri(T, dtype=bool)[None, None] if self.causal else None
        if mask is None or mask.all():
            return causal
        keys = np.broadcast_to(mask[:, None, None, :], (len(x), 1, T, T))
        return keys if causal is None else keys & causal

    def blocks(self, n: int, T: int, itemsize: int) -> list[slice]:
        """The batch in blocks of examples, the weights of each fitting into the cache."""
        size = max(1, BLOCK // (self.heads * T * T * itemsize))
        return [slice(first, first + size) for first in range(0, n, size)]

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        allowed, (n, T, d) = self.allowed(x), x.shape
        rows = self.qkv.forward(x.reshape(n * T, d))                    # (nT, 3d): one product for Q, K and V
        self.q, self.k, self.v = self.by_head(rows, n)                  # (n, heads, T, d/heads) each
        joined = np.empty((n * T, d), rows.dtype)
        self.y = self.by_head(joined, n)[0]
        self.weights = np.empty((n, self.heads, T, T), rows.dtype)
        for b in self.blocks(n, T, rows.itemsize):
            may = allowed if allowed is None or len(allowed) == 1 else allowed[b]
            self.y[b], _ = attention(self.q[b], self.k[b], self.v[b], may, out=self.weights[b])
        return self.mix.forward(joined).reshape(n, T, d)

    def backward(self, dy: Array) -> Array:
        weights, (n, T, d) = self.kept("weights"), dy.shape
        d_y = self.by_head(self.mix.backward(dy.reshape(n * T, d)), n)[0]
        rows = np.empty((n * T, 3 * d), dy.dtype)
        dq, dk, dv = self.by_head(rows, n)
        for b in self.blocks(n, T, dy.itemsize):
            dq[b], dk[b], dv[b] = attention_backward(d_y[b], self.q[b], self.k[b], self.v[b], self.y[b], weights[b])
        return self.qkv.backward(rows).reshape(n, T, d)

    def multiply_adds(self, shape: Shape) -> int:
        T, d = shape
        return 4 * T * d * d + 2 * T * T * d

    def __repr__(self) -> str:
        return f"MultiHeadAttention({self.n_in}, heads={self.heads})"
