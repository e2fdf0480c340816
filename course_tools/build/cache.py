"""Know what need not be built again: a key over all inputs, kept in .cache/ beside the result's hash."""

from __future__ import annotations

import hashlib
import json
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from course_tools.build.chapter import Chapter

PACKAGES = (
    "numpy",
    "matplotlib",
    "ipywidgets",
    "anywidget",
    "ipykernel",
    "ipython",
    "jupytext",
    "nbclient",
    "nbformat",
)
IGNORED = ("__pycache__", ".ipynb_checkpoints")


def files(folder: Path) -> list[Path]:
    """All files of a folder in a fixed order, without what Python and Jupyter leave behind."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and not set(IGNORED) & set(p.parts))


def package_version(name: str) -> str:
    """A package's version, or nothing where it is absent."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def shared_key(root: Path) -> str:
    """Hash of what all chapters depend on: the library, the builder, the packages."""
    digest = hashlib.sha256(repr((sys.version_info[:2], [package_version(name) for name in PACKAGES])).encode())
    for path in (*files(root / "course_utils"), *files(Path(__file__).parent)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def key(chapter: Chapter, shared: str) -> str:
    """Hash of all a chapter's notebooks depend on."""
    digest = hashlib.sha256(shared.encode())
    for path in files(chapter.path):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class Cache:
    """What was built, with the seconds it took; one small file per notebook."""

    def __init__(self, root: Path) -> None:
        self.folder = root / ".cache" / "build"

    def path(self, target: Path) -> Path:
        """Where the note on a notebook is kept."""
        return self.folder / f"{target.parent.name}-{target.stem}.json"

    def fresh(self, target: Path, key: str) -> bool:
        """Whether the notebook on disk is the one that was built from exactly these inputs."""
        note = self.read(target)
        return note.get("key") == key and target.exists() and note.get("result") == file_hash(target)

    def read(self, target: Path) -> dict:
        """The note on a notebook; empty when there is none."""
        try:
            return dict(json.loads(self.path(target).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}

    def note(self, target: Path, key: str, seconds: float) -> None:
        """Remember a notebook that has just been written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"key": key, "result": file_hash(target), "seconds": round(seconds, 2)})
        self.path(target).write_text(text, encoding="utf-8")


def file_hash(path: Path) -> str:
    """Hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
