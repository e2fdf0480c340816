"""The tables: grades.csv, what changed since the last report, and the files that gradebooks import."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from course_tools.grade.lms import canvas, moodle, roster
from course_tools.grade.lms.export import Export
from course_tools.grade.output import number, write, write_csv
from course_tools.grade.policy import Grade
from course_tools.grade.record import Record
from course_tools.grade.store import why_again

GRADES = ("student", "chapter", "points", "max_points", "status", "message")
LEFT_OUT = {"answers", "errors", "message"}


@dataclass(frozen=True)
class Change:
    """One row of changes.csv."""

    student: str
    chapter: str
    before: str
    after: str
    why: str


def write_grades(out: Path, grades: Sequence[Grade]) -> None:
    """One row for each student and chapter."""
    write_csv(out / "grades.csv", GRADES, ([getattr(grade, name) for name in GRADES] for grade in grades))


def write_changes(out: Path, changes: Sequence[Change]) -> None:
    """What is another grade than in the report before; only the heading where nothing changed."""
    write_csv(out / "changes.csv", tuple(Change.__dataclass_fields__), ([*asdict(row).values()] for row in changes))


def changes(out: Path, grades: Sequence[Grade], rules: str) -> list[Change]:
    """What changed since the last report in ``out``, if there was one. ``rules`` is the digest of the rules."""
    before = _reported(out)
    if before is None:
        return []
    found = []
    for grade in grades:
        old = before["grades"].get(_key(grade))
        if old is None:
            found.append(Change(grade.student, grade.chapter, "", shown(grade), "it is new"))
        elif old["shown"] != shown(grade):
            was = Record(**old["record"])
            why = why_again(was, grade.record, before["rules"] != rules)
            found.append(Change(grade.student, grade.chapter, old["shown"], shown(grade), why))
    now = {_key(grade) for grade in grades}
    for key, old in before["grades"].items():
        if key not in now:
            student, chapter = old["record"]["student"], old["record"]["chapter"]
            found.append(Change(student, chapter, old["shown"], "", "its result is gone"))
    return found


def remember(out: Path, grades: Sequence[Grade], rules: str) -> None:
    """Keep what was reported, for the next report to compare with."""
    rows = {_key(grade): {"shown": shown(grade), "record": _short(grade.record)} for grade in grades}
    write(out / "results" / "reported" / "last.json", json.dumps({"rules": rules, "grades": rows}, indent=1))


def shown(grade: Grade) -> str:
    """A grade in a table of changes: the points, or why there are none."""
    return number(grade.points) if grade.counts else grade.status


def _reported(out: Path) -> dict[str, Any] | None:
    try:
        data = json.loads((out / "results" / "reported" / "last.json").read_text(encoding="utf-8"))
        return data if {"rules", "grades"} <= set(data) else None
    except (OSError, ValueError, TypeError):
        return None


def _key(grade: Grade) -> str:
    return json.dumps([grade.student, grade.chapter, 0 if grade.chapter else grade.record.attempt])


def _short(record: Record) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in LEFT_OUT}


# exports ------------------------------------------------------------------------------------------------------------


def write_exports(out: Path, beside: Path, grades: Sequence[Grade]) -> dict[str, list[str]]:
    """canvas.csv and moodle.csv; what to know about each, in sentences."""
    known = [grade for grade in grades if grade.chapter and grade.max_points]
    makers: dict[str, tuple[str, Callable[[Sequence[Grade], roster.Roster | None], Export]]] = {
        "canvas.csv": (canvas.CLASS_LIST, canvas.canvas),
        "moodle.csv": (moodle.CLASS_LIST, moodle.moodle),
    }
    notes = {}
    for name, (class_list, make) in makers.items():
        try:
            export = make(known, roster.read(beside / class_list))
        except roster.BadRoster as why:
            (out / name).unlink(missing_ok=True)
            notes[name] = [f"Not written: {why}."]
            continue
        write_csv(out / name, export.head, export.rows)
        notes[name] = export.notes
    return notes
