"""What an export is: a table, and what a human should know before importing it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from course_tools.grade.lms.roster import Matcher
from course_tools.grade.policy import Grade
from course_utils.check import chapters


@dataclass
class Export:
    """``notes`` are sentences."""

    head: list[str]
    rows: list[list[Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def title(chapter: str) -> str:
    """The name of a chapter's column.

    >>> title("ch05")
    '05 Gradient descent'
    """
    name = chapters().get(chapter, chapter).rsplit(".", 1)[-1]
    number, _, words = name.removeprefix("ch").partition("_")
    return f"{number} {words.replace('_', ' ').capitalize()}".strip()


def matched(grades: Iterable[Grade], matcher: Matcher, notes: list[str]) -> dict[int, dict[str, Grade]]:
    """Row of the class list -> chapter -> grade. Who cannot be matched is named in ``notes``."""
    found: dict[int, dict[str, Grade]] = {}
    missing: dict[str, str] = {}
    for grade in grades:
        row = matcher.find(grade.record)
        if isinstance(row, str):
            missing[grade.student] = row
        elif grade.chapter in found.get(row, {}):
            other = found[row][grade.chapter].student
            both = f"{other} and {grade.student} are the same person in the class list"
            notes.append(f"{both}; in {grade.chapter} the grade of {other} was taken.")
        else:
            found.setdefault(row, {})[grade.chapter] = grade
    notes += [f"{student} is left out: {why}." for student, why in sorted(missing.items())]
    return found


def by_student(grades: Iterable[Grade]) -> dict[str, dict[str, Grade]]:
    """Student -> chapter -> grade."""
    found: dict[str, dict[str, Grade]] = {}
    for grade in grades:
        found.setdefault(grade.student, {})[grade.chapter] = grade
    return found


def columns(grades: Iterable[Grade]) -> dict[str, float]:
    """Chapter -> points that are possible, for the chapters that were graded."""
    return {grade.chapter: grade.max_points for grade in sorted(grades, key=lambda grade: grade.chapter)}


def cell(grades: Mapping[str, Grade], chapter: str, otherwise: Any) -> Any:
    """The points, or ``otherwise`` where there are none that mean anything."""
    grade = grades.get(chapter)
    return grade.points if grade and grade.counts else otherwise


def column_of(chapter: str, head: Sequence[str]) -> int | None:
    """Where the LMS has a column for a chapter already: its number stands at the beginning of the name."""
    wanted = int(chapter.removeprefix("ch"))
    for place, name in enumerate(head):
        found = re.match(r"(?:assignment:\s*)?(?:ch(?:apter)?[ _.-]*)?(\d{1,2})(?!\d)", name, re.IGNORECASE)
        if found and int(found[1]) == wanted:
            return place
    return None
