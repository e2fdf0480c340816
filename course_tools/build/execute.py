"""Run a notebook's cells and hold them to the rules: no exception, no warning, no address, within the time."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path

from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from course_tools.build.kernel import BUDGET, kernel_environment
from course_tools.build.notebook import Made
from course_tools.build.problem import BuildError, Problem
from course_tools.build.source import Cell

ADDRESS = re.compile(r"\b0x[0-9a-f]{8,}\b")
COLOR = re.compile(r"\x1b\[[0-9;]*m")


def execute(made: Made, folder: Path, root: Path, budget: int | None = None) -> float:
    """Execute in place with `folder` as the working directory; return the seconds it took (at most `budget`)."""
    budget = BUDGET if budget is None else budget
    folder.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(
        made.notebook,
        timeout=budget,
        record_timing=False,
        coalesce_streams=True,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="course-") as scratch:
        try:
            client.execute(env=kernel_environment(root, scratch))
        except CellExecutionError as error:
            index = next(i for i, c in enumerate(made.notebook.cells) if has_error(c) and not may_raise(made.origin[i]))
            raise BuildError(describe(made, index, f"raised {error.ename}: {error.evalue}".rstrip(": "))) from error
        except (CellTimeoutError, DeadKernelError) as error:
            late = f"ran longer than {budget} s, the budget of a whole notebook"
            what = late if isinstance(error, CellTimeoutError) else "ended the kernel (out of memory?)"
            raise BuildError(describe(made, running(made), what)) from error
        except NoSuchKernel as error:
            sentence = f"There is no kernel to run it: {error}. Run `make doctor`."
            raise BuildError(Problem(made.origin[0].file, sentence)) from error
    seconds = time.monotonic() - started
    if seconds > budget:
        sentence = f"The notebook took {seconds:.0f} s; a learner waits that long too. Bring it under {budget} s."
        raise BuildError(Problem(made.origin[0].file, sentence))
    inspect(made)
    return seconds


def may_raise(cell: Cell) -> bool:
    """Whether the author says that this cell fails on purpose."""
    return "raises-exception" in cell.tags


def has_error(cell: dict) -> bool:
    """Whether a cell's outputs hold an exception."""
    return any(output["output_type"] == "error" for output in cell.get("outputs", ()))


def running(made: Made) -> int:
    """The cell that was under way when execution ended: the first code cell that never replied."""
    code = [i for i, cell in enumerate(made.notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
    return next((i for i in code if made.notebook.cells[i].get("execution_count") is None), code[-1])


def inspect(made: Made) -> None:
    """Refuse outputs that would differ from run to run or that a reader should not see."""
    for index, (cell, origin) in enumerate(zip(made.notebook.cells, made.origin, strict=True)):
        for output in cell.get("outputs", ()):
            text = output.get("text") or output.get("data", {}).get("text/plain") or ""
            if output.get("name") == "stderr" and not may_raise(origin):
                what = "wrote to stderr, so learners would see it too:"
                raise BuildError(describe(made, index, f"{what} {text.strip()}"))
            if ADDRESS.search(text):
                what = "shows a memory address, which changes with every run. Give the object a repr:"
                raise BuildError(describe(made, index, f"{what} {text.strip()}"))
        if may_raise(origin) and not has_error(cell):
            raise BuildError(describe(made, index, "is tagged raises-exception but raised nothing"))


def describe(made: Made, index: int, what: str) -> Problem:
    """Name the cell, the line of the source and show both."""
    cell, origin = made.notebook.cells[index], made.origin[index]
    failing = failing_line(cell)
    lines = cell.source.splitlines()
    offset = source_offset(lines, failing, origin.text.splitlines())
    shown = "\n".join(f"  {'>' if number == failing else ' '} {line}" for number, line in enumerate(lines))
    number = 1 + sum(c.cell_type == "code" for c in made.notebook.cells[:index])
    return Problem(origin.place(offset), f"Code cell {number} {what}\n{shown}")


def failing_line(cell: dict) -> int | None:
    """The last line of the cell (from 0) that its exception passed, as far as the traceback tells."""
    text = "\n".join(line for o in cell.get("outputs", ()) if o["output_type"] == "error" for line in o["traceback"])
    found = re.findall(r"^Cell In\[(\d+)\], line (\d+)", COLOR.sub("", text), flags=re.MULTILINE)
    return next((int(line) - 1 for number, line in reversed(found) if number == found[0][0]), None)


def source_offset(lines: list[str], failing: int | None, original: list[str]) -> int:
    """Where a line of the built cell stands in the source cell, whose marker lines were removed."""
    if failing is None or failing >= len(lines):
        return 0
    repeats = lines[: failing + 1].count(lines[failing])
    places = [i for i, line in enumerate(original) if line == lines[failing]]
    return places[repeats - 1] if repeats <= len(places) else 0
