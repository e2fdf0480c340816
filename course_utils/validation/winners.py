"""The best of many: how good it is by luck alone, and how many trials it takes to find a good one."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checks import count


def chance_of_top(share: float, trials: int) -> float:
    """P(at least one of ``trials`` random trials is among the best ``share``) = 1 - (1 - share)^trials  (chapter 18).

    >>> round(chance_of_top(0.05, 60), 7)
    0.9539302
    """
    _inside("share", share)
    return 1 - (1 - share) ** count("trials", trials, 0, "it is the number of random trials")


def trials_needed(share: float, chance: float = 0.95) -> int:
    """Fewest random trials of which one is among the best ``share`` with probability ``chance``.

    >>> trials_needed(0.05)
    59
    """
    _inside("share", share)
    _inside("chance", chance)
    return math.ceil(math.log1p(-chance) / math.log1p(-share))


def expected_best(models: int, examples: int, accuracy: float = 0.5) -> float:
    """E[highest test accuracy] of ``models`` that all have the true ``accuracy``, on ``examples`` test items.

    Exact: E[max] = Σₖ P(max ≥ k)/n = Σₖ (1 - F(k-1)^K)/n with the binomial F. What is above ``accuracy`` is luck, the
    optimism of choosing on the test set  (chapters 15 and 18). The models' errors are taken as independent.

    >>> round(expected_best(models=20, examples=100), 3)
    0.593
    """
    models = count("models", models, 1, "it is how many the best is taken of")
    n = count("examples", examples, 1, "it is the size of the test set")
    _inside("accuracy", accuracy)
    k = np.arange(n)
    logs = [math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) for i in range(n)]
    below = np.cumsum(np.exp(logs + k * math.log(accuracy) + (n - k) * math.log1p(-accuracy)))  # F(k), k < n
    return float((1 - np.minimum(below, 1) ** models).sum() / n)


def _inside(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise ValueError(f"{name} must lie between 0 and 1, got {value:g}: it is a probability. Try 0.05.")
