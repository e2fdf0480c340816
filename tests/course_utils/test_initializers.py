"""Initializers: the variances that were promised, and repeatable draws."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.initializers import (
    Initializer,
    fan_in_uniform,
    he,
    leaky_he,
    normal,
    orthogonal,
    xavier,
    zeros,
)

VARIANCE: dict[str, tuple[Initializer, float]] = {
    "normal": (normal(0.3), 0.09),
    "xavier": (xavier, 2 / (400 + 300)),
    "he": (he, 2 / 400),
    "leaky_he": (leaky_he(0.2), 2 / (1.04 * 400)),
    "fan_in_uniform": (fan_in_uniform, 1 / (3 * 400)),
}


@pytest.mark.parametrize("name", VARIANCE)
def test_draws_have_mean_0_and_the_promised_variance(name: str) -> None:
    make, variance = VARIANCE[name]
    w = make(400, 300, (400, 300), np.random.default_rng(0))
    assert w.shape == (400, 300)
    assert abs(w.mean()) < 4 * np.sqrt(variance / w.size)
    assert w.var() == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize("name", [*VARIANCE, "orthogonal"])
def test_draws_depend_on_the_generator_alone(name: str) -> None:
    make = orthogonal if name == "orthogonal" else VARIANCE[name][0]
    draws = [make(5, 3, (5, 3), np.random.default_rng(seed)) for seed in (7, 7, 8)]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert (draws[0] != draws[2]).any()


@pytest.mark.torch
def test_bounds_equal_those_of_torch(needs_torch: ModuleType) -> None:
    torch = needs_torch
    ours: list[tuple[Initializer, Any]] = [
        (xavier, torch.nn.init.xavier_uniform_),
        (fan_in_uniform, lambda w: torch.nn.Linear(400, 300).weight),
        (he, lambda w: torch.nn.init.kaiming_normal_(w)),
        (leaky_he(0.2), lambda w: torch.nn.init.kaiming_normal_(w, a=0.2)),
    ]
    for make, twin in ours:
        torch.manual_seed(0)
        theirs = twin(torch.empty(300, 400)).detach().numpy()           # torch keeps (out, in)
        w = make(400, 300, (400, 300), np.random.default_rng(0))
        assert w.std() == pytest.approx(theirs.std(), rel=0.01)
        if make in (xavier, fan_in_uniform):
            assert np.abs(w).max() == pytest.approx(np.abs(theirs).max(), rel=1e-3)


def test_zeros_are_zeros() -> None:
    assert not zeros(3, 2, (3, 2), np.random.default_rng(0)).any()


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_orthogonal_matrices_have_orthonormal_columns_or_rows(rows: int, columns: int, seed: int) -> None:
    w = orthogonal(rows, columns, (rows, columns), np.random.default_rng(seed))
    gram = w.T @ w if rows >= columns else w @ w.T
    np.testing.assert_allclose(gram, np.eye(min(rows, columns)), atol=1e-12)


def test_orthogonal_reads_further_axes_as_one() -> None:
    w = orthogonal(6, 4, (4, 2, 3), np.random.default_rng(0)).reshape(4, 6)
    np.testing.assert_allclose(w @ w.T, np.eye(4), atol=1e-12)


def test_orthogonal_matrices_are_spread_evenly() -> None:
    """Without the signs of R, the diagonal of Q would lean to one side."""
    rng = np.random.default_rng(0)
    diagonal = [np.diag(orthogonal(3, 3, (3, 3), rng)) for _ in range(2000)]
    assert np.abs(np.mean(diagonal, axis=0)).max() < 0.05
