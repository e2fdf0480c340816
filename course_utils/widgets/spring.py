"""Momentum as a spring with friction: position and velocity of one direction (chapter 7)."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array
from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import Momentum
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import LogSlider, Play, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, HLine, Line, Panel, Picture, Points, VLine, number
from course_utils.widgets.stability_map import radius

STEPS = 80


def spring(
    rate: float = 0.1, beta: float = 0.9, x0: float = 1.0, step: int = STEPS, predict: Prediction | None = None
) -> LiveFigure:
    """Live: momentum on ½λx² as a spring: position against velocity, and both in time. Play the steps.

    ``rate`` is αλ, ``beta`` the share of the velocity that is kept; the start has no velocity. At β = (1 − √αλ)² the
    spring is critically damped: less friction (larger β) makes it ring, more makes it crawl.
    Try: αλ = 0.01. Find by hand the β that brings it home first: 0.84, with a little ringing, after 41 steps. The
    critical (1 − √0.01)² = 0.81 takes 63, and wins only in the long run.
    """
    return LiveFigure(
        draw,
        [
            LogSlider("rate", 0.001, 4, rate, label="αλ"),
            Slider("beta", 0, 0.99, beta, 0.01, label="β"),
            Slider("x0", -2, 2, x0, 0.1, label="start x"),
            Play("step", 0, STEPS, step, label="step"),
        ],
        predict=predict,
        compare=True,
    )


def draw(rate: float, beta: float, x0: float, step: int) -> Picture:
    """Eighty steps; the velocity is the last change of position, over √αλ."""
    x = minimize(Quadratic([1.0]), [x0], Momentum(rate, beta), STEPS).theta[:, 0]  # (81,)
    v, k = np.diff(x, prepend=x[0]) / rate**0.5, np.arange(STEPS + 1)  # in these units a free spring runs in a circle
    factor = float(radius(np.array(rate), np.array(beta), 1.0, False))
    envelope = abs(x0) * factor ** k.astype(float)
    gone = "leaves at step {k}" if factor > 1 + 1e-9 else ""
    return Picture(
        panels=(
            Panel(
                "Position and velocity", Axis("x", -2.2, 2.2), Axis("v / √αλ, v the last change of x", -2.2, 2.2),
                (
                    HLine(0.0, dash="solid"), VLine(0.0, dash="solid"),
                    Line(x[: step + 1], v[: step + 1], color="blue", ghost=True, exit=gone),
                    Points(x[: step + 1], v[: step + 1], color="blue", size=5),
                    Points(x[step : step + 1], v[step : step + 1], color="orange", marker="square", size=11),
                    Points([0.0], [0.0], color="ink", marker="star", size=12),
                ),
                drag=("x0", ""),
            ),
            Panel(
                "Position in time", Axis("step k", 0, STEPS), Axis("x", -2.2, 2.2),
                (
                    HLine(0.0, dash="solid"),
                    Line(k, envelope, color="muted", dash="dotted", label="± radiusᵏ"),
                    Line(k, -envelope, color="muted", dash="dotted"),
                    Line(k, x, color="blue", ghost=True, exit=gone),
                    VLine(step, color="orange", dash="dotted"),
                ),
                weight=1.4,
            ),
        ),
        says=verdict(rate, beta, factor, x),
        alt="Left: the path of position against velocity, a square at the step, a star at rest. Right: position "
        "against the step, between the dotted lines of the spectral radius to the power k.",
        height=360,
    )  # fmt: skip


def regime(rate: float, beta: float) -> str:
    """The kind of motion, from the roots of z² − (1 + β − αλ)z + β."""
    if rate > 2 * (1 + beta):
        return "diverges"
    disc = (1 + beta - rate) ** 2 - 4 * beta
    if abs(disc) < 1e-3 * max(beta, 1e-3):
        return "is critically damped"
    if disc < 0:
        return "rings (underdamped)"
    return "crawls home (overdamped)" if rate < 1 + beta else "flips its sign at every step (overdamped)"


def verdict(rate: float, beta: float, factor: float, x: Array) -> str:
    """Regime, factor a step, the critical β, and when it was home."""
    kind = regime(rate, beta)
    head = f"αλ = {number(rate)}, β = {number(beta)}: the spring {kind}"
    if kind == "diverges":
        return f"{head}, by {number(factor, 4)} a step; the border is αλ = 2(1 + β) = {number(2 * (1 + beta))}."
    far = np.flatnonzero(np.abs(x) > 0.01 * max(abs(x[0]), 1e-12))
    home = f"within 1 % from step {far[-1] + 1} on" if far.size and far[-1] < STEPS else f"not home in {STEPS} steps"
    ringing = f" (√β = {number(beta**0.5, 4)}, whatever αλ)" if "rings" in kind else ""
    critical = (1 - rate**0.5) ** 2 if rate < 1 else 0.0
    return f"{head}; radius {number(factor, 4)}{ringing}, {home}. Critical here is β = {number(critical)}."
