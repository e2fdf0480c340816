"""Gradient descent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from course_utils.checks import Array, Rate, learning_rate


class SGDState(NamedTuple):
    """Gradient descent remembers nothing."""


@dataclass(frozen=True)
class SGD:
    """Step against the gradient: θ ← θ - lr·g  (chapter 5).

    "Stochastic" says how ``g`` was estimated, not what is done with it: with the full gradient this is
    gradient descent. Equal to ``torch.optim.SGD(lr)``.

    Arguments: ``lr`` > 0: a number, an array ``(R, 1)`` over runs, or a schedule. Raises ``ValueError`` otherwise.
    Source: Cauchy 1847; Robbins & Monro 1951 for the stochastic form.

    >>> import numpy as np
    >>> sgd = SGD(lr=0.1)
    >>> theta, state = sgd.step(np.array([1.0]), np.array([0.5]), sgd.init(np.array([1.0])), t=1, lr=0.1)
    >>> theta
    array([0.95])
    """

    lr: Rate
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        learning_rate(self.lr)

    def init(self, theta: Array) -> SGDState:
        return SGDState()

    def step(self, theta: Array, g: Array, state: SGDState, t: int, lr: float | Array) -> tuple[Array, SGDState]:
        return theta - lr * g, state
