"""Why attention divides by √d: without it the softmax saturates as d grows (chapter 22, O92)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from course_utils.checks import Array
from course_utils.layers.scaled_dot import attention
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Slider, Switch
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Heat, HLine, Layer, Panel, Picture, VLine, number
from course_utils.widgets.series import Look

T, DRAWS = 8, 100
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
LOOKS = {True: Look("blue", "solid", "dot", 2.5), False: Look("orange", "dashed", "triangle", 2.5)}
NAMES = {True: "with 1/√d", False: "without"}


class Attended(NamedTuple):
    """Attention with random queries, keys and values."""

    scores: Array  # (T, T) that enter the softmax
    weights: Array  # (T, T)
    entropy: float  # mean over the queries, in nats
    slope: float  # mean over the queries of Σ ∂p/∂s = 1 − Σ p²: how much weights react to scores


def attention_map(
    power: int = 6, scaled: bool = True, causal: bool = False, seed: int = 0, predict: Prediction | None = None
) -> LiveFigure:
    """Live: scores and weights of 8 queries and 8 keys drawn from N(0, 1) in d dimensions, and their entropy over d.

    d = 2^``power``; ``scaled`` divides the scores by √d; ``causal`` lets a position see itself and earlier ones only.
    Try: predict the largest weight at d = 512 without the scaling. Then: what is left of the gradient there?
    """
    return LiveFigure(
        draw,
        [
            Slider("power", 0, 9, power, 1, label="log₂ of d"),
            Slider("seed", 0, 20, seed, 1, label="seed"),
            Switch("scaled", scaled, label="divide by √d"),
            Switch("causal", causal, label="causal mask"),
        ],
        predict=predict,
    )


def draw(power: int, scaled: bool, causal: bool, seed: int) -> Picture:
    """One draw at d = 2^power, and the means over many draws at every d."""
    size = SIZES[power]
    seen = attend(size, scaled, causal, seed)
    scores = np.where(mask(causal), seen.scores, np.nan)
    queries, keys = Axis("query", -0.5, T - 0.5), Axis("key", -0.5, T - 0.5)
    curves: list[Layer] = [HLine(np.log(T), "ln 8: all keys alike"), VLine(size, color="ink", dash="dotted")]
    for with_root, look in LOOKS.items():
        curves += look.curve(np.array(SIZES), entropies(with_root, causal), slice(None), label=NAMES[with_root])
    return Picture(
        panels=(
            Panel("Scores: blue −8, orange 8", keys, queries, (heat(scores, "diverging", -8, 8),), aspect=1),
            Panel("Weights: faint 0, strong 1", keys, queries, (heat(seen.weights, "blue", 0, 1),), aspect=1),
            Panel(
                "Mean entropy of the weights",
                Axis("d, log scale", 0.8, 700, log=True, ticks=tuple((k, f"{k}") for k in (1, 8, 64, 512))),
                Axis("nats", 0, 2.3),
                tuple(curves),
            ),
        ),
        says=verdict(size, scaled, causal, seed, seen),
        alt="Left: scores of eight queries (rows) and keys (columns), blue negative, orange positive. Middle: the "
        "weights, strong where a query looks. Right: mean entropy of the weights against d, with the scaling (dots) "
        "and without (triangles).",
        height=330,
    )


def heat(values: Array, scale: str, lo: float, hi: float) -> Heat:
    """Cells that change with every control."""
    return Heat(values, scale=scale, lo=lo, hi=hi, keep=False)


def mask(causal: bool) -> np.ndarray:
    """Which keys each query may see, ``(T, T)``."""
    return np.tri(T, dtype=bool) if causal else np.ones((T, T), bool)


@lru_cache(maxsize=128)
def attend(d: int, scaled: bool, causal: bool, seed: int, draws: int = 1) -> Attended:
    """The library's attention; it divides by √d, so without the scaling the queries are multiplied by √d first."""
    q, k, v = np.random.default_rng(seed).standard_normal((3, draws, T, d))  # (draws, T, d) each
    q = q if scaled else q * np.sqrt(d)
    _, weights = attention(q, k, v, mask(causal))  # (draws, T, T)
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.nansum(weights * np.log(weights), axis=-1)  # (draws, T)
    slope = 1 - (weights**2).sum(axis=-1)  # (draws, T)
    return Attended((q @ k.swapaxes(1, 2) / np.sqrt(d))[0], weights[0], float(entropy.mean()), float(slope.mean()))


@lru_cache(maxsize=4)
def entropies(scaled: bool, causal: bool) -> Array:
    """Mean entropy over 100 draws at every d, ``(10,)``."""
    return np.array([attend(d, scaled, causal, 0, DRAWS).entropy for d in SIZES])


def verdict(d: int, scaled: bool, causal: bool, seed: int, seen: Attended) -> str:
    """Variance of the scores, and how sharp the weights are, with the other setting beside it."""
    other = attend(d, not scaled, causal, seed)
    variance = seen.scores[mask(causal)].var()
    sharp = seen.weights.max(axis=1).mean()
    return (
        f"d = {d}, {NAMES[scaled]}: the scores have variance {number(variance)} (theory {1 if scaled else d}). A query "
        f"gives its favorite key {100 * sharp:.0f} % on average; entropy {number(seen.entropy)} nats, the "
        f"weights react to the scores by {number(seen.slope, 2)}. {'Without it' if scaled else 'With 1/√d'}: entropy "
        f"{number(other.entropy)}, reaction {number(other.slope, 2)}."
    )
