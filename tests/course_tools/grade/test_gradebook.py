"""The tables: what people read, and what Canvas and Moodle import."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from course_tools.grade import gradebook
from course_tools.grade.gradebook import Change, changes, remember, write_changes, write_exports, write_grades
from course_tools.grade.lms.roster import Matcher, Person, spellings
from course_tools.grade.policy import Grade, grades
from course_tools.grade.record import Record
from course_tools.grade.rules import Rules
from tests.course_tools.grade.made import record, unreadable

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Notes,05 Gradient descent (71),Chapter 9: Adam (72),Final Score
,,,,,,Manual Posting,,
    Points Possible,,,,,,20,10,(read only)
"Doe, Jane",101,s1,jd@uni.example,A,x,7,,70
"Quist, Zoë",102,s2,zq,A,,,3,30
"Lee, Bo",103,s3,bo,B,,1,2,10
"Lee, Bo",104,s4,bo2,B,,N/A,,
"Student, Test",105,,t,A,,,,
"""
MOODLE = """First name,Last name,ID number,Institution,Department,Email address,Assignment: Adam (Real),Last downloaded
Jane,Doe,n1,,,Jane.Doe@uni.example,-,1700000000
Zoë,Quist,n2,,,zq@uni.example,3.00,1700000000
"""


def made(*records: Record) -> list[Grade]:
    return grades(records, Rules())


def table(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


def canvas_reads(rows: list[list[str]]) -> dict[str, dict[str, str]]:
    """What Canvas' importer takes from a table: ID, or login, or name -> heading -> grade (gradebook_importer.rb)."""
    head, *rest = rows
    assert len(head) > 3
    assert "Student" in head[0]
    assert "ID" in head[1]
    columns = 3
    if head[2] == "SIS Login ID":
        columns = 4
    elif (head[2], head[3]) == ("SIS User ID", "SIS Login ID"):
        columns = 5
    own = head[columns:]
    assert "Section" in head[head.index("Section")]
    assert head.index("Section") == columns - 1
    found = {}
    for row in rest:
        assert len(row) == len(head)
        if "Points Possible" not in row[0]:
            found[row[1] or row[columns - 2] or row[0]] = dict(zip(own, row[columns:], strict=True))
    return found


def test_grades_have_one_row_a_student_and_chapter_and_no_formula(tmp_path: Path) -> None:
    write_grades(tmp_path, made(record("=HYPERLINK(1)"), record("-2+3"), record(" @x"), unreadable("\t=1")))
    head, *rows = table(tmp_path / "grades.csv")
    assert head == ["student", "chapter", "points", "max_points", "status", "message"]
    assert [row[0] for row in rows] == ["'\t=1", "' @x", "'-2+3", "'=HYPERLINK(1)"]
    assert rows[0][2:5] == ["0.0", "20", "could not be read"]
    assert rows[3][2:5] == ["12.0", "20", "graded"]


def test_canvas_gets_its_own_ids_and_columns_back(tmp_path: Path) -> None:
    (tmp_path / "canvas_students.csv").write_text("\ufeff" + CANVAS, encoding="utf-8")
    known = made(
        record("doejane", lms_id="101"), record("Zoë Quist"), record("Zoë Quist", "ch05", points=20),
        record("BO2", points=6.25), unreadable("bo"), record("Bo Lee"), record("nobody"),
    )  # fmt: skip
    notes = write_exports(tmp_path, tmp_path, known)["canvas.csv"]
    rows = table(tmp_path / "canvas.csv")
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "05 Gradient descent (71)",
                       "Chapter 9: Adam (72)"]  # fmt: skip
    assert rows[1] == ["    Points Possible", "", "", "", "", "20", "20"]
    assert rows[2][:5] == ["Doe, Jane", "101", "s1", "jd@uni.example", "A"]
    assert canvas_reads(rows) == {
        "101": {"05 Gradient descent (71)": "7", "Chapter 9: Adam (72)": "12.0"},
        "102": {"05 Gradient descent (71)": "20.0", "Chapter 9: Adam (72)": "12.0"},
        "104": {"05 Gradient descent (71)": "N/A", "Chapter 9: Adam (72)": "6.25"},
    }
    assert notes == [
        "Bo Lee is left out: several people in the class list have this name.",
        "nobody is left out: nobody in the class list has this name or number.",
        "Chapter 9: Adam (72) is worth 10 points in Canvas; the import makes it 20.",
    ]


