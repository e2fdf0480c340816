"""What Adam makes of a sequence of gradients: m, v, their corrections, the step; bugs to switch on (chapter 9)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course_utils.checks import Array
from course_utils.misbuilt import MisbuiltAdam
from course_utils.optimizers import Adam
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Sketch, Slider, Switch
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, HLine, Layer, Line, Panel, Picture, Points, number

OWN = "yours"
SEQUENCES = {
    OWN: (0.5, -1.0, 2.0, 0.0, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25),
    "steady": (1.0,) * 20,
    "alternating": (1.0, -1.0) * 10,
    "one after silence": (0.0,) * 15 + (2.0,) + (0.0,) * 8,
    "fading": tuple(float(g) for g in 2 * 0.8 ** np.arange(20)),
    "noise": tuple(float(g) for g in np.random.default_rng(0).normal(0.3, 1, 24).clip(-3, 3).round(2)),
}
BUGS = {"no_correction": "no bias correction", "eps_inside": "eps inside", "one_beta": "one beta", "no_root": "no root"}
NEAR, FAR = 1.5, 5.0
"""The window of the steps is ±1.5 α, or ±5 α where one of them is longer."""


def moments(
    gradients: str = OWN,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    bug: str = "",
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: a sequence of gradients that you pick, type or draw, Adam's averages of it, and the steps, in units of α.

    Draw in the first panel with "yours" chosen: press and move. ``bug`` is one of :data:`course_utils.misbuilt.BUGS`
    that the switches offer.
    Try: "one after silence": how long is its step, and how long are the next ones, where g is 0 again? Then steady,
    without bias correction.
    """
    return LiveFigure(
        draw,
        [
            Choice("gradients", tuple(SEQUENCES), gradients, label="gradients"),
            Sketch("g", SEQUENCES[OWN], -3, 3, label="yours"),
            Slider("beta1", 0, 0.99, beta1, 0.01, label="β₁"),
            Slider("beta2", 0, 0.999, beta2, 0.001, label="β₂"),
            LogSlider("eps", 1e-10, 1, eps, label="ε", per_decade=2),
            *(Switch(name, text == bug, label=text) for name, text in BUGS.items()),
        ],
        predict=predict,
    )


class Averages(NamedTuple):
    """Each ``(T,)``: what Adam keeps, what it corrects to, and the step it takes, in units of α."""

    m: Array
    v: Array
    m_hat: Array
    v_hat: Array
    step: Array


def draw(
    gradients: str,
    g: tuple[float, ...],
    beta1: float,
    beta2: float,
    eps: float,
    no_correction: bool,
    eps_inside: bool,
    one_beta: bool,
    no_root: bool,
) -> Picture:
    """Adam along the sequence, beside the mis-built one if a bug is on."""
    on = dict(zip(BUGS.values(), (no_correction, eps_inside, one_beta, no_root), strict=True))
    bugs = frozenset(name for name, is_on in on.items() if is_on)
    sequence = np.array(g if gradients == OWN else SEQUENCES[gradients])  # (T,)
    right, wrong = averages(sequence, beta1, beta2, eps), averages(sequence, beta1, beta2, eps, bugs)
    t, x = np.arange(1, len(sequence) + 1), Axis("step t", 0.5, len(sequence) + 0.5)
    top = max(1.0, float(np.abs(sequence).max()))
    zero = HLine(0.0, dash="solid")
    window = FAR if np.nanmax(np.abs([right.step, wrong.step])) > NEAR else NEAR
    steps: list[Layer] = [zero, HLine(1.0, "α"), HLine(-1.0)]
    if bugs:
        steps += [
            Line(t, right.step, color="blue", label="Adam"),
            Line(t, wrong.step, color="orange", dash="dashed", width=2.5, label="with the bug", exit="leaves"),
            Points(t, wrong.step, color="orange", marker="square", size=7),
        ]
    else:
        steps += [Line(t, right.step, color="blue", label="step"), Points(t, right.step, color="blue", size=7)]
    return Picture(
        panels=(
            Panel(
                "Gradients" + (": draw here" if gradients == OWN else ""),
                x,
                Axis("g", -3.2, 3.2),
                (zero, Line(t, sequence, color="faint"), Points(t, sequence, color="ink", size=8)),
                sketch="g" if gradients == OWN else "",
            ),
            Panel(
                "Their averages",
                x,
                Axis("m, m̂ and √v, √v̂", -1.1 * top, 1.1 * top),
                (
                    zero,
                    Line(t, right.m, color="blue", dash="dotted", label="m"),
                    Line(t, right.m_hat, color="blue", label="m̂"),
                    Line(t, np.sqrt(right.v), color="green", dash="dotted", label="√v"),
                    Line(t, np.sqrt(right.v_hat), color="green", dash="dashed", label="√v̂"),
                ),
                labels="margin",
            ),
            Panel("The step", x, Axis("step / α", -window, window), tuple(steps), labels="margin", weight=1.2),
        ),
        says=verdict(right.step, wrong.step, bugs, longest(beta1, beta2, len(sequence))),
        alt="Left: gradients as points. Middle: their mean m and the corrected m̂, their size √v and the corrected √v̂. "
        "Right: Adam's steps in units of α, and those with the bug.",
    )


def averages(g: Array, beta1: float, beta2: float, eps: float, bugs: frozenset[str] = frozenset()) -> Averages:
    """Adam (mis-built with ``bugs``) on one parameter that sees the gradients ``g (T,)``, α = 1."""
    adam = MisbuiltAdam(1.0, beta1, beta2, eps, bugs, planned=len(g)) if bugs else Adam(1.0, beta1, beta2, eps)
    theta: Array = np.zeros(1)
    state, rows = adam.init(theta), []
    with np.errstate(all="ignore"):
        for t, now in enumerate(g, 1):
            moved, state = adam.step(theta, np.array([now]), state, t, 1.0)  # type: ignore[arg-type]
            m, v = state.m[0], state.v[0]
            rows.append((m, v, m / (1 - beta1**t), v / (1 - beta2**t), (theta - moved)[0]))
            theta = moved
    return Averages(*np.array(rows).T)


def longest(beta1: float, beta2: float, t: int) -> float:
    """No gradients make Adam's step t longer than this many α, and some make it just so long.

    m̂ = Σ aᵢgᵢ and v̂ = Σ bᵢgᵢ² with weights that sum to 1, so |m̂|/√v̂ ≤ √(Σ aᵢ²/bᵢ), by Cauchy and Schwarz.
    """
    age = np.arange(t)
    a, b = beta1**age, beta2**age  # (t,)
    a, b = a / a.sum(), b / b.sum()
    return float(np.sqrt(np.sum(a[a > 0] ** 2 / np.maximum(b[a > 0], 1e-300))))


def verdict(right: Array, wrong: Array, bugs: frozenset[str], bound: float) -> str:
    """The longest step and where; what the bug changes."""
    k = int(np.abs(right).argmax())
    head = f"Adam's longest step is {number(abs(right[k]))} α, at t = {k + 1}; all add up to {number(right.sum())} α"
    if not bugs:
        return f"{head}. No gradients could make step {len(right)} longer than {number(bound)} α."
    names = " and ".join(sorted(bugs))
    odd = np.flatnonzero(~np.isclose(wrong, right, rtol=1e-3, atol=1e-9))
    if not odd.size:
        return f"{head}. With {names} nothing changes on this sequence."
    worst = int(np.nanargmax(np.abs(wrong)))
    return f"{head}. With {names} they differ from t = {odd[0] + 1} on; the longest is {number(abs(wrong[worst]))} α."
