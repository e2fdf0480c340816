"""One deck: read, run, arrange, write; not again while nothing that it depends on has changed."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from course_tools.build import cache
from course_tools.build.chapter import Chapter
from course_tools.build.work import write

HERE = Path(__file__).parent


def key(chapter: Chapter, shared: str) -> str:
    """Hash of all a deck depends on."""
    digest = hashlib.sha256(cache.key(chapter, shared).encode())
    for path in cache.files(HERE):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def target(chapter: Chapter, out: Path) -> Path:
    """The file of a chapter's deck."""
    return out / f"{chapter.name}.html"


def make(chapter: Chapter, out: Path) -> float:
    """Write the deck; return the seconds that it took."""
    from course_tools.slides.deck import deck  # Jupyter takes seconds to import, and often nothing is stale
    from course_tools.slides.run import outputs
    from course_tools.slides.talk import talk

    started = time.monotonic()
    given = talk(chapter)
    write(target(chapter, out), deck(given, outputs(given)))
    return time.monotonic() - started
