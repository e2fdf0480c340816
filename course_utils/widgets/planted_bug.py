"""Plant a bug in a backward pass: the gradient check names the layer, the loss falls all the same (chapter 4, M14)."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from course_utils.checks import Array
from course_utils.gradcheck import numerical_gradient, relative_error
from course_utils.losses import bce_with_logits
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, HLine, Layer, Line, Panel, Picture, Points, number
from course_utils.widgets.series import Look

NONE = "none"
BUGS = (
    NONE, "f′ forgotten", "f′ at A", "σ′ at the output", "1/n twice", "biases by mean",
    "W for Wᵀ", "dW₂ transposed", "W updated early", "one buffer for H₁, H₂", "sign turned",
)  # fmt: skip
SIZES, EXAMPLES, STEPS = (3, 4, 4, 1), 20, 100
RIGHT, WRONG = 1e-6, 1e-2  # the borders of chapter 3
BLOCKS = {
    "W₁": ("blue", "dot"), "b₁": ("blue", "ring"), "W₂": ("orange", "triangle"), "b₂": ("orange", "cross"),
    "W₃": ("green", "square"), "b₃": ("green", "star"),
}  # fmt: skip
CORRECT, PLANTED = Look("blue", "solid", "dot", 2.5), Look("orange", "dashed", "triangle", 2.5)
Params = list[tuple[Array, Array]]


def planted_bug(
    bug: str = NONE, lr: float = 0.3, seed: int = 3, predict: Prediction | None = None
) -> LiveFigure:
    """Live: a bug in the backward pass of a 3-4-4-1 network: its gradient check, block by block, and its training.

    tanh inside, a sigmoid with cross-entropy at the end, 20 examples. ``lr`` is the rate of 100 steps of gradient
    descent; only "W updated early" brings it into the gradient. ``seed`` draws weights and examples.
    Try: predict the wrong blocks of each bug. Then look for one that the loss gives away, at any rate and seed.
    """
    return LiveFigure(
        draw,
        [
            Choice("bug", BUGS, bug, label="plant a bug"),
            LogSlider("lr", 0.001, 1, lr, label="learning rate"),
            Slider("seed", 0, 9, seed, 1, label="seed"),
        ],
        predict=predict,
    )


def draw(bug: str, lr: float, seed: int) -> Picture:
    """Every slope against its difference quotient, the errors of the blocks, and the loss with and without the bug."""
    given, sure = slopes(bug, lr, seed), differences(seed)
    far = 1.15 * max(max(float(np.abs(part).max()) for part in parts) for parts in (given, sure))
    worst = [float(relative_error(mine, true).max()) for mine, true in zip(given, sure, strict=True)]
    dots, marks = list[Layer](), list[Layer]()
    for k, (color, marker) in enumerate(BLOCKS.values()):
        dots.append(Points(sure[k], given[k], color=color, marker=marker, size=9))
        marks.append(Points([k], [max(worst[k], 1e-12)], color=color, marker=marker, size=14))
    steps, losses, right = np.arange(STEPS + 1), train(bug, lr, seed), train(NONE, lr, seed)
    runs: list[Layer] = [*CORRECT.curve(steps, right, slice(10, None, 20), label="correct")]
    if bug != NONE:
        runs += PLANTED.curve(steps, losses, slice(0, None, 20), label="planted")
    top = min(max(1.1 * losses.max(), 1.0), 3.0)
    return Picture(
        panels=(
            Panel(
                "Each slope, two ways", Axis("by differences", -far, far),
                Axis("by the backward pass", -far, far),
                (Line([-far, far], [-far, far], color="muted", dash="dotted", width=1.5), *dots),
            ),
            Panel(
                "Error of each block",
                Axis("block", -0.6, 5.6, ticks=tuple((float(k), name) for k, name in enumerate(BLOCKS))),
                Axis("relative error, log scale", 1e-12, 10, log=True),
                (HLine(RIGHT, "right below", "green"), HLine(WRONG, "wrong above", "red", "solid"), *marks),
            ),
            Panel("The loss in training", Axis("step", 0, STEPS), Axis("loss", 0, top), tuple(runs), labels="margin"),
        ),
        says=verdict(bug, dict(zip(BLOCKS, worst, strict=True)), losses, right),
        alt="Left: each parameter's slope by the backward pass against that by differences, on the dotted diagonal "
        "where right; one marker for each block. Middle: the largest relative error of each block, log scale, with the "
        "borders 1e-6 and 1e-2. Right: the loss with the bug (dashed) and without (solid) against the step.",
        height=350,
    )  # fmt: skip


def forward(params: Params, x: Array) -> list[Array]:
    """What each layer received, and the logits: X ``(n, 3)``, H₁ and H₂ ``(n, 4)``, Z ``(n, 1)``."""
    a = [x]
    for w, b in params[:-1]:
        a.append(np.tanh(a[-1] @ w + b))
    return [*a, a[-1] @ params[-1][0] + params[-1][1]]


def backward(params: Params, a: list[Array], t: Array, bug: str, lr: float) -> Params:
    """Gradients of the mean cross-entropy, layer by layer, with the bug."""
    delta = bce_with_logits(a[-1], t)[1]  # (p - t) / n, (n, 1)
    p = t + len(t) * delta
    factors: dict[str, Array | float] = {"σ′ at the output": p * (1 - p), "1/n twice": 1 / len(t), "sign turned": -1.0}
    delta = delta * factors.get(bug, 1.0)
    if bug == "one buffer for H₁, H₂":
        a = [a[0], a[2], a[2], a[3]]  # H₂ was written over H₁
    grads: Params = []
    for k in (2, 1, 0):
        w, dw = params[k][0], a[k].T @ delta
        db = delta.mean(axis=0) if bug == "biases by mean" else delta.sum(axis=0)
        grads.insert(0, (dw.T if bug == "dW₂ transposed" and k == 1 else dw, db))
        if bug == "W updated early":
            w = w - lr * dw
        if k > 0:
            back = delta @ (w if bug == "W for Wᵀ" and k == 1 else w.T)  # the middle layer is square: it runs
            slope = 1 - (np.tanh(a[k]) if bug == "f′ at A" else a[k]) ** 2
            delta = back * (1.0 if bug == "f′ forgotten" else slope)
    return grads


@lru_cache(maxsize=10)
def task(seed: int) -> tuple[Params, Array, Array]:
    """Weights, and examples ``(20, 3)`` with targets ``(20, 1)``: the sign of x₁x₂ + x₃/2."""
    rng = np.random.default_rng(seed)
    params: Params = [(rng.normal(size=(i, o)) / np.sqrt(i), 0.1 * rng.normal(size=o)) for i, o in pairwise(SIZES)]
    x = rng.normal(size=(EXAMPLES, 3))
    return params, x, 1.0 * (x[:, :1] * x[:, 1:2] + 0.5 * x[:, 2:] > 0)


def slopes(bug: str, lr: float, seed: int) -> list[Array]:
    """The backward pass's gradient, one vector a block."""
    params, x, t = task(seed)
    return [part.ravel() for layer in backward(params, forward(params, x), t, bug, lr) for part in layer]


