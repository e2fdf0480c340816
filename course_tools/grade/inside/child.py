"""One submission: its cells are run, then its answers are called. Everything here may be overwritten by that code.

Requests come in and values go out over one socket, see ``wire.py``. Errors of the learner's code become texts. When the
socket closes, the process ends.
"""

from __future__ import annotations

import builtins
import contextlib
import math
import os
import signal
import socket
import sys
import time
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from course_utils.judging import watched

from . import wire

TEXT = 300
"""Characters of an error message that are passed on."""
TICK, NAG, REARM = 0.05, 0.5, 1.0
"""Seconds between two looks at the clock, between two reminders, and before the alarm is set again."""


class TooLong(BaseException):
    """Not an ``Exception``, so that ``except Exception`` around a loop does not swallow it."""


class Line:
    """The socket to the grader, used like a file: the filter refuses what else one can do with sockets."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel, self.number = channel, channel.fileno()
        self.things: list[Any] = []
        self.inbox = wire.Inbox()

    def keep(self, thing: Any) -> int:
        self.things.append(thing)
        return len(self.things) - 1

    def send(self, message: dict[str, Any]) -> None:
        rest = memoryview(wire.pack(message, self.keep))
        while rest:
            rest = rest[os.write(self.number, rest) :]

    def receive(self) -> dict[str, Any]:
        while (parts := self.inbox.message()) is None:
            more = os.read(self.number, 2**18)
            if not more:
                os._exit(0)
            self.inbox.add(more)
        return wire.unpack(*parts, self.fetch, borrow=True)

    def fetch(self, number: int) -> Any:
        """What a ticket stands for: a thing kept here, or (below zero) a function of the grader's."""
        return self.things[number] if number >= 0 else Function(self, number)


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
        limited.armed = -math.inf                                       # the cell before may have changed it
        try:
            with limited(request["seconds"]):
                exec(compile(source, f"<cell {number}>", "exec", dont_inherit=True), names)
        except TooLong:
            errors.append([number, "TimeoutError", f"did not finish within {request['seconds']:g} s"])
        except BaseException as error:
            errors.append([number, *described(error)])
    found = {name: callable(names[name]) for name in request["names"] if name in names}
    return {"errors": errors, "found": found}


def call(line: Line, names: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """Call an answer; its value, and the arrays and dicts that it changed."""
    args = request["args"]
    given = wire.arrays(args)
    before = [array.copy() for array in given]
    holders = wire.dicts(args)
    held = [dict(holder) for holder in holders]
    try:
        with limited(request["seconds"]), np.errstate(**request["errors"]):
            value = names[request["name"]](*args)
    except TooLong:
        raise
    except BaseException as error:
        return {"error": described(error)}
    pairs = enumerate(zip(before, given, strict=True))
    changed = [[k, now] for k, (old, now) in pairs if not wire.same(old, now)]
    entries = [[k, now] for k, (old, now) in enumerate(zip(held, holders, strict=True)) if wire.rebound(old, now)]
    return {"value": value, "changed": changed, "rebound": entries}


def probe(line: Line, names: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """Try an answer on a whole probe: one call, or all those that a drive makes."""
    answer, drive = names[request["name"]], request["drive"]
    try:
        with limited(request["seconds"]), np.errstate(all="ignore"):
            if drive:
                return {"value": drive(watched(answer, request["own"]))}
            return {"value": watched(answer, request["own"], keeps=False)(*request["args"])}
    except TooLong:
        raise
    except BaseException as error:
        return {"error": described(error)}


def value(line: Line, names: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """A variable of the submission."""
    return {"value": names[request["name"]]}


ANSWERS = {"cells": cells, "call": call, "probe": probe, "value": value}


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


class limited:
    """Raise ``TooLong`` in what lasts longer than so many seconds; a courtesy: the grader's own limit is what holds.

    An alarm that ticks looks at the clock: to set a timer for each of a thousand calls costs more than the calls.
    """

    until: float | None = None
    armed = -math.inf

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> None:
        now = time.monotonic()
        if now - limited.armed > REARM and hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, _alarm)
            signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
            limited.armed = now
        limited.until = now + self.seconds

    def __exit__(self, *_: object) -> None:
        limited.until = None


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """No alarm in the middle of a message."""
    until, limited.until = limited.until, None
    try:
        yield
    finally:
        limited.until = until


def _alarm(*_: object) -> None:
    if limited.until is not None and (now := time.monotonic()) > limited.until:
        limited.until = now + NAG                                       # for code that swallows what is raised here
        raise TooLong
