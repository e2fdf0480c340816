"""Adagrad."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from course_utils.checks import Array, Rate, learning_rate, nonnegative


class AdagradState(NamedTuple):
    s: Array
    """Sum of squared gradients so far, the shape of theta."""


@dataclass(frozen=True)
class Adagrad:
    """Each parameter's rate shrinks with the gradients it has seen  (chapter 8).

    s ← s + g²        θ ← θ - lr·g / (√s + ε)

    The sum only grows: under a constant gradient step t has length lr/√t. ε stands outside the root.
    Equal to ``torch.optim.Adagrad(lr, eps=ε)``.

    Arguments: ``lr`` > 0; ``eps`` ≥ 0. Raises ``ValueError`` otherwise.
    Source: Duchi, Hazan & Singer 2011, the diagonal form.

    >>> import numpy as np
    >>> a = Adagrad(lr=0.1)
    >>> theta, state = a.step(np.array([1.0]), np.array([0.5]), a.init(np.array([1.0])), t=1, lr=0.1)
    >>> theta.round(6), state.s
    (array([0.9]), array([0.25]))
    """

    lr: Rate
    eps: float = 1e-10
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        learning_rate(self.lr)
        nonnegative("eps", self.eps, "it keeps the denominator away from 0", 1e-10)

    def init(self, theta: Array) -> AdagradState:
        return AdagradState(s=np.zeros_like(theta))

    def step(
        self, theta: Array, g: Array, state: AdagradState, t: int, lr: float | Array
    ) -> tuple[Array, AdagradState]:
        s = state.s + g**2
        return theta - lr * g / (np.sqrt(s) + self.eps), AdagradState(s)
