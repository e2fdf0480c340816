"""`course present 09`: the slides of a chapter with a kernel behind them, served by voila to a browser on this machine.

voila runs the lesson when the page is opened and keeps its kernel: sliders compute. Code is shown; to change it, change
the lesson and reload the page.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import click
import nbformat

from course_tools.build.chapter import Chapter, choose
from course_tools.build.notebook import KERNEL
from course_tools.build.problem import BuildError
from course_tools.build.source import Cell
from course_tools.pythons import ROOT
from course_tools.slides import assets
from course_tools.slides.talk import Talk, talk

LOOK = Path(__file__).parent / "look"
SETTINGS = {  # everything from this machine: voila's template would ask the network for styles
    "VoilaConfiguration": {
        "template": "reveal",
        "strip_sources": False,
        "file_allowlist": [".*"],
        "resources": {
            "reveal": {
                "url_prefix": "voila/files/assets/reveal", "theme": "white", "transition": "none", "number": "c/t",
                "width": 1280, "height": 720,
            }
        },
    },
    "HTMLExporter": {"jquery_url": "voila/files/assets/quiet.js"},
}  # fmt: skip
QUIET = "window.MathJax = {Hub: {getAllJax: () => null}};  // what nbconvert's template asks; voila sets mathematics"
"""Takes the place of jQuery, which the template loads and nothing here uses."""
KINDS = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell, "raw": nbformat.v4.new_raw_cell}


@click.command()
@click.argument("chapter")
@click.option("--port", default=8866, show_default=True, help="Port of the page.")
@click.option("--no-browser", is_flag=True, help="Start the server only.")
def present(chapter: str, port: int, no_browser: bool) -> None:
    """Show the slides of CHAPTER with figures that compute. Ctrl-C ends it.

    Without a kernel the decks of `course slides` do the same from frozen figures.
    """
    if find_spec("voila") is None:
        raise click.ClickException(
            "voila is not installed: it holds the kernel behind the slides. Try: .venv/bin/pip install voila"
        )
    try:
        chosen = choose(ROOT, (chapter,))[0]
        with tempfile.TemporaryDirectory(prefix="course-present-") as folder:
            notebook = prepare(chosen, Path(folder))
            sys.exit(subprocess.call(command(notebook, port, no_browser), env=environment(), cwd=folder))
    except (BuildError, assets.NotInstalled) as error:
        raise click.ClickException(str(error)) from error


def prepare(chapter: Chapter, folder: Path) -> Path:
    """The lesson as a notebook for voila, and reveal.js beside it."""
    assets.copy(folder)
    given = talk(chapter)
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL, "title": given.title})
    notebook.cells = _cells(given)
    first = given.slides[0].cells[0]
    notebook.cells[first].source = f"{_style()}\n\n{notebook.cells[first].source}"
    target = folder / f"{chapter.name}.ipynb"
    nbformat.write(notebook, target)
    (folder / "assets" / "quiet.js").write_text(QUIET, encoding="utf-8")
    (folder / "voila.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    return target


def command(notebook: Path, port: int, no_browser: bool) -> list[str]:
    """voila with its reveal template."""
    options = [f"--port={port}", *(["--no-browser"] if no_browser else [])]
    return [sys.executable, "-m", "voila", notebook.name, *options]


def environment() -> dict[str, str]:
    """This repository's library for the kernel."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path}


def _cells(given: Talk) -> list[nbformat.NotebookNode]:
    """All cells run; those that are not on a slide are skipped when the page is drawn."""
    shown = {number for slide in given.slides for number in slide.cells}
    return [_cell(cell, number in shown) for number, cell in enumerate(given.cells)]


def _cell(cell: Cell, shown: bool) -> nbformat.NotebookNode:
    kind = cell.slide if shown or cell.slide == "notes" else "skip"
    made = KINDS[cell.kind](cell.text, metadata={"slideshow": {"slide_type": kind}})
    if "hide-input" in cell.tags:
        made.metadata["jupyter"] = {"source_hidden": True}
    return made


def _style() -> str:
    """The look of the decks, in one line: a blank line would end it."""
    files = (LOOK / name for name in ("deck.css", "present.css"))
    return "<style>" + " ".join(" ".join(file.read_text(encoding="utf-8").split()) for file in files) + "</style>"
