"""Where a token stands: attention itself does not know."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array, count
from course_utils.layers.sequence import SequenceLayer


def sinusoids(T: int, d: int) -> Array:
    """P[t, 2j] = sin(t ωⱼ), P[t, 2j + 1] = cos(t ωⱼ), ωⱼ = 10000^(-2j/d), t from 0  (Vaswani et al. 2017, §3.5).

    >>> sinusoids(2, 4).round(4)
    array([[0.    , 1.    , 0.    , 1.    ],
           [0.8415, 0.5403, 0.01  , 1.    ]])
    """
    angle = np.arange(T)[:, None] * 10_000.0 ** (-np.arange(0, d, 2) / d)     # (T, ⌈d/2⌉)
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(T, -1)[:, :d]


class Positional(SequenceLayer):
    """Y = X + P, the sinusoids of each position  (chapter 22): ``(n, T, d)`` → ``(n, T, d)``, no parameters.

    P at t + k is a rotation of P at t that depends on k only, so that distances are easy to see.
    """

    n_in: int

    def __init__(self, d: int) -> None:
        self.n_in = count("d", d, 1, "it is the number of features")

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.valid(x)
        return np.asarray(x + sinusoids(x.shape[1], self.n_in).astype(x.dtype))

    def backward(self, dy: Array) -> Array:
        return dy

    def __repr__(self) -> str:
        return f"Positional({self.n_in})"
