"""The files below a folder, links not followed."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

from course_tools.grade.intake.entry import WANTED, Entry, Listing
from course_tools.grade.intake.names import clean, is_hidden, is_junk

DEEPEST = 8
LINK = "It is a symbolic link, which could lead anywhere; it was not followed. Hand in the file itself."
SPECIAL = "It is not a regular file (a pipe, a device or a socket); it was not opened."
HIDDEN = "Its name begins with a dot, so most programs hide it; it was left out. Rename it to have it graded."
EMPTY = "The folder is empty: was the upload cut off?"
DEEP = f"It lies more than {DEEPEST} folders deep; it was not looked into. Move it up."


def files(folder: Path) -> Listing:
    """Everything that may be a submission."""
    listing = Listing()
    _walk(folder, (), listing)
    return listing


def _walk(folder: Path, above: tuple[str, ...], listing: Listing) -> None:
    try:
        found = sorted(os.scandir(folder), key=lambda item: item.name)
    except OSError as error:
        listing.refuse(above, f"The folder could not be read: {error.strerror}.")
        return
    if above and not found:
        listing.refuse(above, EMPTY)
    for item in found:
        parts = (*above, os.fsencode(item.name).decode("utf-8", "backslashreplace"))
        if is_junk(parts[-1:]):
            listing.junk += 1
        elif item.is_symlink():
            listing.refuse(parts, LINK)
        elif is_hidden(parts[-1:]):
            listing.refuse(parts, HIDDEN)
        elif item.is_dir(follow_symlinks=False):
            if len(parts) > DEEPEST:
                listing.refuse(parts, DEEP)
            else:
                _walk(Path(item.path), parts, listing)
        else:
            _add(item, parts, listing)


def _add(item: os.DirEntry[str], parts: tuple[str, ...], listing: Listing) -> None:
    try:
        known = item.stat(follow_symlinks=False)
    except OSError as error:
        listing.refuse(parts, f"It could not be read: {error.strerror}.")
        return
    if not stat.S_ISREG(known.st_mode):
        listing.refuse(parts, SPECIAL)
        return
    wanted = parts[-1].lower().endswith(WANTED)
    when = datetime.fromtimestamp(known.st_mtime, UTC)
    names = tuple(clean(part) or "nameless" for part in parts)
    listing.entries.append(Entry(names, Path(item.path) if wanted else None, when))
