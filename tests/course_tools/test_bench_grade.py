"""The benchmark of the grader, on made-up numbers and a class of two. Never real times."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from course_tools.bench_grade import once, twin, watch
from course_tools.bench_grade.measure import Batch, Cost, Report, Sizes, once_in_a_process
from course_tools.bench_grade.page import goals, page
from course_tools.bench_grade.sheets import copies, found
from course_utils.check import questions

GOOD = Report(
    [Cost("ch05", 9, [0.04, 0.05, 0.06], 0.03, 1.5), Cost("ch09", 9, [0.05, 0.05], 0.02, 1.2)],
    [*(Batch("ch09", n, 0.05 * n + 1, 0.03 * n, 200.0) for n in (10, 100, 1_000, 10_000)),
     Batch("ch05", 1_000, 50, 40, 180)],
    (129, 30.0),
    Sizes(),
    [("processor", "one that counts")],
)  # fmt: skip


def test_the_numbers_that_are_asked_are_judged() -> None:
    assert [goal.reached for goal in goals(GOOD)] == ["yes"] * 8
    slow = replace(
        GOOD,
        costs=[replace(cost, samples=[0.2, 0.2], nbgrader=1.0) for cost in GOOD.costs],
        batches=[replace(b, clock=10 * b.clock, memory=1e3, processor=b.processor * b.count) for b in GOOD.batches],
        hostile=(129, 61.0),
    )
    assert [goal.reached for goal in goals(slow)] == ["**no**"] * 8


def test_the_page_holds_every_number() -> None:
    text = page(GOOD)
    parts = "**50 ms**", "50 ms–50 ms", "**30.0**", "**24.0**", "10,000", "200 MB", "one that counts", "≥ 20 times"
    assert [part for part in parts if part not in text] == []
    assert "55.6 ms | ≤ 60 ms | yes" in text
    assert "set NBGRADER" not in text
    alone = replace(GOOD, costs=[replace(cost, nbgrader=None) for cost in GOOD.costs])
    assert "set NBGRADER" in page(alone)


def test_copies_are_found_again(tmp_path: Path) -> None:
    rows = found(copies(tmp_path, "ch09", 3))
    assert [(row.student, row.chapter) for row in rows] == [(f"student {k:05}", "ch09") for k in range(3)]


def test_what_jails_used_is_counted(tmp_path: Path, needs_bwrap: list[str]) -> None:
    import json

    copies(tmp_path, "ch05", 2)
    text, memory = once_in_a_process("batch", tmp_path, 1)
    told = json.loads(text)
    assert told["points"] == {"20.0": 2}
    program = "import course_tools.bench_grade.once as o; print(o.used())"
    bare = float(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout)
    assert told["processor"] > bare + 0.3                               # the jail's own imports take longer than that
    assert memory > 60


def test_memory_and_time_of_a_tree_are_seen(tmp_path: Path) -> None:
    child = "import time; x = b'1' * 50_000_000; t = time.process_time() + 0.3\nwhile time.process_time() < t: pass\n"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child + 'time.sleep(1)'!r}])"
    told, most = watch.watched([sys.executable, "-c", parent])
    assert (told, most > 50) == ("", True)
    with pytest.raises(subprocess.CalledProcessError):
        watch.watched([sys.executable, "-c", "raise SystemExit(3)"])
    assert once.of_tree(threading.main_thread().native_id or 0) > 0.1


@pytest.mark.parametrize("chapter", ["ch05", "ch09"])
def test_the_tests_of_the_twin_pass_the_solution_and_no_empty_sheet(chapter: str, tmp_path: Path) -> None:
    from course_tools.bench_grade.sheets import solution

    names: dict[str, object] = {}
    exec(twin.FLAT, names)
    exec("\n\n".join(source for source in solution(chapter) if not source.startswith("check(")), names)
    for question in questions(chapter).values():
        code = twin._test(question)
        exec(code, dict(names))
        wrong = dict(names) | {question.name: (lambda *a, **k: 0.0) if question.is_function else -3.0}
        with pytest.raises(Exception):  # noqa: B017
            exec(code, wrong)
