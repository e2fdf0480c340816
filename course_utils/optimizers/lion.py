"""Lion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from course_utils.checks import Array, Rate, decay, learning_rate, nonnegative


class LionState(NamedTuple):
    m: Array
    """Running mean of gradients, the shape of theta."""


@dataclass(frozen=True)
class Lion:
    """Step by the sign of a blend of momentum and gradient  (chapters 9 and 24).

    θ ← θ - lr·λθ - lr·sign(β₁ m + (1 - β₁) g)        then        m ← β₂ m + (1 - β₂) g

    The blend uses β₁, the memory β₂. Every parameter moves by exactly lr, so rates are about ten times
    smaller than Adam's.

    Arguments: ``lr`` > 0; ``beta1``, ``beta2`` in [0, 1); ``weight_decay`` (λ) ≥ 0. Raises ``ValueError`` otherwise.
    Source: Chen et al. 2023, Algorithm 2.

    >>> import numpy as np
    >>> lion = Lion(lr=0.1)
    >>> theta, state = lion.step(np.array([1.0]), np.array([0.5]), lion.init(np.array([1.0])), t=1, lr=0.1)
    >>> theta, state.m.round(6)
    (array([0.9]), array([0.005]))
    """

    lr: Rate
    beta1: float | Array = 0.9
    beta2: float | Array = 0.99
    weight_decay: float = 0.0
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        learning_rate(self.lr)
        decay("beta1", self.beta1, 0.9)
        decay("beta2", self.beta2, 0.99)
        nonnegative("weight_decay", self.weight_decay, "a negative decay would grow the weights", 0.01)

    def init(self, theta: Array) -> LionState:
        return LionState(m=np.zeros_like(theta))

    def step(self, theta: Array, g: Array, state: LionState, t: int, lr: float | Array) -> tuple[Array, LionState]:
        theta = theta - lr * (self.weight_decay * theta)
        direction = np.sign(self.beta1 * state.m + (1 - self.beta1) * g)
        m = self.beta2 * state.m + (1 - self.beta2) * g
        return theta - lr * direction, LionState(m)
