"""Which (rate, β) are stable for momentum, and how fast: 40,000 runs at once (chapter 7)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import Momentum
from course_utils.trace import Trace
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Slider, Switch
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Heat, HLine, Layer, Line, Panel, Picture, Points, VLine, number

SIDE, STEPS, SHOWN = 200, 60, 120
RATES, BETAS = np.geomspace(0.01, 100, SIDE), np.linspace(0, 0.995, SIDE)  # of α·L, and of β
RATE = Axis("α·L, log scale", 0.01, 100, log=True)
BETA = Axis("β", 0, 0.995)
RADIUS, LOSS = "spectral radius", "loss after 60 steps"


def stability_map(
    kappa: float = 10.0,
    shade: str = LOSS,
    ema: bool = False,
    rate: float = 1.0,
    beta: float = 0.5,
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: momentum on ½(x² + κy²) for 200 × 200 pairs of rate and β, recomputed as κ moves. Point at the map.

    ``rate`` is α·L with L = κ, the larger curvature; ``ema`` is the convention v ← βv + (1 − β)g, which divides the
    rate by 1/(1 − β). ``shade`` is the loss that the runs reach, or the factor by which they shrink in the long run.
    Try: where on the map is the fastest pair, and how does the ridge move as κ grows? Then the other convention.
    """
    return LiveFigure(
        draw,
        [
            LogSlider("kappa", 1, 1000, kappa, label="condition κ"),
            Choice("shade", (LOSS, RADIUS), shade, label="shade"),
            Switch("ema", ema, label="EMA convention"),
            LogSlider("rate", 0.01, 100, rate, label="α·L", per_decade=25),
            Slider("beta", 0, 0.995, beta, 0.005, label="β"),
        ],
        predict=predict,
    )


def draw(kappa: float, shade: str, ema: bool, rate: float, beta: float) -> Picture:
    """The map, and the run at the cross."""
    run, k = one(kappa, ema, rate, beta), np.arange(SHOWN + 1)
    factor = float(radius(np.array(rate), np.array(beta), kappa, ema))
    gone = "diverges" if factor > 1 + 1e-9 else ""
    sizes = np.abs(run.theta)  # (121, 2)
    return Picture(
        panels=(
            Panel(
                "Strong is fast; gray diverges", RATE, BETA,
                (
                    heat(kappa, ema, shade), *boundary(ema),
                    VLine(rate, color="ink", dash="dotted"), HLine(beta, color="ink", dash="dotted"),
                    Points([rate], [beta], color="ink", marker="ring", size=13),
                ),
                point=("rate", "beta"), weight=1.2,
            ),
            Panel(
                "The run at the ring", Axis("step k", 0, SHOWN), Axis("|x|, |y|, log scale", 1e-9, 1e3, log=True),
                (
                    Line(k, sizes[:, 0], color="blue", label="flat, λ = 1", exit=gone),
                    Line(k, sizes[:, 1], color="orange", dash="dashed", label="steep, λ = κ", exit=gone),
                    Line(k, factor**k, color="muted", dash="dotted", width=1.5),
                ),
                labels="margin",
            ),
        ),
        says=verdict(kappa, ema, rate, beta, factor),
        alt="Left: map over rate and β, shaded by how far momentum comes, with the border of stability of theory as a "
        "line and a ring at the chosen pair. Right: size of both coordinates of that run against the step.",
        height=400,
    )  # fmt: skip


def momentum(kappa: float, ema: bool, rate: float | Array, beta: float | Array) -> Momentum:
    """The optimizer for α·L = ``rate``."""
    return Momentum(rate / kappa, beta, ema=ema)


@lru_cache(maxsize=8)
def losses(kappa: float, ema: bool) -> Array:
    """Loss of 40,000 runs after 60 steps from (1, 1), over that at the start, ``(200, 200)``: β up, rate across."""
    rates, betas = (grid.reshape(-1, 1) for grid in np.meshgrid(RATES, BETAS))
    runs = minimize(
        Quadratic([1.0, kappa]), np.ones((SIDE * SIDE, 2)), momentum(kappa, ema, rates, betas), STEPS, keep_theta=False
    )
    return np.asarray((runs.loss[-1] / runs.loss[0]).reshape(SIDE, SIDE))


def radius(rate: Array, beta: Array, kappa: float, ema: bool) -> Array:
    """max |eigenvalue| of (x, v) ↦ next (x, v) for λ = 1 and λ = κ: roots of z² − (1 + β − αλ)z + β."""
    worst = np.zeros(np.broadcast(rate, beta).shape)
    for curvature in (1 / kappa, 1.0):  # of L
        b = 1 + beta - curvature * rate * ((1 - beta) if ema else 1)
        root = np.sqrt(np.asarray(b * b - 4 * beta, complex))
        worst = np.maximum(worst, np.maximum(np.abs(b + root), np.abs(b - root)) / 2)
    return worst


@lru_cache(maxsize=8)
def heat(kappa: float, ema: bool, shade: str) -> Heat:
    """The shading; what diverges has none. The rows are even in β, the columns in log α."""
    if shade == RADIUS:
        values = radius(RATES[None], BETAS[:, None], kappa, ema)
        return Heat(np.where(values < 1, 1 - values, np.nan), scale="blue", lo=0, hi=None, log=False, strength=0.9)
    values = losses(kappa, ema)
    return Heat(np.where(values < 1e3, -np.log10(values + 1e-12), np.nan), scale="blue", lo=-1, hi=12, strength=0.9)


def boundary(ema: bool) -> tuple[Layer, ...]:
    """αL = 2(1 + β), or 2(1 + β)/(1 − β) in the other convention: beyond it the steep direction grows."""
    limit = 2 * (1 + BETAS) / ((1 - BETAS) if ema else 1)
    return (Line(limit, BETAS, color="red", width=2.5),)


@lru_cache(maxsize=64)
def one(kappa: float, ema: bool, rate: float, beta: float) -> Trace:
    """The run at the cross."""
    return minimize(Quadratic([1.0, kappa]), [1.0, 1.0], momentum(kappa, ema, rate, beta), SHOWN)


def verdict(kappa: float, ema: bool, rate: float, beta: float, factor: float) -> str:
    """Where the cross is, the best pair, the border."""
    limit = 2 * (1 + beta) / ((1 - beta) if ema else 1)
    best_beta = ((np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)) ** 2
    best = (1 + np.sqrt(best_beta)) ** 2 / ((1 - best_beta) if ema else 1)
    here = (
        f"diverges: at β = {number(beta)} the border is α·L = {number(limit)}"
        if factor > 1 + 1e-9
        else f"shrinks by {number(factor, 4)} a step in the long run; the border is α·L = {number(limit)}"
    )
    return (
        f"κ = {number(kappa)}, α·L = {number(rate)}, β = {number(beta)}: {here}. Theory's best pair is "
        f"α·L = {number(best)}, β = {number(best_beta)}: √β = {number(np.sqrt(best_beta))} a step."
    )
