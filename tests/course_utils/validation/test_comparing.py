"""Paired comparison: what is left is the method."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from course_utils.descent import minimize
from course_utils.objectives import LinearRegression
from course_utils.optimizers import SGD, Momentum
from course_utils.validation import Comparison, compare

X = np.random.default_rng(0).normal(size=(80, 3))
LINE = LinearRegression(X, X @ [1.0, -2.0, 0.5] + np.random.default_rng(1).normal(size=80))


def task(optimizer: Any, steps: int, rng: np.random.Generator) -> float:
    return float(minimize(LINE, rng.normal(size=3), optimizer, steps, batches=8, rng=rng).loss[-1])


def test_the_same_method_twice_ties_exactly() -> None:
    result = compare({"a": SGD(0.05), "b": SGD(0.05), "c": Momentum(0.05)}, task, 40)
    np.testing.assert_array_equal(result.scores[0], result.scores[1])
    assert result.difference("a", "b") == (0.0, 0.0)
    assert result.verdict("a", "b") == "tie"
    assert len(set(result.scores[0].tolist())) == 5  # seeds differ


def test_all_methods_get_the_same_batches_budget_and_start() -> None:
    asked: dict[str, list[Any]] = {"a": [], "b": []}

    def spy(method: str, budget: int, rng: np.random.Generator) -> float:
        asked[method].append((budget, rng.integers(10**9, size=4).tolist()))
        return 0.0

    compare({"a": "a", "b": "b"}, spy, 7, seeds=[3, 1, 4])
    assert asked["a"] == asked["b"]
    assert len({str(seen) for seen in asked["a"]}) == 3


def test_pairing_sees_a_difference_far_below_the_spread_of_the_seeds() -> None:
    def shifted(shift: float, budget: int, rng: np.random.Generator) -> float:
        return rng.normal() + shift + 1e-3 * rng.normal()

    result = compare({"a": 0.0, "b": 0.05}, shifted, 1, seeds=range(10))
    assert result.scores.std() > 0.5
    assert result.verdict("a", "b") == "b" or result.difference("a", "b")[0] == pytest.approx(-0.05)
    assert result.verdict("a", "b") == "a" == result.verdict("b", "a") == result.best


def test_a_difference_within_two_standard_errors_is_a_tie() -> None:
    result = Comparison(("a", "b"), (0, 1, 2), 1, np.array([[0.0, 0.0, 0.0], [1.0, -1.0, 0.5]]))
    assert result.verdict("a", "b") == "tie"


def test_a_method_that_diverged_is_never_the_best() -> None:
    result = Comparison(("a", "b", "c"), (0, 1), 1, np.array([[math.nan, 0.0], [5.0, 5.0], [math.inf, 9.0]]))
    assert result.best == "b"
    assert result.verdict("a", "b") == result.verdict("b", "c") == "b"
    assert result.verdict("a", "c") == "tie"  # each diverged once


def test_the_table_shows_means_spreads_and_paired_differences() -> None:
    result = Comparison(("a", "b"), (0, 1), 100, np.array([[1.0, 2.0], [2.0, 4.0]]))
    assert repr(result) == (
        "Comparison of 2 methods, 2 seeds, budget 100\n"
        "method  mean      sd  over the best  ± se\n"
        "     a   1.5  0.7071              0     0\n"
        "     b     3   1.414            1.5   0.5"
    )


@pytest.mark.parametrize("seeds", [[], [1, 1]])
def test_a_repeated_seed_is_no_evidence(seeds: list[int]) -> None:
    with pytest.raises(ValueError) as caught:
        compare({"a": SGD(0.1)}, task, 3, seeds)
    assert str(caught.value) == (
        f"compare needs methods and seeds, each seed once, got 1 methods and seeds {seeds}: a repeated seed is not new "
        "evidence. Try seeds=range(5)."
    )
