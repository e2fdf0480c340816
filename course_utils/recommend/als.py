"""Matrix factorization by alternating least squares."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, count, positive
from course_utils.data.ratings import Ratings
from course_utils.recommend.factors import Factors, Fit, objective, random_factors


def fit_als(
    ratings: Ratings,
    rank: int,
    *,
    sweeps: int,
    rng: np.random.Generator,
    strength: float = 0.1,
    start: Factors | None = None,
) -> Fit:
    """With the items held fixed every user is a ridge regression of its own; then the items, given the users; repeat.

    For user u, over its n_u observed ratings:  w = (FᵀF + λ n_u I)⁻¹ Fᵀ (r - μ - b_i),  F = [Q_i, 1],  w = [p_u, b_u].
    Each solve is exact, so the objective never grows, and there is no learning rate (Zhou et al. 2008).

    >>> from course_utils.data.ratings import simulated_ratings
    >>> fit = fit_als(simulated_ratings(30, 20, np.random.default_rng(0)), 2, sweeps=4, rng=np.random.default_rng(1))
    >>> bool((np.diff(fit.objective) < 0).all())
    True
    """
    count("rank", rank, 0, "it is the number of tastes")
    positive("strength", strength, "it keeps the equations of users with few ratings solvable", 0.1)
    model = random_factors(ratings, rank, rng) if start is None else start
    mu, b_user, b_item, P, Q = model
    user, item, rest = ratings.user, ratings.item, ratings.value - mu   # (n,)
    passed = [objective(model, ratings, strength)]
    for _ in range(count("sweeps", sweeps, 0, "each is one pass over the ratings")):
        P, b_user = _ridge_rows(user, ratings.shape[0], Q[item], rest - b_item[item], strength)
        Q, b_item = _ridge_rows(item, ratings.shape[1], P[user], rest - b_user[user], strength)
        model = Factors(mu, b_user, b_item, P, Q)
        passed.append(objective(model, ratings, strength))
    return Fit(model, np.array(passed))


def _ridge_rows(
    group: NDArray[np.int64], groups: int, factors: Array, target: Array, strength: float
) -> tuple[Array, Array]:
    """Factors ``(groups, d)`` and biases ``(groups,)`` by one ridge regression a group; zeros where it is empty."""
    order = np.argsort(group, kind="stable")
    F = np.column_stack([factors, np.ones(len(factors))])[order]        # (n, d + 1)
    ends = np.cumsum(np.bincount(group, minlength=groups))
    w = np.zeros((groups, F.shape[1]))
    for k, (first, last) in enumerate(pairwise([0, *ends])):
        if last > first:
            w[k] = _ridge(F[first:last], target[order[first:last]], strength * (last - first))
    return w[:, :-1], w[:, -1]


def _ridge(f: Array, t: Array, penalty: float) -> Array:
    """(fᵀf + penalty I)⁻¹ fᵀt ``(d,)`` for f ``(n, d)``; where n < d, as fᵀ(ffᵀ + penalty I)⁻¹t, the smaller system."""
    n, d = f.shape
    if n < d:
        return np.asarray(f.T @ np.linalg.solve(f @ f.T + penalty * np.eye(n), t))
    return np.linalg.solve(f.T @ f + penalty * np.eye(d), f.T @ t)
