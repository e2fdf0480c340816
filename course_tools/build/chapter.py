"""A chapter is a folder; its name decides the names of its notebooks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from course_tools.build.problem import BuildError, Problem

FOLDER = re.compile(r"(?:ch|app)(\d\d|[A-Z])_([a-z0-9_]+)")


@dataclass(frozen=True)
class Chapter:
    """The folder `chapters/ch05_gradient_descent` or `chapters/appA_errors` under `root`."""

    root: Path
    folder: str

    @property
    def name(self) -> str:
        """The file name of its notebooks without the ending: `05_gradient_descent`, `A_errors`."""
        match = FOLDER.fullmatch(self.folder)
        if match is None:
            raise BuildError(
                Problem(
                    f"chapters/{self.folder}",
                    "The folder's name gives the notebooks theirs, so it must read like ch05_gradient_descent or "
                    "appA_errors: `ch` and two digits or `app` and a capital, then lower-case words. Rename it.",
                )
            )
        return "_".join(match.groups())

    @property
    def path(self) -> Path:
        """The chapter's folder."""
        return self.root / "chapters" / self.folder

    def file(self, name: str) -> Path:
        """A source file of the chapter; it may be absent."""
        return self.path / name


def chapters(root: Path) -> list[Chapter]:
    """All chapters that have a lesson or exercises, in the order of their names."""
    folders = sorted(
        {path.parent.name for path in (root / "chapters").glob("*/*.md") if path.stem in ("lesson", "exercises")}
    )
    return [Chapter(root, folder) for folder in folders]


def called(chapter: Chapter) -> set[str]:
    """What a chapter may be called: `ch05_gradient_descent`, `05_gradient_descent`, `ch05`, `05`, `5`."""
    number = chapter.name.split("_")[0]
    return {chapter.folder, chapter.name, chapter.folder.split("_")[0], number, number.lstrip("0") or "0"}


def choose(root: Path, wanted: tuple[str, ...]) -> list[Chapter]:
    """The chapters named by `5`, `05`, `ch05`, `05_gradient_descent` or the folder; all when none is named."""
    known = chapters(root)
    if not wanted:
        return known
    chosen: list[Chapter] = []
    for word in wanted:
        key = Path(word.rstrip("/")).name
        hits = [c for c in known if key in called(c)]
        if not hits:
            names = ", ".join(c.folder for c in known) or "none yet"
            raise BuildError(Problem(word, f"No chapter has this name. Try a number or a folder of: {names}."))
        chosen += [c for c in hits if c not in chosen]
    return chosen
