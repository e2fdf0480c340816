"""RMSprop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from course_utils.checks import Array, Rate, decay, learning_rate, nonnegative


class RMSpropState(NamedTuple):
    s: Array
    """Running mean of squared gradients, the shape of theta."""
    m: Array
    """Running mean of gradients; moves only with ``centered=True``."""


@dataclass(frozen=True)
class RMSprop:
    """Divide by the recent size of the gradient  (chapter 8).

    s ← β s + (1 - β) g²        θ ← θ - lr·g / (√s + ε)

    ``centered=True`` also averages g itself, m ← β m + (1 - β) g, and divides by √(s - m²) + ε: an estimate
    of the gradient's standard deviation. No bias correction: with s = 0 at the start, the first step is
    lr/√(1 - β). ε stands outside the root, as in ``torch.optim.RMSprop(lr, alpha=β, eps=ε)``.

    Arguments: ``lr`` > 0; ``beta`` in [0, 1); ``eps`` ≥ 0. Raises ``ValueError`` otherwise.
    Source: Tieleman & Hinton 2012, lecture 6e; centered form: Graves 2013.

    >>> import numpy as np
    >>> r = RMSprop(lr=0.1)
    >>> theta, state = r.step(np.array([1.0]), np.array([0.5]), r.init(np.array([1.0])), t=1, lr=0.1)
    >>> theta.round(6)
    array([0.683772])
    """

    lr: Rate
    beta: float | Array = 0.9
    eps: float = 1e-8
    centered: bool = False
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        learning_rate(self.lr)
        decay("beta", self.beta, 0.9)
        nonnegative("eps", self.eps, "it keeps the denominator away from 0", 1e-8)

    def init(self, theta: Array) -> RMSpropState:
        return RMSpropState(s=np.zeros_like(theta), m=np.zeros_like(theta))

    def step(
        self, theta: Array, g: Array, state: RMSpropState, t: int, lr: float | Array
    ) -> tuple[Array, RMSpropState]:
        beta = self.beta
        s, m = beta * state.s + (1 - beta) * g**2, state.m
        size = s
        if self.centered:
            m = beta * m + (1 - beta) * g
            size = np.maximum(s - m**2, 0)                             # rounding can leave it just below 0
        return theta - lr * g / (np.sqrt(size) + self.eps), RMSpropState(s, m)
