"""What people open: files are written whole or not at all, and names of strangers do no harm in them."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{k}" for port in ("com", "lpt") for k in range(10))}
PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def write(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, and nothing between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="")
    os.replace(part, path)


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table as CSV, in which no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([harmless(cell) for cell in row] for row in (head, *rows))
    write(path, text.getvalue())


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run gets an apostrophe in front; numbers and a lone hyphen stay.

    >>> harmless("=1+1"), harmless(-1.5), harmless("Ada"), harmless("-")
    ("'=1+1", -1.5, 'Ada', '-')
    """
    risky = isinstance(cell, str) and cell != "-" and cell.lstrip(" ").startswith(FORMULA)
    return f"'{cell}" if risky else cell


def stem(name: str) -> str:
    """A file's name for a person: plain on every system, and different for different people.

    >>> stem("ada"), stem("../Zoë Quist")
    ('ada', 'zoe_quist-2f41bd8f')
    """
    if PLAIN.fullmatch(name) and name not in RESERVED:
        return name
    latin = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9]+", "_", latin).strip("_")[:40]
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{readable}-{mark}" if readable else mark


def number(value: float) -> str:
    """Points as people write them.

    >>> number(3.0), number(2.5), number(1 / 3)
    ('3', '2.5', '0.33')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")
