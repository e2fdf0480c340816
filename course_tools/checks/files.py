"""The repository's own text files, without environments, caches and what Git keeps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

SKIPPED = {
    "__pycache__",
    "build",
    "dist",
    "node_modules",
}  # and every folder whose name begins with a dot, but .ci and .github
SHOWN = {".ci", ".github"}


def text_files(root: Path, *suffixes: str) -> Iterator[Path]:
    """Files with one of these endings, in a fixed order."""
    for folder, names, files in os.walk(root):
        inside = Path(folder) == root / "course_tools"
        names[:] = sorted(
            name
            for name in names
            if name in SHOWN
            or not (name.startswith(".") or name.endswith(".egg-info") or (name in SKIPPED and not inside))
        )
        yield from (Path(folder, file) for file in sorted(files) if Path(file).suffix in suffixes)
