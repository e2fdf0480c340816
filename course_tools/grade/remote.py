"""The answers of a submission, seen from outside the jail: values and functions that live in the child."""

from __future__ import annotations

import builtins
import itertools
import select
import socket
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from course_tools.grade.inside import wire
from course_utils.judging import Impure
from course_utils.questions import Probe

GRACE = 1.0
"""Seconds that a cell may be late before the child is given up: it was to stop by itself."""
AGAIN = 0.5
"""Seconds of a call of a function that was too late before; the references take milliseconds."""
CALLBACKS = 200_000
"""Calls of one of our functions that one question may make."""


class Gone(BaseException):
    """The child is of no more use: it ended, hung, or does not keep to the protocol. Its text says which.

    Not an ``Exception``: it must pass through the judging of a single probe.
    """


class Session:
    """The talk with one child. ``progress`` is the cell that it is at."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self.channel.setblocking(False)
        self.readable, self.writable = select.poll(), select.poll()
        self.readable.register(channel, select.POLLIN)
        self.writable.register(channel, select.POLLOUT)
        self.inbox = wire.Inbox()
        self.numbers = itertools.count(1)
        self.deadline = self.until = time.monotonic()
        self.patience = GRACE
        self.progress: int | None = None

    def cells(
        self, sources: Sequence[tuple[int, str]], names: Sequence[str], seconds: float, limit: float
    ) -> tuple[list[list[Any]], dict[str, bool]]:
        """Run cells; the errors, as (cell, kind, message), and which of ``names`` exist: True where it is callable."""
        self.until, self.patience = time.monotonic() + limit, seconds + GRACE
        asked = {"do": "cells", "cells": [list(s) for s in sources], "names": list(names), "seconds": seconds}
        self.deadline = min(self.until, time.monotonic() + self.patience)
        reply = self._ask(asked)
        return _rows(reply.get("errors")), {str(k): v is True for k, v in dict(reply.get("found") or {}).items()}

    def value(self, name: str, limit: float) -> Any:
        """A variable of the submission."""
        self.deadline = time.monotonic() + limit
        return self._result(self._ask({"do": "value", "name": name}))

    def function(self, name: str, seconds: float, limit: float) -> Callable[..., Any]:
        """The answer ``name`` as a function; one call lasts ``seconds`` at most, all of them together ``limit``."""
        end, spent, patience = time.monotonic() + limit, [0], seconds

        def ask(request: dict[str, Any] | wire.Body) -> dict[str, Any]:
            nonlocal patience
            self.deadline = min(end, time.monotonic() + patience + GRACE)
            reply = self._ask(request, spent, name=name, seconds=patience)
            if "late" in reply:
                patience = min(AGAIN, seconds)
                raise TimeoutError(f"did not finish within {seconds:g} s: does a loop never end?")
            return reply

        def answer(*args: Any) -> Any:
            reply = ask({"do": "call", "args": list(args), "errors": np.geterr()})
            changed = _rows(reply.get("changed"))
            given = wire.arrays(args) if changed else []
            for k, now in changed:
                if type(k) is int and 0 <= k < len(given) and np.shape(now) == given[k].shape:
                    given[k][...] = now                                 # as it would have been without the wall
            entries = _rows(reply.get("rebound"))
            holders = wire.dicts(args) if entries else []
            for k, held in entries:
                if type(k) is int and 0 <= k < len(holders) and isinstance(held, dict):
                    holders[k].clear()
                    holders[k].update(held)
            return self._result(reply)

        def try_on(probe: Probe, own: list[bool]) -> Any:
            return self._result(ask(_packed(probe, tuple(own))))

        answer.try_on = try_on  # type: ignore[attr-defined]
        return answer

    def _result(self, reply: dict[str, Any]) -> Any:
        if "error" in reply:
            kind, text = (str(part) for part in (*_rows(reply["error"]), "", "")[:2])
            raise error(kind, text)
        return reply.get("value")

    def _ask(
        self, request: dict[str, Any] | wire.Body, spent: list[int] | None = None, **plain: str | float
    ) -> dict[str, Any]:
        """Send a request and wait for its reply, calling our own functions meanwhile when asked to."""
        functions: list[Any] = []

        def keep(thing: Any) -> int:
            if isinstance(thing, wire.Ticket):
                return thing.number
            functions.append(thing)
            return -len(functions)

        number = next(self.numbers)
        most = request if isinstance(request, wire.Body) else wire.body(request, keep, lend=True)
        self._send(wire.joined(most, n=number, **plain))
        while True:
            message = self._receive()
            if "progress" in message:
                self.progress = message["progress"]
                self.deadline = min(self.until, time.monotonic() + self.patience)
            elif "callback" in message:
                if spent is not None:
                    spent[0] += 1
                    if spent[0] > CALLBACKS:
                        raise Gone(f"it called the given function more than {CALLBACKS:,} times")
                self._send(wire.pack(_called(functions, message), lend=True))
            elif message.get("n") == number:
                return message
            else:
                raise Gone("it wrote to the grader's own channel")

    def _send(self, message: bytes) -> None:
        rest = memoryview(message)
        while rest:
            try:
                rest = rest[self.channel.send(rest) :]                  # most often all of it
            except BlockingIOError:
                self._wait(self.writable)
            except OSError:
                raise Gone("its process ended") from None

    def _receive(self) -> dict[str, Any]:
        try:
            while (parts := self.inbox.message()) is None:
                self._wait(self.readable)
                try:
                    more = self.channel.recv(2**18)
                except BlockingIOError:
                    continue
                except OSError:
                    more = b""
                if not more:
                    raise Gone("its process ended")
                self.inbox.add(more)
            return wire.unpack(*parts)
        except wire.Broken as error:
            raise Gone(f"its answer could not be read: {error}") from None

    def _wait(self, event: select.poll) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0 or not event.poll(1000 * left):
            raise Gone("it did not finish in time")


@lru_cache(maxsize=4096)
def _packed(probe: Probe, own: tuple[bool, ...]) -> wire.Body:
    """What a child is asked; the same probe is tried on many."""
    return wire.body({"do": "probe", "own": own, "args": list(probe.args), "drive": probe.drive}, lend=True)


def _called(functions: list[Any], message: dict[str, Any]) -> dict[str, Any]:
    """The value of one of our functions, for the child."""
    place, args = message["callback"], message.get("args")
    if type(place) is not int or not -len(functions) <= place < 0 or not isinstance(args, list):
        raise Gone("it called a function that does not exist")
    try:
        with np.errstate(all="ignore"):
            return {"value": functions[-place - 1](*args)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


class Said(str):
    """A message as it reads: a ``KeyError`` would put another pair of quotes around it."""

    __repr__ = str.__str__


def error(kind: str, text: str) -> Exception:
    """An exception like the one inside: of the same built-in type, or of one with the same name."""
    known = Impure if kind == "Impure" else getattr(builtins, kind, None)
    if isinstance(known, type) and issubclass(known, Exception):
        try:
            return known(Said(text))
        except TypeError:                                               # UnicodeError wants five arguments
            pass
    name = kind if kind.isidentifier() else "Error"
    return type(name, (RuntimeError,), {})(text)


def _rows(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
