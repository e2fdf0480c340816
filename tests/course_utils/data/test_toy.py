"""Toy data: what they are said to hide is there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.data import Points, blobs, copying, line, moons, sorting, sparse_features, spirals, wilson, xor

PLANE = {"moons": moons, "spirals": spirals, "xor": xor, "blobs": blobs}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", PLANE)
@given(n=st.integers(4, 60), seed=st.integers(0, 5), noise=st.floats(0, 1))
@settings(max_examples=15, deadline=None)
def test_points_have_their_shapes_and_balanced_classes(name: str, n: int, seed: int, noise: float) -> None:
    x, y = PLANE[name](n, rng(seed), noise=noise)
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((n, 2), np.float64, (n,), np.int64)
    assert np.isfinite(x).all()
    counts = np.bincount(y)
    assert counts.max() - counts.min() <= (2 if name == "xor" else 1)


@pytest.mark.parametrize("name", PLANE)
def test_the_same_seed_draws_the_same_points_and_another_others(name: str) -> None:
    one, again, other = (PLANE[name](40, rng(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.x, again.x)
    np.testing.assert_array_equal(one.y, again.y)
    assert not np.array_equal(one.x, other.x)


@pytest.mark.parametrize("name", PLANE)
def test_classes_come_in_random_order(name: str) -> None:
    y = PLANE[name](200, rng()).y
    assert 60 < (y[1:] != y[:-1]).sum() < 180


def linear_accuracy(points: Points) -> float:
    """Best of least squares, on the points themselves."""
    x = np.c_[points.x, np.ones(len(points.x))]
    w = np.linalg.lstsq(x, 2.0 * points.y - 1, rcond=None)[0]
    return float(((x @ w > 0) == points.y).mean())


def test_no_straight_line_parts_moons_spirals_or_xor() -> None:
    assert linear_accuracy(moons(400, rng(), noise=0.0)) < 0.95
    assert linear_accuracy(spirals(400, rng(), noise=0.0)) < 0.8
    assert linear_accuracy(xor(400, rng(), noise=0.0)) < 0.8


def test_moons_without_noise_are_two_unit_half_circles() -> None:
    x, y = moons(101, rng(), noise=0.0)
    center = np.where(y[:, None], [1.0, 0.5], [0.0, 0.0])
    np.testing.assert_allclose(np.hypot(*(x - center).T), 1)
    assert (x[y == 0, 1] >= -1e-12).all()
    assert (x[y == 1, 1] <= 0.5 + 1e-12).all()


def test_arms_of_the_spirals_are_turned_copies_within_radius_1() -> None:
    x, y = spirals(300, rng(), arms=3, noise=0.0)
    r = [np.sort(np.hypot(*x[y == arm].T)) for arm in range(3)]
    np.testing.assert_allclose(r[0], r[1])
    np.testing.assert_allclose(r[0], r[2])
    assert r[0].max() == pytest.approx(1)


def test_four_points_of_xor_without_noise_are_the_truth_table() -> None:
    x, y = xor(4, rng(), noise=0.0)
    assert {(*row, label) for row, label in zip(x.tolist(), y.tolist(), strict=True)} == {
        (0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)
    }  # fmt: skip


def test_noise_is_the_standard_deviation_around_the_truth() -> None:
    centers = np.array([[0.0, 0.0], [10.0, 0.0]])
    x, y = blobs(20_000, rng(), centers, noise=0.5)
    assert (x - centers[y]).std() == pytest.approx(0.5, rel=0.02)
    x, y = line(20_000, rng(), slope=-3, intercept=4, noise=0.7)
    assert (y - (4 - 3 * x[:, 0])).std() == pytest.approx(0.7, rel=0.02)


def test_sparse_features_are_on_as_often_as_asked_and_rare_ones_matter_as_much() -> None:
    data = sparse_features(20_000, 5, rng(), rarest=0.01, commonest=0.5, noise=0.1)
    np.testing.assert_allclose(data.x.mean(axis=0), np.geomspace(0.5, 0.01, 5), rtol=0.15)
    assert set(np.abs(data.truth)) == {1.0}
    assert (data.y - data.x @ data.truth).std() == pytest.approx(0.1, rel=0.03)


def test_wilsons_rows_are_those_of_the_paper() -> None:
    data = wilson(5, 4, rng(), p=0.6)
    assert data.x_train.shape == (5, 3 + 5 * 5)
    for i, (row, y) in enumerate(zip(data.x_train, data.y_train, strict=True)):
        expected = np.zeros(28)
        expected[:3] = y, 1, 1
        expected[3 + 5 * i : 3 + 5 * i + (1 if y > 0 else 5)] = 1
        np.testing.assert_array_equal(row, expected)
    np.testing.assert_array_equal(data.x_test[:, 0], data.y_test)
    assert not data.x_test[:, 3:].any()


def test_least_norm_generalizes_on_wilsons_data_and_the_sign_solution_calls_everything_positive() -> None:
    data = wilson(40, 40, rng(), p=0.7)
    least_norm = np.linalg.pinv(data.x_train) @ data.y_train  # where gradient descent from 0 ends
    np.testing.assert_array_equal(np.sign(data.x_test @ least_norm), data.y_test)
    signs = np.sign(data.x_train.T @ data.y_train)  # where adaptive methods end, up to a factor
    assert (data.x_train @ signs * data.y_train > 0).all()
    assert (data.x_test @ signs > 0).all()
    assert (np.sign(data.x_test @ signs) == data.y_test).mean() == pytest.approx(0.7)


def test_copying_asks_for_the_symbols_after_the_last_was_read() -> None:
    x, y = copying(50, 7, 4, rng())
    np.testing.assert_array_equal(x[:, :7], y[:, 7:])
    assert not x[:, 7:].any()
    assert not y[:, :7].any()
    assert set(np.unique(x[:, :7])) == {1, 2, 3, 4}


def test_sorting_keeps_the_symbols_and_orders_them() -> None:
    x, y = sorting(50, 7, 4, rng())
    assert (np.diff(y) >= 0).all()
    for a, b in zip(x, y, strict=True):
        assert sorted(a) == b.tolist()
    assert set(np.unique(x)) == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            lambda: moons(1, rng()),
            "n must be a whole number, 2 or more, got 1: it is the number of examples. Try 100.",
        ),
        (
            lambda: line(5, rng(), noise=-1),
            "noise must be 0 or more, got -1: it is the standard deviation of the noise. Try 0.1.",
        ),
        (
            lambda: spirals(9, rng(), arms=1),
            "arms must be a whole number, 2 or more, got 1: each arm is a class. Try 100.",
        ),
        (
            lambda: blobs(9, rng(), centers=np.ones(4)),
            "centers must be a number or points (k, 2), got shape (4,): clouds lie in the plane. Try 3.",
        ),
        (
            lambda: sparse_features(9, 3, rng(), rarest=0.6),
            "0 < rarest <= commonest <= 1 must hold, got rarest=0.6 and commonest=0.5: they are the shares of rows in "
            "which the last and the first feature are on. Try 0.01 and 0.5.",
        ),
        (
            lambda: wilson(9, 9, rng(), p=0.5),
            "p must lie between 0.5 and 1, got 0.5: the construction needs a majority of positive labels. Try 0.75.",
        ),
        (
            lambda: sorting(9, 3, 1, rng()),
            "symbols must be a whole number, 2 or more, got 1: with one symbol nothing has to be remembered. Try 100.",
        ),
    ],
)
def test_refusals_say_what_why_and_what_to_try(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        wrong()
    assert str(caught.value) == message
