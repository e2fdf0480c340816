"""The nbval command: execute committed notebooks anew and compare every text output with the stored one.

Pictures are not compared (their bytes follow the font of the machine), nor the widget views, which the
build leaves out because their ids are random.
"""

from __future__ import annotations

import sys

from course_tools.build.kernel import BUDGET


def command(*paths: str, workers: int = 0) -> list[str]:
    """The pytest command line for these notebooks or folders."""
    spread = ["-n", str(workers), "--dist", "loadscope"] if workers else ["-p", "no:xdist"]
    ours = ["-o", "addopts=", "-o", "filterwarnings=default", "-p", "no:cacheprovider", "-q"]
    nbval = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout", str(BUDGET)]
    return [sys.executable, "-m", "pytest", *ours, *nbval, *spread, *paths]
