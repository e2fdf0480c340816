"""Loss against rate for three methods: where each valley lies, how wide it is, who wins at one rate (chapter 11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import SGD, Adam, Momentum, Optimizer
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, HLine, Layer, Line, Panel, Picture, Points, VLine, number
from course_utils.widgets.series import Look

MOST, LAST, SEEDS, LEAST, FAR = 300, 10, 8, 1e-5, 1e6
RATES = np.geomspace(1e-4, 10, 51)
METHODS: dict[str, Callable[[Array], Optimizer]] = {"SGD": SGD, "momentum": Momentum, "Adam": Adam}
LOOKS = {
    "SGD": Look("orange", "solid", "dot", 2.5),
    "momentum": Look("green", "dashed", "triangle", 2.5),
    "Adam": Look("blue", "dashdot", "ring", 2.5),
}


def rate_sensitivity(
    lr: float = 0.1,
    steps: int = 100,
    kappa: float = 20.0,
    noise: float = 1.0,
    good: float = 0.01,
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: loss after a budget of steps against the rate, for SGD, momentum 0.9 and Adam, on a turned bowl.

    The curvatures are 1 and κ; σ is the noise of the gradients; losses are shares of the loss at the start, means of
    the last ten steps of eight seeds. ``lr`` is a rate common to all: drag it. ``good`` is the share that is good
    enough; the right panel shows which rates reach it.
    Try: predict who wins at a common rate, then make each of the three win. Then more steps, and a larger κ: whose
    good rates move, whose stay?
    """
    return LiveFigure(
        draw,
        [
            LogSlider("lr", RATES[0], RATES[-1], lr, label="common rate α", per_decade=10),
            Slider("steps", 20, MOST, steps, 10, label="budget, steps"),
            LogSlider("kappa", 1, 1000, kappa, label="condition κ", per_decade=10),
            Slider("noise", 0, 3, noise, 0.5, label="gradient noise σ"),
            LogSlider("good", 1e-4, 0.5, good, label="good enough", per_decade=10),
        ],
        predict=predict,
    )


def draw(lr: float, steps: int, kappa: float, noise: float, good: float) -> Picture:
    """Three valleys, and their good rates."""
    curves, rates = valleys(kappa, noise, steps), Axis("rate α, log scale", RATES[0], RATES[-1], log=True)
    left: list[Layer] = [HLine(good), VLine(lr, color="ink", dash="dotted")]
    right: list[Layer] = [VLine(lr, "common", color="ink", dash="dotted")]
    for row, (name, look) in enumerate(LOOKS.items()):
        curve, best = curves[name], int(curves[name].argmin())
        left += look.curve(RATES, curve, slice(row + 2, None, 6), label=name)
        left.append(Points([lr], [at(lr, curve)], color="ink", marker="square", size=8))
        x = fine()
        reach = Line(np.where(at(x, curve) <= good, x, np.nan), np.full(len(x), -row), color=look.color, width=7)
        right += [reach, Points([RATES[best]], [-row], color="ink", marker=look.marker, size=10)]
    ticks = tuple((-row, name) for row, name in enumerate(LOOKS))
    return Picture(
        panels=(
            Panel(
                "Loss against rate (dashed: good enough)", rates,
                Axis("loss / loss at the start, log scale", LEAST, 10, log=True),
                tuple(left), weight=1.4, drag=("lr", "good"),
            ),
            Panel(
                "Good rates, and the best one", rates, Axis("", -2.6, 0.6, ticks=ticks), tuple(right),
                drag=("lr", ""),
            ),
        ),
        says=verdict(lr, steps, kappa, good, curves),
        alt="Left: the loss against the rate, both log: a valley for each of three methods, and a vertical line at the "
        "common rate. Right: for each method a bar over its good rates and a mark at the best.",
        height=360,
    )  # fmt: skip


@lru_cache(maxsize=16)
def runs(kappa: float, noise: float) -> dict[str, Array]:
    """Loss over that at the start, mean of eight seeds, ``(301, 51)`` for each method."""
    bowl = Quadratic([1.0, kappa], angle=np.pi / 6)
    start = np.broadcast_to(bowl.start, (SEEDS, len(RATES), 2)).copy()
    shakes = noise * np.random.default_rng(0).normal(size=(MOST + 1, SEEDS, 1, 2))  # the same at every rate
    found = {}
    for name, method in METHODS.items():
        run = minimize(noisy(bowl.hessian, iter(shakes)), start, method(RATES[:, None]), MOST, keep_theta=False)
        with np.errstate(over="ignore", invalid="ignore"):
            share = run.loss.mean(axis=1) / run.loss[0, 0]  # (301, 51)
        found[name] = np.nan_to_num(share, nan=FAR, posinf=FAR).clip(1e-12, FAR)
    return found


def noisy(hessian: Array, draws: Iterator[Array]) -> Callable[[Array], tuple[Array, Array]]:
    """½ θᵀHθ of two parameters, and its gradient with the next draw; four times as fast as the general Quadratic."""
    own, other = np.diag(hessian), hessian[0, 1]

    def bowl(theta: Array) -> tuple[Array, Array]:
        g = own * theta + other * theta[..., ::-1]  # (..., 2)
        return 0.5 * (theta[..., 0] * g[..., 0] + theta[..., 1] * g[..., 1]), g + next(draws)

    return bowl


def valleys(kappa: float, noise: float, steps: int) -> dict[str, Array]:
    """Mean of the last ten losses within the budget, ``(51,)`` for each method."""
    return {name: loss[steps - LAST + 1 : steps + 1].mean(axis=0) for name, loss in runs(kappa, noise).items()}


@lru_cache(maxsize=1)
def fine() -> Array:
    """A hundred rates a decade, ``(501,)``."""
    return np.geomspace(RATES[0], RATES[-1], 501)


def at(lr: float | Array, curve: Array) -> Array:
    """The curve at any rate, by straight lines on the log scales."""
    return np.asarray(np.exp(np.interp(np.log(lr), np.log(RATES), np.log(curve))))


def decades(curve: Array, good: float) -> float:
    """Decades of rates whose loss is good enough, within the window of five."""
    return 5 * float((at(fine(), curve) <= good).mean())


def verdict(lr: float, steps: int, kappa: float, good: float, curves: dict[str, Array]) -> str:
    """Width of each valley, the winner at the common rate, and each at its own."""
    width = ", ".join(f"{name} {decades(curve, good):.1f}" for name, curve in curves.items())
    ranked = sorted(curves, key=lambda name: float(at(lr, curves[name])))
    first, second = (float(at(lr, curves[name])) for name in ranked[:2])
    lead = f"{ranked[0]} is lowest" if second > 1.1 * first else f"{ranked[0]} and {ranked[1]} lead"
    best = ", ".join(f"{name} {number(c.min(), 2)} at {number(RATES[c.argmin()], 2)}" for name, c in curves.items())
    return (
        f"κ = {number(kappa)}, {steps} steps. At the common rate {number(lr)} {lead}. Each at its best rate: {best}. "
        f"Decades of rates that reach {number(good)}: {width}."
    )
