"""Sheets carry nbgrader's metadata, and nbgrader itself takes them in, checks them and grades them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from course_tools.build.chapter import choose
from course_tools.build.exercise import make_exercise, make_solution
from course_tools.build.nbgrader import answer, graded, split, unique
from course_tools.pythons import ROOT
from course_tools.release.contents import contents
from course_tools.release.write import write
from course_utils.check import check, questions
from tests.course_tools.tiny_course import Course

SHEETS = [chapter for chapter in choose(ROOT, ()) if chapter.file("exercises.md").exists()]
SHEET = "09_adam"


def cells(notebook: Any) -> list[dict[str, Any]]:
    marked = [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    return [cell["metadata"]["nbgrader"] | {"source": cell["source"]} for cell in marked]


@pytest.mark.parametrize("chapter", SHEETS, ids=lambda chapter: chapter.name)
def test_every_question_has_a_locked_cell_with_its_points(chapter: Any) -> None:
    found = cells(make_exercise(chapter).notebook)
    grades = {cell["grade_id"]: cell["points"] for cell in found if cell["grade"]}
    asked = questions(chapter.folder.split("_")[0]).values()
    assert grades == {question.id.replace(".", "_"): question.points for question in asked}
    assert all(cell["locked"] and not cell["solution"] for cell in found if cell["grade"])
    assert all(not cell["locked"] and not cell["grade"] for cell in found if cell["solution"])
    assert {cell["schema_version"] for cell in found} == {3}
    assert len({cell["grade_id"] for cell in found}) == len(found)


@pytest.mark.parametrize("chapter", SHEETS, ids=lambda chapter: chapter.name)
def test_what_a_learner_writes_never_shares_a_cell_with_its_check(chapter: Any) -> None:
    for cell in cells(make_exercise(chapter).notebook):
        assert ("# Your code here." in cell["source"]) == cell["solution"]
        assert ("check(" in cell["source"]) == cell["grade"]


def test_a_check_below_an_answer_gets_its_own_cell() -> None:
    answer, check = "x = 1\n# Your code here.", 'check("ch05.gd", x)'
    assert split(f"{answer}\n\n{check}", 1) == [answer, check]
    assert split(f"{check}\n{answer}", 2) == [f"{check}\n{answer}"]


def test_names_are_taken_once_and_points_add_up() -> None:
    taken: set[str] = set()
    assert [unique("a", taken) for _ in range(3)] == ["a", "a_2", "a_3"]
    assert answer("def f(x):\n    pass", taken)["nbgrader"]["grade_id"] == "answer_f"
    both = graded('check("a.b", f)\ncheck("a.c", g)', {"a.b": 2, "a.c": 3}, taken)
    assert (both["nbgrader"]["grade_id"], both["nbgrader"]["points"]) == ("a_b", 5)
    assert graded("check = 3", {"a.b": 2}, taken) == {}


def test_a_course_whose_questions_are_elsewhere_gets_no_points(course: Course) -> None:
    assert [cell for cell in cells(make_exercise(course.chapter).notebook) if cell["grade"]] == []


def test_for_nbgrader_a_verdict_shows_its_points(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    verdict = check("ch00.double", lambda x: x)
    assert repr(verdict) == "✗ ch00.double: 0 of 1 points. You return x itself."
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert repr(check("ch00.double", lambda x: 2 * x)) == "1"
    assert capsys.readouterr().out == "✓ ch00.double: 1 of 1 points. Right.\n"


# With nbgrader itself: NBGRADER=/path/to/venv, where nbgrader, numpy, matplotlib and ipywidgets are -------


@pytest.fixture(scope="module")
def nbgrader() -> str:
    """A Python that has nbgrader; it is no dependency of the course, not even for authors."""
    python = Path(os.environ.get("NBGRADER", ""), "bin", "python")
    if not os.environ.get("NBGRADER") or not python.exists():
        pytest.skip("NBGRADER names no virtual environment with nbgrader: python -m venv, pip install nbgrader, say it")
    return str(python)


@pytest.fixture(scope="module")
def gradebook(nbgrader: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    """Import a release's sheet, hand in five versions, grade: student -> grade_id -> points."""
    root = tmp_path_factory.mktemp("nbgrader")
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.ClearSolutions.enabled = False\n", encoding="utf-8")
    write(root / "course", contents(ROOT, choose(ROOT, (SHEET,))))
    source = root / "source" / "ps09"
    source.mkdir(parents=True)
    shutil.copyfile(root / "course" / "exercises" / f"{SHEET}.ipynb", source / f"{SHEET}.ipynb")
    run(nbgrader, root, "generate_assignment", "ps09")
    released = json.loads((root / "release" / "ps09" / f"{SHEET}.ipynb").read_text(encoding="utf-8"))
    for student, sheet in versions(released).items():
        path = root / "submitted" / student / "ps09" / f"{SHEET}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(sheet), encoding="utf-8")
    validated = root / "submitted" / "solver" / "ps09" / f"{SHEET}.ipynb"
    assert "Success! Your notebook passes all the tests." in run(nbgrader, root, "validate", str(validated))
    run(nbgrader, root, "autograde", "ps09")
    query = """
        select student.id, base_cell.name, coalesce(grade.auto_score, -1) from grade
        join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        join student on submitted_assignment.student_id = student.id join base_cell on grade.cell_id = base_cell.id
    """
    points: dict[str, dict[str, float]] = {}
    with sqlite3.connect(root / "gradebook.db") as database:
        for student, cell, score in database.execute(query):
            points.setdefault(student, {})[cell] = score
    return points


