"""What rules there are, and what is said about one that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from course_utils.check import chapters, questions


class BadRule(Exception):
    """A rule that cannot be read: which file and line, what is wrong with it, what to try."""


@dataclass(frozen=True)
class Extension:
    """More time for one student."""

    student: str
    chapter: str
    until: datetime
    reason: str
    line: int


@dataclass(frozen=True)
class Override:
    """Points given by a human; without a question, those of the whole chapter."""

    student: str
    chapter: str
    question: str
    points: float
    reason: str
    line: int


@dataclass(frozen=True)
class Rules:
    """How points become grades."""

    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    percent_per_day: float = 0.0
    """Of the points that are possible, for each day begun after the deadline."""
    grace: timedelta = timedelta()
    """How late a submission may be without counting as late."""
    floor_percent: float = 0.0
    """Of the points that are possible; lateness takes nothing below."""
    counts: str = "best"
    """Which attempt counts: "best" or "last"."""
    extensions: Mapping[tuple[str, str], Extension] = field(default_factory=dict)
    overrides: Mapping[tuple[str, str], tuple[Override, ...]] = field(default_factory=dict)
    digest: str = ""
    """Of the files."""


def bad(file: str, line: int, what: str, hint: str) -> BadRule:
    """The sentence."""
    why = "No grade was changed: a rule that is misread would be unfair"
    return BadRule(f"{file}, line {line}: {what}. {why}. {hint}.")


def chapter_named(name: str, file: str, line: int) -> str:
    """"ch09" for "ch09", "09" and "9". Raises :class:`BadRule`."""
    found = re.fullmatch(r"(?:ch)?(\d{1,2})", name.strip().lower())
    chapter = f"ch{int(found[1]):02}" if found else ""
    graded = [known for known in chapters() if questions(known)]
    if chapter not in graded:
        raise bad(file, line, f"no chapter that is graded is called {name!r}", f"Try {', '.join(graded)}")
    return chapter


def moment(value: date, zone: ZoneInfo | None) -> datetime:
    """A date means its end; a time without a zone is one of ``zone``, else of this machine."""
    found = value if isinstance(value, datetime) else datetime.combine(value, time(23, 59, 59))
    if found.tzinfo is not None:
        return found
    return found.replace(tzinfo=zone) if zone else found.astimezone()
