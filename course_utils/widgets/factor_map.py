"""Matrix factorization: how many tastes, how much penalty, and a map of users and items (chapter 21)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from course_utils.checks import Array
from course_utils.data.ratings import Ratings, simulated_ratings
from course_utils.metrics import rmse
from course_utils.recommend import Factors, fit_als
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Arrows, Axis, HLine, Layer, Panel, Picture, Points, Text, VLine, number
from course_utils.widgets.series import Look

USERS, ITEMS, TASTES, NOISE, SWEEPS, MOST = 40, 30, 2, 0.25, 8, 8
TRAIN, TEST = Look("blue", "solid", "dot", 2.5), Look("orange", "dashed", "triangle", 2.5)


class Fitted(NamedTuple):
    """A model with its errors."""

    model: Factors
    train: float
    test: float


def factor_map(
    rank: int = 2, strength: float = 0.03, user: int = 0, predict: Prediction | None = None
) -> LiveFigure:
    """Live: train and test RMSE at every rank, and a map on which a user likes what lies in its direction.

    40 users, 30 items, simulated with two tastes, biases, and noise 0.25; 60 % of the table is rated, a quarter of that
    is for the test. The factors are fitted by alternating least squares with penalty λ = ``strength``.
    Try: predict the best rank. Then λ = 0.003: what happens to rank 8 in training, and in the test?
    """
    return LiveFigure(
        draw,
        [
            Slider("rank", 0, MOST, rank, 1, label="rank d"),
            LogSlider("strength", 3e-3, 3, strength, label="penalty λ", per_decade=4),
            Slider("user", 0, USERS - 1, user, 1, label="user"),
        ],
        predict=predict,
    )


def draw(rank: int, strength: float, user: int) -> Picture:
    """All ranks at this penalty, and the map of one."""
    fits = [fit(d, strength) for d in range(MOST + 1)]
    ranks, errors = np.arange(MOST + 1), np.array([[f.train, f.test] for f in fits])  # (9,), (9, 2)
    curves: list[Layer] = [HLine(NOISE, "noise"), VLine(rank, color="ink", dash="dotted")]
    curves += TRAIN.curve(ranks, errors[:, 0], slice(None), label="training")
    curves += TEST.curve(ranks, errors[:, 1], slice(None), label="test")
    return Picture(
        panels=(
            Panel(f"RMSE at λ = {strength:g}", Axis("rank d", 0, MOST), Axis("RMSE", 0, 1.2), tuple(curves)),
            places(fits[rank].model, user),
        ),
        says=verdict(rank, strength, user, fits, errors),
        alt="Left: training error (dots) and test error (triangles) against the rank. Right: the items as dots and the "
        "users as crosses, on the two main directions of their factors; an arrow points at one user, and the items "
        "that it rates highest and lowest are named.",
        height=360,
    )


def places(model: Factors, user: int) -> Panel:
    """Users and items on the two main directions of the items; the user and the ends of its ranking are named."""
    p, q = flat(model)  # (40, 2), (30, 2)
    far = 2.0
    order, named = np.argsort(q @ p[user]), list[Layer]()
    if model.P.shape[1]:
        named = [
            Text(q[i, 0] + 0.06, q[i, 1] + 0.06, text) for i, text in ((order[-1], "likes"), (order[0], "dislikes"))
        ]
    return Panel(
        f"Tastes; the arrow is user {user}" if named else "Rank 0: no tastes",
        Axis("first direction; dots items, crosses users", -far, far),
        Axis("second direction", -far, far),
        (
            Points(p[:, 0], p[:, 1], color="muted", marker="cross", size=6),
            Points(q[:, 0], q[:, 1], color="orange", size=8),
            Arrows([0.0], [0.0], p[[user], 0], p[[user], 1], color="blue", width=3),
            *named,
        ),
        aspect=1,
    )


@lru_cache(maxsize=1)
def ratings() -> tuple[Ratings, Ratings]:
    """Ratings to train on and to test with."""
    rng = np.random.default_rng(21)
    seen = simulated_ratings(USERS, ITEMS, rng, rank=TASTES, share=0.6, noise=NOISE)
    order = rng.permutation(len(seen.value))
    cut = len(order) // 4
    return seen.rows(order[cut:]), seen.rows(order[:cut])


@lru_cache(maxsize=512)
def fit(rank: int, strength: float) -> Fitted:
    """Eight sweeps of alternating least squares."""
    train, test = ratings()
    model = fit_als(train, rank, sweeps=SWEEPS, rng=np.random.default_rng(0), strength=strength).model
    errors = [rmse(model.predict(part.user, part.item), part.value) for part in (train, test)]
    return Fitted(model, *errors)


def flat(model: Factors) -> tuple[Array, Array]:
    """Users and items ``(n, 2)``: the two directions that carry most of P Qᵀ = U S Vᵀ, half of S on each side."""
    U, S, Vt = np.linalg.svd(model.P @ model.Q.T, full_matrices=False)
    half = np.sqrt(S[:2])
    return np.asarray(U[:, :2] * half), np.asarray(Vt[:2].T * half)


def verdict(rank: int, strength: float, user: int, fits: list[Fitted], errors: Array) -> str:
    """Both errors here, the best rank, and what the user is told to like."""
    best, here = int(errors[:, 1].argmin()), fits[rank]
    items = np.arange(ITEMS)
    guess = here.model.predict(np.full(ITEMS, user), items)
    return (
        f"Rank {rank}, λ = {strength:g}: RMSE {number(here.train)} in training, {number(here.test)} in the test (noise "
        f"{NOISE:g}). At this λ the test is best at rank {best}, {number(errors[best, 1])}; the truth has {TASTES} "
        f"tastes. User {user} should like item {int(guess.argmax())} best, with {number(guess.max(), 2)}."
    )
