"""Splits and folds: disjoint, covering, of the sizes asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.validation import cross_validate, grouped_split, kfold, random_split, stratified_split, time_split

SHARES = st.lists(st.integers(1, 5), min_size=1, max_size=4).map(lambda parts: [p / sum(parts) for p in parts])


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def covers(parts: list[np.ndarray], n: int) -> bool:
    return sorted(np.concatenate(parts).tolist()) == list(range(n))


@given(n=st.integers(30, 200), shares=SHARES, seed=st.integers(0, 99))
def test_random_parts_are_disjoint_covering_and_of_their_size(n: int, shares: list[float], seed: int) -> None:
    parts = random_split(n, shares, rng(seed))
    assert covers(parts, n)
    assert all(abs(len(part) - share * n) <= 1 for part, share in zip(parts, shares, strict=True))


def test_a_random_split_is_random_and_repeats_with_its_seed() -> None:
    first = random_split(50, [0.5, 0.5], rng(0))[0].tolist()
    assert first == random_split(50, [0.5, 0.5], rng(0))[0].tolist()
    assert first != random_split(50, [0.5, 0.5], rng(1))[0].tolist()
    assert first != sorted(first)


@given(labels=st.lists(st.integers(0, 3), min_size=40, max_size=120), shares=SHARES, seed=st.integers(0, 99))
def test_strata_keep_their_mix(labels: list[int], shares: list[float], seed: int) -> None:
    y = np.array(labels)
    parts = stratified_split(y, shares, rng(seed))
    assert covers(parts, len(y))
    for part, share in zip(parts, shares, strict=True):
        assert abs(len(part) - share * len(y)) <= len(shares)
        for label in np.unique(y):
            assert abs(np.sum(y[part] == label) - share * np.sum(y == label)) <= len(shares)


def test_a_rare_class_reaches_both_parts_where_a_random_split_may_miss_it() -> None:
    y = np.array([0] * 196 + [1] * 4)
    for seed in range(50):
        assert [y[part].sum() for part in stratified_split(y, [0.5, 0.5], rng(seed))] == [2, 2]
    assert any(y[random_split(200, [0.5, 0.5], rng(seed))[0]].sum() in (0, 4) for seed in range(50))


def test_one_class_alone_is_split_like_any_rows() -> None:
    assert [len(part) for part in stratified_split(["a"] * 10, [0.7, 0.3], rng())] == [7, 3]


def test_strata_are_shuffled() -> None:
    y = np.repeat([0, 1], 50)
    assert stratified_split(y, [0.5, 0.5], rng(0))[0].tolist() != stratified_split(y, [0.5, 0.5], rng(1))[0].tolist()
    assert np.any(np.diff(y[stratified_split(y, [0.5, 0.5], rng(0))[0]]) < 0)


@given(groups=st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=60), seed=st.integers(0, 99))
def test_groups_stay_together(groups: list[str], seed: int) -> None:
    names = np.array(groups + list("abcdefghij"))
    parts = grouped_split(names, [0.6, 0.4], rng(seed))
    assert covers(parts, len(names))
    assert not set(names[parts[0]]) & set(names[parts[1]])
    assert len(set(names[parts[0]])) == 6


@given(times=st.lists(st.integers(0, 30), min_size=1, max_size=60))
def test_every_part_lies_after_the_one_before_it(times: list[int]) -> None:
    t = np.array(times + list(range(60, 90)))
    parts = time_split(t, [0.5, 0.3, 0.2])
    assert covers(parts, len(t))
    assert t[parts[0]].max() < t[parts[1]].min()
    assert t[parts[1]].max() < t[parts[2]].min()


def test_an_instant_is_not_torn_apart() -> None:
    assert [part.tolist() for part in time_split([1, 2, 2, 2, 3, 4], [0.5, 0.5])] == [[0, 1, 2, 3], [4, 5]]


# ---- folds


@pytest.mark.parametrize(("n", "k", "sizes"), [(10, 3, [4, 3, 3]), (103, 5, [21, 21, 21, 20, 20])])
def test_o83_sizes_of_folds(n: int, k: int, sizes: list[int]) -> None:
    assert [len(test) for _, test in kfold(n, k, rng())] == sizes


@settings(max_examples=60, deadline=None)
@given(n=st.integers(2, 120), k=st.integers(2, 12), seed=st.integers(0, 99))
def test_folds_are_disjoint_and_cover(n: int, k: int, seed: int) -> None:
    if k > n:
        return
    folds = kfold(n, k, rng(seed))
    assert covers([test for _, test in folds], n)
    assert all(covers([train, test], n) for train, test in folds)
    assert [len(test) for _, test in folds] == [n // k + (i < n % k) for i in range(k)]


def test_folds_are_shuffled() -> None:
    assert kfold(50, 2, rng(0))[0][1].tolist() != kfold(50, 2, rng(1))[0][1].tolist()
    assert sorted(kfold(50, 2, rng(0))[0][1].tolist()) != list(range(25))


def test_choosing_features_outside_the_folds_finds_what_is_not_there() -> None:
    """E55: the label is a coin, yet features chosen with all rows in view seem to know it."""
    x, y = rng(0).normal(size=(50, 2000)), rng(1).integers(0, 2, 50) * 2 - 1

    def features(rows: Any) -> Any:
        return np.argsort(-np.abs(x[rows].T @ y[rows]))[:20]

    def accuracy(train: Any, test: Any, chosen: Any) -> float:
        w = x[train][:, chosen].T @ y[train]
        return float(np.mean(np.sign(x[test][:, chosen] @ w) == y[test]))

    leaked = cross_validate(lambda a, b: accuracy(a, b, features(np.arange(50))), 50, 5, rng(2)).mean()
    honest = cross_validate(lambda a, b: accuracy(a, b, features(a)), 50, 5, rng(2)).mean()
    assert leaked > 0.9
    assert honest < 0.7


ERRORS = [
    (lambda: random_split(10, [0.5, 0.6], rng()),
     "shares must be positive and sum to 1, got [0.5, 0.6]: every row belongs to one part. Try [0.8, 0.2]."),
    (lambda: random_split(3, [0.9, 0.1], rng()),
     "shares [0.9, 0.1] of 3 rows leave a part empty (sizes [3, 0]): nothing could be judged by it. "
     "Use larger shares, or more data."),
    (lambda: stratified_split(np.zeros((3, 1)), [0.5, 0.5], rng()),
     "labels must have shape (n,), one for each row, got (3, 1). Try labels.ravel()."),
    (lambda: time_split([1, 1, 1], [0.5, 0.5]),
     "shares [0.5, 0.5] of 3 rows leave a part empty (sizes [3, 0]): nothing could be judged by it. "
     "Use larger shares, or more data."),
    (lambda: time_split([1, np.nan, 2], [0.5, 0.5]),
     "times hold nan: a row without a time belongs to no part. Drop these rows."),
    (lambda: grouped_split(["a", "a", "b"], [0.5, 0.3, 0.2], rng()),
     "shares [0.5, 0.3, 0.2] of 2 groups leave a part empty (sizes [1, 1, 0]): nothing could be judged by it. "
     "Use larger shares, or more data."),
    (lambda: stratified_split([], [0.5, 0.5], rng()),
     "labels must have shape (n,), one for each row, got (0,). Try labels.ravel()."),
    (lambda: kfold(3, 5, rng()), "k = 5 folds of n = 3 rows: some would be empty. Try k = 3."),
    (lambda: kfold(3, 1, rng()),
     "k must be a whole number, 2 or more, got 1: one fold leaves no rows to train on. Try 100."),
]  # fmt: skip


@pytest.mark.parametrize(("attempt", "message"), ERRORS, ids=[message[:30] for _, message in ERRORS])
def test_an_error_says_what_is_wrong_and_what_to_try(attempt: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        attempt()
    assert str(caught.value) == message
