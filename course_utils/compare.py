"""Do two answers say the same? Arrays, numbers, text, and tuples, lists and dicts of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.sealed import Sealed


class Raised:
    """Stands in for a result where the call raised."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __repr__(self) -> str:
        return f"{type(self.error).__name__}: {self.error}"


def difference(got: Any, expected: Any, rtol: float, atol: float) -> str | None:
    """None if ``got`` equals ``expected`` within ``rtol`` and ``atol``; else what differs, without the right numbers.

    nan equals nan. Where float32 is expected, float32 is required, and compared to 1e-5.

    >>> difference(np.array([1.0, 2.5]), np.array([1.0, 2.0]), 1e-9, 0)
    'is off by up to 0.5 (25 %)'
    >>> difference((1.0,), (1.0, 2.0), 1e-9, 0)
    'has 1 parts, 2 are expected'
    """
    if isinstance(got, Raised) or isinstance(expected, Raised):
        same = isinstance(got, Raised) and isinstance(expected, Raised) and type(got.error) is type(expected.error)
        return None if same else f"raised {got!r}" if isinstance(got, Raised) else "should have raised an error"
    if isinstance(expected, Sealed):
        return expected.difference(got)
    if isinstance(expected, dict):
        return _dicts(got, expected, rtol, atol)
    if isinstance(expected, tuple | list):
        return _sequences(got, expected, rtol, atol)
    if isinstance(expected, str | bool | np.bool_) or expected is None:
        return _exact(got, expected)
    return _numbers(got, expected, rtol, atol)


def _dicts(got: Any, expected: dict[Any, Any], rtol: float, atol: float) -> str | None:
    if not isinstance(got, dict):
        return f"is a {type(got).__name__}, a dict is expected"
    if missing := [key for key in expected if key not in got]:
        return f"has no entry {missing[0]!r}"
    wrong = [key for key in expected if difference(got[key], expected[key], rtol, atol)]
    if not wrong:
        return None
    return f"is right in {len(expected) - len(wrong)} of {len(expected)} entries"


def _sequences(got: Any, expected: tuple[Any, ...] | list[Any], rtol: float, atol: float) -> str | None:
    if not isinstance(got, tuple | list):
        return f"is a {type(got).__name__}, a {type(expected).__name__} of {len(expected)} parts is expected"
    if len(got) != len(expected):
        return f"has {len(got)} parts, {len(expected)} are expected"
    for place, (mine, right) in enumerate(zip(got, expected, strict=True), 1):
        if why := difference(mine, right, rtol, atol):
            return f"{why} {'of' if ' in part ' in why else 'in'} part {place}"
    return None


def _exact(got: Any, expected: Any) -> str | None:
    if isinstance(expected, bool | np.bool_):
        if not isinstance(got, bool | np.bool_):
            return f"is {_kind(got)}, True or False is expected"
        return None if bool(got) == bool(expected) else "is the other of True and False"
    if expected is None:
        return None if got is None else f"is {_kind(got)}, None is expected"
    if not isinstance(got, str):
        return f"is {_kind(got)}, text is expected"
    return None if got.strip().lower() == expected.strip().lower() else f"is {got!r}"


def _numbers(got: Any, expected: Any, rtol: float, atol: float) -> str | None:
    if got is None:
        return "is None: is a return missing?"
    right = np.asarray(expected)
    try:
        mine = np.asarray(got)
    except ValueError:
        return "is ragged: its rows have different lengths"
    if mine.dtype.kind not in "fiub":
        return f"is {_kind(got)}, numbers are expected"
    if mine.shape != right.shape:
        return f"has shape {mine.shape}, {right.shape} is expected"
    if right.dtype == np.float32:
        if mine.dtype != np.float32:
            return f"has dtype {mine.dtype}, float32 is expected for float32 input"
        rtol, atol = max(rtol, 1e-5), max(atol, 1e-6)
    mine, right = mine.astype(float), right.astype(float)
    if mine.tobytes() == right.tobytes() or np.allclose(mine, right, rtol=rtol, atol=atol, equal_nan=True):
        return None
    if not np.all(np.isfinite(mine)):
        return "holds nan or inf"
    if not np.all(np.isfinite(right)):
        return "is finite where it should not be"
    off = np.abs(mine - right)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        percent = 100 * float(np.nanmax(off / np.abs(right)))
    digits = ".2g" if percent < 99.5 else ".0f"
    return f"is off by up to {off.max():.3g}" + (f" ({percent:{digits}} %)" if percent <= 1000 else "")


def _kind(value: Any) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
