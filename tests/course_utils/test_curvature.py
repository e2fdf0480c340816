"""Second derivatives: exact on quadratics, against NumPy's eigenvalues, and honest about what did not converge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.curvature import hessian, hvp, power_iteration, top_eigenvalue
from course_utils.descent import minimize
from course_utils.layers import Dense, Tanh
from course_utils.losses import softmax_ce
from course_utils.network import Network
from course_utils.objectives import Rosenbrock, Saddle
from course_utils.optimizers import SGD


def quadratic(eigenvalues: list[float], seed: int = 0) -> tuple[Any, np.ndarray]:
    """½ xᵀAx with a rotated A, and A."""
    size = len(eigenvalues)
    q = np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0]
    a = q @ np.diag(eigenvalues) @ q.T
    return (lambda x: (0.5 * x @ a @ x, a @ x)), a


@given(st.integers(1, 6), st.floats(1e-4, 1e4), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_product_is_exact_on_quadratics_whatever_the_step_and_length(size: int, scale: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    fun, a = quadratic(list(rng.normal(size=size)), seed)
    theta, v = rng.normal(size=size), scale * rng.normal(size=size)
    for h in (None, 1.0, 100.0):
        np.testing.assert_allclose(hvp(fun, theta, v, h), a @ v, atol=1e-8 * scale * np.abs(a).sum())


def test_product_errs_by_h_squared_elsewhere() -> None:
    def fun(x: np.ndarray) -> tuple[float, np.ndarray]:
        return float(np.sin(x).sum()), np.cos(x)

    x, v = np.array([0.5]), np.array([1.0])
    errors = [abs(hvp(fun, x, v, h)[0] + np.sin(0.5)) for h in (1e-1, 1e-2)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)
    assert abs(hvp(fun, x, v)[0] + np.sin(0.5)) < 1e-9


def test_product_with_the_zero_vector_is_zero_without_a_gradient() -> None:
    assert hvp(lambda x: pytest.fail("called"), np.ones(3), np.zeros(3)).tolist() == [0, 0, 0]


def test_hessian_of_rosenbrock_at_its_minimum() -> None:
    fun = Rosenbrock().value_and_grad
    np.testing.assert_allclose(hessian(fun, np.array([1.0, 1.0])), [[802, -400], [-400, 200]], rtol=1e-6)


def net50() -> tuple[Network, Callable[[np.ndarray], tuple[float, np.ndarray]], np.ndarray]:
    """A network of 51 parameters; its gradient vector is reused from call to call, as in training."""
    net = Network([Dense(2, 8), Tanh(), Dense(8, 3)], softmax_ce, np.float64)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 2)), rng.integers(0, 3, 20)
    return net, (lambda theta: net.value_and_grad(theta, (x, y))), net.init(rng)


def test_top_eigenvalue_of_a_network_equals_that_of_its_dense_hessian() -> None:
    _, fun, theta = net50()
    values = np.linalg.eigvalsh(hessian(fun, theta))
    assert values[0] < 0 < values[-1]
    pair = top_eigenvalue(fun, theta, np.random.default_rng(1), tol=1e-5)
    assert pair.converged
    assert pair.value == pytest.approx(values[-1], rel=1e-6)
    assert np.linalg.norm(pair.vector) == pytest.approx(1)
    np.testing.assert_allclose(hvp(fun, theta, pair.vector), pair.value * pair.vector, atol=2e-5 * values[-1])


def test_hessian_is_symmetric_and_its_columns_are_products() -> None:
    _, fun, theta = net50()
    h = hessian(fun, theta)
    np.testing.assert_array_equal(h, h.T)
    v = np.random.default_rng(2).normal(size=theta.shape)
    np.testing.assert_allclose(h @ v, hvp(fun, theta, v), atol=1e-7)


SPECTRA = [
    ([5.0, 1.0, -9.0], 5.0, -9.0),      # the farthest from 0 is negative
    ([-1.0, -2.0, -7.0], -1.0, -7.0),   # all negative
    ([10.0, 3.0, -4.0], 10.0, 10.0),
    ([2.0, 1.0, -2.0], 2.0, None),      # a tie, where plain power iteration never settles
    ([0.0, 0.0, 0.0], 0.0, 0.0),
    ([3.0], 3.0, 3.0),
    ([-3.0], -3.0, -3.0),
    ([4.0, 4.0, 1.0], 4.0, 4.0),        # a double one
]


@pytest.mark.parametrize(("eigenvalues", "algebraic", "magnitude"), SPECTRA)
def test_algebraic_and_magnitude_are_told_apart(
    eigenvalues: list[float], algebraic: float, magnitude: float | None
) -> None:
    fun, _ = quadratic(eigenvalues)
    at = np.ones(len(eigenvalues))
    pair = top_eigenvalue(fun, at, np.random.default_rng(0))
    assert pair.converged
    assert pair.value == pytest.approx(algebraic, rel=1e-6, abs=1e-6)
    pair = top_eigenvalue(fun, at, np.random.default_rng(0), largest="magnitude")
    assert pair.converged
    if magnitude is None:
        assert abs(pair.value) == pytest.approx(algebraic, rel=1e-6)
    else:
        assert pair.value == pytest.approx(magnitude, rel=1e-6, abs=1e-6)


def test_curvature_at_a_saddle_has_both_signs() -> None:
    values = np.linalg.eigvalsh(hessian(Saddle().value_and_grad, np.array([0.0, 0.0])))
    np.testing.assert_allclose(values, [-2, 2], atol=1e-8)


def test_what_did_not_converge_says_so() -> None:
    pair = power_iteration(lambda v: np.array([1.0, -1.0]) * v, np.array([1.0, 2.0]), iterations=20)
    assert not pair.converged
    assert pair.products == 20
    assert pair.residual > 0.5
    assert not power_iteration(lambda v: v * np.nan, np.array([1.0, 2.0])).converged


def test_residual_bounds_the_distance_to_an_eigenvalue() -> None:
    _, a = quadratic([5.0, 4.9, 1.0])
    pair = power_iteration(lambda v: a @ v, np.array([1.0, 0.3, -0.2]), tol=1e-2)
    assert np.abs(np.array([5.0, 4.9, 1.0]) - pair.value).min() <= pair.residual


def test_products_are_counted() -> None:
    calls = 0

    def fun(x: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal calls
        calls += 1
        return 0.0, np.array([5.0, -9.0]) * x

    assert 2 * top_eigenvalue(fun, np.ones(2), np.random.default_rng(0)).products == calls


def test_float32_keeps_its_precision_and_gets_two_digits() -> None:
    fun, _ = quadratic([10.0, 1.0])
    pair = top_eigenvalue(lambda x: (0.0, fun(x.astype(float))[1].astype(np.float32)), np.ones(2, np.float32),
                          np.random.default_rng(0), tol=1e-2)  # fmt: skip
    assert pair.vector.dtype == np.float32
    assert pair.value == pytest.approx(10, rel=1e-2)


@pytest.mark.parametrize(
    ("start", "sharpness"), [((4.0, 0.3), 16.0253), ((5.0, 0.1), 12.6723), ((6.0, 0.2), 9.8049)]
)
def test_o100_large_steps_leave_sharp_valleys(start: tuple[float, float], sharpness: float) -> None:
    def fun(w: np.ndarray) -> tuple[float, np.ndarray]:
        x, y = w
        return float(0.5 * (x * y - 1) ** 2), (x * y - 1) * np.array([y, x])

    end = minimize(fun, list(start), SGD(0.1), 5000).theta[-1]
    assert (end**2).sum() == pytest.approx(sharpness, rel=1e-4)
    assert top_eigenvalue(fun, end, np.random.default_rng(0)).value == pytest.approx(sharpness, rel=1e-4)
    assert sharpness < 2 / 0.1


REFUSALS: list[tuple[Callable[[], Any], str]] = [
    (lambda: hvp(lambda x: (0.0, x), np.ones(3), np.ones(2)),
     "hvp expected theta (P,) and v of that shape, got (3,) and (2,): v is a direction among the parameters. "
     "Try rng.normal(size=theta.shape)."),
    (lambda: hvp(lambda x: (0.0, x[:2]), np.ones(3), np.ones(3)),
     "the gradient has shape (2,), theta has (3,): there must be one slope for each parameter. "
     "Check for a missing sum or transpose."),
    (lambda: hvp(lambda x: (0.0, x), np.ones(3), np.ones(3), h=0.0),
     "h must be positive, got 0: it is the length of the step between two gradients. Try 1e-05."),
    (lambda: top_eigenvalue(lambda x: (0.0, x), np.ones(3), np.random.default_rng(0), largest="top"),  # type: ignore[arg-type]
     "largest must be 'algebraic' or 'magnitude', got 'top': of -9 and 5, 5 is the first and -9 the second. "
     "Try 'algebraic' for the sharpness."),
    (lambda: hessian(lambda x: (0.0, x), np.ones(1_000_000)),
     "the Hessian of 1,000,000 parameters has 1,000,000,000,000 entries, 7,450.6 GiB in float64, and each column costs "
     "two gradients. Try top_eigenvalue, which needs products only."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSALS, ids=[message[:40] for _, message in REFUSALS])
def test_refusal_says_what_is_wrong_and_what_to_try(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == message
