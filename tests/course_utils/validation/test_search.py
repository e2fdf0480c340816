"""Samplers, searches, and the luck of the best."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.validation import (
    Choice,
    LogUniform,
    OneMinusLogUniform,
    Uniform,
    chance_of_top,
    draw,
    expected_best,
    grid_search,
    random_search,
    successive_halving,
    trials_needed,
)

SPACE = {"lr": LogUniform(1e-4, 1.0), "beta": OneMinusLogUniform(0.5, 0.999), "width": Choice([16, 32])}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("sampler", "scale"), [
    (Uniform(-1, 3), lambda x: (x + 1) / 4),
    (LogUniform(1e-4, 1e-1), lambda x: np.log10(x / 1e-4) / 3),
    (OneMinusLogUniform(0.9, 0.999), lambda x: np.log10((1 - x) / 0.001) / 2),
], ids=["uniform", "log", "one minus log"])  # fmt: skip
def test_samples_are_uniform_on_their_own_scale(sampler: Any, scale: Any) -> None:
    generator = rng()
    u = np.sort(scale(np.array([sampler.draw(generator) for _ in range(4000)])))
    assert u[0] >= -1e-12
    assert u[-1] <= 1 + 1e-12
    assert np.abs(u - (np.arange(4000) + 0.5) / 4000).max() < 1.63 / math.sqrt(4000)  # Kolmogorov-Smirnov, 1 %


def test_a_choice_takes_each_value_as_often() -> None:
    generator = rng()
    drawn = [Choice("abc").draw(generator) for _ in range(3000)]
    assert all(900 < drawn.count(value) < 1100 for value in "abc")


@pytest.mark.parametrize(("sampler", "inside", "border"), [
    (Uniform(0, 10), 5.0, 9.9), (LogUniform(1e-4, 1), 1e-2, 1.1e-4), (OneMinusLogUniform(0.9, 0.999), 0.99, 0.9989),
])  # fmt: skip
def test_values_at_the_border_are_noticed(sampler: Any, inside: float, border: float) -> None:
    assert not sampler.at_border(inside)
    assert sampler.at_border(border)


def test_a_search_whose_best_lies_at_the_border_says_so() -> None:
    found = random_search(lambda c, seed: np.log10(c["lr"]) + 0.01 * c["beta"], SPACE, 200, rng())
    assert found.at_border(SPACE) == ["lr"]


def test_the_grid_holds_every_combination_once() -> None:
    found = grid_search(lambda c, seed: c["a"] * 10 + c["b"], {"a": [1, 2], "b": [3, 4, 5]}, rng())
    assert [trial.score for trial in found.trials] == [13, 14, 15, 23, 24, 25]
    assert found.best.config == {"a": 1, "b": 3}


def test_random_trials_try_a_new_value_of_everything_where_a_grid_repeats() -> None:
    found = random_search(lambda c, seed: 0.0, SPACE, 25, rng())
    assert len({trial.config["lr"] for trial in found.trials}) == 25
    assert len({trial.seed for trial in found.trials}) == 25
    assert random_search(lambda c, seed: 0.0, SPACE, 25, rng()).trials == found.trials
    assert random_search(lambda c, seed: 0.0, SPACE, 25, rng(1)).trials != found.trials


def test_the_best_so_far_never_rises_and_nan_is_worst() -> None:
    scores = iter([3.0, math.nan, 1.0, 2.0])
    found = grid_search(lambda c, seed: next(scores), {"a": range(4)}, rng())
    assert found.best_so_far.tolist() == [3, 3, 1, 1]
    assert found.best.config == {"a": 2}
    assert found.trials[1].score == math.inf


def test_each_round_of_halving_keeps_the_best_third_on_three_times_the_budget() -> None:
    asked: list[tuple[int, float]] = []

    def evaluate(config: dict[str, int], budget: float, seed: int) -> float:
        asked.append((config["k"], budget))
        return abs(config["k"] - 13)

    found = successive_halving(evaluate, [{"k": k} for k in range(27)], 2, rng())
    assert [sum(b == budget for _, b in asked) for budget in (2, 6, 18, 54)] == [27, 9, 3, 1]
    assert sorted(k for k, b in asked if b == 6) == list(range(9, 18))
    assert found.best.config == {"k": 13}
    assert found.best.budget == 54
    assert found.cost == 4 * 54


@given(n=st.integers(1, 60), factor=st.integers(2, 5))
def test_halving_ends_with_one_and_costs_no_more_than_whole_rounds(n: int, factor: int) -> None:
    found = successive_halving(lambda c, b, seed: c["k"], [{"k": k} for k in range(n)], 1, rng(), factor)
    budgets = [trial.budget for trial in found.trials]
    assert 1 <= budgets.count(max(budgets)) < factor
    assert found.best.config == {"k": 0}
    assert all(budgets.count(b) * b <= n for b in set(budgets))


def test_a_configuration_keeps_its_seed_through_the_rounds() -> None:
    found = successive_halving(lambda c, b, seed: c["k"], [{"k": k} for k in range(9)], 1, rng())
    assert len({(trial.config["k"], trial.seed) for trial in found.trials}) == 9


def test_the_best_is_chosen_among_the_largest_budgets() -> None:
    found = successive_halving(lambda c, b, seed: c["k"] + b, [{"k": k} for k in range(3)], 1, rng())
    assert (found.best.budget, found.best.score) == (3, 3)


def test_draws_are_as_many_as_asked_for() -> None:
    assert [set(config) for config in draw(SPACE, 3, rng())] == [{"lr", "beta", "width"}] * 3


# ---- luck


def test_o84_sixty_trials() -> None:
    assert round(chance_of_top(0.05, 60), 7) == 0.9539302
    assert trials_needed(0.05, 0.95) == 59
    assert chance_of_top(0.05, 58) < 0.95 <= chance_of_top(0.05, 59)


@pytest.mark.parametrize(("n", "models", "expected"), [(100, 20, 0.593), (100, 100, 0.625), (1000, 100, 0.540)])
def test_o85_the_best_of_coin_flips(n: int, models: int, expected: float) -> None:
    exact = expected_best(models, n)
    assert exact == pytest.approx(expected, abs=1e-3)
    draws = rng().binomial(n, 0.5, (4000, models)).max(axis=1) / n
    assert exact == pytest.approx(draws.mean(), abs=4 * draws.std() / math.sqrt(4000))


def test_one_model_is_expected_at_its_own_accuracy() -> None:
    for accuracy in (0.1, 0.5, 0.97):
        assert expected_best(1, 250, accuracy) == pytest.approx(accuracy, abs=1e-12)


ERRORS = [
    (lambda: LogUniform(0, 1), "the range must satisfy 0 < low < high, both finite, got 0 and 1. Try 1e-4 and 0.1."),
    (lambda: Uniform(2, 1), "the range must satisfy low < high, both finite, got 2 and 1. Try 1e-4 and 0.1."),
    (lambda: OneMinusLogUniform(0.9, 1.0), "high must be below 1, got 1.0: 1 - β is on the log scale. Try 0.999."),
    (lambda: grid_search(lambda c, s: 0.0, {"a": []}, rng()),
     "grid must name at least one value of each hyper-parameter, got {'a': []}."),
    (lambda: random_search(lambda c, s: 0.0, SPACE, 0, rng()),
     "trials must be a whole number, 1 or more, got 0: it is the number of configurations tried. Try 100."),
    (lambda: successive_halving(lambda c, b, s: 0.0, [], 1, rng()),
     "halving needs configurations and a budget above 0, got 0 and 1."),
    (lambda: successive_halving(lambda c, b, s: 0.0, [{}], 1, rng(), factor=1),
     "factor must be a whole number, 2 or more, got 1: one of so many configurations goes on. Try 100."),
    (lambda: chance_of_top(1.5, 3), "share must lie between 0 and 1, got 1.5: it is a probability. Try 0.05."),
]  # fmt: skip


@pytest.mark.parametrize(("attempt", "message"), ERRORS, ids=[message[:40] for _, message in ERRORS])
def test_an_error_says_what_is_wrong_and_what_to_try(attempt: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        attempt()
    assert str(caught.value) == message
