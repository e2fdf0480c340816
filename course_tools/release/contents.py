"""Which files a release has, and what is in them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from string import Template

from course_tools.build.chapter import Chapter
from course_tools.release.record import record
from course_utils.check import questions

HERE = Path(__file__).parent
COPIED = ("LICENSE", "requirements.txt", "environment.yml")
LIBRARY = (".py", ".npz", ".txt", ".js", ".css", ".typed")
GENERATED = ("README.md", "pyproject.toml", "jupyter_server_config.py")
"""Files made from the templates beside this one."""


def contents(root: Path, chapters: Sequence[Chapter], watched: Iterable[Chapter] = ()) -> dict[str, bytes]:
    """Path below OUT -> bytes, in order. What is not named here does not get out.

    ``watched`` is ``chapters`` again, where a progress bar follows it.
    """
    files = {name: (root / name).read_bytes() for name in COPIED}
    files |= dict(library(root))
    files |= {name: text.encode() for name, text in generated(root, chapters)}
    files["chapters/__init__.py"] = b'"""The chapters\' questions, as numbers."""\n'
    for chapter in watched or chapters:
        files |= dict(of_chapter(root, chapter))
    return dict(sorted(files.items()))


def library(root: Path) -> Iterator[tuple[str, bytes]]:
    """course_utils, whole: learners read it."""
    for path in sorted((root / "course_utils").rglob("*")):
        if path.is_file() and path.suffix in LIBRARY and "__pycache__" not in path.parts:
            yield path.relative_to(root).as_posix(), path.read_bytes()


def of_chapter(root: Path, chapter: Chapter) -> Iterator[tuple[str, bytes]]:
    """The lesson, the sheet, the questions as numbers, and what these hand out."""
    for folder in ("notebooks", "exercises"):
        path = root / folder / f"{chapter.name}.ipynb"
        if path.exists():
            yield path.relative_to(root).as_posix(), path.read_bytes()
    place = f"chapters/{chapter.folder}"
    yield f"{place}/__init__.py", chapter.file("__init__.py").read_bytes()
    if chapter.file("given.py").exists():
        yield f"{place}/given.py", chapter.file("given.py").read_bytes()
    if asked := questions(chapter.folder.split("_")[0]):
        made = record(asked, place.replace("/", "."), f"{place}/questions.py")
        yield from ((f"{place}/{name}", text.encode()) for name, text in made.items())


def generated(root: Path, chapters: Sequence[Chapter]) -> Iterator[tuple[str, str]]:
    """README, project file and Jupyter's settings, from templates."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    values = {
        "name": project["name"],
        "version": project["version"],
        "python": project["requires-python"],
        "oldest": project["requires-python"].removeprefix(">="),
        "dependencies": "\n".join(f'    "{name}",' for name in project["dependencies"]),
        "chapters": "\n".join(row(root, chapter) for chapter in chapters),
        "start": f"notebooks/{chapters[0].name}.ipynb",
    }
    for name in GENERATED:
        yield name, Template((HERE / "templates" / f"{name}.txt").read_text(encoding="utf-8")).substitute(values)


def row(root: Path, chapter: Chapter) -> str:
    """A chapter's line in the README."""
    sheet = f"exercises/{chapter.name}.ipynb"
    return f"| [{title(chapter)}](notebooks/{chapter.name}.ipynb) | " + (
        f"[sheet]({sheet}) |" if (root / sheet).exists() else "|"
    )


def title(chapter: Chapter) -> str:
    """The first heading of the lesson."""
    text = chapter.file("lesson.md").read_text(encoding="utf-8") if chapter.file("lesson.md").exists() else ""
    heads = (line[2:].strip() for line in text.splitlines() if line.startswith("# "))
    return next(heads, chapter.name)
