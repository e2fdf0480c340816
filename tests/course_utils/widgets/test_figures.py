"""Each live figure of the course at the ends and the start of all its controls."""

import re

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.controls import corners
from course_utils.widgets.parabola import draw as parabola
from course_utils.widgets.project import project
from course_utils.widgets.ravine import draw as ravine

FIGURES = [widgets.parabola, widgets.ravine]


@pytest.mark.parametrize("make", FIGURES, ids=lambda make: make.__name__)
def test_figure_draws_at_all_corners(make, monkeypatch):
    monkeypatch.setenv("COURSE_BUILD", "1")
    figure = make()
    for params in corners(figure.controls.values()):
        figure.set(**params)
        assert figure.picture.says
        assert not re.search(r"\bnan\b", figure.picture.says), (params, figure.picture.says)
        for panel in figure.picture.panels:
            assert project(panel)


@pytest.mark.parametrize(
    ("lr", "words"),
    [
        (0.01, "creeps"),
        (0.1, "walks down one side"),
        (1.0, "arrives in one step"),
        (1.8, "oscillates"),
        (2.0, "bounces between two points forever"),
        (2.01, "diverges"),
    ],
)
def test_parabola_names_the_regime(lr, words):
    assert words in parabola(1.0, lr).says


def test_parabola_says_the_step_at_which_the_distance_falls_below_1e_6():
    step = int(re.search(r"at step (\d+)", parabola(1.0, 0.5).says)[1])
    assert 1.5 * 0.5**step < 1e-6 <= 1.5 * 0.5 ** (step - 1)


def test_parabola_run_lies_on_the_predicted_line():
    theory, run = parabola(2.0, 0.3).panels[1].layers
    assert np.allclose(theory.y[::2], run.y, rtol=1e-10)


def test_ravine_components_follow_their_own_factors():
    flat, x, steep, y = ravine(20.0, 0.09, -1.8, 1.0).panels[1].layers
    assert np.allclose(flat.y[::5], x.y, rtol=1e-9)
    assert np.allclose(steep.y[::5], y.y, rtol=1e-9)


@pytest.mark.parametrize(("lr", "words"), [(0.09, "zigzags"), (0.04, "walks down"), (0.11, "diverges")])
def test_ravine_says_what_the_steep_direction_does(lr, words):
    assert words in ravine(20.0, lr, -1.8, 1.0).says
