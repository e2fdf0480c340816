"""Ways to call an answer many times, for probes that feed a state back.

A drive is a frozen dataclass of plain fields: a grader can send it to where the answer is, so that it crosses the wall
of the jail once and not at every call (``docs/grading.md``). It tells nothing of the right result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Walk:
    """Feed the state back: ``theta, *state = step(theta, g, *state, t, *rest)``, and so on with the next gradient.

    ``gradients``  one for each step, of theta's shape and in its precision
    ``state``      one entry for each array of the state: the number it is filled with at the start, or None where the
                   step makes it
    ``counts``     whether t, from 1, is among the arguments
    ``ends``       only the last theta is returned, not the whole path

    >>> Walk([[1.0], [2.0]], [0.0], (0.1,), state=())(lambda theta, g, t, lr: (theta - lr * g,))
    [array([-0.1]), array([-0.3])]
    """

    gradients: Sequence[ArrayLike] | np.ndarray
    theta: ArrayLike
    rest: tuple[Any, ...] = ()
    state: tuple[float | None, ...] = (0.0,)
    counts: bool = True
    ends: bool = False

    def __call__(self, step: Callable[..., Any]) -> Any:
        theta = np.array(self.theta)
        state = [None if fill is None else np.full_like(theta, fill) for fill in self.state]
        path = []
        for t, g in enumerate(self.gradients, 1):
            count = (t,) if self.counts else ()
            theta, *state = step(theta, np.asarray(g, dtype=theta.dtype), *state, *count, *self.rest)
            if len(state) != len(self.state):
                raise ValueError(f"{1 + len(state)} values were returned, {1 + len(self.state)} are expected")
            path.append(theta)
        return path[-1] if self.ends else path
