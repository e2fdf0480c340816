"""Right answers to the questions of chapter 6."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import numpy as np

# ch06.minibatches -----------------------------------------------------------------------------------------------------


def minibatches_by_shuffling(n, batch_size, rng, drop_last=False):
    order = np.arange(n)
    rng.shuffle(order)
    batches, first = [], 0
    while first < n:
        batches.append(order[first : first + batch_size])
        first += batch_size
    return [b for b in batches if not (drop_last and b.size < batch_size)]


def minibatches_by_splitting(n, batch_size, rng, drop_last=False):
    if drop_last:
        whole = n // batch_size
        return list(rng.permutation(n)[: whole * batch_size].reshape(whole, batch_size))
    return np.split(rng.permutation(n), range(batch_size, n, batch_size))


def minibatches_by_sorting_random_numbers(n, batch_size, rng, drop_last=False):
    """Plain lists of integers, from one random key a row."""
    rows = iter(np.argsort(rng.random(n)).tolist())
    batches = iter(lambda: list(itertools.islice(rows, batch_size)), [])
    return [batch for batch in batches if len(batch) == batch_size or not drop_last]


# ch06.sgd -------------------------------------------------------------------------------------------------------------


def sgd_with_functions(X, y, theta0, lr, epochs):
    def loss(theta):
        r = y - X @ theta
        return r @ r / len(r)

    def gradient(theta, rows):
        A, b = X[rows], y[rows]
        return 2 * (A.T @ A @ theta - A.T @ b) / len(b)

    theta, losses = np.asarray(theta0, dtype=float), []
    losses.append(loss(theta))
    for epoch in epochs:
        for rows in epoch:
            theta = theta - lr * gradient(theta, rows)
        losses.append(loss(theta))
    return theta, losses


def sgd_in_place_on_a_copy(X, y, theta0, lr, epochs):
    theta = np.array(theta0, dtype=float)
    history = np.empty(len(epochs) + 1)
    history[0] = ((X @ theta - y) ** 2).mean()
    for k, epoch in enumerate(epochs, start=1):
        for batch in epoch:
            errors = np.take(X, batch, axis=0) @ theta - np.take(y, batch)
            theta -= lr * 2 * np.mean(errors[:, None] * X[batch], axis=0)
        history[k] = ((X @ theta - y) ** 2).mean()
    return theta, history


def sgd_with_loops(X, y, theta0, lr, epochs):
    """One example and one parameter at a time."""
    theta = [float(value) for value in theta0]
    d = len(theta)

    def error(i):
        return sum(X[i][j] * theta[j] for j in range(d)) - y[i]

    def everybody():
        return sum(error(i) ** 2 for i in range(len(y))) / len(y)

    history = [everybody()]
    for epoch in epochs:
        for batch in epoch:
            errors = [error(i) for i in batch]
            slope = [sum(2 * e * X[i][j] for e, i in zip(errors, batch, strict=True)) / len(batch) for j in range(d)]
            theta = [value - lr * s for value, s in zip(theta, slope, strict=True)]
        history.append(everybody())
    return [np.array(theta), np.array(history)]


# ch06.accumulate ------------------------------------------------------------------------------------------------------


def accumulate_by_average(grads, sizes):
    return np.average(grads, axis=0, weights=sizes)


def accumulate_by_columns(grads, sizes):
    return (np.asarray(grads) * np.reshape(sizes, (-1, 1))).sum(axis=0) / np.sum(sizes)


def accumulate_in_a_loop(grads, sizes):
    total, count = 0.0, 0
    for g, size in zip(grads, sizes, strict=True):
        total, count = total + int(size) * g, count + int(size)
    return total / count


# ch06.floor_variance --------------------------------------------------------------------------------------------------


def floor_by_geometric_series(lr, lam, sigma, batch_size):
    """Every step's noise, shrunk by all later steps."""
    factor = (1 - lr * lam) ** 2
    return lr**2 * sigma**2 / batch_size / (1 - factor) if factor < 1 else math.inf


def floor_by_iteration(lr, lam, sigma, batch_size):
    if abs(1 - lr * lam) >= 1:
        return float("inf")
    V = 0.0
    for _ in range(5000):
        V = (1 - lr * lam) ** 2 * V + (lr * sigma) ** 2 / batch_size
    return V


def floor_in_exact_fractions(lr, lam, sigma, batch_size):
    a, b, s = Fraction(lr), Fraction(lam), Fraction(sigma)
    return np.inf if lr * lam >= 2 else float(a * s * s / (batch_size * b * (2 - a * b)))


# ch06.measured_floor --------------------------------------------------------------------------------------------------


def measured_in_one_array(lr, lam, noise, x0, burn):
    T, chains = noise.shape
    path = np.empty((T + 1, chains))
    path[0] = x0
    for t in range(T):
        path[t + 1] = (1 - lr * lam) * path[t] - lr * noise[t]
    return (path[burn + 1 :] ** 2).mean()


def measured_with_a_running_sum(lr, lam, noise, x0, burn):
    x, total, count = x0 * np.ones_like(noise[0]), 0.0, 0
    for t, row in enumerate(noise):
        x = x - lr * (lam * x + row)
        if t >= burn:
            total += float(x @ x)
            count += x.size
    return total / count


def measured_chain_by_chain(lr, lam, noise, x0, burn):
    means = []
    for chain in noise.T:
        points = list(itertools.accumulate(chain, lambda x, e: x - lr * (lam * x + e), initial=x0))
        means.append(np.mean(np.square(points[burn + 1 :])))
    return np.mean(means)


