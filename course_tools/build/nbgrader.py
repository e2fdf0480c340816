"""nbgrader's cell metadata (schema 3): which cell is the learner's, which one is graded, and for how much.

It changes nothing for who does not use nbgrader; who does can import the sheets. See ``docs/grading.md``.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_tools.build.chapter import Chapter

CHECK = re.compile(r"""^check\(\s*["']([\w.]+)["']""", re.MULTILINE)
NAMED = re.compile(r"^(?:def\s+|class\s+)?(\w+)\s*(?:\(|=|:)", re.MULTILINE)


def points_of(chapter: Chapter) -> dict[str, int]:
    """Question id -> points, for the chapters that Python imports from this very folder; else nothing."""
    from course_utils.check import chapters, questions

    name = chapter.folder.split("_")[0]
    module = chapters().get(name)
    if module is None or Path(importlib.import_module(module).__path__[0]) != chapter.path:
        return {}
    return {question.id: question.points for question in questions(name).values()}


def split(text: str, last: int) -> list[str]:
    """The answer and, where they share a cell, the check behind it; ``last`` is the last line of the answer."""
    lines = text.splitlines()
    for index in range(last + 1, len(lines)):
        if CHECK.match(lines[index]):
            return ["\n".join(lines[:index]).rstrip(), "\n".join(lines[index:])]
    return [text]


def answer(text: str, taken: set[str]) -> dict[str, Any]:
    """Metadata of the learner's cell."""
    match = NAMED.search(text)
    return {"nbgrader": _cell(unique(f"answer_{match[1] if match else 'cell'}", taken), solution=True)}


def graded(text: str, points: Mapping[str, int], taken: set[str]) -> dict[str, Any]:
    """Metadata of a cell that checks an answer; nothing for any other."""
    asked = [id for id in CHECK.findall(text) if id in points]
    if not asked:
        return {}
    cell = _cell(unique(asked[0].replace(".", "_"), taken), grade=True, locked=True)
    return {"nbgrader": cell | {"points": sum(points[id] for id in asked)}}


def unique(name: str, taken: set[str]) -> str:
    """The name, with a number if it is taken."""
    number = 1
    while (new := name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    taken.add(new)
    return new


def _cell(name: str, *, grade: bool = False, solution: bool = False, locked: bool = False) -> dict[str, Any]:
    kind = {"grade": grade, "locked": locked, "solution": solution, "task": False}
    return {"grade_id": name, **kind, "schema_version": 3}
