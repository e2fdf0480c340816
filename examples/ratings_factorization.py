"""Matrix factorization finds the tastes behind simulated ratings, down to the noise that was put on them.

    python examples/ratings_factorization.py
"""

from __future__ import annotations

import numpy as np

from course_utils.data import Ratings, simulated_ratings
from course_utils.metrics import rmse
from course_utils.recommend import Factors, fit_als, fit_sgd, least_squares_biases

NOISE = 0.25


def main(seed: int = 0, users: int = 400, items: int = 300) -> dict[str, float]:
    """Fit on 80 % of the ratings; returns the RMSE on the others. Nobody can beat ``NOISE`` but by luck."""
    rng = np.random.default_rng(seed)
    ratings = simulated_ratings(users, items, rng, rank=3, share=0.4, noise=NOISE)
    order = rng.permutation(len(ratings.value))
    cut = int(0.8 * len(order))
    train, test = ratings.rows(order[:cut]), ratings.rows(order[cut:])
    models = {
        "biases": least_squares_biases(train),
        "factors by ALS": fit_als(train, 3, sweeps=15, strength=0.01, rng=rng).model,
        "factors by SGD": fit_sgd(train, 3, epochs=40, lr=0.02, strength=0.01, rng=rng).model,
    }
    return {name: error(model, test) for name, model in models.items()}


def error(model: Factors, ratings: Ratings) -> float:
    """RMSE of the model's predictions."""
    return rmse(model.predict(ratings.user, ratings.item), ratings.value)


if __name__ == "__main__":
    for name, value in main().items():
        print(f"{name:>15}: test RMSE {value:.3f}")
    print(f"{'noise':>15}:           {NOISE:.3f}")
