"""Metrics: counts by hand, zero division as documented, brute force for the ranking ones, and refusals."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.metrics import (
    accuracy,
    confusion_matrix,
    f1,
    mae,
    mrr,
    ndcg_at_k,
    per_class,
    precision,
    precision_at_k,
    recall,
    recall_at_k,
    rmse,
)


def counted(tp: int, fp: int, fn: int, tn: int) -> tuple[np.ndarray, np.ndarray]:
    """Predicted and true labels with these counts."""
    return np.repeat([1, 1, 0, 0], [tp, fp, fn, tn]), np.repeat([1, 0, 1, 0], [tp, fp, fn, tn])


def test_o66_counts_8_2_4_86() -> None:
    labels = counted(8, 2, 4, 86)
    assert accuracy(*labels) == 0.94
    assert precision(*labels) == 0.8
    assert recall(*labels) == pytest.approx(2 / 3, rel=1e-9)
    assert f1(*labels) == pytest.approx(0.7272727273, rel=1e-9)
    np.testing.assert_array_equal(confusion_matrix(*labels), [[86, 2], [4, 8]])


@pytest.mark.parametrize("metric", [precision, recall, f1])
def test_without_positives_and_without_calls_the_answer_is_zero_division(metric: Any) -> None:
    labels = counted(0, 0, 0, 3)
    assert metric(*labels) == 0
    assert metric(*labels, zero_division=1.0) == 1
    assert math.isnan(metric(*labels, zero_division=float("nan")))


def test_only_the_empty_denominator_is_replaced() -> None:
    never_called, none_there = counted(0, 0, 2, 3), counted(0, 2, 0, 3)
    assert precision(*never_called, zero_division=9.0) == 9
    assert recall(*never_called, zero_division=9.0) == 0
    assert f1(*never_called, zero_division=9.0) == 0
    assert recall(*none_there, zero_division=9.0) == 9
    assert precision(*none_there, zero_division=9.0) == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
@settings(max_examples=50, deadline=None)
def test_all_shares_are_read_off_the_confusion_matrix(pairs: list[tuple[int, int]]) -> None:
    predicted, true = np.array(pairs).T
    table = confusion_matrix(predicted, true, classes=4)
    assert table.sum() == len(pairs)
    assert accuracy(predicted, true) == pytest.approx(np.trace(table) / len(pairs))
    for k in range(4):
        called, there, hit = table[:, k].sum(), table[k].sum(), table[k, k]
        p, r = precision(predicted, true, positive=k), recall(predicted, true, positive=k)
        assert p == (hit / called if called else 0)
        assert r == (hit / there if there else 0)
        assert f1(predicted, true, positive=k) == pytest.approx(2 * p * r / (p + r) if p + r else 0)
    np.testing.assert_array_equal(
        per_class(recall, predicted, true, 4), [recall(predicted, true, positive=k) for k in range(4)]
    )


def test_f1_is_the_harmonic_and_not_the_arithmetic_mean() -> None:
    assert f1(*counted(1, 0, 9, 0)) == pytest.approx(2 * 0.1 / 1.1)


def test_confusion_matrix_has_true_classes_in_rows() -> None:
    np.testing.assert_array_equal(confusion_matrix(np.array([2]), np.array([0])), [[0, 0, 1], [0, 0, 0], [0, 0, 0]])


def test_confusion_matrix_takes_yes_and_no_as_1_and_0() -> None:
    np.testing.assert_array_equal(confusion_matrix(np.array([True, False]), np.array([1, 1])), [[0, 0], [1, 1]])
    np.testing.assert_array_equal(confusion_matrix(np.array([True]), np.array([True])), [[0, 0], [0, 1]])


def test_labels_may_be_names() -> None:
    predicted, true = np.array(["good", "bad"]), np.array(["good", "good"])
    assert accuracy(predicted, true) == 0.5
    assert recall(predicted, true, positive="good") == 0.5


def test_rmse_and_mae_are_those_of_all_errors_at_once() -> None:
    predicted, true = np.array([[1, 2], [3, 4]], np.uint8), np.array([[2, 2], [3, 1]], np.uint8)
    assert rmse(predicted, true) == pytest.approx(math.sqrt(10 / 4))
    assert mae(predicted, true) == 1.0                                  # 1 - 2 does not wrap around


@given(st.lists(st.floats(-1e6, 1e6).map(lambda e: round(e, 9)), min_size=1, max_size=20))
@settings(max_examples=30, deadline=None)
def test_mae_is_never_above_rmse(errors: list[float]) -> None:
    e = np.array(errors)
    assert mae(e, np.zeros_like(e)) <= rmse(e, np.zeros_like(e)) * (1 + 1e-12)


# ---- ranking


def slow(scores: np.ndarray, relevant: np.ndarray, k: int) -> dict[str, float]:
    """One list, item by item."""
    places = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    hits = [relevant[i] > 0 for i in places]
    best = sorted(relevant, reverse=True)
    dcg = sum(relevant[i] / math.log2(place + 2) for place, i in enumerate(places[:k]))
    ideal = sum(r / math.log2(place + 2) for place, r in enumerate(best[:k]))
    return {
        "precision": sum(hits[:k]) / k,
        "recall": sum(hits[:k]) / sum(hits) if any(hits) else 0.0,
        "ndcg": dcg / ideal if ideal else 0.0,
        "mrr": 1 / (hits.index(True) + 1) if any(hits) else 0.0,
    }


@given(st.integers(1, 5), st.integers(1, 7), st.integers(1, 9), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_ranking_metrics_equal_item_by_item_counting(lists: int, items: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, relevant = rng.integers(0, 4, (lists, items)).astype(float), rng.integers(0, 3, (lists, items))
    rows = [slow(s, r, k) for s, r in zip(scores, relevant, strict=True)]
    got = {
        "precision": precision_at_k(scores, relevant, k),
        "recall": recall_at_k(scores, relevant, k),
        "ndcg": ndcg_at_k(scores, relevant, k),
        "mrr": mrr(scores, relevant),
    }
    for name, value in got.items():
        assert value == pytest.approx(np.mean([row[name] for row in rows])), name


def test_perfect_order_scores_1_and_reversed_order_less() -> None:
    relevant = np.array([3, 2, 1, 0])
    assert ndcg_at_k(np.array([4.0, 3, 2, 1]), relevant, 4) == pytest.approx(1)
    assert ndcg_at_k(np.array([1.0, 2, 3, 4]), relevant, 4) < 0.75


def test_ndcg_by_hand() -> None:
    """Order 0, 2, 1: DCG = 0/1 + 3/log₂3 + 2/2; best order 3, 2, 0."""
    value = ndcg_at_k(np.array([0.9, 0.1, 0.5]), np.array([0, 2, 3]), 3)
    assert value == pytest.approx((3 / math.log2(3) + 2 / 2) / (3 + 2 / math.log2(3)))


@pytest.mark.parametrize("metric", [partial(recall_at_k, k=1), partial(ndcg_at_k, k=1), mrr])
def test_lists_without_relevant_items_count_as_zero_division_or_not_at_all(metric: Any) -> None:
    scores, relevant = np.array([[2.0, 1.0], [2.0, 1.0]]), np.array([[1, 0], [0, 0]])
    assert metric(scores, relevant) == 0.5
    assert metric(scores, relevant, zero_division=1.0) == 1.0
    assert metric(scores, relevant, zero_division=float("nan")) == 1.0
    assert math.isnan(metric(scores[1], relevant[1], zero_division=float("nan")))


def test_an_item_of_score_minus_infinity_comes_last() -> None:
    assert mrr(np.array([-np.inf, 0.1, 0.0]), np.array([1, 0, 0])) == pytest.approx(1 / 3)


REFUSALS: list[tuple[Callable[[], Any], str]] = [
    (lambda: accuracy(np.zeros(3), np.zeros((3, 1))),
     "accuracy expected one predicted class for each true one, got shapes (3,) and (3, 1). "
     "Try output.argmax(axis=-1) for the classes of a network's output."),
    (lambda: f1(np.zeros(0), np.zeros(0)),
     "f1 got no examples: a share of nothing is not defined. Check how the data was split."),
    (lambda: confusion_matrix(np.array(["a"]), np.array(["b"])),
     "confusion_matrix expected class numbers 0, 1, …, got a of <U1: they are row and column numbers. "
     "Try np.unique(labels, return_inverse=True)."),
    (lambda: confusion_matrix(np.array([1]), np.array([-1])),
     "confusion_matrix expected class numbers 0, 1, …, got -1 of int64: they are row and column numbers. "
     "Try np.unique(labels, return_inverse=True)."),
    (lambda: confusion_matrix(np.array([3]), np.array([0]), classes=3),
     "confusion_matrix got class 3 with 3 classes: classes count from 0. Try classes=4."),
    (lambda: rmse(np.zeros((2, 1)), np.zeros(2)),
     "rmse expected predictions and truth of one shape, got (2, 1) and (2,): NumPy would broadcast them against each "
     "other without a word. Try predicted.reshape(true.shape)."),
    (lambda: mae(np.zeros(0), np.zeros(0)),
     "mae got no numbers: the mean of nothing is not defined. Check how the data was split."),
    (lambda: mrr(np.zeros((2, 3)), np.zeros(3)),
     "mrr expected scores and relevance of one shape (lists, items), got (2, 3) and (1, 3): every item needs both. "
     "Give items that were not judged relevance 0."),
    (lambda: ndcg_at_k(np.array([np.nan]), np.array([1]), 1),
     "ndcg_at_k got nan scores or relevance below 0: such a list has no order. "
     "Try score -inf for items that must not be shown, relevance 0 for irrelevant ones."),
    (lambda: precision_at_k(np.zeros(3), np.zeros(3), 0),
     "k must be a whole number, 1 or more, got 0: it is the number of places that are looked at. Try 100."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSALS, ids=[message[:40] for _, message in REFUSALS])
def test_refusal_says_what_is_wrong_and_what_to_try(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == message
