"""Values across the wall: what goes in comes out, and what is forged, huge or strange does no harm."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_tools.grade.inside import wire
from course_utils.optimizers.adam import AdamState

VALUES = [
    None, True, -7, 10**30, 0.1, float("inf"), 1 - 2j, "π", (1, [2.5, {"a": None}]), {1: "x", (2, 3): []},
    np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros((0, 4)), np.float64(2.5), np.bool_(True), np.array(3),
    AdamState(np.ones(2), np.zeros(2)),
]  # fmt: skip


def through(value: Any, **options: Any) -> Any:
    packed = wire.pack({"value": value}, **options)
    text, blob = wire.sizes(packed[: wire.HEAD.size])
    rest = packed[wire.HEAD.size :]
    return wire.unpack(rest[:text], rest[text : text + blob])["value"]


def same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray | np.generic):
        return type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b, equal_nan=True)
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_out_as_it_went_in(value: Any) -> None:
    assert same(value, through(value))


@settings(max_examples=50, derandomize=True, deadline=None)
@given(hnp.arrays(st.sampled_from([np.float64, np.float32, np.int16, bool]), hnp.array_shapes(max_dims=4, min_side=0)))
def test_arrays_of_any_shape(array: np.ndarray) -> None:
    assert same(array, through(array))


def test_an_array_that_lies_is_taken_for_what_its_memory_holds() -> None:
    class Liar(np.ndarray):
        def __array__(self, *_: Any, **__: Any) -> np.ndarray:
            return np.full(2, 42.0)

        def __eq__(self, _: object) -> Any:
            return True

        __hash__ = None  # type: ignore[assignment]

    found = through(np.zeros(2).view(Liar))
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, 0)


def test_what_is_no_plain_value_needs_a_ticket() -> None:
    kept: list[Any] = []
    found = through(object(), keep=lambda thing: kept.append(thing) or 5)
    assert (isinstance(found, wire.Ticket), type(found).__name__, found.number, len(kept)) == (True, "object", 5, 1)
    with pytest.raises(wire.Broken, match="a object cannot travel"):
        through(object())


@pytest.mark.parametrize("value", ["x" * (2**25 + 1), [[0] * 1000] * 300], ids=["large", "many"])
def test_what_is_too_large_is_refused(value: Any) -> None:
    with pytest.raises(wire.Broken):
        through(value)


def test_a_list_that_contains_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(wire.Broken, match="nested too deeply"):
        through(endless)


def test_arrays_of_objects_and_huge_ones_travel_as_a_note() -> None:
    assert repr(through(np.array([object()]))) == "an array of object with shape (1,)"
    assert repr(through(np.zeros(5_000_000))) == "an array of float64 with shape (5000000,), larger than 32 MB"


@pytest.mark.parametrize(
    "forged",
    [
        b"", b"[]", b"not json", b'{"value": ["array", "f8", [100], 0]}', b'{"value": ["array", "O", [1], 0]}',
        b'{"value": ["array", "f8", [-1], 0]}', b'{"value": ["array", "f8", [1000000, 1000000, 1000000], 0]}',
        b'{"value": ["named", "os", "stat_result", []]}', b'{"value": ["named", "course_utils.check", "_x", []]}',
        b'{"value": ["pickle", "gASVCg=="]}', b'{"value": {"float": 1}}',
        b'{"value": ["lent", ["course_utils.optimizers.sgd", "SGD", ["dict", [["lr", 1]]], null]]}',
        b"[" * 100_000, b"\xff\xfe",
    ],
)  # fmt: skip
def test_a_forged_message_is_refused_and_runs_nothing(forged: bytes) -> None:
    with pytest.raises(wire.Broken):
        wire.unpack(forged, b"")


def test_a_function_of_the_library_is_no_state() -> None:
    text = json.dumps({"value": ["named", "course_utils.check", "check", [1]]}).encode()
    assert wire.unpack(text, b"")["value"] == (1,)


def test_the_head_of_a_message_cannot_ask_for_all_memory() -> None:
    with pytest.raises(wire.Broken, match="larger than 32 MB"):
        wire.sizes(wire.HEAD.pack(2**32 - 1, 2**32 - 1))
