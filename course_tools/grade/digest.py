"""Fingerprints of what a judgement depends on."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, fields
from functools import cache
from pathlib import Path

import course_utils
from course_tools.grade.jail import Limits
from course_utils.check import chapters

LIBRARY = Path(course_utils.__file__).parent
JUDGING = ("cells.py", "remote.py", "trusted.py", "inside/*.py")
UNSEEN = {"widgets", "data"}
"""Folders of the library that no judgement depends on."""


def of_file(path: Path) -> str:
    """SHA-256 of a file; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


@cache
def of_questions(chapter: str) -> str:
    """Of a chapter's questions, and of the code that judges and that the references are made with."""
    if chapter not in chapters():
        return ""
    here = Path(__file__).parent
    own = LIBRARY.parent.joinpath(*chapters()[chapter].split(".")).glob("*.py")
    library = (path for path in LIBRARY.rglob("*.py") if path.relative_to(LIBRARY).parts[0] not in UNSEEN)
    judging = (path for pattern in JUDGING for path in here.glob(pattern))
    together = hashlib.sha256()
    for path in sorted({*own, *library, *judging}):
        together.update(f"{path.relative_to(LIBRARY.parent).as_posix()} {of_file(path)}\n".encode())
    return together.hexdigest()


def of_limits(limits: Limits) -> str:
    """The limits in words; short enough to be their own fingerprint."""
    pairs = zip((field.name for field in fields(limits)), astuple(limits), strict=True)
    return " ".join(f"{name}={value:g}" for name, value in pairs)
