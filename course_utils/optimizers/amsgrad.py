"""AMSGrad."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from course_utils.checks import Array, Rate, decay, learning_rate, nonnegative


class AMSGradState(NamedTuple):
    m: Array
    """Running mean of gradients, the shape of theta."""
    v: Array
    """Running mean of squared gradients, the shape of theta."""
    v_max: Array
    """The largest v so far, the shape of theta."""


@dataclass(frozen=True)
class AMSGrad:
    """Adam whose denominator never shrinks: v's running maximum takes v's place  (chapter 9).

    m ← β₁ m + (1 - β₁) g      v ← β₂ v + (1 - β₂) g²      v_max ← max(v_max, v)
    θ ← θ - lr·m̂ / (√v̂_max + ε)      with m̂ = m / (1 - β₁ᵗ),  v̂_max = v_max / (1 - β₂ᵗ)

    The maximum is taken before the correction, as in ``torch.optim.Adam(…, amsgrad=True)``; the paper's own
    Algorithm 2 has no correction.

    Arguments: ``lr`` > 0; ``beta1``, ``beta2`` in [0, 1); ``eps`` ≥ 0. Raises ``ValueError`` otherwise.
    Source: Reddi, Kale & Kumar 2018, Algorithm 2.

    >>> import numpy as np
    >>> a = AMSGrad(lr=0.1)
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

    def init(self, theta: Array) -> AMSGradState:
        return AMSGradState(m=np.zeros_like(theta), v=np.zeros_like(theta), v_max=np.zeros_like(theta))

    def step(
        self, theta: Array, g: Array, state: AMSGradState, t: int, lr: float | Array
    ) -> tuple[Array, AMSGradState]:
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * g**2
        v_max = np.maximum(state.v_max, v)
        m_hat = m / (1 - self.beta1**t)
        v_hat = v_max / (1 - self.beta2**t)
        return theta - lr * m_hat / (np.sqrt(v_hat) + self.eps), AMSGradState(m, v, v_max)
