"""extensions.csv and overrides.csv: tables with a heading."""

from __future__ import annotations

import csv
import difflib
import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from course_tools.grade.rules.model import Extension, Override, bad, chapter_named, moment
from course_utils.check import questions

EXTENSIONS, OVERRIDES = "extensions.csv", "overrides.csv"


def rows(text: str, file: str, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column) of a table with a heading; empty lines and those that begin with # are left out."""
    if not text.strip():
        return
    head_line = text.splitlines()[0]
    reader = csv.reader(text.splitlines(), delimiter=";" if head_line.count(";") > head_line.count(",") else ",")
    head: list[str] | None = None
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if head is None:
                head = [cell.lower() for cell in cells]
                if missing := [name for name in columns if name not in head]:
                    what = f"the heading has no column {missing[0]!r}"
                    raise bad(file, reader.line_num, what, f"The first line reads {','.join(columns)}")
                continue
            if len(cells) != len(head):
                what = f"has {len(cells)} cells, the heading has {len(head)}"
                raise bad(file, reader.line_num, what, "A cell that holds a comma stands in quotation marks")
            yield reader.line_num, dict(zip(head, cells, strict=True))
    except csv.Error as error:
        raise bad(file, reader.line_num, f"is no table ({error})", "Save it as CSV with commas") from None


def extensions(text: str, zone: ZoneInfo | None) -> Iterator[Extension]:
    """The rows: student, chapter, until, reason."""
    for line, row in rows(text, EXTENSIONS, ("student", "chapter", "until", "reason")):
        try:
            until = row["until"]
            day = re.fullmatch(r"\d{4}-\d\d-\d\d", until)
            found = moment(date.fromisoformat(until) if day else datetime.fromisoformat(until), zone)
        except ValueError:
            what = f"until is {row['until']!r}, which is no time"
            hint = "Try 2026-11-20T23:59:00+01:00, or 2026-11-20 for the end of that day"
            raise bad(EXTENSIONS, line, what, hint) from None
        _needs(row, EXTENSIONS, line)
        yield Extension(row["student"], chapter_named(row["chapter"], EXTENSIONS, line), found, row["reason"], line)


def overrides(text: str) -> Iterator[Override]:
    """The rows: student, chapter, question, points, reason."""
    for line, row in rows(text, OVERRIDES, ("student", "chapter", "question", "points", "reason")):
        _needs(row, OVERRIDES, line)
        chapter = chapter_named(row["chapter"], OVERRIDES, line)
        question, most = _question(row["question"], chapter, line)
        try:
            points = float(row["points"].replace(",", "."))
        except ValueError:
            points = math.nan
        if not 0 <= points <= most:
            what = f"points are {row['points']!r}, a number from 0 to {most:g} is wanted"
            raise bad(OVERRIDES, line, what, f"{question or 'The chapter'} is worth {most:g}")
        yield Override(row["student"], chapter, question, points, row["reason"], line)


def _needs(row: Mapping[str, str], file: str, line: int) -> None:
    for name in ("student", "reason"):
        if not row[name]:
            raise bad(file, line, f"there is no {name}", f"Fill in the column {name}: the student will read the reason")


def _question(name: str, chapter: str, line: int) -> tuple[str, float]:
    """The question's full name and what it is worth."""
    known = questions(chapter)
    if not name:
        return "", sum(question.points for question in known.values())
    full = name if name.startswith(f"{chapter}.") else f"{chapter}.{name}"
    if full not in known:
        near = difflib.get_close_matches(full, known, n=2) or list(known)
        raise bad(OVERRIDES, line, f"{chapter} has no question {name!r}", f"Try {' or '.join(near)}")
    return full, known[full].points
