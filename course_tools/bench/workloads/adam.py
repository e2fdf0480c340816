"""Adam's update alone, on arrays of given sizes: one flat vector here, a list of tensors there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from course_tools.bench.measure import Pair, Twins
from course_utils.descent import update
from course_utils.optimizers import Adam

LR = 1e-3
STEPS = 3
"""Steps that are compared before the timing: the first is ±lr and would forgive much."""


def twins(arrays: tuple[int, ...], fused: bool | None = None) -> Twins:
    """``arrays`` are the numbers of parameters of each array."""
    rng = np.random.default_rng(0)
    theta, g = rng.normal(0, 0.05, (2, sum(arrays))).astype(np.float32)
    cuts = np.cumsum(arrays)[:-1]
    tensors = [torch.nn.Parameter(torch.tensor(part)) for part in np.split(theta, cuts)]
    for tensor, part in zip(tensors, np.split(g, cuts), strict=True):
        tensor.grad = torch.tensor(part)
    adam, state, t = Adam(lr=LR), Adam(lr=LR).init(theta), 0
    torch_adam = torch.optim.Adam(tensors, lr=LR, fused=fused)

    def ours() -> None:
        nonlocal state, t
        t += 1
        state = update(adam, theta, g, state, t, LR)

    def same() -> Iterator[Pair]:
        start = theta.copy()
        for _ in range(STEPS):
            ours()
            torch_adam.step()
        yield f"the way of {STEPS} steps", theta - start, np.concatenate([t.detach() for t in tensors]) - start

    return Twins(ours, torch_adam.step, same)
