"""Baselines: some users rate high, some items are good. A model with factors must beat these."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, count, nonnegative
from course_utils.data.ratings import Ratings
from course_utils.recommend.factors import Factors, check_ratings


def simple_biases(ratings: Ratings, strength: float = 0.0) -> Factors:
    """b_u = Σ (r - μ) / (n_u + λ) over the ratings of u, and b_i likewise, each as if the other were not there.

    ``strength``  λ, as many imagined ratings at the mean; keeps rare users and items near 0. Both biases count what
                  they share twice: :func:`least_squares_biases` does not.

    >>> import numpy as np
    >>> r = Ratings(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([5.0, 3.0, 1.0]), (2, 2))
    >>> simple_biases(r).b_user
    array([ 1., -2.])
    """
    n_user, n_item = check_ratings(ratings)
    nonnegative("strength", strength, "it counts imagined ratings at the mean", 5.0)
    mu = float(ratings.value.mean())
    b_user = _shrunk_means(ratings.user, ratings.value - mu, n_user, strength)
    b_item = _shrunk_means(ratings.item, ratings.value - mu, n_item, strength)
    return _without_factors(mu, b_user, b_item)


def least_squares_biases(
    ratings: Ratings, strength: float = 0.0, sweeps: int = 1000, tol: float = 1e-12
) -> Factors:
    """The b that minimize Σ (r - μ - b_u - b_i)² + λ (Σ b_u² + Σ b_i²): users given items, items given users, repeat.

    Each half is solved exactly, so the sum never grows; stops when no bias moves by more than ``tol``. With λ = 0 a
    constant may pass from users to items; predictions do not depend on it.

    >>> import numpy as np
    >>> r = Ratings(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([5.0, 3.0, 1.0]), (2, 2))
    >>> least_squares_biases(r).predict(r.user, r.item).round(6)
    array([5., 3., 1.])
    """
    n_user, n_item = check_ratings(ratings)
    nonnegative("strength", strength, "a negative penalty rewards large biases", 5.0)
    mu = float(ratings.value.mean())
    user, item, rest = ratings.user, ratings.item, ratings.value - mu   # (n,)
    b_user: Array = np.zeros(len(n_user))
    b_item: Array = np.zeros(len(n_item))
    for _ in range(count("sweeps", sweeps, 1, "each is one pass over the ratings")):
        before = b_item
        b_user = _shrunk_means(user, rest - b_item[item], n_user, strength)
        b_item = _shrunk_means(item, rest - b_user[user], n_item, strength)
        if np.abs(b_item - before).max() <= tol:
            break
    return _without_factors(mu, b_user, b_item)


def _shrunk_means(group: NDArray[np.int64], x: Array, sizes: NDArray[np.intp], strength: float) -> Array:
    """Σ x / (n + λ) in each group; 0 where it is empty."""
    sums = np.bincount(group, x, minlength=len(sizes))                  # (groups,)
    return np.asarray(np.where(sizes > 0, sums / np.maximum(sizes + strength, 1), 0.0))


def _without_factors(mu: float, b_user: Array, b_item: Array) -> Factors:
    return Factors(mu, b_user, b_item, np.zeros((len(b_user), 0)), np.zeros((len(b_item), 0)))
