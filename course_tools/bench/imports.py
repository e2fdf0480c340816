"""What importing the library costs beyond NumPy, in new processes."""

from __future__ import annotations

import subprocess
import sys
from statistics import median

from course_tools.pythons import ROOT

PROCESSES = 15
NUMBERS = ("descent", "network", "layers", "losses", "objectives", "optimizers", "schedules", "data", "gradcheck")
"""Modules that together import all that computes: everything below the floors that draw."""
PROGRAM = "import time, numpy\nbegan = time.process_time()\nimport {}\nprint(time.process_time() - began)"


def measure(names: tuple[str, ...] = (), processes: int = PROCESSES) -> float:
    """Median seconds of importing ``course_utils`` and these of its modules, after NumPy.

    The first process, which may have to compile, does not count.
    """
    program = PROGRAM.format(", ".join(["course_utils", *(f"course_utils.{name}" for name in names)]))
    return median([run(program) for _ in range(processes + 1)][1:])


def run(program: str) -> float:
    """The number that a new Python prints."""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    return float(done.stdout)
