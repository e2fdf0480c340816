"""Names of files and students are foreign text: made comparable, printable and short."""

from __future__ import annotations

import hashlib
import re
import unicodedata

LONGEST = 100
"""Characters of a name that are kept."""
ENDING = re.compile(r"\.\w{1,5}$")
CUT = re.compile(r"… [0-9a-f]{8}(\.\w{1,5})?$")
JUNK = {"__MACOSX", ".DS_Store", ".ipynb_checkpoints", "__pycache__", "Thumbs.db", "desktop.ini", ".git"}
"""What operating systems and editors leave behind."""


def clean(name: str) -> str:
    """One spelling for each name: composed letters, no control or direction marks, single spaces, not too long.

    >>> clean("Zoe\\u0308  Q.\\n")
    'Zoë Q.'
    """
    composed = unicodedata.normalize("NFC", name)
    printable = "".join(" " if unicodedata.category(c)[0] == "C" or c.isspace() else c for c in composed)
    text = " ".join(printable.split())
    if len(text) <= LONGEST:
        return text
    ending = ENDING.search(text)
    mark = f"… {hashlib.sha256(text.encode()).hexdigest()[:8]}{ending.group() if ending else ''}"
    return text[: LONGEST - len(mark)] + mark


def was_cut(name: str) -> bool:
    """Whether :func:`clean` cut the name."""
    return len(name) == LONGEST and CUT.search(name) is not None


def is_junk(parts: tuple[str, ...]) -> bool:
    """Whether a path is one of the files that nobody meant to hand in."""
    return any(part in JUNK or part.startswith("._") for part in parts)


def is_hidden(parts: tuple[str, ...]) -> bool:
    """Whether a part of the path is hidden by a dot."""
    return any(part.startswith(".") for part in parts)


def safe(name: str, number: int) -> str:
    """A file name that is the same kind of file, readable, and harmless on every system.

    >>> safe("../Lösung 1?.ipynb", 7)
    '7_L_sung_1_.ipynb'
    """
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in clean(base))
    stem, dot, ending = plain.rpartition(".")
    return f"{number}_{stem[:60]}{dot}{ending[:10]}"
