"""Mis-built Adams on the straight-line fit (E01-E03, E08, E91)."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.misbuilt import BUGS
from course_utils.objectives import LinearRegression, with_intercept
from course_utils.widgets.line_fit import bowl, fit
from course_utils.widgets.misbuilt_adam import SWITCHED, SWITCHES, draw, run

PUBLISHED = frozenset({"planned steps", "overwritten moments", "one beta"})
START = {"lr": 0.1, "beta1": 0.9, "beta2": 0.999, "planned": 200, "scale": 1.0} | dict.fromkeys(SWITCHED, False)


def error(beta, planned, bugs=PUBLISHED, scale=1.0):
    return np.linalg.norm(run(0.1, beta, 0.999, planned, scale, frozenset(bugs))[-1] - fit()[0])


def test_the_least_squares_solution_is_that_of_the_audit():
    assert fit()[0] == pytest.approx([0.99450, 2.00551], abs=1e-5)


def test_the_bowl_is_the_mean_squared_error():
    rng = np.random.default_rng(0)
    x = rng.normal(size=100)
    data = LinearRegression(with_intercept(x[:, None]), 1 + 2 * x + 0.1 * rng.normal(size=100))
    theta = np.array([[0.3, -1.0], [2.0, 5.0]])
    (loss, g), (loss_here, g_here) = data.value_and_grad(theta), bowl(theta)
    assert g_here == pytest.approx(g)
    assert loss_here == pytest.approx(loss - data.value(data.optimum))


@pytest.mark.parametrize(
    ("beta", "planned", "expected"),
    [
        (0.9, 21, 0.90),
        (0.9, 50, 0.093),
        (0.99, 10, 2.6e3),
        (0.99, 100, 5.3e8),
        (0.99, 500, 0.55),
        (0.999, 10, 5.1e7),
        (0.999, 100, 7.5e48),
        (0.999, 1000, 7.1e97),
    ],
)
def test_the_published_code_errs_as_measured_in_e02(beta, planned, expected):
    assert error(beta, planned) == pytest.approx(expected, rel=0.01)


def test_correct_adam_arrives():
    assert error(0.9, 1000, ()) < 1e-12


def test_result_of_a_step_depends_on_the_plan_as_in_e01():
    adams = {planned: run(0.1, 0.9, 0.9, planned, 1.0, frozenset({"planned steps"})) for planned in (1, 2, 5, 20, 1000)}
    first = {planned: path[1] for planned, path in adams.items()}
    expected = {1: 0.100, 2: 0.0725, 5: 0.0494, 20: 0.0337, 1000: 0.0316}
    assert {planned: round(float(theta[0]), 4) for planned, theta in first.items()} == pytest.approx(expected, abs=1e-4)


def test_eps_inside_stops_learning_of_a_tiny_loss_and_eps_outside_does_not():
    assert error(0.9, 300, ("eps inside",), 1e-6) > 1
    assert error(0.9, 300, (), 1e-6) < 1e-6


def test_published_bugs_do_not_show_at_beta_0_9_and_kill_at_0_99():
    on = START | dict.fromkeys(("planned_steps", "overwritten_moments", "one_beta"), True)
    assert "fatal" in draw(**on | {"beta1": 0.99}).says
    with_one_beta = START | {"one_beta": True, "planned": 100}
    assert "the error does not give it away" in draw(**with_one_beta | {"planned_steps": True}).says


def test_says_the_size_of_the_first_step_without_bias_correction():
    assert "Its first step is 3.16 α, Adam's 1 α" in draw(**START | {"no_bias_correction": True}).says


def test_says_that_t_from_zero_divides_0_by_0():
    assert "divides 0 by 0" in draw(**START | {"t_from_zero": True}).says


def test_says_at_the_start():
    says = widgets.misbuilt_adam().picture.says
    assert says == (
        "planned steps: ends 4.6e-05 from the solution, Adam 4.3e-05: the error does not give it away. "
        "Its first step is 1.35 α, Adam's 1 α."
    )
    assert draw(**START).says.startswith("No bug is on")


def test_every_switch_is_a_known_bug_and_changes_what_is_said():
    assert set(SWITCHES) <= set(BUGS)
    assert len({draw(**START | {key: True}).says for key in SWITCHED}) == len(SWITCHES)


def test_an_unknown_bug_is_named():
    with pytest.raises(ValueError, match="no switch is called 'typo': nothing would change"):
        widgets.misbuilt_adam(bugs=("typo",))


def test_misbuilt_adam_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.misbuilt_adam(), sample=40)
