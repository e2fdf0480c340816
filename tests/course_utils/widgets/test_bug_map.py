"""The map of a bug over β and T (E01-E03)."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.descent import minimize, norm
from course_utils.optimizers import Adam
from course_utils.widgets.bug_map import BUGS, MEMORY, MOST, T, draw, path, table
from course_utils.widgets.line_fit import bowl, fit


@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize("broken", [True, False])
def test_a_cell_of_the_map_is_the_run_at_the_cross(bug, broken):
    row, column = 14, 11
    alone = path(bug, float(MEMORY[column]), int(T[row]), broken)[-1]
    assert table(bug, broken)[row, column] == pytest.approx(alone, rel=1e-6)


def test_overwritten_moments_explode_below_their_edge_and_not_above():
    beta = 1 - 1 / MEMORY
    growth = beta / (1 - beta ** T[:, None])  # of v in a step, rows T
    errors = table("planned and overwritten", True)
    assert np.all(errors[(growth < 0.9) & (T[:, None] > 50)] < 1)
    assert np.all(errors[(growth > 1.2) & (T[:, None] > 50)] > 5)


def test_correct_adam_is_fatal_nowhere():
    assert table("planned steps", False).max() < 5


def test_one_beta_needs_its_own_beta_1_to_arrive_at_long_memory():
    assert table("one beta", True)[-1, -1] == pytest.approx(0.51, abs=0.01)
    assert table("one beta", False)[-1, -1] < 1e-12


def test_says_the_errors_at_the_cross_and_the_share_of_the_map():
    says = draw("planned and overwritten", 10.0, 100).says
    assert says == (
        "planned and overwritten at β = 0.9, T = 100: error 0.015, correct 0.02; it does not show here. "
        "On 46 % of the map it costs more than a factor of 10."
    )
    assert "it is fatal here" in draw("planned and overwritten", 100.0, 100).says


def test_the_maps_are_background_that_the_cross_does_not_change():
    first, second = (draw("one beta", memory, 100).panels[0].layers[0] for memory in (10.0, 30.0))
    assert first is second
    assert first.keep


def test_the_map_reaches_the_ends_of_both_controls():
    assert (T[0], T[-1]) == (2, MOST)
    assert (MEMORY[0], MEMORY[-1]) == pytest.approx((2, MOST))


def test_bug_map_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.bug_map())


def test_the_correct_counterpart_of_one_beta_keeps_beta_1_at_0_9():
    adam = minimize(bowl, [0.0, 0.0], Adam(0.1, 0.9, 0.999), 50)
    assert path("one beta", 1000.0, 50, False)[-1] == pytest.approx(norm(adam.theta[-1] - fit()[0]))


def test_a_drag_in_a_map_moves_the_cross_to_a_whole_number_of_steps():
    figure = widgets.bug_map()
    figure.canvas.dragged = {"memory": 50.3, "planned": 33.7}
    assert isinstance(figure.params["planned"], int)
    assert figure.params["planned"] in (33, 34)
    assert figure.params["memory"] == pytest.approx(50, rel=0.1)
