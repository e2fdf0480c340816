"""The code of a submitted notebook. Nothing else in the file is trusted or looked at."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

LARGEST = 20 * 2**20
"""Bytes of a notebook that is read; a solved sheet has some ten thousand."""


class Unreadable(Exception):
    """Why a file is no notebook that could be run; a sentence for the student."""


def code_cells(path: Path) -> list[tuple[int, str]]:
    """(number of the cell in the notebook, source) of the code cells; both nbformat 4 and the old 3 are read."""
    if path.is_symlink() or not path.is_file():
        raise Unreadable("it is not a regular file")
    if path.stat().st_size > LARGEST:
        raise Unreadable(f"it is larger than {LARGEST >> 20} MB: clear the outputs and hand in again")
    if not path.stat().st_size:
        raise Unreadable("the file is empty: was the upload cut off? Hand it in again")
    try:
        notebook = json.loads(path.read_bytes().decode("utf-8-sig"))
        cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]
        return [
            (number, runnable(_text(cell.get("source", cell.get("input", "")))))
            for number, cell in enumerate(cells, 1)
            if cell.get("cell_type") == "code"
        ]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        kind = type(error).__name__
        why = f"it cannot be read as a notebook ({kind}): open it in JupyterLab, save, and hand in again"
        raise Unreadable(why) from None


def _text(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)


ONLY_IPYTHON = re.compile(r"^([ \t]*)(?:[%!].*|\?{1,2}[\w.]+|[\w.]+\?{1,2})[ \t]*$", re.MULTILINE)


def runnable(source: str) -> str:
    """The source without what only IPython understands: lines that begin with % or !, or end with a question mark.

    >>> runnable("%matplotlib inline\\nx = 1")
    'pass\\nx = 1'
    """
    if not ONLY_IPYTHON.search(source):
        return source
    try:
        ast.parse(source)                                               # such a line may stand in a text
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ONLY_IPYTHON.sub(r"\1pass", source)
    return source
