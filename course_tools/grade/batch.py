"""Every submission of a folder, one row each; a bad one never stops the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from course_tools.grade.cells import Unreadable, code_cells
from course_tools.grade.jail import Jail, NoJail
from course_tools.grade.trusted import Outcome, judge_submission
from course_utils.check import chapters, questions
from course_utils.questions import Question


@dataclass(frozen=True)
class Grade:
    """One student's result in one chapter."""

    student: str
    chapter: str
    points: float
    max_points: float
    status: str
    """"graded", or why it could not be."""
    message: str


def submissions(folder: Path) -> list[Path]:
    """``folder/student/notebook.ipynb``, in order."""
    return sorted(path for path in folder.glob("*/*.ipynb") if not path.name.startswith("."))


def grade_one(notebook: Path, seed: int, jail: Jail | None, seconds: float = 60.0) -> Grade:
    """Judge one notebook: in the jail, or without one in a process that has your rights."""
    student, chapter = notebook.parent.name, "ch" + notebook.stem[:2]
    if chapter not in chapters() or not questions(chapter):
        known = ", ".join(name[2:] + "_….ipynb" for name in chapters() if questions(name))
        why = f"The name {notebook.name} does not begin with the number of a chapter that is graded. Try {known}."
        return Grade(student, chapter, 0, 0, "not recognized", why)
    asked = list(questions(chapter).values())
    of = sum(question.points for question in asked)
    try:
        cells = code_cells(notebook)
        if jail is None:
            return _unjailed(notebook, Grade(student, chapter, 0, of, "", ""), seed, seconds)
        outcome = judge_submission(jail, cells, asked, seed)
    except Unreadable as why:
        return Grade(student, chapter, 0, of, "could not be read", f"Could not be graded, because {why}.")
    except (NoJail, OSError) as error:
        return Grade(student, chapter, 0, of, "could not be run", f"Could not be graded: the jail failed: {error}.")
    return Grade(student, chapter, *_result(outcome, asked))


def _result(outcome: Outcome, asked: Sequence[Question]) -> tuple[float, float, str, str]:
    points = round(sum(answer.points for answer in outcome.answers), 2)
    short = [answer for answer in outcome.answers if answer.points < answer.max_points]
    parts = [f"{a.question}: {a.diagnosis or a.problem}" for a in short]
    parts += [f"cell {number}: {kind} {text}".strip() for number, kind, text in outcome.errors]
    return points, sum(q.points for q in asked), "graded", " | ".join(parts) or "All right."


def _unjailed(notebook: Path, grade: Grade, seed: int, seconds: float) -> Grade:
    """The notebook in a process of its own that can be stopped, and in no jail."""
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "points.json"
        words = [str(notebook.resolve()), grade.chapter, str(seed), str(result)]
        command = [sys.executable, "-m", "course_tools.grade.worker", *words]
        environment = {**os.environ, "COURSE_BUILD": "1", "MPLBACKEND": "Agg"}
        try:
            done = subprocess.run(
                command, cwd=scratch, env=environment, timeout=seconds, capture_output=True, text=True, errors="replace"
            )
            points: dict[str, float] = json.loads(result.read_text(encoding="utf-8"))
        except subprocess.TimeoutExpired:
            why = f"It ran longer than {seconds:g} s: does a loop never end?"
            return Grade(grade.student, grade.chapter, 0, grade.max_points, "timed out", why)
        except (OSError, ValueError):
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            why = f"The process ended before judging: {last}"
            return Grade(grade.student, grade.chapter, 0, grade.max_points, "could not be run", why)
    missing = [name for name, got in points.items() if got < questions(grade.chapter)[name].points]
    message = "All right." if not missing else f"Not (fully) right: {', '.join(missing)}."
    total = round(sum(points.values()), 2)
    return Grade(grade.student, grade.chapter, total, grade.max_points, "graded, not isolated", message)


def counted(grades: Sequence[Grade]) -> str:
    """How many of each status, in words."""
    return ", ".join(f"{n} {status}" for status, n in Counter(grade.status for grade in grades).most_common())
