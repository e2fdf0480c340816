"""Dropout keeps the mean and adds variance; two ways to forget something break the mean or the answer (chapter 17)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.layers import Dropout
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Slider, Switch
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Bars, Layer, Panel, Picture, VLine, number

X, DRAWS, MOST = 10.0, 2000, 100


def dropout(
    p: float = 0.3,
    units: int = 20,
    forget_scale: bool = False,
    forget_eval: bool = False,
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: what a unit with x = 10 becomes under dropout, and the mean of several such units, over 2000 masks.

    ``forget_scale`` leaves out the factor 1/(1 − p); ``forget_eval`` keeps dropping when the network is used.
    Try: predict the mean and the variance at p = 0.5. Then each switch: which one shows in the mean, which only when
    the same question is asked twice?
    """
    return LiveFigure(
        draw,
        [
            Slider("p", 0, 0.9, p, 0.05, label="dropped share p"),
            Slider("units", 1, MOST, units, 1, label="units averaged"),
            Switch("forget_scale", forget_scale, label="forget 1/(1 − p)"),
            Switch("forget_eval", forget_eval, label="forget eval()"),
        ],
        predict=predict,
    )


def draw(p: float, units: int, forget_scale: bool, forget_eval: bool) -> Picture:
    """Training and evaluation, one unit and their mean."""
    train, used = outputs(p, True, forget_scale), outputs(p, forget_eval, forget_scale)  # (2000, 100)
    train_means, used_means = train[:, :units].mean(axis=1), used[:, :units].mean(axis=1)  # (2000,)
    values, shares = np.array([0, train.max()]), np.array([np.mean(train == 0), np.mean(train > 0)])
    unit = Panel(
        "One unit in training",
        Axis("output", -8, 108),
        Axis("share of the masks", 0, 1.05),
        (Bars(values, shares, color="sky", width=4), VLine(train.mean(), f"mean {number(train.mean())}", color="ink")),
    )
    if used_means.std() > 0:
        use: tuple[Layer, ...] = (bars(used, units, "orange", 0.4), VLine(X, "10", color="muted", dash="dotted"))
    else:
        use = (VLine(used_means[0], "in use: always 10", color="orange", dash="solid"),)
    means = Panel(
        f"Mean of {units}: in training (wide), in use (orange)",
        Axis("mean output", -0.5, 20.5),
        Axis("share of the masks", 0, 1.05 if units == 1 or p == 0 else 0.6),
        (bars(train, units, "sky", 0.8), *use),
        weight=1.4,
    )
    return Picture(
        panels=(unit, means),
        says=verdict(p, units, train, train_means, used_means),
        alt="Left: bars at the two values that a unit takes in training, dropped and kept, with their mean. Right: "
        "shares of the values of the mean of several units over 2000 masks, in training (wide bars) and in use.",
        height=330,
    )


@lru_cache(maxsize=64)
def outputs(p: float, dropping: bool, forget_scale: bool) -> Array:
    """100 units of value 10 under 2000 masks, ``(2000, 100)``; other masks in use than in training."""
    y = Dropout(p).forward(np.full((DRAWS, MOST), X), dropping, np.random.default_rng(17))
    return y * (1 - p) if forget_scale and dropping else y


def bars(y: Array, units: int, color: str, width: float) -> Bars:
    """How often the mean of the first n = ``units`` of y ``(2000, 100)`` is 0, 1/n, … n/n of an output."""
    kept = np.bincount(np.count_nonzero(y[:, :units], axis=1), minlength=units + 1)  # (units + 1,)
    step = y.max() / units
    return Bars(step * np.arange(units + 1), kept / DRAWS, color=color, width=width * min(step, 2.5))


def verdict(p: float, units: int, train: Array, train_means: Array, used_means: Array) -> str:
    """Mean and variance of a unit, and what the next layer meets when the network is used."""
    theory = X * X * p / (1 - p) if train.max() > X or p == 0 else X * X * p * (1 - p)
    head = (
        f"p = {p:g}: a unit with x = 10 has mean {number(train.mean())} in training, variance {number(train.var())} "
        f"(theory {number(theory)}). In use the mean of {units} is {number(used_means.mean())}"
    )
    spread = used_means.std()
    if spread > 0:
        shift = "" if abs(train.mean() - X) < 0.5 else ", each time too small"
        return f"{head}, give or take {number(spread)}: the same question gets another answer each time{shift}."
    if abs(train.mean() / X - 1) > 0.02:
        times = number(used_means.mean() / train.mean())
        return f"{head}: the next layer, trained on {number(train.mean())}, now meets {times} times as much."
    return f"{head}, always: what the next layer was trained on, without the noise."
