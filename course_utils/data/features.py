"""Data whose features are seen at very different rates: where adaptive methods shine, and where they fail."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course_utils.checks import Array, count, nonnegative


class Sparse(NamedTuple):
    """Examples ``x (n, d)`` of zeros and ones, targets ``y (n,)`` and the weights ``truth (d,)`` that made them."""

    x: Array
    y: Array
    truth: Array


class Wilson(NamedTuple):
    """Training rows ``(n, 3 + 5n)`` and test rows of the same width, with targets -1 and 1."""

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array


def sparse_features(
    n: int, d: int, rng: np.random.Generator, rarest: float = 0.01, commonest: float = 0.5, noise: float = 0.1
) -> Sparse:
    """y = x·truth + N(0, noise²) where feature j is 1 with a probability that falls geometrically with j (chapter 8).

    The first feature is on in a share ``commonest`` of the rows, the last in a share ``rarest``; truth_j is 1 or -1, so
    a rare feature matters as much as a common one when it is there. Raises ``ValueError`` for shares outside (0, 1].

    >>> data = sparse_features(1000, 5, np.random.default_rng(0))
    >>> bool(data.x.mean(axis=0)[0] > 10 * data.x.mean(axis=0)[-1]), sorted(set(data.x.ravel().tolist()))
    (True, [0.0, 1.0])
    """
    count("n", n, 1, "it is the number of examples")
    count("d", d, 1, "it is the number of features")
    nonnegative("noise", noise, "it is the standard deviation of the noise", 0.1)
    if not 0 < rarest <= commonest <= 1:
        raise ValueError(
            f"0 < rarest <= commonest <= 1 must hold, got rarest={rarest:g} and commonest={commonest:g}: they are the "
            "shares of rows in which the last and the first feature are on. Try 0.01 and 0.5."
        )
    share = np.geomspace(commonest, rarest, d)                          # (d,)
    x = (rng.random((n, d)) < share).astype(float)                      # (n, d)
    truth = rng.choice([-1.0, 1.0], d)                                  # (d,)
    return Sparse(x, x @ truth + noise * rng.standard_normal(n), truth)


def wilson(n: int, n_test: int, rng: np.random.Generator, p: float = 0.75) -> Wilson:
    """The 3 + 5n features of Wilson et al. 2017, section 3.3: gradient descent generalizes, adaptive methods do not.

    Feature 1 is the label y, features 2 and 3 are always 1; then each training example has five columns of its own, of
    which one is 1 if y = 1 and all five if y = -1. Gradient descent from 0 ends at the solution of least norm, which
    reads feature 1. A method that gives each column the same step ends near sign(Xᵀy), whose first three weights are
    equal: y + 1 + 1 > 0, and every test example is called positive.

    A share ``p`` > ½ of the labels is 1, rounded, in both parts. Test rows have none of the training rows' own columns.

    >>> data = wilson(4, 2, np.random.default_rng(0))
    >>> data.x_train.shape, data.x_train.sum(axis=1)[data.y_train < 0]
    ((4, 23), array([6.]))
    """
    count("n", n, 3, "it is the number of training examples")
    count("n_test", n_test, 1, "it is the number of test examples")
    if not 0.5 < p < 1:
        raise ValueError(
            f"p must lie between 0.5 and 1, got {p:g}: the construction needs a majority of positive labels. Try 0.75."
        )
    y, y_test = _labels(n, p, rng), _labels(n_test, p, rng)
    own = np.zeros((n, n, 5))                                           # example, owner of the column, column
    own[np.arange(n), np.arange(n), :] = 1
    own[y > 0, :, 1:] = 0
    x = np.c_[y, np.ones((n, 2)), own.reshape(n, 5 * n)]                # (n, 3 + 5n)
    x_test = np.c_[y_test, np.ones((n_test, 2)), np.zeros((n_test, 5 * n))]
    return Wilson(x, y, x_test, y_test)


def _labels(n: int, p: float, rng: np.random.Generator) -> Array:
    return np.asarray(rng.permutation(np.where(np.arange(n) < round(p * n), 1.0, -1.0)))
