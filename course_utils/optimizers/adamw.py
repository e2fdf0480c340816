"""AdamW."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from course_utils.checks import Array, Rate, decay, learning_rate, nonnegative


class AdamWState(NamedTuple):
    m: Array
    """Running mean of gradients, the shape of theta."""
    v: Array
    """Running mean of squared gradients, the shape of theta."""


@dataclass(frozen=True)
class AdamW:
    """Adam with weight decay that the gradient's size does not touch  (chapters 9 and 16).

    θ ← θ - lr·λθ, then Adam's step:
    m ← β₁ m + (1 - β₁) g      v ← β₂ v + (1 - β₂) g²      θ ← θ - lr·m̂ / (√v̂ + ε)

    λ = ``weight_decay`` never enters m or v. Equal to ``torch.optim.AdamW``, which multiplies λ by the whole lr
    (the paper by the schedule's factor only).

    Arguments: ``lr`` > 0; ``beta1``, ``beta2`` in [0, 1); ``eps``, ``weight_decay`` ≥ 0. Raises ``ValueError``
    otherwise. Source: Loshchilov & Hutter 2019, Algorithm 2.

    >>> import numpy as np
    >>> a = AdamW(lr=0.1, weight_decay=0.1)
    >>> theta, state = a.step(np.array([1.0]), np.array([0.5]), a.init(np.array([1.0])), t=1, lr=0.1)
    >>> theta.round(6)
    array([0.89])
    """

    lr: Rate
    beta1: float | Array = 0.9
    beta2: float | Array = 0.999
    eps: float = 1e-8
    weight_decay: float = 0.01
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        learning_rate(self.lr)
        decay("beta1", self.beta1, 0.9)
        decay("beta2", self.beta2, 0.999)
        nonnegative("eps", self.eps, "it keeps the denominator away from 0", 1e-8)
        nonnegative("weight_decay", self.weight_decay, "a negative decay would grow the weights", 0.01)

    def init(self, theta: Array) -> AdamWState:
        return AdamWState(m=np.zeros_like(theta), v=np.zeros_like(theta))

    def step(self, theta: Array, g: Array, state: AdamWState, t: int, lr: float | Array) -> tuple[Array, AdamWState]:
        theta = theta - lr * (self.weight_decay * theta)
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * g**2
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        return theta - lr * m_hat / (np.sqrt(v_hat) + self.eps), AdamWState(m, v)
