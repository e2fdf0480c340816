"""Mistakes in chapter 2 as a student writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def mse_broadcasts(output, target):
    error = output - target
    return (error**2).mean(), 2 * error / error.size


def _checked(loss: Callable[..., Any]) -> Callable[..., Any]:
    def checked(output, target):
        if output.shape != target.shape:
            raise ValueError("shapes")
        return loss(output - target)

    return checked


def huber_jumps(output, target, delta=1.0):
    r = output - target
    loss = np.where(np.abs(r) <= delta, 0.5 * r**2, delta * np.abs(r))
    grad = np.where(np.abs(r) <= delta, r, delta * np.sign(r)) / r.size
    return loss.mean(), grad


def huber_pull_of_one(output, target, delta=1.0):
    r = output - target
    small = np.abs(r) <= delta
    loss = np.where(small, 0.5 * r**2, delta * (np.abs(r) - 0.5 * delta))
    return loss.mean(), np.where(small, r, np.sign(r)) / r.size


def huber_not_clipped(output, target, delta=1.0):
    r = output - target
    a = abs(r)
    return np.mean(np.where(a < delta, r**2 / 2, delta * a - delta**2 / 2)), r / r.size


def bce_log_of_p(z, t):
    p = 1 / (1 + np.exp(-z))
    loss = -(t * np.log(p) + (1 - t) * np.log(1 - p))
    return loss.mean(), (p - t) / len(z)


def bce_clipped(z, t):
    p = np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)), (1 / (1 + np.exp(-z)) - t) / z.size


def bce_log_plus_eps(z, t, eps=1e-8):
    p = 1 / (1 + np.exp(-z))
    return np.mean(-t * np.log(p + eps) - (1 - t) * np.log(1 - p + eps)), (p - t) / z.size


def bce_overflows(z, t):
    return np.mean(np.log1p(np.exp(z)) - t * z), (1 / (1 + np.exp(-z)) - t) / z.size


def ce_no_shift_log_of_p(z, y):
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    n = len(y)
    grad = p.copy()
    grad[np.arange(n), y] -= 1
    return -np.log(p[np.arange(n), y]).mean(), grad / n


def ce_no_shift(z, y):
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    n = len(y)
    value = np.mean(np.log(e.sum(axis=1)) - z[np.arange(n), y])
    p[np.arange(n), y] -= 1
    return value, p / n


def ce_log_of_p(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    n = len(y)
    loss = -np.log(p[np.arange(n), y]).mean()
    p[np.arange(n), y] -= 1
    return loss, p / n


def ce_axis_0(z, y):
    e = np.exp(z - z.max(axis=0))
    p = e / e.sum(axis=0)
    n = len(y)
    loss = -np.log(p[np.arange(n), y]).mean()
    p[np.arange(n), y] -= 1
    return loss, p / n


def ce_mean_over_all(z, y):
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    target = np.eye(z.shape[1], dtype=z.dtype)[y]
    return -(target * log_p).mean(), (np.exp(log_p) - target) / z.size


def ce_gradient_not_divided(z, y):
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    p = np.exp(log_p)
    p[range(len(y)), y] -= 1
    return -np.mean(log_p[range(len(y)), y]), p


def one_hot_too_narrow(y, classes):
    rows = np.zeros((len(y), max(y) + 1))
    rows[np.arange(len(y)), y] = 1
    return rows


def one_hot_without_room(y, classes):
    rows = np.zeros((len(y), max(y)))
    rows[np.arange(len(y)), y] = 1
    return rows


def smooth_over_the_others(y, classes, s):
    rows = np.full((len(y), classes), s / (classes - 1))
    rows[np.arange(len(y)), y] = 1 - s
    return rows


def fit_flat_x(x, y, lr, steps):
    x = x.ravel()
    w, b = 0.0, 0.0
    for _ in range(steps):
        r = w * x + b - y
        w, b = w - lr * np.mean(2 * r * x), b - lr * np.mean(2 * r)
    return w, b, np.mean((w * x + b - y) ** 2)


def fit_repaired_in_the_loop(x, y, lr, steps):
    w, b = 0.0, 0.0
    for _ in range(steps):
        r = w * x + b - y.reshape(-1, 1)
        w, b = w - lr * np.mean(2 * r * x), b - lr * np.mean(2 * r)
    return w, b, np.mean((w * x + b - y) ** 2)


MISTAKES: dict[tuple[str, str], Callable[..., Any]] = {
    ("ch02.mse", "broadcasts"): mse_broadcasts,
    ("ch02.mse", "half_of_the_mean"): _checked(lambda r: (0.5 * (r**2).mean(), r / r.size)),
    ("ch02.mse", "gradient_without_1_over_n"): _checked(lambda r: (np.mean(r**2), 2 * r)),
    ("ch02.mse", "divided_by_rows"): _checked(lambda r: (np.sum(r**2) / len(r), 2 * r / len(r))),
    ("ch02.mae", "gradient_without_1_over_n"): _checked(lambda r: (np.mean(np.abs(r)), np.sign(r))),
    ("ch02.huber", "jumps_at_delta"): huber_jumps,
    ("ch02.huber", "pull_of_one"): huber_pull_of_one,
    ("ch02.huber", "gradient_not_clipped"): huber_not_clipped,
    ("ch02.bce_with_logits", "log_of_probability"): bce_log_of_p,
    ("ch02.bce_with_logits", "clipped_at_1e-7"): bce_clipped,
    ("ch02.bce_with_logits", "log_plus_1e-8"): bce_log_plus_eps,
    ("ch02.bce_with_logits", "exp_overflows"): bce_overflows,
    ("ch02.softmax_ce", "no_shift"): ce_no_shift,
    ("ch02.softmax_ce", "no_shift_and_log_of_probability"): ce_no_shift_log_of_p,
    ("ch02.softmax_ce", "log_of_probability"): ce_log_of_p,
    ("ch02.softmax_ce", "axis_0"): ce_axis_0,
    ("ch02.softmax_ce", "mean_over_n_times_K"): ce_mean_over_all,
    ("ch02.softmax_ce", "gradient_without_1_over_n"): ce_gradient_not_divided,
    ("ch02.one_hot", "as_wide_as_the_largest_label"): one_hot_too_narrow,
    ("ch02.one_hot", "largest_label_as_the_number_of_classes"): one_hot_without_room,
    ("ch02.smooth", "spread_over_the_others"): smooth_over_the_others,
    ("ch02.fit", "one_shape_only"): fit_flat_x,
    ("ch02.fit", "loss_not_repaired"): fit_repaired_in_the_loop,
}
