"""Ratings: the triples (user, item, value) that were observed. A missing one is unknown, not zero."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, count, nonnegative


class Ratings(NamedTuple):
    """Observed entries of a table of users and items, one a row."""

    user: NDArray[np.int64]
    """``(n,)``, 0 … n_users - 1"""
    item: NDArray[np.int64]
    """``(n,)``, 0 … n_items - 1"""
    value: Array
    """``(n,)``"""
    shape: tuple[int, int]
    """(n_users, n_items): some of them may have no rating"""

    def rows(self, some: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Ratings:
        """The ratings with these numbers, of a table of the same shape: for splits."""
        return Ratings(self.user[some], self.item[some], self.value[some], self.shape)


def simulated_ratings(
    users: int,
    items: int,
    rng: np.random.Generator,
    rank: int = 3,
    share: float = 0.2,
    noise: float = 0.25,
) -> Ratings:
    """r = 3.5 + b_u + b_i + p_u·q_i + N(0, noise²) on a random ``share`` of the table (chapter 21).

    b ~ N(0, 0.4²); p and q ``(rank,)`` are normal with p·q of variance ½. Values are neither rounded nor clipped, so
    ``noise`` is exactly the RMSE of one who knows the truth: below it lies only luck. Every user and every item has a
    rating, as far as their number allows. Raises ``ValueError`` for a ``share`` outside (0, 1].

    >>> r = simulated_ratings(20, 10, np.random.default_rng(0))
    >>> r.value.shape, r.shape, len(set(zip(r.user, r.item)))
    ((40,), (20, 10), 40)
    """
    count("users", users, 1, "they are the rows of the table")
    count("items", items, 1, "they are the columns of the table")
    count("rank", rank, 1, "it is the number of tastes")
    nonnegative("noise", noise, "it is the standard deviation of the noise", 0.25)
    if not 0 < share <= 1:
        raise ValueError(f"share must lie in (0, 1], got {share:g}: it is the part of the table that is seen. Try 0.2.")
    cell = _observed(users, items, round(share * users * items), rng)
    user, item = np.divmod(cell, items)                                 # (n,) each
    b_user, b_item = rng.normal(0, 0.4, users), rng.normal(0, 0.4, items)
    scale = (0.5 / rank) ** 0.25                                        # var(p·q) = rank · scale⁴
    p, q = rng.normal(0, scale, (users, rank)), rng.normal(0, scale, (items, rank))
    truth = 3.5 + b_user[user] + b_item[item] + (p[user] * q[item]).sum(axis=1)
    return Ratings(user, item, truth + noise * rng.standard_normal(len(cell)), (users, items))


def _observed(users: int, items: int, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """``n`` different cells of the table, numbered row by row, in random order; a diagonal first, to miss no one."""
    most = max(users, items)
    diagonal = rng.permutation(users)[np.arange(most) % users] * items + rng.permutation(items)[np.arange(most) % items]
    others = np.setdiff1d(np.arange(users * items), diagonal)
    rng.shuffle(others)
    return np.asarray(rng.permutation(np.concatenate([diagonal, others])[: max(n, 1)]))
