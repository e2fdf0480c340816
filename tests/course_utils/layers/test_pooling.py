"""Pooling and flattening."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.layers import AvgPool2d, Flatten, GlobalAveragePool, Layer, MaxPool2d, pooling
from tests.course_utils.layers.contract import by_input
from tests.course_utils.layers.naive import max_pool

CLOSE = {"rtol": 1e-10, "atol": 1e-12}
SIZES: list[tuple[Any, Any]] = [(2, None), (3, None), (3, 2), (3, 1), ((1, 3), (2, 1)), (2, 3), (1, 1)]


def distinct(n: int, h: int, w: int, c: int) -> Any:
    """No two numbers closer than 0.1: far from the kinks of the maximum."""
    return 0.1 * np.random.default_rng(2).permutation(n * h * w * c).reshape(n, h, w, c) - 3.0


@pytest.mark.parametrize(("kernel", "stride"), SIZES)
@pytest.mark.parametrize("shape", [(1, 5, 7, 1), (2, 6, 4, 3)])
@pytest.mark.parametrize("kind", [MaxPool2d, AvgPool2d])
def test_gradients_are_right(kind: Any, kernel: Any, stride: Any, shape: Any) -> None:
    assert by_input(kind(kernel, stride), distinct(*shape)).passed


@pytest.mark.parametrize("layer", [GlobalAveragePool(), Flatten()], ids=str)
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (3, 5, 7, 2)])
def test_gradients_of_whole_images_are_right(layer: Layer, shape: Any) -> None:
    assert by_input(layer, distinct(*shape)).passed


@pytest.mark.torch
@pytest.mark.parametrize(("kernel", "stride"), SIZES)
@pytest.mark.parametrize(("kind", "name"), [(MaxPool2d, "MaxPool2d"), (AvgPool2d, "AvgPool2d")])
@pytest.mark.parametrize("values", ["distinct", "ties"])
def test_forward_and_backward_equal_torch(
    kind: Any, name: str, kernel: Any, stride: Any, values: str, needs_torch: ModuleType
) -> None:
    layer, x = kind(kernel, stride), distinct(2, 8, 7, 3)
    if values == "ties":
        x = np.random.default_rng(1).integers(0, 3, x.shape).astype(float)
    twin = getattr(needs_torch.nn, name)(kernel, stride)
    t = needs_torch.tensor(x.transpose(0, 3, 1, 2).copy(), requires_grad=True)
    y, z = twin(t), layer.forward(x)
    dz = np.random.default_rng(3).normal(size=z.shape)
    y.backward(needs_torch.tensor(dz.transpose(0, 3, 1, 2).copy()))
    np.testing.assert_allclose(z, y.detach().numpy().transpose(0, 2, 3, 1), **CLOSE)
    np.testing.assert_allclose(layer.backward(dz), t.grad.numpy().transpose(0, 2, 3, 1), **CLOSE)


@given(
    st.tuples(st.integers(1, 4), st.integers(1, 4)), st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.tuples(st.integers(1, 3), st.integers(4, 8), st.integers(4, 8), st.integers(1, 3)), st.integers(1, 3),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_maximum_and_its_first_place_are_the_definition(kernel: Any, stride: Any, shape: Any, levels: int) -> None:
    x = np.random.default_rng(5).integers(0, levels, shape).astype(float)
    layer = MaxPool2d(kernel, stride)
    z = layer.forward(x)
    dz = np.random.default_rng(6).normal(size=z.shape)
    y, dx = max_pool(x, dz, kernel, stride)
    np.testing.assert_array_equal(z, y)
    np.testing.assert_allclose(layer.backward(dz), dx, **CLOSE)


def test_a_window_of_equal_numbers_passes_the_gradient_once() -> None:
    layer = MaxPool2d(2)
    layer.forward(np.zeros((1, 4, 4, 2)))
    dx = layer.backward(np.ones((1, 2, 2, 2)))
    assert dx.sum() == 8
    np.testing.assert_array_equal(dx[0, ..., 0], [[1, 0, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]])


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    layer, x = MaxPool2d(3, 2), distinct(5, 7, 7, 2)
    z = layer.forward(x)
    dx = layer.backward(z)
    monkeypatch.setattr(pooling, "blocks", lambda n, _: [slice(i, min(i + 2, n)) for i in range(0, n, 2)])
    np.testing.assert_array_equal(layer.forward(x), z)
    np.testing.assert_array_equal(layer.backward(z), dx)


@pytest.mark.parametrize(
    "layer", [MaxPool2d(2), MaxPool2d(3, 1), AvgPool2d(2), GlobalAveragePool(), Flatten()], ids=str
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept_and_inputs_are_left_alone(layer: Layer, dtype: Any) -> None:
    x = distinct(2, 5, 5, 3).astype(dtype)
    before = x.copy()
    y = layer.forward(x)
    assert layer.out_shape(x.shape[1:]) == y.shape[1:]
    dy = np.ones_like(y)
    dx = layer.backward(dy)
    assert y.dtype == dx.dtype == dtype
    assert dx.shape == x.shape
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(dy, 1)


def test_wide_windows_count_their_places_beyond_a_byte() -> None:
    x = np.zeros((1, 1, 301, 1))
    x[0, 0, 300, 0] = 1
    layer = MaxPool2d((1, 301))
    assert layer.forward(x).item() == 1
    assert layer.backward(np.ones((1, 1, 1, 1))).ravel().argmax() == 300


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MaxPool2d(0), "MaxPool2d expected kernel to be a whole number, 1 or more, or a pair (down, across), "
         "got 0: it counts pixels. Try kernel=1."),
        (lambda: AvgPool2d(2, 0),
         "AvgPool2d expected stride to be a whole number, 1 or more, or a pair (down, across), "
         "got 0: it counts pixels. Try stride=1."),
        (lambda: MaxPool2d(2).forward(np.zeros((4, 9))), "MaxPool2d(2) expected images (height, width, channels), got "
         "(9,). Check the layer before it, or the data."),
        (lambda: AvgPool2d(3, stride=1).forward(np.zeros((4, 2, 5, 1))), "AvgPool2d(3, stride=1) expected images of at "
         "least 3 pixels, got (2, 5, 1). Check the layer before it, or the data."),
        (lambda: GlobalAveragePool().forward(np.zeros((4, 9))), "GlobalAveragePool expected images (height, width, "
         "channels), got (9,). Check the layer before it, or the data."),
    ],
)  # fmt: skip
def test_refusals_say_what_to_do(call: Any, message: str) -> None:
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == message


@pytest.mark.parametrize("layer", [MaxPool2d(2), AvgPool2d(2), GlobalAveragePool(), Flatten()], ids=str)
def test_backward_before_forward_is_refused(layer: Layer) -> None:
    with pytest.raises(RuntimeError, match=r"backward was called before forward: it needs what forward kept"):
        type(layer)().backward(np.zeros((1, 1, 1, 1)))
