"""Where a random search draws from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np


class Sampler(Protocol):
    """A distribution over the values of one hyper-parameter."""

    def draw(self, rng: np.random.Generator) -> Any: ...

    def at_border(self, value: Any) -> bool:
        """Does the value lie so near an end of the range that the best one may be beyond it?"""
        ...


@dataclass(frozen=True)
class Uniform:
    """Uniform on [low, high]: for quantities that matter by their difference, such as a dropout rate."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _check_range(self.low, self.high, -np.inf)

    def draw(self, rng: np.random.Generator) -> float:
        return float(rng.uniform(self.low, self.high))

    def at_border(self, value: float) -> bool:
        return not 0.05 <= (value - self.low) / (self.high - self.low) <= 0.95


@dataclass(frozen=True)
class LogUniform:
    """10^u with u uniform: each factor of ten is as likely as the next  (chapter 18). For learning rates and decays.

    >>> rates = [LogUniform(1e-4, 1e-1).draw(np.random.default_rng(seed)) for seed in range(1000)]
    >>> 300 < sum(rate < 1e-3 for rate in rates) < 370
    True
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        _check_range(self.low, self.high, 0.0)

    def draw(self, rng: np.random.Generator) -> float:
        return float(np.exp(rng.uniform(np.log(self.low), np.log(self.high))))

    def at_border(self, value: float) -> bool:
        return not 0.05 <= np.log(value / self.low) / np.log(self.high / self.low) <= 0.95


@dataclass(frozen=True)
class OneMinusLogUniform:
    """1 - 10^u: for averaging factors β, where 0.9 → 0.99 → 0.999 are equal steps (10, 100, 1000 steps of memory)."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _check_range(self.low, self.high, -np.inf)
        if self.high >= 1:
            raise ValueError(f"high must be below 1, got {self.high}: 1 - β is on the log scale. Try 0.999.")

    def draw(self, rng: np.random.Generator) -> float:
        return 1 - LogUniform(1 - self.high, 1 - self.low).draw(rng)

    def at_border(self, value: float) -> bool:
        return LogUniform(1 - self.high, 1 - self.low).at_border(1 - value)


@dataclass(frozen=True)
class Choice:
    """One of a few values, each as likely; without an order, it has no border."""

    values: Sequence[Any]

    def draw(self, rng: np.random.Generator) -> Any:
        return self.values[int(rng.integers(len(self.values)))]

    def at_border(self, value: Any) -> bool:
        return False


def _check_range(low: float, high: float, above: float) -> None:
    if not above < low < high < np.inf:
        least = "0 < low" if above == 0 else "low"
        raise ValueError(f"the range must satisfy {least} < high, both finite, got {low} and {high}. Try 1e-4 and 0.1.")
