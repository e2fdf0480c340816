"""From a folder or a zip to files with owners, and from these to submissions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from course_tools.grade.intake.archive import CLASS, STUDENT, contents, unpack
from course_tools.grade.intake.attempts import attempts, exercises_only, missing, told_apart
from course_tools.grade.intake.chapter import NUMBER
from course_tools.grade.intake.entry import Entry, Listing, Piece
from course_tools.grade.intake.folder import files
from course_tools.grade.intake.model import Intake, Problem
from course_tools.grade.intake.owner import Owner, lms, owner_of, whose

NESTED = "A zip in a zip in a zip is not opened. Hand in the notebook itself, or one zip of it."
NOBODYS = "It lies beside the students' folders, so nobody knows whose it is. Put it into a folder with a name."
STRANGE = "It is neither a student's folder, nor a notebook, nor a zip; it was left out."
OURS = (".toml", ".csv", ".md", ".txt")
"""Files beside the students' that belong to the instructor: rules, class lists, notes."""


def intake(folder_or_zip: Path, scratch: Path) -> Intake:
    """Every notebook that was handed in. What is in zips is unpacked into ``scratch``, an existing folder.

    Nothing in the files is run or trusted; whatever is wrong with one of them becomes a :class:`Problem` and stops
    none of the others. Raises ``FileNotFoundError`` if there is nothing at the path.
    """
    desk = Desk(scratch)
    if folder_or_zip.is_dir():
        listing = files(folder_or_zip)
    elif folder_or_zip.is_file():
        listing = unwrapped(unpack(folder_or_zip, desk.room(), CLASS))
    else:
        raise FileNotFoundError(f"there is nothing at {folder_or_zip}: is the path right?")
    desk.note(listing, folder_or_zip.name)
    pieces = [inner for piece in desk.owned(listing) for inner in desk.opened(piece)]
    pieces = told_apart(exercises_only(pieces, desk.problems), desk.problems)
    submissions = attempts(pieces, desk.problems)
    missing(pieces, submissions, desk.problems)
    desk.count_junk()
    return Intake(submissions, sorted(set(desk.problems)))


@dataclass
class Desk:
    """Where files are sorted; it gathers what was wrong."""

    scratch: Path
    problems: list[Problem] = field(default_factory=list)
    junk: int = 0

    def room(self) -> Path:
        """A folder of its own for each archive."""
        return Path(tempfile.mkdtemp(dir=self.scratch))

    def note(self, listing: Listing, place: str, student: str = "") -> None:
        """Turn what was wrong in a listing into problems."""
        self.junk += listing.junk
        for parts, why in listing.problems:
            self.problems.append(Problem(student or whose(parts), "/".join(parts) or place, why))

    def owned(self, listing: Listing) -> Iterator[Piece]:
        """Every file with its owner; a zip beside the folders is a download of an LMS, or all that one student sent."""
        results = {entry.parts[0] for entry in listing.entries if entry.parts[1:] == ("grades.csv",)}
        for entry in listing.entries:
            if entry.parts[0] in results:                               # what an earlier grading wrote here
                continue
            owner = owner_of(entry.parts)
            if owner is not None:
                yield Piece(owner, entry)
            elif entry.path is not None and entry.ends(".zip"):
                yield from self.lone_zip(entry, entry.path)
            elif entry.ends(".ipynb"):
                self.problems.append(Problem("", entry.shown, NOBODYS))
            elif not entry.name.lower().endswith(OURS):
                self.problems.append(Problem("", entry.shown, STRANGE))

    def lone_zip(self, entry: Entry, path: Path) -> Iterator[Piece]:
        """``submissions.zip`` as an LMS made it, or ``anna.zip``."""
        if not all_by_lms(path):
            yield Piece(Owner(entry.name[: -len(".zip")], (entry.name,)), entry)
            return
        inner = unwrapped(unpack(path, self.room(), CLASS))
        self.note(inner, entry.shown)
        yield from (Piece(owner, inside) for inside in inner.entries if (owner := lms(inside.parts)))

    def opened(self, piece: Piece) -> Iterator[Piece]:
        """The files in a student's zip; any other file as it is."""
        student, entry = piece.owner.student, piece.entry
        if entry.path is None or not entry.ends(".zip"):
            yield piece
            return
        inner = unpack(entry.path, self.room(), STUDENT)
        self.note(inner, entry.shown, student)
        for inside in inner.entries:
            if inside.ends(".zip"):
                self.problems.append(Problem(student, f"{entry.shown}/{inside.shown}", NESTED))
            else:
                owner = replace(piece.owner, rest=(*piece.owner.rest[:-1], *inside.parts))
                yield Piece(owner, replace(inside, when=inside.when or entry.when))

    def count_junk(self) -> None:
        """One sentence for all that systems and editors left behind."""
        if self.junk:
            what = "file or folder" if self.junk == 1 else "files and folders"
            why = f"{self.junk} {what} that systems and editors leave behind (__MACOSX, .DS_Store, …) left out."
            self.problems.append(Problem("", "", why))


def all_by_lms(archive: Path) -> bool:
    """Whether an LMS named everything in a zip, so that it holds more than one student's work."""
    found = unwrapped(contents(archive)).entries
    return bool(found) and all(lms(entry.parts) for entry in found)


def unwrapped(listing: Listing) -> Listing:
    """Without the one folder around everything that programs add when they pack a folder of students."""
    sent = [entry for entry in listing.entries if entry.ends((".ipynb", ".zip"))]
    tops = {entry.parts[0] for entry in listing.entries}
    if len(tops) != 1 or not sent or lms((*tops, "")):
        return listing
    inner = [entry.parts[1:] for entry in sent]
    zips = all(len(parts) == 1 and parts[0].lower().endswith(".zip") for parts in inner) and len(inner) > 1
    students = all(len(parts) > 1 and not NUMBER.match(parts[0]) for parts in inner)
    if not (zips or students or all(parts and lms(parts) for parts in inner)):
        return listing
    entries = [replace(entry, parts=entry.parts[1:]) for entry in listing.entries if len(entry.parts) > 1]
    return Listing(entries, [(parts[1:] or parts, why) for parts, why in listing.problems], listing.junk)
