"""The dense layer, and the same checks that every layer with parameters must pass."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.initializers import normal
from course_utils.layers import Dense
from tests.course_utils.layers.contract import by_input, by_parameters


def bound(n_in: int, n_out: int, bias: bool = True, dtype: Any = np.float64) -> tuple[Dense, Any, Any]:
    layer = Dense(n_in, n_out, init=normal(0.5), bias=bias)
    theta, grad = layer.alone(np.random.default_rng(0), dtype)
    theta[...] = np.random.default_rng(1).normal(size=theta.shape)      # biases too
    return layer, theta, grad


@given(
    st.integers(1, 4), st.integers(1, 5), st.lists(st.integers(1, 3), min_size=1, max_size=3), st.booleans()
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_gradients_are_right_for_every_shape(n_in: int, n_out: int, batch: list[int], bias: bool) -> None:
    layer, theta, grad = bound(n_in, n_out, bias)
    x = np.random.default_rng(2).normal(size=(*batch, n_in))
    assert layer.forward(x).shape == (*batch, n_out)
    assert by_input(layer, x).passed
    assert by_parameters(layer, theta, grad, x).passed


@pytest.mark.torch
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batch", [(1,), (7,), (2, 3)])
def test_forward_and_backward_equal_torch(batch: tuple[int, ...], bias: bool, needs_torch: ModuleType) -> None:
    layer, _, _ = bound(5, 3, bias)
    rng = np.random.default_rng(3)
    x, dy = rng.normal(size=(*batch, 5)), rng.normal(size=(*batch, 3))
    twin = needs_torch.nn.Linear(5, 3, bias=bias, dtype=needs_torch.float64)
    twin.weight.data = needs_torch.tensor(layer.W.T.copy())
    if bias:
        twin.bias.data = needs_torch.tensor(layer.b.copy())
    t = needs_torch.tensor(x, requires_grad=True)
    y = twin(t)
    y.backward(needs_torch.tensor(dy))
    close = {"rtol": 1e-10, "atol": 1e-12}
    np.testing.assert_allclose(layer.forward(x), y.detach().numpy(), **close)
    np.testing.assert_allclose(layer.backward(dy), t.grad.numpy(), **close)
    np.testing.assert_allclose(layer.dW, twin.weight.grad.numpy().T, **close)
    if bias:
        np.testing.assert_allclose(layer.db, twin.bias.grad.numpy(), **close)


def test_batch_gives_what_its_rows_give() -> None:
    layer, _, grad = bound(4, 3)
    rng = np.random.default_rng(4)
    x, dy, total = rng.normal(size=(6, 4)), rng.normal(size=(6, 3)), np.zeros_like(grad)
    for i in range(6):
        layer.forward(x[i : i + 1])
        layer.backward(dy[i : i + 1])
        total += grad
    layer.forward(x)
    layer.backward(dy)
    np.testing.assert_allclose(grad, total, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept_and_inputs_are_left_alone(dtype: Any) -> None:
    layer, _, _ = bound(4, 3, dtype=dtype)
    x, dy = np.ones((5, 4), dtype), np.ones((5, 3), dtype)
    assert layer.forward(x).dtype == dtype
    assert layer.backward(dy).dtype == dtype
    assert (x == 1).all()
    assert (dy == 1).all()


def test_backward_overwrites_what_an_earlier_backward_left() -> None:
    layer, _, grad = bound(2, 2)
    layer.forward(np.ones((3, 2)))
    layer.backward(np.ones((3, 2)))
    once = grad.copy()
    layer.backward(np.ones((3, 2)))
    np.testing.assert_array_equal(grad, once)


def test_without_need_the_gradient_by_the_input_is_left_out_and_the_others_are_not() -> None:
    layer, _, grad = bound(3, 2)
    x, dy = np.ones((4, 3)), np.ones((4, 2))
    layer.forward(x)
    layer.backward(dy)
    full = grad.copy()
    grad.fill(0)
    layer.wants_dx = False
    assert layer.backward(dy).size == 0
    np.testing.assert_array_equal(grad, full)


def test_start_has_the_initializers_weights_and_biases_0() -> None:
    layer = Dense(3, 2)
    theta, _ = layer.alone(np.random.default_rng(0))
    np.testing.assert_array_equal(theta[:6].reshape(3, 2), np.random.default_rng(0).normal(0, np.sqrt(2 / 3), (3, 2)))
    np.testing.assert_array_equal(layer.b, 0)


def test_parameters_and_multiply_adds_are_counted() -> None:
    assert (Dense(5408, 128).size, Dense(128, 10).size, Dense(3, 2, bias=False).size) == (692_352, 1_290, 6)
    assert Dense(5, 3).multiply_adds((5,)) == 15
    assert Dense(5, 3).multiply_adds((7, 5)) == 105
    assert Dense(5, 3).out_shape((7, 5)) == (7, 3)


REFUSALS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: bound(3, 2)[0].forward(np.zeros((4, 5))), ValueError,
     "Dense(3, 2) expected input (…, 3), got (4, 5). Check the layer before it, or the data."),
    (lambda: Dense(3, 2).out_shape((4,)), ValueError,
     "Dense(3, 2) expected input (…, 3), got (4,). Check the layer before it, or the data."),
    (lambda: bound(3, 2)[0].backward(np.zeros((4, 2))), RuntimeError,
     "Dense(3, 2).backward was called before forward: it needs what forward kept. Call forward first."),
    (lambda: Dense(0, 2), ValueError,
     "n_in must be a whole number, 1 or more, got 0: it is the number of features. Try 100."),
    (lambda: Dense(3, 2.0), ValueError,  # type: ignore[arg-type]
     "n_out must be a whole number, 1 or more, got 2.0: it is the number of features. Try 100."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), REFUSALS, ids=[row[2][:50] for row in REFUSALS])
def test_refusal_names_the_layer_what_it_expected_and_got(
    call: Callable[[], Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as error:
        call()
    assert str(error.value) == message
