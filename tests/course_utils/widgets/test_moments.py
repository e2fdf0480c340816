"""What Adam makes of a sequence of gradients."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.moments import BUGS, OWN, SEQUENCES, averages, longest


def test_the_steps_are_those_of_the_table_o27():
    step = averages(np.array([0.5, -1, 2, 0, 0.25]), 0.9, 0.999, 1e-8).step
    theta = 1 - 0.1 * np.cumsum(step)
    by_hand = [0.9000000020, 0.9366103542, 0.8946447927, 0.8602691583, 0.8254623660]
    np.testing.assert_allclose(theta, by_hand, rtol=0, atol=1e-8)      # ε is 1e-8 of α = 1 here, not of 0.1


def test_a_constant_gradient_has_corrected_averages_of_its_own_size():
    found = averages(np.full(5, 3.7), 0.9, 0.999, 1e-8)
    np.testing.assert_allclose(found.m, [0.37, 0.703, 1.0027, 1.27243, 1.515187])
    np.testing.assert_allclose([found.m_hat, np.sqrt(found.v_hat)], 3.7)


@pytest.mark.parametrize(("beta2", "size"), [(0.999, 3.1622776602), (0.9, 0.3162277660)])
def test_without_correction_the_first_step_is_that_of_o31(beta2, size):
    found = averages(np.ones(3), 0.9, beta2, 0.0, frozenset({"no bias correction"}))
    assert found.step[0] == pytest.approx(size, rel=1e-9)


def test_a_lone_gradient_after_silence_makes_a_step_that_grows_with_the_silence():
    """(1 − β₁)/(1 − β₁ᵗ) · √((1 − β₂ᵗ)/(1 − β₂)); after a very long silence 3.16 (O32)."""
    step = averages(np.array(SEQUENCES["one after silence"]), 0.9, 0.999, 1e-12).step
    assert step[15] == pytest.approx(0.1 / (1 - 0.9**16) * np.sqrt((1 - 0.999**16) / 0.001), rel=1e-9)
    says = widgets.moments("one after silence").picture.says
    assert says.startswith("Adam's longest step is 0.489 α, at t = 16; all add up to 3.09 α")


@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.999), (0.5, 0.9), (0.9, 0.7)])
def test_the_longest_step_is_reached_by_one_sequence_and_passed_by_none(beta1, beta2):
    bound, age = longest(beta1, beta2, 12), np.arange(12)
    worst = ((beta1 / beta2) ** age)[::-1]  # Cauchy and Schwarz: equality where gᵢ is in proportion to aᵢ/bᵢ
    assert averages(worst, beta1, beta2, 0.0).step[-1] == pytest.approx(bound, rel=1e-9)
    drawn = np.random.default_rng(0).normal(size=(200, 12))
    assert max(abs(averages(g, beta1, beta2, 0.0).step[-1]) for g in drawn) <= bound


def test_drawing_moves_the_learners_own_sequence_and_no_other():
    figure = widgets.moments()
    figure.canvas.dragged = {"g": [3.2, -2.0]}
    assert figure.params["g"][2] == -2.0
    assert figure.picture.panels[0].sketch == "g"
    figure.set(gradients="steady")
    assert figure.picture.panels[0].sketch == ""


def test_every_switch_changes_the_steps_somewhere_and_says_so():
    for name, bug in BUGS.items():
        figure = widgets.moments("noise", eps=0.01)
        figure.set(**{name: True})
        assert f"With {bug} they differ from t = " in figure.picture.says


def test_one_beta_changes_nothing_where_the_betas_are_equal():
    figure = widgets.moments("noise", beta1=0.9, beta2=0.9)
    figure.set(one_beta=True)
    assert figure.picture.says.endswith("With one beta nothing changes on this sequence.")


def test_moments_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.moments())


def test_the_sequences_fit_the_window():
    assert all(max(map(abs, values)) <= 3 for values in SEQUENCES.values())
    assert OWN in SEQUENCES
