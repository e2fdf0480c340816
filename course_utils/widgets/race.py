"""Gradient descent, heavy ball and Nesterov in a ravine, each at its best rate: κ steps against √κ (chapter 7)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import Momentum, Nesterov
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import LogSlider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, HLine, Layer, Panel, Picture, Points, VLine, number
from course_utils.widgets.series import Look

HOME, MOST = 1e-6, 1000.0
KAPPAS = np.geomspace(2, MOST, 14)
LOOKS = {
    "GD": Look("orange", "solid", "dot", 2.5),
    "heavy ball": Look("green", "dashed", "triangle", 2.5),
    "Nesterov": Look("blue", "dashdot", "ring", 2.5),
}


def race(kappa: float = 100.0, predict: Prediction | None = None) -> LiveFigure:
    """Live: distance from the minimum of ½(x² + κy²) for three methods, and the steps they need, over κ.

    Each has the best rate of theory: 2/(1 + κ) for gradient descent, Polyak's pair for the heavy ball, 1/κ and
    (√κ − 1)/(√κ + 1) for Nesterov. Home is a millionth of the distance at the start, (1, 1).
    Try: κ = 10, then 1000. By which factor does gradient descent get slower, by which the others?
    """
    return LiveFigure(draw, [LogSlider("kappa", 2, MOST, kappa, label="condition κ", per_decade=10)], predict=predict)


def draw(kappa: float) -> Picture:
    """The three runs, and the steps at all κ."""
    needed = {name: int(count) for name, count in arrivals(kappa).items()}
    steps = round(1.2 * max(needed["heavy ball"], needed["Nesterov"])) + 5
    k, runs, curves = np.arange(steps + 1), distances(kappa, steps), sweep()
    marks = np.linspace(0, steps, 9).astype(int)[1:-1]
    left: list[Layer] = [HLine(HOME, "home", dash="solid")]
    right: list[Layer] = []
    for name, look in LOOKS.items():
        left += look.curve(k, runs[name], marks, label=name)
        right += look.curve(KAPPAS, curves[name], slice(None), label=name)
        right.append(Points([kappa], [needed[name]], color="ink", marker="square", size=10))
    return Picture(
        panels=(
            Panel(
                "The race", Axis("step k", 0, steps), Axis("‖(x, y)‖ / start, log scale", 1e-8, 10, log=True),
                tuple(left), labels="margin",
            ),
            Panel(
                "Steps until home", Axis("κ, log scale", 1.8, 1.1 * MOST, log=True),
                Axis("steps, log scale", 5, 2e4, True),
                (VLine(kappa, color="faint"), *right), labels="margin", drag=("kappa", ""),
            ),
        ),
        says=verdict(kappa, needed),
        alt="Left: distance against the step for gradient descent, heavy ball and Nesterov, log scale. Right: steps "
        "until a millionth of the start against κ, both log: the first line is twice as steep as the others.",
        height=360,
    )  # fmt: skip


def best_pair(kappa: float | Array) -> tuple[float | Array, float | Array]:
    """Polyak's rate and β for the curvatures 1 and κ (O04)."""
    root = np.sqrt(kappa)
    return (2 / (1 + root)) ** 2, ((root - 1) / (root + 1)) ** 2


@lru_cache(maxsize=64)
def distances(kappa: float, steps: int) -> dict[str, Array]:
    """Distance over that at the start, ``(steps + 1,)`` for each; gradient descent is momentum with β = 0."""
    bowl, (rate, beta), root = Quadratic([1.0, kappa]), best_pair(kappa), np.sqrt(kappa)
    rates, betas = np.array([[2 / (1 + kappa)], [rate]]), np.array([[0.0], [beta]])  # (2, 1)
    pair = minimize(bowl, np.ones((2, 2)), Momentum(rates, betas), steps).theta  # (steps + 1, 2, 2)
    ahead = minimize(bowl, [1.0, 1.0], Nesterov(1 / kappa, (root - 1) / (root + 1)), steps).theta
    size = np.linalg.norm(pair, axis=-1) / np.sqrt(2)
    return {"GD": size[:, 0], "heavy ball": size[:, 1], "Nesterov": behind(ahead, np.array([1.0, kappa]))}


def behind(ahead: Array, curvatures: Array) -> Array:
    """Distances of Nesterov's x, one gradient step from his look-ahead points, which the library's θ are."""
    x = ahead[:-1] * (1 - curvatures / curvatures[..., -1:])
    return np.asarray(np.linalg.norm(np.concatenate([ahead[:1], x]), axis=-1) / np.sqrt(2))


@lru_cache(maxsize=64)
def arrivals(kappa: float) -> dict[str, Array]:
    """Steps until home at one κ, each ``()``."""
    return {name: counts[0] for name, counts in home(np.array([kappa])).items()}


@lru_cache(maxsize=1)
def sweep() -> dict[str, Array]:
    """Steps until home at the κ of the right panel, each ``(14,)``."""
    return home(KAPPAS)


def home(kappas: Array) -> dict[str, Array]:
    """Steps until a millionth of the start, for each κ: ``(K,)``. Gradient descent's factor is known (O02)."""
    root, curvatures = np.sqrt(kappas)[:, None], np.stack([np.ones_like(kappas), kappas], axis=-1)  # (K, 1), (K, 2)
    steps, start = int(30 + 17 * root.max()), np.ones(curvatures.shape)

    def bowls(theta: Array) -> tuple[Array, Array]:
        g = curvatures * theta
        return 0.5 * np.sum(g * theta, axis=-1), g

    heavy = minimize(bowls, start, Momentum(*best_pair(kappas[:, None])), steps).theta
    ahead = minimize(bowls, start, Nesterov(1 / kappas[:, None], (root - 1) / (root + 1)), steps).theta
    near = {"heavy ball": np.linalg.norm(heavy, axis=-1) / np.sqrt(2), "Nesterov": behind(ahead, curvatures)}
    exact = np.ceil(np.log(HOME) / np.log((kappas - 1) / (kappas + 1)))
    return {"GD": exact, **{name: np.argmax(d <= HOME, axis=0).astype(float) for name, d in near.items()}}


def verdict(kappa: float, needed: dict[str, int]) -> str:
    """Steps of each, and what 100 times the κ would cost."""
    gain = needed["GD"] / needed["heavy ball"]
    return (
        f"κ = {number(kappa)}: home after {needed['GD']} steps of gradient descent, {needed['heavy ball']} of "
        f"heavy ball, {needed['Nesterov']} of Nesterov: heavy ball is {number(gain, 2)} times faster. "
        f"Steps grow with κ for the first, with √κ = {number(kappa**0.5)} for the others."
    )
