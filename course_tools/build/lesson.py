"""lesson.md -> notebooks/: every cell but the speaker notes; prose without a slide type stays out of slides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from course_tools.build.chapter import Chapter
from course_tools.build.notebook import Made, collapsed, make
from course_tools.build.source import Cell, read_cells, title


def make_lesson(chapter: Chapter) -> Made:
    """The lesson's notebook, not yet executed."""
    cells = read_cells(chapter.file("lesson.md"), chapter.root)
    return make(title(cells, chapter.name), study(cells))


def study(cells: list[Cell]) -> Iterator[tuple[Cell, str, dict[str, Any]]]:
    """What a reader sees: the speaker's notes are left to the slides."""
    for cell in cells:
        if cell.slide == "notes":
            continue
        metadata: dict[str, Any] = {"slideshow": {"slide_type": cell.slide or "skip"}, **collapsed(cell)}
        if cell.tags:
            metadata["tags"] = cell.tags
        yield cell, cell.text, metadata
