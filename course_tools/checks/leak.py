"""No part of a solution shows in a learner's sheet: neither its statements, nor its lines, nor its prose."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course_tools.build.chapter import Chapter, chapters
from course_tools.build.exercise import outside, regions
from course_tools.build.problem import Problem
from course_tools.build.source import Cell, read_cells
from course_tools.checks.forbidden import strings
from course_tools.checks.stored import read
from course_tools.checks.syntax import SPECIFIC, SPECIFIC_RENAMED, canonical, renamed, size, statements

SHORTEST = 16  # characters; shorter lines ("return theta") say nothing about whose they are
FENCE = re.compile(r"^```+\s*(?:python|ipython3|py)?\s*$(.*?)^```+\s*$", re.MULTILINE | re.DOTALL)
MARKER = re.compile(r"(?:BEGIN|END) SOLUTION")


def leak(root: Path) -> list[Problem]:
    """What learners could read that they should find out."""
    problems: list[Problem] = []
    for chapter in chapters(root):
        sheet = root / "exercises" / f"{chapter.name}.ipynb"
        if chapter.file("exercises.md").exists() and sheet.exists():
            problems += compare(chapter, sheet.relative_to(root).as_posix(), read(sheet))
    return problems


def compare(chapter: Chapter, name: str, sheet: dict[str, Any]) -> list[Problem]:
    """The leaks of one sheet."""
    cells = read_cells(chapter.file("exercises.md"), chapter.root)
    everything = "\n".join(strings(sheet))
    return [*traces(name, sheet, everything), *told(name, cells, everything), *coded(name, cells, sheet)]


def told(name: str, cells: list[Cell], everything: str) -> Iterator[Problem]:
    """Lines of a solution, code or prose, anywhere in the sheet's texts, unless the public part has them too."""
    shown = [squeeze(line) for line in everything.splitlines()]
    public = {squeeze(line) for cell in cells for line in public_lines(cell)}
    for place, line in secret_lines(cells):
        if len(line) >= SHORTEST and line not in public and any(line in other for other in shown):
            yield Problem(place, f"The solution's line `{line}` also stands in {name}. Take it out there.")


def coded(name: str, cells: list[Cell], sheet: dict[str, Any]) -> Iterator[Problem]:
    """Statements of a solution in the sheet's code, spaced otherwise or, if long, with other names."""
    visible = [node for code in visible_code(sheet) for node in statements(code)]
    same, alike = set(map(canonical, visible)), set(map(renamed, visible))
    for cell in cells:
        for node, line in secret_statements(cell):
            known = size(node) >= SPECIFIC and canonical(node) in same
            if known or (size(node) >= SPECIFIC_RENAMED and renamed(node) in alike):
                text = ast.unparse(node).splitlines()[0]
                sentence = f"The solution's statement `{text}` can be read in {name}. Rewrite the public part."
                yield Problem(cell.place(line), sentence)


def traces(name: str, sheet: dict[str, Any], everything: str) -> Iterator[Problem]:
    """Marks that tell where a solution was, outputs, and metadata that a sheet has no need of."""
    if MARKER.search(everything):
        yield Problem(name, "A solution marker is left in the sheet. Run `make notebooks`.")
    for index, cell in enumerate(sheet["cells"], start=1):
        if cell.get("outputs") or cell.get("execution_count"):
            sentence = "The sheet holds an output, which may show the answer. Run `make notebooks`."
            yield Problem(f"{name}, cell {index}", sentence)
        if set(cell["metadata"]) - {"jupyter", "nbgrader"}:
            sentence = f"The metadata {cell['metadata']} is not for learners. Run `make notebooks`."
            yield Problem(f"{name}, cell {index}", sentence)


def squeeze(text: str) -> str:
    """The text with each run of white space as one space."""
    return " ".join(text.split())


def public_lines(cell: Cell) -> Iterator[str]:
    """Lines that learners are meant to see."""
    if "solution" not in cell.tags:
        yield from (line for _, line in outside(cell, keep_solution=False))


def secret_lines(cells: list[Cell]) -> Iterator[tuple[str, str]]:
    """(place, line) of each line of a solution: code in regions, and cells tagged `solution`."""
    for cell in cells:
        whole = "solution" in cell.tags
        lines = cell.text.splitlines()
        for index in range(len(lines)) if whole else (i for span in regions(cell) for i in span[1:-1]):
            yield cell.place(index), squeeze(lines[index])


def secret_statements(cell: Cell) -> Iterator[tuple[ast.stmt, int]]:
    """(statement, line) of each statement in a solution region or a code cell tagged `solution`, nested ones too."""
    spans = [range(len(cell.text.splitlines()))] if "solution" in cell.tags else regions(cell)
    lines = {index for span in spans for index in span}
    for node in statements(cell.text) if cell.kind == "code" else ():
        if node.lineno - 1 in lines and (node.end_lineno or node.lineno) - 1 in lines:
            yield node, node.lineno - 1


def visible_code(sheet: dict[str, Any]) -> Iterator[str]:
    """Code cells of the sheet, and code blocks in its prose."""
    for cell in sheet["cells"]:
        if cell["cell_type"] == "code":
            yield cell["source"]
        else:
            yield from FENCE.findall(cell["source"])
