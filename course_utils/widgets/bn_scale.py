"""Batch normalization takes the scale of the weights out of the game, almost (chapter 13)."""

from __future__ import annotations

import math
from functools import lru_cache
from time import perf_counter

import numpy as np

from course_utils.checks import Array
from course_utils.data.toy import moons
from course_utils.initializers import normal
from course_utils.layers import BatchNorm, Dense, ReLU
from course_utils.layers import Layer as Stage
from course_utils.losses import bce_with_logits
from course_utils.network import Network
from course_utils.optimizers import SGD
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, HLine, Layer, Panel, Picture, VLine, number
from course_utils.widgets.runs import Run
from course_utils.widgets.series import Look

N, WIDTH, STEPS, GOOD = 64, 16, 60, 0.5
SCALES = (0.001, 0.0032, 0.01, 0.032, 0.1, 0.32, 1.0, 3.2, 10.0)
LOOKS = {"plain": Look("orange", "dashed", "triangle", 2.5), "with BN": Look("blue", "solid", "dot", 2.5)}
CHANCE = float(np.log(2))


def bn_scale(scale: float = 0.1, lr: float = 0.5, depth: int = 4, predict: Prediction | None = None) -> LiveFigure:
    """Live: the same network with and without batch normalization, weights drawn from N(0, scale²).

    Two moons, 64 points, ``depth`` hidden layers of 16 ReLUs, 60 steps of gradient descent on all points.
    Try: predict for each scale from 0.001 to 10 which of the two learns. Then α = 0.01: where does the one with BN
    still learn, and why there, though the scale of a layer before BN does not change its output?
    """
    return LiveFigure(
        draw,
        [
            LogSlider("scale", SCALES[0], SCALES[-1], scale, label="weight scale", per_decade=2),
            LogSlider("lr", 0.01, 5, lr, label="learning rate α", per_decade=3, digits=1),
            Slider("depth", 1, 5, depth, 1, label="hidden layers"),
        ],
        predict=predict,
        work=advance,
    )


class Sweep:
    """The runs at all scales, with and without batch normalization, worked on in slices. Impure: it trains."""

    def __init__(self, lr: float, depth: int) -> None:
        self.runs = {(scale, name): start(scale, lr, depth, name == "with BN") for scale in SCALES for name in LOOKS}
        self.left = False

    def until(self, scale: float, seconds: float) -> bool:
        """Work for at most ``seconds``, on ``scale`` first and then on its neighbors; True if all is done."""
        end = perf_counter() + seconds
        nearest = sorted(self.runs, key=lambda key: abs(math.log(key[0] / scale)))
        self.left = not all(self.runs[key].until(STEPS, end - perf_counter()) for key in nearest)
        return not self.left

    def losses(self, scale: float, name: str) -> tuple[Array, int]:
        """Loss before each step, ``(60,)``, nan where it was not run yet; and the step at which it diverged, or 0."""
        run = self.runs[scale, name]
        seen = run.curve("train_loss", STEPS)[1:]
        rest = math.inf if run.diverged else math.nan
        return np.append(seen, [rest] * (STEPS - len(seen))), run.diverged


def advance(seconds: float, scale: float, lr: float, depth: int) -> bool:
    """Work on the sweep for at most ``seconds``; True if it is complete."""
    return sweep(lr, depth).until(scale, seconds)


def draw(scale: float, lr: float, depth: int) -> Picture:
    """Two runs at this scale, and the ends of the runs at all scales, as far as they are."""
    all_runs = sweep(lr, depth)
    if not all_runs.left:
        all_runs.until(scale, math.inf)
    left, right, steps, ends = list[Layer](), list[Layer](), np.arange(STEPS), dict[str, Array]()
    for name, look in LOOKS.items():
        ends[name] = np.array([all_runs.losses(s, name)[0][-1] for s in SCALES])
        loss, lost = all_runs.losses(scale, name)
        left += look.curve(
            steps, loss, slice(0, None, 10), label="" if lost else name, exit=f"{name} diverges at step {lost}"
        )
        right += look.curve(np.array(SCALES), ends[name], slice(None), label=name)
    axis, chance = Axis("cross-entropy", 0, 1.5), HLine(CHANCE, "guessing: ln 2")
    along = Axis("scale of the weights, log scale", 5e-4, 20, log=True)
    right.append(VLine(scale, color="ink", dash="dotted"))
    return Picture(
        panels=(
            Panel(f"Weights of size {scale:g}", Axis("step", 0, STEPS), axis, (chance, *left), labels="margin"),
            Panel(f"After {STEPS} steps, at every scale", along, axis, (chance, *right), labels="margin"),
        ),
        says=verdict(scale, ends),
        alt="Left: loss against the step at this scale, without batch normalization (dashed, triangles) and with it "
        "(solid, dots). Right: the loss after 60 steps against the scale of the weights, for both.",
        height=340,
    )


@lru_cache(maxsize=16)
def sweep(lr: float, depth: int) -> Sweep:
    """The runs with these choices, as far as they are."""
    return Sweep(lr, depth)


def start(scale: float, lr: float, depth: int, batch_norm: bool) -> Run:
    """A run on the two moons, all points in each step. The same random numbers at each scale, times ``scale``."""

    def build() -> Network:
        layers, width = list[Stage](), 2
        for _ in range(depth):
            layers += [Dense(width, WIDTH, normal(scale)), *([BatchNorm(WIDTH)] if batch_norm else []), ReLU()]
            width = WIDTH
        return Network([*layers, Dense(width, 1, normal(scale))], bce_with_logits)

    x, y = moons(N, np.random.default_rng(0))
    data = x.astype(np.float32), y[:, None].astype(np.float32)
    return Run(build, data, data, SGD(lr), N, seed=1)


def verdict(scale: float, ends: dict[str, Array]) -> str:
    """Both ends at this scale, and at how many scales each learns."""
    told, learns = [], {}
    for name, end in ends.items():
        here = end[SCALES.index(scale)]
        shown = number(here) if np.isfinite(here) else "not there yet" if np.isnan(here) else "diverges"
        told.append(f"{name} {shown}")
        learns[name] = int((end < GOOD).sum())
    return (
        f"Scale {scale:g}, loss after {STEPS} steps: {', '.join(told)} (guessing: 0.693). It falls below {GOOD:g} at "
        f"{learns['with BN']} of {len(SCALES)} scales with BN, at {learns['plain']} without."
    )
