"""The page for the instructor: how the class did, what was common, who needs a human."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from course_tools.grade import summary
from course_tools.grade.gradebook import Change
from course_tools.grade.intake import Problem
from course_tools.grade.policy import Grade, grades
from course_tools.grade.record import WAITS, Record
from course_tools.grade.rules import Rules
from course_tools.grade.summary import by_hand, distribution, in_words, mistakes, write_summary
from course_tools.grade.trusted import Answer
from course_utils.check import questions
from tests.course_tools.grade.made import RUN, STEP, record, unreadable
from tests.course_tools.grade.pages import is_accessible_and_offline, read


def made(*records: Record) -> list[Grade]:
    return grades(records, Rules())


def text_of(folder: Path, known: list[Grade], **more: Any) -> str:
    write_summary(folder, known, **more)
    html = (folder / "summary.html").read_text(encoding="utf-8")
    is_accessible_and_offline(html)
    return read(html).text


def wrong(points: float, mistake: str = "") -> Answer:
    return Answer(STEP, points, 3, "adam_step is off", mistake, f"About {mistake}." if mistake else "")


def test_the_distribution_counts_everyone_once() -> None:
    points = [0, 0, 0.5, 0.75, 1, 1.5, 2, 2.25, 2.5, 2.99, 3, 3, 3]
    found = distribution("ch09", STEP, [Answer(STEP, p, 3) for p in points])
    counts = "none: 2, up to a quarter: 2, up to a half: 2, up to three quarters: 2, nearly all: 2, all: 3"
    assert found["words"].endswith(counts)
    assert found["heights"] == [67, 67, 67, 67, 67, 100]
    assert (found["name"], found["mean"], found["max_points"], found["full"]) == ("adam_step", "1.73", "3", 23)


def test_mistakes_are_counted_by_name_the_most_common_first() -> None:
    rows = mistakes({STEP: [wrong(0, "one_beta"), wrong(1, "eps_inside"), wrong(0, "one_beta"), wrong(0), wrong(3)]})
    assert [(row["question"], row["name"], row["count"], row["message"]) for row in rows] == [
        ("adam_step", "one beta", 2, "About one_beta."), ("adam_step", "eps inside", 1, "About eps_inside."),
    ]  # fmt: skip
    assert [row["width"] for row in rows] == [60, 30]


def test_a_chapter_is_summed_up_without_those_that_could_not_be_graded(tmp_path: Path) -> None:
    points = {"a": 2, "b": 5, "c": 20, "d": 6}
    known = made(*(record(student, points=got) for student, got in points.items()), unreadable())
    text = text_of(tmp_path, known)
    assert "4 of 5 graded. Mean 8.25 of 20 points, median 5.5, from 2 to 20." in text
    assert "5 students: 4 graded, 1 could not be read." in text


def test_everything_that_needs_a_human_is_listed_with_its_reason(tmp_path: Path) -> None:
    known = made(record("ada", late=True), unreadable("dee"), record("eve", answers=(Answer(STEP, 0, 3, WAITS),)))
    late = Rules({"ch09": datetime(2026, 11, 1, tzinfo=UTC)}, 10)
    known[0] = grades([record("ada", late=True)], late)[0]
    problems = [Problem("bo", "bo.zip", "It is encrypted."), Problem("", "x.png", "It is no notebook.")]
    text = text_of(tmp_path, known, problems=problems, warnings=["extensions.csv, line 2: nobody …"])
    for part in (
        "ada ch09 It is marked late by the LMS", "dee ch09 Could not be graded, because", "bo bo.zip It is encrypted.",
        "(nobody) x.png It is no notebook.", "(nobody) rules extensions.csv, line 2", f"eve ch09 {STEP} waits for",
    ):  # fmt: skip
        assert part in text, text


def test_links_lead_to_the_pages_of_students(tmp_path: Path) -> None:
    from course_tools.grade.feedback import write_feedback

    known = made(unreadable("Zoë / <b>"))
    write_feedback(tmp_path, known)
    write_summary(tmp_path, known)
    (link,) = read((tmp_path / "summary.html").read_text(encoding="utf-8")).all("a")
    assert (tmp_path / link["href"]).is_file()


def test_questions_that_a_human_grades_are_shown_with_their_rubric(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert by_hand("ch09") == []
    essay = replace(questions("ch09")[STEP], rubric="One point for the axes, two for the reason.")
    monkeypatch.setattr(summary, "questions", lambda _: {STEP: essay})
    text = text_of(tmp_path, made(record()))
    assert "ch09, adam_step, 3 points: One point for the axes, two for the reason." in text


def test_exports_changes_and_rules_are_told(tmp_path: Path) -> None:
    rules = Rules({"ch09": datetime(2026, 11, 1, 12, tzinfo=UTC)}, 10, timedelta(minutes=30), 40, "last")
    changes = [Change("ada", "ch09", "3", "4", "the notebook changed")]
    exports = {"canvas.csv": [], "moodle.csv": ["bo is left out."]}
    text = text_of(tmp_path, made(record()), changes=changes, exports=exports, rules=rules)
    for part in (
        "ada ch09 3 4 the notebook changed", "canvas.csv Complete: everybody was found in the class list.",
        "moodle.csv bo is left out.", "09 Adam: due 2026-11-01 12:00 +0000.",
        "Lateness costs 10 % of the possible points a day begun after 30 minutes of grace, never below 40 %.",
        "Of several attempts the last counts.", "Extensions: 0. Overrides: 0.",
    ):  # fmt: skip
        assert part in text, text


def test_rules_that_are_not_there_are_told_too() -> None:
    assert in_words(Rules())[0].startswith("There are no deadlines")
    assert "Lateness costs nothing." in in_words(Rules({"ch09": datetime(2026, 11, 1, tzinfo=UTC)}))


NASTY = "<script>alert(1)</script> {{ 7 * 7 }} \udcff"


def test_foreign_text_is_text(tmp_path: Path) -> None:
    known = made(unreadable(NASTY, message=NASTY), record("bo", answers=(wrong(0, "one_beta"),)))
    text = text_of(tmp_path, known, problems=[Problem(NASTY, NASTY, NASTY)], changes=[Change(*[NASTY] * 5)])
    assert "{{ 7 * 7 }}" in text
    assert "49" not in text


def test_an_empty_class_has_a_page_too(tmp_path: Path) -> None:
    assert "0 students" in text_of(tmp_path, [])
    assert RUN not in text_of(tmp_path, [])
