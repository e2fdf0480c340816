"""Wilson's data: four methods fit the training set, and end at two different solutions (chapter 11)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from course_utils.checks import Array
from course_utils.data import features
from course_utils.descent import minimize
from course_utils.objectives import LinearRegression
from course_utils.optimizers import SGD, Adagrad, Adam, Momentum, Optimizer
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Layer, Panel, Picture, Points, Text, VLine, number
from course_utils.widgets.series import Look

STEPS, TEST, FITTED, LEAST = 300, 400, 1e-6, 1e-12
METHODS: dict[str, Callable[[float], Optimizer]] = {
    "SGD": lambda scale: SGD(0.1 * scale),
    "momentum": lambda scale: Momentum(0.02 * scale),
    "Adagrad": lambda scale: Adagrad(0.1 * scale),
    "Adam": lambda scale: Adam(0.01 * scale),
}
LOOKS = {
    "SGD": Look("orange", "solid", "dot", 2.5),
    "momentum": Look("green", "dashed", "triangle", 2.5),
    "Adagrad": Look("purple", "dotted", "square", 2.5),
    "Adam": Look("blue", "dashdot", "ring", 2.5),
}


class Fit(NamedTuple):
    """What one method did: training loss, share of test examples right, θ₁ to θ₃; and the training share at the end."""

    loss: Array  # (301,)
    test: Array  # (301,)
    theta: Array  # (301, 3)
    train: float

    @property
    def diverged(self) -> bool:
        return bool(self.loss[-1] > 2 * self.loss[0])


def wilson(
    positives: float = 0.75, n: int = 30, scale: float = 1.0, predict: Prediction | None = None
) -> LiveFigure:
    """Live: linear regression on the data of Wilson et al. 2017, with full batches from 0: 3 + 5n weights, n examples.

    ``positives`` is the share of label 1 in training and test, ``scale`` multiplies all rates (SGD 0.1, momentum 0.02,
    Adagrad 0.1, Adam 0.01). The weights of the first three features: θ₁ belongs to the label itself, θ₂ and θ₃ to
    features that are always 1.
    Try: half of all rates, then another share of positives: which test accuracies follow it? Does a larger n help?
    """
    return LiveFigure(
        draw,
        [
            Slider("positives", 0.55, 0.9, positives, 0.05, label="share of positives"),
            Slider("n", 10, 60, n, 5, label="examples n"),
            LogSlider("scale", 0.1, 10, scale, label="all rates ×", per_decade=10),
        ],
        predict=predict,
    )


def draw(positives: float, n: int, scale: float) -> Picture:
    """Training loss, test accuracy, and the three weights that test examples see."""
    fits, k = {name: fit(name, positives, n, scale) for name in METHODS}, np.arange(STEPS + 1)
    loss: list[Layer] = []
    right: list[Layer] = []
    own, common, _ = fits["momentum"].theta[-1]
    names = Text(own, -0.55, "θ₁", anchor="center"), Text(common, -0.55, "θ₂, θ₃", anchor="center")
    ends: list[Layer] = [VLine(0.25, "¼", dash="dotted"), *names]
    for row, (name, look) in enumerate(LOOKS.items()):
        marks, one = slice(15 + 15 * row, None, 60), fits[name]
        loss += look.curve(k, np.maximum(one.loss, LEAST), marks, label=name)
        right += look.curve(k, 100 * one.test, marks, label=name)
        for weight, marker in ((one.theta[-1, 0], "ring"), (one.theta[-1, 1], "cross")):
            ends.append(Points([weight], [-row], color=look.color, marker=marker, size=12))
    steps = Axis("step k", 0, STEPS)
    return Picture(
        panels=(
            Panel("Training loss", steps, Axis("loss, log scale", LEAST, 10, log=True), tuple(loss), labels="margin"),
            Panel("Test examples right", steps, Axis("%", 0, 119), tuple(right), labels="margin"),
            Panel(
                "Where they end", Axis("θ₁ (ring), θ₂ = θ₃ (cross)", -0.15, 1.15),
                Axis("", -3.5, 0.5, ticks=tuple((-row, name) for row, name in enumerate(LOOKS))), tuple(ends),
            ),
        ),
        says=verdict(positives, n, fits),
        alt="Left: training loss of four methods against the step, log scale. Middle: share of test examples that are "
        "right. Right: for each method a ring at its first weight and a cross at the next two.",
        height=340,
    )  # fmt: skip


@lru_cache(maxsize=16)
def examples(positives: float, n: int) -> features.Wilson:
    """The data, with 400 test examples."""
    return features.wilson(n, TEST, np.random.default_rng(0), positives)


@lru_cache(maxsize=64)
def fit(name: str, positives: float, n: int, scale: float) -> Fit:
    """One method on the data, from 0."""
    x, y, x_test, y_test = examples(positives, n)
    run = minimize(LinearRegression(x, y), np.zeros(x.shape[1]), METHODS[name](scale), STEPS)
    theta = run.theta[:, :3]  # all that a test example has
    with np.errstate(over="ignore", invalid="ignore"):
        train = float((np.sign(x @ run.theta[-1]) == y).mean())
        test = (np.sign(theta @ x_test[:, :3].T) == y_test).mean(axis=-1)
    loss, theta = (np.nan_to_num(a, nan=1e6).clip(-1e6, 1e6) for a in (run.loss, theta))
    return Fit(loss, test, theta, train)


def verdict(positives: float, n: int, fits: dict[str, Fit]) -> str:
    """How far training is, test accuracies and the weights at the end."""
    head = f"n = {n}, {100 * positives:.0f} % positive, {3 + 5 * n} weights. After {STEPS} steps "
    open_ = {name: one for name, one in fits.items() if one.loss[-1] > FITTED}
    if not open_:
        right = min(one.train for one in fits.values())
        head += f"all have a training loss below {number(FITTED)}, {100 * right:.0f} % right."
    else:
        told = (f"{name} {'diverged' if one.diverged else number(one.loss[-1], 2)}" for name, one in open_.items())
        head += f"the training loss is not yet 0 for all: {', '.join(told)}."
    said = (
        f"{name} {100 * one.test[-1]:.0f} %, θ = {weights(one.theta[-1])}"
        for name, one in fits.items()
        if not one.diverged
    )
    return f"{head} Test: {'; '.join(said)}."


def weights(theta: Array) -> str:
    """θ₁, θ₂, θ₃ as a sentence shows them.

    >>> weights(np.array([0.864, 0.0584, 0.0584]))
    '(0.86, 0.058, 0.058)'
    """
    return f"({', '.join(number(value, 2) for value in theta)})"
