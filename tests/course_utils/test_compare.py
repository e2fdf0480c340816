"""What counts as the same answer, and how a difference is told."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.compare import Raised, difference

SAME = [
    (1, 1.0),
    (np.float32(0.5), 0.5),
    ([1.0, 2.0], np.array([1.0, 2.0])),
    ((1.0, np.ones(2)), [1.0, np.ones(2)]),
    ({"a": True, "b": 2}, {"a": np.True_, "b": 2.0}),
    (np.array([np.nan]), np.array([np.nan])),
    (" ADAM ", "adam"),
    (Raised(ValueError("x")), Raised(ValueError("y"))),
]

DIFFERENT = [
    (1.5, 1.0, "is off by up to 0.5 (50 %)"),
    (1e9, 1.0, "is off by up to 1e+09"),
    (1.0, 0.0, "is off by up to 1"),
    (np.ones(3), np.ones(2), "has shape (3,), (2,) is expected"),
    (None, np.ones(2), "is None: is a return missing?"),
    ("text", 1.0, "is a str, numbers are expected"),
    ([[1.0], [1.0, 2.0]], np.ones(2), "is ragged: its rows have different lengths"),
    (np.array([np.inf]), np.array([1.0]), "holds nan or inf"),
    (np.array([1.0]), np.array([np.nan]), "is finite where it should not be"),
    ((1.0,), (1.0, 2.0), "has 1 parts, 2 are expected"),
    (3.0, (1.0, 2.0), "is a float, a tuple of 2 parts is expected"),
    (1.0, 0.5, "is off by up to 0.5 (100 %)"),
    (1.996, 1.0, "is off by up to 0.996 (100 %)"),
    ((1.0, 3.0), (1.0, 2.0), "is off by up to 1 (50 %) in part 2"),
    (([1.0, (0.0, 3.0)],), ([1.0, (0.0, 2.0)],), "is off by up to 1 (50 %) in part 2 of part 2 of part 1"),
    ({"a": 1.0}, {"a": 1.0, "b": 2.0}, "has no entry 'b'"),
    ({"a": 1.0, "b": 3.0}, {"a": 1.0, "b": 2.0}, "is right in 1 of 2 entries"),
    (1, True, "is a int, True or False is expected"),
    (False, True, "is the other of True and False"),
    (3, "adam", "is a int, text is expected"),
    (Raised(ValueError("no")), 1.0, "raised ValueError: no"),
    (1.0, Raised(ValueError()), "should have raised an error"),
    (np.ones(2), np.ones(2, dtype=np.float32), "has dtype float64, float32 is expected for float32 input"),
]


@pytest.mark.parametrize(("got", "expected"), SAME)
def test_equal_answers_have_no_difference(got: object, expected: object) -> None:
    assert difference(got, expected, 1e-9, 1e-12) is None


@pytest.mark.parametrize(("got", "expected", "message"), DIFFERENT)
def test_a_difference_is_told_in_words(got: object, expected: object, message: str) -> None:
    assert difference(got, expected, 1e-9, 1e-12) == message


def test_numbers_just_outside_the_tolerance_differ() -> None:
    assert difference(1.0 + 2e-9, 1.0, 1e-9, 0) is not None
    assert difference(1.0 + 0.5e-9, 1.0, 1e-9, 0) is None
