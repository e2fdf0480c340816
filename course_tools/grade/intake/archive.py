"""A zip from a stranger: only notebooks and inner zips leave it, under names of our own, within limits."""

from __future__ import annotations

import lzma
import shutil
import stat
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from course_tools.grade.cells import LARGEST
from course_tools.grade.intake.entry import WANTED, Entry, Listing
from course_tools.grade.intake.folder import DEEP, DEEPEST, HIDDEN
from course_tools.grade.intake.names import clean, is_hidden, is_junk, safe

RATIO = 200
"""Times that a member may grow; solved notebooks grow about 5 times."""
SMALL = 2**20
"""Bytes up to which nobody minds the ratio."""
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, RuntimeError)
"""What :mod:`zipfile` raises; NotImplementedError, for a compression it does not know, is a RuntimeError."""


@dataclass(frozen=True)
class Room:
    """What one archive may hold."""

    members: int
    total: int
    """Bytes of all that is unpacked."""
    member: int = 4 * LARGEST


CLASS = Room(members=100_000, total=8 * 2**30, member=256 * 2**20)
STUDENT = Room(members=2_000, total=8 * LARGEST)


def unpack(archive: Path, target: Path, room: Room) -> Listing:
    """Take the notebooks and zips out into ``target``; what is wrong with one member does not stop the others."""
    listing = Listing()
    try:
        with zipfile.ZipFile(archive) as opened:
            if why := _implausible(opened, archive, room):
                listing.refuse((), why)
                return listing
            target.mkdir(parents=True, exist_ok=True)
            left = room.total
            for number, member in enumerate(opened.infolist()):
                left -= _member(opened, member, number, target, min(left, room.member), listing)
    except BROKEN as error:
        listing.refuse((), f"It cannot be read as a zip ({error}): was the upload cut off? Hand it in again.")
    return listing


def contents(archive: Path) -> Listing:
    """The names in a zip, nothing unpacked."""
    try:
        with zipfile.ZipFile(archive) as opened:
            files = [_parts(member) for member in opened.infolist() if not member.is_dir()]
    except BROKEN:
        return Listing()
    return Listing([Entry(_cleaned(parts), None) for parts in files if parts and not is_junk(parts)])


def _implausible(opened: zipfile.ZipFile, archive: Path, room: Room) -> str:
    members = opened.infolist()
    if len(members) > room.members:
        return f"The zip holds {len(members):,} files, more than {room.members:,}; none was unpacked."
    if sum(member.compress_size for member in members) > archive.stat().st_size:
        return "The zip's members lie upon one another, as in a zip bomb; none was unpacked."
    return ""


def _member(
    opened: zipfile.ZipFile, member: zipfile.ZipInfo, number: int, target: Path, room: int, listing: Listing
) -> int:
    """Look at one member; the bytes that were unpacked."""
    parts = _parts(member)
    if is_junk(parts):
        listing.junk += 1
        return 0
    if member.is_dir():
        return 0
    names = _cleaned(parts)
    if why := _unwanted(member, parts):
        listing.refuse(names, why)
        return 0
    when = _when(member)
    if not parts[-1].lower().endswith(WANTED):
        listing.entries.append(Entry(names, None, when))
        return 0
    if member.file_size > SMALL and member.file_size > RATIO * max(member.compress_size, 1):
        listing.refuse(names, f"It would grow more than {RATIO} times when unpacked, as a zip bomb does; it was not.")
        return 0
    if member.file_size > room:
        listing.refuse(names, f"It is larger than the {room / 2**20:,.0f} MB left for it; it was not unpacked.")
        return 0
    path = target / safe(parts[-1], number)
    try:
        _copy(opened, member, path)
    except BROKEN as error:
        path.unlink(missing_ok=True)
        listing.refuse(names, f"It could not be unpacked: {error}.")
        return 0
    listing.entries.append(Entry(names, path, when))
    return member.file_size


def _unwanted(member: zipfile.ZipInfo, parts: tuple[str, ...]) -> str:
    """Why a member is not even opened; empty if it may be."""
    if not parts or ".." in parts or parts[0] == "/" or parts[0].endswith(":"):
        return "Its path leads out of the zip, as in an attack called zip slip; it was not unpacked."
    mode = member.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "It is a symbolic link, which could lead anywhere; it was not unpacked. Hand in the file itself."
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "It is not a regular file (a pipe, a device or a socket); it was not unpacked."
    if len(parts) > DEEPEST:
        return DEEP
    if is_hidden(parts):
        return HIDDEN
    if member.flag_bits & 1:
        return "It is encrypted; no password is known here. Hand it in without one."
    return ""


def _copy(opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    """Write a member's bytes; zipfile stops at the size that the header states, and then misses the checksum."""
    with opened.open(member) as source, path.open("xb") as out:
        shutil.copyfileobj(source, out)


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    return PurePosixPath(_name(member).replace("\\", "/")).parts


def _cleaned(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(clean(part) or "nameless" for part in parts)


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name; some programs write UTF-8 and forget to say so."""
    if member.flag_bits & 0x800:
        return member.orig_filename
    try:
        return member.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.orig_filename


def _when(member: zipfile.ZipInfo) -> datetime | None:
    """The time of the file, which a zip gives in the clock of whoever packed it; 1980 means that it does not know."""
    try:
        return datetime(*member.date_time).astimezone() if member.date_time[0] > 1980 else None
    except ValueError:
        return None
