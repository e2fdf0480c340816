"""Rows of a CSV file that lies in a folder or a zip file, each checked as it is read."""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

STARS = re.compile(r"[0-5](\.[05])?")


def rows_of(path: Path, name: str, header: tuple[str, ...]) -> Iterator[list[str]]:
    """The rows of ``name`` in ``path`` after its header; raises ``ValueError`` with the line if one is damaged."""
    with _open(path, name) as file:
        rows = csv.reader(file)
        first = next(rows, [])
        if tuple(first) != header:
            raise ValueError(
                f"{name} in {path} must begin with {','.join(header)}, got {','.join(first)!r}. Get the file again."
            )
        for row in rows:
            if len(row) != len(header) or not _whole(header, row):
                raise ValueError(
                    f"{name} in {path}, line {rows.line_num}: expected {', '.join(header)}, got {','.join(row)!r}. "
                    "The file is damaged; get it again."
                )
            yield row


def _whole(header: tuple[str, ...], row: list[str]) -> bool:
    """Are ids and times whole numbers, and ratings 0 … 5 in halves?"""
    columns = dict(zip(header, row, strict=True))
    rating = columns.pop("rating", "5")
    ids = [text for name, text in columns.items() if name not in ("title", "genres")]
    return all(text.isdecimal() for text in ids) and STARS.fullmatch(rating) is not None


def _open(path: Path, name: str) -> io.TextIOWrapper:
    import zipfile  # slow to import, and only MovieLens needs it

    try:
        if path.is_dir():
            return (path / name).open(encoding="utf-8", newline="")
        with zipfile.ZipFile(path) as archive:
            inside = next((n for n in archive.namelist() if n.rsplit("/", 1)[-1] == name), name)
            return io.TextIOWrapper(io.BytesIO(archive.read(inside)), encoding="utf-8", newline="")
    except (FileNotFoundError, KeyError):
        raise FileNotFoundError(
            f"{path} holds no {name}. Give the folder or the zip file of ml-latest-small, or none, to download it."
        ) from None
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ValueError(f"{path} is a broken zip file ({error}). Delete it and get it again.") from error
