"""A sum of ReLUs is a line with kinks: one for each unit (chapter 1)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from course_utils.checks import Array
from course_utils.layers import Dense, ReLU
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Layer, Line, Panel, Picture, Points, VLine, number

WIDEST, EDGE = 40, np.pi
X = np.linspace(-EDGE, EDGE, 401)


class Fitted(NamedTuple):
    """A hidden layer of ReLUs and the best weights of the output layer."""

    kinks: Array  # (n,) where a unit switches on
    parts: Array  # (401, n), a unit times its outgoing weight
    y: Array  # (401,)


def relu_sum(width: int = 4, frequency: float = 1.0, predict: Prediction | None = None) -> LiveFigure:
    """Live: sin fitted by a + Σ cₖ ReLU(x − tₖ), the units one by one, and the error against the width.

    The kinks tₖ are spread evenly, the first at the left edge; a and cₖ are the least-squares solution.
    Try: predict how many straight pieces 4 units make. Then: how many units does frequency 3 need for the same error?
    """
    return LiveFigure(
        draw,
        [
            Slider("width", 1, WIDEST, width, 1, label="hidden units"),
            Slider("frequency", 0.5, 4, frequency, 0.5, label="frequency"),
        ],
        predict=predict,
    )


def draw(width: int, frequency: float) -> Picture:
    """The fit, its parts, and all widths."""
    fitted, target = fit(width, frequency), np.sin(frequency * X)
    widths, errors = np.arange(1, WIDEST + 1), worst(frequency)
    parts: list[Layer] = [Line(X, part, color="green", width=1.2) for part in fitted.parts.T]
    x, y = Axis("x", -EDGE, EDGE, ticks=((-EDGE, "−π"), (0, "0"), (EDGE, "π"))), Axis("y", -1.6, 1.6)
    at = np.interp(fitted.kinks, X, fitted.y)
    return Picture(
        panels=(
            Panel(
                f"{width} units",
                x,
                y,
                (
                    Line(X, target, color="muted", dash="dotted", width=2.5),
                    Line(X, fitted.y, color="blue", width=2.5),
                    Points(fitted.kinks, at, color="blue", size=8),
                ),
            ),
            Panel("Each unit, weighted", x, Axis("cₖ ReLU(x − tₖ)", -8, 8), tuple(parts)),
            Panel(
                "Largest error",
                Axis("units, log scale", 1, WIDEST, log=True, ticks=tuple((k, f"{k}") for k in (1, 2, 5, 10, 20, 40))),
                Axis("max |error|, log scale", 1e-3, 3, log=True),
                (
                    Line(widths, errors, color="orange", width=2.5),
                    Points([width], errors[[width - 1]], color="orange", marker="star", size=15),
                    VLine(width, color="ink", dash="dotted"),
                ),
            ),
        ),
        says=verdict(width, frequency, fitted, errors),
        alt="Left: a sine (dotted) and a line of straight pieces that follows it, with a dot at each kink. Middle: the "
        "weighted units, each 0 up to its kink and straight after it. Right: the largest error against the width.",
    )


@lru_cache(maxsize=512)
def fit(width: int, frequency: float) -> Fitted:
    """Units ReLU(x − tₖ) by the library's layers, and least squares for what follows them."""
    kinks = -EDGE + 2 * EDGE * np.arange(width) / width  # (n,)
    dense, relu = Dense(1, width), ReLU()
    dense.alone(np.random.default_rng(0))
    dense.W[...], dense.b[...] = 1.0, -kinks
    h = relu.forward(dense.forward(X[:, None]))  # (401, n)
    c = np.linalg.lstsq(np.c_[h, np.ones_like(X)], np.sin(frequency * X), rcond=None)[0]  # (n + 1,)
    return Fitted(kinks, h * c[:-1], h @ c[:-1] + c[-1])


@lru_cache(maxsize=16)
def worst(frequency: float) -> Array:
    """Largest error at the widths 1 … 40, ``(40,)``."""
    return np.array([np.abs(fit(n, frequency).y - np.sin(frequency * X)).max() for n in range(1, WIDEST + 1)])


def verdict(width: int, frequency: float, fitted: Fitted, errors: Array) -> str:
    """Pieces, error, and what twice the units bring."""
    bends = np.abs(fitted.parts[-1, 1:]) > 1e-6  # a unit of weight 0 bends nothing; the first starts at the edge
    pieces, error = 1 + int(bends.sum()), errors[width - 1]
    straight = f"{pieces} straight piece{'s' * (pieces > 1)}"
    more = "" if 2 * width > WIDEST else f" Twice the units: {number(errors[2 * width - 1], 2)}"
    ratio = "" if not more else f", {number(error / errors[2 * width - 1], 2)} times less."
    units = "1 unit makes" if width == 1 else f"{width} units make"
    sine = "sin x" if frequency == 1 else f"sin({frequency:g}x)"
    return f"{units} {straight}; the largest error for {sine} is {number(error, 2)}.{more}{ratio}"
