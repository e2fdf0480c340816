"""One download that can be broken off at any byte and taken up again."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

CHUNK = 1 << 16
TIMEOUT = 30.0
"""Seconds without a byte after which a connection counts as lost."""


def download(url: str, path: Path, size: int) -> Path:
    """Bring ``url``, of ``size`` bytes, to ``path + ".part"`` and return that; the caller checks and renames it.

    Impure. What a ``.part`` file holds already is not asked for again (HTTP Range); a server that does not know Range
    sends all, and the file begins anew. Raises ``OSError``; the part stays.
    """
    from http.client import HTTPException  # slow to import, and only a download needs them
    from urllib.request import Request, urlopen

    part = path.with_name(path.name + ".part")
    with part.open("ab") as file:
        have = file.seek(0, os.SEEK_END)
        if have > size:
            have = file.truncate(0)
        if have < size:
            request = Request(url, headers={"Range": f"bytes={have}-"} if have else {})
            try:
                with urlopen(request, timeout=TIMEOUT) as answer:
                    if have and answer.status != 206:                   # the whole file comes
                        have = file.truncate(0)
                    if answer.length is not None and have + answer.length != size:
                        raise ConnectionError(f"it offers {have + answer.length:,} bytes, published are {size:,}")
                    _copy(answer, file, path.name, have, size)
            except HTTPException as error:
                raise ConnectionError(f"the answer is not HTTP: {error!r}") from error
    return part


def _copy(answer: IO[bytes], file: IO[bytes], name: str, have: int, size: int) -> None:
    """Append the answer to the file, with a progress line on stderr."""
    began, shown = time.monotonic(), 0.0
    while have <= size and (chunk := answer.read(CHUNK)):
        file.write(chunk)
        have += len(chunk)
        now = time.monotonic()
        if not os.environ.get("COURSE_BUILD") and (now - shown > 0.2 or have >= size):
            shown = now
            line = f"\r{name}: {have / 1e6:.1f} of {size / 1e6:.1f} MB, {now - began:.0f} s "
            print(line, end="" if have < size else "\n", file=sys.stderr, flush=True)
    if have != size:
        raise ConnectionError(f"the connection ended after {have:,} of {size:,} bytes")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one process at a time work in ``folder``. Where the system has no flock, the checksum must catch a clash."""
    with (folder / ".lock").open("ab") as file:
        with suppress(ImportError, OSError):
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)                            # ends with the file, or the process
        yield
