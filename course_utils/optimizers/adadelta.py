"""Adadelta."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from course_utils.checks import Array, Rate, decay, learning_rate, positive


class AdadeltaState(NamedTuple):
    s: Array
    """Running mean of squared gradients, the shape of theta."""
    u: Array
    """Running mean of squared updates, the shape of theta."""


@dataclass(frozen=True)
class Adadelta:
    """The update carries the parameter's own unit: RMS of past updates over RMS of gradients  (chapter 8).

    s ← ρ s + (1 - ρ) g²      Δ = g·√(u + ε) / √(s + ε)      u ← ρ u + (1 - ρ) Δ²      θ ← θ - lr·Δ

    ε stands inside the roots, where it also starts the motion: at first u = 0. Equal to
    ``torch.optim.Adadelta(lr, rho=ρ, eps=ε)``.

    Arguments: ``lr`` > 0 (1 in the paper); ``rho`` in [0, 1); ``eps`` > 0: with 0 nothing would ever move.
    Raises ``ValueError`` otherwise. Source: Zeiler 2012, Algorithm 1.

    >>> import numpy as np
    >>> a = Adadelta()
    >>> theta, state = a.step(np.array([1.0]), np.array([0.5]), a.init(np.array([1.0])), t=1, lr=1.0)
    >>> theta.round(6)
    array([0.996838])
    """

    lr: Rate = 1.0
    rho: float | Array = 0.9
    eps: float = 1e-6
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        learning_rate(self.lr)
        decay("rho", self.rho, 0.9)
        positive("eps", self.eps, "it starts the motion, since the mean of past updates is 0 at first", 1e-6)

    def init(self, theta: Array) -> AdadeltaState:
        return AdadeltaState(s=np.zeros_like(theta), u=np.zeros_like(theta))

    def step(
        self, theta: Array, g: Array, state: AdadeltaState, t: int, lr: float | Array
    ) -> tuple[Array, AdadeltaState]:
        rho, eps = self.rho, self.eps
        s = rho * state.s + (1 - rho) * g**2
        delta = g * np.sqrt(state.u + eps) / np.sqrt(s + eps)
        u = rho * state.u + (1 - rho) * delta**2
        return theta - lr * delta, AdadeltaState(s, u)
