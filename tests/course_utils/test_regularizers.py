"""Penalties: their gradients, where they act, and the ways around the gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_utils.descent import minimize
from course_utils.gradcheck import check_gradient
from course_utils.layers import Dense, ReLU, Sequential, Tanh
from course_utils.losses import mse
from course_utils.network import Network
from course_utils.optimizers import SGD, AdamW
from course_utils.regularizers import decoupled_decay, l1, l2, penalized, soft_threshold, weights_only

W = np.array([1.5, -0.7, 0.2, -3.0])
MASK = np.array([True, False, True, True])


@pytest.mark.parametrize("penalty", [l1, l2])
@pytest.mark.parametrize("mask", [None, MASK])
def test_gradient_is_that_of_the_value(penalty: Any, mask: Any) -> None:
    assert check_gradient(lambda w: penalty(w, 0.3, mask), W).passed


@pytest.mark.parametrize("penalty", [l1, l2])
def test_masked_parameters_count_nothing_and_get_gradient_0(penalty: Any) -> None:
    value, g = penalty(W, 0.3, MASK)
    assert value == pytest.approx(penalty(W[MASK], 0.3)[0])
    assert g[1] == 0
    np.testing.assert_array_equal(g[MASK], penalty(W[MASK], 0.3)[1])


def test_l1_has_slope_0_at_0() -> None:
    np.testing.assert_array_equal(l1(np.array([0.0, -0.0]), 1.0)[1], [0, 0])


@pytest.mark.parametrize("penalty", [l1, l2])
def test_runs_are_leading_axes(penalty: Any) -> None:
    runs = np.stack([W, 2 * W])
    value, g = penalty(runs, 0.3, MASK)
    for k in range(2):
        alone = penalty(runs[k], 0.3, MASK)
        assert value[k] == alone[0]
        np.testing.assert_array_equal(g[k], alone[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept_even_with_a_numpy_strength(dtype: Any) -> None:
    w, strength = W.astype(dtype), np.float64(0.1)
    for result in (l1(w, strength)[1], l2(w, strength, MASK)[1], soft_threshold(w, strength, MASK)):
        assert result.dtype == dtype
    assert decoupled_decay(w, np.float64(0.1), strength, MASK).dtype == dtype


def test_o41_one_step_of_sgd_with_l2() -> None:
    fun = penalized(lambda w: (0.3 * w[0], np.array([0.3])), lambda w: l2(w, 0.1))
    assert minimize(fun, [1.0], SGD(0.1), 1).theta[-1, 0] == pytest.approx(0.96, rel=1e-9)


def test_o41_for_sgd_decoupled_decay_and_l2_are_one() -> None:
    g = np.array([0.3, -1.0, 0.0, 2.0])
    through = W - 0.1 * (g + l2(W, 0.7 / 5)[1])
    beside = decoupled_decay(W, 0.1, 0.7 / 5) - 0.1 * g
    np.testing.assert_allclose(through, beside, rtol=1e-14)
    np.testing.assert_allclose(decoupled_decay(W, 0.1, 0.7 / 5) / W, 0.986, rtol=1e-9)


def test_decoupled_decay_is_what_adamw_does_first() -> None:
    adamw = AdamW(0.1, weight_decay=0.2)
    theta, _ = adamw.step(W, np.zeros(4), adamw.init(W), 1, 0.1)
    np.testing.assert_allclose(theta, decoupled_decay(W, 0.1, 0.2), rtol=1e-15)


def test_o80_soft_threshold() -> None:
    np.testing.assert_array_equal(soft_threshold(np.array([3.0, -0.5, 0.2, -2.0]), 0.5), [2.5, 0.0, 0.0, -1.5])


def test_soft_threshold_minimizes_half_the_square_plus_the_absolute_value() -> None:
    grid = np.linspace(-4, 4, 80_001)
    for w in W:
        best = grid[np.argmin(0.5 * (grid - w) ** 2 + 0.6 * np.abs(grid))]
        assert soft_threshold(np.array([w]), 0.6)[0] == pytest.approx(best, abs=1e-4)


def test_soft_threshold_leaves_masked_parameters_and_its_input_alone() -> None:
    before = W.copy()
    assert soft_threshold(W, 10.0, MASK).tolist() == [0.0, -0.7, 0.0, 0.0]
    np.testing.assert_array_equal(W, before)


def lasso(steps: int, proximal: bool) -> np.ndarray:
    """Least squares with three useless features of five, λ = 0.2."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 5))
    y, w = x[:, :2] @ [2.0, -1.0], np.ones(5)
    for _ in range(steps):
        g = x.T @ (x @ w - y) / 50
        w = soft_threshold(w - 0.1 * g, 0.1 * 0.2) if proximal else w - 0.1 * (g + l1(w, 0.2)[1])
    return w