@lru_cache(maxsize=10)
def differences(seed: int) -> list[Array]:
    """The same by central differences of the loss."""
    params, x, t = task(seed)
    parts = [part for layer in params for part in layer]
    cuts = np.cumsum([part.size for part in parts])[:-1]

    def loss(theta: Array) -> float:
        new = [cut.reshape(part.shape) for cut, part in zip(np.split(theta, cuts), parts, strict=True)]
        return float(bce_with_logits(forward(list(zip(new[::2], new[1::2], strict=True)), x)[-1], t)[0])

    return np.split(numerical_gradient(loss, np.concatenate([part.ravel() for part in parts])), cuts)


@lru_cache(maxsize=256)
def train(bug: str, lr: float, seed: int) -> Array:
    """The loss before each of 100 steps and after the last, ``(101,)``."""
    params, x, t = task(seed)
    losses = []
    for _ in range(STEPS + 1):
        a = forward(params, x)
        losses.append(float(bce_with_logits(a[-1], t)[0]))
        grads = backward(params, a, t, bug, lr)
        params = [(w - lr * dw, b - lr * db) for (w, b), (dw, db) in zip(params, grads, strict=True)]
    return np.array(losses)


def risen(lr: float, seed: int) -> list[str]:
    """The bugs with which the loss ends above its start."""
    return [bug for bug in BUGS[1:] if (losses := train(bug, lr, seed))[-1] > losses[0]]


def verdict(bug: str, worst: dict[str, float], losses: Array, right: Array) -> str:
    """What the check finds, block by block, and what the loss shows."""
    wrong = [name for name, error in worst.items() if error > WRONG]
    unsure = [name for name, error in worst.items() if RIGHT < error <= WRONG]
    judged = (("wrong", wrong), ("suspicious", unsure))
    found = "; ".join(f"{word} in {', '.join(names)}" for word, names in judged if names)
    where = max(worst, key=lambda name: worst[name])
    head = f"{'No bug' if bug == NONE else bug}: {found or 'all six blocks right'}"
    way = f"{number(losses[0])} to {number(losses[-1])}"
    falls = f"{100 * np.mean(np.diff(losses) < 0):.0f} %"
    if losses[-1] > losses[0]:
        told = f"The loss rises, {way}: this bug shows"
    else:
        told = f"The loss falls{'' if bug == NONE else ' all the same'}, {way}, at {falls} of the steps"
    beside = "" if bug == NONE else f"; the correct run ends at {number(right[-1])}"
    return f"{head}; worst relative error {number(worst[where], 2)}, in {where}. {told}{beside}."
