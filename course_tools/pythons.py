"""The oldest Python the course runs on, and a plain refusal on an older one (parses on Python 3.8)."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


def dotted(version: tuple[int, ...]) -> str:
    """``(3, 11)`` as ``"3.11"``."""
    return ".".join(map(str, version))


def too_old(version: tuple[int, ...]) -> str | None:
    """Say what is wrong with a Python of this version, or nothing."""
    if version[:2] >= OLDEST:
        return None
    return (
        f"The course needs Python {dotted(OLDEST)} or newer; this is Python {dotted(version[:3])} "
        f"({sys.executable}): the code uses syntax and packages that older versions lack. "
        "Install a newer Python from python.org or your system's packages, or run "
        "`conda env create -f environment.yml`, then try again with that Python."
    )


def refuse_old_python() -> None:
    """End the program with one sentence when this Python is too old."""
    sentence = too_old(tuple(sys.version_info[:3]))
    if sentence:
        sys.exit(sentence)
