"""What was handed in is found in every layout, belongs to whoever sent it, and keeps its chapter and attempt."""

from __future__ import annotations

import os
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from course_tools.grade.intake import Intake, intake
from course_tools.grade.intake.chapter import chapter_of
from course_tools.pythons import ROOT

SHEET = ROOT / "exercises" / "09_adam.ipynb"
OTHER = ROOT / "exercises" / "05_gradient_descent.ipynb"
KNOWN = ("ch00", "ch05", "ch09")
LAYOUTS = {
    "plain": {
        "anna/09_adam.ipynb": ("anna", "ch09", 1, None, ""),
        "anna/05_gradient_descent.ipynb": ("anna", "ch05", 1, None, ""),
        "Zoë von Ü/exercises/09_adam.ipynb": ("Zoë von Ü", "ch09", 1, None, ""),
        "陳大文/9 my adam.ipynb": ("陳大文", "ch09", 1, None, ""),
    },
    "nbgrader's": {"anna/ch09/answer.ipynb": ("anna", "ch09", 1, None, "")},
    "canvas": {
        "doejane_12345_67890_09_adam.ipynb": ("doejane", "ch09", 1, False, "12345"),
        "doejohn_LATE_12346_67891_09_adam-2.ipynb": ("doejohn", "ch09", 3, True, "12346"),
        "o_brienzoë_12347_67892_Adam homework.ipynb": ("o_brienzoë", "ch09", 1, False, "12347"),
        "anon_Ab3dE_67893_09_adam.ipynb": ("anon_Ab3dE", "ch09", 1, False, "Ab3dE"),
        "LATE_anon_Xy_1z_67894_09_adam-1.ipynb": ("anon_Xy_1z", "ch09", 2, True, "Xy_1z"),
    },
    "moodle": {
        "Jane Doe_1234567_assignsubmission_file_/09_adam.ipynb": ("Jane Doe", "ch09", 1, None, "1234567"),
        "Zoë Q_1234568_assignsubmission_file/sub/my work.ipynb": ("Zoë Q", "ch09", 1, None, "1234568"),
    },
    "moodle without folders": {
        "Jane Doe_1234567_assignsubmission_file_09_adam.ipynb": ("Jane Doe", "ch09", 1, None, "1234567"),
    },
}


def write(root: Path, names: list[str]) -> Path:
    """A folder with these files; every notebook is the sheet that its name tells."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".ipynb"):
            shutil.copyfile(OTHER if "05" in path.name else SHEET, path)
        else:
            path.write_text("x", encoding="utf-8")
    return root


def zipped(folder: Path, target: Path, below: str = "") -> Path:
    """A zip of a folder's files."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, below + path.relative_to(folder).as_posix())
    return target


def take(path: Path, tmp_path: Path) -> Intake:
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return intake(path, scratch)


