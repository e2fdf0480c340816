"""Every submission of a folder, one row each; a bad one never stops the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from course_utils.check import chapters, questions


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


def grade_one(notebook: Path, seed: int, seconds: float) -> Grade:
    """Run and judge one notebook in a process of its own."""
    student, chapter = notebook.parent.name, "ch" + notebook.stem[:2]
    if chapter not in chapters() or not questions(chapter):
        known = ", ".join(name[2:] + "_….ipynb" for name in chapters() if questions(name))
        why = f"The name {notebook.name} does not begin with the number of a chapter that is graded. Try {known}."
        return Grade(student, chapter, 0, 0, "not recognized", why)
    of = sum(question.points for question in questions(chapter).values())
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "points.json"
        words = [str(notebook.resolve()), chapter, str(seed), str(result)]
        command = [sys.executable, "-m", "course_tools.grade.worker", *words]
        environment = {**os.environ, "COURSE_BUILD": "1", "MPLBACKEND": "Agg"}
        try:
            done = subprocess.run(
                command, cwd=scratch, env=environment, timeout=seconds, capture_output=True, text=True, errors="replace"
            )
            points: dict[str, float] = json.loads(result.read_text(encoding="utf-8"))
        except subprocess.TimeoutExpired:
            why = f"It ran longer than {seconds:g} s: does a loop never end?"
            return Grade(student, chapter, 0, of, "timed out", why)
        except (OSError, ValueError):
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            return Grade(student, chapter, 0, of, "could not be run", f"The process ended before judging: {last}")
    missing = [name for name, got in points.items() if got < questions(chapter)[name].points]
    message = "All right." if not missing else f"Not (fully) right: {', '.join(missing)}."
    return Grade(student, chapter, round(sum(points.values()), 2), of, "graded", message)
