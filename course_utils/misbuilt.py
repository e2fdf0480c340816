"""Adam with bugs that were published, switched on by name: for the bug hunt and the live figure of chapter 9."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from course_utils.checks import Array, Rate, decay, learning_rate, nonnegative

BUGS = {
    "no bias correction": "m and v are used as they are, though both start at 0",
    "m corrected only": "v̂ is missing: the first denominators are too small",
    "v corrected only": "m̂ is missing: the first numerators are too small",
    "planned steps": "divides by 1 - βᵀ with the planned number of steps T in place of t (E01)",
    "overwritten moments": "stores m̂ and v̂ as the new m and v, so the correction compounds (E02)",
    "one beta": "uses β₁ for both moments (E03)",
    "swapped betas": "uses β₂ for m and β₁ for v",
    "eps inside": "√(v̂ + ε) in place of √v̂ + ε (E08)",
    "t from zero": "the first step has t = 0 and divides 0 by 0 (E91)",
    "no root": "divides by v̂ in place of √v̂",
    "absolute value": "averages |g| in place of g²",
    "recreated state": "forgets m, v and t at every step (E62)",
    "ascent": "adds the step in place of subtracting it",
}
"""Name of each bug, and what it does."""


class MisbuiltState(NamedTuple):
    m: Array
    v: Array


@dataclass(frozen=True)
class MisbuiltAdam:
    """Adam with the given ``bugs``; with none it is :class:`~course_utils.optimizers.Adam`.

    ``planned`` is the T of "planned steps". Raises ``ValueError`` for a bug that is not in :data:`BUGS`.

    >>> adam = MisbuiltAdam(lr=0.1, bugs={"no bias correction"})
    >>> theta, _ = adam.step(np.array([1.0]), np.array([0.5]), adam.init(np.array([1.0])), t=1, lr=0.1)
    >>> (1 - theta).round(4)
    array([0.3162])
    """

    lr: Rate
    beta1: float | Array = 0.9
    beta2: float | Array = 0.999
    eps: float = 1e-8
    bugs: frozenset[str] | set[str] = frozenset()
    planned: int | Array = 1000
    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        learning_rate(self.lr)
        decay("beta1", self.beta1, 0.9)
        decay("beta2", self.beta2, 0.999)
        nonnegative("eps", self.eps, "it keeps the denominator away from 0", 1e-8)
        if unknown := set(self.bugs) - set(BUGS):
            raise ValueError(f"no bug is called {min(unknown)!r}: the switches have names. Try one of {list(BUGS)}.")

    def init(self, theta: Array) -> MisbuiltState:
        return MisbuiltState(m=np.zeros_like(theta), v=np.zeros_like(theta))

    def step(
        self, theta: Array, g: Array, state: MisbuiltState, t: int, lr: float | Array
    ) -> tuple[Array, MisbuiltState]:
        bugs, beta1, beta2 = self.bugs, self.beta1, self.beta2
        m, v = state
        if "one beta" in bugs:
            beta2 = beta1
        if "swapped betas" in bugs:
            beta1, beta2 = beta2, beta1
        if "recreated state" in bugs:
            m, v, t = np.zeros_like(m), np.zeros_like(v), 1
        if "t from zero" in bugs:
            t = t - 1
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * (np.abs(g) if "absolute value" in bugs else g**2)
        power = self.planned if "planned steps" in bugs else t
        with np.errstate(all="ignore"):
            plain = "no bias correction" in bugs
            m_hat = m if plain or "v corrected only" in bugs else m / (1 - beta1**power)
            v_hat = v if plain or "m corrected only" in bugs else v / (1 - beta2**power)
            if "overwritten moments" in bugs:
                m, v = m_hat, v_hat
            below = np.sqrt(v_hat + self.eps) if "eps inside" in bugs else np.sqrt(v_hat) + self.eps
            if "no root" in bugs:
                below = v_hat + self.eps
            move = lr * m_hat / below
        return (theta + move if "ascent" in bugs else theta - move), MisbuiltState(m, v)
