"""From what was judged to grades: overrides, lateness, which attempt counts. Nothing is judged here."""

from __future__ import annotations

import difflib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from course_tools.grade.output import number
from course_tools.grade.record import WAITS, Record, told, when
from course_tools.grade.rules import Extension, Override, Rules
from course_tools.grade.trusted import Answer
from course_utils.check import chapters, questions

BY_HAND = "graded by hand"


@dataclass(frozen=True)
class Grade:
    """One student's result in one chapter; the first six are the columns of grades.csv."""

    student: str
    chapter: str
    points: float
    max_points: float
    status: str
    message: str
    record: Record
    """The attempt that counts, as it was judged."""
    answers: tuple[Answer, ...] = ()
    """Its answers, after overrides."""
    by_hand: Mapping[str, str] = field(default_factory=dict)
    """Question -> reason of the override."""
    notes: tuple[str, ...] = ()
    """What rules did, in words for the student."""
    penalty: float = 0.0
    attempts: int = 1
    concerns: tuple[str, ...] = ()
    """Why a human should look, in words for the instructor."""

    @property
    def counts(self) -> bool:
        """Whether the points mean anything."""
        return self.record.graded or self.status == BY_HAND


def grades(records: Iterable[Record], rules: Rules) -> list[Grade]:
    """One grade for each student and chapter, in order; each file that no chapter is known for stands by itself."""
    groups: dict[tuple[str, str, int], list[Record]] = defaultdict(list)
    for record in records:
        groups[record.student, record.chapter, 0 if record.chapter else record.attempt].append(record)
    students = {student for student, *_ in groups}
    for student, chapter in rules.overrides:
        if student in students and (student, chapter, 0) not in groups:
            groups[student, chapter, 0] = [_nothing_handed_in(student, chapter)]
    return [_counting([_graded(record, rules) for record in group], rules) for _, group in sorted(groups.items())]


def strangers(records: Iterable[Record], rules: Rules) -> list[str]:
    """Rules about people who handed in nothing: is the name spelled as in grades.csv?"""
    known = {record.student for record in records}
    rows: list[tuple[str, Extension | Override]] = [("extensions.csv", row) for row in rules.extensions.values()]
    rows += [("overrides.csv", row) for group in rules.overrides.values() for row in group]
    sentences = []
    for file, row in rows:
        if row.student not in known:
            near = difflib.get_close_matches(row.student, known, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            sentences.append(f"{file}, line {row.line}: {row.student} handed in nothing, so it has no effect.{meant}")
    return sentences


def _nothing_handed_in(student: str, chapter: str) -> Record:
    most = sum(question.points for question in questions(chapter).values())
    return Record(student, chapter, 0, status="not handed in", message="Nothing was handed in.", max_points=most)


def _graded(record: Record, rules: Rules) -> Grade:
    overrides = rules.overrides.get((record.student, record.chapter), ())
    single = {row.question: row for row in overrides if row.question}
    whole = next((row for row in reversed(overrides) if not row.question), None)
    answers = _overridden(record, single)
    points = round(sum(answer.points for answer in answers), 2)
    penalty, notes, concerns = _lateness(record, rules, points)
    points = round(points - penalty, 2)
    notes += [f"{id}: {number(row.points)} points were given by hand: {row.reason}" for id, row in single.items()]
    if whole:
        points, penalty, concerns = whole.points, 0.0, []
        notes.append(f"The chapter's points, {number(points)}, were given by hand: {whole.reason}")
    status = record.status if record.graded or not overrides else BY_HAND
    message = told(answers, record.errors) if record.graded else record.message
    if not record.graded and not overrides:
        concerns = [record.message, *concerns]
    unread = [] if whole else [a.question for a in answers if a.problem == WAITS and a.question not in single]
    concerns += [f"{id} waits for points by hand; its rubric stands below." for id in unread]
    return Grade(
        record.student, record.chapter, points, record.max_points, status, " | ".join([message, *notes]), record,
        answers, {id: row.reason for id, row in single.items()}, tuple(notes), penalty, 1, tuple(concerns),
    )  # fmt: skip


def _overridden(record: Record, single: Mapping[str, Override]) -> tuple[Answer, ...]:
    answers = {answer.question: answer for answer in record.answers}
    for id, row in single.items():
        worth = questions(record.chapter)[id].points if record.chapter in chapters() else row.points
        answers[id] = replace(answers.get(id, Answer(id, 0, worth)), points=row.points)
    return tuple(answers.values())


def _lateness(record: Record, rules: Rules, points: float) -> tuple[float, list[str], list[str]]:
    """What lateness costs, what the student is told, and what a human should look at."""
    due = rules.deadlines.get(record.chapter)
    extension = rules.extensions.get((record.student, record.chapter))
    notes = []
    if extension:
        notes.append(f"You had until {shown(extension.until)}: {extension.reason}")
        due = max(due, extension.until) if due else extension.until
    if due is None or record.status == "not handed in":
        return 0.0, notes, []
    if not record.handed_in:
        unknown = "It is marked late by the LMS, which does not tell by how much; no penalty was applied."
        return 0.0, notes, [unknown] if record.late and not extension else []
    late = when(record.handed_in) - due
    if late <= rules.grace:
        return 0.0, notes, []
    days = math.ceil(late / timedelta(days=1))
    floor = min(points, rules.floor_percent / 100 * record.max_points)
    penalty = round(min(days * rules.percent_per_day / 100 * record.max_points, points - floor), 2)
    handed_in = shown(when(record.handed_in).astimezone(due.tzinfo))
    how = f"{days} day{'s' * (days > 1)} late (due {shown(due)}, handed in {handed_in})"
    kept = f"; {rules.floor_percent:g} % of the possible points stay" if points - penalty == floor > 0 else ""
    notes.append(f"{how}: {number(penalty)} points taken off{kept}" if penalty else f"{how}: nothing taken off")
    return penalty, notes, []


def _counting(attempts: list[Grade], rules: Rules) -> Grade:
    """The attempt that counts."""
    attempts.sort(key=lambda grade: grade.record.attempt)
    if rules.counts == "best":
        found = max(attempts, key=lambda grade: (grade.counts, grade.points, -grade.record.attempt))
    else:
        found = attempts[-1]
    if len(attempts) == 1:
        return found
    note = f"Attempt {found.record.attempt} of {len(attempts)} counts, the {rules.counts}."
    message = f"{found.message} | {note}"
    return replace(found, attempts=len(attempts), notes=(*found.notes, note), message=message)


def shown(time: datetime) -> str:
    """A time for people, with its offset from UTC."""
    return f"{time:%Y-%m-%d %H:%M} {time:%z}"
