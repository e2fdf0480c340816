"""Read a MyST Markdown notebook into cells that know the line they came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from jupytext.myst import MystMetadataParsingError, myst_to_notebook

from course_tools.build.problem import BuildError, Problem


@dataclass(frozen=True)
class Cell:
    """One cell of a source file; `line` is where its text begins (from 1)."""

    file: str
    line: int
    kind: str
    text: str
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def tags(self) -> list[str]:
        """The cell's tags."""
        return list(self.metadata.get("tags") or [])

    @property
    def slide(self) -> str | None:
        """The cell's slide type, if it has one."""
        slideshow = self.metadata.get("slideshow") or {}
        return slideshow.get("slide_type")

    def place(self, line: int = 0) -> str:
        """`chapters/ch05_gradient_descent/lesson.md:31` for the cell, or for a line of it (from 0)."""
        return f"{self.file}:{self.line + line}"


def read_cells(path: Path, root: Path) -> list[Cell]:
    """The cells of a lesson or an exercise sheet, in order."""
    text = path.read_text(encoding="utf-8")
    file = path.relative_to(root).as_posix()
    try:
        notebook = myst_to_notebook(without_front_matter(text), add_source_map=True)
    except (MystMetadataParsingError, yaml.YAMLError, ValueError) as error:
        raise BuildError(
            Problem(file, f"The metadata of a cell cannot be read, so the file gives no notebook: {error}")
        ) from error
    lines = text.splitlines()
    cells = []
    for cell, start in zip(notebook.cells, notebook.metadata.pop("source_map"), strict=True):
        line = find(lines, cell.source, start)
        cells.append(Cell(file, line, cell.cell_type, cell.source, dict(cell.metadata)))
    return cells


def without_front_matter(text: str) -> str:
    """Blank the YAML head (the build decides the notebook's metadata); line numbers stay."""
    head = re.match(r"---\n.*?^---$", text, flags=re.DOTALL | re.MULTILINE)
    return "\n" * head.group().count("\n") + text[head.end() :] if head else text


def find(lines: list[str], text: str, start: int) -> int:
    """The line (from 1) where a cell's text begins, at or after the place of its fence or marker."""
    wanted = text.splitlines() or [""]
    for index in range(start, len(lines)):
        if lines[index : index + len(wanted)] == wanted:
            return index + 1
    return start + 1


def title(cells: list[Cell], otherwise: str) -> str:
    """The first heading of the first level."""
    for cell in cells:
        for line in cell.text.splitlines() if cell.kind == "markdown" else ():
            if line.startswith("# "):
                return line[2:].strip()
    return otherwise
