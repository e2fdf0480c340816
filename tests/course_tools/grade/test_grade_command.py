"""`course grade`: what is judged, what is kept, what is said, what can be done again."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click.testing
import pytest
from click.testing import CliRunner

from course_tools.grade import cluster, command
from course_tools.grade.batch import blank
from course_tools.grade.intake import Submission
from course_tools.grade.record import outcome
from course_tools.grade.trusted import Answer
from course_tools.pythons import ROOT
from tests.course_tools.grade.made import notebook

STEP = "ch09.adam_step"


class Class:
    """A folder of submissions, and the command to grade it with a judge that only counts the cells."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder / "in", folder / "out"
        self.judged: list[str] = []
        self.stop_after = 1000

    def hand_in(self, student: str, name: str, *cells: str) -> Path:
        return notebook(self.folder / student / name, *(cells or ("x = 1",)))

    def run(self, submissions: Sequence[Submission], seed: int, done: Callable[..., None], **way: Any) -> None:
        for submission in submissions:
            if len(self.judged) == self.stop_after:
                raise KeyboardInterrupt
            self.judged.append(f"{submission.student} {submission.chapter} {submission.attempt}")
            record = blank(submission, seed, way["seconds"], way.get("isolated", True))
            points = submission.notebook.read_text(encoding="utf-8").count("cell_type") % 4
            done(submission, outcome(record, [Answer(f"{submission.chapter or 'x'}.adam_step", points, 3, "")]))

    def grade(self, *options: str) -> click.testing.Result:
        self.judged.clear()
        return CliRunner().invoke(command.grade, [str(self.folder), "--out", str(self.out), *options])

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.out / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Class:
    made = Class(tmp_path)
    for student in ("ada", "bo"):
        made.hand_in(student, "09_adam.ipynb")
        made.hand_in(student, "05_gradient_descent.ipynb")
    monkeypatch.setattr(command, "run", made.run)
    monkeypatch.setattr(command, "why_not", lambda: "")
    return made


def test_everything_is_written(school: Class) -> None:
    result = school.grade()
    assert result.exit_code == 0, result.output
    names = {path.relative_to(school.out).as_posix() for path in school.out.rglob("*") if path.is_file()}
    assert {"grades.csv", "changes.csv", "canvas.csv", "moodle.csv", "summary.html", "feedback/ada.html",
            "feedback/bo.html", "results/ada.ch09.1.json"} <= names  # fmt: skip
    assert not [name for name in names if name.endswith(".part")]
    assert result.output.endswith(f"4 graded; see {school.out / 'grades.csv'}.\n")


def test_a_second_run_judges_nothing_and_writes_the_same(school: Class) -> None:
    school.grade()
    before = {path: path.read_bytes() for path in school.out.rglob("*") if path.is_file()}
    result = school.grade()
    assert school.judged == []
    assert "4 of 4 submissions did not change" in result.output
    assert {path: path.read_bytes() for path in school.out.rglob("*") if path.is_file()} == before


def test_only_what_is_new_or_changed_is_judged_and_told(school: Class) -> None:
    school.grade()
    school.hand_in("bo", "09_adam.ipynb", "x = 1", "y = 2")
    school.hand_in("cem", "09_adam.ipynb")
    result = school.grade()
    assert school.judged == ["bo ch09 1", "cem ch09 1"]
    assert "bo, ch09: 1 -> 2 (the notebook changed)" in result.output
    assert school.rows("changes.csv") == [
        {"student": "bo", "chapter": "ch09", "before": "1", "after": "2", "why": "the notebook changed"},
        {"student": "cem", "chapter": "ch09", "before": "", "after": "1", "why": "it is new"},
    ]
    school.grade()
    assert school.rows("changes.csv") == []


@pytest.mark.parametrize("options", [["--seed", "2"], ["--seconds", "9"], ["--not-isolated"], ["--again"]])
def test_another_seed_limit_or_way_judges_all(school: Class, options: list[str]) -> None:
    school.grade()
    school.grade(*options)
    assert len(school.judged) == 4


