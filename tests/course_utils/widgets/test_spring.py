"""Momentum as a spring."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.spring import draw, regime


@pytest.mark.parametrize(
    ("rate", "beta", "kind"),
    [
        (0.1, 0.9, "rings (underdamped)"),
        (0.01, 0.81, "is critically damped"),
        (0.01, 0.5, "crawls home (overdamped)"),
        (1.9, 0.0, "flips its sign at every step (overdamped)"),
        (3.799, 0.9, "flips its sign at every step (overdamped)"),
        (3.81, 0.9, "diverges"),
    ],
)
def test_the_regime_is_that_of_theory(rate, beta, kind):
    assert regime(rate, beta) == kind
    assert f"the spring {kind}" in draw(rate, beta, 1.0, 80).says


def test_a_ringing_spring_shrinks_by_the_root_of_beta_o06():
    assert "radius 0.9487 (√β = 0.9487, whatever αλ)" in draw(1.0, 0.9, 1.0, 80).says
    assert "radius 0.9487 (√β = 0.9487, whatever αλ)" in draw(0.2, 0.9, 1.0, 80).says


def test_critical_damping_is_that_of_o07():
    says = draw(0.01, 0.81, 1.0, 80).says
    assert "radius 0.9, " in says
    assert says.endswith("Critical here is β = 0.81.")


def test_the_critical_beta_is_home_before_its_neighbors():
    def home(beta):
        return int(draw(0.04, beta, 1.0, 80).says.split("from step ")[1].split(" ")[0])

    assert home(0.64) <= min(home(0.4), home(0.85))


def test_the_path_is_that_of_the_iteration():
    x, v = 1.0, 0.0
    path = draw(0.1, 0.9, 1.0, 80).panels[0].layers[2]
    for k in range(5):
        assert (path.x[k], path.y[k]) == pytest.approx((x, v / 0.1**0.5))
        v = 0.9 * v - 0.1 * x
        x = x + v


def test_the_run_stays_between_the_lines_once_it_rings():
    panel = draw(0.1, 0.9, 1.0, 80).panels[1]
    upper, x = panel.layers[1].y, panel.layers[3].y
    assert (np.abs(x) <= 1.5 * upper + 1e-12).all()


def test_playing_shows_the_steps_so_far():
    figure = widgets.spring()
    figure.set(step=7)
    assert len(figure.picture.panels[0].layers[2].x) == 8


def test_dragging_moves_the_start_only_across():
    figure = widgets.spring()
    figure.canvas.dragged = {"x0": -1.23}
    assert figure.params["x0"] == -1.2


def test_spring_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.spring())
