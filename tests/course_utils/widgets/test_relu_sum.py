"""Sums of ReLUs."""

import numpy as np
import pytest

from course_utils.widgets.relu_sum import X, draw, fit, relu_sum, worst


def test_the_parts_and_a_constant_add_up_to_the_fit():
    fitted = fit(7, 2.0)
    rest = fitted.y - fitted.parts.sum(axis=1)
    assert rest == pytest.approx(np.full(len(X), rest[0]))


def test_each_unit_is_silent_before_its_kink():
    fitted = fit(5, 1.0)
    for kink, part in zip(fitted.kinks, fitted.parts.T, strict=True):
        assert np.all(part[kink >= X] == 0)


def test_no_other_weights_fit_better():
    fitted = fit(6, 1.0)
    residual = np.sin(X) - fitted.y
    for kink in fitted.kinks:
        assert residual @ np.maximum(X - kink, 0) == pytest.approx(0, abs=1e-9)
    assert residual.sum() == pytest.approx(0, abs=1e-9)


def test_twice_the_units_make_the_error_about_four_times_smaller():
    assert worst(1.0)[9] / worst(1.0)[19] == pytest.approx(4, rel=0.2)


@pytest.mark.parametrize(("width", "pieces"), [(1, "1 straight piece;"), (4, "3 straight pieces;"), (5, "5 straight")])
def test_says_the_pieces_that_can_be_counted_in_the_picture(width, pieces):
    says, y = draw(width, 1.0).says, fit(width, 1.0).y
    assert pieces in says
    slopes = np.diff(y)
    assert len(np.unique(slopes[np.r_[True, np.abs(np.diff(slopes)) < 1e-9]].round(8))) >= int(pieces[0]) - 2


def test_says_what_twice_the_units_bring():
    assert draw(4, 1.0).says == (
        "4 units make 3 straight pieces; the largest error for sin x is 0.19. Twice the units: 0.053, 3.6 times less."
    )
    assert "Twice" not in draw(21, 1.0).says


def test_relu_sum_survives_its_corners(survives_its_corners):
    survives_its_corners(relu_sum())
