"""Cells carry metadata from a closed list, so that a typing error does not go unnoticed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from course_tools.build.chapter import chapters
from course_tools.build.problem import Problem
from course_tools.build.source import Cell, read_cells

TAG = re.compile(r"solution|hide-input|raises-exception|S[0-4]-\d\d|O\d\d+|E\d\d|M\d\d|X\d")
SLIDES = ("slide", "subslide", "fragment", "notes", "skip")
KEYS = ("slideshow", "tags")


def tags(root: Path) -> list[Problem]:
    """Unknown tags, slide types and metadata keys in all sources."""
    return [problem for cell in source_cells(root) for problem in check_cell(cell)]


def source_cells(root: Path) -> Iterator[Cell]:
    """The cells of every lesson and exercise sheet."""
    for chapter in chapters(root):
        for name in ("lesson.md", "exercises.md"):
            if chapter.file(name).exists():
                yield from read_cells(chapter.file(name), root)


def check_cell(cell: Cell) -> Iterator[Problem]:
    """The problems of one cell."""
    for tag in cell.tags:
        if not TAG.fullmatch(str(tag)):
            known = "solution, hide-input, raises-exception or an id such as S1-02, O09, E31, M04, X1"
            yield Problem(cell.place(), f"The tag `{tag}` is not known, so nothing would act on it. Use {known}.")
    if "solution" in cell.tags and cell.kind == "markdown" and re.search(r"^#+ ", cell.text, flags=re.MULTILINE):
        yield Problem(
            cell.place(),
            "This cell is tagged `solution`, so the sheet lacks it, and it holds a heading: the next exercise would "
            "be lost. End the cell with +++ before the heading.",
        )
    slideshow = cell.metadata.get("slideshow") or {}
    if slideshow and (cell.slide not in SLIDES or set(slideshow) != {"slide_type"}):
        yield Problem(
            cell.place(),
            f"`slideshow: {slideshow}` is not known: slides would lack the cell. Use slide_type: {', '.join(SLIDES)}.",
        )
    for key in sorted(set(cell.metadata) - set(KEYS)):
        yield Problem(
            cell.place(), f"The metadata key `{key}` is not known, so nothing would act on it. Use {' or '.join(KEYS)}."
        )
