"""Simulated ratings: a known truth under noise of a known size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.data import Ratings, simulated_ratings


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(users=st.integers(1, 30), items=st.integers(1, 30), share=st.floats(0.01, 1), seed=st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_no_cell_is_rated_twice_and_nobody_is_left_out(users: int, items: int, share: float, seed: int) -> None:
    r = simulated_ratings(users, items, rng(seed), share=share)
    n = max(round(share * users * items), 1)
    assert len(r.value) == len(set(zip(r.user.tolist(), r.item.tolist(), strict=True))) == n
    assert r.shape == (users, items)
    assert (r.user.min(), r.item.min()) >= (0, 0)
    assert r.user.max() < users
    assert r.item.max() < items
    if n >= max(users, items):
        assert len(np.unique(r.user)) == users
        assert len(np.unique(r.item)) == items


def table(noise: float) -> Ratings:
    return simulated_ratings(60, 50, rng(), rank=2, share=1.0, noise=noise)


def test_without_noise_the_table_is_biases_plus_a_matrix_of_the_rank() -> None:
    r = table(0.0)
    full = np.empty(r.shape)
    full[r.user, r.item] = r.value
    singular = np.linalg.svd(full, compute_uv=False)
    assert singular[3] > 1 > 1e-9 > singular[4]  # 2 tastes, and the biases add 2 at most


def test_the_noise_has_the_size_that_was_asked_for_and_is_neither_rounded_nor_clipped() -> None:
    noise = table(0.25).value - table(0.0).value
    assert noise.std() == pytest.approx(0.25, rel=0.05)
    assert len(np.unique(table(0.25).value)) == 3000


def test_tastes_explain_half_a_point_squared() -> None:
    r = simulated_ratings(400, 400, rng(), rank=5, share=1.0, noise=0.0)
    full = np.empty(r.shape)
    full[r.user, r.item] = r.value
    rest = full - full.mean(axis=0) - full.mean(axis=1)[:, None] + full.mean()
    assert rest.var() == pytest.approx(0.5, rel=0.15)
    assert full.mean() == pytest.approx(3.5, abs=0.1)


def test_rows_cut_triples_and_keep_the_shape_of_the_table() -> None:
    r = table(0.25)
    part = r.rows(np.array([5, 0]))
    assert part.shape == r.shape
    assert (part.user[0], part.item[0], part.value[0]) == (r.user[5], r.item[5], r.value[5])
    assert len(r.rows(r.user == 3).value) == 50


def test_a_share_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError) as caught:
        simulated_ratings(5, 5, rng(), share=20)
    assert str(caught.value) == "share must lie in (0, 1], got 20: it is the part of the table that is seen. Try 0.2."
