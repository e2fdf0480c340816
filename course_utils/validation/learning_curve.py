"""Learning curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from course_utils.checks import Array, count
from course_utils.descent import ticks
from course_utils.validation.splits import Rows


class LearningCurve(NamedTuple):
    """Losses by the number of training examples: one row a size, one column a repetition."""

    sizes: Rows
    train: Array
    """``(S, repeats)``: on the rows it was fitted to."""
    validation: Array
    """``(S, repeats)``: on rows it has not seen."""


def learning_curve(
    fit: Callable[[Rows], tuple[float, float]], n: int, sizes: Sequence[int], rng: np.random.Generator, repeats: int = 1
) -> LearningCurve:
    """Losses of ``fit(rows) -> (training loss, validation loss)`` on growing parts of n rows  (chapter 15).

    Within a repetition the parts are nested, so that neighbors differ by the added rows only. Both losses high: the
    model is too small. A gap that closes with more rows: collect more. A gap that stays: regularize.

    >>> x = np.random.default_rng(1).normal(size=200)
    >>> fit = lambda rows: (x[rows].var(), ((x[100:] - x[rows].mean()) ** 2).mean())
    >>> learning_curve(fit, 100, [5, 80], np.random.default_rng(0)).train.shape
    (2, 1)
    """
    parts = np.array([count("each size", size, 1, "it is a number of training examples") for size in sizes])
    if len(parts) == 0 or parts.max() > n:
        raise ValueError(f"sizes must be numbers of rows up to n = {n}, got {list(sizes)}. Try [{n // 2}, {n}].")
    losses = np.empty((2, len(parts), count("repeats", repeats, 1, "each draws its own order of rows")))
    for r in ticks(range(repeats), "repetitions"):
        order = rng.permutation(n)
        for s, size in enumerate(parts):
            losses[:, s, r] = fit(order[:size])
    return LearningCurve(parts, *losses)
