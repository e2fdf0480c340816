"""What the questions of chapter 9 hand to an answer or try it with. A release holds this file: it tells no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.optimizers import Adam
from course_utils.reddi import reddi

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Bowls:
    """The gradient of ½ Σ λ p² for several arrays p, each with curvatures λ of its shape."""

    curvatures: Sequence[Array]

    def __call__(self, params: list[Array]) -> list[Array]:
        return [lam * p for lam, p in zip(self.curvatures, params, strict=True)]


@dataclass(frozen=True)
class Line:
    """The gradient of ½ mean ‖xW + b - y‖²: that of W depends on b and the other way round."""

    x: Array
    y: Array

    def __call__(self, params: list[Array]) -> list[Array]:
        w, b = params
        r = (self.x @ w + b - self.y) / len(self.x)
        return [self.x.T @ r, r.sum(axis=0)]


def beta2_works(value: Any) -> str | None:
    """None if Adam with this β₂ comes near -1 on Reddi's problem with C = 4; else a sentence."""
    if not isinstance(value, Real) or not 0 <= value < 1:
        return f"must be a number in [0, 1), got {value!r}"
    optimizer = Adam(0.1, beta1=0.0, beta2=float(value))
    end = reddi(optimizer, 4.0, 3000)[-1]
    if end > -0.9:
        return (
            f"does not save Adam: with beta2={value:g} it ends at {end:+.2f}, and -1 is the best point. How long must "
            "v remember the last large gradient?"
        )
    return None
