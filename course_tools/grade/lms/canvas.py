"""canvas.csv, for "Import" in Canvas' gradebook.

Canvas reads Student, ID, then SIS User ID and SIS Login ID if they are there, Section, and after it assignments; a
column whose name ends in "(4711)" is that assignment, another one becomes a new assignment. A student is found by ID,
else by SIS User ID, login or name. An empty cell deletes the grade that is there, so nothing is written about a student
who has no grade here. (Canvas LMS, ``lib/gradebook_importer.rb`` and ``gradebook_exporter.rb``.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from course_tools.grade.lms.export import Export, by_student, cell, column_of, columns, matched, title
from course_tools.grade.lms.roster import BadRoster, Matcher, Person, Roster
from course_tools.grade.policy import Grade

CLASS_LIST = "canvas_students.csv"
HEAD = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
POSSIBLE = "    Points Possible"


def canvas(grades: Sequence[Grade], roster: Roster | None) -> Export:
    """The table that Canvas imports. Raises :class:`BadRoster` if the class list is not Canvas'."""
    return _without_list(grades) if roster is None else _with_list(grades, roster)


def _with_list(grades: Sequence[Grade], roster: Roster) -> Export:
    section, id = roster.column("Section"), roster.column("ID")
    if section is None or id is None:
        what = f"{roster.name} has no column {'ID' if id is None else 'Section'}"
        raise BadRoster(f"{what}, so it is no export of Canvas' gradebook: in Canvas, choose Grades, Export")
    shown = columns(grades)
    named = {place: name for place, name in enumerate(roster.head) if place > section and re.search(r"\(\d+\)$", name)}
    places = {chapter: column_of(chapter, [named.get(k, "") for k in range(len(roster.head))]) for chapter in shown}
    heads = [title(c) if (p := places[c]) is None else roster.head[p] for c in shown]
    export = Export([*roster.head[: section + 1], *heads])
    export.rows.append([POSSIBLE, *[""] * section, *shown.values()])
    found = matched(grades, Matcher(_people(roster, id, section)), export.notes)
    for row, known in sorted(found.items()):
        listed = roster.rows[row]
        if not any(grade.counts for grade in known.values()):
            continue
        old = {c: "" if (p := places[c]) is None else listed[p] for c in shown}
        export.rows.append([*listed[: section + 1], *(cell(known, chapter, old[chapter]) for chapter in shown)])
    new = [head for head, chapter in zip(heads, shown, strict=True) if places[chapter] is None]
    if new:
        export.notes.append(f"Canvas will offer to make new assignments: {', '.join(new)}.")
    _possible(roster, places, shown, export.notes)
    return export


def _people(roster: Roster, id: int, section: int) -> list[Person]:
    name = roster.column("Student")
    first, last = roster.column("FirstName"), roster.column("LastName")
    logins = [place for place in range(section) if roster.head[place] in ("SIS User ID", "SIS Login ID")]
    people = []
    for number, row in enumerate(roster.rows):
        if row[id].isdigit():                                           # not the rows of points and posting policies
            full = row[name] if name is not None else f"{row[last or 0]}, {row[first or 0]}"
            emails = [row[place].partition("@")[0] for place in logins]
            people.append(Person(number, [row[id]], [*(row[place] for place in logins), *emails], [full]))
    return people


def _possible(roster: Roster, places: dict[str, int | None], shown: dict[str, float], notes: list[str]) -> None:
    """Say where the import would change what an assignment is worth."""
    row = next((row for row in roster.rows if row[0].startswith("Points Possible")), None)
    for chapter, place in places.items():
        if row is not None and place is not None and _number(row[place]) not in (None, shown[chapter]):
            notes.append(
                f"{roster.head[place]} is worth {row[place]} points in Canvas; the import makes it {shown[chapter]:g}."
            )


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _without_list(grades: Sequence[Grade]) -> Export:
    shown = columns(grades)
    export = Export([*HEAD, *map(title, shown)])
    export.rows.append([POSSIBLE, "", "", "", "", *shown.values()])
    for student, known in by_student(grades).items():
        if any(grade.counts for grade in known.values()):
            id = next((g.record.lms_id for g in known.values() if g.record.lms_id.isdigit()), "")
            login = "" if id else student
            export.rows.append([student, id, "", login, "", *(cell(known, chapter, "") for chapter in shown)])
    export.notes.append(
        f"There is no {CLASS_LIST} beside the submissions, so the names of the folders stand for logins. Export the "
        "gradebook in Canvas (Grades, Export), put it there under that name and run again: then IDs are Canvas'."
    )
    if any(len(known) < len(shown) for known in by_student(grades).values()):
        export.notes.append("An empty cell deletes a grade that Canvas has; with the class list it is filled in.")
    return export
