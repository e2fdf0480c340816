"""Confidently wrong: the squared loss of a sigmoid stops learning, cross-entropy does not (chapter 2, O56)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.layers import Sigmoid
from course_utils.losses import bce_with_logits, mse
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Layer, Panel, Picture, Points, VLine, number
from course_utils.widgets.series import Look

Z = np.linspace(-12, 12, 241)
LOOKS = {
    "½(σ(z) − t)²": Look("orange", "dashed", "triangle", 2.5),
    "cross-entropy": Look("blue", "solid", "dot", 2.5),
}


def logit_gradient(z: float = -10.0, target: str = "1", predict: Prediction | None = None) -> LiveFigure:
    """Live: both losses of a logit z with target t, and their gradients by z.

    Try: t = 1. Predict both gradients at z = −10, where the answer is wrong by nearly 1. Which one would move z?
    """
    return LiveFigure(
        draw,
        [Slider("z", -12, 12, z, 0.1, label="logit z"), Choice("target", ("0", "1"), target, label="target t")],
        predict=predict,
    )


def draw(z: float, target: str) -> Picture:
    """Losses, gradients, and gradients on a log scale."""
    t, here = float(target), np.array([z])
    loss, slope, size = list[Layer](), list[Layer](), list[Layer]()
    for (name, look), curve, point in zip(LOOKS.items(), curves(t), both(here, t), strict=True):
        for panel, over, at in (
            (loss, curve[0], point[0]),
            (slope, curve[1], point[1]),
            (size, abs(curve[1]), abs(point[1])),
        ):
            panel += look.curve(Z, over, slice(0, 0), label=name)
            panel.append(Points(here, at, color=look.color, marker=look.marker, size=11))
    x, mark = Axis("logit z", -12, 12), VLine(z, color="ink", dash="dotted")
    return Picture(
        panels=(
            Panel("Loss", x, Axis("loss", -0.3, 12), (mark, *loss)),
            Panel("Gradient", x, Axis("dL/dz", -1.1, 1.1), (mark, *slope)),
            Panel("Its size", x, Axis("|dL/dz|, log scale", 1e-6, 2, log=True), (mark, *size)),
        ),
        says=verdict(z, t),
        alt="Three panels against the logit: loss, gradient, and size of the gradient on a log scale; cross-entropy "
        "solid with a dot, half the squared error of the sigmoid dashed with a triangle, at the chosen logit.",
    )


@lru_cache(maxsize=2)
def curves(t: float) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Both losses over the whole axis."""
    return both(Z, t)


def both(z: Array, t: float) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """(loss, gradient) at each z ``(n,)`` of the squared error through the sigmoid, and of the cross-entropy."""
    sigmoid, goal = Sigmoid(), np.full((len(z), 1), t)
    p = sigmoid.forward(z[:, None])  # (n, 1), each row an example of its own
    squares = [mse(a[None], b[None]) for a, b in zip(p, goal, strict=True)]
    crossed = [bce_with_logits(a[None], b[None]) for a, b in zip(z[:, None], goal, strict=True)]
    through = sigmoid.backward(np.array([g for _, g in squares])[:, 0])[:, 0]
    return (
        (0.5 * np.array([value for value, _ in squares]), 0.5 * through),
        (np.array([value for value, _ in crossed]), np.array([g for _, g in crossed])[:, 0, 0]),
    )


def verdict(z: float, t: float) -> str:
    """Both gradients and their ratio."""
    (_, square), (_, cross) = both(np.array([z]), t)
    p = float(Sigmoid().forward(np.array([z]))[0])
    ratio = cross[0] / square[0]
    wrong = "wrong" if abs(p - t) > 0.5 else "right, off"
    return (
        f"z = {z:g}, t = {t:g}: σ(z) = {number(p)}, {wrong} by {number(abs(p - t), 2)}. Gradient of the squared error "
        f"{number(float(square[0]))}, of the cross-entropy {number(float(cross[0]))}: {number(float(ratio))} times as "
        "much."
    )
