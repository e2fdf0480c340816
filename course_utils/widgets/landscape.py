"""Gradient descent, momentum and Adam in one bowl: who notices its shape, and who its angle (chapters 5 and 9)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import Adam, Momentum
from course_utils.trace import Trace
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Layer, Line, Panel, Picture, Points, Text
from course_utils.widgets.ravine import X, Y, background
from course_utils.widgets.series import Look

STEPS, NEAR = 150, 1e-4
LOOKS = {
    "gradient descent": Look("orange", "solid", "dot"),
    "momentum": Look("green", "dashed", "triangle"),
    "Adam": Look("blue", "dashdot", "ring"),
}


def landscape(
    kappa: float = 50.0,
    angle: int = 0,
    sgd_lr: float = 0.5,
    adam_lr: float = 0.1,
    beta1: float = 0.9,
    beta2: float = 0.999,
    x0: float = -1.8,
    y0: float = 1.0,
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: three optimizers on ½(x² + κy²), drawn along the bowl's own axes; ``angle`` turns the parameters' axes.

    ``sgd_lr`` is the rate of gradient descent and momentum in units of 2/κ, above which gradient descent diverges;
    ``adam_lr`` is Adam's α; ``beta1`` serves momentum and Adam, ``beta2`` Adam; ``angle`` is in degrees. Drag the
    start.
    Try: move κ at angle 0, then at 45°. Whose path changes, and why does turning the axes move one path only?
    """
    return LiveFigure(
        draw,
        [
            LogSlider("kappa", 1, 100, kappa, label="condition κ"),
            Slider("angle", 0, 45, angle, 1, label="axes turned by, °"),
            Slider("sgd_lr", 0.05, 1.2, sgd_lr, 0.05, label="α of GD in 2/κ"),
            LogSlider("adam_lr", 0.01, 1, adam_lr, label="α of Adam"),
            Slider("beta1", 0, 0.99, beta1, 0.01, label="β₁"),
            Slider("beta2", 0.5, 0.999, beta2, 0.001, label="β₂"),
            Slider("x0", -2, 2, x0, 0.1, label="start x"),
            Slider("y0", -1.5, 1.5, y0, 0.1, label="start y"),
        ],
        predict=predict,
    )


def draw(
    kappa: float, angle: int, sgd_lr: float, adam_lr: float, beta1: float, beta2: float, x0: float, y0: float
) -> Picture:
    """150 steps of each."""
    plain = descend(kappa, sgd_lr, beta1, x0, y0)
    adam, loss = adapt(kappa, angle, adam_lr, beta1, beta2, x0, y0)
    paths, losses = [*plain.theta.swapaxes(0, 1), adam], [*plain.loss.T, loss]  # three of (151, 2) and (151,)
    k, left, right = np.arange(STEPS + 1), list[Layer]([*background(kappa), *axes(angle)]), list[Layer]()
    for (name, look), path, loss in zip(LOOKS.items(), paths, losses, strict=True):
        left += look.curve(path[:, 0], path[:, 1], slice(0, 40, 2), exit="leaves at step {k}")
        right += look.curve(k, loss, slice(None, None, 10), label=name)
    left.append(Points([x0], [y0], color="ink", marker="square", size=10))
    left.append(Points([0], [0], color="ink", marker="star", size=12))
    loss_axis = Axis("f, log scale", 1e-8, 1e3, log=True)
    return Picture(
        panels=(
            Panel("Paths", X, Y, tuple(left), aspect=1, weight=1.1, drag=("x0", "y0")),
            Panel("Loss above the minimum", Axis("step k", 0, STEPS), loss_axis, tuple(right), labels="margin"),
        ),
        says=verdict(kappa, angle, losses, adapt(kappa, 0, adam_lr, beta1, beta2, x0, y0)[1]),
        alt="Left: contour lines of a bowl with the paths of gradient descent (solid, dots), momentum (dashed, "
        "triangles), Adam (dash-dotted, rings), and the parameters' axes. Right: their losses against the step.",
        height=380,
    )


def axes(angle: int) -> tuple[Layer, ...]:
    """The directions of the two parameters, dotted, and their names."""
    c, s, far = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle)), np.array([-9.0, 9.0])
    first = Line(far * c, -far * s, color="muted", width=1, dash="dotted")
    second = Line(far * s, far * c, color="muted", width=1, dash="dotted")
    return first, second, Text(1.9 * c, -1.9 * s, "θ₁"), Text(1.45 * s, 1.45 * c, "θ₂")


@lru_cache(maxsize=256)
def descend(kappa: float, sgd_lr: float, beta1: float, x0: float, y0: float, steps: int = STEPS) -> Trace:
    """Gradient descent and momentum as two runs of momentum, β = 0 and β₁: turned axes make no difference to them."""
    both = Momentum(sgd_lr * 2 / kappa, beta=np.array([[0.0], [beta1]]))
    return minimize(Quadratic([1.0, kappa]), [[x0, y0]] * 2, both, steps)


@lru_cache(maxsize=256)
def adapt(
    kappa: float, angle: int, adam_lr: float, beta1: float, beta2: float, x0: float, y0: float, steps: int = STEPS
) -> tuple[Array, Array]:
    """Adam's path ``(steps+1, 2)`` along the bowl's axes, and its loss; it runs in parameters turned by ``angle``."""
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    q = np.array([[c, -s], [s, c]])  # its columns are the bowl's axes
    trace = minimize(Quadratic([1.0, kappa], basis=q), q @ [x0, y0], Adam(adam_lr, beta1, beta2), steps)
    return trace.theta @ q, trace.loss


def arrival(loss: Array) -> str:
    """When the loss first falls to 1e-4, or what happened instead."""
    hit, lost = np.flatnonzero(loss <= NEAR), np.flatnonzero(~(loss <= 1e3 * (loss[0] + 1)))
    return f"at step {hit[0]}" if hit.size else f"diverges at step {lost[0]}" if lost.size else f"not in {STEPS} steps"


def verdict(kappa: float, angle: int, losses: list[Array], upright: Array) -> str:
    """Steps to 1e-4 of each, and what the angle does to Adam."""
    times = ", ".join(f"{name} {arrival(loss)}" for name, loss in zip(LOOKS, losses, strict=True))
    why = (
        "On its own axes Adam scales each coordinate by itself: its path is the same for every κ."
        if angle == 0
        else f"Axes turned {angle}°: each coordinate holds both curvatures; only Adam minds (0°: {arrival(upright)})."
    )
    return f"κ = {kappa:g}, loss down to 1e-4: {times}. {why}"
