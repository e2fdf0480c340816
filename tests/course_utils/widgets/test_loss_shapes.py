"""Losses and an outlier."""

import numpy as np
import pytest

from course_utils.widgets.loss_shapes import CLEAN, GUESSES, draw, least, loss_shapes, over_guesses


@pytest.mark.parametrize("outlier", [-20.0, -0.3, 0.0, 1.0, 20.0])
def test_squared_loss_guesses_the_mean_and_absolute_loss_the_median(outlier):
    y = np.append(CLEAN, outlier)
    assert least("squared", outlier, 0.0) == pytest.approx(y.mean())
    assert least("absolute", outlier, 0.0) == pytest.approx(np.median(y))


def test_huber_joins_the_median_for_small_delta_and_the_mean_for_large():
    y = np.append(CLEAN, 5.0)
    assert least("Huber", 5.0, 0.1) == pytest.approx(np.median(y), abs=0.05)
    assert least("Huber", 5.0, 10.0) == pytest.approx(y.mean())


@pytest.mark.parametrize("name", ["squared", "absolute", "Huber"])
def test_the_guess_is_the_lowest_point_of_the_curve(name):
    lowest = GUESSES[over_guesses(name, 10.0, 1.0).argmin()]
    assert least(name, 10.0, 1.0) == pytest.approx(lowest, abs=0.051)


def test_the_clean_numbers_have_mean_and_median_0():
    assert CLEAN.mean() == pytest.approx(0)
    assert np.median(CLEAN) == 0


def test_says_the_three_guesses():
    assert draw(10.0, 1.0).says == (
        "Eleventh number 10: the squared loss guesses 0.909, the mean 0.909; the absolute loss 0.1, the median 0.1; "
        "Huber with δ = 1 0.167. Without it, mean and median are 0."
    )


@pytest.mark.parametrize("outlier", [-20.0, 0.0, 10.0, 20.0])
def test_the_straight_curves_end_inside_the_left_panel(outlier):
    left = draw(outlier, 1.0).panels[0]
    absolute, huber = (layer for layer in left.layers if getattr(layer, "label", "") in ("absolute", "Huber"))
    for curve in (absolute, huber):
        assert curve.x[[0, -1]].tolist() == [left.x.lo, left.x.hi]
        assert curve.y.max() <= left.y.hi


def test_zero_is_told_as_zero():
    assert "squared loss guesses 0, the mean 0; the absolute loss 0, the median 0;" in draw(0.0, 1.0).says


def test_loss_shapes_survives_its_corners(survives_its_corners):
    survives_its_corners(loss_shapes())
