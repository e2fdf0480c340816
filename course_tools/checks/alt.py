"""Every stored picture says in words what it shows."""

from __future__ import annotations

from pathlib import Path

from course_tools.build.problem import Problem
from course_tools.checks.stored import joined, stored

SHORTEST = 15  # characters; a shorter text names a picture without describing it
NO_ALT = (
    "A picture has no alternative text, so a reader who cannot see it learns nothing. "
    "Draw it with course_utils.plots, which adds one."
)
NO_PLAIN = "A picture has no plain text beside it, so a terminal or a diff shows nothing. Give the figure a repr."


def alt(root: Path) -> list[Problem]:
    """Pictures without alternative text or without a line of plain text beside them."""
    problems = []
    for name, notebook in stored(root, "notebooks", "solutions"):
        for index, cell in enumerate(notebook["cells"], start=1):
            for output in cell.get("outputs", ()):
                data, metadata = output.get("data", {}), output.get("metadata", {})
                for kind in (kind for kind in data if kind.startswith("image/")):
                    text = metadata.get(kind, {}).get("alt", "") if isinstance(metadata.get(kind), dict) else ""
                    if len(text.strip()) < SHORTEST:
                        problems.append(Problem(f"{name}, cell {index}", NO_ALT))
                    if not joined(data.get("text/plain", "")).strip():
                        problems.append(Problem(f"{name}, cell {index}", NO_PLAIN))
    return problems
