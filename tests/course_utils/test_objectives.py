"""The functions to descend."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.checks import Array
from course_utils.gradcheck import check_gradient, numerical_gradient
from course_utils.objectives import (
    Beale,
    Himmelblau,
    LinearRegression,
    LogisticRegression,
    Objective,
    Quadratic,
    Ravine,
    Rosenbrock,
    Saddle,
    SoftmaxRegression,
    with_intercept,
)
from course_utils.objectives.logistic import sigmoid

RNG = np.random.default_rng(2)
X = RNG.normal(size=(24, 3))
Y = X @ [1.0, -2.0, 0.5] + 0.1 * RNG.normal(size=24)
LABELS = (Y > 0).astype(int)
CLASSES = RNG.integers(0, 4, 24)
Q = np.linalg.qr(RNG.normal(size=(5, 5)))[0]

LANDSCAPES: dict[str, Objective] = {
    "quadratic": Quadratic([1, 10]),
    "turned quadratic": Quadratic([1, 10], angle=0.7),
    "quadratic of 5": Quadratic([0.1, 1, 2, 5, 9], basis=Q),
    "ravine": Ravine(),
    "rosenbrock": Rosenbrock(),
    "rosenbrock 5": Rosenbrock(b=5.0),
    "beale": Beale(),
    "himmelblau": Himmelblau(),
    "saddle": Saddle(),
}
ON_DATA: dict[str, Any] = {
    "linear mean": LinearRegression(X, Y),
    "linear half mean": LinearRegression(X, Y, "half_mean"),
    "linear half sum": LinearRegression(X, Y, "half_sum"),
    "logistic": LogisticRegression(X, LABELS),
    "logistic l2": LogisticRegression(X, LABELS, l2=0.1),
    "softmax": SoftmaxRegression(X, CLASSES, classes=4),
    "softmax l2": SoftmaxRegression(X, CLASSES, classes=4, l2=0.1),
}
ALL = LANDSCAPES | ON_DATA
each = pytest.mark.parametrize("f", ALL.values(), ids=ALL.keys())
on_data = pytest.mark.parametrize("f", ON_DATA.values(), ids=ON_DATA.keys())
landscapes = pytest.mark.parametrize("f", LANDSCAPES.values(), ids=LANDSCAPES.keys())


@each
@pytest.mark.parametrize("seed", range(4))
def test_gradient_is_the_derivative_of_the_loss(f: Objective, seed: int) -> None:
    assert check_gradient(f, np.random.default_rng(seed).normal(size=f.size))


@on_data
def test_gradient_of_a_batch_is_the_derivative_of_its_loss(f: Any) -> None:
    theta = np.random.default_rng(0).normal(size=f.size)
    assert check_gradient(lambda x: f(x, np.array([3, 7, 7, 0])), theta)


@pytest.mark.parametrize("name", [n for n in ALL if n != "logistic" and not n.startswith("softmax")])
def test_the_optimum_is_stationary_and_nothing_near_it_is_lower(name: str) -> None:
    f = ALL[name]
    best = f.optimum
    np.testing.assert_allclose(f.grad(best), 0, atol=1e-9)
    near = best + 1e-2 * np.random.default_rng(1).normal(size=(200, f.size))
    assert np.all(f.value(near) > f.value(best))


@pytest.mark.parametrize(
    ("f", "start", "loss"),
    [(Quadratic([1, 10]), (1, 1), 5.5), (Ravine(), (-5, -2), 10.5), (Rosenbrock(), (-1.2, 1), 24.2),
     (Beale(), (1, 1.5), 41.25), (Himmelblau(), (0, 0), 170), (Saddle(), (1, 1e-6), 1 - 1e-12)],
)  # fmt: skip
def test_customary_starts_and_their_losses(f: Objective, start: tuple[float, float], loss: float) -> None:
    np.testing.assert_array_equal(f.start, start)
    assert f.value(f.start) == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize(
    ("f", "point", "loss", "gradient"),
    [(Rosenbrock(), (2, 3), 101, (802, -200)), (Rosenbrock(b=1.0), (2, 3), 2, (10, -2)),
     (Beale(), (0, 0), 1.5**2 + 2.25**2 + 2.625**2, (-12.75, 0)),
     (Beale(), (1, 2), 2.5**2 + 5.25**2 + 9.625**2, (171.25, 278)),
     (Himmelblau(), (1, 1), 106, (-46, -38)), (Himmelblau(), (0, 0), 170, (-14, -22)),
     (Saddle(), (1, 2), 1, (2, 4)), (Ravine(), (1, 1), 2.1, (0.2, 4)),
     (Quadratic([2, -4]), (1, 1), -1, (2, -4))],
)  # fmt: skip
def test_known_values_and_slopes(f: Objective, point: Any, loss: float, gradient: Any) -> None:
    value, g = f.value_and_grad(np.array(point, dtype=float))
    assert value == pytest.approx(loss, rel=1e-14)
    np.testing.assert_allclose(g, gradient, rtol=1e-14)


@pytest.mark.parametrize("point", [(3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)])
def test_himmelblau_has_four_minima_of_depth_0(point: tuple[float, float]) -> None:
    assert Himmelblau().value(np.array(point, dtype=float)) == pytest.approx(0, abs=1e-8)


def test_the_saddle_is_stationary_and_is_no_minimum() -> None:
    f = Saddle()
    np.testing.assert_array_equal(f.grad(np.zeros(2)), 0)
    np.testing.assert_allclose(f.value(np.array([[0, 2**0.5], [0, -(2**0.5)]])), -1)


@landscapes
def test_integers_and_lists_are_taken_as_real_numbers(f: Objective) -> None:
    whole = list(range(1, f.size + 1))
    loss, g = f.value_and_grad(np.array(whole, dtype=float))
    for given_as in (np.array(whole), whole):
        again, slope = f.value_and_grad(given_as)  # type: ignore[arg-type]
        assert again == loss
        np.testing.assert_array_equal(slope, g)


@landscapes
def test_single_precision_stays_single(f: Objective) -> None:
    loss, g = f.value_and_grad(np.ones((3, f.size), np.float32))
    assert g.dtype == np.float32
    assert loss.dtype == np.float32


@each
def test_value_grad_and_call_agree(f: Objective) -> None:
    theta = np.random.default_rng(5).normal(size=f.size)
    loss, g = f.value_and_grad(theta)
    assert f.value(theta) == loss
    np.testing.assert_array_equal(f.grad(theta), g)
    assert f(theta)[0] == loss


@each
def test_inputs_are_not_changed(f: Objective) -> None:
    theta = np.random.default_rng(6).normal(size=f.size)
    before = theta.copy()
    theta.flags.writeable = False
    f.value_and_grad(theta)
    np.testing.assert_array_equal(theta, before)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(ALL)), runs=st.lists(st.integers(0, 3), max_size=3), seed=st.integers(0, 999))
def test_leading_axes_are_runs(name: str, runs: list[int], seed: int) -> None:
    f = ALL[name]
    theta = np.random.default_rng(seed).normal(size=(*runs, f.size))
    loss, g = f.value_and_grad(theta)
    assert np.shape(loss) == tuple(runs)
    assert g.shape == theta.shape
    for run in np.ndindex(*runs):
        alone, slope = f.value_and_grad(theta[run])
        assert loss[run] == alone
        np.testing.assert_array_equal(g[run], slope)


# ---- quadratics


def test_angle_turns_counter_clockwise() -> None:
    f = Quadratic([1, 100], angle=np.pi / 6)
    flat = np.array([np.cos(np.pi / 6), np.sin(np.pi / 6)])
    assert f.value(flat) == pytest.approx(0.5, rel=1e-12)
    assert f.value(np.array([-flat[1], flat[0]])) == pytest.approx(50, rel=1e-12)
    np.testing.assert_allclose(f.start, flat + np.array([-flat[1], flat[0]]))


@pytest.mark.parametrize("name", ["quadratic", "turned quadratic", "quadratic of 5"])
def test_hessian_is_the_derivative_of_the_gradient(name: str) -> None:
    f: Any = LANDSCAPES[name]
    rows = [numerical_gradient(lambda x, i=i: f.grad(x)[i], np.ones(f.size)) for i in range(f.size)]
    np.testing.assert_allclose(f.hessian, rows, atol=1e-8)
    np.testing.assert_allclose(np.linalg.eigvalsh(f.hessian), np.sort(f.eigenvalues), rtol=1e-12)


def test_basis_columns_are_the_directions_of_curvature() -> None:
    f = Quadratic([0.1, 1, 2, 5, 9], basis=Q)
    for lam, q in zip([0.1, 1, 2, 5, 9], Q.T, strict=True):
        np.testing.assert_allclose(f.hessian @ q, lam * q, atol=1e-12)
        assert f.value(2 * q) == pytest.approx(2 * lam, rel=1e-12)
    np.testing.assert_allclose(f.start, Q @ np.ones(5))


def test_negative_curvature_makes_a_saddle_that_falls() -> None:
    assert Quadratic([1, -1]).value(np.array([0.0, 3.0])) == -4.5


# ---- regression


@on_data
def test_mean_of_the_batch_gradients_is_the_full_gradient(f: Any) -> None:
    theta = np.random.default_rng(7).normal(size=f.size)
    parts = [f.value_and_grad(theta, batch) for batch in np.random.default_rng(8).permutation(24).reshape(4, 6)]
    loss, g = f.value_and_grad(theta)
    share = 4 if getattr(f, "convention", "") == "half_sum" else 1  # a sum over a quarter of the rows
    np.testing.assert_allclose(share * np.mean([part[0] for part in parts]), loss, rtol=1e-12)
    np.testing.assert_allclose(share * np.mean([part[1] for part in parts], axis=0), g, rtol=1e-11, atol=1e-13)


@on_data
def test_a_batch_is_a_set_of_rows_by_index_or_slice(f: Any) -> None:
    theta = np.random.default_rng(9).normal(size=f.size)
    by_index, by_slice = f(theta, np.arange(5, 9)), f(theta, slice(5, 9))
    assert by_index[0] == by_slice[0]
    np.testing.assert_array_equal(by_index[1], by_slice[1])
    whole = f(theta, np.arange(24))
    np.testing.assert_allclose(whole[0], f(theta)[0], rtol=1e-14)
    assert f.n == 24
    assert f(theta, np.array([3]))[0] != f(theta, np.array([4]))[0]


def test_conventions_of_squared_error_differ_by_their_factors() -> None:
    theta = np.array([0.3, 0.2, -0.1])
    r = X @ theta - Y
    for convention, factor in (("mean", 1 / 24), ("half_mean", 1 / 48), ("half_sum", 1 / 2)):
        f = LinearRegression(X, Y, convention)  # type: ignore[arg-type]
        loss, g = f.value_and_grad(theta)
        assert loss == pytest.approx(factor * (r**2).sum(), rel=1e-13)
        np.testing.assert_allclose(g, 2 * factor * X.T @ r, rtol=1e-12)
        np.testing.assert_allclose(f.hessian, 2 * factor * X.T @ X, rtol=1e-12)


def test_least_squares_of_dependent_columns_is_the_shortest_solution() -> None:
    np.testing.assert_allclose(LinearRegression([[1.0, 1.0], [2.0, 2.0]], [2.0, 4.0]).optimum, [1, 1])


def test_intercept_is_a_first_column_of_ones() -> None:
    np.testing.assert_array_equal(with_intercept(np.array([[2, 3], [4, 5]])), [[1, 2, 3], [1, 4, 5]])
    np.testing.assert_array_equal(with_intercept([2, 3]), [[1, 2], [1, 3]])


def test_logistic_loss_and_slope_at_one_point() -> None:
    # z = 2: log(1 + e²) - 2 = .1269280110, sigmoid(2) - 1 = -.1192029220
    loss, g = LogisticRegression([[2.0]], [1]).value_and_grad(np.array([1.0]))
    assert loss == pytest.approx(0.1269280110, rel=1e-9)
    assert g[0] == pytest.approx(-0.2384058440, rel=1e-9)


def test_logistic_loss_does_not_overflow() -> None:
    f = LogisticRegression([[1.0], [1.0]], [1, 0])
    for z in (1e3, -1e3, 1e100):
        loss, g = f.value_and_grad(np.array([z]))
        assert loss == pytest.approx(abs(z) / 2)
        assert abs(g[0]) == pytest.approx(0.5)


def test_o57_loss_of_a_confident_answer_keeps_its_digits() -> None:
    assert LogisticRegression([[37.0]], [0]).value(np.ones(1)) == pytest.approx(37.0, rel=1e-15)
    assert sigmoid(np.array([0.0, 1e4, -1e4])).tolist() == [0.5, 1.0, 0.0]


def test_logistic_penalty_is_half_l2_times_the_squared_norm() -> None:
    theta = np.array([1.0, -2.0, 2.0])
    plain, penalized = LogisticRegression(X, LABELS), LogisticRegression(X, LABELS, l2=0.3)
    assert penalized.value(theta) - plain.value(theta) == pytest.approx(0.5 * 0.3 * 9)
    np.testing.assert_allclose(penalized.grad(theta) - plain.grad(theta), 0.3 * theta)


@pytest.mark.parametrize("scale", [1.0, 10.0, 100.0])
def test_logistic_optimum_exists_on_separable_data_with_a_penalty(scale: float) -> None:
    f = LogisticRegression(scale * X, (X[:, 0] > 0).astype(int), l2=1e-3)
    np.testing.assert_allclose(f.grad(f.optimum), 0, atol=1e-10)


def test_o54_softmax_loss_and_slope() -> None:
    f = SoftmaxRegression([[1.0]], [0], classes=3)
    for shift in (0.0, 1000.0):  # theta holds W (1, 3), then b (3,)
        loss, g = f.value_and_grad(np.array([2.0, 1.0, 0.1, shift, shift, shift]))
        assert loss == pytest.approx(0.4170300163, rel=1e-9)
        np.testing.assert_allclose(g[:3], (-0.34099886, 0.24243297, 0.09856589), rtol=0, atol=5.1e-9)
        np.testing.assert_array_equal(g[3:], g[:3])


@pytest.mark.parametrize(("classes", "loss"), [(10, 2.3025850930), (2, 0.6931471806)])
def test_o55_loss_at_zero_is_the_log_of_the_number_of_classes(classes: int, loss: float) -> None:
    f = SoftmaxRegression(X, CLASSES % 2, classes=classes)
    assert f.value(f.start) == pytest.approx(loss, rel=1e-9)


def test_softmax_reads_w_row_by_row_then_b() -> None:
    f = SoftmaxRegression(X, CLASSES, classes=4)
    theta = np.arange(16.0) / 7
    w, b = theta[:12].reshape(3, 4), theta[12:]
    np.testing.assert_allclose(f.logits(theta, X), X @ w + b, rtol=1e-13)
    np.testing.assert_array_equal(f.predict(theta, X), (X @ w + b).argmax(axis=1))
    assert f.predict(np.stack([theta, -theta]), X).shape == (2, 24)


def test_softmax_penalty_leaves_the_intercepts_alone() -> None:
    theta = np.arange(16.0)
    difference = ON_DATA["softmax l2"].grad(theta) - ON_DATA["softmax"].grad(theta)
    np.testing.assert_allclose(difference, np.r_[0.1 * theta[:12], np.zeros(4)], atol=1e-12)


def test_softmax_of_two_classes_is_logistic_regression_of_the_difference() -> None:
    two = SoftmaxRegression(X, LABELS, classes=2)
    v = np.array([0.4, -1.0, 0.3])
    theta: Array = np.r_[np.c_[np.zeros(3), v].ravel(), 0.0, 0.0]
    assert two.value(theta) == pytest.approx(float(LogisticRegression(X, LABELS).value(v)), rel=1e-13)
