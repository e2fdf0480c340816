"""RAdam."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from course_utils.checks import Array, Rate, decay, learning_rate, nonnegative


class RAdamState(NamedTuple):
    m: Array
    """Running mean of gradients, the shape of theta."""
    v: Array
    """Running mean of squared gradients, the shape of theta."""


@dataclass(frozen=True)
class RAdam:
    """Adam that waits until its denominator can be trusted  (chapter 9).

    ρ∞ = 2/(1 - β₂) - 1        ρₜ = ρ∞ - 2 t β₂ᵗ / (1 - β₂ᵗ)        (the length of v's average, in samples)
    ρₜ > 5:  θ ← θ - lr·r·m̂·√(1 - β₂ᵗ) / (√v + ε),   r² = (ρₜ-4)(ρₜ-2)ρ∞ / ((ρ∞-4)(ρ∞-2)ρₜ)
    else:    θ ← θ - lr·m̂                              (momentum, with its bias corrected)

    m, v and m̂ are Adam's. Equal to ``torch.optim.RAdam``.

    Arguments: ``lr`` > 0; ``beta1``, ``beta2`` numbers in [0, 1); ``eps`` ≥ 0. Raises ``ValueError`` otherwise.
    Source: Liu et al. 2020, Algorithm 2.

    >>> import numpy as np
    >>> r = RAdam(lr=0.1)
    >>> theta, state = r.step(np.array([1.0]), np.array([0.5]), r.init(np.array([1.0])), t=1, lr=0.1)
    >>> theta
    array([0.95])
    """

    lr: Rate
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        learning_rate(self.lr)
        decay("beta1", self.beta1, 0.9)
        decay("beta2", self.beta2, 0.999)
        nonnegative("eps", self.eps, "it keeps the denominator away from 0", 1e-8)

    def init(self, theta: Array) -> RAdamState:
        return RAdamState(m=np.zeros_like(theta), v=np.zeros_like(theta))

    def step(self, theta: Array, g: Array, state: RAdamState, t: int, lr: float | Array) -> tuple[Array, RAdamState]:
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * g**2
        m_hat = m / (1 - self.beta1**t)
        unbias = 1 - self.beta2**t
        rho_inf = 2 / (1 - self.beta2) - 1
        rho = rho_inf - 2 * t * self.beta2**t / unbias
        if rho <= 5:
            return theta - lr * m_hat, RAdamState(m, v)
        r = math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
        return theta - lr * m_hat * (r * math.sqrt(unbias)) / (np.sqrt(v) + self.eps), RAdamState(m, v)
