"""The build as an author meets it: executed notebooks, the same bytes every time, errors with a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course_tools.build import execute
from course_tools.build.chapter import chapters
from course_tools.build.lesson import make_lesson
from course_tools.build.problem import BuildError
from course_tools.build.work import build, jobs
from tests.course_tools.tiny_course import Course


def contents(course: Course) -> dict[str, bytes]:
    """The bytes of every notebook."""
    return {
        path.relative_to(course.root).as_posix(): path.read_bytes() for path in sorted(course.root.glob("*/*.ipynb"))
    }


def test_build_is_deterministic_incremental_and_passes_its_own_check(course: Course) -> None:
    first = course.run("build")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "3 built, 0 up to date, 0 failed." in first.stdout
    made = contents(course)
    assert sorted(made) == ["exercises/05_tiny.ipynb", "notebooks/05_tiny.ipynb", "solutions/05_tiny.ipynb"]
    assert course.run("check", "drift", "leak", "links").returncode == 0
    assert "0 built, 3 up to date" in course.run("build").stdout
    assert "3 built" in course.run("build", "--force").stdout
    assert contents(course) == made
    course.write("chapters/ch05_tiny/questions.py", "# a new question\n")
    assert "3 built" in course.run("build", "--no-execute").stdout

    cells = json.loads(made["notebooks/05_tiny.ipynb"])["cells"]
    counted = [cell["execution_count"] for cell in cells if cell["cell_type"] == "code"]
    assert counted == [1, 2]
    raised = cells[-1]["outputs"][0]
    assert raised["traceback"] == ["ValueError: lr must be positive, got -1"]  # no path of this machine


FAULTS = {  # chapter -> (the cell, the line of the file, what is said)
    "ch01_raises": ("def f(x):\n    return 1 / x\n\nf(0)", 5, "Code cell 1 raised ZeroDivisionError: division by zero"),
    "ch02_warns": ("import warnings\nwarnings.warn('careful')", 4, "Code cell 1 wrote to stderr"),
    "ch03_address": ("object()", 4, "Code cell 1 shows a memory address"),
    "ch04_calm": (":tags: [raises-exception]\n\n1 + 1", 6, "is tagged raises-exception but raised nothing"),
}


def test_each_fault_is_reported_with_its_line_and_the_others_are_still_built(course: Course) -> None:
    for folder, (cell, _, _) in FAULTS.items():
        course.write(f"chapters/{folder}/lesson.md", f"# Title\n\n```{{code-cell}} ipython3\n{cell}\n```\n")
    done = course.run("build")
    assert done.returncode == 1
    assert "3 built, 0 up to date, 4 failed." in done.stdout
    for folder, (_, line, sentence) in FAULTS.items():
        reported = next(text for text in done.stderr.split("\n\n") if text.strip().startswith(f"chapters/{folder}"))
        assert reported.strip().startswith(f"chapters/{folder}/lesson.md:{line}: ")
        assert sentence in done.stderr
    assert "  >     return 1 / x" in done.stderr  # the cell is shown, its failing line marked
    assert not (course.root / "notebooks/01_raises.ipynb").exists()


@pytest.mark.filterwarnings("default")
def test_an_endless_cell_ends_with_a_sentence(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    course.write(
        "chapters/ch05_tiny/lesson.md",
        "```{code-cell} ipython3\n1\n```\n\n```{code-cell} ipython3\nwhile True:\n    pass\n```\n",
    )
    monkeypatch.setattr(execute, "BUDGET", 2)
    with pytest.raises(BuildError, match=r"lesson\.md:6: Code cell 2 ran longer than 2 s"):
        execute.execute(make_lesson(course.chapter), course.root / "notebooks", course.root)


@pytest.mark.parametrize("failing", [0, 1, 2, 3, None])
def test_a_line_is_found_though_marker_lines_were_removed(failing: int | None) -> None:
    source = ["def f():", "    ### BEGIN SOLUTION", "    x = 1", "    ### END SOLUTION", "    y = 2", "    x = 1"]
    built = [line for line in source if "###" not in line]
    expected = 0 if failing is None else [0, 2, 4, 5][failing]
    assert execute.source_offset(built, failing, source) == expected


def test_a_changed_output_is_built_again(course: Course, tmp_path: Path) -> None:
    from course_tools.build.cache import Cache

    target = course.write("notebooks/05_tiny.ipynb", "{}")
    cache = Cache(tmp_path)
    assert not cache.fresh(target, "key")
    cache.note(target, "key", 1.0)
    assert cache.fresh(target, "key")
    assert not cache.fresh(target, "other key")
    target.write_text("{ }", encoding="utf-8")
    assert not cache.fresh(target, "key")


def test_a_sheet_with_answers_is_not_overwritten_unless_forced(course: Course) -> None:
    course.pretend()
    job = next(job for job in jobs(chapters(course.root)) if job.kind.folder == "exercises")
    build(job)
    mine = {"execution_count": 1, "source": "mine"}
    course.edit("exercises/05_tiny.ipynb", lambda notebook: notebook["cells"][1].update(mine))
    with pytest.raises(BuildError, match=r"^exercises/05_tiny\.ipynb: Someone has worked in this sheet"):
        build(job)
    assert "mine" in job.target.read_text(encoding="utf-8")
    build(job, force=True)
    assert "mine" not in job.target.read_text(encoding="utf-8")


def test_the_key_follows_the_chapter_and_the_library(course: Course) -> None:
    from course_tools.build.cache import key, shared_key

    library = course.write("course_utils/adam.py", "one")
    shared = shared_key(course.root)
    keys = {key(course.chapter, shared)}
    library.write_text("two", encoding="utf-8")
    keys.add(key(course.chapter, shared_key(course.root)))
    course.write("chapters/ch05_tiny/questions.py", "three")
    keys.add(key(course.chapter, shared))
    assert len(keys) == 3
