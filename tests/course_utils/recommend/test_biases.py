"""The ladder of baselines."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.data.ratings import Ratings, simulated_ratings
from course_utils.metrics import mae, rmse
from course_utils.recommend import Factors, least_squares_biases, simple_biases

TABLE = np.array([[5, 4, 0, 1], [4, 0, 2, 1], [1, 1, 5, 0], [0, 2, 4, 5], [2, 0, 5, 4]], float)
USER, ITEM = np.nonzero(TABLE)
SMALL = Ratings(USER, ITEM, TABLE[USER, ITEM], (5, 4))


def error(model: Factors, ratings: Ratings = SMALL) -> float:
    return rmse(model.predict(ratings.user, ratings.item), ratings.value)


def test_o98_mean_user_mean_item_mean_and_both() -> None:
    model = simple_biases(SMALL)
    nothing = np.zeros_like
    assert model.mu == pytest.approx(3.0666666667, rel=1e-9)
    mean = model._replace(b_user=nothing(model.b_user), b_item=nothing(model.b_item))
    assert error(mean) == pytest.approx(1.6110728, rel=1e-7)
    assert mae(mean.predict(USER, ITEM), SMALL.value) == pytest.approx(1.5288889, rel=1e-7)
    assert error(model._replace(b_item=nothing(model.b_item))) == pytest.approx(1.4907120, rel=1e-7)
    assert error(model._replace(b_user=nothing(model.b_user))) == pytest.approx(1.4925742, rel=1e-7)
    assert error(model) == pytest.approx(1.3351377, rel=1e-7)


def test_o98_least_squares_biases() -> None:
    assert error(least_squares_biases(SMALL)) == pytest.approx(1.3069357, rel=1e-7)


@pytest.mark.parametrize("strength", [0.0, 0.5, 5.0])
def test_least_squares_biases_equal_one_big_solve(strength: float) -> None:
    n = len(USER)
    design = np.zeros((n, 9))
    design[np.arange(n), USER] = design[np.arange(n), 5 + ITEM] = 1
    rest = SMALL.value - SMALL.value.mean()
    w = np.linalg.lstsq(design.T @ design + strength * np.eye(9), design.T @ rest, rcond=None)[0]
    model = least_squares_biases(SMALL, strength)
    np.testing.assert_allclose(model.predict(USER, ITEM), SMALL.value.mean() + design @ w, rtol=1e-9)
    if strength:
        np.testing.assert_allclose(np.concatenate([model.b_user, model.b_item]), w, atol=1e-9)


def test_strength_is_imagined_ratings_at_the_mean() -> None:
    plain, shrunk = simple_biases(SMALL), simple_biases(SMALL, strength=3.0)
    n = np.bincount(USER)
    np.testing.assert_allclose(shrunk.b_user, plain.b_user * n / (n + 3))


def test_who_has_no_ratings_gets_no_bias() -> None:
    wide = SMALL._replace(shape=(7, 6))
    for model in (simple_biases(wide), least_squares_biases(wide), least_squares_biases(wide, 2.0)):
        assert model.b_user[5:].tolist() == [0, 0]
        assert model.b_item[4:].tolist() == [0, 0]
        assert model.predict(np.array([6]), np.array([5]))[0] == model.mu


def test_each_step_of_the_ladder_is_better_on_new_ratings() -> None:
    ratings = simulated_ratings(60, 50, np.random.default_rng(0), share=0.4)
    order = np.random.default_rng(1).permutation(len(ratings.value))
    train, test = ratings.rows(order[300:]), ratings.rows(order[:300])
    mean = Factors(train.value.mean(), np.zeros(60), np.zeros(50), np.zeros((60, 0)), np.zeros((50, 0)))
    assert error(mean, test) > error(simple_biases(train), test) > error(least_squares_biases(train, 2.0), test)


@pytest.mark.parametrize(
    ("ratings", "message"),
    [
        (Ratings(USER[:0], ITEM[:0], SMALL.value[:0], (5, 4)),
         "there are no ratings: nothing can be learned from them. Check how the data was split."),
        (Ratings(USER[1:], ITEM, SMALL.value, (5, 4)),
         "ratings expected as many users as items and values, got 14, 15 and 15: row k of all three is one rating. "
         "Try ratings.rows(some) to split all at once."),
        (SMALL._replace(shape=(5, 3)),
         "ratings name user 4 and item 3 (from 0 and 0), the table is (5, 3): they count from 0. "
         "Try np.unique(ids, return_inverse=True)."),
        (SMALL._replace(value=SMALL.value * np.nan),
         "ratings hold nan or inf: a missing rating is left out, not written down. Drop these rows."),
    ],
)  # fmt: skip
def test_refusal_says_what_is_wrong_and_what_to_try(ratings: Ratings, message: str) -> None:
    for fit in (simple_biases, least_squares_biases):
        with pytest.raises(ValueError) as error:
            fit(ratings)
        assert str(error.value) == message
