"""The same schedules by ``torch.optim.lr_scheduler``; ``torch`` is imported only when they run."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.schedules import (
    Constant,
    Cosine,
    Exponential,
    InverseTime,
    OneCycle,
    Polynomial,
    Schedule,
    Step,
    WarmRestarts,
    Warmup,
)

Twin = tuple[Schedule, int, Callable[[Any, Any], Any]]

TWINS: dict[str, Twin] = {
    "constant": (Constant(0.1), 20, lambda s, o: s.ConstantLR(o, factor=1.0)),
    "exponential": (Exponential(0.1, 0.95), 100, lambda s, o: s.ExponentialLR(o, gamma=0.95)),
    "step": (Step(0.1, every=7, gamma=0.5), 60, lambda s, o: s.StepLR(o, step_size=7, gamma=0.5)),
    "inverse time": (InverseTime(0.1, k=0.3), 60, lambda s, o: s.LambdaLR(o, lambda t: 1 / (1 + 0.3 * t))),
    "polynomial": (Polynomial(0.1, total=40, power=2), 60, lambda s, o: s.PolynomialLR(o, 40, power=2)),
    "cosine": (Cosine(0.1, total=50, final=0.01), 51, lambda s, o: s.CosineAnnealingLR(o, 50, eta_min=0.01)),
    "restarts": (WarmRestarts(0.1, first=10, factor=2, final=0.01), 160,
                 lambda s, o: s.CosineAnnealingWarmRestarts(o, 10, T_mult=2, eta_min=0.01)),
    "restarts of equal length": (WarmRestarts(0.1, first=7), 40, lambda s, o: s.CosineAnnealingWarmRestarts(o, 7)),
    "warmup": (Warmup(5, then=Exponential(0.1, 0.9), start=0.01), 40,
               lambda s, o: s.SequentialLR(o, [s.LinearLR(o, 0.1, 1.0, 5), s.ExponentialLR(o, 0.9)], [5])),
    "one cycle": (OneCycle(0.1, total=100), 100, lambda s, o: s.OneCycleLR(o, 0.1, total_steps=100)),
    "one cycle early peak": (OneCycle(0.3, total=37, warm=0.2, div=10.0, final_div=100.0), 37,
                             lambda s, o: s.OneCycleLR(o, 0.3, total_steps=37, pct_start=0.2, div_factor=10,
                                                       final_div_factor=100)),
}  # fmt: skip


def twin_rates(name: str) -> np.ndarray:
    """The rates PyTorch uses for its first, second, … step, ``(steps,)``."""
    import torch

    _, steps, make = TWINS[name]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    rates = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own deprecations are not our subject
        scheduler = make(torch.optim.lr_scheduler, optimizer)
        for k in range(steps):
            rates.append(float(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            if k + 1 < steps:
                scheduler.step()
    return np.array(rates)
