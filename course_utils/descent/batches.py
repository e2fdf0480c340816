"""Minibatches: epochs of row numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import count


def minibatches(
    n: int, batch_size: int, rng: np.random.Generator, drop_last: bool = False
) -> Iterator[NDArray[np.intp]]:
    """One epoch: every row number 0 … n-1 once, shuffled, in batches of ``batch_size`` (the last may be shorter).

    >>> [len(batch) for batch in minibatches(148, 64, np.random.default_rng(0))]
    [64, 64, 20]
    """
    count("batch_size", batch_size, 1, "a batch needs at least one example")
    order = rng.permutation(n)
    for first in range(0, n, batch_size):
        batch = order[first : first + batch_size]
        if len(batch) == batch_size or not drop_last:
            yield batch
