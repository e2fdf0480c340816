"""Projection to fractions of the window: logarithms, runs that leave, overflow, NaN."""

import warnings

import numpy as np
import pytest

from course_utils.widgets.picture import Arrows, Axis, Band, Bars, Heat, HLine, Line, Panel, Points, Text, VLine
from course_utils.widgets.project import FAR, cut, leaves, project

X, Y, LOG = Axis("x", 0, 10), Axis("y", -1, 1), Axis("f", 1e-4, 1, log=True)


def one(layer, x=X, y=Y):
    (drawn,) = project(Panel("", x, y, (layer,)))
    return drawn


def test_the_window_goes_to_the_unit_square():
    line = one(Line([0, 5, 10], [-1, 0, 1]))
    assert line.x.tolist() == [0, 0.5, 1]
    assert line.y.tolist() == [0, 0.5, 1]


def test_a_log_axis_is_even_in_exponents():
    assert np.allclose(one(Line([0, 1, 2], [1e-4, 1e-2, 1]), y=LOG).y, [0, 0.5, 1])


def test_zero_on_a_log_axis_falls_out_at_the_bottom_and_a_negative_value_breaks_the_line():
    line = one(Line([0, 1, 2], [1, 0, -1]), y=LOG)
    assert line.y[1] == -FAR
    assert np.isnan(line.y[2:]).all()


@pytest.mark.filterwarnings("error")
def test_overflow_is_cut_in_the_direction_it_went():
    line = one(Line([5, 6, 7], [0, 1e300, np.inf]))
    assert np.nanmax(np.abs(np.r_[line.x, line.y])) <= FAR + 1e-9
    assert line.y[1] == pytest.approx(FAR)


def test_a_cut_keeps_the_slope():
    u, v = cut(np.array([0.5, 1000.5]), np.array([0.5, 500.5]))
    assert (v[1] - 0.5) / (u[1] - 0.5) == pytest.approx(0.5)
    assert u[1] == pytest.approx(FAR)


def test_a_far_point_between_two_near_ones_is_approached_from_both_sides():
    u, v = cut(np.array([0.0, 0.5, 1.0]), np.array([0.0, 1e6, 0.0]))
    there, back = np.split(np.column_stack([u, v])[np.isfinite(v)], 2)
    assert there[:, 1] == pytest.approx([0, FAR])
    assert back[:, 1] == pytest.approx([FAR, 0])
    assert there[1, 0] < back[0, 0]
    assert np.isnan(v[2])


def test_a_point_without_one_coordinate_is_no_point_however_far_the_other():
    u, v = cut(np.array([0.5, np.nan, 0.5, 0.5]), np.array([0.5, 1e9, 0.5, 1e9]))
    assert np.isfinite(u + v).sum() == 3
    assert np.isnan(u[1])
    assert np.isnan(v[1])


def test_a_line_within_reach_is_left_alone():
    u, v = np.array([0.0, 1.5, -3.0]), np.array([0.0, np.nan, 9.0])
    cut_u, cut_v = cut(u, v)
    assert cut_u[[0, 2]].tolist() == [0, -3]
    assert np.isnan(cut_v[1])


def test_leaves_names_the_first_step_outside_for_good_and_the_place_on_the_border():
    u = np.array([0.5, 1.5, 0.5, 1.0, 2.0])
    assert leaves(u, np.full(5, 0.5)) == (4, 1.0, 0.5)
    assert leaves(np.array([0.5, 1.5]), np.array([0.5, 0.5])) == (1, 1.0, 0.5)


def test_a_line_that_comes_back_does_not_leave():
    assert leaves(np.array([0.5, 1.5, 0.5]), np.full(3, 0.5)) is None


def test_a_line_that_turns_nan_leaves_where_it_was_last_seen():
    assert leaves(np.array([0.2, 0.4, np.nan]), np.full(3, 0.5)) == (2, 0.4, 0.5)


def test_a_diverging_run_is_marked_and_explained():
    x = 0.1 * (-3.0) ** np.arange(300)  # overflows the window at step 3, float32 at step 83
    run = Line(np.arange(300), x, exit="diverges at step {k}")
    line, mark, text = project(Panel("", Axis("k", 0, 300), Y, (run,)))
    assert text.text == "diverges at step 3"
    assert mark.y == pytest.approx([0.0])
    assert len(line.x) == 4
    assert 0 < text.y < 1


def test_points_outside_are_not_drawn():
    assert one(Points([1, 11, 2, 3], [0, 0, np.nan, 5])).x.tolist() == [0.1]


def test_heat_is_scaled_between_its_finite_ends():
    heat = one(Heat([[0.0, 5.0], [np.nan, 10.0]]))
    assert heat.values[0].tolist() == [0, 0.5]
    assert np.isnan(heat.values[1, 0])
    assert heat.extent == (0, 1, 0, 1)


def test_heat_on_a_log_color_scale_leaves_zero_gray():
    values = one(Heat([[0.0, 1.0, 10.0, 100.0]], log=True)).values
    assert np.isnan(values[0, 0])
    assert np.allclose(values[0, 1:], [0, 0.5, 1])


def test_a_constant_or_empty_heat_map_does_not_divide_by_zero():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert one(Heat([[3.0, 3.0]])).values.tolist() == [[0, 0]]
        assert np.isnan(one(Heat([[np.nan]])).values).all()


def test_bars_stand_on_their_base_and_on_a_log_axis_on_the_bottom():
    assert one(Bars([5], [0.5])).base == 0.5
    assert one(Bars([5], [1e-2]), y=LOG).base == 0
    assert one(Bars([5, 6], [np.inf, np.nan])).heights.tolist() == [1.1, 0.5]


def test_marks_outside_the_window_are_left_out():
    layers = (HLine(2), VLine(-1), Text(11, 0, "away"), HLine(0), VLine(5), Text(5, 0, "here"))
    assert [type(layer).__name__ for layer in project(Panel("", X, Y, layers))] == ["HLine", "VLine", "Text"]


def test_arrows_and_bands_are_projected_at_both_ends():
    arrow = one(Arrows([0], [0], [5], [0.5]))
    assert (arrow.dx[0], arrow.dy[0]) == (0.5, 0.25)
    band = one(Band([0, 10], [-1, -np.inf], [0, 1]))
    assert band.lo.tolist() == [0, -1]
    assert band.hi.tolist() == [0.5, 1]
