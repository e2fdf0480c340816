"""The matrix of windows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.layers.blocks import CACHE, Windows, blocks


@given(st.integers(0, 50), st.integers(1, 2 * CACHE))
@settings(max_examples=50, deadline=None)
def test_blocks_cover_every_image_once_and_fit_the_cache(n: int, size: int) -> None:
    parts = list(blocks(n, size))
    assert [i for part in parts for i in range(n)[part]] == list(range(n))
    assert all(len(range(n)[part]) * size <= CACHE or len(range(n)[part]) == 1 for part in parts)


@pytest.mark.parametrize("channels", [1, 2, 8, 12])
@pytest.mark.parametrize("groups", [1, 2])
def test_a_row_holds_one_window(channels: int, groups: int) -> None:
    if channels % groups:
        return
    x = np.random.default_rng(0).normal(size=(2, 5, 6, channels))
    windows = Windows(x.shape, (1, 0), (3, 2), (2, 1), groups, np.float64)
    matrix = windows.read(x)
    padded = np.pad(x, ((0, 0), (1, 1), (0, 0), (0, 0)))
    each = channels // groups
    for row, (n, i, j) in enumerate(np.ndindex(2, 3, 5)):
        window = padded[n, 2 * i : 2 * i + 3, j : j + 2]                # (3, 2, c)
        for g in range(groups):
            np.testing.assert_array_equal(matrix[g, row], window[..., g * each : (g + 1) * each].ravel())


@pytest.mark.parametrize("channels", [1, 12])
def test_add_back_is_the_transpose_of_read_and_leaves_the_margin_clean(channels: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 5, 6, channels))
    windows = Windows(x.shape, (2, 1), (3, 3), (2, 1), 1, np.float64)
    rows = windows.read(x).copy()
    numbers: Any = rng.normal(size=rows.shape)
    windows.matrix[...] = numbers
    back = np.empty_like(x)
    windows.add_back(back)
    assert np.isclose((back * x).sum(), (numbers * rows).sum())
    np.testing.assert_array_equal(windows.read(x), rows)
