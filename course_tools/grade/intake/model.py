"""What intake finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Submission:
    """One notebook that someone handed in."""

    student: str
    """Untrusted text, unique for each student: the folder's name, or the name in the LMS's file name."""
    chapter: str
    """"ch09"; empty where neither the name nor the cells tell."""
    notebook: Path
    name: str = ""
    """What the student called the file."""
    handed_in: datetime | None = None
    """With its time zone; None where the layout does not tell: an LMS stamps its zip with the time of the download."""
    attempt: int = 1
    late: bool | None = None
    """What the LMS says, where it says something."""
    lms_id: str = ""
    """Canvas' user id or Moodle's participant number, for a match with a class list."""


@dataclass(frozen=True, order=True)
class Problem:
    """Something that could not be taken in, or that a human should know; a sentence."""

    student: str
    """Empty where it is nobody's."""
    file: str
    why: str


@dataclass(frozen=True)
class Intake:
    """Everything that was found, in a fixed order."""

    submissions: list[Submission] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
