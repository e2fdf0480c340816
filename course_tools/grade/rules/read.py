"""Read the three files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from course_tools.grade.rules import policy_file, tables
from course_tools.grade.rules.model import Override, Rules, bad


def read_rules(folder: Path) -> Rules:
    """The rules beside the submissions. Raises :class:`BadRule` for the first that cannot be read."""
    texts = {name: _text(folder / name) for name in (policy_file.NAME, tables.EXTENSIONS, tables.OVERRIDES)}
    policy = policy_file.read(texts[policy_file.NAME])
    zone = policy.pop("zone")
    digest = hashlib.sha256("\0".join(texts.values()).encode()).hexdigest()
    extensions = {(row.student, row.chapter): row for row in tables.extensions(texts[tables.EXTENSIONS], zone)}
    overrides: dict[tuple[str, str], tuple[Override, ...]] = {}
    for row in tables.overrides(texts[tables.OVERRIDES]):
        place = row.student, row.chapter
        overrides[place] = (*overrides.get(place, ()), row)
    return Rules(**policy, extensions=extensions, overrides=overrides, digest=digest)


def _text(path: Path) -> str:
    if not path.exists():
        return ""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise bad(path.name, line, "is not UTF-8 text", "Save the file as UTF-8") from None
    except OSError as error:
        raise bad(path.name, 1, f"cannot be read ({error.strerror})", "Check the file's rights") from None
