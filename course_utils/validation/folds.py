"""k-fold cross-validation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.checks import Array, count
from course_utils.validation.splits import Rows


def kfold(n: int, k: int, rng: np.random.Generator) -> list[tuple[Rows, Rows]]:
    """k pairs (train rows, test rows): the tests are disjoint and cover 0 … n-1  (chapter 15).

    The first n mod k folds have one row more. Raises ``ValueError`` for k < 2 or k > n.

    >>> [len(test) for train, test in kfold(10, 3, np.random.default_rng(0))]
    [4, 3, 3]
    """
    n = count("n", n, 2, "a row to train on and one to test on")
    k = count("k", k, 2, "one fold leaves no rows to train on")
    if k > n:
        raise ValueError(f"k = {k} folds of n = {n} rows: some would be empty. Try k = {min(n, 5)}.")
    folds = np.array_split(rng.permutation(n), k)
    return [(np.concatenate([*folds[:i], *folds[i + 1 :]]), folds[i]) for i in range(k)]


def cross_validate(fit: Callable[[Rows, Rows], float], n: int, k: int, rng: np.random.Generator) -> Array:
    """Scores ``(k,)`` of ``fit(train rows, test rows)`` over the folds.

    Everything that looks at data belongs inside ``fit``, scaling and the choice of features too: what was chosen with
    the test rows in view has seen them.

    >>> x = np.array([1.0, 2.0, 3.0, 4.0])
    >>> fit = lambda train, test: abs(x[train].mean() - x[test].mean())
    >>> float(cross_validate(fit, 4, 4, np.random.default_rng(0)).mean().round(4))
    1.3333
    """
    return np.array([fit(train, test) for train, test in kfold(n, k, rng)], float)
