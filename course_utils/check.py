"""The learner's side of a question: a verdict, and what the mistake is."""

from __future__ import annotations

import difflib
import importlib
import os
import pkgutil
import sysconfig
import traceback
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from course_utils import progress, recorded
from course_utils.compare import Raised
from course_utils.judging import Finding, Impure, judge, known_mistake
from course_utils.questions import Question

HERE = Path(__file__).parent
NOT_THEIRS = (HERE, HERE.parent / "chapters", Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("purelib")))
"""Folders whose code a learner did not write."""


@dataclass(frozen=True)
class Verdict:
    """What :func:`check` found."""

    id: str
    passed: bool
    points: float
    max_points: int
    message: str
    diagnosis: str | None = None
    """Name of the known mistake, where the answer makes one."""
    waits: bool = False
    """Whether a person is to read the answer and give the points."""

    def __repr__(self) -> str:
        """The verdict in words; for nbgrader, which reads what a cell shows, the points."""
        return f"{self.points:g}" if os.environ.get("NBGRADER_EXECUTION") else self.text

    @property
    def text(self) -> str:
        """The verdict in words."""
        if self.waits:
            return f"… {self.id}: {self.message}"
        mark = "✓" if self.passed else "✗"
        return f"{mark} {self.id}: {self.points:g} of {self.max_points} points. {self.message}"


def check(question_id: str, answer: Any) -> Verdict:
    """Try ``answer`` on the public probes of a question and say whether it is right, and if not, what is likely wrong.

    The answer itself is never shown. A result is kept in your progress file; see ``notebooks/00_start_here.ipynb``.
    Raises ``KeyError`` for an unknown id, with the nearest known ones.
    """
    question = find(question_id)
    verdict = _verdict(question, answer)
    progress.record(question.id, verdict.points, question.points)
    if os.environ.get("NBGRADER_EXECUTION"):
        print(verdict.text)
    return verdict


@cache
def chapters() -> dict[str, str]:
    """"ch09" -> "chapters.ch09_adam" for every chapter."""
    package = importlib.import_module("chapters")
    names = [module.name for module in pkgutil.iter_modules(package.__path__) if module.name.startswith("ch")]
    return {name.split("_")[0]: f"chapters.{name}" for name in sorted(names)}


@cache
def questions(chapter: str) -> dict[str, Question]:
    """id -> question of one chapter, such as "ch09"; empty where it grades nothing.

    In a class release they come from a file of numbers.
    """
    try:
        module = importlib.import_module(chapters()[chapter] + ".questions")
    except ModuleNotFoundError as missing:
        if missing.name and missing.name.endswith(".questions"):
            return recorded.read(Path(importlib.import_module(chapters()[chapter]).__path__[0]) / recorded.FILE)
        raise
    return {question.id: question for question in module.QUESTIONS}


def find(question_id: str) -> Question:
    """The question with this id."""
    known = [q for chapter in chapters() for q in questions(chapter)]
    if question_id not in known:
        near = difflib.get_close_matches(question_id, known, n=3) or known[:3]
        raise KeyError(f"no question is called {question_id!r}. Did you mean {' or '.join(near)}?")
    return questions(question_id.split(".")[0])[question_id]


def _verdict(question: Question, answer: Any) -> Verdict:
    def verdict(points: float, message: str, diagnosis: str | None = None) -> Verdict:
        return Verdict(question.id, points == question.points, points, question.points, message, diagnosis)

    if question.is_function and not callable(answer):
        return verdict(0, f"Pass the function itself: check({question.id!r}, {question.name}), without calling it.")
    if not question.is_function and _unanswered(answer):
        return verdict(0, "Not answered yet.")
    if question.rubric:
        told = f"A person reads this and gives up to {question.points} points. {question.rubric}"
        return Verdict(question.id, False, 0, question.points, told, waits=True)
    judgement = judge(question, answer)
    if judgement.passed:
        seen = f"Right, in the form of {judgement.recognized_as}." if judgement.recognized_as else "Right."
        return verdict(question.points, seen)
    problem = judgement.first_problem
    assert problem is not None
    if isinstance(problem.result, Raised) and isinstance(problem.result.error, NotImplementedError):
        return verdict(0, "Not written yet.")
    points = round(question.points * judgement.share, 2)
    if wrong := known_mistake(question, answer, judgement=judgement):
        return verdict(points, wrong.message, wrong.name)
    return verdict(points, _unknown_mistake(question, problem))


def _unknown_mistake(question: Question, problem: Finding) -> str:
    """The first probe that differs, without the right answer."""
    if isinstance(problem.result, Raised):
        error = problem.result.error
        place = _line(error)
        return f"For {problem.shown} your function raised {type(error).__name__}: {error}{place}".rstrip(".?") + "."
    if not question.is_function and problem.result is None:
        return f"There is no answer for {problem.shown} yet."
    if not question.is_function:
        return f"Your answer{f' for {problem.shown}' if problem.shown else ''} {problem.problem}."
    return f"For {problem.shown} your result {problem.problem}."


def _unanswered(answer: Any) -> bool:
    if isinstance(answer, dict):
        return all(value is None for value in answer.values())
    return answer is None or answer is ...


def _line(error: BaseException) -> str:
    """Where in the learner's own code the error arose."""
    if isinstance(error, Impure | TimeoutError):
        return ""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if not any(Path(f.filename).is_relative_to(folder) for folder in NOT_THEIRS)]
    return f" (in `{own[-1].line}`)" if own and own[-1].line else ""
