"""One core, one thread, and what the machine is."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path


def pin() -> bool:
    """Keep this process and its children on one core; whether the system allows it."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return True


def describe(pinned: bool) -> list[tuple[str, str]]:
    """Processor, caches, system and versions, as (what, value)."""
    import numpy as np

    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]  # type: ignore[call-overload]
    rows = [
        ("processor", processor()),
        ("caches of a core", caches()),
        ("used", "one thread" + (", pinned to one core" if pinned else ", not pinned: this system has no such call")),
        ("system", f"{platform.system()} {platform.machine()}"),
        ("Python", platform.python_version()),
        ("NumPy", f"{np.__version__} with {blas['name']} {blas['version']}"),
        ("PyTorch", version("torch")),
    ]
    return [(what, value) for what, value in rows if value]


def processor() -> str:
    """The processor's name for itself."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text(encoding="utf-8")) if info.exists() else None
    return found.group(1) if found else platform.processor() or "unknown"


def caches() -> str:
    """Sizes of the caches that the first core uses; empty where the system does not tell."""
    found = []
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        kind, level, size = ((folder / name).read_text(encoding="utf-8").strip() for name in ("type", "level", "size"))
        if kind != "Instruction":
            found.append(f"L{level} {size}")
    return ", ".join(found)
