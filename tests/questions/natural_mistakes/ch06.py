"""Mistakes in chapter 6 as a student writes them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

# ch06.minibatches -----------------------------------------------------------------------------------------------------


def with_replacement(n, batch_size, rng, drop_last=False):
    batches = []
    for first in range(0, n, batch_size):
        size = min(batch_size, n - first)
        if size == batch_size or not drop_last:
            batches.append(rng.choice(n, size))
    return batches


def same_permutation(n, batch_size, rng, drop_last=False):
    rng = np.random.default_rng(42)
    order = rng.permutation(n)
    batches = [order[k : k + batch_size] for k in range(0, n, batch_size)]
    return [b for b in batches if len(b) == batch_size or not drop_last]


def rng_not_used(n, batch_size, rng, drop_last=False):
    order = np.random.permutation(n)  # noqa: NPY002
    batches = [order[k : k + batch_size] for k in range(0, n, batch_size)]
    if drop_last and n % batch_size:
        batches = batches[:-1]
    return batches


def last_batch_lost(n, batch_size, rng, drop_last=False):
    order = rng.permutation(n)
    return [order[k * batch_size : (k + 1) * batch_size] for k in range(n // batch_size)]


def drop_last_ignored(n, batch_size, rng, drop_last=False):
    order = rng.permutation(n)
    count = int(np.ceil(n / batch_size))
    return [order[k * batch_size : (k + 1) * batch_size] for k in range(count)]


def not_shuffled(n, batch_size, rng, drop_last=False):
    batches = [list(range(k, min(k + batch_size, n))) for k in range(0, n, batch_size)]
    return batches[:-1] if drop_last and n % batch_size else batches


def blocks_shuffled(n, batch_size, rng, drop_last=False):
    batches = [np.arange(k, min(k + batch_size, n)) for k in range(0, n, batch_size)]
    rng.shuffle(starts := list(range(len(batches))))
    batches = [batches[k] for k in starts]
    return [b for b in batches if len(b) == batch_size] if drop_last else batches


def shuffled_within_batches(n, batch_size, rng, drop_last=False):
    batches = []
    for k in range(0, n, batch_size):
        rows = np.arange(k, min(k + batch_size, n))
        rng.shuffle(rows)
        batches.append(rows)
    return batches[:-1] if drop_last and n % batch_size else batches


def whole_batch_dropped(n, batch_size, rng, drop_last=False):
    order = rng.permutation(n)
    batches = [order[k : k + batch_size] for k in range(0, n, batch_size)]
    if drop_last:
        del batches[-1]
    return batches


def evened_out_last_dropped(n, batch_size, rng, drop_last=False):
    batches = np.array_split(rng.permutation(n), int(np.ceil(n / batch_size)))
    if drop_last and n % batch_size != 0:
        batches = batches[:-1]
    return batches


def evened_out(n, batch_size, rng, drop_last=False):
    batches = np.array_split(rng.permutation(n), math.ceil(n / batch_size))
    return [b for b in batches if len(b) == batch_size] if drop_last else batches


# ch06.sgd -------------------------------------------------------------------------------------------------------------


def _loop(gradient: Callable[..., Any], loss: Callable[..., Any] | None = None) -> Callable[..., Any]:
    def run(X, y, theta0, lr, epochs):
        theta = theta0.copy()
        history = [((X @ theta - y) ** 2).mean()]
        for epoch in epochs:
            for batch in epoch:
                theta = theta - lr * gradient(X, y, theta, batch)
            rows = batch if loss is None else np.arange(len(y))
            history.append(((X[rows] @ theta - y[rows]) ** 2).mean())
        return theta, np.array(history)

    return run


def _mean(X, y, theta, batch):
    return 2 * X[batch].T @ (X[batch] @ theta - y[batch]) / len(batch)


sum_for_mean = _loop(lambda X, y, theta, b: 2 * X[b].T @ (X[b] @ theta - y[b]), loss=np.mean)
divided_by_n = _loop(lambda X, y, theta, b: 2 * X[b].T @ (X[b] @ theta - y[b]) / len(X), loss=np.mean)
factor_two_missing = _loop(lambda X, y, theta, b: X[b].T @ (X[b] @ theta - y[b]) / len(b), loss=np.mean)
y_not_picked = _loop(lambda X, y, theta, b: 2 * X[b].T @ (X[b] @ theta - y[: len(b)]) / len(b), loss=np.mean)
full_gradient = _loop(lambda X, y, theta, b: 2 * X.T @ (X @ theta - y) / len(X), loss=np.mean)
loss_of_last_batch = _loop(_mean)


def divided_by_the_first_length(X, y, theta0, lr, epochs):
    size = len(epochs[0][0])
    run = _loop(lambda X, y, theta, b: 2 * X[b].T @ (X[b] @ theta - y[b]) / size, loss=np.mean)
    return run(X, y, theta0, lr, epochs)


def running_mean(X, y, theta0, lr, epochs):
    theta = np.array(theta0)
    history = [np.mean((X @ theta - y) ** 2)]
    for epoch in epochs:
        losses = []
        for batch in epoch:
            r = X[batch] @ theta - y[batch]
            losses.append(np.mean(r**2))
            theta = theta - lr * 2 * X[batch].T @ r / len(r)
        history.append(np.mean(losses))
    return theta, np.array(history)


def mean_of_batch_means(X, y, theta0, lr, epochs):
    theta = np.array(theta0)
    history = [np.mean((X @ theta - y) ** 2)]
    for epoch in epochs:
        for batch in epoch:
            theta = theta - lr * _mean(X, y, theta, batch)
        history.append(np.mean([np.mean((X[b] @ theta - y[b]) ** 2) for b in epoch]))
    return theta, np.array(history)


def gradients_at_once(X, y, theta0, lr, epochs):
    theta = np.array(theta0)
    history = [np.mean((X @ theta - y) ** 2)]
    for epoch in epochs:
        theta = theta - lr * sum(_mean(X, y, theta, batch) for batch in epoch)
        history.append(np.mean((X @ theta - y) ** 2))
    return theta, np.array(history)


# ch06.measured_floor and ch06.online_mean -----------------------------------------------------------------------------


def burn_in_kept(lr, lam, noise, x0, burn):
    x, squares = x0, []
    for row in noise:
        x = x - lr * (lam * x + row)
        squares.append(x**2)
    return np.mean(squares)


def noise_outside(lr, lam, noise, x0, burn):
    x, total = np.full(noise.shape[1], x0), []
    for t in range(len(noise)):
        x = (1 - lr * lam) * x - noise[t]
        if t >= burn:
            total.append(np.mean(x**2))
    return np.mean(total)


def noise_added_outside(lr, lam, noise, x0, burn):
    x, squares = np.full(noise.shape[1], x0), []
    for row in noise:
        x = x - lr * lam * x
        x = x + row
        squares.append(x**2)
    return np.mean(squares[burn:])


def start_counted_and_shown(samples, x0):
    path = [x0]
    for t, a in enumerate(samples, start=2):
        path.append(path[-1] - (path[-1] - a) / t)
    return np.array(path)


def start_counted(samples, x0):
    x, path = x0, []
    for t, a in enumerate(samples):
        x = x - (x - a) / (t + 2)
        path.append(x)
    return np.array(path)


def start_row_included(samples, x0):
    path = [np.array(x0, dtype=float)]
    for t in range(1, len(samples) + 1):
        path.append(path[-1] - 1 / t * (path[-1] - samples[t - 1]))
    return np.array(path)


MISTAKES: dict[tuple[str, str], Callable[..., Any]] = {
    ("ch06.sgd", "sum_for_mean"): sum_for_mean,
    ("ch06.sgd", "divided_by_n"): divided_by_n,
    ("ch06.sgd", "factor_two_missing"): factor_two_missing,
    ("ch06.sgd", "y_not_picked"): y_not_picked,
    ("ch06.sgd", "full_gradient"): full_gradient,
    ("ch06.sgd", "loss_of_last_batch"): loss_of_last_batch,
    ("ch06.sgd", "running_mean"): running_mean,
    ("ch06.sgd", "mean_of_batch_means"): mean_of_batch_means,
    ("ch06.sgd", "gradients_at_once"): gradients_at_once,
    ("ch06.sgd", "divided_by_the_first_length"): divided_by_the_first_length,
    ("ch06.accumulate", "equal_weights"): lambda grads, sizes: sum(grads) / len(grads),
    ("ch06.floor_variance", "small_rate_without_a_limit"): lambda lr, lam, sigma, B: lr * sigma**2 / (2 * B * lam),
    ("ch06.floor_variance", "small_rate_curvature_lost"): lambda lr, lam, sigma, B: (
        np.inf if lr * lam >= 2 else lr * sigma**2 / B / 2
    ),
    ("ch06.work", "formula_for_large_kappa"): lambda n, kappa, c, tol: (
        n * np.ceil(kappa / 2 * np.log(1 / tol)),
        np.ceil(c / tol),
    ),
    ("ch06.work", "formula_not_rounded"): lambda n, kappa, c, tol: (
        n * (kappa / 2) * np.log(1 / tol),
        np.ceil(c / tol),
    ),
    ("ch06.work", "rounded_too_late"): lambda n, kappa, c, tol: (
        np.ceil(n * np.log(tol) / (2 * np.log(1 - 1 / kappa))),
        np.ceil(c / tol),
    ),
    ("ch06.floor_variance", "no_limit"): lambda lr, lam, sigma, B: (
        lr * (sigma**2 / B) / np.float64(lam * (2 - lr * lam))
    ),
    ("ch06.floor_variance", "root_of_batch"): lambda lr, lam, sigma, B: (
        np.inf if lr * lam >= 2 else lr * sigma**2 / B**0.5 / lam / (2 - lr * lam)
    ),
    ("ch06.measured_floor", "burn_in_kept"): burn_in_kept,
    ("ch06.measured_floor", "noise_outside"): noise_outside,
    ("ch06.measured_floor", "noise_added_outside"): noise_added_outside,
    ("ch06.online_mean", "start_counted_and_shown"): start_counted_and_shown,
    ("ch06.online_mean", "start_counted"): start_counted,
    ("ch06.online_mean", "start_row_included"): start_row_included,
    ("ch06.work", "steps_counted"): lambda n, kappa, c, tol: (
        np.ceil(np.log(tol) / np.log((1 - 1 / kappa) ** 2)),
        np.ceil(c / tol),
    ),
} | {
    ("ch06.minibatches", mistake.__name__): mistake
    for mistake in (
        with_replacement,
        same_permutation,
        rng_not_used,
        last_batch_lost,
        drop_last_ignored,
        not_shuffled,
        blocks_shuffled,
        shuffled_within_batches,
        whole_batch_dropped,
        evened_out,
        evened_out_last_dropped,
    )
}
