"""Everything in the gradebook's folder that is for people, from what was judged and the rules of today."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from course_tools.grade import gradebook
from course_tools.grade.feedback import write_feedback
from course_tools.grade.gradebook import Change
from course_tools.grade.policy import Grade, grades, strangers
from course_tools.grade.rules import Rules
from course_tools.grade.store import Store
from course_tools.grade.summary import concerns, headline, write_summary


@dataclass(frozen=True)
class Report:
    """What was written, for the last lines on the screen."""

    grades: list[Grade]
    changes: list[Change]
    exports: dict[str, list[str]]
    concerns: int

    @property
    def counted(self) -> str:
        """How many of each status."""
        return headline(self.grades).partition(": ")[2].rstrip(".")


def report(out: Path, beside: Path, rules: Rules) -> Report:
    """Write all tables and pages into ``out``; the class lists lie in ``beside``. Nothing is judged."""
    store = Store(out)
    records = list(store.load().values())
    found = grades(records, rules)
    changed = gradebook.changes(out, found, rules.digest)
    problems, warnings = store.problems(), strangers(records, rules)
    gradebook.write_grades(out, found)
    gradebook.write_changes(out, changed)
    exports = gradebook.write_exports(out, beside, found)
    write_feedback(out, found)
    write_summary(
        out, found, problems=problems, changes=changed, exports=exports, rules=rules, warnings=warnings
    )  # fmt: skip
    gradebook.remember(out, found, rules.digest)
    return Report(found, changed, exports, len(concerns(found, problems, warnings)))
