"""Learning-rate schedules: pure functions ``t -> lr``.

``t`` counts the steps already taken, so the first step uses ``schedule(0)``. (Optimizers count the step
they are about to take, from 1: see :mod:`course_utils.descent`, which passes ``schedule(t - 1)`` to step t.)
A schedule holds no state: calling it twice, out of order or after a restart gives the same rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from course_utils.checks import count, positive

Schedule = Callable[[float], float]

_RATE = "the step is the rate times a direction"
_SPAN = "it is a number of steps"


@dataclass(frozen=True)
class Constant:
    """The same rate for ever: lr(t) = base.

    >>> Constant(0.1)(1000)
    0.1
    """

    base: float

    def __post_init__(self) -> None:
        positive("base", self.base, _RATE, 0.1)

    def __call__(self, t: float) -> float:
        return self.base


@dataclass(frozen=True)
class Exponential:
    """A fixed share lost at each step: lr(t) = base · gamma^t. Its sum is finite: base / (1 - gamma).

    >>> round(Exponential(0.1, 0.95)(10), 10)
    0.0598736939
    """

    base: float
    gamma: float

    def __post_init__(self) -> None:
        positive("base", self.base, _RATE, 0.1)
        positive("gamma", self.gamma, "it multiplies the rate at each step", 0.99)

    def __call__(self, t: float) -> float:
        return float(self.base * self.gamma**t)


@dataclass(frozen=True)
class Step:
    """A drop every ``every`` steps: lr(t) = base · gamma^floor(t / every).

    >>> [Step(0.1, every=10, gamma=0.5)(t) for t in (9, 10, 25)]
    [0.1, 0.05, 0.025]
    """

    base: float
    every: int
    gamma: float = 0.1

    def __post_init__(self) -> None:
        positive("base", self.base, _RATE, 0.1)
        count("every", self.every, 1, _SPAN)
        positive("gamma", self.gamma, "it multiplies the rate at each drop", 0.1)

    def __call__(self, t: float) -> float:
        return float(self.base * self.gamma ** (t // self.every))


@dataclass(frozen=True)
class InverseTime:
    """Time-based decay: lr(t) = base / (1 + k t). With base = k = 1 the rates are 1, 1/2, 1/3, …

    >>> InverseTime(0.1, k=0.1)(10)
    0.05
    """

    base: float
    k: float

    def __post_init__(self) -> None:
        positive("base", self.base, _RATE, 0.1)
        positive("k", self.k, "it sets how fast the rate decays", 0.1)

    def __call__(self, t: float) -> float:
        return self.base / (1 + self.k * t)


@dataclass(frozen=True)
class Polynomial:
    """Down to ``final`` in ``total`` steps: lr(t) = final + (base - final)(1 - t/total)^power.

    >>> Polynomial(0.1, total=100, power=2)(50)
    0.025
    """

    base: float
    total: int
    power: float = 1.0
    final: float = 0.0

    def __post_init__(self) -> None:
        positive("base", self.base, _RATE, 0.1)
        count("total", self.total, 1, _SPAN)
        positive("power", self.power, "0 would be a constant rate", 1.0)

    def __call__(self, t: float) -> float:
        left = 1 - min(t, self.total) / self.total
        return float(self.final + (self.base - self.final) * left**self.power)


@dataclass(frozen=True)
class InverseSqrt:
    """The rate of classical analyses: lr(t) = base / sqrt(1 + k t).

    >>> InverseSqrt(0.1)(99)
    0.01
    """

    base: float
    k: float = 1.0

    def __post_init__(self) -> None:
        positive("base", self.base, _RATE, 0.1)
        positive("k", self.k, "it sets how fast the rate decays", 1.0)

    def __call__(self, t: float) -> float:
        return self.base / math.sqrt(1 + self.k * t)


@dataclass(frozen=True)
class Cosine:
    """Half a cosine wave (SGDR, eq. 5, one period): lr(t) = final + ½(base - final)(1 + cos(π t/total)).

    >>> [round(Cosine(0.1, total=100)(t), 10) for t in (0, 25, 50, 100)]
    [0.1, 0.0853553391, 0.05, 0.0]
    """

    base: float
    total: int
    final: float = 0.0

    def __post_init__(self) -> None:
        positive("base", self.base, _RATE, 0.1)
        count("total", self.total, 1, _SPAN)

    def __call__(self, t: float) -> float:
        phase = math.pi * min(t, self.total) / self.total
        return self.final + 0.5 * (self.base - self.final) * (1 + math.cos(phase))


@dataclass(frozen=True)
class WarmRestarts:
    """Cosine periods of length first, first·factor, first·factor², … (Loshchilov & Hutter, SGDR).

    >>> s = WarmRestarts(0.1, first=10, factor=2)
    >>> [round(s(t), 10) for t in (0, 5, 10, 20, 30, 70)]
    [0.1, 0.05, 0.1, 0.05, 0.1, 0.1]
    """

    base: float
    first: int
    factor: int = 1
    final: float = 0.0

    def __post_init__(self) -> None:
        positive("base", self.base, _RATE, 0.1)
        count("first", self.first, 1, _SPAN)
        count("factor", self.factor, 1, "each period is factor times as long as the one before")

    def __call__(self, t: float) -> float:
        period: float = self.first
        if self.factor == 1:
            t = t % period
        while t >= period:
            t, period = t - period, period * self.factor
        return self.final + 0.5 * (self.base - self.final) * (1 + math.cos(math.pi * t / period))


@dataclass(frozen=True)
class Warmup:
    """A linear rise from ``start`` to then(0) in ``steps`` steps, then the schedule ``then``, from its own 0.

    >>> s = Warmup(5, then=Cosine(0.3, total=15, final=0.01))
    >>> [round(s(t), 4) for t in (0, 1, 5, 10, 12.5, 20)]
    [0.0, 0.06, 0.3, 0.2275, 0.155, 0.01]
    """

    steps: int
    then: Schedule
    start: float = 0.0

    def __post_init__(self) -> None:
        count("steps", self.steps, 1, _SPAN)

    def __call__(self, t: float) -> float:
        if t < self.steps:
            return self.start + (self.then(0) - self.start) * t / self.steps
        return self.then(t - self.steps)


@dataclass(frozen=True)
class OneCycle:
    """Up, then far down, in cosine halves (Smith 2018; PyTorch's ``OneCycleLR`` with its defaults).

    From peak/div up to the peak at t = warm·total - 1, then down to peak/(div·final_div) at t = total - 1.

    >>> s = OneCycle(0.1, total=100)
    >>> [round(s(t), 7) for t in (0, 29, 50, 99)]
    [0.004, 0.1, 0.0793893, 4e-07]
    """

    peak: float
    total: int
    warm: float = 0.3
    div: float = 25.0
    final_div: float = 1e4

    def __post_init__(self) -> None:
        positive("peak", self.peak, _RATE, 0.1)
        count("total", self.total, 2, _SPAN)
        positive("div", self.div, "the cycle starts at peak/div", 25)
        positive("final_div", self.final_div, "the cycle ends at peak/(div·final_div)", 10_000)
        if not self.warm * self.total > 1:
            raise ValueError(
                f"warm={self.warm:g} of total={self.total} leaves no step to rise in: the peak stands at step "
                "warm·total - 1. Try a longer cycle or warm=0.3."
            )
        if not self.warm < 1:
            raise ValueError(
                f"warm={self.warm:g} leaves no step to come down in: it is the share of the cycle that rises. "
                "Try warm=0.3."
            )

    def __call__(self, t: float) -> float:
        first = self.peak / self.div
        top, last = self.warm * self.total - 1, self.total - 1
        if t <= top:
            return _half_wave(first, self.peak, t / top)
        return _half_wave(self.peak, first / self.final_div, (min(t, last) - top) / (last - top))


def _half_wave(a: float, b: float, share: float) -> float:
    return b + 0.5 * (a - b) * (1 + math.cos(math.pi * share))
