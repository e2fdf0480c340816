"""Adam's step is the rate times a signal-to-noise ratio: three sequences of gradients (chapter 9, O38)."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array
from course_utils.optimizers import Adam
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Band, HLine, Layer, Panel, Picture, Points, Text
from course_utils.widgets.series import Look

SHOWN = 40
SEQUENCES = {"large": (1.1, 0.9), "small": (0.1, 0.1), "oscillating": (1.1, -0.9)}
LOOKS = (Look("blue", "solid", "dot"), Look("green", "dashed", "triangle"), Look("orange", "dashdot", "square"))


def gradient_sequences(beta1: float = 0.9, beta2: float = 0.999, predict: Prediction | None = None) -> LiveFigure:
    """Live: gradients 1.1, 0.9, … and 0.1, 0.1, … and 1.1, −0.9, …; their averages m̂ and √v̂, and the step m̂/√v̂.

    ``beta1`` and ``beta2`` are the shares that the averages keep at each step; β = 0 keeps nothing.
    Try: which of the three gets the smallest step? Then set β₁ = 0 and see what averaging the sign was good for.
    """
    return LiveFigure(
        draw,
        [Slider("beta1", 0, 0.99, beta1, 0.01, label="β₁"), Slider("beta2", 0, 0.999, beta2, 0.001, label="β₂")],
        predict=predict,
    )


def draw(beta1: float, beta2: float) -> Picture:
    """Forty steps on each sequence."""
    g, mean, size = averages(beta1, beta2)  # each (40, 3)
    t, x, zero = np.arange(1, SHOWN + 1), Axis("step t", 0, SHOWN), HLine(0.0, dash="solid")
    bands = (Band(t, -size[:, 0], size[:, 0], color="muted"), Band(t, -size[:, 1], size[:, 1], color="green"))
    gradients: list[Layer] = [zero]
    averaged: list[Layer] = [*bands, zero, Text(20, -1.2, "gray: large and oscillating", "muted", "center")]
    steps: list[Layer] = [zero]
    names = tuple(SEQUENCES)
    for k in (2, 0, 1):  # the first two lie on top
        look, name = LOOKS[k], names[k]
        gradients.append(Points(t, g[:, k], color=look.color, marker=look.marker, size=9 if k == 2 else 5))
        averaged += look.curve(t, mean[:, k], slice(k, None, 4))
        steps += look.curve(t, mean[:, k] / size[:, k], slice(k, None, 4), label=name)
    return Picture(
        panels=(
            Panel("Gradients", x, Axis("g", -1.6, 1.6), tuple(gradients)),
            Panel("Their averages", x, Axis("m̂ (lines), ±√v̂ (bands)", -1.6, 1.6), tuple(averaged)),
            Panel("The step", x, Axis("m̂ / √v̂ = step / α", -1.6, 1.6), tuple(steps), labels="margin", weight=1.3),
        ),
        says=verdict(mean[-2:] / size[-2:]),
        alt="Left: three sequences of gradients as points. Middle: their means m̂ as lines, their sizes ±√v̂ as bands; "
        "large and oscillating share a band, small and oscillating a mean. Right: the steps.",
    )


def averages(beta1: float, beta2: float) -> tuple[Array, Array, Array]:
    """Gradients, m̂ and √v̂, each ``(40, 3)``, as Adam keeps them."""
    adam, theta = Adam(1.0, beta1, beta2), np.zeros(len(SEQUENCES))
    g = np.array([[pair[t % 2] for pair in SEQUENCES.values()] for t in range(SHOWN)])  # (40, 3)
    state, means, sizes = adam.init(theta), [], []
    for t, now in enumerate(g, 1):
        _, state = adam.step(theta, now, state, t, 1.0)
        means.append(state.m / (1 - beta1**t))
        sizes.append(np.sqrt(state.v / (1 - beta2**t)))
    return g, np.array(means), np.array(sizes)


def verdict(period: Array) -> str:
    """The steps ``(2, 3)`` of the last period, averaged."""
    ends = ", ".join(f"{name} {value:.3g} α" for name, value in zip(SEQUENCES, period.mean(axis=0), strict=True))
    return (
        f"Mean step over the last two: {ends}. The step measures agreement, not size: "
        f"alternating signs cancel in m̂ but not in v̂."
    )
