"""Three optimizers in one bowl (O40)."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.landscape import adapt, descend, draw

START = {"kappa": 50.0, "angle": 0, "sgd_lr": 0.5, "adam_lr": 0.1, "beta1": 0.9, "beta2": 0.999, "x0": -1.8, "y0": 1.0}


@pytest.mark.parametrize(("angle", "loss"), [(0, 8.957e-4), (45, 0.34134)])
def test_adam_loses_by_the_angle_as_in_o40(angle, loss):
    assert adapt(100.0, angle, 0.05, 0.9, 0.999, 1.0, 1.0, 100)[1][-1] == pytest.approx(loss, rel=1e-4)


def test_gradient_descent_has_the_loss_of_o40():
    assert descend(100.0, 100 / 101, 0.9, 1.0, 1.0, 100).loss[-1, 0] == pytest.approx(0.9248164, rel=1e-6)


def test_upright_adam_takes_the_same_path_for_every_kappa():
    paths = [adapt(kappa, 0, 0.1, 0.9, 0.999, -1.8, 1.0)[0] for kappa in (1.0, 100.0)]
    assert np.allclose(*paths, atol=1e-6)


def test_turning_the_axes_moves_adam_alone():
    upright, turned = (draw(**START | {"angle": angle}).panels[1].layers for angle in (0, 30))
    same = [np.array_equal(a.y, b.y) for a, b in zip(upright, turned, strict=True)]
    assert same == [True, True, True, True, False, False]


@pytest.mark.parametrize("angle", [0, 45])
def test_adam_starts_where_the_others_start(angle):
    assert adapt(50.0, angle, 0.1, 0.9, 0.999, -1.8, 1.0)[0][0] == pytest.approx([-1.8, 1.0])


def test_says_counts_the_steps_of_each():
    says = draw(**START).says
    assert "gradient descent not in 150 steps, momentum at step 100, Adam at step 96" in says
    assert "its path is the same for every κ" in says
    assert "(0°: at step 96)" in draw(**START | {"angle": 45}).says


def test_says_when_gradient_descent_diverges_and_when_it_does_not():
    assert "gradient descent diverges at step" in draw(**START | {"sgd_lr": 1.05}).says
    assert "diverges" not in draw(**START | {"sgd_lr": 0.95}).says


def test_landscape_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.landscape(), sample=60)
