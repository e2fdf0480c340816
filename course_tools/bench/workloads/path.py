"""200 Adam steps in two parameters on Rosenbrock, every point and loss kept: what a live figure draws."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from course_tools.bench.measure import Pair, Twins
from course_utils.descent import minimize
from course_utils.objectives import Rosenbrock
from course_utils.optimizers import Adam

STEPS, LR = 200, 0.02


def twins() -> Twins:
    """In float64 both."""
    objective = Rosenbrock()

    def ours() -> tuple[np.ndarray, np.ndarray]:
        trace = minimize(objective, objective.start, Adam(lr=LR), STEPS)
        return trace.theta, trace.loss

    def theirs() -> tuple[np.ndarray, np.ndarray]:
        theta = torch.tensor(objective.start, requires_grad=True)
        adam = torch.optim.Adam([theta], lr=LR)
        path, losses = torch.empty(STEPS + 1, 2, dtype=theta.dtype), []
        for t in range(STEPS + 1):
            adam.zero_grad()
            x, y = theta
            loss = (1 - x) ** 2 + 100 * (y - x**2) ** 2
            loss.backward()
            path[t] = theta.detach()
            losses.append(loss.item())
            adam.step()
        return path.numpy(), np.array(losses)

    def same() -> Iterator[Pair]:
        yield from zip(("theta", "the losses"), ours(), theirs(), strict=True)

    return Twins(ours, theirs, same)
