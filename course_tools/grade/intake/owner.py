"""Whose a file is, as far as its path tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Owner:
    """What an LMS or a folder says of a file."""

    student: str
    rest: tuple[str, ...]
    """The path as the student made it; never empty."""
    lms_id: str = ""
    attempt: int = 0
    """0 where it is not told."""
    late: bool | None = None
    lms: str = ""
    """"Canvas", "Moodle"; empty for a plain folder."""


def lms(parts: tuple[str, ...]) -> Owner | None:
    """The owner of a file that an LMS named; None for any other."""
    from course_tools.grade.intake.canvas import canvas
    from course_tools.grade.intake.moodle import moodle

    return moodle(parts) or canvas(parts)


def owner_of(parts: tuple[str, ...]) -> Owner | None:
    """Who handed this in; None for a file that lies beside the students' folders."""
    if owner := lms(parts):
        return owner
    return Owner(parts[0], parts[1:]) if len(parts) > 1 else None


def whose(parts: tuple[str, ...]) -> str:
    """The student's name for a message; a folder's name stands for its student."""
    owner = (owner_of(parts) or owner_of((*parts, ""))) if parts else None
    return owner.student if owner and (len(parts) > 1 or owner.lms) else ""
