"""Sinusoidal positions."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.layers.positional import Positional, sinusoids
from tests.course_utils.layers.sequence_tools import gradient_error


@pytest.mark.parametrize("d", [1, 2, 5, 64])
def test_sinusoids_follow_the_equation(d: int) -> None:
    P = sinusoids(7, d)
    assert P.shape == (7, d)
    for t in range(7):
        for j in range(d):
            angle = t / 10_000 ** (2 * (j // 2) / d)
            assert P[t, j] == pytest.approx(np.cos(angle) if j % 2 else np.sin(angle), abs=1e-12)


def test_inner_products_depend_on_the_distance_only() -> None:
    P = sinusoids(50, 32)
    products = P @ P.T
    for k in range(5):
        np.testing.assert_allclose(np.diagonal(products, k), products[0, k], atol=1e-12)


def test_adds_and_passes_the_gradient() -> None:
    layer, x = Positional(3), np.random.default_rng(0).normal(size=(2, 4, 3))
    np.testing.assert_allclose(layer.forward(x), x + sinusoids(4, 3))
    assert gradient_error(layer, x) < 1e-6
    assert layer.forward(x.astype(np.float32)).dtype == np.float32
    assert layer.out_shape((4, 3)) == (4, 3)


def test_wrong_features_are_refused() -> None:
    with pytest.raises(ValueError) as caught:
        Positional(3).forward(np.zeros((2, 4, 5)))
    assert str(caught.value) == (
        "Positional(3) expected sequences (batch, T, 3), T ≥ 1, got (2, 4, 5). Check the layer before it, or the data."
    )
