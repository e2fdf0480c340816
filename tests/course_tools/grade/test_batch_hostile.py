"""A class full of hostile, broken and odd notebooks, graded as a batch: each earns what it should and harms nobody.

Before and after each stands an honest sheet, graded in the same jail; its grade must be what it is alone.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from course_tools.bench_grade.hostile import CASES, MOST, SHEET, Case
from course_tools.bench_grade.sheets import handed_in, notebook
from course_tools.grade import batch
from course_tools.grade.intake import Submission
from course_tools.grade.jail import Jail
from course_tools.grade.record import Record
from course_tools.pythons import ROOT

SECONDS, JAILS = 6.0, 4
IDS = [case.name for case in CASES]
LOOK = """
import builtins, os, sys
import numpy as np
assert os.listdir("/scratch") == [] and not hasattr(builtins, "left") and not hasattr(np, "left")
assert np.allclose(1, 2) is False and builtins.all([False]) is False and sys.meta_path[0].__class__.__name__ != "F"
"""
"""A neighbor looks whether anything was left behind."""


@dataclass
class World:
    """What is outside and must stay whole: a gradebook, another's sheet, listeners, the grader's own processes."""

    home: Path
    calls: list[str] = field(default_factory=list)
    """Who connected."""

    def __post_init__(self) -> None:
        self.gradebook, self.neighbor = self.home / "grades.csv", self.home / "neighbor.ipynb"
        self.canary, self.socket = self.home / "canary", self.home / "socket"
        self.gradebook.write_text("student,points\n", encoding="utf-8")
        self.neighbor.write_text("{}", encoding="utf-8")
        self.abstract = f"course-{os.getpid()}-{id(self)}"
        tcp = socket.create_server(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        self.listeners = [tcp]
        for name in (str(self.socket), "\0" + self.abstract):
            unix = socket.socket(socket.AF_UNIX)
            unix.bind(name)
            unix.listen()
            self.listeners.append(unix)
        for listener in self.listeners:
            threading.Thread(target=self._accept, args=[listener], daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, who = listener.accept()
            except OSError:
                return
            self.calls.append(str(who))
            connection.close()

    def filled(self, case: Case) -> bytes:
        """The case's notebook with the places of this world in it."""
        content = case.content if isinstance(case.content, bytes) else json.dumps(case.content).encode()
        places = {
            "GRADEBOOK": str(self.gradebook), "NEIGHBOR": str(self.neighbor), "CANARY": str(self.canary),
            "PORT": str(self.port), "SOCKET": str(self.socket), "ABSTRACT": self.abstract,
            "QUESTIONS": str(ROOT / "chapters/ch05_gradient_descent/questions.py"),
        }  # fmt: skip
        for word, place in places.items():
            content = content.replace(word.encode(), place.encode())
        return content


@dataclass
class Batch:
    """What came of it all."""

    hostile: dict[str, Record]
    before: dict[str, Record]
    after: dict[str, Record]
    alone: Record
    seconds: float
    world: World
    jails: set[str]
    """The namespaces of processes that the jails had."""


def honest(record: Record) -> tuple[object, ...]:
    """All of a record but whose it is."""
    return record.answers, record.errors, record.status, record.message, record.points