def test_proximal_steps_reach_exact_zeros_and_subgradient_steps_do_not() -> None:
    assert (lasso(500, proximal=True)[2:] == 0).all()
    assert (lasso(500, proximal=False)[2:] != 0).all()


@pytest.mark.parametrize(
    ("strength", "expected"),
    [(0.0, (1.1, 1.1)), (0.1, (1.05914718, 1.10958276)), (1.0, (0.84615385, 1.12820513)), (10.0, (0.44, 0.80666667))],
)
def test_o81_descent_with_l2_reaches_the_ridge_solution(strength: float, expected: tuple[float, float]) -> None:
    x, y = np.array([[1.0, 0], [1, 1], [1, 2], [1, 3]]), np.array([1.0, 3, 2, 5])

    def squares(w: np.ndarray) -> tuple[float, np.ndarray]:
        r = x @ w - y
        return float(0.5 * r @ r), x.T @ r

    trace = minimize(penalized(squares, lambda w: l2(w, strength)), [0.0, 0.0], SGD(0.03), 4000)
    np.testing.assert_allclose(trace.theta[-1], expected, rtol=1e-7)


def test_weights_only_leaves_out_every_bias_in_nested_layers() -> None:
    body = Sequential([Dense(2, 3), ReLU(), Sequential([Dense(3, 2, bias=False), Tanh()]), Dense(2, 1)])
    assert weights_only(body).tolist() == [True] * 6 + [False] * 3 + [True] * 6 + [True] * 2 + [False]
    assert weights_only(ReLU()).tolist() == []


def test_penalized_network_has_a_right_gradient_and_unpenalized_biases() -> None:
    net = Network([Dense(2, 3), Tanh(), Dense(3, 1)], mse, np.float64)
    theta, mask = net.init(np.random.default_rng(0)) + 0.1, weights_only(net.body)
    data = (np.random.default_rng(1).normal(size=(4, 2)), np.ones((4, 1)))
    fun = penalized(net.value_and_grad, lambda w: l2(w, 0.3, mask))
    assert check_gradient(lambda t: fun(t, data, training=True), theta).passed
    plain = net.value_and_grad(theta, data)[1].copy()
    np.testing.assert_array_equal((fun(theta, data)[1] - plain)[~mask], 0)


REFUSALS: list[tuple[Callable[[], Any], str]] = [
    (lambda: l2(W, -0.1), "strength must be 0 or more, got -0.1: a negative penalty rewards large weights. Try 0.01."),
    (lambda: l1(W, float("nan")),
     "strength must be 0 or more, got nan: a negative penalty rewards large weights. Try 0.01."),
    (lambda: soft_threshold(W, -1.0),
     "threshold must be 0 or more, got -1: it is the length that is cut off each weight. Try 0.1."),
    (lambda: l2(W, 0.1, MASK[:3]),
     "l2 expected a mask of booleans, shape (4,), got (3,) of bool: it says of each parameter whether it is penalized. "
     "Try weights_only(network.body)."),
    (lambda: decoupled_decay(W, 0.1, 0.1, np.arange(4)),  # type: ignore[arg-type]
     "decoupled_decay expected a mask of booleans, shape (4,), got (4,) of int64: it says of each parameter whether it "
     "is penalized. Try weights_only(network.body)."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSALS, ids=[message[:40] for _, message in REFUSALS])
def test_refusal_says_what_is_wrong_and_what_to_try(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == message
