"""One page for each student, to be opened from a file: scores, what was wrong in words, which rules were applied."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from course_tools.grade.lms.export import by_student, title
from course_tools.grade.output import number, stem, write
from course_tools.grade.pages import page
from course_tools.grade.policy import Grade, shown
from course_tools.grade.record import when
from course_tools.grade.trusted import Answer
from course_tools.grade.wording import said
from course_utils.check import chapters, questions
from course_utils.judging import VALUE

OWN_WORDS = ("could not be read", "not recognized", "timed out", "not handed in")
"""Of these statuses the message is the grader's own; others may quote what the submission printed."""


def write_feedback(out: Path, grades: Sequence[Grade]) -> None:
    """``feedback/STUDENT.html`` for everybody; pages of people who are no longer there go."""
    folder = out / "feedback"
    written = set()
    for student, known in sorted(by_student(grades).items()):
        path = folder / f"{stem(student)}.html"
        write(path, student_page(student, [known[chapter] for chapter in sorted(known)]))
        written.add(path)
    for path in set(folder.glob("*.html")) - written:
        path.unlink()


def student_page(student: str, grades: Sequence[Grade]) -> str:
    """The page. No held-back input, expected value or reference code is in it: see ``wording.py``."""
    return page("feedback.html.j2", student=student, chapters=[_chapter(grade) for grade in grades])


def _chapter(grade: Grade) -> dict[str, Any]:
    record = grade.record
    known = questions(grade.chapter) if grade.chapter in chapters() else {}
    return {
        "title": title(grade.chapter) or "A file that belongs to no chapter",
        "counts": grade.counts,
        "points": number(grade.points),
        "max_points": number(grade.max_points),
        "status": grade.status,
        "message": record.message if grade.status in OWN_WORDS else "Your instructor sees why.",
        "notebook": record.notebook,
        "handed_in": shown(when(record.handed_in)) if record.handed_in else "",
        "notes": grade.notes,
        "questions": [_question(answer, known.get(answer.question), grade) for answer in grade.answers],
        "errors": record.errors,
    }


def _question(answer: Answer, question: Any, grade: Grade) -> dict[str, Any]:
    full = answer.points >= answer.max_points
    result, tone = ("right", "good") if full else ("partly right", "part") if answer.points else ("not right", "bad")
    by_hand = grade.by_hand.get(answer.question, "")
    return {
        "name": question.name if question else answer.question,
        "points": number(answer.points),
        "max_points": number(answer.max_points),
        "result": "by hand" if by_hand else result,
        "tone": tone,
        "diagnosis": answer.diagnosis,
        "said": "" if answer.diagnosis else said(answer, question),
        "groups": _groups(answer) if answer.problem and "NotImplementedError" not in answer.problem else "",
        "by_hand": by_hand,
    }


def _groups(answer: Answer) -> str:
    """Which groups of probes passed, where there are several."""
    if set(answer.groups) <= {VALUE}:
        return ""
    right = [name for name, passed in answer.groups.items() if passed]
    wrong = [name for name, passed in answer.groups.items() if not passed]
    return " ".join(f"{word}: {', '.join(names)}." for word, names in (("Right", right), ("Wrong", wrong)) if names)
