"""What all layers share: views into one vector, parts, and errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from course_utils.layers import Dense, Layer


class Pair(Layer):
    """Own parameters and two parts."""

    def __init__(self) -> None:
        self.first, self.second = Dense(2, 3), Dense(3, 1)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"A": (2, 2), "s": ()}

    def parts(self) -> Sequence[Layer]:
        return (self.first, self.second)


def test_parameters_are_views_in_the_order_of_their_names_then_parts() -> None:
    layer = Pair()
    theta, grad = np.arange(18.0), np.zeros(18)
    layer.bind(theta, grad)
    assert layer.size == 18
    views: Any = layer
    np.testing.assert_array_equal(views.A, [[0, 1], [2, 3]])
    assert views.s == 4
    np.testing.assert_array_equal(layer.first.W, np.arange(5, 11).reshape(2, 3))
    np.testing.assert_array_equal(layer.first.b, [11, 12, 13])
    np.testing.assert_array_equal(layer.second.W.ravel(), [14, 15, 16])
    np.testing.assert_array_equal(layer.second.b, [17])
    theta[0], views.s[...] = 100, 200
    assert views.A[0, 0] == 100
    assert theta[4] == 200
    layer.second.db[...] = 5
    assert grad[17] == 5


def test_initialize_reaches_the_parts() -> None:
    layer = Pair()
    theta, grad = layer.alone(np.random.default_rng(0), np.float32)
    assert theta.dtype == grad.dtype == np.float32
    assert (layer.first.W != 0).all()
    assert (layer.second.W != 0).all()


def test_bare_layer_passes_shapes_through_and_has_no_parameters() -> None:
    layer = Layer()
    assert (layer.size, layer.out_shape((3,)), layer.multiply_adds((3,))) == (0, (3,), 0)
    with pytest.raises(NotImplementedError):
        layer.forward(np.zeros(1))
    with pytest.raises(NotImplementedError):
        layer.backward(np.zeros(1))


def test_kept_finds_what_forward_kept_even_if_it_is_false() -> None:
    layer = Layer()
    layer.__dict__["cache"] = 0
    assert layer.kept("cache") == 0


def test_expects_is_silent_where_it_fits() -> None:
    Layer().expects(True, "anything", "else")
