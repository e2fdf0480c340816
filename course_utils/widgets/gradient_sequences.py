"""Adam's step is the rate times a signal-to-noise ratio: three sequences of gradients (chapter 9, O38)."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array
from course_utils.optimizers import Adam
from course_utils.widgets.controls import Slider
from course_utils.widgets.engine import LiveFigure, Prediction
from course_utils.widgets.picture import Axis, Band, HLine, Line, Panel, Picture, Points, Text

SHOWN = 40
SEQUENCES = {"large": (1.1, 0.9), "small": (0.1, 0.1), "oscillating": (1.1, -0.9)}
LOOKS = {
    "large": ("blue", "dot", "solid"),
    "small": ("green", "triangle", "dashed"),
    "oscillating": ("orange", "square", "dashdot"),
}


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
    step, t, x = mean / size, np.arange(1, SHOWN + 1), Axis("step t", 0, SHOWN)
    looks = [(name, *look, slice(k, None, 4)) for k, (name, look) in enumerate(LOOKS.items())]
    zero = HLine(0.0, dash="solid")
    return Picture(
        panels=(
            Panel(
                "Gradients",
                x,
                Axis("g", -1.6, 1.6),
                (
                    zero,
                    Points(t, g[:, 2], color="orange", marker="square", size=10),
                    *(Points(t, g[:, k], color=looks[k][1], marker=looks[k][2], size=5) for k in (0, 1)),
                ),
            ),
            Panel(
                "Their averages",
                x,
                Axis("m̂ (lines), ±√v̂ (bands)", -1.6, 1.6),
                (
                    Band(t, -size[:, 0], size[:, 0], color="muted"),
                    Band(t, -size[:, 1], size[:, 1], color="green"),
                    zero,
                    Text(20, -1.2, "gray: large and oscillating", color="muted", anchor="center"),
                    *(
                        layer
                        for k, (_, color, marker, dash, some) in enumerate(looks)
                        for layer in (
                            Line(t, mean[:, k], color=color, dash=dash),
                            Points(t[some], mean[some, k], color=color, marker=marker),
                        )
                    ),
                ),
            ),
            Panel(
                "The step",
                x,
                Axis("step / α = m̂ / √v̂", -1.6, 1.6),
                (
                    zero,
                    *(
                        layer
                        for k, (name, color, marker, dash, some) in enumerate(looks)
                        for layer in (
                            Line(t, step[:, k], color=color, dash=dash, label=name),
                            Points(t[some], step[some, k], color=color, marker=marker),
                        )
                    ),
                ),
                labels="margin",
                weight=1.3,
            ),
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