def test_changed_questions_judge_their_chapter_again(school: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    school.grade()
    monkeypatch.setattr("course_tools.grade.batch.of_questions", lambda chapter: "new" if chapter == "ch09" else "")
    school.grade("--chapters", "09")
    assert school.judged == ["ada ch09 1", "bo ch09 1"]


@pytest.mark.parametrize("words", [["--chapters", "09"], ["--chapters", "ch09"], ["--chapters", "9"]])
def test_chapters_can_be_chosen(school: Class, words: list[str]) -> None:
    school.grade(*words)
    assert school.judged == ["ada ch09 1", "bo ch09 1"]
    assert {row["chapter"] for row in school.rows("grades.csv")} == {"ch09"}
    school.grade("--chapters", "05", "09")
    assert school.judged == ["ada ch05 1", "bo ch05 1"]
    assert len(school.rows("grades.csv")) == 4


def test_results_of_an_earlier_folder_stay_in_the_gradebook(school: Class) -> None:
    school.grade()
    for student in ("ada", "bo"):
        (school.folder / student / "05_gradient_descent.ipynb").unlink()
    school.grade()
    assert len(school.rows("grades.csv")) == 4


def test_an_interruption_keeps_what_was_judged_and_says_how_to_go_on(school: Class) -> None:
    school.grade()
    before = (school.out / "grades.csv").read_bytes()
    school.stop_after = 3
    result = school.grade("--again", "--seed", "2")
    assert result.exit_code == 1
    assert "Stopped. 3 of 4 submissions were judged" in result.output
    assert "Run the same command again to judge the other 1." in result.output
    assert (school.out / "grades.csv").read_bytes() == before
    school.grade("--seed", "2")
    assert len(school.judged) == 1
    assert {row["why"] for row in school.rows("changes.csv")} <= {"the inputs were drawn with seed 2"}


def test_rules_are_applied_again_without_judging(school: Class) -> None:
    school.grade()
    table = "student,chapter,question,points,reason\nada,09,adam_step,3,told at the board\n"
    (school.folder / "overrides.csv").write_text(table, encoding="utf-8")
    result = school.grade("--report")
    assert school.judged == []
    assert "ada, ch09: 1 -> 3 (the rules changed)" in result.output
    assert "told at the board" in (school.out / "feedback" / "ada.html").read_text(encoding="utf-8")


def test_a_malformed_rule_stops_before_anything_is_judged_or_written(school: Class) -> None:
    (school.folder / "policy.toml").write_text("[late]\npercent_per_day = 'ten'\n", encoding="utf-8")
    result = school.grade()
    assert result.exit_code == 1
    assert "policy.toml, line 2: percent_per_day is 'ten', a number from 0 to 100 is wanted." in result.output
    assert school.judged == []
    assert not school.out.exists()


def test_a_report_before_the_first_grading_says_what_to_do(school: Class) -> None:
    result = school.grade("--report")
    assert result.exit_code == 1
    assert "nothing was judged yet. Leave --report out." in result.output


def test_problems_of_the_intake_reach_the_summary_also_when_only_reported(school: Class) -> None:
    (school.folder / "stray.ipynb").write_text("{}", encoding="utf-8")
    for options in ([], ["--report"]):
        result = school.grade(*options)
        assert "1 thing needs a human; see " in result.output
        assert "stray.ipynb" in (school.out / "summary.html").read_text(encoding="utf-8")


def test_a_copy_that_is_younger_is_not_late(school: Class) -> None:
    path = school.folder / "ada" / "09_adam.ipynb"
    os.utime(path, (1_790_000_000, 1_790_000_000))
    policy = "[deadlines]\nch09 = 2026-10-01\n[late]\npercent_per_day = 5\n"
    (school.folder / "policy.toml").write_text(policy, encoding="utf-8")
    school.grade()
    os.utime(path, (1_799_000_000, 1_799_000_000))
    result = school.grade()
    assert "ada" not in result.output.split("canvas.csv")[0]
    points = {row["student"]: row["message"] for row in school.rows("grades.csv") if row["chapter"] == "ch09"}
    assert "late" not in points["ada"]


def test_an_earlier_time_for_the_same_bytes_takes_back_the_penalty(school: Class) -> None:
    path = school.hand_in("ada", "09_adam.ipynb", "x = 1", "y = 2")
    os.utime(path, (1_799_000_000, 1_799_000_000))
    policy = "[deadlines]\nch09 = 2026-10-01\n[late]\npercent_per_day = 5\n"
    (school.folder / "policy.toml").write_text(policy, encoding="utf-8")
    school.grade("--chapters", "09")
    os.utime(path, (1_790_000_000, 1_790_000_000))
    result = school.grade("--chapters", "09")
    assert school.judged == []
    assert "ada, ch09: 0 -> 2 (the hand-in time changed)" in result.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--chapters", "77"], "ch77 grades nothing. Chapters that do: ch00"),
        (["more"], "more is too much: one FOLDER is graded."),
        (["--chapters", "00"], "Nobody handed in ch00"),
    ],
)
def test_what_is_asked_wrongly_is_told(school: Class, words: list[str], told: str) -> None:
    result = school.grade(*words)
    assert result.exit_code != 0
    assert told in result.output
    assert school.judged == []


