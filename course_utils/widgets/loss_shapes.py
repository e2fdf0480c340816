"""One outlier: the squared loss runs after it, the absolute loss does not (chapter 2)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.losses import Loss, huber, mae, mse
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Layer, Panel, Picture, Points, VLine, number
from course_utils.widgets.series import Look

CLEAN = np.array([-1.6, -1.2, -0.8, -0.5, -0.1, 0.1, 0.5, 0.8, 1.2, 1.6])
FAR = 20.0
GUESSES = np.linspace(-12, 12, 241)
LOOKS = {
    "squared": Look("blue", "solid", "dot", 2.5),
    "absolute": Look("orange", "dashed", "triangle", 2.5),
    "Huber": Look("green", "dashdot", "square", 2.5),
}


def loss_shapes(outlier: float = 10.0, delta: float = 1.0, predict: Prediction | None = None) -> LiveFigure:
    """Live: three losses of a single guess for eleven numbers, one of them far away; where each is least.

    Ten numbers lie around 0, the eleventh where you put it. Each loss is drawn over its minimum, so only shape counts.
    Try: predict what moving the outlier from 10 to 20 does to each guess. Then δ from 0.1 to 10: whom does Huber join?
    """
    return LiveFigure(
        draw,
        [
            Slider("outlier", -FAR, FAR, outlier, 0.5, label="eleventh number"),
            Slider("delta", 0.1, 10, delta, 0.1, label="δ of Huber"),
        ],
        predict=predict,
    )


def draw(outlier: float, delta: float) -> Picture:
    """The losses over the guess, and the best guess over the outlier."""
    left, right, best = list[Layer](), list[Layer](), dict[str, float]()
    places = np.linspace(-FAR, FAR, 41)
    for name, look in LOOKS.items():
        own = delta if name == "Huber" else 0.0
        value, best[name] = over_guesses(name, outlier, own), least(name, outlier, own)
        left += look.curve(GUESSES, value - value.min(), slice(0, None, 20), label=name)
        left.append(Points([best[name]], [0.0], color=look.color, marker="star", size=14))
        guesses = np.array([least(name, at, own) for at in places.tolist()])
        right += look.curve(places, guesses, slice(0, None, 5), label=name)
    numbers = Points(np.append(CLEAN, outlier), np.zeros(11), color="ink", marker="ring", size=7)
    right.append(VLine(outlier, color="ink", dash="dotted"))
    return Picture(
        panels=(
            Panel(
                "Loss above its minimum",
                Axis("guess c", -12, 12),
                Axis("loss", -0.6, 12),
                (numbers, *left),
                labels="margin",
            ),
            Panel(
                "Best guess",
                Axis("eleventh number", -FAR, FAR),
                Axis("best guess c", -3, 3),
                tuple(right),
                labels="margin",
            ),
        ),
        says=verdict(outlier, delta, best),
        alt="Left: squared (solid), absolute (dashed) and Huber loss (dash-dotted) against the guess, each with a star "
        "at its minimum, and the eleven numbers as rings. Right: the best guess of each against the eleventh number.",
    )


@lru_cache(maxsize=4096)
def over_guesses(name: str, outlier: float, delta: float) -> Array:
    """The library's loss of every guess, ``(241,)``."""
    y = np.append(CLEAN, outlier)  # (11,)
    return np.array([loss(name, delta)(np.full(11, c), y)[0] for c in GUESSES])


@lru_cache(maxsize=8192)
def least(name: str, outlier: float, delta: float) -> float:
    """The guess at which the gradient, summed over the numbers, changes its sign; found by halving."""
    y, lo, hi = np.append(CLEAN, outlier), -FAR, FAR
    for _ in range(45):
        c = 0.5 * (lo + hi)
        lo, hi = (lo, c) if loss(name, delta)(np.full(11, c), y)[1].sum() > 0 else (c, hi)
    return 0.5 * (lo + hi)


def loss(name: str, delta: float) -> Loss:
    """The library's loss of this name."""
    return mse if name == "squared" else mae if name == "absolute" else huber(delta)


def verdict(outlier: float, delta: float, best: dict[str, float]) -> str:
    """The three guesses beside mean and median."""
    y = np.append(CLEAN, outlier)
    return (
        f"Eleventh number {outlier:g}: the squared loss guesses {_near(best['squared'])}, the mean "
        f"{_near(y.mean())}; the absolute loss {_near(best['absolute'])}, the median {_near(np.median(y))}; "
        f"Huber with δ = {delta:g} {_near(best['Huber'])}. Without it, mean and median are 0."
    )


def _near(value: float | np.floating) -> str:
    return number(round(float(value), 6) + 0.0)  # what halving and rounding leave of 0 is 0
