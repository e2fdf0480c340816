"""The plain recurrent layer."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array
from course_utils.layers.recurrent import Recurrent


class RNN(Recurrent):
    """hₜ = tanh(W [xₜ; hₜ₋₁; 1]), h₀ = 0  (chapter 20), and backpropagation through time.

    Arguments: see :class:`~course_utils.layers.recurrent.Recurrent`. W ``(n_hidden, n_in + n_hidden + 1)``: one bias,
    where ``torch.nn.RNN`` has two, which only ever act as their sum. Source: Elman 1990.

    >>> layer = RNN(32, 100, last=True)
    >>> _ = layer.alone(np.random.default_rng(0))
    >>> layer.forward(np.ones((4, 7, 32))).shape, layer.size
    ((4, 100), 13300)
    """

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.rest, T, i = self.resting(x), x.shape[1], self.n_in
        self.s = s = self.columns(x, i + self.n_hidden + 1)             # (T + 1, i + h + 1, n): [x; h; 1]
        for t in range(T):
            h_new = s[t + 1, i:-1]                                      # (h, n)
            np.tanh(self.W @ s[t], out=h_new)
            if self.rest is not None:
                np.copyto(h_new, s[t, i:-1], where=self.rest[t])
        return self.result(s[1:, i:-1])

    def backward(self, dy: Array) -> Array:
        s, i, T = self.kept("s"), self.n_in, len(self.s) - 1
        d_out, dz = self.by_step(dy, T), np.empty_like(s[1:, i:-1])     # (T, h, n)
        dh = np.zeros_like(dz[0])                                       # (h, n)
        for t in reversed(range(T)):
            dh += d_out[t]
            np.multiply(dh, 1 - s[t + 1, i:-1] ** 2, out=dz[t])
            if self.rest is not None:
                dz[t] *= ~self.rest[t]
            dh = self.W[:, i:-1].T @ dz[t] + (0 if self.rest is None else dh * self.rest[t])
        self.dW[...] = np.tensordot(dz, s[:T], axes=((0, 2), (0, 2)))
        return np.asarray(self.W[:, :i].T @ dz).transpose(2, 0, 1)      # (n, T, i)
