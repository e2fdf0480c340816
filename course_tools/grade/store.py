"""What was judged so far, one JSON file a submission: why a second run, or one that was stopped, is short."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from course_tools.grade.intake import Problem
from course_tools.grade.output import stem, write
from course_tools.grade.record import Record, when

Place = tuple[str, str, int]


class Store:
    """The folder ``results`` of a gradebook."""

    def __init__(self, out: Path) -> None:
        self.folder = out / "results"

    def load(self) -> dict[Place, Record]:
        """Every record, by student, chapter and attempt; a file that cannot be read counts as not judged."""
        records = {}
        for path in sorted(self.folder.glob("*.json")):
            try:
                record = Record.from_json(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            records[record.place] = record
        return records

    def keep(self, record: Record) -> None:
        """Write a record; it takes the place of an older one of the same submission."""
        name = f"{stem(record.student)}.{record.chapter or 'unknown'}.{record.attempt}.json"
        write(self.folder / name, record.to_json())

    def keep_problems(self, problems: Sequence[Problem]) -> None:
        """Write what could not be taken in, for reports that are made without looking at the submissions again."""
        rows = [[problem.student, problem.file, problem.why] for problem in problems]
        write(self.folder / "reported" / "problems.json", json.dumps(rows, indent=1))

    def problems(self) -> list[Problem]:
        """What could not be taken in by the last run."""
        try:
            rows = json.loads((self.folder / "reported" / "problems.json").read_text(encoding="utf-8"))
            return [Problem(*map(str, row)) for row in rows]
        except (OSError, ValueError, TypeError):
            return []


def still_holds(old: Record | None, now: Record) -> Record | None:
    """The old record, if what it depends on is as it was; with what the layout tells about the hand-in today.

    Of two times for the same bytes the earlier one counts: copying a file makes it younger, and nothing makes it older.
    """
    if old is None or not old.digest or old.basis != now.basis or old.status in ("could not be run", "timed out"):
        return None
    times = sorted((time for time in (old.handed_in, now.handed_in) if time), key=when)
    return replace(old, handed_in=times[0] if times else "", late=now.late, lms_id=now.lms_id, notebook=now.notebook)


def why_again(old: Record, new: Record, rules_changed: bool = False) -> str:
    """Why a grade is another one than before, in words."""
    causes = {
        "another attempt counts": old.attempt != new.attempt,
        "the notebook changed": old.attempt == new.attempt and old.digest != new.digest,
        "the questions changed": old.questions_digest != new.questions_digest,
        f"the inputs were drawn with seed {new.seed}": old.seed != new.seed,
        "the limits changed": (old.limits, old.isolated) != (new.limits, new.isolated),
        "the hand-in time changed": old.digest == new.digest and old.handed_in != new.handed_in,
        "the rules changed": rules_changed,
    }
    return "; ".join(why for why, true in causes.items() if true) or "it was judged again"
