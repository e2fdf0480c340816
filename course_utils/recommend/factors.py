"""The model that biases and factors share, and what makes it good."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array
from course_utils.data.ratings import Ratings

Indices = NDArray[np.integer[Any]]


class Factors(NamedTuple):
    """r̂ = μ + b_u + b_i + p_u·q_i: mean, habit of the user, quality of the item, and how their tastes meet.

    Rank 0 leaves the biases. A user or item without any rating has zeros: the prediction falls back on the rest.

    >>> m = Factors(3.0, np.array([0.1]), np.array([-0.2]), np.array([[0.1, 0.2]]), np.array([[0.3, -0.1]]))
    >>> m.predict(np.array([0]), np.array([0])).round(6)
    array([2.91])
    """

    mu: float
    b_user: Array
    """``(n_users,)``"""
    b_item: Array
    """``(n_items,)``"""
    P: Array
    """``(n_users, d)``: a row is p_u"""
    Q: Array
    """``(n_items, d)``: a row is q_i"""

    def predict(self, user: Indices, item: Indices) -> Array:
        """r̂ for pairs ``(n,)``; not cut to the scale of the ratings."""
        taste = (self.P[user] * self.Q[item]).sum(axis=-1)              # (n,)
        return np.asarray(self.mu + self.b_user[user] + self.b_item[item] + taste)


class Fit(NamedTuple):
    """A trained model and the way there."""

    model: Factors
    objective: Array
    """After 0, 1, … passes over the ratings, ``(passes + 1,)``"""


def objective(model: Factors, ratings: Ratings, strength: float) -> float:
    """½ Σ (e² + λ(b_u² + b_i² + ‖p_u‖² + ‖q_i‖²)), e = r - r̂, over the observed ratings and no others.

    λ counts once for each rating, so one who rates much is held as loosely as one who rates little (Koren, Bell &
    Volinsky 2009). Both :func:`fit_sgd` and :func:`fit_als` descend it.
    """
    user, item = ratings.user, ratings.item
    e = ratings.value - model.predict(user, item)                       # (n,)
    of_user = model.b_user**2 + (model.P**2).sum(axis=1)                # (n_users,)
    of_item = model.b_item**2 + (model.Q**2).sum(axis=1)                # (n_items,)
    return 0.5 * float((e**2 + strength * (of_user[user] + of_item[item])).sum())


def check_ratings(ratings: Ratings) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """How many ratings each user and each item has; raises ``ValueError`` where they do not fit their table."""
    user, item, value, (users, items) = ratings
    if not len(value):
        raise ValueError("there are no ratings: nothing can be learned from them. Check how the data was split.")
    if not (len(user) == len(item) == len(value)):
        raise ValueError(
            f"ratings expected as many users as items and values, got {len(user)}, {len(item)} and {len(value)}: row k "
            "of all three is one rating. Try ratings.rows(some) to split all at once."
        )
    if min(user.min(), item.min()) < 0 or user.max() >= users or item.max() >= items:
        raise ValueError(
            f"ratings name user {user.max()} and item {item.max()} (from {user.min()} and {item.min()}), the table is "
            f"{ratings.shape}: they count from 0. Try np.unique(ids, return_inverse=True)."
        )
    if not np.isfinite(value).all():
        raise ValueError("ratings hold nan or inf: a missing rating is left out, not written down. Drop these rows.")
    return np.bincount(user, minlength=users), np.bincount(item, minlength=items)


def random_factors(ratings: Ratings, rank: int, rng: np.random.Generator, scale: float = 0.1) -> Factors:
    """The start of a fit: μ the mean, biases 0, factors N(0, scale²); zeros for those who are in no rating."""
    n_user, n_item = check_ratings(ratings)
    P = rng.normal(0, scale, (len(n_user), rank)) * (n_user > 0)[:, None]
    Q = rng.normal(0, scale, (len(n_item), rank)) * (n_item > 0)[:, None]
    return Factors(float(ratings.value.mean()), np.zeros(len(n_user)), np.zeros(len(n_item)), P, Q)
