"""The schedule designer."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.schedule_designer import SCHEDULES, floor, parts, runs


@pytest.mark.parametrize(("lr", "variance"), [(0.1, 0.0526315789), (0.5, 0.3333333), (1.0, 1.0)])
def test_a_constant_rate_settles_on_the_variance_of_o18(lr, variance):
    _, spread = parts(np.full(400, lr), 1.0, 1.0)
    assert 2 * spread[-1] == pytest.approx(variance, rel=1e-6)
    assert floor(lr, 1.0, 1.0) == pytest.approx(variance / 2, rel=1e-6)


def test_one_over_t_forgets_the_start_and_averages_the_noise_o19():
    bias, spread = parts(1 / np.arange(1.0, 401), 1.0, 1.0)
    assert bias[1] == 0
    assert 2 * spread[400] == pytest.approx(0.0025, rel=1e-9)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_mean_of_the_runs_lies_on_theory(schedule):
    settings = (schedule, 0.5, 0.3, 0.5, 0.2)
    rates = np.array([SCHEDULES[schedule](0.5, 0.3)(t) for t in range(200)])
    np.testing.assert_allclose(runs(*settings)[1:], sum(parts(rates, 0.2, 0.5))[1:], rtol=0.3, atol=1e-4)


def test_decay_too_early_leaves_bias_and_too_late_leaves_noise():
    def says(pace):
        return widgets.schedule_designer("step", pace=pace, noise=0.2).picture.says

    assert "The bias is left" in says(0.95)
    assert "The noise is left" in says(0.0)


@pytest.mark.parametrize(
    ("schedule", "pace", "said"),
    [
        ("constant", 0.0, "it is on the floor of the last rate, 0.0321: that rate is still too large."),
        ("step", 0.5, "it is frozen in, above the floor of the last rate, 0.0031: the rate fell below half at step"),
        ("one-cycle", 0.5, "the rate fell below half only at step 150, too late for the noise to settle."),
    ],
)
def test_noise_is_left_by_a_high_rate_or_frozen_in_by_one_that_fell_too_late_or_too_far(schedule, pace, said):
    assert said in widgets.schedule_designer(schedule, pace=pace).picture.says


def test_a_rate_beyond_the_limit_diverges_and_says_so():
    figure = widgets.schedule_designer("constant", lr=10, curvature=1.0)
    assert figure.picture.says == "Diverges: the rate exceeds 2/λ = 2 for too long."


def test_a_kept_schedule_stays_behind_the_next():
    figure = widgets.schedule_designer()
    figure.keep()
    figure.set(schedule="constant")
    assert figure.canvas.spec["says"].endswith("Kept 1: schedule cosine.")


def test_schedule_designer_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.schedule_designer())
