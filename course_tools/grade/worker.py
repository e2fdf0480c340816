"""Run one submission and judge its answers: a process of its own, so that it can be stopped.

Nothing is isolated yet: the submission's code runs with your rights and could read the questions.
``docs/grading.md`` says what follows.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import course_utils.check
from course_utils.check import Verdict, questions
from course_utils.judging import judge


def run_cells(notebook: Path) -> dict[str, Any]:
    """The names that the notebook's code cells leave behind; a cell that fails does not stop the next."""
    source = json.loads(notebook.read_text(encoding="utf-8"))
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in source["cells"]:
        if cell["cell_type"] == "code":
            text = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            try:
                exec(compile(text, "<cell>", "exec"), names)
            except Exception:
                continue
    return names


def grade(notebook: Path, chapter: str, seed: int) -> dict[str, float]:
    """Points for each question of the chapter; 0 where there is no answer."""
    course_utils.check.check = lambda id, answer: Verdict(id, False, 0, 0, "Checks are silent while grading.")
    names = run_cells(notebook)
    points = {}
    for question in questions(chapter).values():
        answer = names.get(question.name)
        unanswered = answer is None or (question.is_function and not callable(answer))
        points[question.id] = 0.0 if unanswered else question.points * judge(question, answer, seed).share
    return points


if __name__ == "__main__":
    notebook, chapter, seed, result = sys.argv[1:]
    Path(result).write_text(json.dumps(grade(Path(notebook), chapter, int(seed))), encoding="utf-8")
