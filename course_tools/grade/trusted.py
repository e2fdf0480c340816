"""Judge one submission: its code computes in the jail, and here its values are held to the reference."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from course_tools.grade.jail import Jail
from course_tools.grade.remote import Gone, Session
from course_utils.judging import judge, known_mistake
from course_utils.questions import Question

CALL = 2.0
"""Seconds of one call of an answer; the references take milliseconds."""


@dataclass(frozen=True)
class Answer:
    """What came of one question."""

    question: str
    points: float
    max_points: float
    problem: str = ""
    """What was wrong, in words; empty where nothing was."""
    mistake: str = ""
    """The name of the known mistake it is, if it is one."""
    diagnosis: str = ""
    groups: Mapping[str, bool] = field(default_factory=dict)
    """Which groups of probes passed."""


@dataclass(frozen=True)
class Outcome:
    """A submission, judged."""

    answers: Sequence[Answer]
    errors: Sequence[tuple[int, str, str]] = ()
    """(cell, kind, message) of the cells that failed."""


def judge_submission(
    jail: Jail, cells: Sequence[tuple[int, str]], questions: Sequence[Question], seed: int
) -> Outcome:
    """Run the cells and judge every question. Where the child is lost, a new one takes over behind the stumbling block.

    A cell or an answer that ends the process or hangs is left out of the next try; what was judged before stays.
    """
    limits = jail.limits
    until = time.monotonic() + limits.submission
    done: dict[str, Answer] = {}
    errors: dict[int, tuple[int, str, str]] = {}
    cells = list(cells)
    while len(done) < len(questions):
        waiting = [q for q in questions if q.id not in done]
        if time.monotonic() > until:
            late = f"not reached: the submission ran longer than {limits.submission:g} s"
            done |= {q.id: nothing(q, late) for q in waiting}
            break
        with jail.child() as channel:
            session = Session(channel)
            try:
                rows, found = session.cells(cells, [q.name for q in questions], limits.cell, until - time.monotonic())
            except Gone as gone:
                blamed = [cell for cell in cells if cell[0] == session.progress]
                if not blamed:
                    done |= {q.id: nothing(q, f"the submission could not be run: {gone}") for q in waiting}
                    break
                errors[blamed[0][0]] = (blamed[0][0], "Stopped", str(gone))
                cells.remove(blamed[0])
                continue
            errors |= {row[0]: (int(row[0]), str(row[1]), str(row[2])) for row in rows if len(row) == 3}
            for question in waiting:
                limit = min(limits.question, until - time.monotonic())
                try:
                    done[question.id] = _judged(question, session, found, seed, limit)
                except Gone as gone:
                    done[question.id] = nothing(question, f"{question.name}: {gone}")
                    break
    return Outcome([done[q.id] for q in questions], sorted(errors.values()))


def _judged(question: Question, session: Session, found: Mapping[str, bool], seed: int, limit: float) -> Answer:
    if question.name not in found:
        return nothing(question, f"there is no {question.name} in the notebook")
    if question.is_function and not found[question.name]:
        return nothing(question, f"{question.name} is not a function")
    name = question.name
    answer: Any = session.function(name, CALL, limit) if question.is_function else session.value(name, limit)
    return judged(question, answer, seed)


def judged(question: Question, answer: Any, seed: int) -> Answer:
    """Hold an answer, wherever it is computed, to the reference."""
    judgement = judge(question, answer, seed)
    groups: dict[str, bool] = {}
    for finding in judgement.findings:
        groups[finding.group] = groups.get(finding.group, True) and finding.problem is None
    points = round(question.points * judgement.share, 2)
    problem = judgement.first_problem
    if problem is None:
        return Answer(question.id, points, question.points, groups=groups)
    mistake = known_mistake(question, answer, seed, judgement)
    known, told = (mistake.name, mistake.message) if mistake else ("", "")
    return Answer(question.id, points, question.points, f"{question.name} {problem.problem}", known, told, groups)


def nothing(question: Question, why: str) -> Answer:
    """No points, and the reason."""
    return Answer(question.id, 0, question.points, why)
