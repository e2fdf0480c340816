"""Matrix factorization by stochastic gradient descent, one rating at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, count, nonnegative, positive
from course_utils.data.ratings import Ratings
from course_utils.recommend.factors import Factors, Fit, Indices, objective, random_factors


def sgd_step(model: Factors, user: Indices, item: Indices, r: Array, lr: float, strength: float) -> Factors:
    """One step for ratings that share neither a user nor an item, ``(n,)`` each; most often n = 1.

    e = r - r̂          b_u ← b_u + γ(e - λ b_u)          p_u ← p_u + γ(e q_i - λ p_u)
                        b_i ← b_i + γ(e - λ b_i)          q_i ← q_i + γ(e p_u - λ q_i)

    γ = ``lr``, λ = ``strength``. Simultaneous: q_i moves by the old p_u (Koren, Bell & Volinsky 2009). Pure.

    >>> m = Factors(3.0, np.array([0.1]), np.array([-0.2]), np.array([[0.1, 0.2]]), np.array([[0.3, -0.1]]))
    >>> m = sgd_step(m, np.array([0]), np.array([0]), np.array([4.0]), lr=0.005, strength=0.02)
    >>> m.b_user.round(6), m.P.round(6)
    (array([0.10544]), array([[0.101625, 0.199435]]))
    """
    stepped = Factors(model.mu, *(part.copy() for part in model[1:]))
    _step_in_place(stepped, user, item, r, lr, strength)
    return stepped


def _step_in_place(model: Factors, user: Indices, item: Indices, r: Array, lr: float, strength: float) -> None:
    mu, b_user, b_item, P, Q = model
    p, q, b_u, b_i = P[user], Q[item], b_user[user], b_item[item]       # (n, d), (n, d), (n,), (n,)
    e = r - (mu + b_u + b_i + (p * q).sum(axis=-1))                     # (n,)
    b_user[user] = b_u + lr * (e - strength * b_u)
    b_item[item] = b_i + lr * (e - strength * b_i)
    P[user] = p + lr * (e[:, None] * q - strength * p)
    Q[item] = q + lr * (e[:, None] * p - strength * q)


def fit_sgd(
    ratings: Ratings,
    rank: int,
    *,
    epochs: int,
    rng: np.random.Generator,
    lr: float = 0.01,
    strength: float = 0.02,
    start: Factors | None = None,
) -> Fit:
    """``epochs`` passes over the observed ratings, each in a new random order; missing ones take no part.

    ``rank``   d, the number of tastes; 0 trains the biases alone
    ``start``  a model to go on from; by default the mean, no biases, and small random factors

    Raises ``FloatingPointError`` if it diverges, with the epoch.

    >>> from course_utils.data.ratings import simulated_ratings
    >>> fit = fit_sgd(simulated_ratings(30, 20, np.random.default_rng(0)), 2, epochs=5, rng=np.random.default_rng(1))
    >>> bool(fit.objective[5] < fit.objective[0])
    True
    """
    count("rank", rank, 0, "it is the number of tastes")
    positive("lr", lr, "the step is the rate times a direction", 0.01)
    nonnegative("strength", strength, "a negative penalty rewards large factors", 0.02)
    first = random_factors(ratings, rank, rng) if start is None else start
    model = Factors(first.mu, *(part.copy() for part in first[1:]))
    passed = [objective(model, ratings, strength)]
    for epoch in range(count("epochs", epochs, 0, "each is one pass over the ratings")):
        shuffled = ratings.rows(rng.permutation(len(ratings.value)))
        with np.errstate(over="ignore", invalid="ignore"):
            for some in waves(shuffled.user, shuffled.item):
                _step_in_place(model, *shuffled.rows(some)[:3], lr, strength)
            passed.append(objective(model, ratings, strength))
        if not np.isfinite(passed[-1]):
            raise FloatingPointError(
                f"fit_sgd reached the objective {passed[-1]} in epoch {epoch + 1}: the steps grow. Try lr={lr / 10:g}."
            )
    return Fit(model, np.array(passed))


def waves(user: Indices, item: Indices) -> Iterator[NDArray[np.intp]]:
    """Row numbers in groups without a common user or item, to be stepped together with the result of one by one.

    A row comes one wave after the last earlier row of its user or its item; so each parameter sees the same steps in
    the same order, and Python runs once a wave instead of once a rating.

    >>> [rows.tolist() for rows in waves(np.array([0, 1, 0, 1]), np.array([0, 1, 1, 2]))]
    [[0, 1], [2, 3]]
    """
    of_user, of_item = [0] * (int(user.max(initial=-1)) + 1), [0] * (int(item.max(initial=-1)) + 1)
    wave = np.empty(len(user), np.intp)
    for row, (u, i) in enumerate(zip(user.tolist(), item.tolist(), strict=True)):
        wave[row] = max(of_user[u], of_item[i])
        of_user[u] = of_item[i] = wave[row] + 1
    order = np.argsort(wave, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(wave[order])) + 1)
