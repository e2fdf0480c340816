"""A value that can be compared with and not read: the answers to value questions in a class release.

Text and booleans are kept as a slow hash. A number is kept as the hash of its cell on a grid whose cells are as wide as
the tolerance; where the grid lies says nothing about which cell is meant. Who tries all answers finds the right one,
as with :func:`course_utils.check.check` itself; nobody reads it by accident.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import numpy as np

from course_utils.questions import WrongAnswer

ROUNDS = 2_000
"""Of the hash: about a millisecond."""
Grid = tuple[Any, ...] | None
"""("linear" or "logarithmic", width, offset) of a number's cells; ("array", shape, grids); None for what is exact."""


@dataclass(frozen=True)
class Sealed:
    """One value: its hash, with what is needed to hash another one alike."""

    salt: str
    grid: Grid
    digest: str

    def difference(self, got: Any) -> str | None:
        """None if ``got`` is the value; else a sentence."""
        text = canonical(got, self.grid)
        if text is None:
            kind = self.grid[0] if self.grid else ""
            wanted = {"": "text, True or False is", "array": "an array of another shape is"}.get(kind, "a number is")
            return f"is {'None' if got is None else f'a {type(got).__name__}'}, {wanted} expected"
        return None if digest(text, self.salt) == self.digest else "is not right"


def canonical(value: Any, grid: Grid) -> str | None:
    """What is hashed of a value; None where it is of the wrong kind.

    >>> canonical(" Eps Inside ", None), canonical(True, None), canonical(0.07, ("linear", 0.02, 0.01))
    ('eps inside', 'True', '3')
    """
    if grid is None:
        if isinstance(value, str):
            return value.strip().lower()
        return str(bool(value)) if isinstance(value, bool | np.bool_) else None
    if grid[0] == "array":
        array = np.asarray(value)
        if array.dtype.kind not in "fiu" or list(array.shape) != list(grid[1]):
            return None
        return " ".join(str(canonical(x, g)) for x, g in zip(array.ravel().tolist(), grid[2], strict=True))
    try:
        number = float(np.asarray(value)[()])
    except (TypeError, ValueError):
        return None
    if isinstance(value, str | bool | np.bool_) or not math.isfinite(number):
        return "outside"
    kind, width, offset = grid
    if kind == "linear":
        return str(math.floor((number - offset) / width))
    return f"{math.copysign(1, number):+g} {math.floor((math.log(abs(number)) - offset) / width)}" if number else "0"


def digest(text: str, salt: str) -> str:
    """The slow hash, in hexadecimal."""
    return hashlib.pbkdf2_hmac("sha256", text.encode(), salt.encode(), ROUNDS).hex()


def seal(value: Any, rtol: float, atol: float, salt: str) -> Sealed:
    """Seal a text, a boolean or a number; numbers within the tolerance of it will count as equal.

    >>> seal(0.5, 1e-3, 0.0, "a").difference(0.5004), seal(0.5, 1e-3, 0.0, "a").difference(0.501)
    (None, 'is not right')
    """
    grid = None if isinstance(value, str | bool | np.bool_) else cells(value, rtol, atol)
    text = canonical(value, grid)
    if text is None:
        raise ValueError(f"a {type(value).__name__} cannot be sealed: only text, True, False, numbers and arrays can.")
    return Sealed(salt, grid, digest(text, salt))


def cells(value: Any, rtol: float, atol: float) -> Grid:
    """A grid with one cell that is the tolerance around ``value``: logarithmic for a relative one."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
        return "array", list(value.shape), [cells(x, rtol, atol) for x in value.ravel().tolist()]
    if not isinstance(value, Real):
        raise ValueError(f"a {type(value).__name__} cannot be sealed: split it into named entries.")
    number = float(value)
    if rtol and number:
        low, high = math.log(abs(number) * (1 - rtol)), math.log(abs(number) * (1 + rtol))
        return "logarithmic", high - low, low % (high - low)
    if not atol:
        raise ValueError(f"{value!r} cannot be sealed without a tolerance: give the question an rtol or an atol.")
    return "linear", 2 * atol, (number - atol) % (2 * atol)


@dataclass(frozen=True)
class SealedMistake:
    """A known wrong value: its name and message open only to who gives it."""

    answer: Any
    """A :class:`Sealed`, or a mapping of them for a question with several entries."""
    box: str
    salt: str = field(default="")

    def told_to(self, value: Any) -> WrongAnswer:
        """The mistake in words, for an answer that equals it."""
        stream = keystream(self._key(value), self.salt, len(packed := base64.b64decode(self.box)))
        name, _, message = bytes(a ^ b for a, b in zip(packed, stream, strict=True)).decode().partition("\n")
        return WrongAnswer(name, value, message)

    def _key(self, value: Any) -> str:
        return key_of(value, self.answer)


def key_of(value: Any, sealed: Any) -> str:
    """What opens the box: the canonical forms of all entries that the mistake is about."""
    if isinstance(sealed, Mapping):
        return "\n".join(f"{key}={key_of(value[key], entry)}" for key, entry in sealed.items())
    if isinstance(sealed, list | tuple):
        return "\n".join(key_of(inner, entry) for inner, entry in zip(value, sealed, strict=True))
    return str(canonical(value, sealed.grid))


def box(name: str, message: str, value: Any, sealed: Any, salt: str) -> str:
    """Name and message, locked with the wrong value."""
    text = f"{name}\n{message}".encode()
    stream = keystream(key_of(value, sealed), salt, len(text))
    return base64.b64encode(bytes(a ^ b for a, b in zip(text, stream, strict=True))).decode()


def keystream(key: str, salt: str, size: int) -> bytes:
    """``size`` bytes that follow from the key."""
    return hashlib.pbkdf2_hmac("sha256", key.encode(), f"box {salt}".encode(), ROUNDS, max(size, 1))[:size]
