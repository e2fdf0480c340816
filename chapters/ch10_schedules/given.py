"""What the questions of chapter 10 hand to an answer or try it with. A release holds this file: it tells no answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

STEPS, CURVATURES, NOISE, START, TARGET = 200, (1.0, 0.05), 1.0, 3.0, 0.060


@dataclass(frozen=True)
class Bowl:
    """The gradient of ½ Σ λ x², for ``curvatures`` λ in the shape of x; the dtype of x is kept."""

    curvatures: Array

    def __call__(self, x: Array) -> Array:
        return self.curvatures.astype(x.dtype) * x


def mean_loss(rate: Callable[[int], float]) -> tuple[float, float]:
    """(bias, noise) of the mean loss after 200 noisy steps, exact, on curvatures 1 and 0.05 (section 10.1)."""
    bias = spread = 0.0
    for lam in CURVATURES:
        b, V = START, 0.0
        for t in range(STEPS):
            lr = rate(t)
            b, V = (1 - lr * lam) * b, (1 - lr * lam) ** 2 * V + (lr * NOISE) ** 2
        bias, spread = bias + 0.5 * lam * b**2, spread + 0.5 * lam * V
    return bias, spread


def plan_works(plan: Any) -> str | None:
    """None if the step decay of ``plan`` ends below the target; else a sentence."""
    if not isinstance(plan, Mapping) or set(plan) != {"base", "gamma", "every"}:
        return 'must be a dict with the entries "base", "gamma" and "every"'
    base, gamma, every = plan["base"], plan["gamma"], plan["every"]
    if not all(isinstance(value, Real) and value > 0 for value in (base, gamma, every)) or every != int(every):
        return f"needs positive numbers, and a whole number of steps as every, got {dict(plan)}"
    with np.errstate(over="ignore", invalid="ignore"):
        bias, noise = mean_loss(lambda t: np.float64(base) * np.float64(gamma) ** (t // int(every)))
    if bias + noise < TARGET:
        return None
    if not np.isfinite(bias + noise) or bias + noise > 100:
        return "diverges: the largest curvature is 1, so a rate that stays above 2 grows without end"
    if gamma == 1 or every >= STEPS:
        size = "small" if bias > noise else "large for the end"
        return f"never drops in {STEPS} steps, and {base:g} as a constant rate is too {size}: begin higher, end lower"
    part = "bias is the larger part: the rate falls too early or too far" if bias > noise else (
        "noise is the larger part: compare a lower last rate with later drops, for noise also freezes in"
    )
    parts = f"(bias {bias:.4f}, noise {noise:.4f})"
    return f"ends at a mean loss of {bias + noise:.4f} {parts}, not below {TARGET:.3f}; {part}"