def rows(found: Intake) -> set[tuple[object, ...]]:
    return {(s.student, s.chapter, s.attempt, s.late, s.lms_id) for s in found.submissions}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read_as_a_folder_and_as_a_zip(layout: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", list(LAYOUTS[layout]))
    for source in (folder, zipped(folder, tmp_path / "all.zip")):
        found = take(source, tmp_path)
        assert rows(found) == set(LAYOUTS[layout].values())
        assert found.problems == []
        assert all(s.notebook.read_bytes() in (SHEET.read_bytes(), OTHER.read_bytes()) for s in found.submissions)


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "nbgrader's"])
def test_a_folder_around_everything_in_a_zip_is_nobody(layout: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", list(LAYOUTS[layout]))
    found = take(zipped(folder, tmp_path / "all.zip", "submissions/"), tmp_path)
    assert rows(found) == set(LAYOUTS[layout].values())


@pytest.mark.parametrize("layout", ["canvas", "moodle", "moodle without folders"])
def test_the_download_of_an_lms_may_lie_in_a_folder(layout: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", list(LAYOUTS[layout]))
    (tmp_path / "downloads").mkdir()
    zipped(folder, tmp_path / "downloads" / "all.zip")
    assert rows(take(tmp_path / "downloads", tmp_path)) == set(LAYOUTS[layout].values())


def test_a_students_own_zip_is_opened(tmp_path: Path) -> None:
    inner = zipped(write(tmp_path / "work", ["exercises/09_adam.ipynb", "05.ipynb"]), tmp_path / "work.zip")
    folder = tmp_path / "in"
    for name in ("anna/work.zip", "ben.zip", "doejane_12345_67890_work-1.zip"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(inner, folder / name)
    expected = {(who, chapter) for who in ("anna", "ben", "doejane") for chapter in ("ch05", "ch09")}
    for source in (folder, zipped(folder, tmp_path / "all.zip")):
        found = take(source, tmp_path)
        assert {(s.student, s.chapter) for s in found.submissions} == expected
        assert {s.attempt for s in found.submissions if s.student == "doejane"} == {2}


def test_files_carry_their_time_and_lms_downloads_do_not(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", ["anna/09_adam.ipynb", "doejane_12345_67890_09_adam.ipynb"])
    when = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for path in folder.rglob("*.ipynb"):
        os.utime(path, (when.timestamp(), when.timestamp()))
    assert {s.student: s.handed_in for s in take(folder, tmp_path).submissions} == {"anna": when, "doejane": None}
    packed = {s.student: s.handed_in for s in take(zipped(folder, tmp_path / "all.zip"), tmp_path).submissions}
    assert packed == {"anna": when, "doejane": None}


def test_two_notebooks_for_a_chapter_are_attempts_in_the_order_of_their_time(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", ["anna/09_adam.ipynb", "anna/09_adam old.ipynb"])
    os.utime(folder / "anna/09_adam old.ipynb", (1e9, 1e9))
    found = take(folder, tmp_path)
    assert [(s.name, s.attempt) for s in found.submissions] == [("09_adam old.ipynb", 1), ("09_adam.ipynb", 2)]
    assert "2 notebooks for ch09" in found.problems[0].why


def test_people_of_one_name_are_told_apart_by_their_number(tmp_path: Path) -> None:
    names = ["doejane_1_10_09_adam.ipynb", "doejane_2_11_05.ipynb", "doejohn_3_12_09_adam.ipynb"]
    names += ["Jo Q_7_assignsubmission_file_/09_adam.ipynb", "Jo Q_8_assignsubmission_file_/09_adam.ipynb"]
    names += ["Al R_9_assignsubmission_file_/09_adam.ipynb", "Al R_4_assignsubmission_file_/05.ipynb"]
    found = take(write(tmp_path / "in", names), tmp_path)
    students = {s.student for s in found.submissions}
    assert students == {"doejane (1)", "doejane (2)", "doejohn", "Jo Q (7)", "Jo Q (8)", "Al R"}
    assert [p.student for p in found.problems] == ["Jo Q", "doejane"]


def test_who_hands_in_the_whole_course_means_the_exercises(tmp_path: Path) -> None:
    names = [f"anna/course/{folder}/09_adam.ipynb" for folder in ("exercises", "notebooks", "solutions")]
    found = take(write(tmp_path / "in", names), tmp_path)
    assert [s.notebook.parent.name for s in found.submissions] == ["exercises"]
    assert len(found.problems) == 2


def test_the_instructors_files_and_earlier_results_are_nobodys_work(tmp_path: Path) -> None:
    names = ["anna/09_adam.ipynb", "policy.toml", "extensions.csv", "canvas_students.csv", "out/grades.csv"]
    found = take(write(tmp_path / "in", [*names, "out/feedback/anna.html"]), tmp_path)
    assert [s.student for s in found.submissions] == ["anna"]
    assert found.problems == []


@pytest.mark.parametrize(
    ("names", "chapter"),
    [
        (("09_adam.ipynb",), "ch09"),
        (("9.ipynb",), "ch09"),
        (("ch05 mine.ipynb",), "ch05"),
        (("Chapter 9 - final.ipynb",), "ch09"),
        (("answer.ipynb", "ch05"), "ch05"),
        (("2026 homework.ipynb",), "ch09"),
        (("77_x.ipynb",), "ch09"),
        (("adam.ipynb",), "ch09"),
    ],
)
def test_a_chapter_is_known_by_number_else_by_its_checks(names: tuple[str, ...], chapter: str) -> None:
    assert chapter_of(SHEET, names, KNOWN) == chapter


def test_a_notebook_of_no_chapter_is_handed_on_unrecognized(tmp_path: Path) -> None:
    path = tmp_path / "in" / "anna" / "diary.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text('{"cells": []}', encoding="utf-8")
    assert [s.chapter for s in take(path.parents[1], tmp_path).submissions] == [""]


def test_nothing_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="is the path right"):
        intake(tmp_path / "nowhere", tmp_path)
