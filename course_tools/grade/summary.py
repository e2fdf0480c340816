"""One page for the instructor: how the class did, which mistakes are common, and what a human has to look at."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from course_tools.grade.gradebook import Change
from course_tools.grade.intake import Problem
from course_tools.grade.lms.export import title
from course_tools.grade.output import number, stem, write
from course_tools.grade.pages import page
from course_tools.grade.policy import Grade, shown
from course_tools.grade.rules import Rules
from course_tools.grade.trusted import Answer
from course_utils.check import chapters, questions

BINS = ("none", "up to a quarter", "up to a half", "up to three quarters", "nearly all", "all")
COMMON = 10
"""Mistakes that are listed for each chapter."""


def write_summary(
    out: Path, grades: Sequence[Grade], *, problems: Sequence[Problem] = (), changes: Sequence[Change] = (),
    exports: Mapping[str, Sequence[str]] | None = None, rules: Rules | None = None, warnings: Sequence[str] = (),
) -> None:  # fmt: skip
    """``summary.html``."""
    found = sorted({grade.chapter for grade in grades if grade.chapter})
    text = page(
        "summary.html.j2",
        headline=headline(grades),
        concerns=concerns(grades, problems, warnings),
        by_hand=[row for chapter in found for row in by_hand(chapter)],
        chapters=[_chapter(chapter, [g for g in grades if g.chapter == chapter]) for chapter in found],
        changes=changes,
        exports=exports or {},
        rules=in_words(rules or Rules()),
    )
    write(out / "summary.html", text)


def headline(grades: Sequence[Grade]) -> str:
    """How many of each status."""
    students = len({grade.student for grade in grades})
    counts = ", ".join(f"{n} {status}" for status, n in Counter(grade.status for grade in grades).most_common())
    return f"{students} student{'s' * (students != 1)}: {counts}."


def concerns(grades: Sequence[Grade], problems: Sequence[Problem], warnings: Sequence[str]) -> list[dict[str, str]]:
    """Everything a human should look at, and why."""
    rows = []
    for g in grades:
        link, what = f"feedback/{stem(g.student)}.html", g.chapter or g.record.notebook
        rows += [{"student": g.student, "what": what, "why": why, "page": link} for why in g.concerns]
    rows += [{"student": p.student, "what": p.file, "why": p.why, "page": ""} for p in problems]
    return rows + [{"student": "", "what": "rules", "why": why, "page": ""} for why in warnings]


def by_hand(chapter: str) -> list[dict[str, Any]]:
    """Questions of a chapter that a human grades: those that come with a rubric."""
    asked = questions(chapter).values() if chapter in chapters() else ()
    return [
        {"chapter": chapter, "name": question.name, "points": number(question.points), "rubric": rubric}
        for question in asked
        if (rubric := question.rubric)
    ]


def _chapter(chapter: str, grades: Sequence[Grade]) -> dict[str, Any]:
    graded = [grade for grade in grades if grade.counts]
    points = sorted(grade.points for grade in graded)
    most = max((grade.max_points for grade in grades), default=0)
    line = f"{len(graded)} of {len(grades)} graded. "
    if points:
        mean = number(sum(points) / len(points))
        line += f"Mean {mean} of {number(most)} points, median {number(median(points))}, from {number(points[0])} to "
        line += f"{number(points[-1])}."
    answers: dict[str, list[Answer]] = {}
    for grade in graded:
        for answer in grade.answers:
            answers.setdefault(answer.question, []).append(answer)
    rows = [distribution(chapter, id, found) for id, found in answers.items()]
    return {"title": title(chapter), "line": line, "questions": rows, "mistakes": mistakes(answers)}


def distribution(chapter: str, id: str, answers: Sequence[Answer]) -> dict[str, Any]:
    """One question: mean, share of full marks, and how the shares of the points are distributed."""
    most = max(answer.max_points for answer in answers)
    bins = Counter(_bin(answer.points / answer.max_points) for answer in answers if answer.max_points)
    counts = [bins[k] for k in range(len(BINS))]
    words = ", ".join(f"{name}: {count}" for name, count in zip(BINS, counts, strict=True))
    known = questions(chapter).get(id) if chapter in chapters() else None
    return {
        "name": known.name if known else id,
        "mean": number(sum(answer.points for answer in answers) / len(answers)),
        "max_points": number(most),
        "full": round(100 * counts[-1] / len(answers)),
        "heights": [round(100 * count / max(max(counts), 1)) for count in counts],
        "words": f"Submissions by share of the points. {words}",
    }


def _bin(share: float) -> int:
    if share >= 1:
        return len(BINS) - 1
    return 0 if share <= 0 else min(math.ceil(4 * share), 4)


def mistakes(answers: Mapping[str, Sequence[Answer]]) -> list[dict[str, Any]]:
    """The known mistakes by how many made them."""
    made = Counter((a.question, a.mistake, a.diagnosis) for found in answers.values() for a in found if a.mistake)
    most = max(made.values(), default=1)
    return [
        {
            "question": id.split(".")[-1], "name": name.replace("_", " "), "message": told,
            "count": n, "width": round(60 * n / most),
        }
        for (id, name, told), n in made.most_common(COMMON)
    ]


def in_words(rules: Rules) -> list[str]:
    """The rules, as sentences."""
    lines = [f"{title(chapter)}: due {shown(due)}." for chapter, due in sorted(rules.deadlines.items())]
    if not lines:
        lines.append("There are no deadlines, so nothing is late (policy.toml beside the submissions sets them).")
    elif rules.percent_per_day:
        grace = f" after {rules.grace.total_seconds() / 60:g} minutes of grace" if rules.grace else ""
        floor = f", never below {rules.floor_percent:g} %" if rules.floor_percent else ""
        lines.append(f"Lateness costs {rules.percent_per_day:g} % of the possible points a day begun{grace}{floor}.")
    else:
        lines.append("Lateness costs nothing.")
    lines.append(f"Of several attempts the {rules.counts} counts.")
    extensions, overrides = len(rules.extensions), sum(map(len, rules.overrides.values()))
    return [*lines, f"Extensions: {extensions}. Overrides: {overrides}."]
