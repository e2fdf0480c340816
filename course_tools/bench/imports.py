"""What importing the library costs beyond NumPy, in new processes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from statistics import median

from course_tools.pythons import ROOT

PROCESSES = 15
NUMBERS = ("descent", "network", "layers", "losses", "objectives", "optimizers", "schedules", "data", "gradcheck")
"""Modules that together import all that computes: everything below the floors that draw."""
PROGRAM = "import time, numpy, numpy.random\nbegan = time.process_time()\nimport {}\nprint(time.process_time() - began)"


def measure(names: tuple[str, ...] = (), processes: int = PROCESSES) -> float:
    """Median seconds of importing ``course_utils`` and these of its modules, after NumPy and its random numbers.

    As on a learner's machine the compiled modules are kept; the first process, which compiles them, does not count.
    """
    program = PROGRAM.format(", ".join(["course_utils", *(f"course_utils.{name}" for name in names)]))
    with tempfile.TemporaryDirectory() as cache:
        return median([run(program, cache) for _ in range(processes + 1)][1:])


def run(program: str, cache: str | None = None) -> float:
    """The number that a new Python prints; it keeps compiled modules in ``cache``."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE" or not cache}
    env |= {"PYTHONPYCACHEPREFIX": cache} if cache else {}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return float(done.stdout)
