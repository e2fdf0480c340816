"""The convex problem on which Adam walks to the worst point (Reddi, Kale & Kumar 2018, Theorem 1)."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks import Array, count, positive
from course_utils.optimizers import Optimizer


def reddi(optimizer: Optimizer, c: float, steps: int, start: float = 0.0) -> Array:
    """Path ``(steps + 1,)`` of x in [-1, 1] under the losses c·x, -x, -x, c·x, -x, -x, …

    Over three steps the losses add up to (c - 2)x, so for c > 2 the best point is -1. After each step x is clipped
    back into [-1, 1]; step t uses the rate ``optimizer.lr / √t``. Raises ``ValueError`` unless c > 2.

    >>> from course_utils.optimizers import SGD
    >>> reddi(SGD(0.1), c=3, steps=3000)[-1].round(3)
    np.float64(-0.996)
    """
    positive("c - 2", c - 2, "the losses of three steps add up to (c - 2)x, and only then is -1 the best point", 1.0)
    count("steps", steps, 1, "it is the number of updates")
    if callable(optimizer.lr):
        raise ValueError("lr must be a number: step t uses lr/√t already. Try Adam(lr=0.1).")
    x: Any = np.float64(start)                                          # a number, as quick as it gets
    state = optimizer.init(x)
    path = np.empty(steps + 1)
    path[0] = start
    slopes = np.array([c, -1.0, -1.0])
    for t in range(1, steps + 1):
        x, state = optimizer.step(x, slopes[(t - 1) % 3], state, t, optimizer.lr / t**0.5)
        x = x.clip(-1.0, 1.0)
        path[t] = x
    return path
