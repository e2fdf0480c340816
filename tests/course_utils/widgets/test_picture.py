"""Pictures: plain data that refuses what no renderer could draw."""

import numpy as np
import pytest

from course_utils.widgets.picture import Axis, Bars, Heat, HLine, Line, Picture, Points, Text, contours


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Axis("loss", 1, 1),
            "axis 'loss' runs from 1 to 1: a window needs finite ends, the lower one first. "
            "Try fixed numbers, or Axis.fit(label, values).",
        ),
        (
            lambda: Axis("loss", 0, np.inf),
            "axis 'loss' runs from 0 to inf: a window needs finite ends, the lower one first. "
            "Try fixed numbers, or Axis.fit(label, values).",
        ),
        (
            lambda: Axis("loss", 0, 1, log=True),
            "axis 'loss' is logarithmic and starts at 0: a logarithm needs a positive number. "
            "Try a small positive lo, such as 1e-8.",
        ),
        (
            lambda: Line([0, 1], [0, 1, 2]),
            "Line needs one-dimensional arrays of one length, got x (2,), y (3,): "
            "each point has one coordinate of each kind. Try .ravel() or a slice.",
        ),
        (
            lambda: Points([[0]], [[1]]),
            "Points needs one-dimensional arrays of one length, got x (1, 1), y (1, 1): "
            "each point has one coordinate of each kind. Try .ravel() or a slice.",
        ),
        (
            lambda: Line([0], [0], dash="wavy"),
            "Line.dash is 'wavy': the engine draws only the names it knows. "
            "Try one of solid, dashed, dotted, dashdot.",
        ),
        (
            lambda: Bars([0, 1], [1, 2], labels=("a",)),
            "Bars has 2 bars and 1 labels: each bar needs its name. Try labels=() for numbers below the axis.",
        ),
        (
            lambda: Heat([1, 2]),
            "Heat needs values of shape (rows, columns), got (2,): each cell is one color. "
            "Try values.reshape(rows, columns).",
        ),
        (
            lambda: Picture((), "", "a plot"),
            "a picture needs says and alt: who cannot see it has only these two texts. "
            "Try says='GD reaches 1e-6 after 69 steps', alt='Contour lines with the path of GD'.",
        ),
    ],
)
def test_a_picture_that_cannot_be_drawn_says_what_to_try(make, message):
    with pytest.raises(ValueError) as error:
        make()
    assert str(error.value) == message


@pytest.mark.parametrize(
    "make", [lambda c: Line([0], [0], color=c), lambda c: Text(0, 0, "a", color=c), lambda c: HLine(0, color=c)]
)
def test_an_unknown_color_is_named(make):
    with pytest.raises(ValueError, match="color is 'teal'"):
        make("teal")


def test_fit_ignores_what_is_not_finite_or_has_no_logarithm():
    assert Axis.fit("f", [1, 3, np.nan, np.inf], pad=0) == Axis("f", 1, 3)
    assert Axis.fit("f", [0, -5, 0.1, 10], log=True, pad=0) == Axis("f", 0.1, 10, log=True)


def test_fit_opens_a_window_around_a_constant_and_around_nothing():
    assert Axis.fit("f", [2, 2], pad=0) == Axis("f", 1.5, 2.5)
    assert Axis.fit("f", [np.nan]).lo < Axis.fit("f", [np.nan]).hi
    assert Axis.fit("f", [-1.0], log=True).lo > 0


def test_contours_of_a_cone_are_circles():
    x = np.linspace(-2, 2, 81)
    line = contours(x, x, np.hypot(*np.meshgrid(x, x)), [0.5, 1.5])
    radius = np.hypot(line.x, line.y)
    radius = radius[np.isfinite(radius)]
    assert np.allclose(np.minimum(abs(radius - 0.5), abs(radius - 1.5)), 0, atol=2e-3)
    assert line.keep


def test_contours_that_do_not_exist_draw_nothing():
    assert not np.isfinite(contours([0, 1], [0, 1], np.zeros((2, 2)), [5.0]).x).any()
