"""AdaMax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from course_utils.checks import Array, Rate, decay, learning_rate, nonnegative


class AdaMaxState(NamedTuple):
    m: Array
    """Running mean of gradients, the shape of theta."""
    u: Array
    """Decaying maximum of absolute gradients, the shape of theta."""


@dataclass(frozen=True)
class AdaMax:
    """Adam with a decaying maximum of |g| in place of the root mean square  (chapter 9).

    m ← β₁ m + (1 - β₁) g      u ← max(β₂ u, |g| + ε)      θ ← θ - lr·m̂ / u      with m̂ = m / (1 - β₁ᵗ)

    u needs no correction: a maximum is not pulled toward its start at 0. ε is added to |g|, where
    ``torch.optim.Adamax`` has it; the paper has none.

    Arguments: ``lr`` > 0; ``beta1``, ``beta2`` in [0, 1); ``eps`` ≥ 0. Raises ``ValueError`` otherwise.
    Source: Kingma & Ba 2015, Algorithm 2.

    >>> import numpy as np
    >>> a = AdaMax(lr=0.1)
    >>> theta, state = a.step(np.array([1.0]), np.array([0.5]), a.init(np.array([1.0])), t=1, lr=0.1)
    >>> theta.round(6)
    array([0.9])
    """

    lr: Rate
    beta1: float | Array = 0.9
    beta2: float | Array = 0.999
    eps: float = 1e-8
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        learning_rate(self.lr)
        decay("beta1", self.beta1, 0.9)
        decay("beta2", self.beta2, 0.999)
        nonnegative("eps", self.eps, "it keeps the denominator away from 0", 1e-8)

    def init(self, theta: Array) -> AdaMaxState:
        return AdaMaxState(m=np.zeros_like(theta), u=np.zeros_like(theta))

    def step(
        self, theta: Array, g: Array, state: AdaMaxState, t: int, lr: float | Array
    ) -> tuple[Array, AdaMaxState]:
        m = self.beta1 * state.m + (1 - self.beta1) * g
        u = np.maximum(self.beta2 * state.u, np.abs(g) + self.eps)
        m_hat = m / (1 - self.beta1**t)
        return theta - lr * m_hat / u, AdaMaxState(m, u)