def test_a_chapter_that_canvas_does_not_have_becomes_a_new_assignment(tmp_path: Path) -> None:
    text = CANVAS.replace("Chapter 9: Adam (72)", "Essay (72)")
    (tmp_path / "canvas_students.csv").write_text(text, encoding="utf-8")
    notes = write_exports(tmp_path, tmp_path, made(record("doejane", lms_id="101")))["canvas.csv"]
    assert canvas_reads(table(tmp_path / "canvas.csv")) == {"101": {"09 Adam": "12.0"}}
    assert notes == ["Canvas will offer to make new assignments: 09 Adam."]


def test_canvas_without_a_class_list_gets_what_is_known_and_this_is_said(tmp_path: Path) -> None:
    notes = write_exports(tmp_path, tmp_path, made(record("doejane", lms_id="101"), record("bo"), unreadable("x")))
    rows = table(tmp_path / "canvas.csv")
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "09 Adam"]
    assert canvas_reads(rows) == {"101": {"09 Adam": "12.0"}, "bo": {"09 Adam": "12.0"}}
    assert "There is no canvas_students.csv beside the submissions" in notes["canvas.csv"][0]


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "is empty"), ("Name,Mail\na,b\n", "has no column ID"), ("Student,ID\na,1\n", "has no column Section")],
)
def test_a_class_list_that_is_not_canvas_is_refused_with_a_way_out(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "canvas_students.csv").write_text(text, encoding="utf-8")
    (tmp_path / "canvas.csv").write_text("of yesterday", encoding="utf-8")
    (note,) = write_exports(tmp_path, tmp_path, made(record()))["canvas.csv"]
    assert note.startswith("Not written: ")
    assert why in note
    assert not (tmp_path / "canvas.csv").exists()
    assert (tmp_path / "moodle.csv").exists()


def test_moodle_gets_an_identifier_a_grade_and_words_for_each_chapter(tmp_path: Path) -> None:
    (tmp_path / "moodle_students.csv").write_text(MOODLE, encoding="utf-8")
    known = made(record("Zoë Quist"), record("jane.doe", "ch05", points=20), unreadable("jane.doe"), record("nobody"))
    notes = write_exports(tmp_path, tmp_path, known)["moodle.csv"]
    head, jane, zoe = table(tmp_path / "moodle.csv")
    assert head == ["ID number", "Email address", "First name", "Last name", "05 Gradient descent",
                    "05 Gradient descent (feedback)", "09 Adam", "09 Adam (feedback)"]  # fmt: skip
    assert jane == ["n1", "Jane.Doe@uni.example", "Jane", "Doe", "20.0", "20 of 20 points.", "-", "Could not be read."]
    assert zoe[:4] == ["n2", "zq@uni.example", "Zoë", "Quist"]
    assert zoe[4:7] == ["-", "", "12.0"]
    assert notes == ["nobody is left out: nobody in the class list has this name or number."]


def test_the_words_for_moodle_hold_no_number_of_a_difference(tmp_path: Path) -> None:
    write_exports(tmp_path, tmp_path, made(record()))
    words = table(tmp_path / "moodle.csv")[1][-1]
    assert words == "12 of 20 points.\nch09.adam_step: In “the first step” your result is far off."


