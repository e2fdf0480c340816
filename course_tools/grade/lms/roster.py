"""The class list that an LMS exports, and who is who in it."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_tools.grade.record import Record


class BadRoster(Exception):
    """A class list that cannot be used; a sentence."""


@dataclass(frozen=True)
class Roster:
    """A table with a heading; rows as long as the heading."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def column(self, *names: str) -> int | None:
        """Where the first column with one of these headings stands."""
        lower = [cell.casefold() for cell in self.head]
        return next((lower.index(name.casefold()) for name in names if name.casefold() in lower), None)


def read(path: Path) -> Roster | None:
    """The class list; None where there is none. Raises :class:`BadRoster`."""
    if not path.exists():
        return None
    try:
        text = path.read_text(encoding="utf-8-sig")
        lines = text.splitlines(keepends=True)
        first = lines[0] if lines else ""
        separator = max(",;\t", key=first.count)
        table = [row for row in csv.reader(lines, delimiter=separator) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadRoster(f"{path.name} cannot be read ({error}): export it again, as CSV in UTF-8") from None
    if not table:
        raise BadRoster(f"{path.name} is empty: export it again")
    head = [cell.strip() for cell in table[0]]
    rows = [[cell.strip() for cell in (*row, *[""] * len(head))][: len(head)] for row in table[1:]]
    return Roster(path.name, head, rows)


@dataclass(frozen=True)
class Person:
    """How the LMS knows someone: ``numbers`` and ``logins`` are unique, ``names`` may not be."""

    row: int
    numbers: Sequence[str] = ()
    logins: Sequence[str] = ()
    names: Sequence[str] = ()


class Matcher:
    """Finds the row of a student."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.numbers: dict[str, set[int]] = defaultdict(set)
        self.logins: dict[str, set[int]] = defaultdict(set)
        self.names: dict[str, set[int]] = defaultdict(set)
        for person in people:
            for table, values in (
                (self.numbers, person.numbers),
                (self.logins, [value.casefold() for value in person.logins]),
                (self.names, [key for name in person.names for key in spellings(name)]),
            ):
                for value in filter(None, values):
                    table[value].add(person.row)

    def find(self, record: Record) -> int | str:
        """The row, or why there is none."""
        student = record.student.removesuffix(f" ({record.lms_id})")
        tries = [self.numbers.get(record.lms_id), self.logins.get(student.casefold())]
        tries += [self.names.get(key) for key in spellings(student)]
        for rows in filter(None, tries):
            if len(rows) == 1:
                return next(iter(rows))
            return "several people in the class list have this name"
        return "nobody in the class list has this name or number"


def spellings(name: str) -> list[str]:
    """A name as letters only, in the order it stands and with the last name in front, as Canvas writes it.

    >>> spellings("Doe, Jane"), spellings("Jane Doe")
    (['doejane', 'janedoe'], ['janedoe', 'doejane'])
    """
    plain = unicodedata.normalize("NFC", name).casefold()
    last, comma, first = plain.partition(",")
    parts = [last, first] if comma else plain.rsplit(None, 1)
    found = [re.sub(r"[\W\d_]", "", "".join(order)) for order in (parts, parts[::-1])]
    return [key for key in dict.fromkeys(found) if key]
