"""Outputs keep what is the same at every run, and nothing else."""

from __future__ import annotations

import nbformat

from course_tools.build.normalize import WIDGET, normalize


def test_widget_views_and_state_go_and_the_picture_stays() -> None:
    output = nbformat.v4.new_output(
        "execute_result",
        data={WIDGET: {"model_id": "f00"}, "text/plain": "A figure", "image/png": "iVBO"},
        metadata={"image/png": {"alt": "A parabola"}},
        execution_count=7,
    )
    cell = nbformat.v4.new_code_cell(
        "figure", execution_count=7, outputs=[output], metadata={"execution": {"shell.execute_reply": "now"}}
    )
    notebook = nbformat.v4.new_notebook(
        cells=[cell], metadata={"widgets": {"state": {}}, "language_info": {"name": "python", "version": "3.11.7"}}
    )
    normalize(notebook)
    assert list(cell.outputs[0].data) == ["image/png", "text/plain"]
    assert cell.outputs[0].metadata == {"image/png": {"alt": "A parabola"}}
    assert (cell.execution_count, cell.outputs[0].execution_count) == (1, 1)
    assert "execution" not in cell.metadata
    assert "widgets" not in notebook.metadata
    assert "version" not in notebook.metadata.language_info


def test_empty_cells_are_not_counted() -> None:
    cells = [nbformat.v4.new_code_cell(text) for text in ("1", "", "2")]
    normalize(nbformat.v4.new_notebook(cells=cells))
    assert [cell.execution_count for cell in cells] == [1, None, 2]
