"""What is measured, and how fast it is meant to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from course_tools.bench.measure import Twins

FLOAT32, FLOAT64 = 1e-4, 1e-9
"""Largest difference allowed, as a share of the largest entry."""


@dataclass(frozen=True)
class Workload:
    """One comparison, built by ``bench.workloads.<module>.twins(**sizes)``; ``target`` is the largest good ratio."""

    name: str
    against: str
    target: float | None
    module: str
    sizes: Mapping[str, Any] = field(default_factory=dict)
    tolerance: float = FLOAT32

    def twins(self) -> Twins:
        """Build both sides."""
        made: Twins = import_module(f"course_tools.bench.workloads.{self.module}").twins(**self.sizes)
        return made


TINY: dict[str, Any] = {"sizes": (2, 32, 32, 2), "batch": 64}
DIGITS: dict[str, Any] = {"sizes": (784, 128, 64, 10), "batch": 128}
EAGER, FUSED = "eager, default Adam", "eager, fused Adam"
DEFAULT, KERNEL = "default Adam", "fused Adam"



def floor(name: str, against: str, of: str, sizes: Mapping[str, Any], tolerance: float = FLOAT32) -> Workload:
    """The same work as ``of`` by a kernel for speed alone: no target, but a bound for one."""
    return Workload(f"floor: {name}", against, None, "floor", {"of": of, "kernel": of} | sizes, tolerance)


WORKLOADS = (
    Workload("MLP 2-32-32-2, batch 64", EAGER, 0.20, "mlp", TINY),
    Workload("MLP 2-32-32-2, batch 64", FUSED, None, "mlp", TINY | {"fused": True}),
    Workload("MLP 784-128-64-10, batch 128", EAGER, 0.55, "mlp", DIGITS),
    Workload("MLP 784-128-64-10, batch 128", FUSED, None, "mlp", DIGITS | {"fused": True}),
    Workload("CNN on 28×28, batch 64", EAGER, 0.75, "cnn", {"batch": 64}),
    Workload("LSTM, T = 100, batch 64", EAGER, 0.90, "lstm", {"length": 100, "batch": 64}),
    Workload("multi-head attention 64×64, 4 heads, batch 32", "sdpa", 1.20, "attention", {"length": 64, "batch": 32}),
    Workload("transformer block 64×64, 4 heads, batch 32", "sdpa", 1.35, "transformer", {"length": 64, "batch": 32}),
    Workload("Adam update, 200k parameters", DEFAULT, 0.65, "adam", {"arrays": (200_000,)}),
    Workload("Adam update, 200k parameters", KERNEL, 1.35, "adam", {"arrays": (200_000,), "fused": True}),
    Workload("Adam update, 10M parameters", DEFAULT, 0.45, "adam", {"arrays": (10_000_000,)}),
    Workload("Adam update, 10M parameters", KERNEL, 2.1, "adam", {"arrays": (10_000_000,), "fused": True}),
    Workload("Adam update, 50 small arrays", KERNEL, 0.25, "adam", {"arrays": (32 * 32, 32) * 25, "fused": True}),
    Workload("200-step trace on Rosenbrock", "autograd, Adam", 1 / 15, "path", tolerance=FLOAT64),
    Workload("40,000 runs × 200 steps, kept", "torch.func.vmap", 0.2, "family", tolerance=FLOAT64),
    floor("MLP 784-128-64-10: products and Adam", EAGER, "mlp", DIGITS),
    floor("CNN: products alone", EAGER, "cnn", {"batch": 64}),
    floor("Adam, 200k parameters", DEFAULT, "adam", {"arrays": (200_000,)}),
    floor("Adam, 200k parameters", KERNEL, "adam", {"arrays": (200_000,), "fused": True}),
    floor("Adam, 10M parameters", DEFAULT, "adam", {"arrays": (10_000_000,)}),
    floor("Adam, 10M parameters", KERNEL, "adam", {"arrays": (10_000_000,), "fused": True}),
    floor("40,000 runs × 200 steps", "torch.func.vmap", "family", {}, FLOAT64),
)
