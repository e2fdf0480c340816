"""One neuron: the weight sharpens, the bias shifts, the activation saturates or does not (chapter 1)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.layers import GELU, Layer, LeakyReLU, ReLU, Sigmoid, Tanh
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Band, HLine, Line, Panel, Picture, Points, VLine, number

ACTIVATIONS: dict[str, Callable[[], Layer]] = {
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "ReLU": ReLU,
    "leaky ReLU": lambda: LeakyReLU(0.1),
    "GELU": GELU,
}
X = np.linspace(-4, 4, 401)
FLAT = 0.05


def neuron(
    w: float = 2.0, b: float = 1.0, activation: str = "sigmoid", predict: Prediction | None = None
) -> LiveFigure:
    """Live: y = f(wx + b) and the activation's slope f'(wx + b), which dy/dx is w times.

    Try: predict where the curve crosses its middle for w = 2, b = 3. Then w = 5: where can a gradient still pass?
    """
    return LiveFigure(
        draw,
        [
            Slider("w", -5, 5, w, 0.1, label="weight w"),
            Slider("b", -5, 5, b, 0.1, label="bias b"),
            Choice("activation", tuple(ACTIVATIONS), activation, label="activation f"),
        ],
        predict=predict,
        compare=True,
    )


def draw(w: float, b: float, activation: str) -> Picture:
    """The curve, its derivative, and where f is flat."""
    f = ACTIVATIONS[activation]()
    y = f.forward(w * X + b)
    slope = f.backward(np.ones_like(X))  # f'(z)
    flat = np.split(X, np.flatnonzero(np.diff(np.abs(slope) < FLAT)) + 1)[0 if abs(slope[0]) < FLAT else 1 :: 2]
    center = [VLine(-b / w, "z = 0", color="ink", dash="dotted")] if w and abs(b / w) <= 4 else []
    at = np.array([-b / w]) if center else np.empty(0)
    x = Axis("input x", -4, 4)
    return Picture(
        panels=(
            Panel(
                "Output",
                x,
                Axis("y = f(wx + b)", -1.5, 4),
                (
                    HLine(0, color="faint", dash="solid"),
                    *(Band(part, 0 * part - 1.5, 0 * part + 4, color="yellow") for part in flat),
                    *center,
                    Line(X, y, color="blue", width=3, ghost=True),
                    Points(at, f.forward(w * at + b), color="blue", size=9),
                ),
            ),
            Panel(
                "What passes back",
                x,
                Axis("f'(wx + b) = dy/dx over w", -0.2, 1.3),
                (
                    HLine(0, color="faint", dash="solid"),
                    *(Band(part, 0 * part - 0.2, 0 * part + 1.3, color="yellow") for part in flat),
                    *center,
                    Line(X, slope, color="orange", width=3, dash="dashed", ghost=True),
                ),
            ),
        ),
        says=verdict(w, b, activation, slope),
        alt="Left: the output of a neuron against its input. Right: the slope of the activation there. Where the "
        "activation is flat, both are shaded; a dotted line stands where wx + b is 0.",
    )


def verdict(w: float, b: float, activation: str, slope: np.ndarray) -> str:
    """Where the neuron turns, how steep it is, and where nothing passes back."""
    if not w:
        return f"w = 0: the neuron does not see x; it says f(b) = f({b:g}) always, and dy/dx is 0."
    dead, steepest = 100 * np.mean(np.abs(slope) < FLAT), w * slope[np.abs(slope).argmax()]
    flat = "nowhere" if not dead else f"on {dead:.0f} % of the shown inputs"
    return (
        f"{activation[0].upper()}{activation[1:]}, w = {w:g}, b = {b:g}: z = 0 at x = −b/w = {number(-b / w + 0.0)}; "
        f"the steepest dy/dx is {number(float(steepest))}. The activation is flat (f' below {FLAT}) {flat}."
    )
