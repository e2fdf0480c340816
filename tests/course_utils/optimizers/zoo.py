"""Every optimizer of the library, in the forms that the contracts are checked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from course_utils.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdaMax,
    AdamW,
    AMSGrad,
    Lion,
    Momentum,
    NAdam,
    Nesterov,
    RAdam,
    RMSprop,
)


@dataclass(frozen=True)
class Case:
    """One form of one optimizer."""

    name: str
    optimizer: Any
    twin: tuple[str, dict[str, Any]] | None
    """The class of ``torch.optim`` and its arguments; None where PyTorch has no such form."""
    scaling: str
    """What a gradient c times larger does to a step: "linear", "invariant" (with eps = 0) or "other"."""
    per_run: tuple[str, ...] = ()
    """The averaging factors that may differ from run to run."""

    def with_lr(self, lr: Any) -> Any:
        return replace(self.optimizer, lr=lr)


BETA, BETAS = ("beta",), ("beta1", "beta2")

ZOO = [
    Case("sgd", SGD(0.1), ("SGD", {}), "linear"),
    Case("momentum", Momentum(0.1), ("SGD", {"momentum": 0.9}), "linear", BETA),
    Case("momentum ema", Momentum(0.1, ema=True), None, "linear", BETA),
    Case("nesterov", Nesterov(0.1), ("SGD", {"momentum": 0.9, "nesterov": True}), "linear", BETA),
    Case("adagrad", Adagrad(0.1), ("Adagrad", {}), "invariant"),
    Case("rmsprop", RMSprop(0.1), ("RMSprop", {"alpha": 0.9}), "invariant", BETA),
    Case("rmsprop centered", RMSprop(0.1, centered=True), ("RMSprop", {"alpha": 0.9, "centered": True}), "invariant",
         BETA),
    Case("adadelta", Adadelta(0.1), ("Adadelta", {}), "other", ("rho",)),
    Case("adam", Adam(0.1), ("Adam", {}), "invariant", BETAS),
    Case("adam large eps", Adam(0.1, 0.8, 0.95, eps=0.1), ("Adam", {"betas": (0.8, 0.95), "eps": 0.1}), "invariant",
         BETAS),
    Case("adam uncorrected", Adam(0.1, bias_correction=False), None, "invariant", BETAS),
    Case("amsgrad", AMSGrad(0.1, beta2=0.9), ("Adam", {"betas": (0.9, 0.9), "amsgrad": True}), "invariant", BETAS),
    Case("adamax", AdaMax(0.1), ("Adamax", {}), "invariant", BETAS),
    Case("adamax large eps", AdaMax(0.1, 0.8, 0.9, eps=0.1), ("Adamax", {"betas": (0.8, 0.9), "eps": 0.1}),
         "invariant", BETAS),
    Case("nadam", NAdam(0.1), ("NAdam", {}), "invariant", BETAS),
    Case("nadam fast", NAdam(0.1, 0.8, 0.95, momentum_decay=0.1),
         ("NAdam", {"betas": (0.8, 0.95), "momentum_decay": 0.1}), "invariant", BETAS),
    Case("radam", RAdam(0.1), ("RAdam", {}), "other"),
    Case("adamw", AdamW(0.1), ("AdamW", {}), "invariant", BETAS),
    Case("adamw decay", AdamW(0.1, weight_decay=0.3), ("AdamW", {"weight_decay": 0.3}), "invariant", BETAS),
    Case("lion", Lion(0.1), None, "invariant", BETAS),
    Case("lion decay", Lion(0.1, weight_decay=0.3), None, "invariant", BETAS),
]  # fmt: skip

IDS = [case.name for case in ZOO]

STEPS, PARAMETERS = 100, 10


def gradients() -> np.ndarray:
    """Slopes ``(100, 10)`` of scales 1e-6 … 1e3 and both signs; two parameters wake up late, one falls asleep."""
    rng = np.random.default_rng(7)
    g = rng.normal(size=(STEPS, PARAMETERS)) * np.logspace(-6, 3, PARAMETERS)
    g[rng.random(g.shape) < 0.1] = 0.0
    g[:20, 2] = 0.0
    g[:3, 5] = 0.0
    g[40:, 7] = 0.0
    return g


def start() -> np.ndarray:
    return np.linspace(-1.0, 2.0, PARAMETERS)


def rates() -> np.ndarray:
    """A rate that changes at every step, ``(100,)``: what uses an old one is found out."""
    return 0.1 / (1 + 0.05 * np.arange(STEPS))


def path(optimizer: Any, g: np.ndarray, theta: np.ndarray, lr: Any = 0.1, state: Any = None, first: int = 1) -> Any:
    """The iterates ``(len(g), ...)`` under the slopes g, and the last state; ``lr`` is a number or one a step."""
    state = optimizer.init(theta) if state is None else state
    rows = []
    for k, slope in enumerate(g):
        rate = float(lr) if np.ndim(lr) == 0 else float(lr[k])
        theta, state = optimizer.step(theta, slope, state, first + k, rate)
        rows.append(theta)
    return np.array(rows), state
