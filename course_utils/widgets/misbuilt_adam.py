"""Mis-build Adam: published bugs as switches, against the correct algorithm (chapter 9, E01-E03, E08, E91)."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.descent import minimize, norm
from course_utils.misbuilt import MisbuiltAdam
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import LogSlider, Slider, Switch
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.line_fit import INTERCEPT, SLOPE, bowl, fit, valley
from course_utils.widgets.picture import Axis, HLine, Layer, Panel, Picture, Points
from course_utils.widgets.series import Look

SWITCHES = ("planned steps", "overwritten moments", "one beta", "eps inside", "t from zero", "no bias correction")
SWITCHED = {name.replace(" ", "_"): name for name in SWITCHES}
RIGHT, WRONG = Look("blue", "solid", "dot", 3.0), Look("orange", "dashed", "triangle")
STEP = Axis("step t, log scale", 1, 1000, log=True, ticks=tuple((10.0**k, f"{10**k}") for k in range(4)))


def misbuilt_adam(
    bugs: Collection[str] = ("planned steps",),
    lr: float = 0.1,
    beta1: float = 0.9,
    beta2: float = 0.999,
    planned: int = 200,
    scale: float = 1.0,
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: a mis-built Adam beside the correct one on a straight-line fit: path, error and length of the steps.

    ``planned`` is the number of steps T, planned and taken; ``scale`` multiplies the loss; ``bugs`` are on at first.
    Try: with β₁ = β₂ = 0.9 and T = 1000 find the bugs that do not show. Then set β₁ = 0.99, or T = 20, or scale = 1e-6.
    """
    if unknown := set(bugs) - set(SWITCHES):
        raise ValueError(f"no switch is called {sorted(unknown)[0]!r}: nothing would change. Try one of {SWITCHES}.")
    return LiveFigure(
        draw,
        [
            LogSlider("lr", 1e-3, 1, lr, label="learning rate α"),
            Slider("beta1", 0.5, 0.999, beta1, 0.001, label="β₁"),
            Slider("beta2", 0.5, 0.999, beta2, 0.001, label="β₂"),
            Slider("planned", 2, 1000, planned, 1, label="steps T"),
            LogSlider("scale", 1e-6, 1, scale, label="loss times", per_decade=10),
            *(Switch(key, name in bugs, label=name) for key, name in SWITCHED.items()),
        ],
        predict=predict,
    )


def draw(lr: float, beta1: float, beta2: float, planned: int, scale: float, **switches: bool) -> Picture:
    """T steps of Adam with the bugs that are on, and of Adam."""
    bugs = frozenset(SWITCHED[key] for key, on in switches.items() if on)
    t, some = np.arange(planned + 1), np.unique(np.geomspace(1, planned, 24).round().astype(int))
    ends: list[tuple[float, float]] = []
    paths: list[Layer] = [valley()]
    errors: list[Layer] = []
    moves: list[Layer] = [HLine(1.0, "α")]
    for name, look, on in (("correct", RIGHT, frozenset[str]()), ("mis-built", WRONG, bugs)):
        path = run(lr, beta1, beta2, planned, scale, on)
        with np.errstate(all="ignore"):
            error, move = norm(path - fit()[0]), np.abs(np.diff(path, axis=0)).max(axis=1) / lr
        leaves = "leaves at step {k}" if np.isfinite(path[1]).all() else "0/0 at step {k}"
        paths += look.curve(path[:, 0], path[:, 1], some, exit=leaves)
        errors += look.curve(t[1:], error[1:], some - 1, label=name)
        moves += look.curve(t[1:], move, some - 1)
        ends.append((float(error[-1]), float(move[0])))
    start = Points([0], [0], color="ink", marker="square", size=9)
    best = Points(fit()[0][:1], fit()[0][1:], color="ink", marker="star", size=13)
    far = Axis("|θ − θ*|, log scale", 1e-8, 1e4, log=True)
    long = Axis("largest |Δθᵢ| / α, log scale", 1e-6, 1e4, log=True)
    return Picture(
        panels=(
            Panel("Path", INTERCEPT, SLOPE, (*paths, start, best)),
            Panel("Distance to the solution", STEP, far, tuple(errors)),
            Panel("Length of a step", STEP, long, tuple(moves)),
        ),
        says=verdict(bugs, ends),
        alt="Left: contour lines of a straight-line fit with the paths of Adam (solid, dots) and of the mis-built Adam "
        "(dashed, triangles). Middle: their distances to the solution. Right: the lengths of their steps.",
    )


@lru_cache(maxsize=64)
def run(lr: float, beta1: float, beta2: float, planned: int, scale: float, bugs: frozenset[str]) -> Array:
    """Path ``(T+1, 2)`` from (0, 0)."""
    adam = MisbuiltAdam(lr, beta1, beta2, bugs=bugs, planned=planned)
    return minimize(lambda theta: bowl(theta, scale), [0.0, 0.0], adam, planned).theta


def verdict(bugs: frozenset[str], ends: list[tuple[float, float]]) -> str:
    """Final errors, first steps, and whether the bug shows."""
    (right, first), (wrong, misstep) = ends
    if not bugs:
        return f"No bug is on: Adam ends {right:.2g} from the solution; its first step is {first:.3g} α. Switch one on."
    head = f"{', '.join(name for name in SWITCHES if name in bugs)}: "
    if np.isnan(misstep):
        return f"{head}the first step divides 0 by 0, and no number is left; Adam ends {right:.2g} from the solution."
    end = (
        f"ends {wrong:.2g} from the solution, Adam {right:.2g}"
        if np.isfinite(wrong)
        else f"overflows; Adam ends {right:.2g} from the solution"
    )
    same = wrong <= 3 * max(right, 1e-6)
    judged = "the error does not give it away" if same else "the bug shows" if wrong < 5 else "fatal"
    return f"{head}{end}: {judged}. Its first step is {misstep:.3g} α, Adam's {first:.3g} α."
