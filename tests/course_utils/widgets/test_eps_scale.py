"""Where ε stands."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.descent import minimize
from course_utils.widgets.eps_scale import adam, descent, one_step


@pytest.mark.parametrize(
    ("g", "outside", "inside"),
    [
        (1e-3, 0.999990, 0.995037),
        (1e-4, 0.999900, 0.707107),
        (1e-5, 0.999001, 0.099504),
        (1e-6, 0.990099, 0.010000),
        (1e-8, 0.5, 0.0001),
    ],
)
def test_the_steps_are_those_of_o33(g, outside, inside):
    assert one_step("outside", np.array([g]), 1e-8)[0] == pytest.approx(outside, abs=1e-6)
    assert one_step("inside", np.array([g]), 1e-8)[0] == pytest.approx(inside, abs=1e-6)


@pytest.mark.parametrize("where", ["outside", "inside"])
def test_later_steps_are_as_long_while_the_gradient_stays(where):
    def slope(theta):
        return 1e-6 * theta.sum(), np.full(1, 1e-6)

    steps = -np.diff(minimize(slope, [0.0], adam(where, 1.0, 1e-8), 20).theta[:, 0])
    np.testing.assert_allclose(steps, one_step(where, np.array([1e-6]), 1e-8)[0], rtol=1e-6)


def test_half_of_the_step_is_lost_where_the_sentence_says():
    eps = 1e-8
    assert one_step("outside", np.array([eps]), eps)[0] == pytest.approx(0.5)
    assert one_step("inside", np.array([(eps / 3) ** 0.5]), eps)[0] == pytest.approx(0.5)


def test_far_above_epsilon_the_place_does_not_matter():
    np.testing.assert_allclose(descent("inside", 1.0, 1e-8), descent("outside", 1.0, 1e-8), atol=1e-6)


def test_the_sentence():
    assert widgets.eps_scale().picture.says == (
        "g = 1e−6, ε = 1e−8: the step is 0.99 α with ε outside, 0.01 α inside; half is lost at g = ε = 1e−8 and at "
        "g = √(ε/3) = 5.77e−5. After 200 steps x is 1.68e−5 and 0.904."
    )


def test_eps_scale_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.eps_scale())
