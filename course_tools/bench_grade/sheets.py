"""Notebooks to grade: made of sources, or copies of the solutions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from course_tools.grade.cells import code_cells
from course_tools.grade.intake import Submission
from course_tools.pythons import ROOT

CHAPTER, NAME = "ch05", "05_gradient_descent.ipynb"


def solution(chapter: str) -> list[str]:
    """The code cells of a chapter's solution."""
    (path,) = (ROOT / "solutions").glob(f"{chapter[2:]}_*.ipynb")
    return [source for _, source in code_cells(path)]


SOLUTION = solution(CHAPTER)
RIGHT = "\n\n".join(SOLUTION)
"""All answers in one cell."""


def notebook(*cells: str, **more: Any) -> dict[str, Any]:
    """A notebook of code cells; ``more`` is put beside them."""
    made = [{"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "id": f"c{k}"} for k, text in
            enumerate(cells)]  # fmt: skip
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made, **more}


def handed_in(folder: Path, student: str, content: dict[str, Any] | bytes | str, name: str = NAME) -> Submission:
    """Write one submission; a text is the only cell of its notebook."""
    path = folder / student / name
    path.parent.mkdir(parents=True, exist_ok=True)
    content = notebook(content) if isinstance(content, str) else content
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode("utf-8", "surrogatepass"))
    return Submission(student, CHAPTER, path, name)


def class_of(folder: Path, sheets: Iterable[tuple[str, Any]]) -> list[Submission]:
    """A submission for each (student, content)."""
    return [handed_in(folder, student, content) for student, content in sheets]


def copies(folder: Path, chapter: str, count: int) -> Path:
    """So many students, all with the solution of one chapter; the folder."""
    (solution,) = (ROOT / "solutions").glob(f"{chapter[2:]}_*.ipynb")
    for number in range(count):
        (folder / f"student {number:05}").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(solution, folder / f"student {number:05}" / solution.name)
    return folder


def found(folder: Path) -> list[Submission]:
    """The notebooks of :func:`copies`."""
    return [Submission(p.parent.name, f"ch{p.name[:2]}", p, p.name) for p in sorted(folder.glob("*/*.ipynb"))]
