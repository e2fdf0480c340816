"""Run one submission and judge its answers: a process of its own, so that it can be stopped.

Nothing is isolated here: the submission's code runs with your rights and could read the questions.
``docs/grading.md`` says what follows.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import course_utils.check
from course_tools.grade.cells import code_cells
from course_tools.grade.record import WAITS, Errors, Record
from course_tools.grade.trusted import Answer, judged, nothing
from course_utils.check import Verdict, questions
from course_utils.questions import Question


def run_cells(notebook: Path) -> tuple[dict[str, Any], Errors]:
    """The names that the code cells leave behind, and the errors; a cell that fails does not stop the next."""
    names: dict[str, Any] = {"__name__": "__main__"}
    errors = []
    for number, source in code_cells(notebook):
        try:
            exec(compile(source, f"<cell {number}>", "exec", dont_inherit=True), names)
        except Exception as error:
            errors.append((number, type(error).__name__, str(error)[:300]))
    return names, tuple(errors)


def answered(question: Question, names: dict[str, Any], seed: int) -> Answer:
    """What came of one question."""
    if question.rubric:
        return nothing(question, WAITS)
    answer = names.get(question.name)
    if answer is None:
        return nothing(question, f"there is no {question.name} in the notebook")
    if question.is_function and not callable(answer):
        return nothing(question, f"{question.name} is not a function")
    return judged(question, answer, seed)


def grade(notebook: Path, chapter: str, seed: int) -> Record:
    """All answers of the chapter, and the cells that failed."""
    silent = "Checks are silent while grading."
    course_utils.check.check = lambda question_id, answer: Verdict(question_id, False, 0, 0, silent)
    names, errors = run_cells(notebook)
    answers = tuple(answered(question, names, seed) for question in questions(chapter).values())
    return Record("", chapter, answers=answers, errors=errors)


if __name__ == "__main__":
    notebook, chapter, seed, result = sys.argv[1:]
    Path(result).write_text(grade(Path(notebook), chapter, int(seed)).to_json(), encoding="utf-8")
