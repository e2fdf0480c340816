"""Saturation of the squared loss (O56)."""

import numpy as np
import pytest

from course_utils.widgets.logit_gradient import Z, both, draw, logit_gradient


def test_gradients_at_minus_ten_are_those_of_o56():
    (_, square), (_, cross) = both(np.array([-10.0]), 1.0)
    assert square[0] == pytest.approx(-4.5393746863e-05, rel=1e-9)
    assert cross[0] == pytest.approx(-0.9999546021, rel=1e-9)


@pytest.mark.parametrize("t", [0.0, 1.0])
def test_gradients_are_the_slopes_of_the_losses(t):
    for value, gradient in both(Z, t):
        assert gradient[1:-1] == pytest.approx((value[2:] - value[:-2]) / (Z[2] - Z[0]), abs=2e-3)


def test_the_two_targets_mirror_each_other():
    for (a, da), (b, db) in zip(both(Z, 0.0), both(-Z, 1.0), strict=True):
        assert a == pytest.approx(b)
        assert da == pytest.approx(-db)


def test_says_both_gradients_and_their_ratio():
    assert draw(-10.0, "1").says == (
        "z = -10, t = 1: σ(z) = 4.54e−5, wrong by 1. Gradient of the squared error −4.54e−5, of the cross-entropy −1: "
        "2.2e4 times as much."
    )
    assert "right by 4.5e−5" not in draw(10.0, "1").says
    assert "off by 4.5e−5" in draw(10.0, "1").says


def test_logit_gradient_survives_its_corners(survives_its_corners):
    survives_its_corners(logit_gradient())
