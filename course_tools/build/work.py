"""The notebooks a chapter gives, and how one of them is made."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from course_tools.build.chapter import Chapter
from course_tools.build.problem import BuildError, Problem


@dataclass(frozen=True)
class Kind:
    """One of the three folders: the source of its notebooks and whether they are run."""

    folder: str
    source: str
    executed: bool


KINDS = (
    Kind("notebooks", "lesson.md", True),
    Kind("solutions", "exercises.md", True),
    Kind("exercises", "exercises.md", False),
)


@dataclass(frozen=True)
class Job:
    """One notebook to make."""

    chapter: Chapter
    kind: Kind

    @property
    def target(self) -> Path:
        """The file that is written."""
        return self.chapter.root / self.kind.folder / f"{self.chapter.name}.ipynb"


def jobs(chapters: list[Chapter]) -> list[Job]:
    """All notebooks of these chapters."""
    return [Job(c, kind) for c in chapters for kind in KINDS if c.file(kind.source).exists()]


def build(job: Job, run: bool = True, force: bool = False) -> float:
    """Make one notebook and write it; return the seconds its cells took."""
    if not force and not job.kind.executed:
        spare_answers(job.target)
    from course_tools.build.make import make  # Jupyter takes seconds to import, and often nothing is stale
    from course_tools.build.notebook import dump

    made = make(job)
    seconds = 0.0
    if job.kind.executed and run:
        from course_tools.build.execute import execute
        from course_tools.build.normalize import normalize

        seconds = execute(made, job.target.parent, job.chapter.root)
        normalize(made.notebook)
    write(job.target, dump(made.notebook))
    return seconds


def spare_answers(sheet: Path) -> None:
    """Refuse to overwrite a learner's sheet that has been worked on: a build never leaves an executed cell in one."""
    cells = json.loads(sheet.read_text(encoding="utf-8"))["cells"] if sheet.exists() else []
    if any(cell.get("execution_count") or cell.get("outputs") for cell in cells):
        place = f"{sheet.parent.name}/{sheet.name}"
        sentence = "Someone has worked in this sheet; a build would overwrite the answers. Move it, or use --force."
        raise BuildError(Problem(place, sentence))


def write(path: Path, text: str) -> None:
    """Write a whole file or none of it; a file that already holds the text is left alone."""
    data = text.encode()
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    os.replace(part, path)
