"""Loss against rate."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.widgets.rate_sensitivity import METHODS, RATES, at, decades, noisy, runs, valleys


def test_the_quick_bowl_is_the_librarys():
    bowl, theta = Quadratic([1.0, 30.0], angle=np.pi / 6), np.random.default_rng(0).normal(size=(4, 5, 2))
    loss, g = noisy(bowl.hessian, iter([np.zeros(2)]))(theta)
    np.testing.assert_allclose(loss, bowl.value(theta), rtol=1e-12)
    np.testing.assert_allclose(g, bowl.grad(theta), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_without_noise_a_column_is_the_librarys_run_at_that_rate(name):
    bowl = Quadratic([1.0, 20.0], angle=np.pi / 6)
    loss = minimize(bowl, bowl.start, METHODS[name](RATES[20]), 300).loss
    np.testing.assert_allclose(runs(20.0, 0.0)[name][:, 20], np.maximum(loss / loss[0], 1e-12), rtol=1e-6)


def test_sgd_is_lost_beyond_two_over_kappa_and_adam_is_not():
    curves, beyond = valleys(100.0, 0.0, 100), RATES > 2.2 / 100
    assert (curves["SGD"][beyond] > 1).all()
    assert curves["Adam"][beyond].min() < 0.01


def test_each_of_the_three_wins_at_some_common_rate():
    says = [widgets.rate_sensitivity(lr=lr).picture.says for lr in (0.0025, 0.02, 0.1)]
    for name, sentence in zip(("momentum", "SGD", "Adam"), says, strict=True):
        assert f" {name} is lowest." in sentence


def test_tuned_the_three_lie_within_a_factor_of_two_at_the_default():
    best = [curve.min() for curve in valleys(20.0, 1.0, 100).values()]
    assert max(best) < 2 * min(best)


def test_decades_are_counted_along_the_curve():
    valley = np.exp(np.abs(np.log(RATES / RATES[25])))  # 1 at the middle, one decade up for each decade aside
    assert decades(valley, 10.0) == pytest.approx(2, abs=0.02)
    assert at(RATES[30], valley) == pytest.approx(valley[30])


def test_a_larger_kappa_moves_the_best_rate_of_sgd_but_not_of_adam_to_smaller_ones():
    few, many = valleys(10.0, 1.0, 300), valleys(1000.0, 1.0, 300)
    assert RATES[many["SGD"].argmin()] < RATES[few["SGD"].argmin()] / 3
    assert RATES[many["Adam"].argmin()] >= RATES[few["Adam"].argmin()]


@pytest.mark.parametrize("change", [{"lr": 0.01}, {"steps": 300}, {"kappa": 100}, {"noise": 2.0}, {"good": 0.1}])
def test_each_control_changes_the_sentence(change):
    assert widgets.rate_sensitivity(**change).picture.says != widgets.rate_sensitivity().picture.says


def test_rate_sensitivity_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.rate_sensitivity(), sample=8)
