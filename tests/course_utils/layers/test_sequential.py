"""Layers in a row."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.layers import Dense, ReLU, Sequential, Tanh
from tests.course_utils.layers.contract import by_input, by_parameters


@pytest.mark.parametrize("depth", [0, 1, 2, 4])
@pytest.mark.parametrize("batch", [1, 3])
def test_gradients_are_right_at_every_depth(depth: int, batch: int) -> None:
    net = Sequential([layer for k in range(depth) for layer in (Dense(3 + k, 4 + k), Tanh())])
    theta, grad = net.alone(np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(batch, 3))
    assert by_input(net, x).passed
    if depth:
        assert by_parameters(net, theta, grad, x).passed


def test_nested_rows_are_one_row() -> None:
    a, b, c = Dense(2, 3), ReLU(), Dense(3, 1)
    inner, flat = Sequential([Sequential([a, b]), c]), Sequential([Dense(2, 3), ReLU(), Dense(3, 1)])
    for net in (inner, flat):
        net.alone(np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(4, 2))
    np.testing.assert_array_equal(inner.forward(x), flat.forward(x))
    assert inner.size == flat.size == 13
    assert inner.multiply_adds((2,)) == flat.multiply_adds((2,)) == 9
    assert inner.out_shape((2,)) == (1,)


def test_misfit_is_told_by_the_layer_that_cannot_take_it() -> None:
    net = Sequential([Dense(2, 3), Dense(4, 1)])
    with pytest.raises(ValueError) as error:
        net.out_shape((2,))
    assert str(error.value) == "Dense(4, 1) expected input (…, 4), got (3,). Check the layer before it, or the data."


def test_what_is_no_layer_is_refused() -> None:
    with pytest.raises(TypeError) as error:
        Sequential([Dense(2, 3), np.tanh])  # type: ignore[list-item]
    assert str(error.value) == "<ufunc 'tanh'> is not a layer: each needs forward and backward. Try Dense(2, 3)."