def run(python: str, root: Path, *words: str) -> str:
    path = f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(root / "course"), "HOME": str(root)}
    command = [python, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
    return done.stdout + done.stderr


def versions(released: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What five students hand in."""
    solved = solutions()
    wrong = solved | {"answer_adam_step": solved["answer_adam_step"].replace("/ (1 - beta1**t)", "")}
    half = solved | {"answer_names": solved["answer_names"].replace("no root", "one beta")}
    tampered = with_answers(released, {})
    for cell in tampered["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["source"] = "1000"
    return {
        "untouched": released,
        "solver": with_answers(released, solved),
        "wrong": with_answers(released, wrong),
        "half": with_answers(released, half),
        "tampered": tampered,
    }


def solutions() -> dict[str, str]:
    """grade_id -> the solution of that cell."""
    [chapter] = choose(ROOT, (SHEET,))
    solved = [cell for cell in make_solution(chapter).notebook.cells if cell.cell_type == "code"]
    sheet = make_exercise(chapter).notebook
    answers = [cell for cell in sheet.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    texts = {}
    for cell in answers:
        head = cell.source.splitlines()[0]
        [text] = [other.source for other in solved if other.source.startswith(head)]
        texts[cell.metadata.nbgrader.grade_id] = text.split("\ncheck(")[0]
    return texts


def with_answers(sheet: dict[str, Any], answers: dict[str, str]) -> dict[str, Any]:
    filled: dict[str, Any] = json.loads(json.dumps(sheet))
    for cell in filled["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = answers.get(name, cell["source"])
    return filled


def test_nbgrader_grades_what_the_course_would(gradebook: dict[str, dict[str, float]]) -> None:
    points = {question.id.replace(".", "_"): question.points for question in questions("ch09").values()}
    assert gradebook["solver"] == points
    assert set(gradebook["untouched"].values()) == {0}
    assert gradebook["wrong"]["ch09_adam_step"] < 3
    assert gradebook["half"]["ch09_bug_hunt"] == 4.5
    assert gradebook["half"] | {"ch09_bug_hunt": 5} == points


def test_nbgrader_restores_a_check_that_was_edited(gradebook: dict[str, dict[str, float]]) -> None:
    assert set(gradebook["tampered"].values()) == {0}
