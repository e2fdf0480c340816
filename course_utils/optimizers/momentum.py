"""Momentum, in its two forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from course_utils.checks import Array, Rate, decay, learning_rate


class MomentumState(NamedTuple):
    v: Array
    """Velocity, the shape of theta."""


@dataclass(frozen=True)
class Momentum:
    """A heavy ball: the velocity keeps a share β of itself and gains the gradient  (chapter 7).

    classical:     v ← β v + g            θ ← θ - lr·v        (``torch.optim.SGD(lr, momentum=β)``)
    ``ema=True``:  v ← β v + (1 - β) g    θ ← θ - lr·v        (v is an average of gradients)

    Both start from v = 0 and draw the same path when lr(ema) = lr(classical) / (1 - β).

    Arguments: ``lr`` > 0; ``beta`` in [0, 1). Raises ``ValueError`` otherwise.
    Source: Polyak 1964; Sutskever et al. 2013.

    >>> import numpy as np
    >>> m = Momentum(lr=0.1)
    >>> theta, state = m.step(np.array([1.0]), np.array([0.5]), m.init(np.array([1.0])), t=1, lr=0.1)
    >>> theta, state.v
    (array([0.95]), array([0.5]))
    """

    lr: Rate
    beta: float | Array = 0.9
    ema: bool = False
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        learning_rate(self.lr)
        decay("beta", self.beta, 0.9)

    def init(self, theta: Array) -> MomentumState:
        return MomentumState(v=np.zeros_like(theta))

    def step(
        self, theta: Array, g: Array, state: MomentumState, t: int, lr: float | Array
    ) -> tuple[Array, MomentumState]:
        beta = self.beta
        v = beta * state.v + (1 - beta) * g if self.ema else beta * state.v + g
        return theta - lr * v, MomentumState(v)
