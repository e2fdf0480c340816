"""Long short-term memory."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array
from course_utils.initializers import Initializer, orthogonal, xavier
from course_utils.layers.recurrent import Recurrent
from course_utils.layers.sequence import HasMask, Mask


class LSTM(Recurrent):
    """A memory c that new content is added to; gates in (0, 1) decide what stays, enters and shows  (chapter 20).

    (i, f, o) = σ(W₁₂₃ [xₜ; hₜ₋₁; 1])     cₜ = f cₜ₋₁ + i g
    g = tanh(W₄ [xₜ; hₜ₋₁; 1])             hₜ = o tanh(cₜ)         h₀ = c₀ = 0

    Arguments: see :class:`~course_utils.layers.recurrent.Recurrent`; ``forget_bias`` is where the bias of f starts.
    W ``(4 n_hidden, n_in + n_hidden + 1)``, gates in the order i, f, o, g. ``torch.nn.LSTM`` has i, f, g, o and two
    biases, which act as their sum. Sources: Hochreiter & Schmidhuber 1997; Gers et al. 2000 (f); Jozefowicz et al.
    2015 (its bias). One tanh serves all gates, as σ(z) = ½ tanh(z/2) + ½.

    >>> layer = LSTM(32, 100, last=True)
    >>> _ = layer.alone(np.random.default_rng(0))
    >>> layer.forward(np.ones((4, 7, 32))).shape, layer.size
    ((4, 100), 53200)
    """

    gates = 4

    def __init__(
        self,
        n_in: int,
        n_hidden: int,
        last: bool = False,
        mask: Mask | HasMask | None = None,
        init: Initializer = xavier,
        recurrent_init: Initializer = orthogonal,
        forget_bias: float = 1.0,
    ) -> None:
        super().__init__(n_in, n_hidden, last, mask, init, recurrent_init)
        self.forget_bias = forget_bias

    def initialize(self, rng: np.random.Generator) -> None:
        super().initialize(rng)
        self.W[self.n_hidden : 2 * self.n_hidden, -1] = self.forget_bias

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.rest, (n, T, i), h = self.resting(x), x.shape, self.n_hidden
        self.s = s = self.columns(x, i + h + 1)                         # (T + 1, i + h + 1, n): [x; h; 1]
        self.c, self.a = c, a = np.zeros((T + 1, h, n), s.dtype), np.empty((T, 4 * h, n), s.dtype)
        self.tanh_c = np.empty((T, h, n), s.dtype)
        W = self.W.copy()
        W[: 3 * h] *= 0.5                                               # z/2 for the three σ
        for t in range(T):
            np.tanh(np.matmul(W, s[t], out=a[t]), out=a[t])             # (4h, n)
            sigma = a[t, : 3 * h]
            sigma *= 0.5
            sigma += 0.5
            i_t, f_t, o_t, g_t = a[t].reshape(4, h, n)
            np.multiply(f_t, c[t], out=c[t + 1])
            c[t + 1] += i_t * g_t
            np.multiply(o_t, np.tanh(c[t + 1], out=self.tanh_c[t]), out=s[t + 1, i:-1])
            if self.rest is not None:
                np.copyto(c[t + 1], c[t], where=self.rest[t])
                np.copyto(s[t + 1, i:-1], s[t, i:-1], where=self.rest[t])
        return self.result(s[1:, i:-1])

    def backward(self, dy: Array) -> Array:
        s, (T, _, n), i, h = self.kept("s"), self.a.shape, self.n_in, self.n_hidden
        d_out, dx, ds = self.by_step(dy, T), np.empty((T, i, n), s.dtype), np.empty_like(s[0])
        d, dh, dc = np.empty((4, h, n), s.dtype), np.zeros((h, n), s.dtype), np.zeros((h, n), s.dtype)
        dz, W_T, dW_t = d.reshape(4 * h, n), self.W.T.copy(), np.empty_like(self.W)
        self.dW[...] = 0
        for t in reversed(range(T)):
            (i_t, f_t, o_t, g_t), sigma, tanh_c = self.a[t].reshape(4, h, n), self.a[t, : 3 * h], self.tanh_c[t]
            dh += d_out[t]
            if self.rest is not None:                                   # at padding, both gradients pass by
                rest, live = self.rest[t], ~self.rest[t]
                dh_rest, dc_rest, dh, dc = dh * rest, dc * rest, dh * live, dc * live
            dc += dh * o_t * (1 - tanh_c * tanh_c)
            np.multiply(dc, g_t, out=d[0])                              # di
            np.multiply(dc, self.c[t], out=d[1])                        # df
            np.multiply(dh, tanh_c, out=d[2])                           # do
            np.multiply(dc, i_t, out=d[3])                              # dg
            dz[: 3 * h] *= sigma - sigma * sigma                        # σ' = σ (1 - σ)
            d[3] *= 1 - g_t * g_t                                       # tanh' = 1 - tanh²
            self.dW += np.matmul(dz, s[t].T, out=dW_t)                  # (4h, i + h + 1)
            np.matmul(W_T, dz, out=ds)                                  # (i + h + 1, n): d[x; h; 1]
            dx[t], dh = ds[:i], ds[i:-1]
            dc *= f_t
            if self.rest is not None:
                dh, dc = dh + dh_rest, dc + dc_rest
        return dx.transpose(2, 0, 1)                                    # (n, T, i)
