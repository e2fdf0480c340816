"""A notebook with every live figure never hangs without a browser, and says the same each time.

Three executions in a row, each with a kernel of its own; ``EXECUTIONS=100`` tries as many as you like.
"""

from __future__ import annotations

import os
from pathlib import Path

import nbformat.v4 as v4
from nbclient import NotebookClient

from course_tools.build.kernel import kernel_environment
from course_tools.pythons import ROOT
from course_utils import widgets

EXECUTIONS = int(os.environ.get("EXECUTIONS", "3"))
SECONDS = 60
FIGURES = [name for name in widgets.__all__ if name.islower()]


def texts(folder: Path) -> list[str]:
    """The text of each figure's cell, from a fresh kernel."""
    notebook = v4.new_notebook(cells=[v4.new_code_cell("from course_utils import widgets")])
    notebook.cells += [v4.new_code_cell(f"widgets.{name}()") for name in FIGURES]
    client = NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(folder)}})
    client.execute(env=kernel_environment(ROOT, str(folder)))
    return [cell.outputs[0].data["text/plain"] for cell in notebook.cells[1:]]


def test_executions_in_a_row_end_and_agree(tmp_path: Path) -> None:
    assert len(FIGURES) > 30
    first = texts(tmp_path)
    assert all(text.startswith(f"{name}(") for name, text in zip(FIGURES, first, strict=True))
    for _ in range(EXECUTIONS - 1):
        assert texts(tmp_path) == first
