"""Dropout."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array
from course_utils.layers.base import Layer


class Dropout(Layer):
    """y = x m / (1 - p), each m 0 with probability p, else 1: its mean is x. Back: dx = dy m / (1 - p)  (chapter 17).

    Inverted dropout: the scaling happens in training, so evaluation is the identity (Srivastava et al. 2014 scale in
    evaluation instead; the means are the same). ``p`` is the share that is dropped, in [0, 1).

    Raises ``ValueError`` in training without ``rng``: runs must be repeatable.

    >>> Dropout(0.5).forward(np.ones(8), training=True, rng=np.random.default_rng(0))
    array([2., 0., 0., 0., 2., 2., 2., 2.])
    """

    mask: Array | None

    def __init__(self, p: float = 0.5) -> None:
        if not 0 <= p < 1:
            raise ValueError(
                f"Dropout expected p in [0, 1), got {p:g}: it is the share that is dropped, and at 1 nothing would be "
                "left. Try 0.5."
            )
        self.p = p

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self.mask = None
        if not training or self.p == 0:
            return x
        if rng is None:
            raise ValueError(
                f"{self} draws random numbers in training, so rng is needed: runs must be repeatable. "
                "Try rng=np.random.default_rng(0)."
            )
        draw = rng.random(x.shape, np.float32 if x.dtype == np.float32 else np.float64)
        self.mask = (draw >= self.p) * x.dtype.type(1 / (1 - self.p))   # 0 or 1 / (1 - p), the shape of x
        return np.asarray(x * self.mask)

    def backward(self, dy: Array) -> Array:
        mask = self.kept("mask")
        return dy if mask is None else np.asarray(dy * mask)

    def __repr__(self) -> str:
        return f"Dropout({self.p:g})"
