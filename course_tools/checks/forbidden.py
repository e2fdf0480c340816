"""Nothing committed names a path of one machine or the address of a package index."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from course_tools.build.problem import Problem
from course_tools.checks.files import text_files
from course_tools.checks.stored import joined, stored

PATH = re.compile(r"(?<![\w.~-])/(?:tmp|work|home|root|Users)/[\w.-]*")
INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|https?://\S+/simple\b|file:/{2}")
SUFFIXES = (".py", ".md", ".txt", ".toml", ".yml", ".yaml", ".cfg", ".ini", ".js", ".css", ".sh", ".json", "")
SKIPPED = ("course_tools/grade/", "tests/course_tools/")  # these build jails and plant defects on purpose


def forbidden(root: Path) -> list[Problem]:
    """Places where such a string stands, in text files and in the texts of notebooks (not in picture data)."""
    problems = []
    for place, text in texts(root):
        for number, line in enumerate(text.splitlines(), start=1):
            for pattern, what in ((PATH, "is a path of one machine"), (INDEX, "names a package index")):
                if found := pattern.search(line):
                    problems.append(
                        Problem(
                            f"{place}:{number}",
                            f"`{found.group()}` {what}, which means nothing or fails elsewhere. Remove it.",
                        )
                    )
    return problems


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """(place, text) of all that is read."""
    for path in text_files(root, *SUFFIXES):
        name = path.relative_to(root).as_posix()
        if not name.startswith(SKIPPED) and path.resolve() != Path(__file__).resolve():
            yield name, path.read_text(encoding="utf-8", errors="replace")
    for name, notebook in stored(root):
        yield f"{name}, metadata", json.dumps(notebook["metadata"])
        for index, cell in enumerate(notebook["cells"], start=1):
            yield f"{name}, cell {index}", cell["source"]
            for output in cell.get("outputs", ()):
                plain = {kind: value for kind, value in output.get("data", {}).items() if not kind.startswith("image/")}
                kept = {**output, "data": plain}
                yield f"{name}, output of cell {index}", "\n".join(strings(kept))


def strings(value: object) -> Iterator[str]:
    """Every string inside nested lists and dictionaries."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and all(isinstance(part, str) for part in value):
        yield joined(value)
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)
