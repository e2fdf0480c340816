"""A code cell holds one idea and is read at a glance."""

from __future__ import annotations

from pathlib import Path

from course_tools.build.exercise import outside
from course_tools.build.problem import Problem
from course_tools.checks.tags import source_cells

LONGEST = 20


def length(root: Path) -> list[Problem]:
    """Code cells over the limit; the marker lines of a solution do not count."""
    problems = []
    for cell in source_cells(root):
        lines = sum(1 for _ in outside(cell, keep_solution=True)) if cell.kind == "code" else 0
        if lines > LONGEST:
            sentence = f"The code cell has {lines} lines; over {LONGEST} it is not read but scrolled past."
            problems.append(Problem(cell.place(), f"{sentence} Split it, or move code to course_utils."))
    return problems
