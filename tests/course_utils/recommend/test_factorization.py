"""Matrix factorization: the update by hand, the objective, and missing ratings that stay out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.data.ratings import Ratings, simulated_ratings
from course_utils.gradcheck import numerical_gradient
from course_utils.metrics import rmse
from course_utils.recommend import Factors, fit_als, fit_sgd, least_squares_biases, objective, sgd_step
from course_utils.recommend.sgd import waves

RATINGS = simulated_ratings(12, 9, np.random.default_rng(0), rank=2, share=0.4)
ONE = (np.array([0]), np.array([0]), np.array([4.0]))


def o99() -> Factors:
    return Factors(3.0, np.array([0.1]), np.array([-0.2]), np.array([[0.1, 0.2]]), np.array([[0.3, -0.1]]))


def test_o99_one_simultaneous_step() -> None:
    assert 4 - o99().predict(*ONE[:2])[0] == pytest.approx(1.09, rel=1e-9)
    model = sgd_step(o99(), *ONE, lr=0.005, strength=0.02)
    np.testing.assert_allclose(model.b_user, 0.10544, rtol=1e-9)
    np.testing.assert_allclose(model.b_item, -0.19453, rtol=1e-9)
    np.testing.assert_allclose(model.Q, [[0.300515, -0.0989]], rtol=1e-9)
    np.testing.assert_allclose(model.P, [[0.101625, 0.199435]], rtol=1e-9)
    updating_q_first = 0.1 + 0.005 * (1.09 * 0.300515 - 0.02 * 0.1)
    assert round(updating_q_first, 6) == 0.101628 != round(model.P[0, 0], 6)


def test_step_leaves_its_model_alone() -> None:
    model = o99()
    sgd_step(model, *ONE, lr=0.1, strength=0.1)
    for part, before in zip(model[1:], o99()[1:], strict=True):
        np.testing.assert_array_equal(part, before)


def test_step_is_minus_the_gradient_of_the_objective() -> None:
    rng = np.random.default_rng(1)
    start = Factors(3.0, rng.normal(size=3), rng.normal(size=2), rng.normal(size=(3, 2)), rng.normal(size=(2, 2)))
    shapes = [part.shape for part in start[1:]]
    cuts = np.cumsum([part.size for part in start[1:]])[:-1]
    one = Ratings(np.array([2]), np.array([1]), np.array([4.5]), (3, 2))

    def model_of(flat: np.ndarray) -> Factors:
        parts = [part.reshape(shape) for part, shape in zip(np.split(flat, cuts), shapes, strict=True)]
        return Factors(3.0, *parts)

    flat = np.concatenate([part.ravel() for part in start[1:]])
    slope = numerical_gradient(lambda w: objective(model_of(w), one, 0.3), flat)
    stepped = sgd_step(start, *one[:3], lr=0.01, strength=0.3)
    np.testing.assert_allclose(np.concatenate([part.ravel() for part in stepped[1:]]), flat - 0.01 * slope, atol=1e-9)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 40), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_waves_hold_no_user_or_item_twice_and_keep_the_order(users: int, items: int, n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    user, item = rng.integers(0, users, n), rng.integers(0, items, n)
    groups = list(waves(user, item))
    assert sorted(np.concatenate(groups).tolist()) == list(range(n))
    for rows in groups:
        assert len(set(user[rows].tolist())) == len(set(item[rows].tolist())) == len(rows)
    done = np.concatenate(groups)
    for key in (user, item):
        for k in range(max(users, items)):
            mine = done[key[done] == k]
            assert (np.diff(mine) > 0).all()


def test_waves_give_the_bits_of_one_rating_at_a_time() -> None:
    rng = np.random.default_rng(5)
    fit = fit_sgd(RATINGS, 3, epochs=2, rng=np.random.default_rng(5), lr=0.05, strength=0.1)
    model = fit_sgd(RATINGS, 3, epochs=0, rng=rng).model                # draws the same start
    for _ in range(2):
        for k in rng.permutation(len(RATINGS.value)):
            model = sgd_step(model, *RATINGS.rows(slice(k, k + 1))[:3], lr=0.05, strength=0.1)
    for ours, slow in zip(fit.model, model, strict=True):
        np.testing.assert_array_equal(ours, slow)


@pytest.mark.parametrize("rank", [0, 1, 3])
@pytest.mark.parametrize("strength", [1e-3, 0.1, 2.0])
def test_als_never_raises_the_objective(rank: int, strength: float) -> None:
    passed = fit_als(RATINGS, rank, sweeps=12, rng=np.random.default_rng(0), strength=strength).objective
    assert (np.diff(passed) <= 1e-12 * passed[0]).all()
    assert passed[-1] < passed[0]


def test_als_ends_where_the_gradient_is_0() -> None:
    fit = fit_als(RATINGS, 1, sweeps=400, rng=np.random.default_rng(0), strength=0.2)
    stepped = sgd_step_on_all(fit.model, 0.2)
    for part, still in zip(fit.model[1:], stepped[1:], strict=True):
        np.testing.assert_allclose(part, still, atol=1e-8)


def sgd_step_on_all(model: Factors, strength: float) -> Factors:
    """A step along the summed gradient of all ratings, each taken at the same model."""
    total = [np.zeros_like(part) for part in model[1:]]
    for k in range(len(RATINGS.value)):
        stepped = sgd_step(model, *RATINGS.rows(slice(k, k + 1))[:3], lr=1.0, strength=strength)
        total = [t + (new - old) for t, new, old in zip(total, stepped[1:], model[1:], strict=True)]
    return Factors(model.mu, *(old + t for old, t in zip(model[1:], total, strict=True)))


def test_als_gives_each_user_the_ridge_solution_given_the_items() -> None:
    model = fit_als(RATINGS, 2, sweeps=1, rng=np.random.default_rng(3), strength=0.2).model
    item = 4
    rows = RATINGS.rows(RATINGS.item == item)
    f = np.column_stack([model.P[rows.user], np.ones(len(rows.user))])
    n = len(rows.user)
    stacked = np.vstack([f, np.sqrt(0.2 * n) * np.eye(3)])
    target = np.concatenate([rows.value - model.mu - model.b_user[rows.user], np.zeros(3)])
    w = np.linalg.lstsq(stacked, target, rcond=None)[0]
    np.testing.assert_allclose([*model.Q[item], model.b_item[item]], w, rtol=1e-9)


FITS: dict[str, Callable[[Ratings], Factors]] = {
    "sgd": lambda r: fit_sgd(r, 2, epochs=3, rng=np.random.default_rng(0)).model,
    "als": lambda r: fit_als(r, 2, sweeps=3, rng=np.random.default_rng(0)).model,
}


@pytest.mark.parametrize("name", FITS)
def test_who_has_no_ratings_has_zeros_and_changes_nothing_for_others(name: str) -> None:
    users, items = RATINGS.shape
    wide = FITS[name](RATINGS._replace(shape=(users + 2, items)))
    assert not wide.P[users:].any()
    assert not wide.b_user[users:].any()
    assert wide.predict(np.array([users]), np.array([0]))[0] == wide.mu + wide.b_item[0]
    assert wide.P[:users].any(axis=1).all()


def test_e66_missing_ratings_take_no_part_and_filling_them_in_destroys_the_fit() -> None:
    rng = np.random.default_rng(0)
    truth = 3 + rng.normal(size=(60, 2)) @ rng.normal(size=(40, 2)).T
    noisy, seen = truth + 0.1 * rng.normal(size=truth.shape), rng.random(truth.shape) < 0.4
    user, item = np.nonzero(seen)
    hidden_user, hidden_item = np.nonzero(~seen)

    def error(filled: np.ndarray | None) -> float:
        u, i = (user, item) if filled is None else np.nonzero(np.ones_like(seen))
        values = noisy[u, i] if filled is None else filled[u, i]
        fit = fit_als(Ratings(u, i, values, truth.shape), 2, sweeps=15, rng=np.random.default_rng(1), strength=0.02)
        return rmse(fit.model.predict(hidden_user, hidden_item), truth[hidden_user, hidden_item])

    observed = error(None)
    mean_filled = error(np.where(seen, noisy, noisy[seen].mean()))
    zero_filled = error(np.where(seen, noisy, 0.0))
    assert observed < 0.3
    assert 2.5 * observed < mean_filled < zero_filled


def test_factors_beat_biases_and_reach_near_the_noise() -> None:
    ratings = simulated_ratings(80, 60, np.random.default_rng(0), rank=2, share=0.5, noise=0.25)
    order = np.random.default_rng(1).permutation(len(ratings.value))
    train, test = ratings.rows(order[500:]), ratings.rows(order[:500])

    def error(model: Factors) -> float:
        return rmse(model.predict(test.user, test.item), test.value)

    als = fit_als(train, 2, sweeps=20, rng=np.random.default_rng(2), strength=0.03).model
    sgd = fit_sgd(train, 2, epochs=60, rng=np.random.default_rng(2), lr=0.03, strength=0.02).model
    assert error(least_squares_biases(train, 1.0)) > 0.6
    assert error(als) < 0.33
    assert error(sgd) < 0.33


def test_training_goes_on_from_a_start_without_touching_it() -> None:
    first = fit_sgd(RATINGS, 2, epochs=2, rng=np.random.default_rng(0))
    before = [part.copy() for part in first.model[1:]]
    for more in (
        fit_sgd(RATINGS, 2, epochs=1, rng=np.random.default_rng(1), start=first.model),
        fit_als(RATINGS, 2, sweeps=1, rng=np.random.default_rng(1), start=first.model, strength=0.02),
    ):
        assert more.objective[0] == first.objective[-1] > more.objective[1]
    for part, kept in zip(first.model[1:], before, strict=True):
        np.testing.assert_array_equal(part, kept)


def sgd(**options: Any) -> Any:
    return fit_sgd(RATINGS, **({"rank": 2, "epochs": 1, "rng": np.random.default_rng(0)} | options))


REFUSALS: list[tuple[Callable[[], Any], str]] = [
    (lambda: sgd(rank=-1), "rank must be a whole number, 0 or more, got -1: it is the number of tastes. Try 100."),
    (lambda: sgd(lr=0.0), "lr must be positive, got 0: the step is the rate times a direction. Try 0.01."),
    (lambda: sgd(strength=-1.0),
     "strength must be 0 or more, got -1: a negative penalty rewards large factors. Try 0.02."),
    (lambda: fit_als(RATINGS, 2, sweeps=1, rng=np.random.default_rng(0), strength=0.0),
     "strength must be positive, got 0: it keeps the equations of users with few ratings solvable. Try 0.1."),
    (lambda: sgd(rank=2.5), "rank must be a whole number, 0 or more, got 2.5: it is the number of tastes. Try 100."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSALS, ids=[message[:40] for _, message in REFUSALS])
def test_refusal_says_what_is_wrong_and_what_to_try(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == message


def test_divergence_is_told_with_the_epoch_and_a_smaller_rate() -> None:
    with pytest.raises(FloatingPointError) as error:
        sgd(lr=5.0, epochs=50)
    assert str(error.value) in {
        f"fit_sgd reached the objective {bad} in epoch {epoch}: the steps grow. Try lr=0.5."
        for bad in ("inf", "nan") for epoch in range(1, 10)
    }  # fmt: skip
