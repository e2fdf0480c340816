"""How long to wait for a better validation loss? Early stopping on a noisy curve (chapter 15)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.checks import Array
from course_utils.descent import EarlyStopping
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Bars, Line, Panel, Picture, Points, VLine, number

EPOCHS, LONGEST = 120, 30
TIME = np.arange(1, EPOCHS + 1)


def patience(
    patience: int = 5, min_delta: float = 0.0, noise: float = 0.02, seed: int = 0, predict: Prediction | None = None
) -> LiveFigure:
    """Live: a validation curve, where early stopping ends it, and what each patience would have got.

    The curve is drawn, not trained: it falls, has its minimum at epoch 48, rises slowly, and carries noise N(0,
    noise²). So the loss that the restored weights really have is known.
    Try: patience 1, and noise 0, 0.02, 0.05. Then find the least patience that is safe for seeds 0 to 9.
    """
    return LiveFigure(
        draw,
        [
            Slider("patience", 1, LONGEST, patience, 1, label="patience, epochs"),
            Slider("min_delta", 0, 0.05, min_delta, 0.002, label="min_delta"),
            Slider("noise", 0, 0.06, noise, 0.005, label="noise of the loss"),
            Slider("seed", 0, 20, seed, 1, label="seed"),
        ],
        predict=predict,
    )


def draw(patience: int, min_delta: float, noise: float, seed: int) -> Picture:
    """One curve, stopped."""
    seen, true = curve(noise, seed), truth()
    stop, best = stopped(seen, patience, min_delta)
    costs = np.array([true[stopped(seen, k, min_delta)[1] - 1] - true.min() for k in range(1, LONGEST + 1)])
    after = np.where(stop <= TIME, seen, np.nan)
    run = (
        Line(TIME, true, color="muted", dash="dotted", label="without noise"),
        Line(TIME, after, color="faint", width=1.5),
        Line(TIME[:stop], seen[:stop], color="blue", width=2),
        VLine(stop, "stops", color="red"),
        Points([best], [seen[best - 1]], color="orange", marker="star", size=16),
    )
    waits = np.arange(1, LONGEST + 1)
    each = (
        Bars(waits, costs, color="sky"),
        Bars([patience], costs[[patience - 1]], color="orange"),
        Points([patience], costs[[patience - 1]], color="orange", marker="star", size=14),
    )
    return Picture(
        panels=(
            Panel("Validation loss; the star is restored", Axis("epoch", 0, EPOCHS), Axis("loss", 0.25, 1.1), run),
            Panel("What each patience costs", Axis("patience", 0, LONGEST + 1), Axis("loss too much", 0, 0.3), each),
        ),
        says=verdict(patience, stop, best, true, costs),
        alt="Left: a noisy validation loss against the epoch, drawn strongly up to where it is stopped, with a star at "
        "the epoch whose weights are restored and the loss without noise dotted. Right: bars of the loss lost by "
        "stopping with each patience, the chosen one with a star.",
        height=330,
    )


def truth() -> Array:
    """The loss without noise, ``(120,)``: a fall with time constant 15 epochs and a slow rise."""
    return np.asarray(0.35 + 0.7 * np.exp(-TIME / 15) + 0.00002 * TIME**2)


@lru_cache(maxsize=64)
def curve(noise: float, seed: int) -> Array:
    """The loss as measured, ``(120,)``."""
    return truth() + noise * np.random.default_rng(seed).standard_normal(EPOCHS)


def stopped(loss: Array, patience: int, min_delta: float) -> tuple[int, int]:
    """(epoch at which it stops, or the last one; best epoch), both from 1."""
    stopping, nothing = EarlyStopping(patience, min_delta), np.empty(0)
    stop = next((k for k, value in enumerate(loss, 1) if stopping.observe(float(value), nothing)), len(loss))
    return stop, stopping.best_epoch


def verdict(patience: int, stop: int, best: int, true: Array, costs: Array) -> str:
    """Where it stops, what it gets, and which patience would have been enough."""
    cost, right = costs[patience - 1], int(true.argmin()) + 1
    safe = next((k for k in range(1, LONGEST + 1) if (costs[k - 1 :] < 0.01).all()), None)
    enough = f"from patience {safe} on" if safe else f"with no patience up to {LONGEST}"
    return (
        f"Patience {patience} stops at epoch {stop} and restores epoch {best}: its loss without noise is "
        f"{number(true[best - 1])}, {number(max(cost, 0), 2)} above the best, at epoch {right}. On this curve the cost "
        f"stays below 0.01 {enough}."
    )
