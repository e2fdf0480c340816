"""Everything that is measured, one thing after the other; the machine should have nothing else to do."""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from course_tools.bench_grade import hostile, once, twin
from course_tools.bench_grade.sheets import copies, handed_in, solution
from course_tools.bench_grade.watch import watched
from course_tools.grade.batch import grade_one, limits
from course_tools.grade.jail import Jail
from course_tools.pythons import ROOT
from course_utils.check import questions
from course_utils.judging import run

CHAPTERS = ("ch05", "ch09")
"""Those whose solutions are handed in."""
HOSTILE_SECONDS, HOSTILE_JAILS = 6.0, 4
"""Endless loops wait for the clock and not for the processor: several jails wait at a time."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Sizes:
    """How much of everything."""

    batches: tuple[int, ...] = (10, 100, 1_000, 10_000)
    group: int = 25
    groups: int = 13
    nbgrader: tuple[int, int] = (2, 12)
    jobs: int = 2


QUICK = Sizes(batches=(5, 20), group=5, groups=4, nbgrader=(1, 2))


@dataclass(frozen=True)
class Cost:
    """One chapter: seconds of the processor for a submission of ours, its quartiles, and for nbgrader's twin."""

    chapter: str
    questions: int
    samples: list[float]
    own: float
    """Of the learner's own code alone, without a grader."""
    nbgrader: float | None = None

    @property
    def ours(self) -> float:
        return median(self.samples)

    @property
    def quartiles(self) -> tuple[float, float]:
        low, _, high = quantiles(self.samples, n=4, method="inclusive")
        return low, high


@dataclass(frozen=True)
class Batch:
    """So many copies of one solution."""

    chapter: str
    count: int
    processor: float
    clock: float
    memory: float
    """Megabytes, the most at one time, jails included."""


@dataclass(frozen=True)
class Report:
    """All of it."""

    costs: list[Cost]
    batches: list[Batch]
    hostile: tuple[int, float]
    """Cases, and seconds of the clock for all."""
    sizes: Sizes
    machine: list[tuple[str, str]] = field(default_factory=list)


def measure(sizes: Sizes, nbgrader: Path | None, say: Say) -> Report:
    """Costs, batches, hostile cases."""
    costs = [cost(chapter, sizes, nbgrader, say) for chapter in CHAPTERS]
    plan = [(CHAPTERS[-1], count) for count in sizes.batches] + [(CHAPTERS[0], sizes.batches[-2])]
    batches = []
    for chapter, count in plan:
        say(f"{count:,} submissions of {chapter}")
        batches.append(batch(chapter, count, sizes.jobs))
    say(f"{len(hostile.CASES)} hostile submissions")
    return Report(costs, batches, (len(hostile.CASES), hostiles()), sizes)


def cost(chapter: str, sizes: Sizes, nbgrader: Path | None, say: Say) -> Cost:
    """One chapter, submission after submission."""
    say(f"the cost of a submission of {chapter}")
    with scratch() as folder:
        copies(folder / "class", chapter, sizes.group * sizes.groups)
        told = json.loads(once_in_a_process("samples", folder / "class", sizes.group)[0])
        theirs = None
        if nbgrader:
            say(f"the same with nbgrader: {sum(sizes.nbgrader)} submissions")
            theirs = of_nbgrader(folder / "twin", nbgrader, chapter, sizes.nbgrader)
    return Cost(chapter, len(questions(chapter)), told["samples"], own_work(chapter), theirs)


def own_work(chapter: str) -> float:
    """Seconds of the processor for the answers alone, called here on the grader's inputs."""
    names: dict[str, Any] = {"check": lambda *_: None, "__name__": "__main__"}
    for source in solution(chapter):
        exec(source, names | {} if source.startswith("check(") else names)
    functions = [question for question in questions(chapter).values() if question.is_function]
    times: list[float] = []

    def work() -> None:                                                 # in a thread no timer is started for each call
        for _ in range(5):
            began = time.thread_time()
            for question in functions:
                run(question, names[question.name], once.SEED)
            times.append(time.thread_time() - began)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return median(times)


def of_nbgrader(folder: Path, nbgrader: Path, chapter: str, counts: tuple[int, int]) -> float:
    """Seconds of the processor for one more submission: two classes, so that what each start costs drops out."""
    few, many = counts
    assignment = twin.Twin(folder, nbgrader, chapter)
    less, more = assignment.autograde(0, few), assignment.autograde(few, many)
    return (more - less) / (many - few)


def batch(chapter: str, count: int, jobs: int) -> Batch:
    """So many copies, as `course grade` grades them."""
    with scratch() as folder:
        copies(folder, chapter, count)
        text, memory = once_in_a_process("batch", folder, jobs)
    told = json.loads(text)
    of = sum(question.points for question in questions(chapter).values())
    if told["points"] != {str(float(of)): count}:
        raise RuntimeError(f"of {count} copies of the solution of {chapter} not all earned {of}: {told['points']}")
    return Batch(chapter, count, told["processor"], told["clock"], memory)


def hostiles() -> float:
    """Seconds of the clock for all hostile cases, each of which must earn what it should."""
    here, jails = threading.local(), list[Jail]()

    def one(case: hostile.Case) -> None:
        if not hasattr(here, "jail"):
            here.jail = Jail(limits(HOSTILE_SECONDS)).__enter__()
            jails.append(here.jail)
        submission = handed_in(folder, str(hostile.CASES.index(case)), case.content)
        record = grade_one(submission, once.SEED, here.jail, HOSTILE_SECONDS)
        if abs(record.points - case.points) > 0.011:
            raise RuntimeError(f"{case.name}: {record.points} points in place of {case.points}: {record.message}")

    began = time.perf_counter()
    try:
        with scratch() as folder, ThreadPoolExecutor(HOSTILE_JAILS) as pool:
            list(pool.map(one, hostile.CASES))
    finally:
        for jail in jails:
            jail.stop()
    return time.perf_counter() - began


def once_in_a_process(job: str, folder: Path, number: int) -> tuple[str, float]:
    """What ``once.py`` printed, and the most megabytes it had."""
    command = [sys.executable, "-m", "course_tools.bench_grade.once", job, str(folder), str(number)]
    return watched(command, cwd=ROOT)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="course-bench-") as folder:
        yield Path(folder)
