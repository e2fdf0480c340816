"""Reading what was handed in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course_tools.grade.cells import LARGEST, Unreadable, code_cells, runnable

CELL = {"cell_type": "code", "source": ["x = 1\n", "y = 2"]}


def written(tmp_path: Path, content: bytes | dict) -> Path:
    path = tmp_path / "09 é.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


@pytest.mark.parametrize(
    "notebook",
    [
        {"cells": [{"cell_type": "markdown", "source": "text"}, CELL]},
        {"worksheets": [{"cells": [{"cell_type": "markdown"}, {"cell_type": "code", "input": "x = 1\ny = 2"}]}]},
    ],
    ids=["nbformat 4", "nbformat 3"],
)
def test_code_is_found_by_the_number_of_its_cell(tmp_path: Path, notebook: dict) -> None:
    assert code_cells(written(tmp_path, notebook)) == [(2, "x = 1\ny = 2")]


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    marked = b"\xef\xbb\xbf" + json.dumps({"cells": [CELL]}).encode()
    assert code_cells(written(tmp_path, marked)) == [(1, "x = 1\ny = 2")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"), (b"{not json", "cannot be read as a notebook"), (b"\x89PNG\r\n", "cannot be read"),
        (b"[]", "cannot be read"), (b'{"cells": 7}', "cannot be read"), (b'{"cells": [3]}', "cannot be read"),
        (b"[" * 200_000, "cannot be read"), (b" " * (LARGEST + 1), "larger than 20 MB"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_says_why(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        code_cells(written(tmp_path, content))


def test_a_link_to_another_file_is_not_followed(tmp_path: Path) -> None:
    target = written(tmp_path, {"cells": [CELL]})
    (tmp_path / "09_link.ipynb").symlink_to(target)
    with pytest.raises(Unreadable, match="not a regular file"):
        code_cells(tmp_path / "09_link.ipynb")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"), ("if a:\n    !ls\n    x = 1", "if a:\n    pass\n    x = 1"),
        ("Adam??\nx = 1", "pass\nx = 1"), ("?Adam", "pass"), ('s = """\n%d\n"""', 's = """\n%d\n"""'),
        ("x = 7 \\\n  % 3", "x = 7 \\\n  % 3"),
    ],
)  # fmt: skip
def test_what_only_ipython_understands_is_left_out(source: str, expected: str) -> None:
    assert runnable(source) == expected
