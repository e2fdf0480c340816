"""RMSProp's two-cycle."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.rmsprop_floor import CONSTANT, FALLING, sizes


@pytest.mark.parametrize("lr", [0.01, 0.1, 0.5])
def test_every_curvature_ends_at_half_the_rate_o36(lr):
    np.testing.assert_allclose(sizes(lr, 0.9, CONSTANT)[-1], lr / 2, rtol=1e-2)


def test_the_path_is_the_same_for_every_curvature():
    x = sizes(0.1, 0.9, CONSTANT)[:60]
    np.testing.assert_allclose(x[:, 0], x[:, -1], rtol=0, atol=1e-4)


def test_gradient_descent_differs_by_curvature():
    ends = sizes(0.0, 0.0, CONSTANT)[-1]
    assert ends[0] > 0.8
    assert ends[-1] < 1e-9


def test_a_falling_rate_goes_below_the_floor():
    assert sizes(0.1, 0.9, FALLING)[-20:].max() < 0.2 * 0.05


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "is 0.01 from the minimum after 600 steps, at every curvature: α/2 = 0.01. Steps keep the length α"),
        ({"beta": 0.99}, "When it has forgotten, ±α/2 = 0.01 comes."),
        ({"schedule": FALLING}, "It goes as far down as the rate does."),
        ({"lr": 1, "beta": 0.99}, "still swinging from its long first steps; ±α/2 would be 0.5."),
    ],
)
def test_the_sentence_says_whether_the_two_cycle_is_there(values, said):
    assert said in widgets.rmsprop_floor(**values).picture.says


def test_rmsprop_floor_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.rmsprop_floor())
