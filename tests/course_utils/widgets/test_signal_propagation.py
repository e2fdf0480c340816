"""Signals and gradients through many layers (O70-O72)."""

import numpy as np
import pytest

from course_utils.widgets.signal_propagation import EDGES, draw, expected, gain, propagate, signal_propagation

START = {"activation": "ReLU", "init": "He 2/n", "scale": 1.0, "depth": 16, "width": 128}


def test_he_keeps_the_mean_square_2_at_every_relu_layer_as_in_o71():
    assert expected("ReLU", gain("He 2/n", 1.0, 512), 10).z2 == pytest.approx(np.full(10, 2.0))


def test_one_over_n_halves_it_at_every_relu_layer_as_in_o71():
    assert expected("ReLU", gain("Xavier 1/n", 1.0, 512), 10).z2[-1] == pytest.approx(0.001953, rel=1e-3)


def test_weights_of_001_multiply_it_by_00256_at_width_512_as_in_o71():
    z2 = expected("ReLU", gain("0.01²", 1.0, 512), 10).z2
    assert z2[1:] / z2[:-1] == pytest.approx(np.full(9, 0.0256))
    assert z2[-1] == pytest.approx(2.4e-16, rel=0.02)


def test_he_layer_has_mean_square_1_of_its_activations_as_in_o70():
    h = propagate("ReLU", "He 2/n", 1.0, 2, 256).h[0]
    assert np.mean(h * h) == pytest.approx(1.0, rel=0.05)
    assert np.mean(h) == pytest.approx(1 / np.sqrt(np.pi), rel=0.05)


def test_sigmoid_passes_at_most_a_quarter_back_as_in_o72():
    for factor in (0.01, 1.0, 100.0):
        dW = expected("sigmoid", factor, 10).dW
        assert dW[0] / dW[-1] < np.sqrt(factor) ** 9 * 0.25**9 * 2.01  # h₀² = 1, below it E[h²] ≥ ¼
    assert expected("sigmoid", 1e-8, 1).dW == pytest.approx([0.25], rel=1e-6)


@pytest.mark.parametrize("activation", ["ReLU", "tanh", "sigmoid", "none"])
@pytest.mark.parametrize("init", ["He 2/n", "Xavier 1/n", "0.01²"])
def test_theory_is_the_run_up_to_a_factor_of_two(activation, init):
    ran, theory = propagate(activation, init, 1.0, 12, 256), expected(activation, gain(init, 1.0, 256), 12)
    assert np.all(np.abs(np.log(ran.z2 / theory.z2)) < np.log(2))
    assert np.all(np.abs(np.log(ran.dW / theory.dW)) < np.log(2))


def test_a_shallow_network_is_the_beginning_of_a_deep_one():
    shallow, deep = (propagate("tanh", "Xavier 1/n", 1.0, depth, 64) for depth in (3, 9))
    assert np.array_equal(shallow.h, deep.h[:3])


def test_every_activation_is_in_the_histogram_also_beyond_its_ends():
    heat = draw(**START | {"scale": 10.0}).panels[0].layers[0]
    assert (heat.values**2).sum(axis=0) == pytest.approx(np.ones(16))
    assert heat.values[-1, -1] > 0.5
    assert EDGES[-1] == 2.5


def test_says_the_factor_a_layer_and_what_the_gradient_is_worth():
    assert draw(**START).says == (
        "ReLU, He 2/n: a layer multiplies the mean of z² by 1.01 (theory 1); layer 16 has 2.53. "
        "Gradient: 0.865 in the last layer, 0.909 in the first: alive."
    )
    assert "vanishing" in draw(**START | {"activation": "sigmoid"}).says
    assert "exploding" in draw(**START | {"scale": 2.0}).says
    assert "by 0.512 (theory 0.5)" in draw(**START | {"init": "Xavier 1/n"}).says


def test_signal_propagation_survives_its_corners(survives_its_corners):
    survives_its_corners(signal_propagation(), sample=40)
