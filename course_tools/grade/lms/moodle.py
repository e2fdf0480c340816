"""moodle.csv, for "Import, CSV file" in Moodle's gradebook.

Moodle asks which column identifies a user (username, ID number, e-mail address) and what each other column is: a grade
item, feedback for it, or nothing. One user that it does not find stops the whole import, so nobody is written whom the
class list does not know. A hyphen stands for no grade. (Moodle, ``grade/import/csv/classes/load_data.php``.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from course_tools.grade.lms.export import Export, by_student, cell, columns, matched, title
from course_tools.grade.lms.roster import BadRoster, Matcher, Person, Roster
from course_tools.grade.output import number
from course_tools.grade.policy import Grade
from course_tools.grade.wording import said
from course_utils.check import questions

CLASS_LIST = "moodle_students.csv"
NUMBERS = ("Identifier", "User ID")
LOGINS = ("Username", "ID number", "Email address")
NAMES = ("Full name", "First name", "Last name", "Surname")
NONE = "-"
LARGEST = 100
"""Moodle refuses a file with a larger grade, unless the site allows them."""


def moodle(grades: Sequence[Grade], roster: Roster | None) -> Export:
    """The table that Moodle imports. Raises :class:`BadRoster` if nobody can be identified with the class list."""
    export = _without_list(grades) if roster is None else _with_list(grades, roster)
    if large := [title(chapter) for chapter, most in columns(grades).items() if most > LARGEST]:
        export.notes.append(f"Moodle takes grades above {LARGEST} only if the site allows them: {', '.join(large)}.")
    return export


def _with_list(grades: Sequence[Grade], roster: Roster) -> Export:
    email = roster.column("Email address")
    if email is None and roster.rows:                                   # in another language: all its cells hold an @
        email = next((k for k in range(len(roster.head)) if all("@" in row[k] for row in roster.rows)), None)
    logins = [p for name in LOGINS if (p := roster.column(name)) is not None and any(row[p] for row in roster.rows)]
    logins = sorted({*logins, *([email] if email is not None else [])})
    if not logins:
        what = f"{roster.name} has none of the columns {', '.join(LOGINS)}"
        raise BadRoster(f"{what}, by which Moodle finds people: in Moodle, choose Grades, Export, Plain text file")
    names = [p for name in NAMES if (p := roster.column(name)) is not None]
    export = Export([*(roster.head[p] for p in (*logins, *names)), *_heads(grades)])
    people = [_person(roster, number, row, logins) for number, row in enumerate(roster.rows)]
    found = matched(grades, Matcher(people), export.notes)
    shown = list(columns(grades))
    for row, known in sorted(found.items()):
        listed = roster.rows[row]
        export.rows.append([*(listed[p] for p in (*logins, *names)), *_cells(known, shown)])
    return export


def _person(roster: Roster, number: int, row: Sequence[str], logins: Sequence[int]) -> Person:
    numbers = [row[p].removeprefix("Participant ") for name in NUMBERS if (p := roster.column(name)) is not None]
    full, first = roster.column("Full name"), roster.column("First name")
    last = roster.column("Last name", "Surname")
    names = [] if full is None else [row[full]]
    if first is not None and last is not None:
        names += [f"{row[last]}, {row[first]}", f"{row[first]} {row[last]}"]
    known = [row[p] for p in logins]
    return Person(number, numbers, [*known, *(value.partition("@")[0] for value in known)], names)


def _heads(grades: Sequence[Grade]) -> list[str]:
    return [head for chapter in columns(grades) for head in (title(chapter), f"{title(chapter)} (feedback)")]


def _cells(known: Mapping[str, Grade], shown: Sequence[str]) -> list[Any]:
    cells: list[Any] = []
    for chapter in shown:
        cells += [cell(known, chapter, NONE), in_words(known[chapter]) if chapter in known else ""]
    return cells


def in_words(grade: Grade) -> str:
    """The feedback as a few lines of text: no input, no expected value."""
    if not grade.counts:
        return f"{grade.status.capitalize()}."
    lines = [f"{number(grade.points)} of {number(grade.max_points)} points."]
    lines += grade.notes
    for answer in grade.answers:
        if answer.points < answer.max_points:
            question = questions(grade.chapter).get(answer.question)
            lines.append(f"{answer.question}: {answer.diagnosis or said(answer, question)}")
    return "\n".join(lines)


def _without_list(grades: Sequence[Grade]) -> Export:
    export = Export(["Username", *_heads(grades)])
    shown = list(columns(grades))
    for student, known in by_student(grades).items():
        export.rows.append([student, *_cells(known, shown)])
    export.notes.append(
        f"There is no {CLASS_LIST} beside the submissions, so the names of the folders stand for user names; one that "
        "Moodle does not know stops the import. Export the gradebook in Moodle (Grades, Export, Plain text file), put "
        "it there under that name and run again."
    )
    return export
