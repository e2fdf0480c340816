"""One file that was found, wherever it lay."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from course_tools.grade.intake.owner import Owner

WANTED = (".ipynb", ".zip")


@dataclass(frozen=True)
class Entry:
    """``parts`` is its path below the folder or in the zip; ``path`` holds its bytes, None where nobody needs them."""

    parts: tuple[str, ...]
    path: Path | None
    when: datetime | None = None

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.parts[-1]

    @property
    def shown(self) -> str:
        """The path for a message."""
        return "/".join(self.parts)

    def ends(self, ending: str | tuple[str, ...]) -> bool:
        """Whether it is a file of this kind, or one of these, by its name."""
        return self.name.lower().endswith(ending)


@dataclass
class Listing:
    """The files of a folder or a zip, and what was wrong with some of them (path, why)."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    junk: int = 0

    def refuse(self, parts: tuple[str, ...], why: str) -> None:
        """Leave a file out and say so."""
        self.problems.append((parts, why))


@dataclass(frozen=True)
class Piece:
    """A file with its owner."""

    owner: Owner
    entry: Entry

    @property
    def notebook(self) -> Path | None:
        """Where its bytes are, if it is a notebook by its name."""
        return self.entry.path if self.owner.rest[-1].lower().endswith(".ipynb") else None
