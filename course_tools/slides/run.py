"""Run a lesson for its slides: all cells, so that names are known, with the figures of slides frozen."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from course_tools.build.execute import execute
from course_tools.build.notebook import make
from course_tools.build.source import Cell
from course_tools.slides.talk import Talk

SWITCH = 'import os\nos.environ["COURSE_FREEZE"] = "{}"'
BUDGET = 600  # seconds, with the time to draw each figure at every place of its sliders


def outputs(talk: Talk) -> dict[int, NotebookNode]:
    """The executed cells that stand on slides, by their number in the lesson."""
    wanted = {number for slide in talk.slides for number in slide.cells}
    made = make(talk.title, _cells(talk.cells, wanted))
    if any(cell.kind == "code" for cell in talk.cells):
        with tempfile.TemporaryDirectory(prefix="course-slides-") as scratch:
            execute(made, Path(scratch), talk.chapter.root, budget=BUDGET)
    numbers = {id(cell): number for number, cell in enumerate(talk.cells)}
    pairs = zip(made.notebook.cells, made.origin, strict=True)
    return {numbers[id(cell)]: run for run, cell in pairs if numbers.get(id(cell)) in wanted}


def _cells(cells: list[Cell], wanted: set[int]) -> Any:
    """All cells but the notes; freezing is switched on before a code cell of a slide, and off after it."""
    for number, cell in enumerate(cells):
        frozen = cell.kind == "code" and number in wanted
        if frozen:
            yield _switch(cell, 1), SWITCH.format(1), {}
        if cell.slide != "notes":
            yield cell, cell.text, {"tags": cell.tags}
        if frozen:
            yield _switch(cell, 0), SWITCH.format(0), {}


def _switch(cell: Cell, state: int) -> Cell:
    return Cell(cell.file, cell.line, "code", SWITCH.format(state))
