"""Rules turn points into grades: they are read from files, and applied when a report is made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from course_tools.grade.policy import Grade, grades, strangers
from course_tools.grade.record import WAITS, Record
from course_tools.grade.rules import BadRule, Rules, read_rules
from course_tools.grade.trusted import Answer
from tests.course_tools.grade.made import RUN, STEP, record, unreadable

DUE = "[deadlines]\nch09 = 2026-11-15T23:59:00+01:00\n"
LATE = f"{DUE}[late]\npercent_per_day = 10\ngrace_minutes = 30\nfloor_percent = 40\n"
IN_TIME = "2026-11-15T22:00:00+01:00"
EXT = "student,chapter,until,reason\n"
OVER = "student,chapter,question,points,reason\n"
HEAD = {"extensions": EXT, "overrides": OVER}


def rules(folder: Path, policy: str = "", extensions: str = "", overrides: str = "") -> Rules:
    (folder / "policy.toml").write_text(policy, encoding="utf-8")
    for name, rows in (("extensions", extensions), ("overrides", overrides)):
        (folder / f"{name}.csv").write_text(HEAD[name] + rows, encoding="utf-8")
    return read_rules(folder)


def one(record: Record, given: Rules) -> Grade:
    (found,) = grades([record], given)
    return found


def test_without_files_nothing_is_changed(tmp_path: Path) -> None:
    found = one(record(handed_in=IN_TIME), read_rules(tmp_path))
    assert (found.points, found.max_points, found.status, found.notes) == (12, 20, "graded", ())


@pytest.mark.parametrize(
    ("handed_in", "points"),
    [
        (IN_TIME, 12), ("2026-11-15T23:59:00+01:00", 12), ("2026-11-16T00:29:00+01:00", 12),
        ("2026-11-16T00:29:01+01:00", 10), ("2026-11-16T23:59:00+01:00", 10), ("2026-11-16T23:59:01+01:00", 8),
        ("2027-01-01T00:00:00+01:00", 8), ("2026-11-15T17:59:00-05:00", 12), ("2026-11-16T08:00:00+14:00", 12),
    ],
)  # fmt: skip
def test_lateness_costs_a_share_of_the_possible_points_a_day_begun(
    tmp_path: Path, handed_in: str, points: float
) -> None:
    assert one(record(handed_in=handed_in), rules(tmp_path, LATE)).points == points


def test_the_floor_never_adds_points(tmp_path: Path) -> None:
    found = one(record(points=5, handed_in="2026-12-24T00:00:00+01:00"), rules(tmp_path, LATE))
    assert found.points == 5
    assert found.notes[0].endswith("nothing taken off")


def test_the_student_is_told_what_was_taken_off_and_why(tmp_path: Path) -> None:
    (note,) = one(record(handed_in="2026-11-16T09:00:00+00:00"), rules(tmp_path, LATE)).notes
    assert note == "1 day late (due 2026-11-15 23:59 +0100, handed in 2026-11-16 10:00 +0100): 2 points taken off"


def test_a_deadline_without_a_price_costs_nothing(tmp_path: Path) -> None:
    assert one(record(handed_in="2026-12-24T00:00:00+01:00"), rules(tmp_path, DUE)).points == 12


def test_a_date_is_its_end_in_the_time_zone_that_is_named(tmp_path: Path) -> None:
    policy = 'timezone = "Asia/Tokyo"\n[deadlines]\n09 = 2026-11-15\n'
    assert rules(tmp_path, policy).deadlines["ch09"].isoformat() == "2026-11-15T23:59:59+09:00"


def test_an_unknown_hand_in_time_costs_nothing_and_is_shown_to_a_human_if_the_lms_says_late(tmp_path: Path) -> None:
    given = rules(tmp_path, LATE)
    assert one(record(late=True), given).points == 12
    assert "does not tell by how much" in one(record(late=True), given).concerns[0]
    assert one(record(late=False), given).concerns == ()


def test_an_extension_moves_the_deadline_of_one_student_in_one_chapter(tmp_path: Path) -> None:
    given = rules(tmp_path, LATE, "ada,9,2026-11-20T12:00:00+01:00,ill\n")
    time = "2026-11-20T11:00:00+01:00"
    found = one(record(handed_in=time), given)
    assert (found.points, found.notes) == (12, ("You had until 2026-11-20 12:00 +0100: ill",))
    assert one(record("bo", handed_in=time), given).points == 8
    assert one(record(handed_in="2026-11-20T12:31:00+01:00"), given).points == 10


def test_an_extension_never_shortens_the_time(tmp_path: Path) -> None:
    given = rules(tmp_path, LATE, "ada,ch09,2026-11-01,a slip\n")
    assert one(record(handed_in=IN_TIME), given).points == 12


ANSWERS = (Answer(STEP, 1, 3, "adam_step is off", "one_beta", "You …"), Answer(RUN, 2, 3, "adam_run is off"))


def test_an_override_replaces_the_points_of_a_question_before_lateness(tmp_path: Path) -> None:
    given = rules(tmp_path, LATE, "", "ada,ch09,adam_step,2.5,right idea\n")
    found = one(record(answers=ANSWERS, max_points=6, handed_in="2026-11-16T12:00:00+01:00"), given)
    assert [answer.points for answer in found.answers] == [2.5, 2]
    assert found.points == 3.9                                              # 4.5, and a tenth of 6 for one day
    assert f"{STEP}: 2.5 points were given by hand: right idea" in found.notes
    assert found.by_hand == {STEP: "right idea"}


def test_an_override_of_the_chapter_is_the_last_word(tmp_path: Path) -> None:
    given = rules(tmp_path, LATE, "", "ada,ch09,,17,oral exam\n")
    found = one(record(handed_in="2027-01-01T00:00:00+01:00"), given)
    assert (found.points, found.penalty, found.concerns) == (17, 0, ())


def test_an_override_grades_what_could_not_be_graded(tmp_path: Path) -> None:
    given = rules(tmp_path, "", "", "dee,ch09,adam_step,3,on paper\ndee,ch09,adam_run,1,on paper\n")
    found = one(unreadable(), given)
    assert (found.points, found.status, found.concerns, found.counts) == (4, "graded by hand", (), True)
    assert one(unreadable("bo"), given).counts is False


def test_an_override_makes_a_grade_for_a_known_student_who_handed_in_nothing(tmp_path: Path) -> None:
    given = rules(tmp_path, "", "", "ada,ch05,,9,on paper\nstranger,ch05,,9,on paper\n")
    found = {(g.student, g.chapter): (g.points, g.status) for g in grades([record()], given)}
    assert found == {("ada", "ch05"): (9, "graded by hand"), ("ada", "ch09"): (12, "graded")}


def test_rules_about_strangers_are_told_with_the_nearest_name(tmp_path: Path) -> None:
    given = rules(tmp_path, "", "adaa,ch09,2026-12-01,ill\n", "x,ch09,,9,on paper\n")
    assert strangers([record()], given) == [
        "extensions.csv, line 2: adaa handed in nothing, so it has no effect. Did you mean ada?",
        "overrides.csv, line 2: x handed in nothing, so it has no effect.",
    ]


ATTEMPTS = [
    record(points=15, attempt=1, handed_in=IN_TIME),
    record(points=17, attempt=2, handed_in="2026-11-17T12:00:00+01:00"),
    record(points=11, attempt=3, handed_in="2026-11-17T13:00:00+01:00"),
]


@pytest.mark.parametrize(
    ("policy", "points", "attempt"),
    [("", 17, 2), ('attempts = "best"\n' + LATE, 15, 1), ('attempts = "last"\n', 11, 3)],
)
def test_the_best_attempt_counts_after_lateness_or_the_last_one(
    tmp_path: Path, policy: str, points: float, attempt: int
) -> None:
    (found,) = grades(ATTEMPTS[::-1], rules(tmp_path, policy))
    assert (found.points, found.record.attempt, found.attempts) == (points, attempt, 3)
    assert f"Attempt {attempt} of 3 counts" in found.notes[-1]


def test_an_attempt_that_could_not_be_graded_is_never_the_best(tmp_path: Path) -> None:
    (found,) = grades([unreadable("ada"), record(points=0, attempt=2)], rules(tmp_path))
    assert (found.record.attempt, found.counts) == (2, True)


def test_what_could_not_be_graded_needs_a_human(tmp_path: Path) -> None:
    assert one(unreadable(), rules(tmp_path)).concerns == (unreadable().message,)


def test_files_of_no_chapter_stand_by_themselves(tmp_path: Path) -> None:
    files = [replace(unreadable(chapter=""), attempt=k, notebook=f"{k}.ipynb") for k in (1, 2)]
    assert len(grades([*files, record("dee")], rules(tmp_path))) == 3


def test_a_question_with_a_rubric_waits_until_points_are_given(tmp_path: Path) -> None:
    waiting = record(answers=(Answer(STEP, 0, 3, WAITS),))
    assert one(waiting, rules(tmp_path)).concerns == (f"{STEP} waits for points by hand; its rubric stands below.",)
    given = rules(tmp_path, "", "", "ada,ch09,adam_step,3,well argued\n")
    assert (one(waiting, given).points, one(waiting, given).concerns) == (3, ())


WHY = "No grade was changed: a rule that is misread would be unfair"
BAD = [
    ("policy.toml", "[deadlines\n", 1, "is not TOML (Expected ']' at the end of a table declaration)", "A line reads"),
    ("policy.toml", "\n[deadlines]\nch09 = 2026-11-31\n", 3, "is not TOML (Invalid date or datetime)", "A line reads"),
    ("policy.toml", "# c\nattempt = 'best'\n", 2, "'attempt' is not known here", "Try attempts."),
    ("policy.toml", "attempts = 'first'\n", 1, "attempts is 'first', and which attempt counts is best or last", "Try"),
    ("policy.toml", "[deadlines]\n\nch09 = 'soon'\n", 3, "the deadline 'soon' is no time", "Try ch09 = 2026-11-15T23"),
    ("policy.toml", "[deadlines]\nch77 = 2026-11-15\n", 2, "no chapter that is graded is called 'ch77'", "Try ch00,"),
    ("policy.toml", "late = 3\n", 1, "late is no table", "Write [late] on a line of its own."),
    ("policy.toml", "[late]\npercent_per_day = 200\n", 2, "percent_per_day is 200, a number from 0 to 100", "Try"),
    ("policy.toml", "[late]\nper_day = 10\n", 2, "'per_day' is not known here", "Try percent_per_day."),
    ("policy.toml", "[late]\nfloor_percent = nan\n", 2, "floor_percent is nan, a number from 0 to 100", "Try"),
    ("policy.toml", "[late]\ngrace_minutes = true\n", 2, "grace_minutes is True, a number from 0 to inf", "Try"),
    ("policy.toml", 'timezone = "Mars"\n', 1, "no time zone is called 'Mars'", 'Try timezone = "Europe/Berlin".'),
    ("policy.toml", b"a = '\xff'\n", 1, "is not UTF-8 text", "Save the file as UTF-8."),
    ("extensions.csv", "student,chapter,reason\n", 1, "the heading has no column 'until'", "The first line reads"),
    ("extensions.csv", EXT + "a,ch09,soon,ill\n", 2, "until is 'soon', which is no time", "Try 2026"),
    ("extensions.csv", EXT + "\n#x\na,ch09,2026-11-20,\n", 4, "there is no reason", "Fill in the"),
    ("extensions.csv", EXT + "a,9,2026-11-20,ill, and tired\n", 2, "has 5 cells, the heading has 4", "A"),
    ("overrides.csv", OVER + "a,9,adam_stop,1,x\n", 2, "ch09 has no question 'adam_stop'", "Try ch09.adam"),
    ("overrides.csv", OVER + "a,9,adam_step,9,x\n", 2, "points are '9', a number from 0 to 3", "ch09.adam"),
    ("overrides.csv", OVER + "a,9,,-1,x\n", 2, "points are '-1', a number from 0 to 20", "The chapter is"),
    ("overrides.csv", OVER + "a,9,,nan,x\n", 2, "points are 'nan', a number from 0 to 20", "The chapter is"),
    ("overrides.csv", OVER + "a,9,,ten,x\n", 2, "points are 'ten', a number from 0 to 20", "The chapter is"),
    ("overrides.csv", OVER + ",9,,3,x\n", 2, "there is no student", "Fill in the column student"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "text", "line", "what", "hint"), BAD, ids=[f"{b[0]}: {b[3][:40]}" for b in BAD])
def test_a_malformed_rule_is_told_with_file_line_and_what_to_try(
    tmp_path: Path, file: str, text: str | bytes, line: int, what: str, hint: str
) -> None:
    (tmp_path / file).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadRule) as caught:
        read_rules(tmp_path)
    told = str(caught.value)
    assert told.startswith(f"{file}, line {line}: {what}"), told
    assert f". {WHY}. {hint}" in told, told


def test_tables_as_spreadsheets_write_them_are_read(tmp_path: Path) -> None:
    text = "\ufeffStudent;Chapter;Question;Points;Reason\r\n\r\nada;09;;7,5;\"on paper; twice\"\r\n"
    (tmp_path / "overrides.csv").write_text(text, encoding="utf-8", newline="")
    (row,) = read_rules(tmp_path).overrides["ada", "ch09"]
    assert (row.points, row.reason, row.line) == (7.5, "on paper; twice", 3)
