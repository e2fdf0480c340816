"""Does a signal survive many layers? One factor per layer decides, forward and backward (chapter 12)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from course_utils.checks import Array
from course_utils.initializers import Initializer, he, normal, xavier
from course_utils.layers import Dense, Layer, LeakyReLU, ReLU, Sequential, Sigmoid, Tanh
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Bars, Heat, Line, Panel, Picture, Points, number

DEEPEST, BATCH = 24, 64
EDGES = np.linspace(-2.5, 2.5, 42)  # of the histogram; its end cells hold all that lies beyond
ACTIVATIONS: dict[str, Callable[[], Layer]] = {
    "ReLU": ReLU,
    "tanh": Tanh,
    "sigmoid": Sigmoid,
    "none": lambda: LeakyReLU(1.0),
}
INITS: dict[str, Initializer] = {"He 2/n": he, "Xavier 1/n": xavier, "0.01²": normal(0.01)}
LOW, HIGH = 1e-12, 1e8


class Pass(NamedTuple):
    """What one forward and backward pass left in each layer."""

    h: Array  # (depth, batch, width) activations
    z2: Array  # (depth,) mean square of what enters the activation
    dW: Array  # (depth,) root mean square of the gradient of the weights


def signal_propagation(
    activation: str = "ReLU",
    init: str = "He 2/n",
    scale: float = 1.0,
    depth: int = 16,
    width: int = 128,
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: histogram of the activations, mean square of the signal and size of the gradient, layer by layer.

    ``init`` names the variance of the weights, n the width; ``scale`` multiplies the weights. The input is N(0, 1), and
    the backward pass starts with a random gradient, so sized that a layer with unit signals around it has a gradient 1.
    Try: ReLU with Xavier. What does each layer lose? Which ``scale`` gives it back? Then sigmoid: what now?
    """
    return LiveFigure(
        draw,
        [
            Choice("activation", tuple(ACTIVATIONS), activation, label="activation"),
            Choice("init", tuple(INITS), init, label="variance of weights"),
            LogSlider("scale", 0.1, 10, scale, label="weights times"),
            Slider("depth", 2, DEEPEST, depth, 1, label="layers"),
            Slider("width", 32, 256, width, 32, label="width n"),
        ],
        predict=predict,
    )


def draw(activation: str, init: str, scale: float, depth: int, width: int) -> Picture:
    """One pass, and what theory expects of it."""
    ran, layer = propagate(activation, init, scale, depth, width), np.arange(1, depth + 1)
    theory = expected(activation, gain(init, scale, width), depth)
    values = np.array([np.histogram(np.clip(h, EDGES[0], EDGES[-1]), EDGES)[0] for h in ran.h]).T  # (41, depth)
    along = Axis("layer", 0.5, DEEPEST + 0.5, ticks=tuple((k, f"{k}") for k in (1, 6, 12, 18, 24)))
    forward = (
        Line(layer, theory.z2, color="orange", width=3, label="theory", exit="leaves at layer {k}"),
        Points(layer, ran.z2, color="blue", size=7),
    )
    backward = (
        Bars(layer, ran.dW, color="sky"),
        Line(layer, theory.dW, color="orange", width=3, label="theory"),
    )
    extent = (0.5, depth + 0.5, EDGES[0], EDGES[-1])
    share = Heat(np.sqrt(values / ran.h[0].size), extent, lo=0, hi=0.6, keep=False)
    return Picture(
        panels=(
            Panel("Activations: strong = many", along, Axis("value h", EDGES[0], EDGES[-1]), (share,)),
            Panel("Forward: the signal", along, Axis("mean of z², log scale", LOW, HIGH, log=True), forward),
            Panel("Backward: the gradient", along, Axis("size of ∂L/∂W, log scale", LOW, HIGH, log=True), backward),
        ),
        says=verdict(activation, init, scale, ran, theory),
        alt="Left: for each layer a column shaded where its activations lie. Middle: mean square of each layer's input "
        "to the activation, log scale, points, with the theory as a line. Right: bars of the gradient's length.",
        height=330,
    )


