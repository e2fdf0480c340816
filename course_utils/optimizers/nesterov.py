"""Nesterov's accelerated gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from course_utils.checks import Array, Rate, decay, learning_rate


class NesterovState(NamedTuple):
    v: Array
    """Velocity, the shape of theta."""


@dataclass(frozen=True)
class Nesterov:
    """Momentum that looks ahead: step along where the velocity is about to be  (chapter 7).

    v ← β v + g        θ ← θ - lr·(g + β v)

    This is PyTorch's form (``torch.optim.SGD(lr, momentum=β, nesterov=True)``): its θ is the look-ahead point
    of Nesterov's own form, so that the gradient is taken where the parameters are.

    Arguments: ``lr`` > 0; ``beta`` in [0, 1). Raises ``ValueError`` otherwise.
    Source: Nesterov 1983; the re-written form in Sutskever et al. 2013.

    >>> import numpy as np
    >>> n = Nesterov(lr=0.1)
    >>> theta, state = n.step(np.array([1.0]), np.array([0.5]), n.init(np.array([1.0])), t=1, lr=0.1)
    >>> theta
    array([0.905])
    """

    lr: Rate
    beta: float | Array = 0.9
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        learning_rate(self.lr)
        decay("beta", self.beta, 0.9)

    def init(self, theta: Array) -> NesterovState:
        return NesterovState(v=np.zeros_like(theta))

    def step(
        self, theta: Array, g: Array, state: NesterovState, t: int, lr: float | Array
    ) -> tuple[Array, NesterovState]:
        v = self.beta * state.v + g
        return theta - lr * (g + self.beta * v), NesterovState(v)
