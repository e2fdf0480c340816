"""Gradient descent against SGD on one least-squares problem: who is faster depends on what is counted (chapter 6)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array
from course_utils.descent import minimize
from course_utils.objectives import LinearRegression
from course_utils.optimizers import SGD
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, HLine, Layer, Panel, Picture, Text, VLine, number
from course_utils.widgets.series import Look

N, D, RUNS, DESCENT, WORK = 200, 8, 8, 400, 8000
KAPPAS = (1, 3, 10, 30, 100)
WORKED, STEPPED = "example gradients", "steps"
FALLING, CONSTANT = "falls like 1/t", "constant"
LOOKS = {"GD": Look("orange", "solid", "dot", 2.5), "SGD": Look("blue", "dashed", "triangle", 2.5)}


def work_race(
    axis: str = WORKED,
    kappa: int = 10,
    copies: int = 1,
    batch: int = 1,
    schedule: str = FALLING,
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: the loss gap of gradient descent and of SGD against example gradients, or against steps.

    Linear regression, 200 examples, 8 features whose units set κ; SGD is the mean of 8 runs. ``axis`` is what is
    counted, ``copies`` how often a genie repeats each example, ``batch`` the examples of a step of SGD. The rate of
    gradient descent is 2/(μ + L); that of SGD is α = 1/(L + tr H/B), constant, or α/(1 + αμt/2).
    Try: predict who is faster, then count steps. Then 10 copies: whose curve moves? Then κ = 100.
    """
    return LiveFigure(
        draw,
        [
            Choice("axis", (WORKED, STEPPED), axis, label="count"),
            Choice("kappa", tuple(map(str, KAPPAS)), str(kappa), label="condition κ"),
            Slider("copies", 1, 10, copies, 1, label="copies"),
            LogSlider("batch", 1, 100, batch, label="batch size B", per_decade=3, digits=1),
            Choice("schedule", (FALLING, CONSTANT), schedule, label="rate of SGD"),
        ],
        predict=predict,
    )


