"""The committed notebooks are what the sources give, no more and no fewer."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import Any

from course_tools.build.chapter import chapters
from course_tools.build.make import make
from course_tools.build.notebook import dump
from course_tools.build.problem import Problem
from course_tools.build.work import KINDS, Job, jobs
from course_tools.checks.stored import read

MEND = "Run `make notebooks` and commit the result."
ORPHAN = "No chapter gives this file, so it would never be renewed. Delete it, or add its source to chapters/."


def drift(root: Path) -> list[Problem]:
    """Missing, extra, changed and unexecuted notebooks."""
    expected = {job.target: job for job in jobs(chapters(root))}
    problems = []
    for kind in KINDS:
        for path in sorted((root / kind.folder).glob("*")):
            if path not in expected and not path.name.startswith(".") and path.name != "README.md":
                problems.append(Problem(path.relative_to(root).as_posix(), ORPHAN))
    for target, job in expected.items():
        place = target.relative_to(root).as_posix()
        if not target.exists():
            problems.append(Problem(place, f"The notebook is missing, so a clone lacks it. {MEND}"))
        elif not job.kind.executed:
            if target.read_bytes() != dump(make(job).notebook).encode():
                problems.append(Problem(place, f"The file differs from what {job.kind.source} gives. {MEND}"))
        else:
            problems += compare(place, job, read(target))
    return problems


def compare(place: str, job: Job, found: dict[str, Any]) -> list[Problem]:
    """The first cell that differs or was not executed; then the metadata."""
    made = make(job)
    count = 0
    for index, (have, want) in enumerate(zip_longest(found["cells"], made.notebook.cells)):
        if not same(have, want):
            where = made.origin[index].place() if want else f"{place}, cell {index + 1}"
            sentence = f"Cell {index + 1} of {place} differs from its source, so learners read something else."
            return [Problem(where, f"{sentence} {MEND}")]
        if want.cell_type == "code" and want.source.strip():
            count += 1
            if have["execution_count"] != count:
                sentence = f"Cell {index + 1} was not executed in order: its output may be missing or stale."
                return [Problem(place, f"{sentence} {MEND}")]
    if found["metadata"] != made.notebook.metadata:
        return [Problem(place, f"The notebook's metadata differs from what the build writes. {MEND}")]
    return []


def same(have: dict[str, Any] | None, want: dict[str, Any] | None) -> bool:
    """Whether two cells are there and agree in all but outputs."""
    keys = ("cell_type", "source", "metadata", "id")
    return have is not None and want is not None and all(have.get(key) == want.get(key) for key in keys)
