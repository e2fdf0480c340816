"""Activations: derivatives, PyTorch's values, no overflow, precision kept."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from course_utils.layers import GELU, Layer, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from tests.course_utils.layers.contract import away_from_0, by_input

MAKE: dict[str, Callable[[], Layer]] = {
    "Sigmoid": Sigmoid, "Tanh": Tanh, "ReLU": ReLU, "LeakyReLU": LeakyReLU, "LeakyReLU(0.2)": lambda: LeakyReLU(0.2),
    "GELU": GELU, "Softmax": Softmax,
}  # fmt: skip
TWIN: dict[str, Callable[[Any], Any]] = {
    "Sigmoid": lambda nn: nn.Sigmoid(),
    "Tanh": lambda nn: nn.Tanh(),
    "ReLU": lambda nn: nn.ReLU(),
    "LeakyReLU": lambda nn: nn.LeakyReLU(),
    "LeakyReLU(0.2)": lambda nn: nn.LeakyReLU(0.2),
    "GELU": lambda nn: nn.GELU(approximate="tanh"),
    "Softmax": lambda nn: nn.Softmax(dim=-1),
}
SHAPES = [(1, 1), (1, 5), (3, 7), (2, 3, 5)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", MAKE)
def test_backward_is_the_derivative_of_forward(name: str, shape: tuple[int, ...]) -> None:
    report = by_input(MAKE[name](), away_from_0(shape))
    assert report.passed, report


@pytest.mark.torch
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", MAKE)
def test_forward_and_backward_equal_torch(name: str, shape: tuple[int, ...], needs_torch: ModuleType) -> None:
    x, dy = np.random.default_rng(0).normal(0, 3, shape), np.random.default_rng(1).normal(size=shape)
    theirs = needs_torch.tensor(x, requires_grad=True)
    y = TWIN[name](needs_torch.nn)(theirs)
    y.backward(needs_torch.tensor(dy))
    layer = MAKE[name]()
    np.testing.assert_allclose(layer.forward(x), y.detach().numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(layer.backward(dy), theirs.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", MAKE)
def test_precision_is_kept_and_inputs_are_left_alone(name: str, dtype: Any) -> None:
    x, layer = away_from_0((3, 5)).astype(dtype), MAKE[name]()
    before = x.copy()
    y = layer.forward(x)
    y_before, dy = y.copy(), np.ones_like(y)
    dx = layer.backward(dy)
    assert y.dtype == dx.dtype == dtype
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(y, y_before)
    np.testing.assert_array_equal(dy, np.ones_like(y))


LIMITS = {
    "Sigmoid": ([0, 1], [0, 0]), "Tanh": ([-1, 1], [0, 0]), "ReLU": ([0, 1000], [0, 1]),
    "LeakyReLU": ([-10, 1000], [0.01, 1]), "LeakyReLU(0.2)": ([-200, 1000], [0.2, 1]), "GELU": ([0, 1000], [0, 1]),
    "Softmax": ([0, 1], [0, 0]),
}  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", MAKE)
def test_a_thousand_neither_overflows_nor_warns(name: str, dtype: Any) -> None:
    layer, (values, slopes) = MAKE[name](), LIMITS[name]
    np.testing.assert_allclose(layer.forward(np.array([[-1000, 1000]], dtype)), [values], rtol=1e-6)
    np.testing.assert_allclose(layer.backward(np.ones((1, 2), dtype)), [slopes], rtol=1e-6)


def test_relu_has_slope_0_at_0() -> None:
    for layer, slope in ((ReLU(), 0.0), (LeakyReLU(0.2), 0.2)):
        layer.forward(np.array([[0.0]]))
        assert layer.backward(np.array([[1.0]]))[0, 0] == slope


def test_o57_sigmoid_rounds_to_1_only_from_36_7_in_float64_and_16_6_in_float32() -> None:
    for dtype, z in ((np.float64, 36.7368006), (np.float32, 16.6355323)):
        y = Sigmoid().forward(np.array([z - 1.5, z + 1.5], dtype))
        assert y[0] < 1
        assert y[1] == 1


def test_o57_exp_overflows_at_709_78_in_float64_and_88_72_in_float32() -> None:
    for dtype, z in ((np.float64, 709.7827), (np.float32, 88.7228)):
        assert np.isfinite(np.exp(dtype(z)))
        with np.errstate(over="ignore"):
            assert np.isinf(np.exp(dtype(z + 0.001)))


def test_o72_slope_of_sigmoid_is_at_most_a_quarter() -> None:
    layer = Sigmoid()
    layer.forward(np.linspace(-5, 5, 101))
    slopes = layer.backward(np.ones(101))
    assert slopes.max() == slopes[50] == 0.25
    assert slopes.max() ** 10 == pytest.approx(9.5367e-07, rel=1e-5)


@pytest.mark.parametrize("name", MAKE)
def test_backward_before_forward_is_refused(name: str) -> None:
    layer = MAKE[name]()
    with pytest.raises(RuntimeError) as error:
        layer.backward(np.ones((1, 2)))
    assert str(error.value) == (
        f"{layer}.backward was called before forward: it needs what forward kept. Call forward first."
    )
