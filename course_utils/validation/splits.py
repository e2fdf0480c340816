"""Splits: which rows to train on, and which to judge by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.checks import count

Rows = NDArray[np.intp]


def random_split(n: int, shares: Sequence[float], rng: np.random.Generator) -> list[Rows]:
    """Rows 0 … n-1 in random order, cut into parts of the given ``shares``, which sum to 1  (chapter 15).

    The sizes are rounded so that they sum to n. Raises ``ValueError`` where a part would be empty.

    >>> [len(part) for part in random_split(10, [0.6, 0.2, 0.2], np.random.default_rng(0))]
    [6, 2, 2]
    """
    return _cut(rng.permutation(count("n", n, 1, "there must be rows to split")), shares)


def stratified_split(labels: ArrayLike, shares: Sequence[float], rng: np.random.Generator) -> list[Rows]:
    """A random split in which every part has nearly the same mix of ``labels (n,)`` as the whole.

    Each part's number of rows of a class is within 1 of its share, and so is its number of rows of every group of
    classes that sort next to each other: the rows are dealt out class by class.

    >>> labels = np.array([0] * 8 + [1] * 2)
    >>> [np.bincount(labels[part]).tolist() for part in stratified_split(labels, [0.5, 0.5], np.random.default_rng(0))]
    [[4, 1], [4, 1]]
    """
    labels = _one_axis("labels", labels)
    order = rng.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]             # class by class, shuffled within
    turns = _dealt(len(order), shares)
    parts = [rng.permutation(order[turns == part]) for part in range(len(shares))]
    return _none_empty(parts, shares)


def grouped_split(groups: ArrayLike, shares: Sequence[float], rng: np.random.Generator) -> list[Rows]:
    """A random split that keeps rows of one group together: the same patient, user or document never on both sides.

    ``groups (n,)`` names each row's group; the ``shares`` are shares of the groups, not of the rows.

    >>> groups = np.array(["a", "a", "b", "b", "c", "c"])
    >>> train, test = grouped_split(groups, [2 / 3, 1 / 3], np.random.default_rng(0))
    >>> set(groups[train]) & set(groups[test])
    set()
    """
    _, group = np.unique(_one_axis("groups", groups), return_inverse=True)
    parts = _cut(rng.permutation(int(group.max()) + 1), shares, "groups")
    return [rng.permutation(np.flatnonzero(np.isin(group, part))) for part in parts]


def time_split(times: ArrayLike, shares: Sequence[float]) -> list[Rows]:
    """Rows in the order of ``times (n,)``, cut into parts: every part lies after the one before it.

    Rows of one instant are not torn apart: a cut that would fall among them moves to their end.

    >>> time_split([3.0, 1.0, 2.0, 4.0], [0.5, 0.5])
    [array([1, 2]), array([0, 3])]
    """
    times = _one_axis("times", times)
    if (times != times).any():                                          # nan, or NaT
        raise ValueError("times hold nan: a row without a time belongs to no part. Drop these rows.")
    order = np.argsort(times, kind="stable")
    ends = [int(np.searchsorted(times[order], times[order[len(p) - 1]], "right")) if len(p) else 0
            for p in _ahead(_cut(np.arange(len(order)), shares))]  # fmt: skip
    return _none_empty(np.split(order, ends[:-1]), shares)


def _ahead(parts: list[Rows]) -> list[Rows]:
    """Each part with all those before it."""
    return [np.concatenate(parts[: k + 1]) for k in range(len(parts))]


def _cut(rows: Rows, shares: Sequence[float], unit: str = "rows") -> list[Rows]:
    return _none_empty(np.split(rows, np.rint(np.cumsum(_checked(shares))[:-1] * len(rows)).astype(int)), shares, unit)


def _dealt(n: int, shares: Sequence[float]) -> Rows:
    """Parts ``(n,)`` in turn, such that after any number of rows each part has had its share, within 1."""
    share = _checked(shares)
    turns, had = np.empty(n, np.intp), np.zeros(len(share))
    for i in range(n):
        turns[i] = part = int(np.argmax((i + 1) * share - had))
        had[part] += 1
    return turns


def _checked(shares: Sequence[float]) -> NDArray[Any]:
    share = np.asarray(shares, float)
    if share.ndim != 1 or not np.all(share > 0) or not np.isclose(share.sum(), 1):
        raise ValueError(
            f"shares must be positive and sum to 1, got {list(shares)}: every row belongs to one part. Try [0.8, 0.2]."
        )
    return share


def _none_empty(parts: list[Rows], shares: Sequence[float], unit: str = "rows") -> list[Rows]:
    sizes = [len(part) for part in parts]
    if 0 in sizes:
        raise ValueError(
            f"shares {list(shares)} of {sum(sizes)} {unit} leave a part empty (sizes {sizes}): nothing could be judged "
            "by it. Use larger shares, or more data."
        )
    return parts


def _one_axis(name: str, values: ArrayLike) -> NDArray[Any]:
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} must have shape (n,), one for each row, got {array.shape}. Try {name}.ravel().")
    return array
