"""The tape: each operation against central differences, fan-out, and a network against Network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_utils.gradcheck import check_gradient
from course_utils.layers import Dense, ReLU, Tanh
from course_utils.losses import softmax_ce
from course_utils.network import Network
from course_utils.tape import Tensor

B = np.array([[0.7, -1.2, 2.0]])
M = np.random.default_rng(0).normal(size=(3, 2))

OPERATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "+": lambda x: x + B, "array +": lambda x: B + x, "number +": lambda x: 2 + x, "-": lambda x: x - B,
    "array -": lambda x: B - x, "negative": lambda x: -x, "×": lambda x: x * B, "array ×": lambda x: B * x,
    "÷": lambda x: x / B, "array ÷": lambda x: B / x, "@": lambda x: x @ M, "array @": lambda x: M @ x.reshape(2, -1),
    "x @ xᵀ": lambda x: x @ x.transpose(), "sum": lambda x: x.sum(), "sum rows": lambda x: x.sum(axis=0) * [1.0, 2, 3],
    "sum kept": lambda x: x * x.sum(axis=1, keepdims=True), "sum two": lambda x: x.sum(axis=(0, 1)),
    "mean": lambda x: x.mean(), "mean columns": lambda x: x.mean(axis=-1) * x.mean(axis=-1), "exp": lambda x: x.exp(),
    "log": lambda x: (x * x).log(), "tanh": lambda x: x.tanh(), "relu": lambda x: x.relu() * x,
    "reshape": lambda x: x.reshape(-1) * np.arange(12.0),
    "transpose": lambda x: x.transpose() * np.arange(12.0).reshape(3, 4),
    "three axes": lambda x: x.reshape(2, 2, 3).transpose(2, 0, 1) * np.arange(12.0).reshape(3, 2, 2),
    "stacked @": lambda x: x.reshape(2, 2, 3) @ M, "broadcast matrix": lambda x: np.ones((2, 2, 4)) @ x,
    "fan-out": lambda x: x * x + x.tanh() * x - x / 2, "column × row": lambda x: x.reshape(12, 1) * x.reshape(1, 12),
    "number": lambda x: x.sum() * x,
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
def test_gradient_equals_central_differences(name: str) -> None:
    start = np.random.default_rng(1).choice([-1, 1], 12) * np.random.default_rng(2).uniform(0.2, 2, 12)
    # every entry of the output weighs differently, so that a mixed-up order shows

    def fun(flat: np.ndarray) -> tuple[float, np.ndarray]:
        x = Tensor(flat.reshape(4, 3))
        y = OPERATIONS[name](x)
        loss = (y * np.cos(np.arange(y.data.size)).reshape(y.data.shape)).sum()
        loss.backward()
        return float(loss.data), x.grad.ravel()

    report = check_gradient(fun, start)
    assert report.passed, report


def test_both_inputs_of_a_broadcast_get_gradients_of_their_own_shape() -> None:
    row, column, number = Tensor([[1.0, 2, 3]]), Tensor([[1.0], [2]]), Tensor(2.0)
    (row * column + number).sum().backward()
    np.testing.assert_array_equal(row.grad, [[3, 3, 3]])
    np.testing.assert_array_equal(column.grad, [[6], [6]])
    assert number.grad == 6


def test_paths_add_up_and_each_is_walked_once() -> None:
    x = Tensor(1.0)
    y = x
    for _ in range(50):                                                 # 2⁵⁰ paths, 50 additions
        y = y + y
    y.backward()
    assert x.grad == 2.0**50


def test_second_backward_adds_to_the_first() -> None:
    x = Tensor([1.0, 2.0])
    y = (x * x).sum()
    y.backward()
    y.backward()
    np.testing.assert_array_equal(x.grad, [4, 8])
    assert y.grad == 2


def test_gradient_of_what_was_computed_on_the_way_is_kept() -> None:
    x = Tensor([1.0, 2.0])
    z = x * 3
    (z * z).sum().backward()
    np.testing.assert_array_equal(z.grad, [6, 12])


def test_long_chain_needs_no_recursion() -> None:
    x = Tensor(1.0)
    y = x
    for _ in range(5000):
        y = y + 1
    y.backward()
    assert x.grad == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept_next_to_numbers_and_arrays(dtype: Any) -> None:
    x = Tensor(np.ones((2, 3), dtype))
    y = ((2 * x + np.ones(3)) / 3.0).tanh().mean()
    y.backward()
    assert y.data.dtype == x.grad.dtype == dtype


def test_data_and_earlier_gradients_are_not_written_over() -> None:
    data = np.array([1.0, 2.0])
    x = Tensor(data)
    x.sum().backward()
    kept = x.grad
    x.sum().backward()
    np.testing.assert_array_equal(kept, [1, 1])
    np.testing.assert_array_equal(data, [1, 2])


def taped_mlp(theta: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Dense(2, 5), tanh, Dense(5, 4), ReLU, Dense(4, 3), cross-entropy, written with the tape."""
    parts, start = [], 0
    for shape in ((2, 5), (1, 5), (5, 4), (1, 4), (4, 3), (1, 3)):
        parts.append(Tensor(theta[start : start + shape[0] * shape[1]].reshape(shape)))
        start += parts[-1].data.size
    w1, b1, w2, b2, w3, b3 = parts
    z = ((Tensor(x) @ w1 + b1).tanh() @ w2 + b2).relu() @ w3 + b3
    loss = (z.exp().sum(axis=1).log() - (z * np.eye(3)[y]).sum(axis=1)).mean()
    loss.backward()
    return float(loss.data), np.concatenate([part.grad.ravel() for part in parts])


@pytest.mark.parametrize("n", [1, 9])
def test_network_and_tape_find_the_same_loss_and_gradient(n: int) -> None:
    net = Network([Dense(2, 5), Tanh(), Dense(5, 4), ReLU(), Dense(4, 3)], softmax_ce, np.float64)
    theta = net.init(np.random.default_rng(0)) + 0.05
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(n, 2)), rng.integers(0, 3, n)
    value, gradient = net.value_and_grad(theta, (x, y))
    taped, taped_gradient = taped_mlp(theta, x, y)
    assert value == pytest.approx(taped, rel=1e-12)
    np.testing.assert_allclose(gradient, taped_gradient, rtol=1e-10, atol=1e-14)


def test_refusals_say_what_is_wrong_and_what_to_try() -> None:
    with pytest.raises(ValueError) as error:
        Tensor([1.0, 2.0]).backward()
    assert str(error.value) == (
        "backward expected one number, got shape (2,): a gradient is that of a number. Try y.sum().backward()."
    )
    with pytest.raises(ValueError) as error:
        Tensor(M) @ np.ones(2)
    assert str(error.value) == (
        "@ expected matrices, got shapes (3, 2) and (2,): a vector is neither row nor column. Try x.reshape(1, -1)."
    )
