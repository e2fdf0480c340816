"""Backpropagation on a graph small enough to see every number (chapter 4, O58)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from course_utils.checks import Array
from course_utils.layers import Dense, Tanh
from course_utils.losses import bce_with_logits
from course_utils.network import Network
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Layer, Line, Panel, Picture, Points, Text, VLine, number

X, Y = np.array([[1.0, 2.0], [-1.0, 0.5]]), np.array([[1.0], [0.0]])
THETA = np.array([0.1, -0.2, 0.3, 0.4, 0.05, -0.05, 0.7, -0.6, 0.1])  # W1 row by row, b1, W2, b2
NAMES = ("x₁→h₁", "x₁→h₂", "x₂→h₁", "x₂→h₂", "b₁", "b₂", "h₁→z", "h₂→z", "b")
PLACES = {"x₁": (0, 1), "x₂": (0, 0), "h₁": (1, 1), "h₂": (1, 0), "z": (2, 0.5)}
REACH = np.linspace(-2, 2, 81)


class Pass(NamedTuple):
    """Numbers of one forward and backward pass over both examples."""

    loss: float
    grad: Array  # (9,)
    values: dict[str, Array]  # (2,) of each node
    errors: dict[str, Array]  # (2,) ∂L/∂z of the nodes that have weights


def backprop_graph(
    weight: str = "x₁→h₁", change: float = 0.1, predict: Prediction | None = None
) -> LiveFigure:
    """Live: a 2-2-1 network with tanh and cross-entropy; change one weight and compare ΔL with gradient times Δw.

    Two numbers stand for the two examples: the value of a node above, the error that arrives at it below. On the edges
    stand the gradients: value at the start times error at the end, summed over the examples.
    Try: predict the sign of ΔL for each weight. Then: how large may Δw be before the straight line lies?
    """
    return LiveFigure(
        draw,
        [
            Choice("weight", NAMES, weight, label="weight"),
            Slider("change", -2, 2, change, 0.05, label="change Δw"),
        ],
        predict=predict,
    )


def draw(weight: str, change: float) -> Picture:
    """The graph after the change, and the loss along this weight."""
    k = NAMES.index(weight)
    now, start, along = run(weight, change), run(weight, 0.0), losses(weight)
    straight = start.loss + start.grad[k] * REACH
    layers = (
        VLine(0, "start", color="muted", dash="dotted"),
        Line(REACH, along, color="blue", width=3, label="loss"),
        Line(REACH, straight, color="orange", dash="dashed", width=2.5, label="gradient · Δw"),
        Points([change], [start.loss + start.grad[k] * change], color="orange", marker="triangle", size=11),
        Points([change], [now.loss], color="blue", size=12),
    )
    shown = Axis.fit("loss", along, straight[20:61], pad=0.15)
    return Picture(
        panels=(
            Panel(
                "Values, errors δ, gradients on edges",
                Axis("layer", -0.35, 2.35, ticks=((0, "input"), (1, "hidden, tanh"), (2, "logit"))),
                Axis("", -0.35, 1.4, ticks=((-9.0, ""),)),
                tuple(graph(now, weight)),
                weight=1.5,
            ),
            Panel(f"The loss along {weight}", Axis("Δw", -2, 2), shown, layers, labels="margin"),
        ),
        says=verdict(weight, change, start, now),
        alt="Left: a graph of two inputs, two hidden units and one output, with the values and errors of two examples "
        "at the nodes and the gradients on the edges; the chosen edge is thick. Right: the loss against the change of "
        "that weight, with the straight line that its gradient promises.",
        height=400,
    )


def graph(now: Pass, weight: str) -> list[Layer]:
    """Edges with their gradients, nodes with values and errors."""
    layers: list[Layer] = []
    for name, g in zip(NAMES, now.grad, strict=True):
        if "→" not in name:
            continue
        (x, y), (u, v) = (PLACES[end] for end in name.split("→"))
        chosen, share = name == weight, 0.45 if x else 0.5 if y == v else 0.3  # so that no label meets another
        layers.append(Line([x, u], [y, v], color="orange" if chosen else "faint", width=5 if chosen else 1.5))
        above = 0.15 if name == "h₁→z" else 0.04                                # beyond the δ of h₁
        place = x + share * (u - x), y + share * (v - y) + above
        layers.append(Text(*place, number(float(g), 2), color="ink", anchor="center"))
    for name, (x, y) in PLACES.items():
        layers.append(Points([x], [y], color="blue", size=24))
        layers.append(Text(x, y + 0.17, f"{name}  {_pair(now.values[name])}", anchor="center"))
        if name in now.errors:
            layers.append(Text(x, y - 0.17, f"δ  {_pair(now.errors[name])}", color="red", anchor="center"))
    return layers


def _pair(numbers: Array) -> str:
    return f"{number(float(numbers[0]), 2)} | {number(float(numbers[1]), 2)}"


@lru_cache(maxsize=1024)
def run(weight: str, change: float) -> Pass:
    """One pass of the library's network; the layers keep what stands at the nodes."""
    first, tanh, last = Dense(2, 2), Tanh(), Dense(2, 1)
    network = Network([first, tanh, last], bce_with_logits, np.float64)
    theta = THETA + change * (np.arange(9) == NAMES.index(weight))
    loss, grad = network.value_and_grad(theta, (X, Y))
    h, (_, dz) = tanh.y, bce_with_logits(network.predict(theta, X), Y)  # (2, 2), (2, 1)
    delta = tanh.backward(last.backward(dz))  # (2, 2)
    z = network.predict(theta, X)[:, 0]
    values = {"x₁": X[:, 0], "x₂": X[:, 1], "h₁": h[:, 0], "h₂": h[:, 1], "z": z}
    return Pass(loss, grad.copy(), values, {"h₁": delta[:, 0], "h₂": delta[:, 1], "z": dz[:, 0]})


@lru_cache(maxsize=9)
def losses(weight: str) -> Array:
    """The loss at every change, ``(81,)``."""
    return np.array([run(weight, float(change)).loss for change in REACH])


def verdict(weight: str, change: float, start: Pass, now: Pass) -> str:
    """What the gradient promised and what came."""
    g, came = float(start.grad[NAMES.index(weight)]), now.loss - start.loss
    said = f"Loss {start.loss:.4f}; the gradient by {weight} is {number(g, 4)}"
    if not change:
        return f"{said}. Move Δw: the loss should change by the gradient times Δw."
    off = f", {100 * abs(came / (g * change) - 1):.0f} % off" if abs(g * change) > 1e-12 else ""
    return (
        f"{said}. Δw = {change:g} promises ΔL = {number(g * change)}, and it is {number(came)}{off}. "
        f"Now the loss is {now.loss:.4f} and the gradient {number(float(now.grad[NAMES.index(weight)]))}."
    )