def namespaces(pid: int) -> Iterator[str]:
    """Namespaces of the processes below one."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text(encoding="ascii").split()):
            try:
                yield os.readlink(f"/proc/{child}/ns/pid")
                yield from namespaces(child)
            except OSError:
                continue


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, needs_bwrap: list[str]) -> Batch:
    """Grade everything once, several jails at a time, as ``batch.run`` does; three sheets in a row in each jail."""
    home = tmp_path_factory.mktemp("hostile")
    world = World(home)
    os.environ["COURSE_CANARY"] = "secret"
    sheet = notebook(LOOK, *SHEET)
    rows = [
        (case, [handed_in(home, f"{k} {when}", sheet if when != "it" else world.filled(case))
                for when in ("before", "it", "after")])
        for k, case in enumerate(CASES)
    ]  # fmt: skip
    limits = batch.limits(SECONDS)
    jails: list[Jail] = []
    here = threading.local()

    def grade(submissions: list[Submission]) -> list[Record]:
        if not hasattr(here, "jail"):
            here.jail = Jail(limits).__enter__()
            jails.append(here.jail)
        return [batch.grade_one(submission, 3, here.jail, SECONDS) for submission in submissions]

    try:
        began = time.monotonic()
        with ThreadPoolExecutor(JAILS) as pool:
            found = dict(zip(IDS, pool.map(grade, [submissions for _, submissions in rows]), strict=True))
            seconds = time.monotonic() - began
            spaces = {space for jail in jails if jail.process for space in namespaces(jail.process.pid)}
            alone = grade([handed_in(home, "alone", sheet)])[0]
    finally:
        for jail in jails:
            jail.stop()
        os.environ.pop("COURSE_CANARY")
        for listener in world.listeners:
            listener.close()
    before, hostile, after = ({name: three[k] for name, three in found.items()} for k in range(3))
    return Batch(hostile, before, after, alone, seconds, world, spaces - {os.readlink("/proc/self/ns/pid")})


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_it_earns_what_it_should_and_is_told_why(whole: Batch, case: Case) -> None:
    record = whole.hostile[case.name]
    assert record.status == case.status
    assert record.points == pytest.approx(case.points, abs=0.011), record.message
    assert case.told in record.message
    if not case.told:
        assert record.errors == ()
    if case.points < record.max_points:
        assert record.message != "All right."


@pytest.mark.parametrize("name", IDS)
def test_the_sheets_before_and_after_it_are_graded_as_if_it_were_not_there(whole: Batch, name: str) -> None:
    assert (whole.alone.points, whole.alone.errors) == (MOST, ())
    assert honest(whole.before[name]) == honest(whole.after[name]) == honest(whole.alone)


def test_there_are_as_many_cases_as_were_promised_and_each_has_a_name() -> None:
    assert len(CASES) >= 65
    assert len(set(IDS)) == len(IDS)


def test_all_together_end_within_the_limit(whole: Batch) -> None:
    assert whole.seconds < 60 * (3 if os.environ.get("CI") else 2), whole.seconds


def test_nothing_was_written_outside(whole: Batch) -> None:
    world = whole.world
    assert world.gradebook.read_text(encoding="utf-8") == "student,points\n"
    assert world.neighbor.read_text(encoding="utf-8") == "{}"
    assert not world.canary.exists()
    files = {path.name for path in world.home.iterdir() if path.is_file()}
    assert files == {"grades.csv", "neighbor.ipynb"}


def test_nobody_was_called(whole: Batch) -> None:
    assert whole.world.calls == []


def test_no_process_is_left(whole: Batch) -> None:
    assert whole.jails                                                  # there were some to look for
    end = time.monotonic() + 10
    while (left := whole.jails & set(_all_namespaces())) and time.monotonic() < end:
        time.sleep(0.1)
    assert not left


def _all_namespaces() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/ns/pid"):
        try:
            yield os.readlink(path)
        except OSError:
            continue


def test_the_listeners_of_this_test_hear_those_who_come(tmp_path: Path) -> None:
    world = World(tmp_path)
    for address in (str(world.socket), "\0" + world.abstract):
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(address)
    socket.create_connection(("127.0.0.1", world.port)).close()
    end = time.monotonic() + 5
    while len(world.calls) < 3 and time.monotonic() < end:
        time.sleep(0.01)
    for listener in world.listeners:
        listener.close()
    assert len(world.calls) == 3


def test_the_batch_itself_goes_on_through_all_of_it(tmp_path: Path, needs_bwrap: list[str]) -> None:
    quick = [case for case in CASES if not any(word in case.name for word in ("endless", "sleep", "stop"))]
    submissions = [handed_in(tmp_path, f"{k}", case.content if isinstance(case.content, bytes | dict) else b"")
                   for k, case in enumerate(quick[::6])]  # fmt: skip
    seen: list[str] = []
    batch.run(submissions, 3, lambda submission, record: seen.append(submission.student), seconds=SECONDS)
    assert sorted(seen) == sorted(submission.student for submission in submissions)
