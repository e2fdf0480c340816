"""`course grade` on a small class."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from course_tools.grade import command
from course_tools.grade.command import grade

ROOT = Path(__file__).parents[2]


def _class(folder: Path) -> None:
    for student in ("ana", "bo", "cem", "dee"):
        (folder / student).mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / "05_gradient_descent.ipynb", folder / "ana")
    shutil.copy(ROOT / "exercises" / "05_gradient_descent.ipynb", folder / "bo")
    (folder / "cem" / "05_gradient_descent.ipynb").write_text("{not json")
    endless = {"cells": [{"cell_type": "code", "source": "while True:\n    pass"}]}
    (folder / "dee" / "05_gradient_descent.ipynb").write_text(json.dumps(endless))
    (folder / "dee" / "notes.ipynb").write_text("{}")


def test_a_class_is_graded_and_bad_files_say_why(tmp_path: Path, needs_bwrap: list[str]) -> None:
    _class(tmp_path / "in")
    run = CliRunner().invoke(grade, [str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--seconds", "9"])
    assert run.exit_code == 0, run.output
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["student", "chapter", "points", "max_points", "status", "message"]
    found = {(row["student"], row["status"]): (float(row["points"]), float(row["max_points"])) for row in rows}
    assert found == {
        ("ana", "graded"): (20, 20),
        ("bo", "graded"): (0, 20),
        ("cem", "could not be read"): (0, 20),
        ("dee", "graded"): (0, 20),
        ("dee", "not recognized"): (0, 0),
    }
    assert "3 graded, 1 could not be read, 1 not recognized; see " in run.output
    said = {row["student"]: row["message"] for row in rows if row["status"] == "graded"}
    assert said["ana"] == "All right."
    assert "cell 1: TimeoutError did not finish within " in said["dee"]


def test_a_folder_without_submissions_says_what_was_looked_for(tmp_path: Path) -> None:
    run = CliRunner().invoke(grade, [str(tmp_path)])
    assert run.exit_code == 1
    assert "looked for" in run.output


def test_without_a_jail_nothing_runs_until_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _class(tmp_path / "in")
    for student in ("bo", "dee"):
        shutil.rmtree(tmp_path / "in" / student)
    monkeypatch.setattr(command, "why_not", lambda: "bubblewrap (the program bwrap) is not installed")
    asked = [str(tmp_path / "in"), "--out", str(tmp_path / "out")]
    run = CliRunner().invoke(command.grade, asked)
    assert run.exit_code == 1
    assert "There is no jail here: bubblewrap" in run.output
    assert not (tmp_path / "out").exists()
    run = CliRunner().invoke(command.grade, [*asked, "--not-isolated"])
    assert "1 graded, not isolated, 1 could not be read" in run.output
