"""Many runs at once, each with its own rate, every point kept: the heat map of a sweep."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from course_tools.bench.measure import Pair, Twins
from course_utils.descent import minimize
from course_utils.objectives import Rosenbrock
from course_utils.optimizers import Adam


def twins(runs: int = 40_000, steps: int = 200) -> Twins:
    """Adam on Rosenbrock, in float64; there the gradient is ``torch.func``'s and the runs are ``vmap``'s."""
    objective = Rosenbrock()
    starts = np.tile(objective.start, (runs, 1))                        # (R, 2)
    rates = np.geomspace(1e-3, 1e-1, runs)[:, None]                     # (R, 1)
    slopes = torch.func.vmap(torch.func.grad_and_value(rosenbrock))
    torch_rates = torch.tensor(rates)

    def ours() -> tuple[np.ndarray, np.ndarray]:
        trace = minimize(objective, starts, Adam(lr=rates), steps)
        return trace.theta, trace.loss

    def theirs() -> tuple[np.ndarray, np.ndarray]:
        theta = torch.tensor(starts)                                    # (R, 2)
        m, v = torch.zeros_like(theta), torch.zeros_like(theta)
        path = torch.empty(steps + 1, runs, 2, dtype=theta.dtype)
        losses = torch.empty(steps + 1, runs, dtype=theta.dtype)
        for t in range(steps + 1):
            g, losses[t] = slopes(theta)
            path[t] = theta
            m.lerp_(g, 0.1)
            v.mul_(0.999).addcmul_(g, g, value=0.001)
            root = (v / (1 - 0.999 ** (t + 1))).sqrt_().add_(1e-8)
            theta -= torch_rates * (m / (1 - 0.9 ** (t + 1))) / root
        return path.numpy(), losses.numpy()

    def same() -> Iterator[Pair]:
        yield from zip(("theta", "the losses"), ours(), theirs(), strict=True)

    return Twins(ours, theirs, same)


def rosenbrock(theta: torch.Tensor) -> torch.Tensor:
    """Of one run, ``(2,)``."""
    x, y = theta
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2
