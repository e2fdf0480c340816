"""NAdam."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from course_utils.checks import Array, Rate, decay, learning_rate, nonnegative


class NAdamState(NamedTuple):
    m: Array
    """Running mean of gradients, the shape of theta."""
    v: Array
    """Running mean of squared gradients, the shape of theta."""
    product: float | Array
    """μ₁ μ₂ ⋯ μₜ: the share of the zero start that m still holds."""


@dataclass(frozen=True)
class NAdam:
    """Adam with Nesterov's look-ahead in the first moment  (chapter 9).

    μₜ = β₁(1 - ½·0.96^(tψ))            m ← β₁ m + (1 - β₁) g      v ← β₂ v + (1 - β₂) g²
    m̂ = μₜ₊₁ m / (1 - μ₁⋯μₜ₊₁) + (1 - μₜ) g / (1 - μ₁⋯μₜ)         θ ← θ - lr·m̂ / (√v̂ + ε)

    ψ = ``momentum_decay``; the other symbols are Adam's. Equal to ``torch.optim.NAdam``.

    Arguments: ``lr`` > 0; ``beta1``, ``beta2`` in [0, 1); ``eps``, ``momentum_decay`` ≥ 0. Raises ``ValueError``
    otherwise. Source: Dozat 2016.

    >>> import numpy as np
    >>> n = NAdam(lr=0.1)
    >>> theta, state = n.step(np.array([1.0]), np.array([0.5]), n.init(np.array([1.0])), t=1, lr=0.1)
    >>> theta.round(6)
    array([0.894355])
    """

    lr: Rate
    beta1: float | Array = 0.9
    beta2: float | Array = 0.999
    eps: float = 1e-8
    momentum_decay: float = 4e-3
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        learning_rate(self.lr)
        decay("beta1", self.beta1, 0.9)
        decay("beta2", self.beta2, 0.999)
        nonnegative("eps", self.eps, "it keeps the denominator away from 0", 1e-8)
        nonnegative("momentum_decay", self.momentum_decay, "it is the exponent of a decay", 4e-3)

    def init(self, theta: Array) -> NAdamState:
        return NAdamState(m=np.zeros_like(theta), v=np.zeros_like(theta), product=1.0)

    def step(self, theta: Array, g: Array, state: NAdamState, t: int, lr: float | Array) -> tuple[Array, NAdamState]:
        mu = self.beta1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))
        mu_next = self.beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * self.momentum_decay))
        product = state.product * mu
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * g**2
        m_hat = mu_next * m / (1 - product * mu_next) + (1 - mu) * g / (1 - product)
        v_hat = v / (1 - self.beta2**t)
        return theta - lr * m_hat / (np.sqrt(v_hat) + self.eps), NAdamState(m, v, product)
