"""Values across the wall of the jail: plain typed data with a size limit, never pickle.

A message is a JSON text and a piece of bytes that its arrays lie in, each with its length in front. Both sides decode
what the other one sent without running any of it. A thing that is no plain value (an object of the learner's own) stays
where it is, and a ticket travels in its place.
"""

from __future__ import annotations

import importlib
import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

HEAD = struct.Struct("<II")
LIMIT = 32 * 2**20
"""Bytes of a message at most."""
DEEP, LONG = 30, 200_000
"""Levels of nesting, and values in one message, at most."""
KINDS = "biufc"


class Broken(Exception):
    """What arrived is not a message, or too large to be one."""


class Ticket:
    """Stands for a thing that stays on the other side."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __deepcopy__(self, _memo: object) -> Ticket:
        return self


def pack(message: dict[str, Any], keep: Callable[[Any], int] | None = None) -> bytes:
    """A message as bytes; ``keep`` takes what is no plain value and returns the number of its ticket."""
    packer = _Packer(keep)
    text = json.dumps({name: packer.value(value) for name, value in message.items()}).encode("utf-8", "surrogatepass")
    blob = b"".join(packer.parts)
    if len(text) + len(blob) > LIMIT:
        raise Broken(f"the value is larger than {LIMIT >> 20} MB")
    return HEAD.pack(len(text), len(blob)) + text + blob


def sizes(head: bytes) -> tuple[int, int]:
    """Lengths of the two parts that follow."""
    text, blob = HEAD.unpack(head)
    if text + blob > LIMIT:
        raise Broken(f"the value is larger than {LIMIT >> 20} MB")
    return text, blob


def unpack(text: bytes, blob: bytes, fetch: Callable[[int], Any] = Ticket) -> dict[str, Any]:
    """The message; ``fetch`` turns the number of a ticket into what it stands for on this side."""
    try:
        message = json.loads(text.decode("utf-8", "surrogatepass"))
        if type(message) is not dict:
            raise Broken("a message must be a dictionary")
        reader = _Reader(blob, fetch)
        return {str(name): reader.value(value) for name, value in message.items()}
    except Broken:
        raise
    except Exception as error:
        raise Broken(f"the message cannot be read: {type(error).__name__}") from None


class _Packer:
    """Values as JSON: ``[kind, …]`` for everything but None, True, False and short texts."""

    def __init__(self, keep: Callable[[Any], int] | None) -> None:
        self.keep, self.parts, self.size, self.count = keep, list[bytes](), 0, 0

    def value(self, x: Any, depth: int = 0) -> Any:
        self.count += 1
        if depth > DEEP or self.count > LONG:
            raise Broken("the value is nested too deeply or has too many parts")
        kind = type(x)
        if x is None or kind is bool or kind is str:
            if kind is str and len(x) > LIMIT:
                raise Broken(f"the text is larger than {LIMIT >> 20} MB")
            return x
        if kind is int:
            return ["int", str(x)] if x.bit_length() < 10_000 else ["text", f"an integer of {x.bit_length()} bits"]
        if kind is float:
            return ["float", x.hex()]
        if kind is complex:
            return ["complex", x.real.hex(), x.imag.hex()]
        if issubclass(kind, np.ndarray) or issubclass(kind, np.generic):
            return self._array(np.ndarray.__array__(x) if issubclass(kind, np.ndarray) else np.asarray(x), kind)
        if issubclass(kind, tuple) and kind.__module__.startswith("course_utils."):
            return ["named", kind.__module__, kind.__qualname__, [self.value(v, depth + 1) for v in tuple.__iter__(x)]]
        if issubclass(kind, tuple):
            return ["tuple", [self.value(v, depth + 1) for v in tuple.__iter__(x)]]
        if issubclass(kind, list):
            return ["list", [self.value(v, depth + 1) for v in list.__iter__(x)]]
        if issubclass(kind, dict):
            pairs = list(dict.items(x))
            return ["dict", [[self.value(k, depth + 1), self.value(v, depth + 1)] for k, v in pairs]]
        if self.keep is None:
            raise Broken(f"a {kind.__name__} cannot travel")
        return ["ticket", self.keep(x), kind.__name__[:80]]

    def _array(self, x: np.ndarray, kind: type) -> Any:
        if x.dtype.kind not in KINDS or x.dtype.itemsize > 16 or x.nbytes > LIMIT:
            return ["text", f"an array of {str(x.dtype)[:40]} with shape {x.shape}"]
        raw = np.ascontiguousarray(x).astype(x.dtype.newbyteorder("<"), copy=False).tobytes()
        start, self.size = self.size, self.size + len(raw)
        if self.size > LIMIT:
            raise Broken(f"the value is larger than {LIMIT >> 20} MB")
        self.parts.append(raw)
        return ["scalar" if issubclass(kind, np.generic) else "array", x.dtype.str.lstrip("<>|="), list(x.shape), start]


class _Reader:
    def __init__(self, blob: bytes, fetch: Callable[[int], Any]) -> None:
        self.blob, self.fetch, self.count = blob, fetch, 0

    def value(self, x: Any, depth: int = 0) -> Any:
        self.count += 1
        if depth > DEEP or self.count > LONG:
            raise Broken("the value is nested too deeply or has too many parts")
        if x is None or type(x) in (bool, str):
            return x
        kind, *rest = x
        match kind:
            case "int":
                return int(rest[0]) if len(rest[0]) < 4000 else None
            case "float":
                return float.fromhex(rest[0])
            case "complex":
                return complex(float.fromhex(rest[0]), float.fromhex(rest[1]))
            case "text":
                return Odd(str(rest[0])[:200])
            case "tuple":
                return tuple(self.value(v, depth + 1) for v in rest[0])
            case "list":
                return [self.value(v, depth + 1) for v in rest[0]]
            case "dict":
                return {_key(self.value(k, depth + 1)): self.value(v, depth + 1) for k, v in rest[0]}
            case "named":
                return self._named(rest[0], rest[1], [self.value(v, depth + 1) for v in rest[2]])
            case "array" | "scalar":
                return self._array(kind, *rest)
            case "ticket":
                return self.fetch(int(rest[0]))
        raise Broken(f"unknown kind {str(kind)[:20]!r}")

    def _array(self, kind: str, dtype: str, shape: list[int], start: int) -> Any:
        of = np.dtype("<" + dtype)
        if of.kind not in KINDS or any(type(n) is not int or n < 0 for n in shape) or len(shape) > 32 or start < 0:
            raise Broken("an array with an odd type or shape")
        size = int(np.prod(shape, dtype=object)) * of.itemsize
        if start + size > len(self.blob):
            raise Broken("an array longer than its data")
        found = np.frombuffer(self.blob[start : start + size], of).reshape(shape).astype(of.newbyteorder("="))
        return found[()] if kind == "scalar" else found

    def _named(self, module: str, name: str, values: list[Any]) -> Any:
        """A state of the library's own, such as ``AdamState``; only a NamedTuple of ``course_utils`` is built."""
        if not module.startswith("course_utils.") or name.startswith("_"):
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


def _key(key: Any) -> Any:
    return key if isinstance(key, str | int | float | bool | tuple) or key is None else str(key)
