"""A process and all below it, from outside: the most memory that they had at one time."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

EVERY = 0.1
"""Seconds between two looks."""


def below(pid: int) -> Iterator[int]:
    """The process itself, and its children, and theirs."""
    yield pid
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from below(int(child))
    except OSError:                                                     # it ended meanwhile
        return


def memory(pid: int) -> float:
    """Megabytes of all of them; what several share counts once."""
    total = 0
    for process in below(pid):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return total / 1024


def watched(command: list[str], **options: object) -> tuple[str, float]:
    """What a program printed, and the most megabytes it had with all below it."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload]
    most, over = 0.0, threading.Event()

    def look() -> None:
        nonlocal most
        while not over.wait(EVERY):
            most = max(most, memory(process.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    told, _ = process.communicate()
    over.set()
    watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, told)
    return told, most
