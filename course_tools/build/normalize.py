"""Leave in an executed notebook only what is the same at every run and in every viewer."""

from __future__ import annotations

import itertools

from nbformat import NotebookNode

from course_tools.build.notebook import LANGUAGE

WIDGET = "application/vnd.jupyter.widget-view+json"


def normalize(notebook: NotebookNode) -> None:
    """Strip widget state, timings and tracebacks; count executions from 1."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = NotebookNode(LANGUAGE)  # the kernel wrote its exact Python version here
    counter = itertools.count(1)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        count = next(counter) if cell.source.strip() else None
        cell.execution_count = count
        cell.outputs = [normal_output(output, count) for output in cell.outputs]


def normal_output(output: NotebookNode, count: int | None) -> NotebookNode:
    """One output without what only a running kernel can use."""
    if "data" in output:
        output.data.pop(WIDGET, None)
        output.metadata.pop(WIDGET, None)
        output.data = NotebookNode(sorted(output.data.items()))
    if output.output_type == "execute_result":
        output.execution_count = count
    if output.output_type == "error":  # the frames name files of this machine; the message is the lesson
        output.traceback = [f"{output.ename}: {output.evalue}"]
    return output
