"""What came of a submission, as plain data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course_tools.grade.record import Record, outcome, told
from course_tools.grade.trusted import Answer
from tests.course_tools.grade.made import record, unreadable

FULL = record(
    "Zoë \udcff 'x'", attempt=3, handed_in="2026-11-20T10:00:00+01:00", late=True, lms_id="7", seed=5, isolated=False,
    answers=(Answer("ch09.adam_step", 1.5, 3, "is off", "one_beta", "You use β₁", {"a": True, "b": False}),),
    errors=((4, "ZeroDivisionError", "division by zero"),),
)  # fmt: skip


@pytest.mark.parametrize("made", [FULL, record(), unreadable()], ids=["full", "plain", "unreadable"])
def test_a_record_comes_out_of_its_text_as_it_went_in(made: Record) -> None:
    assert Record.from_json(made.to_json()) == made
    made.to_json().encode("ascii")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "7", "{}", "null", '{"student": "a"}', '{"student": "a", "chapter": "b", "answers": [3]}',
     '{"student": "a", "chapter": "b", "answers": [{"nonsense": 1}]}',
     '{"student": "a", "chapter": "b", "errors": [[1]]}'],
)  # fmt: skip
def test_what_is_no_record_raises_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Record.from_json(text)


def test_a_field_that_a_later_version_writes_is_left_out() -> None:
    assert Record.from_json(FULL.to_json().replace("{", '{"of_tomorrow": 1,', 1)) == FULL


def test_points_are_the_sum_of_the_answers() -> None:
    assert record(answers=(Answer("a", 0.1, 1), Answer("b", 0.2, 1))).points == 0.3
    assert unreadable().points == 0


def test_what_could_not_be_graded_is_not_graded() -> None:
    assert record().graded
    assert record(status="graded, not isolated").graded
    assert not unreadable().graded


@pytest.mark.parametrize("name", ["digest", "questions_digest", "limits", "seed", "isolated"])
def test_the_basis_holds_all_that_the_judgement_depends_on(name: str) -> None:
    assert replace(FULL, **{name: "other"}).basis != FULL.basis


def test_the_message_names_the_mistake_or_the_problem_and_the_cells_that_failed() -> None:
    answers = (Answer("q1", 0, 1, "off", "m", "You forgot it."), Answer("q2", 0, 1, "is off"), Answer("q3", 1, 1))
    assert told(answers, ((3, "KeyError", "'x'"),)) == "q1: You forgot it. | q2: is off | cell 3: KeyError 'x'"
    assert told((Answer("q3", 1, 1),), ()) == "All right."


def test_an_outcome_keeps_what_was_known_of_the_submission() -> None:
    found = outcome(unreadable(), [Answer("q", 1, 1)], [[2, "KeyError", ""]])
    assert (found.student, found.status, found.points, found.errors) == ("dee", "graded", 1, ((2, "KeyError", ""),))
