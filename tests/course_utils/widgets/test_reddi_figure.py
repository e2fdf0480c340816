"""The convex problem on which Adam walks to the worst point (O39)."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.optimizers import SGD, Adam, AMSGrad
from course_utils.reddi import reddi
from course_utils.widgets.reddi import draw, path, strides


@pytest.mark.parametrize("c", [3.0, 4.0, 10.0])
def test_adam_ends_at_the_worst_point_and_the_others_near_the_best(c):
    beta2 = 1 / (1 + c * c)
    assert path(Adam(0.1, 0.0, beta2), c)[-1] == 1.0
    assert path(AMSGrad(0.1, 0.0, beta2), c)[-1] < -0.99
    assert path(SGD(0.1), c)[-1] < -0.99


def test_adam_steps_farther_for_two_small_gradients_than_for_the_large_one():
    cycle = strides(Adam(0.1, 0.0, 0.1), 3.0)[-3:]
    assert cycle == pytest.approx([-1.0472, 0.7623, 0.9658], abs=1e-4)
    assert cycle.sum() > 0 > strides(AMSGrad(0.1, 0.0, 0.1), 3.0)[-3:].sum()


def test_strides_are_the_moves_of_the_run_where_nothing_is_clipped():
    x = reddi(Adam(0.1, 0.0, 0.1), 3.0, 300)
    moves = np.diff(x)[-9:] * np.sqrt(np.arange(292, 301)) / 0.1
    assert np.abs(x[-10:]).max() < 1
    assert strides(Adam(0.1, 0.0, 0.1), 3.0) == pytest.approx(moves)


def test_says_where_each_ends_and_the_balance_of_a_cycle():
    assert draw(3.0, 0.1, True, True).says == (
        "C = 3, β₂ = 0.1: Adam at +1.00 (worst), AMSGrad at −1.00, SGD at −1.00. The large gradient moves Adam by "
        "−1.05 α, the two small ones by +1.73 α: net +0.68 α, up, away from −1."
    )


def test_a_longer_memory_turns_adam_round():
    says = draw(3.0, 0.9, True, True).says
    assert "Adam at −1.00" in says
    assert "down, toward −1" in says


def test_switches_take_a_run_out_of_the_picture_and_the_sentence():
    alone = draw(3.0, 0.1, False, False)
    assert "AMSGrad" not in alone.says
    assert "SGD" not in alone.says
    assert len(alone.panels[1].layers) == 2


def test_reddi_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.reddi(), sample=8)
