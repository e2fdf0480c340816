"""Put a release into its folder: whole or not at all, and never over someone's work."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

MARK = ".course-release.json"
"""Says that a folder is a release, and what was written."""


class NotOurs(Exception):
    """The folder holds something that a release would overwrite; a sentence."""


def write(out: Path, files: Mapping[str, bytes]) -> bool:
    """Make ``out`` hold these files; False where it did already. Raises ``NotOurs``, and then changes nothing.

    A new folder is made beside and renamed. In one that an earlier release made, what is not of the release (a
    ``.git``, an environment, notes) is taken along.
    """
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    before = written(out)
    if before == digests and not changed(out, before):
        return False
    if before is not None and (edited := changed(out, before)):
        names = ", ".join(edited[:3]) + (", …" if len(edited) > 3 else "")
        raise NotOurs(
            f"{out} was changed after it was released ({names}), and that work would be lost. Choose another folder, "
            "or move these files away."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{out.name}.part-", dir=out.parent))
    try:
        for name, data in files.items():
            path = part / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        (part / MARK).write_text(json.dumps({"files": digests}, indent=1) + "\n", encoding="utf-8")
        part.chmod(0o755)
        replace(out, part, before)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return True


def written(out: Path) -> dict[str, str] | None:
    """What an earlier release wrote there; None for a folder that is absent or empty. Raises ``NotOurs`` for others."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise NotOurs(f"{out} is not a folder. Choose another name.")
    if not out.exists() or not any(out.iterdir()):
        return None
    try:
        return dict(json.loads((out / MARK).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        why = f"{out} is not empty and no release made it, so nothing is written there. Choose a new folder."
        raise NotOurs(why) from None


def changed(out: Path, before: Mapping[str, str]) -> list[str]:
    """Files of the earlier release that are no longer as it wrote them; deleted ones do not count."""
    return [
        name
        for name, digest in before.items()
        if (out / name).is_file() and hashlib.sha256((out / name).read_bytes()).hexdigest() != digest
    ]


def replace(out: Path, part: Path, before: Mapping[str, str] | None) -> None:
    """Put ``part`` in the place of ``out``."""
    if before is None:
        if out.exists():
            out.rmdir()
        os.rename(part, out)
        return
    old = part.with_name(part.name.replace(".part-", ".old-"))
    os.rename(out, old)
    os.rename(part, out)
    carry(old, out, before)
    shutil.rmtree(old)


def carry(old: Path, new: Path, before: Mapping[str, str]) -> None:
    """Move what an earlier release did not write, folder by folder."""
    made = {Path(name) for name in before} | {Path(MARK)}
    folders = {parent for path in made for parent in path.parents}
    for path in sorted(old.rglob("*")):
        name = path.relative_to(old)
        own = name not in made and name not in folders and name.parent in folders
        if own and "__pycache__" not in name.parts and not (new / name).exists():
            (new / name.parent).mkdir(parents=True, exist_ok=True)
            os.rename(path, new / name)
