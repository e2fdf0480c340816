"""The same questions as an assignment of nbgrader: learner's answers, and asserts as hidden tests.

The tests call the answers on the grader's own probes and compare with numbers that stand in the test: no reference is
computed there. Reading the class into the database is not counted, only `nbgrader autograde`.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from course_tools.bench_grade.sheets import solution
from course_tools.pythons import ROOT
from course_utils.check import questions
from course_utils.judging import run
from course_utils.questions import Question

NAME, SEED = "twin", 3
FLAT = """\
import numpy as np
from numpy import inf, nan

def flat(x):
    several = isinstance(x, list | tuple)
    return np.concatenate([flat(p) for p in x] or [[]]) if several else np.ravel(np.asarray(x, float))
"""
TEST = """\
### BEGIN HIDDEN TESTS
from course_utils.check import find
question = find({id!r})
probes = [p for members in question.probes(np.random.default_rng({seed})).values() for p in members]
for probe, right in zip(probes, {expected}, strict=True):
    np.testing.assert_allclose(flat(probe.run({name})), right, rtol={rtol}, atol={atol})
### END HIDDEN TESTS
"""
VALUE = """\
### BEGIN HIDDEN TESTS
from course_utils.check import find
question = find({id!r})
if question.accepts:
    assert question.accepts({name}) is None
elif isinstance(question.reference, dict):
    for key, right in question.reference.items():
        assert {name}[key] == right if isinstance(right, str | bool) else np.isclose({name}[key], right, rtol={rtol})
else:
    assert np.isclose({name}, question.reference, rtol={rtol})
### END HIDDEN TESTS
"""


class NotEquivalent(RuntimeError):
    """nbgrader gave other points than all: its times would mean nothing."""


class Twin:
    """A course of nbgrader's in ``folder``; ``nbgrader`` is the virtual environment that it is installed in."""

    def __init__(self, folder: Path, nbgrader: Path, chapter: str) -> None:
        self.folder, self.nbgrader, self.chapter = folder, nbgrader, chapter
        self.env = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder), "COURSE_BUILD": "1",
                    "PATH": f"{nbgrader / 'bin'}{os.pathsep}{os.environ['PATH']}"}  # fmt: skip
        for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
            self.env.pop(name, None)
        self._write(folder / "source" / NAME / f"{NAME}.ipynb")
        (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'twin'\n")
        self._run("generate_assignment", NAME, "--create")

    def autograde(self, first: int, count: int) -> float:
        """Let so many students hand in, and grade them: seconds of the processor."""
        for number in range(first, first + count):
            self._write(self.folder / "submitted" / f"student{number}" / NAME / f"{NAME}.ipynb")
        before = _used()
        self._run("autograde", NAME, "--create")
        seconds = _used() - before
        self._all_points()
        return seconds

    def _run(self, *words: str) -> None:
        command = [str(self.nbgrader / "bin" / "python"), "-m", "nbgrader", *words]
        done = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True)
        if done.returncode:
            raise NotEquivalent(f"`nbgrader {words[0]}` failed: {(done.stderr.strip() or 'no message')[-800:]}")

    def _all_points(self) -> None:
        self._run("export", "--to", "grades.csv")
        with (self.folder / "grades.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        if not rows or any(row["score"] != row["max_score"] for row in rows):
            raise NotEquivalent(f"nbgrader gave {rows[:1]} for an assignment in which all is right.")

    def _write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        cells = [_cell(number, *made) for number, made in enumerate(self._cells())]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}))

    def _cells(self) -> Iterator[tuple[str, int | None]]:
        """(source, points): None for a cell of the learner's."""
        yield FLAT, 0
        yield "\n\n".join(source for source in solution(self.chapter) if not source.startswith("check(")), None
        for question in questions(self.chapter).values():
            yield _test(question), question.points


def _test(question: Question) -> str:
    words: dict[str, Any] = {"id": question.id, "name": question.name, "rtol": question.rtol, "atol": question.atol}
    if not question.is_function:
        return VALUE.format(**words)
    expected = [_flat(result).tolist() for *_, result in run(question, question.reference, SEED)]
    return TEST.format(**words, seed=SEED, expected=expected)


def _flat(x: Any) -> np.ndarray:
    if isinstance(x, list | tuple):
        return np.concatenate([_flat(part) for part in x] or [np.zeros(0)])
    return np.ravel(np.asarray(x, float))


def _cell(number: int, source: str, points: int | None) -> dict[str, Any]:
    theirs = points is None
    nbgrader = {"schema_version": 3, "grade_id": f"c{number}", "locked": not theirs, "solution": theirs,
                "grade": bool(points), "task": False, **({"points": points} if points else {})}  # fmt: skip
    return {"cell_type": "code", "id": f"c{number}", "source": source, "outputs": [], "execution_count": None,
            "metadata": {"nbgrader": nbgrader}}  # fmt: skip


def _used() -> float:
    use = resource.getrusage(resource.RUSAGE_CHILDREN)
    return use.ru_utime + use.ru_stime
