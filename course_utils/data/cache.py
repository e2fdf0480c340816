"""Files of their publishers: found in a folder of this computer, or downloaded into it and checked."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from course_utils.data.download import alone, download


@dataclass(frozen=True)
class Source:
    """One file as its publisher offers it."""

    name: str
    """Where it lies below the cache folder: "mnist/train-images-idx3-ubyte.gz"."""
    urls: tuple[str, ...]
    """Where to download it, in the order to try."""
    size: int
    """Bytes."""
    sha256: str
    page: str
    """The publisher's page, for the reader."""


def cache_folder() -> Path:
    """The folder for downloaded data: ``COURSE_DATA`` if set, else the platform's place for caches."""
    if own := os.environ.get("COURSE_DATA"):
        return Path(own).expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "optimization-course"


def fetch(source: Source) -> Path:
    """The path of the file, which is downloaded first if it is not in the cache; its SHA-256 is checked either way.

    A download is kept in a ``.part`` file until it is complete and right, and goes on from there after an
    interruption. Raises ``ConnectionError`` if no address gives the published bytes, ``ValueError`` if the file in the
    cache has others; both say what to do.
    """
    path = cache_folder() / source.name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with alone(path.parent):
            if not path.exists():                                       # no other process was faster
                _bring(source, path)
                return path
    if sha256(path) != source.sha256:
        raise ValueError(
            f"{path} is not the file that was published (its SHA-256 differs): numbers computed from it would not "
            "be comparable. Delete it, and it is downloaded again; or give the loader your own copy by its path."
        )
    return path


def _bring(source: Source, path: Path) -> None:
    """Download to a part, check it, give it its name."""
    reasons = []
    for url in source.urls:
        try:
            part = download(url, path, source.size)
        except OSError as error:
            reasons.append(f"{url} ({error})")
            continue
        if sha256(part) == source.sha256:
            part.replace(path)
            return
        part.unlink()
        reasons.append(f"{url} (other bytes than the published ones: the SHA-256 differs)")
    raise ConnectionError(
        f"{path.name} is not in {path.parent} and could not be downloaded from {'; '.join(reasons)}. "
        f"Try again with a network: what has arrived well is kept. Or get {path.name} from {source.page}, put it into "
        f"{path.parent}, or set COURSE_DATA to a folder that holds {source.name}."
    )


def sha256(path: Path) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
