"""Cost against size: the same comparisons, with one size growing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from course_tools.bench.catalogue import EAGER, Workload
from course_tools.bench.measure import Timing


@dataclass(frozen=True)
class Sweep:
    """Workloads of growing size, for one curve of ours and one of PyTorch's."""

    what: str
    axis: str
    points: tuple[tuple[int, Workload], ...]


@dataclass(frozen=True)
class Curve:
    """A sweep, measured."""

    sweep: Sweep
    timings: tuple[Timing, ...]

    @property
    def sizes(self) -> list[int]:
        """The sizes along the axis."""
        return [size for size, _ in self.sweep.points]


def sweeps() -> Iterator[Sweep]:
    """By parameters, by batch, by length of the sequence."""
    yield Sweep("MLP with two hidden layers, batch 64", "parameters", tuple(map(by_width, (4, 20, 68, 221, 704, 2233))))
    yield Sweep("MLP 784-128-64-10", "batch", tuple(map(by_batch, (1, 4, 16, 64, 256, 1024))))
    yield Sweep("LSTM, batch 64", "time steps", tuple(by_length("lstm", n, 64) for n in (5, 20, 50, 100, 200)))
    yield Sweep("attention, batch 8", "time steps", tuple(by_length("attention", n, 8) for n in (8, 32, 64, 128, 256)))


def by_width(width: int) -> tuple[int, Workload]:
    """Layers of one width, 10 classes: about 2·width² parameters."""
    sizes = (width, width, width, 10)
    parameters = sum((a + 1) * b for a, b in pairwise(sizes))
    return parameters, Workload(f"MLP of {parameters:,}", EAGER, None, "mlp", {"sizes": sizes, "batch": 64})


def by_batch(batch: int) -> tuple[int, Workload]:
    """The MLP of the table with another batch."""
    return batch, Workload(f"MLP, batch {batch}", EAGER, None, "mlp", {"sizes": (784, 128, 64, 10), "batch": batch})


def by_length(module: str, length: int, batch: int) -> tuple[int, Workload]:
    """A sequence model with another length."""
    return length, Workload(f"{module}, T = {length}", EAGER, None, module, {"length": length, "batch": batch})
