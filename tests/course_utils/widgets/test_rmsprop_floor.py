"""RMSProp's two-cycle."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import RMSprop
from course_utils.widgets.rmsprop_floor import CONSTANT, FALLING, sizes


@pytest.mark.parametrize("lr", [0.01, 0.1, 0.5])
def test_every_curvature_ends_at_half_the_rate_o36(lr):
    np.testing.assert_allclose(sizes(lr, 0.9, CONSTANT)[-1], lr / 2, rtol=1e-2)


@pytest.mark.parametrize(("lr", "beta"), [(0.02, 0.99), (0.1, 0.99), (0.003, 0.95)])
def test_what_has_not_settled_after_600_steps_ends_on_the_cycle_later(lr, beta):
    assert not np.allclose(sizes(lr, beta, CONSTANT)[-1], lr / 2, rtol=0.1)
    optimizer = RMSprop(lr, beta)
    later = np.abs(minimize(Quadratic([0.01, 1, 100]), np.ones(3), optimizer, 4000).theta[-1])
    np.testing.assert_allclose(later, lr / 2, rtol=1e-2)


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
        ({"beta": 0.99}, "is 0 from the minimum after 600 steps, not for good"),
        ({"schedule": FALLING}, "It goes as far down as the rate does."),
        ({"lr": 1, "beta": 0.99}, "has not settled: its swings beyond ±α/2 = 0.5 die out."),
    ],
)
def test_the_sentence_says_whether_the_two_cycle_is_there(values, said):
    assert said in widgets.rmsprop_floor(**values).picture.says


def test_rmsprop_floor_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.rmsprop_floor())
