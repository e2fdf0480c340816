"""The learning-rate range test on a small network, and a training at the rate you take from it (chapter 10)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array
from course_utils.data.toy import moons
from course_utils.descent import minimize
from course_utils.layers import Dense, ReLU
from course_utils.losses import bce_with_logits
from course_utils.network import Network
from course_utils.optimizers import SGD, Adam, Momentum, Optimizer
from course_utils.trace import Trace
from course_utils.validation import RangeTest, lr_range_test, on_batches
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, HLine, Layer, Line, Panel, Picture, Text, VLine, number

LOW, HIGH, STEPS, TRAINED, N, WIDTH = 1e-3, 100.0, 150, 60, 200, 16
OPTIMIZERS: dict[str, Callable[[float], Optimizer]] = {"SGD": SGD, "momentum": Momentum, "Adam": Adam}
CHANCE = float(np.log(2))


def range_test(
    optimizer: str = "SGD",
    smoothing: float = 0.9,
    batch_size: int = 20,
    lr: float = 0.5,
    seed: int = 0,
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: the loss of a network while the rate rises from 0.001 to 100, and 60 steps at the rate you choose.

    Two moons, 200 points; network 2 → 16 → 16 → 1 with ReLU. ``smoothing`` is the β of the running mean of losses,
    ``seed`` draws weights and batches. Drag the rate in the left panel.
    Try: without smoothing, where would you say the loss is lowest? Then 0.9. Train at the edge, at a third and at a
    tenth of it.
    """
    return LiveFigure(
        draw,
        [
            Choice("optimizer", tuple(OPTIMIZERS), optimizer, label="optimizer"),
            Slider("smoothing", 0, 0.98, smoothing, 0.02, label="smoothing"),
            Slider("batch_size", 5, N, batch_size, 5, label="batch size"),
            LogSlider("lr", LOW, HIGH, lr, label="rate α to try", per_decade=10),
            Slider("seed", 0, 9, seed, 1, label="seed"),
        ],
        predict=predict,
        compare=True,
    )


def draw(optimizer: str, smoothing: float, batch_size: int, lr: float, seed: int) -> Picture:
    """The test with its marks, and the training at ``lr``."""
    test, run = tested(optimizer, smoothing, batch_size, seed), trained(optimizer, batch_size, lr, seed)
    marks: list[Layer] = []
    for rate, name, color, dash, y in (
        (test.edge, " edge", "red", "dashed", 1.42),
        (test.suggestion, " a tenth of it", "green", "dashed", 1.3),
        (lr, " α", "ink", "dotted", 1.18),
    ):
        marks += [VLine(rate, color=color, dash=dash), Text(rate, y, name, color)]
    return Picture(
        panels=(
            Panel(
                "The rate rises, step by step", Axis("α of the step, log scale", LOW, HIGH, log=True),
                Axis("loss", 0, 1.5),
                (
                    HLine(CHANCE, "ln 2, chance"),
                    Line(test.lr, test.loss, color="faint", width=1.2),
                    Line(test.lr, test.smooth, color="blue", width=2.5), *marks,
                ),
                drag=("lr", ""), weight=1.2,
            ),
            Panel(
                "60 steps at α", Axis("step k", 0, TRAINED),
                Axis("loss of the minibatch, log scale", 0.02, 5, log=True),
                (
                    HLine(CHANCE, "ln 2, chance"),
                    Line(
                        np.arange(TRAINED + 1), run.loss, color="blue", width=2.5, ghost=True,
                        exit="leaves at step {k}",
                    ),
                ),
            ),
        ),
        says=verdict(test, lr, run),
        alt="Left: loss of each minibatch and its running mean against the rate, which falls, then rises steeply; "
        "lines at the edge, at a tenth of it and at the chosen rate. Right: loss against the step at that rate.",
        height=360,
    )  # fmt: skip


def fresh(seed: int) -> tuple[Network, Array, tuple[NDArray[np.float32], NDArray[np.float32]], np.random.Generator]:
    """Network, weights, data and the generator that drew the weights."""
    x, y = moons(N, np.random.default_rng(0))
    rng = np.random.default_rng(seed)
    network = Network([Dense(2, WIDTH), ReLU(), Dense(WIDTH, WIDTH), ReLU(), Dense(WIDTH, 1)], bce_with_logits)
    return network, network.init(rng), (x.astype(np.float32), y[:, None].astype(np.float32)), rng


@lru_cache(maxsize=16)
def tested(optimizer: str, smoothing: float, batch_size: int, seed: int) -> RangeTest:
    """The library's range test."""
    network, theta, data, rng = fresh(seed)
    fun = on_batches(network, data, batch_size, rng)
    return lr_range_test(fun, theta, OPTIMIZERS[optimizer](LOW), low=LOW, high=HIGH, steps=STEPS, smoothing=smoothing)


@lru_cache(maxsize=32)
def trained(optimizer: str, batch_size: int, lr: float, seed: int) -> Trace:
    """Sixty steps from the same weights; row k holds the loss of minibatch k."""
    network, theta, data, rng = fresh(seed)
    fun = on_batches(network, data, batch_size, rng)
    with np.errstate(over="ignore", invalid="ignore"):
        return minimize(fun, theta, OPTIMIZERS[optimizer](lr), TRAINED, keep_theta=False)


def verdict(test: RangeTest, lr: float, run: Trace) -> str:
    """The marks of the test, and what the chosen rate did."""
    ends = f"it blows up at {number(test.blow_up)}" if test.blew_up else "it never blew up"
    head = (
        f"The loss falls fastest at α = {number(test.steepest, 2)}, is lowest at {number(test.lowest, 2)}, "
        f"keeps nine tenths of its fall up to {number(test.edge, 2)}; {ends}."
    )
    last = float(run.loss[-10:].mean())
    if not last < 5:
        return f"{head} Training at α = {number(lr)} diverges."
    trouble = " It is no better than chance." if last > 0.95 * CHANCE else ""
    return f"{head} Training at α = {number(lr)} comes to {number(last)} (mean of the last 10 of {TRAINED}).{trouble}"
