"""What every execution of a lesson has in common: in the build, under nbval, in tests."""

from __future__ import annotations

import os
from pathlib import Path

BUDGET = 60  # seconds a notebook may take
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def kernel_environment(root: Path, scratch: str) -> dict[str, str]:
    """What the kernel sees: this repository first, one thread, no personal IPython profile, no chosen backend."""
    environment = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    path = os.pathsep.join(filter(None, [str(root), environment.get("PYTHONPATH")]))
    environment |= dict.fromkeys(THREADS, "1")
    return environment | {"COURSE_BUILD": "1", "PYTHONPATH": path, "IPYTHONDIR": scratch}
