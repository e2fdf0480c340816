"""exercises.md -> solutions/ (all of it) and exercises/ (what a learner fills in)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from course_tools.build.chapter import Chapter
from course_tools.build.nbgrader import answer, graded, points_of, split
from course_tools.build.notebook import Made, collapsed, make
from course_tools.build.problem import BuildError, Problem
from course_tools.build.source import Cell, read_cells, title

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = ("# Your code here.", "raise NotImplementedError")


def make_solution(chapter: Chapter) -> Made:
    """The solved sheet, not yet executed."""
    cells = read_cells(chapter.file("exercises.md"), chapter.root)
    return make(title(cells, chapter.name), solved(cells))


def make_exercise(chapter: Chapter) -> Made:
    """The learner's sheet: solution regions become a stub, cells tagged `solution` are gone, no tag remains."""
    cells = read_cells(chapter.file("exercises.md"), chapter.root)
    return make(title(cells, chapter.name), unsolved(cells, points_of(chapter)))


def solved(cells: list[Cell]) -> Iterator[tuple[Cell, str, dict[str, Any]]]:
    """Every cell, without the marker lines."""
    for cell in cells:
        metadata = {**collapsed(cell), **({"tags": cell.tags} if cell.tags else {})}
        yield cell, "\n".join(line for _, line in outside(cell, keep_solution=True)), metadata


def unsolved(cells: list[Cell], points: Mapping[str, int]) -> Iterator[tuple[Cell, str, dict[str, Any]]]:
    """The public part of every cell that has one; a check that stands below an answer gets a cell of its own."""
    taken: set[str] = set()
    for cell in cells:
        if "solution" in cell.tags:
            continue
        public = list(outside(cell, keep_solution=False))
        text = "\n".join(line for _, line in public)
        spans = regions(cell)
        if not spans:
            marks = graded(text, points, taken) if cell.kind == "code" else {}
            yield cell, text, {**collapsed(cell), **marks}
            continue
        last = max(place for place, (line, _) in enumerate(public) if line <= spans[-1][0])
        own, *check = split(text, last)
        yield cell, own, {**collapsed(cell), **answer(own, taken)}
        yield from ((cell, part, {**collapsed(cell), **graded(part, points, taken)}) for part in check)


def regions(cell: Cell) -> list[range]:
    """The lines (from 0) of each solution region, its marker lines included."""
    found, begin = [], None
    for index, line in enumerate(cell.text.splitlines() if cell.kind == "code" else ()):
        marker = line.strip()
        if marker == BEGIN and begin is None:
            begin = index
        elif marker == END and begin is not None:
            found.append(range(begin, index + 1))
            begin = None
        elif marker.lstrip("# ").upper() in ("BEGIN SOLUTION", "END SOLUTION"):
            raise BuildError(
                Problem(
                    cell.place(index),
                    f"`{marker}` does not close or open a solution region, so the solution could reach learners. "
                    f"Write the region as `{BEGIN}` … `{END}`, each on its own line, never nested.",
                )
            )
    if begin is not None:
        raise BuildError(
            Problem(
                cell.place(begin),
                f"This solution region never ends, so the rest of the cell would be lost. Add `{END}`.",
            )
        )
    return found


def outside(cell: Cell, *, keep_solution: bool) -> Iterator[tuple[int, str]]:
    """(line number, line) of the cell without markers; without `keep_solution` a stub stands for each region."""
    spans = regions(cell)
    for index, line in enumerate(cell.text.splitlines()):
        span = next((span for span in spans if index in span), None)
        if span is None or (keep_solution and index not in (span[0], span[-1])):
            yield index, line
        elif not keep_solution and index == span[0]:
            indent = line[: len(line) - len(line.lstrip())]
            yield from ((index, indent + stub) for stub in (STUB if indent else STUB[:1]))
