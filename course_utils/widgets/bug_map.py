"""Where a bug in Adam shows: final error over β and the number of steps (chapter 9, E01-E03)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.descent import minimize, norm
from course_utils.misbuilt import MisbuiltAdam
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.line_fit import bowl, fit
from course_utils.widgets.misbuilt_adam import RIGHT, WRONG
from course_utils.widgets.picture import Axis, Heat, HLine, Layer, Line, Panel, Picture, Points, Text, VLine

LR, MOST = 0.1, 1000
BUGS = {
    "planned steps": ("planned steps",),
    "planned and overwritten": ("planned steps", "overwritten moments"),
    "one beta": ("one beta",),
    "no bias correction": ("no bias correction",),
}
MEMORY = np.geomspace(2, MOST, 26)  # 1/(1 − β)
T = np.geomspace(2, MOST, 24).round().astype(int)
COUNTS = tuple((float(k), f"{k}") for k in (2, 10, 100, 1000))
BETA = Axis(
    "β, by its memory 1/(1 − β)", 2, MOST, log=True, ticks=((2, "0.5"), (10, "0.9"), (100, "0.99"), (1000, "0.999"))
)
STEPS = Axis("steps T; faint 1e-4, strong 100", 2, MOST, log=True, ticks=COUNTS)
TIME = Axis("step t, log scale", 1, MOST, log=True, ticks=((1, "1"), *COUNTS[1:]))
BEST, WORST = 1e-4, 1e2  # ends of the shading


def bug_map(
    bug: str = "planned and overwritten", memory: float = 10.0, planned: int = 100, predict: Prediction | None = None
) -> LiveFigure:
    """Live: error after T steps over β and T, for one bug and for correct Adam; and both runs at the cross.

    ``memory`` is 1/(1 − β) in steps: 10 is β = 0.9, 1000 is 0.999. Both averages use β, as in the article with
    these bugs; for "one beta" the correct Adam has β₁ = 0.9 and β₂ = β. α = 0.1. Drag in a map to move the cross.
    Try: find the faint region of each bug: there a test would pass. Which single test would catch it?
    """
    return LiveFigure(
        draw,
        [
            Choice("bug", tuple(BUGS), bug, label="bug"),
            LogSlider("memory", 2, MOST, memory, label="memory 1/(1 − β)"),
            Slider("planned", 2, MOST, planned, 1, label="steps T"),
        ],
        predict=predict,
    )


def draw(bug: str, memory: float, planned: int) -> Picture:
    """Two maps, and the two runs at the cross."""
    wrong, right = path(bug, memory, planned, True), path(bug, memory, planned, False)
    beta, t = 1 - 1 / MEMORY, np.arange(1, planned + 1)
    ring = Points([memory], [planned], color="ink", marker="ring", size=13)
    cross = (VLine(memory, color="ink"), HLine(planned, color="ink"), ring)
    edge: list[Layer] = []
    if "overwritten" in bug:  # below this line v grows at every step
        edge.append(Line(MEMORY, np.log1p(-beta) / np.log(beta), color="red", dash="dashed"))
        edge.append(Text(90, 620, "βᵀ = 1 − β", color="red", anchor="right"))
    some = np.unique(np.geomspace(1, planned, 24).round().astype(int)) - 1
    runs = (*RIGHT.curve(t, right, some, label="correct"), *WRONG.curve(t, wrong, some, label="with the bug"))
    return Picture(
        panels=(
            Panel("Error with the bug", BETA, STEPS, (shade(bug, True), *edge, *cross), drag=("memory", "planned")),
            Panel("Error without it", BETA, STEPS, (shade(bug, False), *cross), drag=("memory", "planned")),
            Panel("At the cross", TIME, Axis("|θ − θ*|, log scale", 1e-6, 1e6, log=True), runs),
        ),
        says=verdict(bug, memory, planned, wrong[-1], right[-1]),
        alt=f"Left and middle: error after T steps over β and T with the bug and without, faint for {BEST:g} or less, "
        f"strong for {WORST:g} or more, and a cross. Right: error against the step of both runs at the cross.",
        height=340,
    )


def build(bug: str, beta: float | Array, planned: int | Array, broken: bool) -> MisbuiltAdam:
    """Adam with the bug, or its correct counterpart."""
    own = 0.9 if bug == "one beta" and not broken else beta
    return MisbuiltAdam(LR, own, beta, bugs=frozenset(BUGS[bug] if broken else ()), planned=planned)


@lru_cache(maxsize=256)
def path(bug: str, memory: float, planned: int, broken: bool) -> Array:
    """Error after each of T steps, ``(T,)``."""
    trace = minimize(bowl, [0.0, 0.0], build(bug, 1 - 1 / memory, planned, broken), planned)
    return error(trace.theta[1:])


@lru_cache(maxsize=16)
def table(bug: str, broken: bool) -> Array:
    """Error after T steps, ``(24, 26)``: rows T, columns β. Runs that do not depend on T are taken once."""
    plans = T if broken and "planned" in bug else T[-1:]
    adam = build(bug, (1 - 1 / MEMORY)[:, None, None], plans[:, None], broken)
    off = error(minimize(bowl, np.zeros((len(MEMORY), len(plans), 2)), adam, MOST).theta)  # (1001, 26, 24 or 1)
    return np.asarray(np.broadcast_to(off, (*off.shape[:2], len(T)))[T, :, np.arange(len(T))])


def error(theta: Array) -> Array:
    """Distance to the solution; what left the numbers is infinitely far."""
    with np.errstate(all="ignore"):
        return np.nan_to_num(norm(theta - fit()[0]), nan=np.inf)


@lru_cache(maxsize=16)
def shade(bug: str, broken: bool) -> Heat:
    """A table as an image."""
    return Heat(np.clip(table(bug, broken), BEST, WORST), scale="blue", lo=BEST, hi=WORST, log=True)


def verdict(bug: str, memory: float, planned: int, wrong: float, right: float) -> str:
    """The cross, and how much of the map the bug spoils."""
    worse = np.mean(table(bug, True) > 10 * np.maximum(table(bug, False), BEST))
    judged = "it does not show" if wrong <= 3 * max(right, BEST) else "it shows" if wrong < 5 else "it is fatal"
    return (
        f"{bug} at β = {1 - 1 / memory:.3g}, T = {planned}: error {wrong:.2g}, correct {right:.2g}; {judged} here. "
        f"On {100 * worse:.0f} % of the map it costs more than a factor of 10."
    )
