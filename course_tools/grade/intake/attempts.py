"""From files with owners to submissions: who is who, which sheet counts, which attempt it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from course_tools.grade.intake.chapter import chapter_of
from course_tools.grade.intake.entry import Piece
from course_tools.grade.intake.model import Problem, Submission
from course_tools.grade.intake.names import was_cut
from course_utils.check import chapters, questions

EARLY = datetime.min.replace(tzinfo=UTC)
NO_NOTEBOOK = "There is no notebook among what was handed in: a file that ends in .ipynb is wanted."
CUT = "The name was too long and has been cut; the letters at its end keep it apart from others."
WHOLE = "It lies in {}/ beside an exercises/ folder: taken for a part of the course, and left out."


def exercises_only(pieces: Sequence[Piece], problems: list[Problem]) -> list[Piece]:
    """Who hands in the whole course means the sheets in exercises/, not the lessons beside them."""
    whole = {p.owner.student for p in pieces if p.notebook and "exercises" in p.owner.rest[:-1]}
    kept = []
    for piece in pieces:
        beside = {"notebooks", "solutions"} & set(piece.owner.rest[:-1])
        if piece.notebook and beside and piece.owner.student in whole:
            problems.append(Problem(piece.owner.student, piece.entry.shown, WHOLE.format(min(beside))))
        else:
            kept.append(piece)
    return kept


def told_apart(pieces: Sequence[Piece], problems: list[Problem]) -> list[Piece]:
    """Two people of one name, whom the LMS tells apart by a number, get the number into their name.

    Canvas numbers people. Moodle numbers them anew in each assignment, so there two numbers are two people only if
    the same file came from both.
    """
    numbers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for piece in pieces:
        if piece.owner.lms_id:
            once = piece.owner.rest[-1] if piece.owner.lms == "Moodle" else ""
            numbers[piece.owner.student, once].add(piece.owner.lms_id)
    twins = {student for (student, _), ids in numbers.items() if len(ids) > 1}
    for student in sorted(twins):
        ids = sorted(set().union(*(ids for (name, _), ids in numbers.items() if name == student)))
        names = ", ".join(f"{student} ({number})" for number in ids)
        problems.append(Problem(student, "", f"Several people have this name; they are listed as {names}."))
    return [_numbered(piece) if piece.owner.student in twins and piece.owner.lms_id else piece for piece in pieces]


def _numbered(piece: Piece) -> Piece:
    return replace(piece, owner=replace(piece.owner, student=f"{piece.owner.student} ({piece.owner.lms_id})"))


def attempts(pieces: Sequence[Piece], problems: list[Problem]) -> list[Submission]:
    """Submissions in order; several notebooks of one student for one chapter are attempts, the oldest first."""
    known = [name for name in chapters() if questions(name)]
    groups: dict[tuple[str, str], list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.notebook:
            chapter = chapter_of(piece.notebook, piece.owner.rest[::-1], known)
            groups[piece.owner.student, chapter].append(piece)
    submissions = []
    for (student, chapter), group in sorted(groups.items(), key=lambda item: item[0]):
        group.sort(key=lambda p: (p.owner.attempt, p.entry.when or EARLY, p.entry.shown))
        if len(group) > 1 and chapter:
            which = ", ".join(piece.owner.rest[-1] for piece in group)
            why = f"{len(group)} notebooks for {chapter}: taken as attempts, the oldest first."
            problems.append(Problem(student, which, why))
        submissions += [_submission(p, chapter, number) for p, number in zip(group, _numbers(group), strict=True)]
    return submissions


def _numbers(group: Sequence[Piece]) -> Sequence[int]:
    """The attempts that the LMS tells, where it tells them apart; else 1, 2, 3, …"""
    told = [piece.owner.attempt for piece in group]
    return told if all(told) and len(set(told)) == len(told) else range(1, len(group) + 1)


def _submission(piece: Piece, chapter: str, attempt: int) -> Submission:
    assert piece.notebook is not None
    owner = piece.owner
    when = None if owner.lms else piece.entry.when
    return Submission(
        owner.student, chapter, piece.notebook, owner.rest[-1], when, attempt, owner.late, owner.lms_id
    )  # fmt: skip


def missing(pieces: Sequence[Piece], submissions: Sequence[Submission], problems: list[Problem]) -> None:
    """Say who handed in something, but no notebook; and whose name was cut."""
    have = {submission.student for submission in submissions}
    told = {problem.student for problem in problems}
    given: dict[str, list[str]] = defaultdict(list)
    for piece in pieces:
        given[piece.owner.student].append(piece.owner.rest[-1])
    for student, names in given.items():
        if student not in have and student not in told:
            shown = ", ".join(sorted(names)[:3]) + (", …" if len(names) > 3 else "")
            problems.append(Problem(student, shown, NO_NOTEBOOK))
        if was_cut(student):
            problems.append(Problem(student, "", CUT))
