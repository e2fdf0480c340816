"""Values across the wall of the jail: plain typed data with a size limit, never pickle.

A message is a JSON text and a piece of bytes that its arrays lie in, each with its length in front. Both sides decode
what the other one sent without running any of it. A thing that is no plain value (an object of the learner's own) stays
where it is, and a ticket travels in its place; the grader lends things of the library, see ``library.py``.
"""

from __future__ import annotations

import importlib
import json
import struct
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from . import library

HEAD = struct.Struct("<II")
LIMIT = 32 * 2**20
"""Bytes of a message at most."""
DEEP, LONG = 30, 200_000
"""Levels of nesting, and values in one message, at most."""
NUMBERS = {dtype.str[1:]: dtype for dtype in map(np.dtype, "?bhiqBHIQegfdFD")}
"""Entries of arrays that travel, by name."""
NAMES = {dtype: name for name, dtype in NUMBERS.items()}
LITTLE = {name: dtype.newbyteorder("<") for name, dtype in NUMBERS.items()}
"""How they lie in a message."""


ENCODE = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


class Broken(Exception):
    """What arrived is not a message, or too large to be one."""


class Ticket:
    """Stands for a thing that stays on the other side; its class bears the name of that thing's."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __deepcopy__(self, _memo: object) -> Ticket:
        return self


class Body(NamedTuple):
    """Most of a message, packed: the same for every answer that is asked the same."""

    text: bytes
    blob: bytes


def body(message: dict[str, Any], keep: Callable[[Any], int] | None = None, lend: bool = False) -> Body:
    """A message in two pieces; ``keep`` takes what is no plain value and returns the number of its ticket."""
    packer = _Packer(keep, lend)
    text = ENCODE({name: packer.value(value) for name, value in message.items()}).encode("ascii")
    return Body(text, b"".join(packer.parts))


def pack(message: dict[str, Any], keep: Callable[[Any], int] | None = None, lend: bool = False) -> bytes:
    """A message as bytes."""
    return joined(body(message, keep, lend))


def joined(most: Body, **plain: str | float) -> bytes:
    """A message as bytes, with what is particular to this one."""
    text, blob = most
    if plain:
        text = ENCODE(plain).encode("ascii")[:-1] + b"," + text[1:]
    if len(text) + len(blob) > LIMIT:
        raise Broken(f"the value is larger than {LIMIT >> 20} MB")
    return HEAD.pack(len(text), len(blob)) + text + blob


def sizes(head: bytes) -> tuple[int, int]:
    """Lengths of the two parts that follow."""
    text, blob = HEAD.unpack(head)
    if text + blob > LIMIT:
        raise Broken(f"the value is larger than {LIMIT >> 20} MB")
    return text, blob


class Inbox:
    """Bytes as they came, cut into messages."""

    def __init__(self) -> None:
        self.bytes = bytearray()

    def add(self, more: bytes) -> None:
        """Put what came behind what is there."""
        self.bytes += more

    def message(self) -> tuple[bytes, bytes] | None:
        """The two parts of the next message, or None while it is not whole."""
        if len(self.bytes) < HEAD.size:
            return None
        text, blob = sizes(self.bytes[: HEAD.size])
        if len(self.bytes) < HEAD.size + text + blob:
            return None
        whole = bytes(self.bytes[HEAD.size : HEAD.size + text + blob])
        del self.bytes[: HEAD.size + text + blob]
        return whole[:text], whole[text:]


def unpack(
    text: bytes, blob: bytes, fetch: Callable[[int], Any] = Ticket, borrow: bool = False
) -> dict[str, Any]:
    """The message; ``fetch`` turns the number of a ticket into what it stands for on this side.

    Only with ``borrow`` are things of the library made: the grader's own words are taken, a submission's are not.
    """
    try:
        message = json.loads(text.decode("utf-8", "surrogatepass"))
        if type(message) is not dict:
            raise Broken("a message must be a dictionary")
        reader = _Reader(blob, fetch, borrow)
        return {str(name): reader.value(value) for name, value in message.items()}
    except Broken:
        raise
    except Exception as error:
        raise Broken(f"the message cannot be read: {type(error).__name__}") from None


def arrays(thing: Any) -> list[np.ndarray]:
    """All arrays in nested lists, tuples and dicts."""
    if isinstance(thing, np.ndarray):
        return [thing]
    found: list[np.ndarray] = []
    if isinstance(thing, list | tuple | dict):
        for part in thing.values() if isinstance(thing, dict) else thing:
            kind = type(part)
            if kind is np.ndarray:
                found.append(part)
            elif kind is not float and kind is not int:
                found += arrays(part)
    return found


def dicts(thing: Any) -> list[dict[Any, Any]]:
    """All dicts in nested lists, tuples and dicts, the outer ones first."""
    if not isinstance(thing, list | tuple | dict):
        return []
    found = [thing] if isinstance(thing, dict) else []
    for part in thing.values() if isinstance(thing, dict) else thing:
        found += dicts(part)
    return found


def rebound(old: dict[Any, Any], now: dict[Any, Any]) -> bool:
    """Does a dict hold other things than its copy ``old``?"""
    return old.keys() != now.keys() or any(old[key] is not now[key] for key in old)


def same(old: np.ndarray, now: np.ndarray) -> bool:
    """Equal entries, nan to nan; equal bytes say so at once."""
    if old.shape == now.shape and not now.dtype.hasobject and old.tobytes() == now.tobytes():
        return True
    return np.array_equal(old, now, equal_nan=old.dtype.kind in "fc")


class _Packer:
    """Values as JSON: None, truth values, texts and numbers as they are, all else as ``[kind, …]``."""

    def __init__(self, keep: Callable[[Any], int] | None, lend: bool) -> None:
        self.keep, self.lend = keep, lend
        self.parts, self.size, self.count = list[bytes](), 0, 0

    def value(self, x: Any, depth: int = 0) -> Any:
        kind = type(x)
        if kind is float or kind is bool or x is None:
            return x
        if kind is np.ndarray:
            return self._array(x, "array")
        if kind is int:
            return x if x.bit_length() < 10_000 else ["text", f"an integer of {x.bit_length()} bits"]
        if kind is str:
            if len(x) > LIMIT:
                raise Broken(f"the text is larger than {LIMIT >> 20} MB")
            return x
        if kind is tuple:
            return ["tuple", self._all(x, depth)]
        if kind is list:
            return ["list", self._all(x, depth)]
        return self._rarer(x, kind, depth)

    def _rarer(self, x: Any, kind: type, depth: int) -> Any:
        if issubclass(kind, np.ndarray):
            return self._array(np.ndarray.__array__(x), "array")
        if issubclass(kind, np.generic):
            return self._array(np.asarray(x), "scalar")
        if kind is complex:
            return ["complex", x.real, x.imag]
        if issubclass(kind, tuple) and kind.__module__.startswith(library.LIBRARY):
            return ["named", kind.__module__, kind.__qualname__, self._all(tuple(tuple.__iter__(x)), depth)]
        if issubclass(kind, tuple):
            return ["tuple", self._all(tuple(tuple.__iter__(x)), depth)]
        if issubclass(kind, list):
            return ["list", self._all(list(list.__iter__(x)), depth)]
        if issubclass(kind, dict):
            return ["dict", [self._all(pair, depth) for pair in list(dict.items(x))]]
        if self.lend and (lent := library.parts(x)):
            return ["lent", self._all(lent, depth)]
        if self.keep is None:
            raise Broken(f"a {kind.__name__} cannot travel")
        return ["ticket", self.keep(x), kind.__name__[:80]]

    def _all(self, values: Sequence[Any], depth: int) -> list[Any]:
        self.count += len(values)
        if depth >= DEEP or self.count > LONG:
            raise Broken("the value is nested too deeply or has too many parts")
        return [self.value(v, depth + 1) for v in values]

    def _array(self, x: np.ndarray, kind: str) -> Any:
        name = NAMES.get(x.dtype) or NAMES.get(x.dtype.newbyteorder("="))
        if name is None or x.nbytes > LIMIT:
            large = f", larger than {LIMIT >> 20} MB" if x.nbytes > LIMIT else ""
            return ["text", f"an array of {str(x.dtype)[:20]} with shape {x.shape}{large}"]
        raw = x.tobytes() if x.dtype == LITTLE[name] else x.astype(LITTLE[name]).tobytes()
        start, self.size = self.size, self.size + len(raw)
        if self.size > LIMIT:
            raise Broken(f"the value is larger than {LIMIT >> 20} MB")
        self.parts.append(raw)
        return [kind, name, x.shape, start]


class _Reader:
    def __init__(self, blob: bytes, fetch: Callable[[int], Any], borrow: bool) -> None:
        self.blob, self.fetch, self.borrow, self.count = blob, fetch, borrow, 0

    def value(self, x: Any, depth: int = 0) -> Any:
        if type(x) is not list:
            if type(x) is dict:
                raise Broken("a value that is not marked with its kind")
            return x
        kind = x[0]
        if kind == "array":
            return self._array(*x[1:])
        if kind == "tuple":
            return tuple(self._all(x[1], depth))
        if kind == "list":
            return self._all(x[1], depth)
        return self._rarer(kind, x[1:], depth)

    def _rarer(self, kind: Any, rest: list[Any], depth: int) -> Any:
        match kind:
            case "scalar":
                return self._array(*rest)[()]
            case "complex":
                return complex(*map(float, rest))
            case "text":
                return _called(str(rest[0]).removeprefix("an "), Odd(str(rest[0])[:200]))
            case "dict":
                return {_key(k): v for k, v in (self._all(pair, depth) for pair in rest[0])}
            case "named":
                return self._named(rest[0], rest[1], self._all(rest[2], depth))
            case "ticket":
                found = self.fetch(int(rest[0]))
                return _called(str(rest[1]), found) if isinstance(found, Ticket) else found
            case "lent" if self.borrow:
                return library.made(*self._all(rest[0], depth))
        raise Broken(f"unknown kind {str(kind)[:20]!r}")

    def _all(self, values: Any, depth: int) -> list[Any]:
        if type(values) is not list:
            raise Broken("parts that are not a list")
        self.count += len(values)
        if depth >= DEEP or self.count > LONG:
            raise Broken("the value is nested too deeply or has too many parts")
        return [self.value(v, depth + 1) for v in values]

    def _array(self, dtype: str, shape: list[int], start: int) -> np.ndarray:
        if type(start) is not int or start < 0 or len(shape) > 32:
            raise Broken("an array with an odd type or shape")
        count = 1
        for n in shape:
            if type(n) is not int or n < 0:
                raise Broken("an array with an odd shape")
            count *= n
        of = LITTLE[dtype]
        if start + count * of.itemsize > len(self.blob):
            raise Broken("an array longer than its data")
        if not count:
            return np.zeros(shape, NUMBERS[dtype])
        found = np.frombuffer(self.blob, of, count, start)              # read-only: astype copies
        return (found if len(shape) == 1 else found.reshape(shape)).astype(NUMBERS[dtype])

    def _named(self, module: str, name: str, values: list[Any]) -> Any:
        """A state of the library's own, such as ``AdamState``; only a NamedTuple of ``course_utils`` is built."""
        if not module.startswith(library.LIBRARY) or name.startswith("_"):
            raise Broken("a foreign type")
        found = getattr(importlib.import_module(module), name, None)
        plain = isinstance(found, type) and issubclass(found, tuple) and found.__module__ == module
        return found(*values) if plain and hasattr(found, "_fields") else tuple(values)


class Odd:
    """A value of a kind that is no answer; its text says which."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _called(name: str, thing: Any) -> Any:
    """The thing with a class of that name: messages tell the learner what it is by its class."""
    plain = "".join(filter(str.isprintable, name[:80])) or "thing"
    thing.__class__ = type(plain, (type(thing),), {})
    return thing


def _key(key: Any) -> Any:
    return key if isinstance(key, str | int | float | bool | tuple) or key is None else str(key)
