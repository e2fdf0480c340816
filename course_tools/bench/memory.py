"""Peak memory of training the CNN, each side in its own process: `python -m course_tools.bench.memory ours`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course_tools.pythons import ROOT

BATCH, STEPS = 64, 5
PROCESS = Path("/proc/self")


@dataclass(frozen=True)
class Peak:
    """Megabytes."""

    whole: float
    """The largest the process ever was, with Python and all it imported."""
    training: float
    """What training added to it: optimizer state, activations, workspace."""


def measure(side: str) -> Peak:
    """Train the CNN in a new process ("ours" or "theirs")."""
    command = [sys.executable, "-m", "course_tools.bench.memory", side]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Peak(*map(float, done.stdout.split()))


def main(side: str) -> None:
    """Build, forget the peak of importing and building, train, print both peaks."""
    step = {"ours": ours, "theirs": theirs}[side]()
    imported = peak()
    if (forget := PROCESS / "clear_refs").exists():
        forget.write_text("5", encoding="ascii")                        # sets VmHWM to what is in use now
    before = peak()
    for _ in range(STEPS):
        step()
    print(max(imported, peak()), peak() - before)


def ours() -> Callable[[], object]:
    """One training step of ours."""
    import numpy as np

    from course_tools.bench.workloads.cnn_network import images, network
    from course_utils.descent import update
    from course_utils.optimizers import Adam

    net, batch, adam = network(), images(BATCH), Adam(lr=1e-3)
    net.body.initialize(np.random.default_rng(0))
    state = adam.init(net.theta)

    def step() -> None:
        nonlocal state
        _, g = net.value_and_grad(net.theta, batch)
        state = update(adam, net.theta, g, state, 1, 1e-3)

    return step


def theirs() -> Callable[[], object]:
    """One training step of PyTorch."""
    import torch

    from course_tools.bench.workloads.cnn_module import module

    twin = module()
    x, y = torch.randn(BATCH, 1, 28, 28), torch.randint(10, (BATCH,))
    adam = torch.optim.Adam(twin.parameters())

    def step() -> None:
        adam.zero_grad()
        torch.nn.functional.cross_entropy(twin(x), y).backward()
        adam.step()

    return step


def peak() -> float:
    """The process's largest size so far.

    Linux keeps it for the program itself (VmHWM); ``ru_maxrss`` there also remembers the parent, which may be larger.
    """
    if (status := PROCESS / "status").exists():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(sys.argv[1])
