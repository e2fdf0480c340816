"""Relative links lead to a file of the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt

from course_tools.build.chapter import chapters
from course_tools.build.make import make
from course_tools.build.problem import Problem
from course_tools.build.work import jobs
from course_tools.checks.files import text_files

HTML = re.compile(r"""<(?:a|img)\b[^>]*?\b(?:href|src)\s*=\s*["']([^"']+)""", re.IGNORECASE)


def links(root: Path) -> list[Problem]:
    """Dead or outside links in Markdown files and in notebooks (there they start from the notebook's folder)."""
    sources = root / "chapters"
    problems = []
    for path in text_files(root, ".md"):
        if sources not in path.parents or path.name not in ("lesson.md", "exercises.md"):
            for line, target in targets(path.read_text(encoding="utf-8")):
                problems += judge(root, path.parent, target, f"{path.relative_to(root).as_posix()}:{line}")
    for job in jobs(chapters(root)):
        made = make(job)
        for cell, origin in zip(made.notebook.cells, made.origin, strict=True):
            for line, target in targets(cell.source) if cell.cell_type == "markdown" else ():
                problems += judge(root, job.target.parent, target, origin.place(line - 1))
    return sorted(set(problems))


def targets(markdown: str) -> Iterator[tuple[int, str]]:
    """(line from 1, target) of each link and picture, whether in Markdown or in HTML."""
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        line = token.map[0] + 1 if token.map else 1
        if token.type == "html_block":
            yield from ((line, target) for target in HTML.findall(token.content))
        for child in token.children or ():
            if child.type in ("link_open", "image"):
                yield line, str(child.attrs.get("href") or child.attrs.get("src") or "")
            elif child.type == "html_inline":
                yield from ((line, target) for target in HTML.findall(child.content))


def judge(root: Path, folder: Path, target: str, place: str) -> list[Problem]:
    """Nothing for a web address, an anchor of the same page, or a file of the repository."""
    parts = urlsplit(target)
    if parts.scheme in ("http", "https", "mailto", "data") or (not parts.path and parts.fragment):
        return []
    path = (folder / unquote(parts.path)).resolve()
    if parts.scheme or parts.path.startswith("/") or not path.is_relative_to(root.resolve()):
        return [
            Problem(
                place,
                f"The link `{target}` leads out of the repository, dead in a clone. Link to a file inside.",
            )
        ]
    if not path.exists():
        return [
            Problem(
                place,
                f"The link `{target}` leads to no file. It starts from {folder.relative_to(root).as_posix()}/.",
            )
        ]
    return []
