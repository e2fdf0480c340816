"""One neuron."""

import re

import numpy as np
import pytest

from course_utils.widgets.neuron import ACTIVATIONS, X, draw, neuron


def curves(**change):
    picture = draw(**{"w": 2.0, "b": 1.0, "activation": "sigmoid"} | change)
    line = [next(layer for layer in p.layers if getattr(layer, "ghost", False)) for p in picture.panels]
    return line[0].y, line[1].y


def test_the_output_is_the_activation_of_wx_plus_b():
    assert curves()[0] == pytest.approx(1 / (1 + np.exp(-(2 * X + 1))))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_w_times_the_second_panel_is_the_slope_of_the_first(activation):
    y, slope = curves(activation=activation)
    smooth = np.abs(2 * X[1:-1] + 1) > 0.05  # not across the kink
    assert 2 * slope[1:-1][smooth] == pytest.approx(((y[2:] - y[:-2]) / 0.04)[smooth], abs=2e-3)


def test_the_mark_stands_where_z_is_0():
    assert "x = −b/w = −0.5" in draw(2.0, 1.0, "sigmoid").says
    assert next(m for m in draw(2.0, 1.0, "tanh").panels[0].layers if getattr(m, "label", "") == "z = 0").x == -0.5


def test_a_larger_weight_is_steeper_and_flat_more_often():
    flat = [float(re.search(r"on (\d+) %", draw(w, 0.0, "sigmoid").says)[1]) for w in (1.0, 5.0)]
    assert flat == [pytest.approx(100 * np.mean(np.abs(w * X) > 2.89), abs=2) for w in (1.0, 5.0)]  # σ'(2.89) = 0.05
    assert "steepest dy/dx is 1.25." in draw(5.0, 0.0, "sigmoid").says


def test_without_weight_it_does_not_see_x():
    assert "does not see x" in draw(0.0, 2.0, "tanh").says


def test_leaky_relu_is_flat_nowhere():
    assert draw(1.0, 0.0, "leaky ReLU").says.endswith("flat (f' below 0.05) nowhere.")


def test_neuron_survives_its_corners(survives_its_corners):
    survives_its_corners(neuron())
