"""Adam."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from course_utils.checks import Array, Rate, decay, learning_rate, nonnegative


class AdamState(NamedTuple):
    m: Array
    """Running mean of gradients, the shape of theta."""
    v: Array
    """Running mean of squared gradients, the shape of theta."""


@dataclass(frozen=True)
class Adam:
    """Mean gradient over its recent size, both corrected for their start at 0  (chapter 9).

    m ← β₁ m + (1 - β₁) g           m̂ = m / (1 - β₁ᵗ)
    v ← β₂ v + (1 - β₂) g²          v̂ = v / (1 - β₂ᵗ)           θ ← θ - lr·m̂ / (√v̂ + ε)

    t counts from 1; ε stands outside the root. Equal to ``torch.optim.Adam(lr, (β₁, β₂), eps=ε)``.
    ``bias_correction=False`` leaves the hats away, to show what they are for.

    Arguments: ``lr`` > 0; ``beta1``, ``beta2`` in [0, 1); ``eps`` ≥ 0. Raises ``ValueError`` otherwise.
    Source: Kingma & Ba 2015, Algorithm 1.

    >>> import numpy as np
    >>> adam = Adam(lr=0.1)
    >>> theta, state = adam.step(np.array([1.0]), np.array([0.5]), adam.init(np.array([1.0])), t=1, lr=0.1)
    >>> theta.round(6)
    array([0.9])
    """

    lr: Rate
    beta1: float | Array = 0.9
    beta2: float | Array = 0.999
    eps: float = 1e-8
    bias_correction: bool = True
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        learning_rate(self.lr)
        decay("beta1", self.beta1, 0.9)
        decay("beta2", self.beta2, 0.999)
        nonnegative("eps", self.eps, "it keeps the denominator away from 0", 1e-8)

    def init(self, theta: Array) -> AdamState:
        return AdamState(m=np.zeros_like(theta), v=np.zeros_like(theta))

    def step(self, theta: Array, g: Array, state: AdamState, t: int, lr: float | Array) -> tuple[Array, AdamState]:
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * g**2
        m_hat, v_hat = m, v
        if self.bias_correction:
            m_hat = m / (1 - self.beta1**t)
            v_hat = v / (1 - self.beta2**t)
        return theta - lr * m_hat / (np.sqrt(v_hat) + self.eps), AdamState(m, v)
