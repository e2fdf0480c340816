"""Records and notebooks for the tests of what follows the judging."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from course_tools.grade.record import Record, told
from course_tools.grade.trusted import Answer

STEP, RUN = "ch09.adam_step", "ch09.adam_run"


def record(student: str = "ada", chapter: str = "ch09", points: float = 12.0, **other: Any) -> Record:
    """A graded record of one question worth 20, unless ``answers`` are given."""
    wrong = "" if points >= 20 else "adam_step is off by up to 0.123 (25%)"
    first = Answer(f"{chapter}.adam_step", points, 20, wrong, groups={"the first step": points >= 20})
    answers = other.pop("answers", (first,))
    errors = other.pop("errors", ())
    fields: dict[str, Any] = {
        "notebook": f"{chapter[2:]}.ipynb", "digest": "d", "questions_digest": "q", "limits": "l", "max_points": 20,
        "message": told(answers, errors),
    }  # fmt: skip
    return Record(student, chapter, answers=answers, errors=errors, **(fields | other))


def unreadable(student: str = "dee", chapter: str = "ch09", **other: Any) -> Record:
    """A record of a file that is no notebook."""
    why = "Could not be graded, because it cannot be read as a notebook."
    return record(student, chapter, answers=(), **{"message": why, "status": "could not be read"} | other)


def notebook(path: Path, *cells: str) -> Path:
    """A notebook of code cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}), encoding="utf-8")
    return path
