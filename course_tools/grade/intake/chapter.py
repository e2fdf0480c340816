"""Which chapter a notebook answers: by its name, by the folder it lies in, else by the checks in its cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from course_tools.grade.cells import Unreadable, code_cells

NUMBER = re.compile(r"(?:ch(?:apter)?[ _-]*)?(\d{1,2})(?!\d)", re.IGNORECASE)
CHECKED = re.compile(r"""\bcheck\(\s*["'](ch\d\d)\.""")


def chapter_of(path: Path, names: Collection[str], known: Collection[str]) -> str:
    """"ch09", or "" where nothing tells. ``names`` are the file's name and its folders, the nearest first."""
    for name in names:
        match = NUMBER.match(name)
        if match and (chapter := f"ch{int(match[1]):02}") in known:
            return chapter
    return asked(path, known)


def asked(path: Path, known: Collection[str]) -> str:
    """The chapter whose questions the cells check most often: it decides what is judged, never what it is worth."""
    try:
        cells = code_cells(path)
    except (Unreadable, OSError):
        return ""
    counts = Counter(chapter for _, source in cells for chapter in CHECKED.findall(source) if chapter in known)
    return max(sorted(counts), key=counts.__getitem__, default="")
