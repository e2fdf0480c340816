"""The playground: four optimizers on five surfaces."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import SGD, Adam
from course_utils.widgets.picture import number
from course_utils.widgets.playground import NEAR, PLACES, Noisy, landscape_of, run


def says(**values):
    return widgets.playground(**values).picture.says


def test_without_noise_the_runs_are_those_of_minimize():
    key = ("constant", 0.03, 0.1, 0.9, 0.99, 1e-8, 0.0)
    found = run("bowl", (20.0, 0), (-1.5, 1.0), "GD", key, SGD(0.03))
    np.testing.assert_allclose(found.theta, minimize(Quadratic([1.0, 20.0]), [-1.5, 1.0], SGD(0.03), 200).theta)


@pytest.mark.parametrize(("lr", "words"), [(0.098, "GD is within"), (0.1, "GD ends"), (0.11, "GD diverges at step")])
def test_gradient_descent_is_stable_below_2_over_kappa(lr, words):
    assert says(kappa=20, lr=lr, optimizers=("GD",), x0=1, y0=1).startswith(words)


def test_the_limits_are_those_of_theory():
    assert says(kappa=50, beta1=0.5).endswith("GD is stable below α = 2/κ = 0.04, momentum below 2(1 + β)/κ = 0.06.")


def test_turning_the_bowl_changes_adam_and_not_gradient_descent():
    c, upright = np.sqrt(0.5), np.array([-1.5, 1.0])
    turned = np.array([[c, -c], [c, c]]) @ upright
    settings = ("constant", 0.03, 0.1, 0.9, 0.99, 1e-8, 0.0)
    for name, optimizer, minds in (("GD", SGD(0.03), False), ("Adam", Adam(0.1), True)):
        losses = [
            run("bowl", (20.0, angle), tuple(start), name, settings, optimizer).loss
            for angle, start in ((0, upright), (45, turned))
        ]
        assert np.allclose(*losses) != minds


def test_noise_is_the_same_for_all_and_keeps_gradient_descent_on_a_floor():
    rows = [Noisy(landscape_of("bowl", 1.0, 0), 2.0).added for _ in range(2)]
    np.testing.assert_array_equal(*rows)
    assert rows[0].std() == pytest.approx(2, rel=0.1)


def test_under_noise_the_sentence_tells_the_mean_of_the_last_20_steps_and_not_a_touch():
    settings = ("constant", 0.03, 0.1, 0.9, 0.99, 1e-8, 0.5)
    gap = run("bowl", (20.0, 30), (-1.5, 1.0), "Adam", settings, Adam(0.1, 0.9, 0.99)).loss
    assert gap.min() <= NEAR < 5 * NEAR < gap[-20:].mean()  # it touched the level, and left it
    assert says(noise=0.5, optimizers=("Adam",)).startswith(
        f"Mean of f − f* over the last 20 steps: Adam {number(gap[-20:].mean())}. On this bowl"
    )
    assert "Adam is within 0.0001 at step" in says(noise=0, optimizers=("Adam",))
    saddle = says(noise=1, surface="saddle", optimizers=("GD",))
    assert saddle.startswith("saddle, mean of f − f* over the last 20 steps: GD ")
    assert "steps: GD diverges at step" in says(noise=1, lr=0.2, optimizers=("GD",))


def test_the_saddle_is_measured_from_its_minima():
    assert PLACES["saddle"].least == landscape_of("saddle", 1.0, 0).value(np.array([0.0, np.sqrt(2)])).round(12)


def test_scrubbing_moves_the_marks_and_costs_no_new_run():
    figure = widgets.playground()
    left = figure.picture.panels[0].layers
    figure.set(step=10)
    assert figure.picture.panels[0].title == "Paths, 10 steps"
    lines = [layer for layer in figure.picture.panels[0].layers if getattr(layer, "ghost", False)]
    assert all(len(line.x) == 11 for line in lines)
    assert len(left) == len(figure.picture.panels[0].layers)


def test_a_kept_run_stays_when_the_rate_moves():
    figure = widgets.playground(optimizers=("Adam",))
    figure.keep()
    figure.set(adaptive_lr=0.5)
    assert figure.canvas.spec["says"].endswith("Kept 1: α (adaptive) 0.1.")


def test_nobody_runs():
    assert says(optimizers=()) == "Nobody runs: switch an optimizer on."


def test_a_run_that_falls_out_at_the_bottom_does_not_diverge():
    figure = widgets.playground(optimizers=("RMSProp",))
    lines = [layer for layer in figure.picture.panels[1].layers if getattr(layer, "ghost", False)]
    assert [line.exit for line in lines] == [""]


def test_playground_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.playground())
