"""The process that is measured: ``python -m course_tools.bench_grade.once JOB FOLDER N`` prints what it used, as JSON.

``batch``    every notebook of the folder, N at a time, as `course grade` does it; the whole process counts
``samples``  one notebook after another in one jail; what each group of N used
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from course_tools.bench_grade.sheets import found
from course_tools.bench_grade.watch import below
from course_tools.grade.batch import grade_one, limits, run
from course_tools.grade.intake import Submission
from course_tools.grade.jail import Jail
from course_tools.grade.record import Record

PR_SET_CHILD_SUBREAPER = 36
SEED, SECONDS = 3, 60.0


def main(job: str, folder: str, number: str) -> dict[str, Any]:
    """Do one job."""
    submissions = found(Path(folder))
    return {"batch": batch, "samples": samples}[job](submissions, int(number))


def batch(submissions: list[Submission], jobs: int) -> dict[str, Any]:
    """Seconds of the processor and of the clock for all of it, start and end included; how many earned how much."""
    adopt()
    began, points = time.perf_counter(), Counter[float]()

    def done(_: Submission, record: Record) -> None:
        points[record.points] += 1

    run(submissions, SEED, done, seconds=SECONDS, jobs=jobs)
    clock = time.perf_counter() - began
    reap()
    return {"processor": used(), "clock": clock, "points": dict(points)}


def samples(submissions: list[Submission], size: int) -> dict[str, Any]:
    """Seconds of the processor for one submission, the mean of each group; the first group warms up."""
    found = []
    with Jail(limits(SECONDS)) as jail:
        assert jail.process is not None
        for start in range(0, len(submissions), size):
            before = time.process_time() + of_tree(jail.process.pid)
            for submission in submissions[start : start + size]:
                record = grade_one(submission, SEED, jail, SECONDS)
                assert record.points == record.max_points, record.message
            found.append((time.process_time() + of_tree(jail.process.pid) - before) / size)
    return {"samples": found[1:]}


def adopt() -> None:
    """Become the parent of what a jail leaves when it is ended, so that its use of the processor is counted here."""
    if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError("the kernel does not let a process adopt: the jails' use of the processor would be lost")


def reap() -> None:
    """Wait for all that is left."""
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def used() -> float:
    """Seconds of the processor: this process, and all below it that have ended."""
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def of_tree(pid: int) -> float:
    """The same for processes that still run."""
    total = 0
    for process in below(pid):
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        total += sum(map(int, fields[11:15]))                           # its own time, and its ended children's
    return total / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