def draw(axis: str, kappa: str, copies: int, batch: float, schedule: str) -> Picture:
    """Both gaps over what is counted, and what each κ costs."""
    size, home = int(batch), gap_of_truth()
    price = {"GD": 1, "SGD": 1} if axis == STEPPED else {"GD": N * copies, "SGD": size}
    end, gaps = WORK // size if axis == STEPPED else WORK, series(int(kappa), size, schedule)
    (_, last), swaps = changes(gaps, price, end)
    left: list[Layer] = [HLine(home, "true θ")]
    left += [VLine(x, f"{last} for good", dash="dotted") for x in swaps[-1:]]
    right: list[Layer] = [VLine(int(kappa), dash="dotted")]
    for name, look in LOOKS.items():
        at = np.unique(np.append([0.5, 0.999], np.geomspace(1, end, 300).astype(int)))  # below 1: the start
        at = at[at < price[name] * len(gaps[name])]  # gradient descent takes 400 steps
        seen = np.maximum(gaps[name][(at // price[name]).astype(int)], 1e-7)  # one step may end on the minimum
        left += look.curve(at, seen, slice(60, None, 48), label=name)
        needed = np.array([price[name] * arrival(series(k, size, schedule)[name], home) for k in KAPPAS])
        if (there := np.isfinite(needed)).any():
            right += look.curve(np.array(KAPPAS)[there], needed[there], slice(None), label=name)
        else:
            right.append(Text(1, 2, f"{name} does not arrive", look.color))
    return Picture(
        panels=(
            Panel(
                f"Loss gap over {axis}", Axis(f"{axis}, log scale", 0.5, end, log=True),
                Axis("gap / gap at the start, log scale", 1e-5, 4, log=True), tuple(left), labels="margin", weight=1.3,
            ),
            Panel(
                "To the gap of the true θ", Axis("condition κ, log scale", 0.8, 125, log=True),
                Axis(f"{axis}, log scale", 0.8, 1e6, log=True), tuple(right), labels="margin",
            ),
        ),
        says=verdict(axis, kappa, copies, size, schedule),
        alt=f"Left: loss gap over {axis}, both log: that of gradient descent bends down at last, that of SGD falls "
        "slowly or ends on a floor. Right: what each needs to come as close as the true weights, against κ, both log.",
        height=360,
    )  # fmt: skip


@lru_cache(maxsize=1)
def data() -> tuple[Array, Array, Array]:
    """Uncorrelated features of variance 1 ``(200, 8)``, targets with noise of variance 1, true weights ``(8,)``."""
    rng = np.random.default_rng(0)
    z, w = np.linalg.qr(rng.normal(size=(N, D)))[0] * N**0.5, rng.normal(size=D)
    return z, z @ w + rng.normal(size=N), w


def gap_of_truth() -> float:
    """How far the true weights are above the least loss, over the gap at the start."""
    z, y, w = data()
    best = z.T @ y / N
    return float(np.sum((w - best) ** 2) / np.sum(best**2))


def units(kappa: int) -> Array:
    """What feature j is multiplied by, ``(8,)``: the Hessian is 2 diag(units²), its condition κ."""
    return np.geomspace(1, kappa**-0.5, D)


def series(kappa: int, batch: int, schedule: str) -> dict[str, Array]:
    """Relative loss gaps at one κ: after 0, 1, … steps of each."""
    return {"GD": full(kappa), "SGD": stochastic(batch)[KAPPAS.index(kappa), (FALLING, CONSTANT).index(schedule)]}


@lru_cache(maxsize=8)
def full(kappa: int) -> Array:
    """Gaps of gradient descent, ``(401,)``. Copies of the examples change neither loss nor gradient."""
    z, y, _ = data()
    loss = LinearRegression(z * units(kappa), y)
    theta = minimize(loss, loss.start, SGD(1 / (1 + 1 / kappa)), DESCENT).theta  # L = 2, μ = 2/κ
    gap = np.sum(((theta - loss.optimum) * units(kappa)) ** 2, axis=-1)
    return np.asarray(gap / gap[0])


@lru_cache(maxsize=16)
def stochastic(batch: int) -> Array:
    """Mean gaps of 8 runs of SGD at all κ with both rules, ``(5, 2, steps + 1)``.

    A draw hits each example with probability 1/200, however many copies there are: SGD cannot tell.
    """
    z, y, _ = data()
    steps, best = WORK // batch, z.T @ y / N
    s = np.repeat([units(kappa) for kappa in KAPPAS], 2, axis=0)  # (10, 8), a row for each case
    alpha = (0.5 / (s.max(axis=1) ** 2 + np.sum(s**2, axis=1) / batch))[:, None]  # 1/(L + tr H/B)
    fall = alpha * np.tile([[1.0], [0.0]], (len(KAPPAS), 1)) * s[:, -1:] ** 2  # αμ/2, or 0
    rows = iter(np.random.default_rng(1).integers(N, size=(steps + 1, RUNS, batch)))

    def drawn(theta: Array) -> tuple[Array, Array]:
        """The gap on all data ``(8, 10)``, and the gradient on the next batch of each run ``(8, 10, 8)``."""
        i, u = next(rows), s * theta
        residual = u @ z[i].swapaxes(-1, -2) - y[i][:, None]  # (8, 10, B)
        return np.sum((u - best) ** 2, axis=-1), 2 / batch * s * (residual @ z[i])

    rate = SGD(lambda t: alpha / (1 + fall * t))
    gaps = minimize(drawn, np.zeros((RUNS, len(s), D)), rate, steps, keep_theta=False).loss.mean(axis=1)
    return np.asarray(gaps.T / np.sum(best**2)).reshape(len(KAPPAS), 2, steps + 1)


def arrival(gap: Array, home: float) -> float:
    """First step at which the gap is at most ``home``; NaN where it never is."""
    return float(np.argmax(gap <= home)) if (gap <= home).any() else np.nan


def changes(gaps: dict[str, Array], price: dict[str, int], end: int) -> tuple[tuple[str, str], NDArray[np.int64]]:
    """Who leads first and last, and where the lead changes hands, over 1 … ``end`` of what is counted."""
    x = np.arange(1, min(end + 1, *(price[name] * len(gaps[name]) for name in gaps)))
    gd, sgd = (gaps[name][x // price[name]] for name in ("GD", "SGD"))
    x, ahead = x[gd != sgd], (sgd < gd)[gd != sgd]
    who = ("GD", "SGD")
    return (who[int(ahead[0])], who[int(ahead[-1])]), x[1:][ahead[1:] != ahead[:-1]]


def verdict(axis: str, kappa: str, copies: int, batch: int, schedule: str) -> str:
    """Who leads where on both axes, and what it takes to come as close as the truth."""
    gaps, home = series(int(kappa), batch, schedule), gap_of_truth()
    work, steps = {"GD": N * copies, "SGD": batch}, {"GD": 1, "SGD": 1}
    told = {WORKED: changes(gaps, work, WORK), STEPPED: changes(gaps, steps, WORK // batch)}
    order = (axis, STEPPED if axis == WORKED else WORKED)
    lead = "; ".join(f"over {name} {leads(*told[name])}" for name in order)
    flips = "The answer flips with the axis" if told[WORKED][0] != told[STEPPED][0] else "Both axes say the same"
    price = work if axis == WORKED else steps
    needs = [f"{name} {_count(price[name] * arrival(gaps[name], home))}" for name in price]
    return (
        f"κ = {kappa}, {N * copies:,} examples, B = {batch}: {lead}. {flips}. "
        f"{axis.capitalize()} to the gap of the true θ, {number(home)}: {', '.join(needs)}."
    )


def leads(who: tuple[str, str], swaps: NDArray[np.int64]) -> str:
    """In words, for the stretch that is drawn."""
    if not swaps.size:
        return f"{who[0]} leads all the way"
    if who[0] == who[1]:
        return f"{who[0]} leads but for stretches between {_count(swaps[0])} and {_count(swaps[-1])}"
    if swaps.size == 1:
        return f"{who[0]} leads up to {_count(swaps[0])}, then {who[1]}"
    return f"{who[0]} leads up to {_count(swaps[0])}, and {who[1]} for good from {_count(swaps[-1])}"


def _count(steps: float) -> str:
    return f"{steps:,.0f}" if np.isfinite(steps) else "not within this run"
