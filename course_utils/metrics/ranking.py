"""How good is the order? Metrics of ranked lists (chapter 21); each returns the mean over lists.

``scores (lists, items)``    the higher, the earlier; equal scores keep the order of the items. -inf takes an item out
                             of the running, for example one that the user has rated already
``relevant (lists, items)``  0 where an item is irrelevant, above 0 where it is relevant (for NDCG: how much)
``zero_division``            value of a list without any relevant item; ``nan`` leaves such lists out of the mean

One list may come as ``(items,)``. Raises ``ValueError`` for other shapes, nan scores, negative relevance, or k < 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, count


def precision_at_k(scores: Array, relevant: NDArray[Any], k: int) -> float:
    """Share of the first k places that hold a relevant item; always divided by k, so it is defined for every list.

    >>> precision_at_k(np.array([0.9, 0.8, 0.7]), np.array([1, 0, 1]), k=2)
    0.5
    """
    return float(np.mean((_ranked("precision_at_k", scores, relevant, k)[:, :k] > 0).sum(axis=-1) / k))


def recall_at_k(scores: Array, relevant: NDArray[Any], k: int, zero_division: float = 0.0) -> float:
    """Share of the relevant items that are among the first k.

    >>> recall_at_k(np.array([0.9, 0.8, 0.7]), np.array([1, 0, 1]), k=2)
    0.5
    """
    hits = _ranked("recall_at_k", scores, relevant, k) > 0              # (lists, items)
    return _mean_share(hits[:, :k].sum(axis=-1), hits.sum(axis=-1), zero_division)


def ndcg_at_k(scores: Array, relevant: NDArray[Any], k: int, zero_division: float = 0.0) -> float:
    """DCG = Σ relᵢ / log₂(i + 1) over the places i = 1 … k, divided by the DCG of the best order.

    Source: Järvelin & Kekäläinen 2002. The gain is rel itself; for Burges' form pass ``2.0**relevant - 1``.

    >>> round(ndcg_at_k(np.array([0.9, 0.8, 0.7]), np.array([0, 1, 0]), k=3), 6)
    0.63093
    """
    gains = _ranked("ndcg_at_k", scores, relevant, k)                   # (lists, items)
    best = -np.sort(-gains, axis=-1)
    discount = 1 / np.log2(np.arange(2, gains.shape[-1] + 2)[:k])       # (k,)
    return _mean_share(gains[:, :k] @ discount, best[:, :k] @ discount, zero_division)


def mrr(scores: Array, relevant: NDArray[Any], zero_division: float = 0.0) -> float:
    """Mean reciprocal rank: 1 / place of the first relevant item.

    >>> mrr(np.array([[0.9, 0.8, 0.7], [0.9, 0.8, 0.7]]), np.array([[1, 0, 0], [0, 1, 1]]))
    0.75
    """
    hits = _ranked("mrr", scores, relevant, 1) > 0                      # (lists, items)
    found = np.asarray(hits.any(axis=-1))                               # (lists,)
    return _mean_share(found, found * (hits.argmax(axis=-1) + 1), zero_division)


def _ranked(name: str, scores: Array, relevant: NDArray[Any], k: int) -> Array:
    """Relevance in the order of falling scores, ``(lists, items)``."""
    scores, relevant = np.atleast_2d(scores), np.atleast_2d(relevant)
    count("k", k, 1, "it is the number of places that are looked at")
    if scores.shape != relevant.shape or scores.ndim != 2 or not scores.size:
        raise ValueError(
            f"{name} expected scores and relevance of one shape (lists, items), got {scores.shape} and "
            f"{relevant.shape}: every item needs both. Give items that were not judged relevance 0."
        )
    if np.isnan(scores).any() or not (relevant >= 0).all():
        raise ValueError(
            f"{name} got nan scores or relevance below 0: such a list has no order. "
            "Try score -inf for items that must not be shown, relevance 0 for irrelevant ones."
        )
    order = np.argsort(-scores.astype(np.float64), axis=-1, kind="stable")
    return np.take_along_axis(relevant.astype(np.float64), order, axis=-1)


def _mean_share(part: NDArray[Any], whole: NDArray[Any], zero_division: float) -> float:
    """Mean of part / whole; lists with whole = 0 count as ``zero_division``, or not at all if it is nan."""
    some = whole > 0
    shares = part[some] / whole[some]
    if not np.isnan(zero_division):
        shares = np.append(shares, np.full(np.count_nonzero(~some), zero_division))
    return float(shares.mean()) if shares.size else float("nan")
