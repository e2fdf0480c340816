"""Dropout: mean and variance (O79)."""

import numpy as np
import pytest

from course_utils.widgets.dropout import bars, draw, dropout, outputs


def test_mean_and_variance_are_those_of_o79():
    y = outputs(0.3, True, False)
    assert y.mean() == pytest.approx(10, rel=0.01)
    assert y.var() == pytest.approx(42.857143, rel=0.01)


def test_without_the_scaling_the_mean_is_7_as_in_o79():
    assert outputs(0.3, True, True).mean() == pytest.approx(7, rel=0.01)


def test_bars_are_the_distribution_of_the_mean():
    y = outputs(0.5, True, False)
    drawn = bars(y, 10, "sky", 0.8)
    assert drawn.heights.sum() == pytest.approx(1)
    assert drawn.x @ drawn.heights == pytest.approx(y[:, :10].mean())


def test_says_that_use_is_exact_when_nothing_is_forgotten():
    assert draw(0.3, 20, False, False).says == (
        "p = 0.3: a unit with x = 10 has mean 9.97 in training, variance 43 (theory 42.9). "
        "In use the mean of 20 is 10, always: what the next layer was trained on, without the noise."
    )


def test_says_what_each_forgotten_line_costs():
    assert "now meets 1.43 times as much" in draw(0.3, 20, True, False).says
    assert "another answer each time" in draw(0.3, 20, False, True).says
    assert "always" not in draw(0.3, 20, False, True).says
    assert "each time too small" in draw(0.3, 20, True, True).says


@pytest.mark.parametrize("units", [1, 4, 100])
def test_the_spread_in_use_falls_with_the_root_of_the_units(units):
    spread = float(draw(0.5, units, False, True).says.split("give or take ")[1].split(":")[0])
    assert spread == pytest.approx(10 / np.sqrt(units), rel=0.1)


def test_dropout_survives_its_corners(survives_its_corners):
    survives_its_corners(dropout())
