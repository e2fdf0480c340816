"""Adam walks to the worst point of a convex problem, and why: v forgets the rare large gradient (chapter 9, O39)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from course_utils.checks import Array
from course_utils.optimizers import SGD, Adam, AMSGrad
from course_utils.reddi import reddi as play
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Slider, Switch
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Bars, HLine, Layer, Panel, Picture
from course_utils.widgets.series import Look

LR, STEPS, LAST = 0.1, 3000, 9
LOOKS = {
    "Adam": Look("orange", "solid", "dot"),
    "AMSGrad": Look("blue", "dashed", "triangle"),
    "SGD": Look("green", "dashdot", "ring"),
}
PLACES = ((-1.0, "−1, best"), (-0.5, "−0.5"), (0.0, "0"), (0.5, "0.5"), (1.0, "+1, worst"))


def reddi(
    c: float = 3.0, beta2: float = 0.1, amsgrad: bool = True, sgd: bool = True, predict: Prediction | None = None
) -> LiveFigure:
    """Live: x in [−1, 1] under the losses Cx, −x, −x, Cx, … (best: −1), and the last nine steps in units of the rate.

    ``c`` is the slope C of every third loss; ``beta2`` the share of v that is kept; switches show AMSGrad and SGD.
    β₁ = 0, and the rate is 0.1/√t. Reddi, Kale and Kumar take β₂ = 1/(1 + C²).
    Try: raise β₂ until Adam turns round. Why does it have to remember more for a larger C, or less?
    """
    return LiveFigure(
        draw,
        [
            Slider("c", 2.5, 10, c, 0.5, label="slope C"),
            Slider("beta2", 0, 0.99, beta2, 0.01, label="β₂"),
            Switch("amsgrad", amsgrad, label="AMSGrad"),
            Switch("sgd", sgd, label="SGD"),
        ],
        predict=predict,
    )


def draw(c: float, beta2: float, amsgrad: bool, sgd: bool) -> Picture:
    """3,000 steps of each optimizer that is on, and the last nine steps of Adam and AMSGrad."""
    adam, ams = Adam(LR, 0.0, beta2), AMSGrad(LR, 0.0, beta2)
    on: dict[str, SGD | Adam | AMSGrad] = (
        {"Adam": adam} | ({"AMSGrad": ams} if amsgrad else {}) | ({"SGD": SGD(LR)} if sgd else {})
    )
    t, t_last = np.arange(STEPS + 1), np.arange(STEPS - LAST + 1, STEPS + 1)
    ends = {name: float(path(optimizer, c)[-1]) for name, optimizer in on.items()}
    left: list[Layer] = [HLine(-1.0), HLine(1.0)]
    for name, optimizer in on.items():
        left += LOOKS[name].curve(t, path(optimizer, c), slice(None, None, 250), label=name)
    moves = strides(adam, c)  # (9,)
    right: list[Layer] = [HLine(0.0, dash="solid"), Bars(t_last - 0.2 * amsgrad, moves, color="orange", width=0.4)]
    if amsgrad:
        right.append(Bars(t_last + 0.2, strides(ams, c), color="blue", width=0.4))
    gradients = tuple((float(k), f"{c:g}" if k % 3 == 1 else "−1") for k in t_last)
    x_axis, last_axis = Axis("x", -1.1, 1.1, ticks=PLACES), Axis("gradient", t_last[0] - 1, STEPS + 1, ticks=gradients)
    move_axis = Axis("Δx / rate" + (": Adam left, AMSGrad right" if amsgrad else " of Adam"), -1.8, 1.8)
    return Picture(
        panels=(
            Panel("Where x goes", Axis("step t", 0, STEPS), x_axis, tuple(left), labels="margin", weight=1.3),
            Panel("The last nine steps", last_axis, move_axis, tuple(right)),
        ),
        says=verdict(c, beta2, ends, moves[-3:]),
        alt="Left: x against the step, with rules at the best point −1 and the worst point +1. Right: bars, the steps "
        "taken for gradients C, −1, −1 in turn.",
    )


@lru_cache(maxsize=128)
def path(optimizer: SGD | Adam | AMSGrad, c: float) -> Array:
    """x after each step, ``(3001,)``."""
    return play(optimizer, c, STEPS)


@lru_cache(maxsize=128)
def strides(optimizer: SGD | Adam | AMSGrad, c: float) -> Array:
    """The last nine moves of 300 steps at rate 1 and with no walls: by then v repeats itself (``(9,)``)."""
    x, moves = np.zeros(1), np.empty(300)
    step: Any = optimizer.step
    state = optimizer.init(x)
    for t in range(1, 301):
        moved, state = step(x, np.array([c if t % 3 == 1 else -1.0]), state, t, 1.0)
        moves[t - 1] = moved[0]
    return moves[-LAST:]


def verdict(c: float, beta2: float, ends: dict[str, float], cycle: Array) -> str:
    """Where each ends, and the balance of one cycle of three steps."""
    places = ", ".join(f"{name} at {end:+.2f}" + (" (worst)" if end > 0.9 else "") for name, end in ends.items())
    large, small, net = cycle[0], cycle[1] + cycle[2], cycle.sum()
    way = "up, away from −1" if net > 0 else "down, toward −1"
    says = (
        f"C = {c:g}, β₂ = {beta2:g}: {places}. The large gradient moves Adam by {large:+.2f} α, "
        f"the two small ones by {small:+.2f} α: net {net:+.2f} α, {way}."
    )
    return says.replace(" -", " −")
