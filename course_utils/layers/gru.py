"""The gated recurrent unit."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array
from course_utils.layers.base import Shape
from course_utils.layers.recurrent import Recurrent


class GRU(Recurrent):
    """The state itself is the memory: z keeps old state, r lets old state into the new one  (chapter 20).

    p = Wx [xₜ; 1],  q = Wh [hₜ₋₁; 1]     r = σ(p₁ + q₁)     g = tanh(p₃ + r q₃)
                                           z = σ(p₂ + q₂)     hₜ = (1 - z) g + z hₜ₋₁         h₀ = 0

    Arguments: see :class:`~course_utils.layers.recurrent.Recurrent`. Wx ``(3 n_hidden, n_in + 1)`` and Wh
    ``(3 n_hidden, n_hidden + 1)`` hold a bias each in their last column. r acts after the product ("reset after", the
    form of ``torch.nn.GRU``); in Cho et al. 2014 it acts before, and one bias is enough.

    >>> layer = GRU(32, 100, last=True)
    >>> _ = layer.alone(np.random.default_rng(0))
    >>> layer.forward(np.ones((4, 7, 32))).shape, layer.size
    ((4, 100), 40200)
    """

    gates = 3
    Wx: Array
    Wh: Array
    dWx: Array
    dWh: Array

    def shapes(self) -> dict[str, Shape]:
        i, h = self.n_in, self.n_hidden
        return {"Wx": (3 * h, i + 1), "Wh": (3 * h, h + 1)}

    def initialize(self, rng: np.random.Generator) -> None:
        i, h = self.n_in, self.n_hidden
        for k in range(3):
            self.Wx[k * h : (k + 1) * h, :i] = self.init(i, h, (h, i), rng)
            self.Wh[k * h : (k + 1) * h, :h] = self.recurrent_init(h, h, (h, h), rng)
        self.Wx[:, -1] = self.Wh[:, -1] = 0

    def precision(self) -> np.dtype[np.floating]:
        return self.Wx.dtype

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.rest, (n, T, i), h = self.resting(x), x.shape, self.n_hidden
        self.u = self.columns(x, i + 1)[:T]                             # (T, i + 1, n): [x; 1]
        self.s = s = self.columns(x[:, :, :0], h + 1)                   # (T + 1, h + 1, n): [h; 1]
        self.a, self.q = self.Wx @ self.u, np.empty((T, h, n), s.dtype) # (T, 3h, n), (T, h, n)
        for t in range(T):
            q, a = self.Wh @ s[t], self.a[t]                            # (3h, n)
            a[: 2 * h] = 0.5 * np.tanh(0.5 * (a[: 2 * h] + q[: 2 * h])) + 0.5
            r, z, g = a.reshape(3, h, n)
            self.q[t] = q[2 * h :]
            np.tanh(g + r * self.q[t], out=g)
            s[t + 1, :-1] = g + z * (s[t, :-1] - g)
            if self.rest is not None:
                np.copyto(s[t + 1, :-1], s[t, :-1], where=self.rest[t])
        return self.result(s[1:, :-1])

    def backward(self, dy: Array) -> Array:
        s, h, (T, _, n) = self.kept("s"), self.n_hidden, self.q.shape
        d_out, dp, dq = self.by_step(dy, T), np.empty_like(self.a), np.empty_like(self.a)
        dh, dh_rest = np.zeros((h, n), s.dtype), np.zeros((), s.dtype)
        for t in reversed(range(T)):
            r, z, g = self.a[t].reshape(3, h, n)
            dh += d_out[t]
            if self.rest is not None:                                   # at padding, the gradient passes by
                dh_rest, dh = dh * self.rest[t], dh * ~self.rest[t]
            dg = dh * (1 - z) * (1 - g * g)                             # by p₃ + r q₃
            dp[t, :h] = dg * self.q[t] * r * (1 - r)
            dp[t, h : 2 * h] = dh * (s[t, :-1] - g) * z * (1 - z)
            dp[t, 2 * h :] = dg
            dq[t] = dp[t]
            dq[t, 2 * h :] *= r
            dh = self.Wh[:, :h].T @ dq[t] + dh * z + dh_rest
        self.dWx[...] = np.tensordot(dp, self.u, axes=((0, 2), (0, 2)))
        self.dWh[...] = np.tensordot(dq, s[:T], axes=((0, 2), (0, 2)))
        return np.asarray(self.Wx[:, : self.n_in].T @ dp).transpose(2, 0, 1)    # (n, T, i)