@lru_cache(maxsize=12)
def weights(init: str, width: int) -> Array:
    """Parameters of the deepest network; a shallower one has its first ones."""
    layers = Sequential([Dense(width, width, INITS[init]) for _ in range(DEEPEST)])
    return layers.alone(np.random.default_rng(12))[0]


@lru_cache(maxsize=64)
def propagate(activation: str, init: str, scale: float, depth: int, width: int) -> Pass:
    """Forward with x ~ N(0, 1), then backward from a random gradient N(0, 1) by the last activations."""
    rng = np.random.default_rng(0)
    x, arriving = rng.standard_normal((2, BATCH, width)) * [[[1.0]], [[BATCH**-0.5]]]
    stack = [(Dense(width, width), ACTIVATIONS[activation]()) for _ in range(depth)]
    body = Sequential([layer for pair in stack for layer in pair])
    theta = scale * weights(init, width)[: body.size]
    body.bind(theta, np.zeros_like(theta))
    h, z2 = [], []
    for dense, activate in stack:
        z = dense.forward(x)
        x = activate.forward(z)
        h.append(x)
        z2.append(np.mean(z * z))
    body.backward(arriving)
    return Pass(np.array(h), np.array(z2), np.array([np.sqrt(np.mean(dense.dW**2)) for dense, _ in stack]))


def gain(init: str, scale: float, width: int) -> float:
    """n Var(w): what a layer without activation multiplies the mean square by."""
    return scale**2 * {"He 2/n": 2.0, "Xavier 1/n": 1.0, "0.01²": width * 1e-4}[init]


def expected(activation: str, factor: float, depth: int) -> Pass:
    """The means over random weights of a wide network: z is normal, so each layer needs two integrals.

    Forward q₁ = n Var(w), qₗ₊₁ = n Var(w) E[f(z)²], z ~ N(0, qₗ). Back, the mean of δₗ² is n Var(w) E[f'(z)²] times
    that of δₗ₊₁². The gradient of a weight is h δ. Source: Poole et al. 2016; Schoenholz et al. 2017.
    """
    f = ACTIVATIONS[activation]()
    u, weight = np.polynomial.hermite_e.hermegauss(100)
    weight /= weight.sum()
    q, f2, slope2 = factor, [1.0], []
    z2 = []
    for _ in range(depth):
        z2.append(q)
        f2.append(float(weight @ f.forward(np.sqrt(q) * u) ** 2))
        slope2.append(float(weight @ f.backward(np.ones_like(u)) ** 2))
        q = factor * f2[-1]
    delta2 = np.cumprod([s * (factor if k else 1) for k, s in enumerate(reversed(slope2))])[::-1]  # (depth,)
    return Pass(np.empty(0), np.array(z2), np.sqrt(np.array(f2[:-1]) * delta2))


def verdict(activation: str, init: str, scale: float, ran: Pass, theory: Pass) -> str:
    """The factor a layer, and what is left at both ends."""
    depth, (first, last) = len(ran.z2), ran.dW[[0, -1]]
    steps = 1 / (depth - 1)
    forward, predicted = (ran.z2[-1] / ran.z2[0]) ** steps, (theory.z2[-1] / theory.z2[0]) ** steps
    fate = "vanishing" if min(first, last) < 1e-2 else "exploding" if max(first, last) > 1e2 else "alive"
    times = "" if scale == 1 else f", weights times {scale:g}"
    return (
        f"{activation}, {init}{times}: a layer multiplies the mean of z² by {forward:.3g} (theory {predicted:.3g}); "
        f"layer {depth} has {number(ran.z2[-1])}. Gradient: {number(last)} in the last layer, {number(first)} in the "
        f"first: {fate}."
    )
