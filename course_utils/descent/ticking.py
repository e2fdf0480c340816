"""A progress line for long work."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator


def ticks(steps: range, unit: str, patience: float = 2.0) -> Generator[int, None, None]:
    """``steps``, with a progress line on stderr once the work has lasted ``patience`` seconds."""
    if os.environ.get("COURSE_BUILD"):
        yield from steps
        return
    began = shown = time.monotonic()
    try:
        for done, i in enumerate(steps):
            now = time.monotonic()
            if now - began > patience and now - shown > 0.2:
                shown = now
                left = (now - began) / done * (len(steps) - done)
                line = f"\r{i - steps.start:,} of {steps.stop - steps.start:,} {unit}, {left:.0f} s left "
                print(line, end="", file=sys.stderr, flush=True)
            yield i
    finally:                                                            # also where the loop over it breaks off
        if shown > began:
            print("\r" + " " * 60 + "\r", end="", file=sys.stderr, flush=True)
