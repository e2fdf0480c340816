"""What a learner has solved, kept in one small local file that no one else reads."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

FILE = ".progress.json"


def path() -> Path | None:
    """The progress file: beside the ``chapters`` folder of the course you work in, else in your home folder.

    ``COURSE_PROGRESS`` names another file. None while notebooks are built and tested (``COURSE_BUILD``).
    """
    if os.environ.get("COURSE_BUILD"):
        return None
    if own := os.environ.get("COURSE_PROGRESS"):
        return Path(own)
    here = Path.cwd()
    root = next((folder for folder in (here, *here.parents) if (folder / "chapters").is_dir()), Path.home())
    return root / FILE


def load() -> dict[str, dict[str, float]]:
    """Best result per question: ``{"ch09.adam_step": {"points": 3, "of": 3, "tries": 2}}``."""
    file = path()
    if file is None or not file.exists():
        return {}
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}


def record(question_id: str, points: float, of: float) -> None:
    """Remember the best result so far and count the try. A file that cannot be written is no reason to stop."""
    file = path()
    if file is None:
        return
    results = load()
    before = results.get(question_id, {"points": 0, "tries": 0})
    results[question_id] = {"points": max(points, before["points"]), "of": of, "tries": before["tries"] + 1}
    try:
        half = file.with_suffix(".tmp")
        half.write_text(json.dumps(results, indent=1, sort_keys=True), encoding="utf-8")
        half.replace(file)
    except OSError:
        pass


def reset() -> None:
    """Forget everything."""
    file = path()
    if file is not None:
        file.unlink(missing_ok=True)


class Overview:
    """The table that ``progress.overview()`` shows."""

    def __init__(self, rows: list[tuple[str, str, float, float]]) -> None:
        self.rows = rows

    def __repr__(self) -> str:
        width = max(len(title) for _, title, *_ in self.rows)
        points, of = sum(row[2] for row in self.rows), sum(row[3] for row in self.rows)
        rows = [*self.rows, ("", "all", points, of)]
        return "\n".join(f"{title:<{width}}  {_bar(got, of)}  {got:g} of {of:g} points" for _, title, got, of in rows)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        body = "".join(
            f"<tr><td style='text-align:left'>{title}</td><td><progress value='{points:g}' max='{of:g}' "
            f"aria-label='{title}'></progress></td><td>{points:g} of {of:g}</td></tr>"
            for _, title, points, of in self.rows
        )
        head = "<tr><th style='text-align:left'>chapter</th><th>solved</th><th>points</th></tr>"
        return {"text/html": f"<table>{head}{body}</table>", "text/plain": repr(self)}


def overview() -> Overview:
    """Points per chapter, from your progress file."""
    from course_utils.check import chapters, questions

    results = load()
    rows = []
    for chapter, module in chapters().items():
        asked = questions(chapter)
        if asked:
            title = module.split(".")[-1].replace("_", " ").replace("ch", "", 1)
            got = sum(results.get(q, {}).get("points", 0) for q in asked)
            rows.append((chapter, title, got, float(sum(q.points for q in asked.values()))))
    return Overview(rows)


def _bar(points: float, of: float) -> str:
    full = round(10 * points / of) if of else 0
    return "█" * full + "░" * (10 - full)
