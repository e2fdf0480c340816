"""Small data sets in one or two dimensions, drawn with a generator: what they hide is known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.checks import Array, count, nonnegative

EXAMPLES = "it is the number of examples"


class Line(NamedTuple):
    """Examples ``x (n, 1)`` with targets ``y (n,)``."""

    x: Array
    y: Array


class Points(NamedTuple):
    """Points of the plane ``x (n, 2)`` with class numbers ``y (n,)``, in random order."""

    x: Array
    y: NDArray[np.int64]


def line(n: int, rng: np.random.Generator, slope: float = 2.0, intercept: float = 1.0, noise: float = 0.5) -> Line:
    """y = slope·x + intercept + N(0, noise²), x uniform in [-1, 1].

    >>> x, y = line(3, np.random.default_rng(0), noise=0.0)
    >>> x.shape, (y - 2 * x[:, 0]).round(12)
    ((3, 1), array([1., 1., 1.]))
    """
    count("n", n, 1, EXAMPLES)
    x = rng.uniform(-1, 1, n)
    return Line(x[:, None], slope * x + intercept + _noise(noise, rng, n))


def published_line() -> Line:
    """The 100 points of a published fit, y = 2x + 1 + N(0, 0.5²), x uniform in [0, 1] (chapter 5, E74-E77).

    Always the same numbers: the article seeds NumPy's legacy generator with 0.

    >>> x, y = published_line()
    >>> x.shape, y.shape, x[0].round(4)
    ((100, 1), (100,), array([0.5488]))
    """
    old = np.random.RandomState(0)
    x = old.rand(100, 1)
    return Line(x, (2 * x + 1 + 0.5 * old.randn(100, 1))[:, 0])


def moons(n: int, rng: np.random.Generator, noise: float = 0.2) -> Points:
    """Two half circles of radius 1 that reach into each other; class 1 hangs below. No straight line parts them."""
    count("n", n, 2, EXAMPLES)
    y = np.arange(n) % 2
    t = np.pi * (np.arange(n) // 2) / max((n - 1) // 2, 1)              # angle along the half circle
    x = np.c_[np.where(y, 1 - np.cos(t), np.cos(t)), np.where(y, 0.5 - np.sin(t), np.sin(t))]
    return _shuffled(x, y, noise, rng)


def spirals(n: int, rng: np.random.Generator, arms: int = 2, turns: float = 1.0, noise: float = 0.05) -> Points:
    """``arms`` spirals from the center out to radius 1, each winding ``turns`` times; one class an arm."""
    count("arms", arms, 2, "each arm is a class")
    count("n", n, arms, EXAMPLES)
    y = np.arange(n) % arms
    r = np.sqrt((np.arange(n) // arms + 1) / -(-n // arms))             # as dense outside as inside
    t = 2 * np.pi * (turns * r + y / arms)
    return _shuffled(np.c_[r * np.cos(t), r * np.sin(t)], y, noise, rng)


def xor(n: int, rng: np.random.Generator, noise: float = 0.1) -> Points:
    """The corners of the unit square, class 1 where just one coordinate is 1. With n=4, noise=0: the truth table.

    >>> xor(4, np.random.default_rng(0), noise=0.0).y.sum()
    np.int64(2)
    """
    count("n", n, 4, "each corner needs an example")
    corner = np.arange(n) % 4
    x = np.c_[corner // 2, corner % 2].astype(float)
    return _shuffled(x, (corner // 2) ^ (corner % 2), noise, rng)


def blobs(n: int, rng: np.random.Generator, centers: int | ArrayLike = 3, noise: float = 0.6) -> Points:
    """Round clouds N(center, noise²); ``centers`` is their number, on a circle of radius 2, or points ``(k, 2)``."""
    if np.ndim(centers) == 0:
        k = count("centers", centers, 1, "each center is a class")      # type: ignore[arg-type]
        t = 2 * np.pi * np.arange(k) / k
        middles = np.c_[2 * np.cos(t), 2 * np.sin(t)]
    else:
        middles = np.asarray(centers, float)
    if middles.ndim != 2 or middles.shape[1] != 2:
        raise ValueError(
            f"centers must be a number or points (k, 2), got shape {middles.shape}: clouds lie in the plane. Try 3."
        )
    y = np.arange(count("n", n, len(middles), EXAMPLES)) % len(middles)
    return _shuffled(middles[y], y, noise, rng)


def _shuffled(x: Array, y: NDArray[np.int64], noise: float, rng: np.random.Generator) -> Points:
    order = rng.permutation(len(y))
    return Points(x[order] + _noise(noise, rng, x.shape), y[order])


def _noise(noise: float, rng: np.random.Generator, shape: int | tuple[int, ...]) -> Array:
    nonnegative("noise", noise, "it is the standard deviation of the noise", 0.1)
    return noise * rng.standard_normal(shape)
