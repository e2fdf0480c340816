"""The checker of gradients, and the proof that it fails on wrong ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.checks import Array
from course_utils.gradcheck import check_gradient, numerical_gradient, relative_error

A = np.array([[2.0, -1.0, 0.5], [0.3, 1.5, -0.7], [-0.2, 0.4, 3.0]])
AT = np.array([0.7, -1.3, 0.4])


def f(x: Array) -> Any:
    return np.sin(x) @ A @ x


def right(x: Array) -> Array:
    return np.cos(x) * (A @ x) + A.T @ np.sin(x)


WRONG = {
    "sign": lambda x: -right(x),
    "sign of one term": lambda x: np.cos(x) * (A @ x) - A.T @ np.sin(x),
    "factor 2": lambda x: 2 * right(x),
    "factor 1/n": lambda x: right(x) / 3,
    "transposed": lambda x: np.cos(x) * (A.T @ x) + A @ np.sin(x),
    "missing term": lambda x: np.cos(x) * (A @ x),
    "missing inner derivative": lambda x: A @ x + A.T @ np.sin(x),
    "parameters in another order": lambda x: right(x)[::-1],
    "one parameter forgotten": lambda x: right(x) * [1, 1, 0],
    "one parameter off by 3 percent": lambda x: right(x) * [1, 1.03, 1],
    "taken at another point": lambda x: right(x + 0.1),
    "nan": lambda x: right(x) * [1, np.nan, 1],
    "inf": lambda x: right(x) * [1, 1, np.inf],
}


def test_a_right_gradient_passes() -> None:
    report = check_gradient(lambda x: (f(x), right(x)), AT)
    assert report.verdict == "correct"
    assert report.passed
    assert report
    assert report.max_relative_error < 1e-9


@pytest.mark.parametrize("gradient", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_gradient_is_called_wrong(gradient: Any) -> None:
    report = check_gradient(lambda x: (f(x), gradient(x)), AT)
    assert report.verdict == "wrong"
    assert not report


@pytest.mark.parametrize("factor", [1 + 1e-3, 1 - 1e-4, 1 + 1e-5])
def test_a_slightly_wrong_gradient_is_suspicious(factor: float) -> None:
    report = check_gradient(lambda x: (f(x), factor * right(x)), AT)
    assert report.verdict == "suspicious"
    assert not report.passed
    assert report.max_relative_error == pytest.approx(abs(factor - 1) / 2, rel=1e-2)


@pytest.mark.parametrize(("error", "verdict"), [(0.9e-6, "correct"), (1.2e-6, "suspicious"), (0.9e-2, "suspicious"),
                                                (1.1e-2, "wrong")])  # fmt: skip
def test_verdicts_change_at_1e_6_and_1e_2(error: float, verdict: str) -> None:
    slope = (1 + error) / (1 - error)  # |a - 1| / (|a| + 1) = error
    assert check_gradient(lambda x: (x[0], np.array([slope])), np.array([0.5])).verdict == verdict


def relu(x: Array) -> tuple[Any, Array]:
    return np.maximum(x, 0).sum(), (x > 0).astype(float)


def test_a_kink_within_reach_of_the_step_does_not_pass() -> None:
    assert check_gradient(relu, np.array([1.0, -1.0])).verdict == "correct"
    assert not check_gradient(relu, np.array([1.0, 1e-7]))
    assert not check_gradient(relu, np.array([1.0, 0.0]))


def test_a_soft_kink_near_the_point_is_suspicious() -> None:
    def hinge(x: Array) -> tuple[Any, Array]:  # 1e-3 of a kink on top of a line
        return x[0] + 1e-3 * np.maximum(x[0], 0), np.array([1 + 1e-3 * (x[0] > 0)])

    assert check_gradient(hinge, np.array([1e-7])).verdict == "suspicious"


def test_single_precision_losses_are_never_called_correct_by_luck() -> None:
    def low(x: Array) -> tuple[Any, Array]:
        y = x.astype(np.float32)
        return (y**3).sum(), 3 * y**2

    assert not check_gradient(low, np.array([0.3, 1.7]))


def test_a_loss_that_is_not_finite_is_wrong_and_quiet() -> None:
    for value in (np.nan, np.inf):
        report = check_gradient(lambda x, value=value: (value, np.ones_like(x)), AT)
        assert (report.verdict, report.max_relative_error) == ("wrong", math.inf)


def test_the_report_names_the_worst_parameter() -> None:
    report = check_gradient(lambda x: (f(x), right(x) * [1, 1.5, 1.1]), AT)
    assert report.worst == 1
    assert report.max_relative_error == pytest.approx(0.2)
    np.testing.assert_allclose(report.numerical, right(AT), rtol=1e-8)
    np.testing.assert_array_equal(report.given, right(AT) * [1, 1.5, 1.1])
    number = right(AT)[1]
    assert repr(report) == (
        f"GradientReport(wrong: max relative error 2.0e-01, at parameter 1: given {1.5 * number:.6g}, "
        f"numerical {number:.6g})"
    )


def test_a_matrix_of_parameters_is_checked_entry_by_entry() -> None:
    def g(w: Array) -> tuple[Any, Array]:
        return (A * w**2).sum(), 2 * A * w

    assert check_gradient(g, np.arange(9.0).reshape(3, 3) - 4)
    assert check_gradient(lambda w: (g(w)[0], g(w)[1].T), np.arange(9.0).reshape(3, 3) - 4).verdict == "wrong"


def test_the_point_is_not_changed() -> None:
    theta = AT.copy()

    def spoils(x: Array) -> tuple[Any, Array]:
        loss, g = f(x), right(x)
        x += 1.0
        return loss, g

    assert check_gradient(spoils, theta)
    np.testing.assert_array_equal(theta, AT)


def test_integers_are_taken_as_real_numbers() -> None:
    assert check_gradient(lambda x: ((x**2).sum(), 2 * x), np.array([1, -2]))


@pytest.mark.parametrize(("h", "error"), [(1e-2, 9.0e-6), (1e-5, 1.1e-11), (1e-8, 2.6e-9), (1e-12, 1.2e-5)])
def test_o59_error_of_central_differences_falls_then_rises(h: float, error: float) -> None:
    got = abs(numerical_gradient(lambda x: np.sin(x[0]), np.array([1.0]), h)[0] - math.cos(1.0))
    assert error / 20 < got < error * 5


def test_the_default_step_grows_with_the_parameter() -> None:
    for x in (1e6, 2.0, 1e-3):
        g = numerical_gradient(lambda theta: theta[0] ** 3, np.array([x]))
        np.testing.assert_allclose(g, [3 * x * x], rtol=1e-9, atol=1e-10)


def test_relative_error_is_symmetric_and_0_where_both_are_0() -> None:
    a, b = np.array([0.0, 1.0, 3.0, 0.0]), np.array([0.0, -1.0, 1.0, 1e-9])
    np.testing.assert_allclose(relative_error(a, b), [0.0, 1.0, 0.5, 0.1])
    np.testing.assert_array_equal(relative_error(a, b), relative_error(b, a))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-2, 2).filter(lambda x: abs(x) > 0.1), min_size=1, max_size=6), st.integers(0, 5))
def test_any_point_passes_right_and_fails_doubled(point: list[float], pick: int) -> None:
    theta = np.array(point)
    i = pick % len(point)

    def cubic(x: Array) -> tuple[Any, Array]:
        return (x**3).sum() / 3, x**2

    def spoiled(x: Array) -> tuple[Any, Array]:
        g = x**2
        g[i] *= 2
        return (x**3).sum() / 3, g

    assert check_gradient(cubic, theta)
    report = check_gradient(spoiled, theta)
    assert (report.verdict, report.worst) == ("wrong", i)
