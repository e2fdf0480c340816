"""Controls: what is shown is what is computed with."""

from itertools import pairwise

import pytest

from course_utils.widgets.controls import Choice, LogSlider, Slider, Switch, corners


def test_log_slider_holds_round_numbers_only():
    grid = LogSlider("lr", 1e-3, 1, 0.1).positions()
    assert all(float(f"{value:.2g}") == value for value in grid)
    assert {1e-3, 0.01, 0.1, 1.0} <= set(grid)
    assert max(b / a for a, b in pairwise(grid)) < 1.2


def test_log_slider_reads_out_the_exact_value():
    control = LogSlider("lr", 1e-3, 1, 0.09)
    slider = control.widget()
    assert slider.label == "0.09"
    assert control.read(slider.value) == 0.09
    control.write(slider, 0.0123)
    assert (slider.label, control.read(slider.value)) == ("0.0123", 0.0123)
    control.write(slider, 50)
    assert control.read(slider.value) == 1.0


def test_slider_values_are_free_of_binary_crumbs():
    control = Slider("beta", 0, 1, 0.9, 0.1)
    slider = control.widget()
    slider.value = 0.1 + 0.2
    assert control.read(slider.value) == 0.3
    assert slider.readout_format == ".1f"


def test_slider_set_from_code_goes_to_its_nearest_position():
    control = Slider("lr", 0.05, 2, 0.1, 0.05)
    slider = control.widget()
    control.write(slider, 0.123)
    assert control.read(slider.value) == 0.1
    control.write(slider, 99)
    assert control.read(slider.value) == 2.0


def test_whole_numbers_make_an_integer_slider():
    control = Slider("steps", 1, 100, 10, 1)
    assert type(control.read(control.widget().value)) is int


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Slider("lr", 0, 1, 2),
            "lr: the value 2 is not between 0 and 1: a slider cannot show it. "
            "Try lo < hi with the value between them.",
        ),
        (
            lambda: Slider("lr", 0, 1, 0.17, 0.1),
            "lr: 0.17 is not on the grid from 0 in steps of 0.1: the browser would move it. "
            "Try 0.2, or another step.",
        ),
        (
            lambda: LogSlider("lr", 0, 1, 0.5),
            "lr: a logarithmic slider cannot start at 0: it has no logarithm. Try a small positive lo, such as 1e-4.",
        ),
        (
            lambda: Choice("kind", ("a", "b"), "c"),
            "kind: 'c' is not among the options: the figure could not start. Try one of a, b.",
        ),
    ],
)
def test_a_control_that_cannot_be_shown_says_what_to_try(make, message):
    with pytest.raises(ValueError) as error:
        make()
    assert str(error.value) == message


def test_corners_are_all_combinations_of_ends_and_start():
    found = list(corners([Slider("a", 0, 1, 0.5), Switch("b"), Choice("c", ("x", "y"), "x")]))
    assert len(found) == 3 * 2 * 2
    assert {"a": 1, "b": True, "c": "y"} in found
