"""Watch a probe at work on the right answer, and write down what it does as data."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.plain import Node, NotPlain, Reference, encode
from course_utils.questions import Probe
from course_utils.recorded import Program


class Whole(int):
    """An int that is not shared with every other int of its value."""


class Token:
    """Stands for None, a text or a boolean in a result, which have no identity of their own."""

    def __init__(self, value: Any) -> None:
        self.value = value


def program(probe: Probe, answer: Callable[..., Any], carried: Reference = lambda value: None) -> Program:
    """The calls of the probe and what it compares. Raises ``NotPlain`` where that cannot be written down.

    An argument that is a part of an earlier result (a state fed back, say) is written as such, so that an answer gets
    its own back; any other is written by its value, ``carried`` functions by theirs. What is compared must be results
    or parts of them.
    """
    if probe.drive is None:
        return Program([[encode(arg, carried) for arg in probe.args]], {"result": [0]})
    tracer = Tracer(answer, carried)
    try:
        returned = probe.drive(tracer)
    except Exception:
        if not tracer.failed:
            raise NotPlain("its drive computes with a result that is None, a text or a boolean.") from None
        return Program(tracer.calls, {"result": [len(tracer.calls) - 1]})
    return Program(tracer.calls, tracer.compared(returned))


class Tracer:
    """Plays the answer, and knows its results again."""

    def __init__(self, answer: Callable[..., Any], carried: Reference) -> None:
        self.answer = answer
        self.carried = carried
        self.calls: list[list[Node]] = []
        self.failed = False
        self.known: dict[int, tuple[Any, list[Any]]] = {}

    def __call__(self, *args: Any) -> Any:
        self.calls.append([encode(arg, self.node) for arg in args])
        try:
            result = self.answer(*[plain(arg) for arg in args])
        except Exception:
            self.failed = True
            raise
        return self.remember(result, [len(self.calls) - 1])

    def node(self, value: Any) -> Node | None:
        """A reference, if the value is a result or a part of one; a carried function's node."""
        if id(value) in self.known:
            return {"result": self.known[id(value)][1]}
        return self.carried(value)

    def remember(self, value: Any, path: list[Any]) -> Any:
        """The value in objects of its own, with the path of each."""
        fresh: Any
        if type(value) in (tuple, list):
            fresh = type(value)(self.remember(inner, [*path, k]) for k, inner in enumerate(value))
        elif type(value) is dict:
            fresh = {key: self.remember(inner, [*path, key]) for key, inner in value.items()}
        elif value is None or isinstance(value, str | bool | np.bool_):
            fresh = Token(value)
        elif type(value) is int:
            fresh = Whole(value)
        elif type(value) is float:
            fresh = float.fromhex(value.hex())
        elif isinstance(value, np.generic):
            fresh = np.asarray(value).copy()[()]
        else:
            fresh = copy.deepcopy(value)
        self.known[id(fresh)] = fresh, path                             # kept alive, so that no other gets its id
        return fresh

    def compared(self, value: Any) -> Node:
        """The node of what a drive returns."""
        if (node := self.node(value)) is not None:
            return node
        if type(value) in (tuple, list):
            return {type(value).__name__: [self.compared(inner) for inner in value]}
        if type(value) is dict:
            return {"dict": [[encode(key), self.compared(inner)] for key, inner in value.items()]}
        raise NotPlain(
            f"its drive returns a {type(value).__name__} that it made of the results; a release can only compare "
            "results themselves. Return them as they are, in a list if they are several."
        )


def plain(value: Any) -> Any:
    """An argument without the stand-ins."""
    if isinstance(value, Token):
        return value.value
    if type(value) in (tuple, list):
        return type(value)(plain(inner) for inner in value)
    if type(value) is dict:
        return {key: plain(inner) for key, inner in value.items()}
    return int(value) if isinstance(value, Whole) else value