def test_a_zip_is_graded_with_the_rules_beside_it(school: Class, tmp_path: Path) -> None:
    packed = tmp_path / "class.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in school.folder.rglob("*.ipynb"):
            archive.write(path, path.relative_to(school.folder))
    (tmp_path / "overrides.csv").write_text("student,chapter,question,points,reason\nbo,9,,20,x\n", encoding="utf-8")
    result = CliRunner().invoke(command.grade, [str(packed), "--out", str(school.out)])
    assert result.exit_code == 0, result.output
    assert {(r["student"], r["points"]) for r in school.rows("grades.csv") if r["chapter"] == "ch09"} == {
        ("ada", "1.0"), ("bo", "20.0"),
    }  # fmt: skip


def test_a_cluster_that_is_not_there_is_told_and_what_was_judged_is_kept(
    school: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(submissions: Sequence[Submission], seed: int, done: Callable[..., None], **way: Any) -> None:
        assert way["scheduler"] == "tcp://x:1"
        school.run(submissions[:1], seed, done, **way)
        raise cluster.NoCluster("There is no scheduler at tcp://x:1.")

    monkeypatch.setattr(cluster, "run", broken)
    result = school.grade("--scheduler", "tcp://x:1")
    assert result.exit_code == 1
    assert "There is no scheduler" in result.output
    school.grade()
    assert len(school.judged) == 3


# the real thing -----------------------------------------------------------------------------------------------------


def grading(folder: Path, *options: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "course_tools", "grade", str(folder / "in"), "--out", str(folder / "out"), *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        words, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a suite in the background may ignore it
    )  # fmt: skip


def children(pid: int) -> list[str]:
    """Command lines of the descendants of a process."""
    found = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in found.splitlines()]
    known, names = {str(pid)}, []
    for _ in range(5):
        new = [row for row in rows if row[1] in known and row[0] not in known]
        known |= {row[0] for row in new}
        names += [row[2] for row in new]
    return names


def test_ctrl_c_ends_the_jails_and_the_same_command_goes_on(tmp_path: Path, needs_bwrap: list[str]) -> None:
    for k in range(3):
        notebook(tmp_path / "in" / f"a{k}" / "05.ipynb", "x = 1")
    endless = notebook(tmp_path / "in" / "b" / "05.ipynb", "while True:\n    pass")
    started = grading(tmp_path, "--jobs", "1", "--seconds", "300")
    results = tmp_path / "out" / "results"
    until = time.monotonic() + 120
    while len(list(results.glob("a*.json"))) < 3 and time.monotonic() < until:
        time.sleep(0.1)
    assert any("inside.server" in line for line in children(started.pid))
    time.sleep(0.5)
    began = time.monotonic()
    started.send_signal(signal.SIGINT)
    output, _ = started.communicate(timeout=30)
    assert time.monotonic() - began < 15
    assert started.returncode == 1
    assert "Stopped. 3 of 4 submissions were judged" in output
    assert "Traceback" not in output
    assert len(list(results.glob("*.json"))) == 3
    assert not (tmp_path / "out" / "grades.csv").exists()
    notebook(endless, "x = 1")
    again = grading(tmp_path, "--jobs", "1", "--seconds", "300")
    output, _ = again.communicate(timeout=120)
    assert "3 of 4 submissions did not change since they were judged" in output
    assert "4 graded; see " in output
