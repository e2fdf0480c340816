"""The difference quotient across a kink."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.kink import quotient, slope


def test_the_difference_is_right_where_the_interval_does_not_hold_the_kink():
    x = np.array([-0.5, -0.1, 0.1, 0.5])
    np.testing.assert_allclose(quotient(x, 0.1), slope(x), atol=1e-12)


def test_across_the_kink_the_difference_is_a_ramp():
    x = np.array([-0.05, 0.0, 0.05])
    np.testing.assert_allclose(quotient(x, 0.1), [0.25, 0.5, 0.75])


@pytest.mark.parametrize(
    ("x", "h", "said"),
    [
        (0.05, 0.1, "the difference gives 0.75, the formula 1: off by 0.25, and nobody made a mistake."),
        (0.0, 0.01, "no h helps at the kink itself."),
        (0.5, 0.1, "does not hold the kink, so they agree."),
    ],
)
def test_the_sentence_says_whether_the_kink_lies_inside(x, h, said):
    assert said in widgets.kink(x=x, h=h).picture.says


def test_kink_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.kink())
