"""Read committed notebooks as plain data (no schema work, so that a check takes milliseconds)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDERS = ("notebooks", "solutions", "exercises")


def stored(root: Path, *folders: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, notebook) for each committed notebook of the folders; sources and texts joined to one string."""
    for folder in folders or FOLDERS:
        for path in sorted((root / folder).glob("*.ipynb")):
            yield path.relative_to(root).as_posix(), read(path)


def read(path: Path) -> dict[str, Any]:
    """One notebook."""
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = joined(cell["source"])
    return notebook


def joined(text: str | list[str]) -> str:
    """The notebook format stores a text as one string or as a list of lines."""
    return text if isinstance(text, str) else "".join(text)
