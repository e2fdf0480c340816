"""Ranks, penalties and the map of tastes."""

import numpy as np
import pytest

from course_utils.metrics import rmse
from course_utils.widgets.factor_map import ITEMS, NOISE, draw, factor_map, fit, flat, ratings


def test_train_and_test_share_no_rating():
    train, test = ratings()
    cells = [set(zip(part.user.tolist(), part.item.tolist(), strict=True)) for part in (train, test)]
    assert not cells[0] & cells[1]
    assert len(cells[0]) == 3 * len(cells[1])


def test_errors_are_those_of_the_model_on_each_part():
    _, test = ratings()
    fitted = fit(2, 0.03)
    assert fitted.test == rmse(fitted.model.predict(test.user, test.item), test.value)
    assert NOISE < fitted.test < 0.3
    assert fitted.train < fitted.test


def test_a_higher_rank_fits_training_better_and_the_test_worse():
    low, high = fit(2, 0.003), fit(8, 0.003)
    assert high.train < low.train / 2
    assert high.test > 1.3 * low.test


@pytest.mark.parametrize("rank", [1, 2])
def test_the_map_keeps_all_tastes_up_to_rank_2(rank):
    model = fit(rank, 0.03).model
    p, q = flat(model)
    assert p @ q.T == pytest.approx(model.P @ model.Q.T, abs=1e-9)


def test_rank_0_puts_all_in_one_place_and_has_no_names():
    panel = draw(0, 0.03, 0).panels[1]
    assert panel.title == "Rank 0: no tastes"
    assert not any(type(layer).__name__ == "Text" for layer in panel.layers)


def test_likes_stands_at_the_item_whose_factors_agree_most():
    p, q = flat(fit(2, 0.03).model)
    text = next(layer for layer in draw(2, 0.03, 7).panels[1].layers if getattr(layer, "text", "") == "likes")
    assert text.x == pytest.approx(q[(q @ p[7]).argmax(), 0] + 0.06)


def test_says_errors_and_the_best_rank():
    says = draw(2, 0.03, 0).says
    assert says.startswith("Rank 2, λ = 0.03: RMSE 0.21 in training, 0.287 in the test (noise 0.25).")
    assert "At this λ the test is best at rank 2, 0.287; the truth has 2 tastes." in says
    model = fit(2, 0.03).model
    assert f"should like item {model.predict(np.zeros(ITEMS, int), np.arange(ITEMS)).argmax()} best" in says


def test_factor_map_survives_its_corners(survives_its_corners):
    survives_its_corners(factor_map())
