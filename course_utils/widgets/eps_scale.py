"""Gradients of any size: where ε stands decides which of them still move the parameter (chapters 8 and 9)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.descent import minimize
from course_utils.misbuilt import MisbuiltAdam
from course_utils.objectives import Quadratic
from course_utils.optimizers import Adam, Optimizer
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import LogSlider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, HLine, Layer, Panel, Picture, VLine, number
from course_utils.widgets.series import Look

STEPS, RATE = 200, 0.05
SCALES = np.geomspace(1e-10, 1, 101)
LOOKS = {"outside": Look("blue", "solid", "dot", 2.5), "inside": Look("orange", "dashed", "square", 2.5)}


def eps_scale(scale: float = 1e-6, eps: float = 1e-8, predict: Prediction | None = None) -> LiveFigure:
    """Live: Adam's step for constant gradients of size g, and its way down g·½x², with ε outside and inside the root.

    ``scale`` is g. Outside is g/(√v̂ + ε), inside g/√(v̂ + ε): the first stops at g near ε, the second at g near √ε.
    Try: at which g does each lose half of its step? Check with both sliders. Which of the two did the paper mean?
    """
    return LiveFigure(
        draw,
        [
            LogSlider("scale", 1e-10, 1, scale, label="gradient size g", per_decade=4),
            LogSlider("eps", 1e-12, 1e-2, eps, label="ε", per_decade=2),
        ],
        predict=predict,
    )


def draw(scale: float, eps: float) -> Picture:
    """Step against size, and two descents at this size."""
    k, marks = np.arange(STEPS + 1), slice(20, None, 40)
    left: list[Layer] = [HLine(1.0, dash="dotted"), VLine(scale, "g", "red")]
    right: list[Layer] = []
    now, ends = dict[str, float](), dict[str, float]()
    for where, look in LOOKS.items():
        x = descent(where, scale, eps)
        left += look.curve(SCALES, first_steps(where, eps), slice(5, None, 10), label=f"ε {where}")
        right += look.curve(k, x, marks, label=f"ε {where}")
        now[where], ends[where] = float(one_step(where, np.array([scale]), eps)[0]), float(x[-1])
    return Picture(
        panels=(
            Panel(
                "The step at a constant gradient", Axis("size of g, log scale", 1e-10, 1, log=True),
                Axis("step / α, log scale", 1e-6, 3, log=True), tuple(left), labels="margin", drag=("scale", ""),
            ),
            Panel(
                "Down g·½x² with α = 0.05", Axis("step k", 0, STEPS), Axis("x", -0.3, 1.1),
                (HLine(0.0, dash="solid"), *right), labels="margin",
            ),
        ),
        says=verdict(scale, eps, now, ends),
        alt="Left: step over α against the size of the gradient, both log: near 1 for large gradients, falling below "
        "ε with ε outside, below √ε with ε inside. Right: x against the step for both.",
        height=360,
    )  # fmt: skip


def adam(where: str, lr: float, eps: float) -> Optimizer:
    """Adam with ε outside or inside the root."""
    return Adam(lr, eps=eps) if where == "outside" else MisbuiltAdam(lr, eps=eps, bugs=frozenset({"eps inside"}))


def one_step(where: str, g: Array, eps: float) -> Array:
    """The first step over α for gradients ``g (n,)``; later ones are as long while g stays (m̂ = g, v̂ = g²)."""
    optimizer, start = adam(where, 1.0, eps), np.zeros_like(g)
    return -optimizer.step(start, g, optimizer.init(start), 1, 1.0)[0]


@lru_cache(maxsize=32)
def first_steps(where: str, eps: float) -> Array:
    """Steps for all sizes, ``(101,)``."""
    return one_step(where, SCALES, eps)


@lru_cache(maxsize=64)
def descent(where: str, scale: float, eps: float) -> Array:
    """x from 1, ``(201,)``."""
    return np.asarray(minimize(Quadratic([scale]), [1.0], adam(where, RATE, eps), STEPS).theta[:, 0])


def verdict(scale: float, eps: float, now: dict[str, float], ends: dict[str, float]) -> str:
    """Both steps, both thresholds, both ends."""
    return (
        f"g = {number(scale)}, ε = {number(eps)}: the step is {number(now['outside'])} α with ε outside, "
        f"{number(now['inside'])} α inside; half is lost at g = ε = {number(eps)} and at g = √(ε/3) = "
        f"{number((eps / 3) ** 0.5)}. After {STEPS} steps x is {number(ends['outside'])} and {number(ends['inside'])}."
    )
