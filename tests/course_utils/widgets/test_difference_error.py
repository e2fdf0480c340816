"""Numerical derivatives (O59)."""

import numpy as np
import pytest

from course_utils.gradcheck import numerical_gradient
from course_utils.widgets.difference_error import H, difference_error, draw, estimate, sweep


@pytest.mark.parametrize(
    ("h", "forward", "central"),
    [(1e-2, 4.2e-3, 9.0e-6), (1e-5, 4.2e-6, 1.1e-11), (1e-8, 3.0e-9, 2.6e-9), (1e-12, 4.3e-5, 1.2e-5)],
)
def test_errors_are_those_of_o59(h, forward, central):
    for kind, error in (("forward", forward), ("central", central)):
        assert abs(estimate(kind, "64 bit", "sin x", 1.0, h) - np.cos(1)) == pytest.approx(error, rel=0.05)


def test_central_difference_is_the_librarys():
    theirs = numerical_gradient(lambda x: np.sin(x[0]), np.array([1.0]), 1e-5)[0]
    assert estimate("central", "64 bit", "sin x", 1.0, 1e-5) == pytest.approx(theirs, rel=1e-10)


def test_in_32_bit_the_best_error_is_far_worse():
    assert np.median(np.sort(sweep("central", "32 bit", "sin x", 1.0))[:9]) > 1e-7
    assert sweep("central", "64 bit", "sin x", 1.0).min() < 1e-11


@pytest.mark.parametrize(("kind", "order"), [("forward", 1), ("central", 2)])
def test_large_steps_err_by_a_power_of_h(kind, order):
    error = sweep(kind, "64 bit", "exp x", 0.0)[-41:-20]
    assert np.polyfit(np.log(H[-41:-20]), np.log(error), 1)[0] == pytest.approx(order, abs=0.05)


def test_says_both_errors_and_the_best_steps():
    assert draw(1e-5, "sin x", 1.0).says == (
        "sin x at 1, h = 1e−5: forward is off by 4.2e−6 (best near h = 1e−8; ε^(1/2) = 1e−8), central is off by "
        "1.1e−11 (best near h = 6e−6; ε^(1/3) = 6e−6)."
    )


def test_difference_error_survives_its_corners(survives_its_corners):
    survives_its_corners(difference_error())
