"""Things of the course that a question hands to an answer, such as the objective to be minimized.

They are made anew on the other side from their class and their fields, so that an answer that calls one a thousand
times crosses the wall once. Their classes are those that learners have too: the library's, and those of a chapter's
``given.py``. Only the grader lends; what a submission sends is never made into anything.
"""

from __future__ import annotations

import dataclasses
import importlib
import re
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

LIBRARY, GIVEN = "course_utils.", re.compile(r"chapters\.(\w+)\.given")
PLAIN = (type(None), bool, int, float, str)


def parts(thing: Any) -> list[Any] | None:
    """[module, class, fields, method or None] of a frozen dataclass of the library, or of one of its methods."""
    method = thing.__name__ if isinstance(thing, types.MethodType) else None
    owner = thing.__self__ if method else thing
    kind = type(owner)
    place = place_inside(kind.__module__)
    if place is None or not dataclasses.is_dataclass(kind):
        return None
    if getattr(sys.modules[kind.__module__], kind.__name__, None) is not kind:
        return None
    if method and getattr(kind, method, None) is not thing.__func__:
        return None
    fields = dataclasses.fields(kind)
    values = [getattr(owner, field.name) for field in fields]
    if not kind.__dataclass_params__.frozen or not all(f.init for f in fields) or not all(map(_plain, values)):  # type: ignore[attr-defined]
        return None
    return [place, kind.__name__, dict(zip((f.name for f in fields), values, strict=True)), method]


def place_inside(module: str) -> str | None:
    """What a module is called in the jail; None where it is not there.

    >>> place_inside("course_utils.optimizers.adam"), place_inside("chapters.ch09_adam.given")
    ('course_utils.optimizers.adam', 'given.ch09_adam')
    """
    if given := GIVEN.fullmatch(module):
        return f"given.{given[1]}"
    return module if module.startswith(LIBRARY) else None


def made(module: str, name: str, fields: dict[str, Any], method: str | None) -> Any:
    """The thing itself; a method as a function that shows what it computes and not what it belongs to."""
    owner = getattr(importlib.import_module(module), name)(**fields)
    return _function(getattr(owner, method)) if method else owner


def _function(method: Callable[..., Any]) -> Callable[..., Any]:
    def function(*args: Any, **named: Any) -> Any:
        return method(*args, **named)

    function.__name__ = function.__qualname__ = method.__name__
    return function


def _plain(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_plain, value))
    if isinstance(value, dict):
        return all(map(_plain, value)) and all(map(_plain, value.values()))
    if type(value) is np.ndarray:
        return not value.dtype.hasobject
    return type(value) in PLAIN or isinstance(value, np.generic)
