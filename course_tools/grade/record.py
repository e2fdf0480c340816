"""What came of one submission, as plain data: kept as JSON, so that what was judged once need not be judged again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from course_tools.grade.trusted import Answer

GRADED = "graded"
NOT_ISOLATED = "graded, not isolated"
WAITS = "a human reads this answer and gives the points"
"""What is said of a question with a rubric until overrides.csv holds its points."""
Errors = tuple[tuple[int, str, str], ...]


@dataclass(frozen=True)
class Record:
    """One submission, judged; rules about deadlines and attempts are not applied yet."""

    student: str
    chapter: str
    """"ch09"; empty where it was not recognized."""
    attempt: int = 1
    handed_in: str = ""
    """ISO text with its time zone; empty where nobody knows."""
    late: bool | None = None
    """What the LMS says, where it says something."""
    lms_id: str = ""
    notebook: str = ""
    """What the student called the file."""
    digest: str = ""
    """SHA-256 of the notebook's bytes; empty where they could not be read."""
    seed: int = 1
    questions_digest: str = ""
    limits: str = ""
    """The limits it ran under, in words."""
    status: str = GRADED
    """"graded", or why it could not be."""
    message: str = ""
    max_points: float = 0
    answers: tuple[Answer, ...] = ()
    errors: Errors = ()
    """(number of the cell, kind, message) of the cells that failed."""
    isolated: bool = True

    @property
    def points(self) -> float:
        """The sum over the questions, before any rule."""
        return round(sum(answer.points for answer in self.answers), 2)

    @property
    def graded(self) -> bool:
        """Whether its points mean anything: 0 points of a notebook that could not be read do not."""
        return self.status in (GRADED, NOT_ISOLATED)

    @property
    def place(self) -> tuple[str, str, int]:
        """Which submission this is."""
        return self.student, self.chapter, self.attempt

    @property
    def basis(self) -> tuple[object, ...]:
        """What the judgement depends on: where none of it changed, the record still holds."""
        return self.digest, self.seed, self.questions_digest, self.limits, self.isolated

    def saying(self, message: str) -> Record:
        """The same with another message."""
        return replace(self, message=message)

    def to_json(self) -> str:
        """The record as a text."""
        return json.dumps(asdict(self), ensure_ascii=True, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Record:
        """The record from its text. Raises ``ValueError`` if it is not one."""
        try:
            data = json.loads(text)
            known = {name: data[name] for name in (field.name for field in fields(cls)) if name in data}
            answers = tuple(Answer(**answer) for answer in known.pop("answers", ()))
            errors = tuple((int(cell), str(kind), str(told)) for cell, kind, told in known.pop("errors", ()))
            return cls(**known, answers=answers, errors=errors)
        except (TypeError, AttributeError, KeyError) as error:
            raise ValueError(f"this is no record of the grader: {error}") from None


def when(text: str) -> datetime:
    """The time that a record holds."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.astimezone()


def told(answers: tuple[Answer, ...], errors: Errors) -> str:
    """One line for the instructor: what was wrong, question by question."""
    parts = [f"{a.question}: {a.diagnosis or a.problem}" for a in answers if a.points < a.max_points]
    parts += [f"cell {number}: {kind} {text}".strip() for number, kind, text in errors]
    return " | ".join(parts) or "All right."


def outcome(record: Record, answers: Any, errors: Any = (), status: str = GRADED) -> Record:
    """``record`` with what the judging found."""
    answers, errors = tuple(answers), tuple(tuple(error) for error in errors)
    return replace(record, status=status, message=told(answers, errors), answers=answers, errors=errors)
