"""Make an nbformat notebook whose every byte follows from its cells."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat import NotebookNode

from course_tools.build.source import Cell

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}


@dataclass(frozen=True)
class Made:
    """A notebook and, cell by cell, where in the sources each cell came from."""

    notebook: NotebookNode
    origin: list[Cell]


def make(title: str, cells: Iterable[tuple[Cell, str, dict[str, Any]]]) -> Made:
    """Build a notebook from (origin, text, metadata) triples."""
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL, "language_info": LANGUAGE, "title": title})
    origin: list[Cell] = []
    seen: Counter[str] = Counter()
    new = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    for cell, text, metadata in cells:
        digest = hashlib.sha256(f"{cell.kind}\0{text}".encode()).hexdigest()[:10]
        seen[digest] += 1
        made = new[cell.kind](text, metadata=metadata)
        made["id"] = f"{digest}-{seen[digest]}" if seen[digest] > 1 else digest
        notebook.cells.append(made)
        origin.append(cell)
    return Made(notebook, origin)


def collapsed(cell: Cell) -> dict[str, Any]:
    """Metadata that folds the input of a cell tagged `hide-input` in JupyterLab."""
    return {"jupyter": {"source_hidden": True}} if "hide-input" in cell.tags else {}


def dump(notebook: NotebookNode) -> str:
    """The notebook as the text of its file, ending in a newline."""
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"
