"""Mistakes in chapter 5 as a student writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def aliased_history(f_grad, x0, lr, steps):
    x = np.array(x0, dtype=float)
    history = [x]
    for _ in range(steps):
        x -= lr * f_grad(x)
        history.append(x)
    return np.array(history)


def no_start_row(f_grad, x0, lr, steps):
    x, history = np.array(x0, dtype=float), []
    for _ in range(steps):
        x = x - lr * f_grad(x)
        history.append(x)
    return np.array(history)


MISTAKES: dict[tuple[str, str], Callable[..., Any]] = {
    ("ch05.gd", "aliased_history"): aliased_history,
    ("ch05.gd", "no_start_row"): no_start_row,
    ("ch05.max_stable_lr", "one_over_L"): lambda A: 1 / max(np.linalg.eigvals(A)),
    ("ch05.best_lr", "stability_limit"): lambda A: 2 / max(np.linalg.eigvals(A)),
}
