"""Before anything is timed: do both compute the same?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from course_tools.bench.measure import Pair


class DifferentMathematics(Exception):
    """The two sides disagree, so their times must not be compared."""


def largest_difference(name: str, pairs: Iterable[Pair], tolerance: float) -> float:
    """The largest |ours - theirs| over all pairs, each as a share of the largest |theirs| of that pair.

    Raises ``DifferentMathematics`` where it is over ``tolerance``, where shapes differ, and where nothing was compared.
    """
    worst, seen = 0.0, 0
    for what, ours, theirs in pairs:
        a, b = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
        if a.shape != b.shape:
            raise DifferentMathematics(
                f"{name}: {what} has shape {a.shape} here and {b.shape} in PyTorch, so the two do not do the same work."
            )
        difference = np.abs(a - b).max(initial=0.0) / max(np.abs(b).max(initial=0.0), np.finfo(float).tiny)
        if not difference <= tolerance:                                 # nan too
            raise DifferentMathematics(
                f"{name}: {what} differs from PyTorch's by {difference:.2g} of its largest entry, allowed is "
                f"{tolerance:g}. A ratio of times would mean nothing. Look for different sizes or starts first."
            )
        worst, seen = max(worst, float(difference)), seen + 1
    if not seen:
        raise DifferentMathematics(f"{name}: nothing was compared. Let `same` return at least one pair.")
    return worst
