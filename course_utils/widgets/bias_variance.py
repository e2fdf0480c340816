"""Too stiff or too nervous? Polynomials of every degree on the same noisy points (chapter 15)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

from course_utils.checks import Array
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, HLine, Line, Panel, Picture, Points, VLine, number

HIGHEST, NEW = 15, 200
GRID = np.linspace(-1, 1, 201)


class Sweep(NamedTuple):
    """Mean squared errors at the degrees 0 … 15."""

    train: Array
    validation: Array
    bias2: Array  # expected over noise, on the validation points
    variance: Array


def bias_variance(
    degree: int = 3, noise: float = 0.3, n: int = 20, seed: int = 0, predict: Prediction | None = None
) -> LiveFigure:
    """Live: a polynomial fit, its errors at every degree, and their parts: bias, variance, noise.

    Least squares on ``n`` points of sin(πx) with noise; validation on 200 new ones. Bias and variance are exact means
    over the noise for these points, so they do not change with the luck of one draw.
    Try: predict the best degree for n = 20, then for n = 100, then with noise 1. What moves it?
    """
    return LiveFigure(
        draw,
        [
            Slider("degree", 0, HIGHEST, degree, 1, label="degree"),
            Slider("noise", 0, 1, noise, 0.05, label="noise σ"),
            Slider("n", 16, 100, n, 1, label="points n"),
            Slider("seed", 0, 20, seed, 1, label="seed"),
        ],
        predict=predict,
    )


def draw(degree: int, noise: float, n: int, seed: int) -> Picture:
    """One fit, and all degrees."""
    x, y, _, _ = data(noise, n, seed)
    fit = legendre.Legendre(coefficients(degree, noise, n, seed))(GRID)
    sweep, degrees = errors(noise, n, seed), np.arange(HIGHEST + 1)
    left = (
        Line(GRID, truth(GRID), color="muted", dash="dotted", label="truth"),
        Points(x, y, color="ink", marker="ring", size=7),
        Line(GRID, fit, color="blue", width=2.5),
    )
    here = VLine(degree, color="ink", dash="dotted")
    level = HLine(max(noise**2, 1e-9), "noise σ²")
    middle = (
        level,
        Line(degrees, sweep.train, color="blue", width=2.5, label="training"),
        Points(degrees, sweep.train, color="blue"),
        Line(degrees, sweep.validation, color="orange", dash="dashed", width=2.5, label="validation"),
        Points(degrees, sweep.validation, color="orange", marker="triangle"),
        here,
    )
    total = sweep.bias2 + sweep.variance + noise**2
    right = (
        level,
        Line(degrees, sweep.bias2, color="green", dash="dashdot", width=2.5, label="bias²"),
        Line(degrees, sweep.variance, color="purple", dash="dashed", width=2.5, label="variance"),
        Line(degrees, total, color="ink", width=2.5, label="their sum + σ²"),
        here,
    )
    along, up = Axis("degree", 0, HIGHEST), Axis("mean squared error, log scale", 1e-4, 10, log=True)
    return Picture(
        panels=(
            Panel(f"Degree {degree}", Axis("x", -1, 1), Axis("y", -2.5, 2.5), left, weight=1.1),
            Panel("This data", along, up, middle, labels="margin", weight=1.25),
            Panel("Over all noise", along, up, right, labels="margin", weight=1.25),
        ),
        says=verdict(degree, sweep, total),
        alt="Left: points, the true sine (dotted) and the fitted polynomial. Middle: training error (dots) and "
        "validation error (triangles) against the degree. Right: expected error and its parts, bias and variance.",
        height=340,
    )


def truth(x: Array) -> Array:
    """What hides behind the noise."""
    return np.asarray(np.sin(np.pi * x))


@lru_cache(maxsize=64)
def data(noise: float, n: int, seed: int) -> tuple[Array, Array, Array, Array]:
    """Training points x, y ``(n,)`` and validation points x, y ``(200,)``."""
    rng = np.random.default_rng(seed)
    x, e, new, e_new = rng.uniform(-1, 1, n), rng.standard_normal(n), rng.uniform(-1, 1, NEW), rng.standard_normal(NEW)
    return x, truth(x) + noise * e, new, truth(new) + noise * e_new


def coefficients(degree: int, noise: float, n: int, seed: int) -> Array:
    """Least squares in Legendre polynomials, which stay well conditioned, ``(degree + 1,)``."""
    x, y, _, _ = data(noise, n, seed)
    return np.asarray(np.linalg.lstsq(legendre.legvander(x, degree), y, rcond=None)[0])


@lru_cache(maxsize=256)
def errors(noise: float, n: int, seed: int) -> Sweep:
    """Errors of all degrees. A fit is linear in y: ŷ = H y, so bias is H f − f and variance σ² Σ H²."""
    x, y, new, y_new = data(noise, n, seed)
    rows = []
    for degree in range(HIGHEST + 1):
        V, V_new = legendre.legvander(x, degree), legendre.legvander(new, degree)  # (n, d + 1), (200, d + 1)
        solve = np.linalg.pinv(V)  # (d + 1, n)
        H = V_new @ solve  # (200, n)
        residual, residual_new = y - V @ (solve @ y), y_new - H @ y
        bias = H @ truth(x) - truth(new)
        rows.append([np.mean(residual**2), np.mean(residual_new**2), np.mean(bias**2), noise**2 * np.sum(H**2) / NEW])
    return Sweep(*np.array(rows).T)


def verdict(degree: int, sweep: Sweep, total: Array) -> str:
    """Both errors, which part rules, and the best degree."""
    bias, variance, best = sweep.bias2[degree], sweep.variance[degree], int(total.argmin())
    larger = "bias is larger: it is too stiff" if bias > variance else "variance is larger: it follows the noise"
    return (
        f"Degree {degree}: training error {number(sweep.train[degree], 2)}, validation "
        f"{number(sweep.validation[degree], 2)}. Bias² {number(bias, 2)}, variance {number(variance, 2)}: {larger}. "
        f"The expected error is least at degree {best}; with this draw, validation would choose "
        f"{int(sweep.validation.argmin())}."
    )
