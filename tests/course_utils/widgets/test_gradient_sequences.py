"""Three sequences of gradients and Adam's step (O38)."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.gradient_sequences import averages, draw


def test_long_averages_give_the_signal_to_noise_ratios_of_o38():
    _, mean, size = averages(0.99, 0.999)
    step = np.array([1.0, 0.1, 0.1]) / size[-1]
    assert step == pytest.approx([0.9950372, 1.0, 0.0995037], rel=1e-4)
    assert (mean / size)[-2:].mean(axis=0) == pytest.approx(step, abs=0.02)


def test_the_first_step_has_length_alpha_on_every_sequence():
    _, mean, size = averages(0.9, 0.999)
    assert mean[0] / size[0] == pytest.approx(np.ones(3))


def test_large_and_oscillating_gradients_share_their_size_at_every_step():
    size = averages(0.9, 0.99)[2]
    assert size[:, 0] == pytest.approx(size[:, 2])


def test_says_the_mean_steps():
    says = draw(0.9, 0.999).says
    assert "large 0.994 α, small 1 α, oscillating 0.1 α" in says


def test_without_averaging_of_the_sign_the_oscillating_steps_are_long():
    _, mean, size = averages(0.0, 0.999)
    assert np.abs(mean / size)[-2:, 2].min() > 0.8
    assert draw(0.0, 0.999).says != draw(0.9, 0.999).says


def test_gradient_sequences_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.gradient_sequences())
