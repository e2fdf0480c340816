"""Inputs and outputs of the public probes as JSON: what a class release holds in place of the code that makes them.

JSON's own values stand for themselves; everything else is a dictionary with one key that says what it is. Functions
and objects are told by name, and only what ``course_utils`` and a chapter's ``given.py`` define has one.
"""

from __future__ import annotations

import base64
import builtins
import importlib
import math
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from course_utils.compare import Raised

Node = Any
"""Nested lists, dictionaries, numbers and texts: what ``json`` reads and writes."""
Reference = Callable[[Any], Node | None]


class NotPlain(ValueError):
    """Something has no form in JSON; a sentence for the author of the question."""


def encode(value: Any, known: Reference = lambda value: None) -> Node:
    """The JSON of a value. ``known`` may give its own node for an object, such as an earlier result."""
    if (node := known(value)) is not None:
        return node
    if value is None or type(value) in (bool, int, str) or (type(value) is float and math.isfinite(value)):
        return value
    if isinstance(value, float) and not isinstance(value, np.generic):
        return {"float": str(value)}
    if isinstance(value, np.ndarray | np.generic):
        return _array(value)
    if isinstance(value, Raised):
        return {"raised": [_error(value.error), str(value.error)]}
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return {type(value).__name__: [encode(part, known) for part in value]}
    if type(value) is dict:
        return {"dict": [[encode(key, known), encode(part, known)] for key, part in value.items()]}
    if isinstance(value, np.ufunc):
        return {"name": f"numpy.{value.__name__}"}
    if isinstance(value, slice):
        return {"slice": [encode(edge, known) for edge in (value.start, value.stop, value.step)]}
    if isinstance(value, np.random.Generator):
        return {"generator": value.bit_generator.state}
    return _named(value, known)


def decode(node: Node, results: Sequence[Any] = ()) -> Any:
    """The value of a node, made afresh; ``results`` are those of the calls before."""
    if not isinstance(node, dict):
        return node
    [(kind, body)] = node.items()
    if kind == "result":
        return part(results, body)
    if kind in ("list", "tuple"):
        parts = [decode(inner, results) for inner in body]
        return parts if kind == "list" else tuple(parts)
    if kind == "dict":
        return {decode(key, results): decode(inner, results) for key, inner in body}
    if kind == "object":
        name, args, keywords = body
        made = [decode(inner, results) for inner in args]
        return _look_up(name)(*made, **{key: decode(inner, results) for key, inner in keywords.items()})
    if kind == "slice":
        return slice(*[decode(edge, results) for edge in body])
    if kind == "method":
        return getattr(decode(body[0], results), body[1])
    return PLAIN[kind](body)


def part(results: Sequence[Any], path: Sequence[Any]) -> Any:
    """The part of an earlier result that is handed on: [2, 0] is the first part of the third call's result."""
    value: Any = results
    for key in path:
        try:
            value = value[key]
        except (TypeError, IndexError, KeyError):
            wanted = f"at least {key + 1} parts" if isinstance(key, int) else f"an entry {key!r}"
            has = f"{len(value)} parts" if isinstance(value, list | tuple) else f"a {type(value).__name__}"
            raise TypeError(f"{wanted} of the result are needed, and call {path[0] + 1} gave {has}") from None
    return value


def _array(value: Any) -> Node:
    array = np.asarray(value)
    if array.dtype.kind not in "fiubcU":
        raise NotPlain(f"an array of dtype {array.dtype} cannot be written down: use numbers.")
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"array" if isinstance(value, np.ndarray) else "scalar": [array.dtype.str, list(array.shape), data]}


def _read_array(body: Node) -> Any:
    dtype, shape, data = body
    return np.frombuffer(base64.b64decode(data), dtype=dtype).reshape(shape).copy()


def _read_generator(state: Node) -> np.random.Generator:
    bits = getattr(np.random, state["bit_generator"])()
    bits.state = state
    return np.random.Generator(bits)


def _read_raised(body: Node) -> Raised:
    name, text = body
    kind = _look_up(name) if "." in name else getattr(builtins, name)
    error = kind.__new__(kind)
    error.args = (text,)
    return Raised(error)


def _error(error: BaseException) -> str:
    kind = type(error)
    if kind.__module__ == "builtins":
        return kind.__name__
    name = f"{kind.__module__}.{kind.__qualname__}"
    _look_up(name)
    return name


def _named(value: Any, known: Reference) -> Node:
    """A function, method, dataclass or named tuple by its name and what it holds."""
    holder = getattr(value, "__self__", None)
    if holder is not None and not isinstance(holder, type):
        return {"method": [encode(holder, known), value.__name__]}
    if isinstance(value, type) or not hasattr(type(value), "__module__") or hasattr(value, "__qualname__"):
        return {"name": _name(value)}
    name = _name(type(value))
    if is_dataclass(value):
        kept = {field.name: encode(getattr(value, field.name), known) for field in fields(value) if field.init}
        return {"object": [name, [], kept]}
    if isinstance(value, tuple):
        return {"object": [name, [encode(inner, known) for inner in value], {}]}
    raise NotPlain(f"{name} is neither a dataclass nor a named tuple, so it cannot be written down.")


def _name(value: Any) -> str:
    name = f"{value.__module__}.{value.__qualname__}"
    try:
        if _look_up(name) is value:
            return name
    except (NotPlain, AttributeError, ImportError):
        pass
    raise NotPlain(
        f"{value.__qualname__} of {value.__module__} cannot be told by name: a release holds no code of questions.py. "
        "Define it in the chapter's given.py or in course_utils, a function as such and data as a frozen dataclass."
    )


def _look_up(name: str) -> Any:
    module, _, member = name.rpartition(".")
    top, _, rest = module.partition(".")
    if top not in ("course_utils", "numpy") and not (top == "chapters" and rest.endswith((".given", ".asked"))):
        raise NotPlain(f"{name} is not a name that a release knows.")
    return getattr(importlib.import_module(module), member)


PLAIN: dict[str, Callable[[Node], Any]] = {
    "float": float,
    "array": _read_array,
    "scalar": lambda body: _read_array(body)[()],
    "generator": _read_generator,
    "raised": _read_raised,
    "name": _look_up,
}
