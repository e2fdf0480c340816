"""The learning-rate range test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.checks import Array, count, decay, parameters
from course_utils.descent import minibatches, update
from course_utils.network import Network
from course_utils.optimizers import Optimizer

KEPT = 0.9
"""Share of the fall of the loss that a rate must have kept to count as still good."""


@dataclass(frozen=True, eq=False)
class RangeTest:
    """What the test saw while the rate rose.

    ``lr``, ``loss``, ``smooth``  ``(k,)``: the rate of each step, the loss before it, and its running mean
    ``memory``                    how many losses the running mean takes in, 1 / (1 - smoothing)
    """

    lr: Array
    loss: Array
    smooth: Array
    blew_up: bool
    memory: int = 1

    @property
    def lowest(self) -> float:
        """Rate at which the smoothed loss is lowest."""
        return float(self.lr[np.argmin(self.smooth)])

    @property
    def steepest(self) -> float:
        """Rate at which the smoothed loss falls fastest per factor of lr, on the way to its lowest point.

        Looked for once the running mean is full: the first few losses say more about their batches than about the rate.
        """
        falls = np.diff(self.smooth[: int(np.argmin(self.smooth)) + 1])
        first = min(self.memory, len(falls)) - 1
        return float(self.lr[first + np.argmin(falls[first:])]) if len(falls) else self.lowest

    @property
    def edge(self) -> float:
        """Largest rate at which the smoothed loss still keeps nine tenths of its fall: the far side of the valley.

        Under noise the valley's floor is flat and its lowest point an accident; the side beyond it is steep.
        """
        start, low = self.smooth[0], self.smooth.min()
        return float(self.lr[np.flatnonzero(self.smooth <= start - KEPT * (start - low))[-1]])

    @property
    def blow_up(self) -> float:
        """Rate at which the test ended because the loss blew up; inf if it never did."""
        return float(self.lr[-1]) if self.blew_up else float("inf")

    @property
    def suggestion(self) -> float:
        """A rate to begin with: a tenth of ``edge``. The loss shows too high a rate only some steps later.

        On a quadratic of largest curvature L, gradient descent is stable up to 2/L, and no rate below raises the loss:
        so ``edge`` is 2/L or more. Beyond it the steepest direction grows, but it had been shrunk before: it is back at
        its first length where ∫ ln|1 - u| du/u over u = ηL from 0 is 0 again, at u = 12.6, however many steps there
        are. So the suggestion is 0.1 to 0.63 of 2/L, and a little more where the start hardly points that way.
        """
        return self.edge / 10

    def __repr__(self) -> str:
        seen = f"lr {self.lr[0]:.3g} … {self.lr[-1]:.3g}, lowest loss at {self.lowest:.3g}"
        end = "" if self.edge < self.lr[-1] else "; the loss never rose"
        return f"RangeTest({seen}, try {self.suggestion:.3g}{end})"


def lr_range_test(
    fun: Callable[[Array], tuple[Any, Array]],
    theta0: ArrayLike,
    optimizer: Optimizer,
    *,
    low: float = 1e-6,
    high: float = 10.0,
    steps: int = 200,
    smoothing: float = 0.0,
) -> RangeTest:
    """Train while the rate rises by a constant factor, and stop when the loss blows up  (chapter 10).

    ``fun``        ``theta -> (loss, gradient)``; for a network :func:`on_batches` makes one
    ``theta0``     the start ``(P,)``, left alone
    ``low``, ``high``  the first and the last of ``steps`` rates
    ``optimizer``  its own lr is not used
    ``smoothing``  β of the running mean of losses (corrected for its start), for noisy ones: 0.9

    It blows up where the smoothed loss is not finite or over four times its start; for losses that fall below 0, over
    the start by three times the fall. If the loss never rises, raise ``high``. Raises ``ValueError`` if the loss is not
    finite at the start. Source: Smith 2017.

    >>> from course_utils.objectives import Quadratic
    >>> from course_utils.optimizers import SGD
    >>> test = lr_range_test(Quadratic([1, 10]), [1.0, 1.0], SGD(0.1))
    >>> 0.1 < test.suggestion / (2 / 10) < 1
    True
    """
    theta = parameters(theta0, None, "the range test")
    steps = count("steps", steps, 2, "the rate rises from step to step")
    decay("smoothing", smoothing, 0.9)
    if not 0 < low < high < np.inf:
        raise ValueError(f"low = {low} and high = {high} must satisfy 0 < low < high: the rate rises. Try 1e-6 and 10.")
    lrs, losses, smooth, mean = np.geomspace(low, high, steps), [], [], 0.0
    optimizer = replace(optimizer, lr=low)  # type: ignore[type-var]
    state = optimizer.init(theta)
    blew_up = False
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for t, lr in enumerate(lrs.tolist(), start=1):
            loss, g = fun(theta)
            mean = smoothing * mean + (1 - smoothing) * float(loss)
            losses.append(float(loss))
            smooth.append(mean / (1 - smoothing**t))
            if blew_up := not smooth[-1] <= smooth[0] + 3 * max(abs(smooth[0]), smooth[0] - min(smooth)):
                break
            if not np.any(g):                                           # arrived: from here on nothing moves
                break
            state = update(optimizer, theta, np.asarray(g, theta.dtype), state, t, lr)
    seen = np.array(smooth)
    if not np.isfinite(seen[0]):
        raise ValueError(f"the loss is {seen[0]:g} at theta0, before any step: no rate helps. Check start and data.")
    seen = np.where(np.isfinite(seen), seen, np.inf)
    return RangeTest(lrs[: len(seen)], np.array(losses), seen, blew_up, round(1 / (1 - smoothing)))


def on_batches(
    network: Network, data: tuple[NDArray[Any], NDArray[Any]], batch_size: int, rng: np.random.Generator
) -> Callable[[Array], tuple[float, Array]]:
    """``theta -> (loss, gradient)`` of a network on the next minibatch, epoch after epoch.

    >>> from course_utils.layers import Dense
    >>> from course_utils.losses import mse
    >>> fun = on_batches(Network(Dense(1, 1), mse), (np.ones((4, 1)), np.ones((4, 1))), 2, np.random.default_rng(0))
    >>> fun(np.zeros(2, np.float32))
    (1.0, array([-2., -2.], dtype=float32))
    """
    rows = (batch for _ in iter(int, 1) for batch in minibatches(len(data[0]), batch_size, rng))

    def fun(theta: Array) -> tuple[float, Array]:
        batch = next(rows)
        return network.value_and_grad(theta, (data[0][batch], data[1][batch]), True, rng)

    return fun