def test_moodles_participants_are_found_by_number_and_its_headings_may_be_foreign(tmp_path: Path) -> None:
    text = "Identifier,Nom complet,Courriel\nParticipant 77,Zoë Q,z@uni.example\nParticipant 78,Zoë Q,q@uni.example\n"
    (tmp_path / "moodle_students.csv").write_text(text, encoding="utf-8")
    notes = write_exports(tmp_path, tmp_path, made(record("Zoë Q (78)", lms_id="78")))["moodle.csv"]
    head, row = table(tmp_path / "moodle.csv")
    assert (head[0], row[0], notes) == ("Courriel", "q@uni.example", [])


def test_a_class_list_by_which_moodle_finds_nobody_is_refused(tmp_path: Path) -> None:
    (tmp_path / "moodle_students.csv").write_text("First name,Last name\nJane,Doe\n", encoding="utf-8")
    (note,) = write_exports(tmp_path, tmp_path, made(record()))["moodle.csv"]
    none = "Not written: moodle_students.csv has none of the columns Username, ID number, Email address"
    assert note.startswith(none)


def test_two_folders_of_one_person_do_not_overwrite_each_other(tmp_path: Path) -> None:
    (tmp_path / "canvas_students.csv").write_text(CANVAS, encoding="utf-8")
    known = made(record("Jane Doe", points=20), record("doejane", lms_id="101"))
    notes = write_exports(tmp_path, tmp_path, known)["canvas.csv"]
    same = "Jane Doe and doejane are the same person in the class list"
    assert notes[0] == f"{same}; in ch09 the grade of Jane Doe was taken."
    assert canvas_reads(table(tmp_path / "canvas.csv"))["101"]["Chapter 9: Adam (72)"] == "20.0"


@pytest.mark.parametrize("name", ["Doe, Jane", "Jane Doe", "jane  DOE", "doejane", "JaneDoe"])
def test_a_name_is_found_in_the_spellings_of_folders_and_of_canvas(name: str) -> None:
    assert Matcher([Person(4, names=["Doe, Jane"])]).find(record(name)) == 4
    assert spellings("李 雷") == ["李雷", "雷李"]


def test_a_number_goes_before_a_name() -> None:
    matcher = Matcher([Person(1, ["7"], names=["Bo Lee"]), Person(2, ["8"], names=["Jo Lee"])])
    assert matcher.find(record("Bo Lee", lms_id="8")) == 2


def test_a_first_report_has_no_changes_and_a_second_one_tells_them(tmp_path: Path) -> None:
    before = made(record("ada"), record("bo"), record("cem"), record("gone"))
    assert changes(tmp_path, before, "r") == []
    remember(tmp_path, before, "r")
    assert changes(tmp_path, before, "r") == []
    after = made(record("ada"), record("bo", points=20, digest="e"), unreadable("cem", seed=9), record("dee"))
    found = changes(tmp_path, after, "r")
    write_changes(tmp_path, found)
    assert found == [
        Change("bo", "ch09", "12", "20", "the notebook changed"),
        Change("cem", "ch09", "12", "could not be read", "the inputs were drawn with seed 9"),
        Change("dee", "ch09", "", "12", "it is new"),
        Change("gone", "ch09", "12", "", "its result is gone"),
    ]
    assert table(tmp_path / "changes.csv")[:2] == [
        ["student", "chapter", "before", "after", "why"], ["bo", "ch09", "12", "20", "the notebook changed"],
    ]  # fmt: skip


def test_a_change_of_the_rules_alone_is_told_as_one(tmp_path: Path) -> None:
    before = made(record())
    remember(tmp_path, before, "old rules")
    (found,) = changes(tmp_path, [replace(before[0], points=9.0)], "new rules")
    assert (found.before, found.after, found.why) == ("12", "9", "the rules changed")


def test_a_memory_of_reports_that_is_damaged_is_no_obstacle(tmp_path: Path) -> None:
    remember(tmp_path, made(record()), "r")
    (tmp_path / "results" / "reported" / "last.json").write_text("{", encoding="utf-8")
    assert gradebook.changes(tmp_path, made(record()), "r") == []
