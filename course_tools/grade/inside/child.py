"""One submission: its cells are run, then its answers are called. Everything here may be overwritten by that code.

Requests come in and values go out over one socket, see ``wire.py``. Errors of the learner's code become texts. When the
socket closes, the process ends.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import signal
import socket
import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from . import wire

TEXT = 300
"""Characters of an error message that are passed on."""


class TooLong(BaseException):
    """Not an ``Exception``, so that ``except Exception`` around a loop does not swallow it."""


class Line:
    """The socket to the grader, used like a file: the filter refuses what else one can do with sockets."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel, self.number = channel, channel.fileno()
        self.things: list[Any] = []

    def keep(self, thing: Any) -> int:
        self.things.append(thing)
        return len(self.things) - 1

    def send(self, message: dict[str, Any]) -> None:
        rest = memoryview(wire.pack(message, self.keep))
        while rest:
            rest = rest[os.write(self.number, rest) :]

    def receive(self) -> dict[str, Any]:
        text, blob = wire.sizes(self._exactly(wire.HEAD.size))
        return wire.unpack(self._exactly(text), self._exactly(blob), self.fetch)

    def fetch(self, number: int) -> Any:
        """What a ticket stands for: a thing kept here, or (below zero) a function of the grader's."""
        return self.things[number] if number >= 0 else Function(self, number)

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            more = os.read(self.number, min(size - len(parts), 2**20))
            if not more:
                os._exit(0)
            parts += more
        return bytes(parts)


class Function:
    """A function that stays with the grader, such as the one to be minimized: arguments out, values in."""

    def __init__(self, line: Line, number: int) -> None:
        self._line, self._number = line, number

    def __call__(self, *args: Any) -> Any:
        with _undisturbed():
            self._line.send({"callback": self._number, "args": list(args)})
            reply = self._line.receive()
        if "error" in reply:
            raise ValueError(reply["error"])
        return reply["value"]


def serve(channel: socket.socket) -> None:
    """Run cells and answer calls until the other side hangs up."""
    line, names = Line(channel), fresh_main()
    signal.signal(signal.SIGALRM, _alarm) if hasattr(signal, "SIGALRM") else None
    while True:
        request = line.receive()
        try:
            reply = ANSWERS[request["do"]](line, names, request)
        except TooLong:
            reply = {"late": True}
        try:
            line.send({"n": request["n"], **reply})
        except wire.Broken as error:
            line.send({"n": request["n"], "error": ["Broken", str(error)]})


def cells(line: Line, names: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """Run every cell; one that fails does not stop the next."""
    errors = []
    for number, source in request["cells"]:
        line.send({"progress": number})
        try:
            with limited(request["seconds"]):
                exec(compile(source, f"<cell {number}>", "exec", dont_inherit=True), names)
        except BaseException as error:
            errors.append([number, *described(error)])
    found = {name: callable(names[name]) for name in request["names"] if name in names}
    return {"errors": errors, "found": found}


def call(line: Line, names: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """Call an answer; its value, and the arguments that it changed."""
    args = request["args"]
    given = list(_arrays(args))
    before = [array.copy() for array in given]
    try:
        with limited(request["seconds"]), np.errstate(all="ignore"):
            value = names[request["name"]](*args)
    except TooLong:
        raise
    except BaseException as error:
        return {"error": described(error)}
    pairs = enumerate(zip(before, given, strict=True))
    changed = [[k, now] for k, (old, now) in pairs if not np.array_equal(old, now, equal_nan=old.dtype.kind in "fc")]
    return {"value": value, "changed": changed}


def value(line: Line, names: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """A variable of the submission."""
    return {"value": names[request["name"]]}


ANSWERS = {"cells": cells, "call": call, "value": value}


def fresh_main() -> dict[str, Any]:
    """The names of a new ``__main__``, with what a notebook has besides."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    builtins.display = lambda *_, **__: None  # type: ignore[attr-defined]
    builtins.get_ipython = lambda: None  # type: ignore[attr-defined]
    return module.__dict__


def described(error: BaseException) -> list[str]:
    """Kind and message of an error, short, and safe where the error itself misbehaves."""
    try:
        text = str(error)
    except BaseException:
        text = ""
    text = f"{text[:TEXT]}…" if len(text) > TEXT else text
    return [str(type(error).__name__)[:80], text]


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise ``TooLong`` after so many seconds; a courtesy: the grader's own limit is the one that holds."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, _alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """No alarm in the middle of a message."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})


def _alarm(*_: object) -> None:
    raise TooLong


def _arrays(thing: Any) -> Iterator[np.ndarray]:
    if isinstance(thing, np.ndarray):
        yield thing
    elif isinstance(thing, list | tuple):
        for part in thing:
            yield from _arrays(part)
    elif isinstance(thing, dict):
        yield from _arrays(list(thing.values()))