# ch06.online_mean -----------------------------------------------------------------------------------------------------


def online_by_cumulated_sums(samples, x0):
    counts = np.arange(1, len(samples) + 1)
    return (np.cumsum(samples, axis=0).T / counts).T


def online_by_blending(samples, x0):
    x, path = x0, np.empty(np.shape(samples))
    for t in range(len(samples)):
        x = (t * x + samples[t]) / (t + 1)
        path[t] = x
    return path


def online_by_slices(samples, x0):
    return [np.mean(samples[: t + 1], axis=0) for t in range(len(samples))]


# ch06.work and ch06.crossing ------------------------------------------------------------------------------------------


def work_by_counting(n, kappa, c, tol):
    gap, passes = 1.0, 0
    while gap > tol:
        gap *= (1 - 1 / kappa) ** 2
        passes += 1
    return passes * n, math.ceil(c / tol)


def work_with_logarithms_of_base_ten(n, kappa, c, tol):
    j = math.ceil(math.log10(tol) / math.log10((1 - 1 / kappa) ** 2))
    return [j * n, -int(-c / tol // 1)]


def work_with_log1p(n, kappa, c, tol):
    return n * np.ceil(np.log(tol) / np.log1p(-1 / kappa) / 2), np.ceil(c / tol)


def crossing_by_search(n, kappa, c):
    j = np.arange(1, 100_000)
    ahead = (1 - 1 / kappa) ** (2.0 * j) <= c / (j * n)
    return n * j[np.argmax(ahead)]


def crossing_in_logarithms(n, kappa, c):
    shrink = -2 * math.log1p(-1 / kappa)
    return next(j * n for j in itertools.count(1) if j * shrink >= math.log(j * n / c))


def crossing_pass_by_pass(n, kappa, c):
    gd, work = 1.0, 0
    while True:
        gd, work = gd * (1 - 1 / kappa) ** 2, work + n
        if gd <= c / work:
            return float(work)


# ch06.claims and ch06.next_action -------------------------------------------------------------------------------------


def claims_by_experiment():
    """Each claim put to the test on a small regression."""
    rng = np.random.default_rng(0)
    X, w = rng.normal(size=(40, 3)), np.array([1.0, -2.0, 0.5])
    y = X @ w + rng.normal(size=40)

    def gradient(theta, rows, target=y):
        return 2 * X[rows].T @ (X[rows] @ theta - target[rows]) / len(rows)

    epoch = [rng.permutation(40)[k : k + 8] for k in range(0, 40, 8)]
    in_turn = np.zeros(3)
    for rows in epoch:
        in_turn = in_turn - 0.1 * gradient(in_turn, rows)
    at_once = -0.1 * np.sum([gradient(np.zeros(3), rows) for rows in epoch], axis=0)
    exact = np.zeros(3)
    for _ in range(3000):
        exact = exact - 0.02 * gradient(exact, rng.integers(40, size=1), X @ w)
    floors = [a / b / (2 - a) for a, b in ((0.01, 1), (0.02, 2))]
    shuffles = [gradient(np.ones(3), rng.permutation(40)[-3:]) for _ in range(20_000)]
    unbiased = np.abs(np.mean(shuffles, axis=0) - gradient(np.ones(3), np.arange(40))).max()
    return {
        "A": sum(map(len, epoch)) < 40,
        "B": bool(np.allclose(in_turn, at_once)),
        "C": False,
        "D": bool(np.linalg.norm(exact - w) > 1e-6),
        "E": bool(abs(floors[1] / floors[0] - 1) < 0.02),
        "F": bool(unbiased < 0.1),
        "G": bool(crossing_pass_by_pass(10_000, 10, 2.0) <= 10_000),
    }


RIGHT: dict[str, list[Any]] = {
    "ch06.minibatches": [
        minibatches_by_shuffling,
        minibatches_by_splitting,
        minibatches_by_sorting_random_numbers,
    ],
    "ch06.sgd": [sgd_with_functions, sgd_in_place_on_a_copy, sgd_with_loops],
    "ch06.accumulate": [accumulate_by_average, accumulate_by_columns, accumulate_in_a_loop],
    "ch06.floor_variance": [floor_by_geometric_series, floor_by_iteration, floor_in_exact_fractions],
    "ch06.measured_floor": [measured_in_one_array, measured_with_a_running_sum, measured_chain_by_chain],
    "ch06.online_mean": [online_by_cumulated_sums, online_by_blending, online_by_slices],
    "ch06.work": [work_by_counting, work_with_logarithms_of_base_ten, work_with_log1p],
    "ch06.crossing": [crossing_by_search, crossing_in_logarithms, crossing_pass_by_pass],
    "ch06.claims": [
        {"A": False, "B": False, "C": False, "D": False, "E": True, "F": True, "G": False},
        {letter: np.bool_(letter in "EF") for letter in "GFEDCBA"},
        claims_by_experiment(),
    ],
    "ch06.next_action": [
        {"jitter": "b", "bigger batch": "c", "epoch spikes": "d", "no motion": "a"},
        {"no motion": "A", "epoch spikes": "D", "bigger batch": "C", "jitter": "B"},
        dict(zip(("jitter", "bigger batch", "epoch spikes", "no motion"), (" b", "c ", "d", "a"), strict=True)),
    ],
}
