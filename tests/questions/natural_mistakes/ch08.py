"""Mistakes in chapter 8 as a student writes them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def mean_in_place_of_sum(theta, g, s, t, lr, eps):
    s = ((t - 1) * s + g**2) / t
    return theta - lr * g / (np.sqrt(s) + eps), s


def sum_of_gradients(theta, g, s, t, lr, eps):
    s = s + g
    return theta - lr / (s + eps) * g, s


def mean_under_the_root(theta, g, s, t, lr, eps):
    s = s + g**2
    return theta - lr * g / (np.sqrt(s / t) + eps), s


def sum_divided_by_t(theta, g, s, t, lr, eps):
    s = s + g**2
    s = s / t
    return theta - lr * g / (np.sqrt(s) + eps), s


def rate_falls_twice(theta, g, s, t, lr, eps):
    s = s + g**2
    return theta - lr / t**0.5 * g / (np.sqrt(s) + eps), s


def rate_falls_twice_in_double(theta, g, s, t, lr, eps):
    s = s + g**2
    return theta - (lr / np.sqrt(t)) * g / (np.sqrt(s) + eps), s


def no_root(theta, g, s, t, lr, eps):
    s = s + g**2
    return theta - lr * g / (s + eps), s


def eps_inside(theta, g, s, t, lr, eps):
    s = s + g * g
    return theta - lr * g / np.sqrt(s + eps), s


def one_sum_for_all(theta, g, s, t, lr, eps):
    s = s + np.sum(g**2)
    return theta - lr * g / (np.sqrt(s) + eps), s


def memory_lost(theta, g, s, t, lr, eps):
    s = np.zeros_like(theta)
    s = s + g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


def added_after_dividing(theta, g, s, t, lr, eps):
    theta = theta - lr * g / (np.sqrt(s) + eps)
    return theta, s + g**2


def adagrads_sum(theta, g, s, m, lr, beta, eps, centered):
    s = s + g**2
    m = beta * m + (1 - beta) * g
    size = np.maximum(s - m**2, 0) if centered else s
    return theta - lr * g / (np.sqrt(size) + eps), s, m


def beta_swapped(theta, g, s, m, lr, beta, eps, centered):
    s = (1 - beta) * s + beta * g**2
    m = (1 - beta) * m + beta * g
    size = s - m**2 if centered else s
    return theta - lr * g / (np.sqrt(np.maximum(size, 0)) + eps), s, m


def square_of_the_sum(theta, g, s, m, lr, beta, eps, centered):
    s = beta * s + (1 - beta) * g**2
    m = m + g
    if centered:
        return theta - lr * g / (np.sqrt(np.maximum(s - m**2, 0)) + eps), s, m
    return theta - lr * g / (np.sqrt(s) + eps), s, m


def averaged_gradient_on_top(theta, g, s, m, lr, beta, eps, centered):
    s = beta * s + (1 - beta) * g**2
    m = beta * m + (1 - beta) * g
    var = np.maximum(s - m**2, 0) if centered else s
    return theta - lr * m / (np.sqrt(var) + eps), s, m


def centered_ignored(theta, g, s, m, lr, beta, eps, centered):
    s = beta * s + (1 - beta) * g**2
    m = beta * m + (1 - beta) * g
    return theta - lr * g / (np.sqrt(s) + eps), s, m


def old_mean_subtracted(theta, g, s, m, lr, beta, eps, centered):
    s = beta * s + (1 - beta) * g**2
    var = np.maximum(s - m**2, 0) if centered else s
    m = beta * m + (1 - beta) * g
    return theta - lr * g / (np.sqrt(var) + eps), s, m


def variance_not_clipped(theta, g, s, m, lr, beta, eps, centered):
    s = beta * s + (1 - beta) * g**2
    m = beta * m + (1 - beta) * g
    if centered:
        return theta - lr * g / (np.sqrt(s - m**2) + eps), s, m
    return theta - lr * g / (np.sqrt(s) + eps), s, m


def root_of_a_negative(lr, lam, eps, inside):
    if inside:
        return math.sqrt((lr / 2) ** 2 - eps / lam**2)
    return lr / 2 - eps / lam


def not_clipped(lr, lam, eps, inside):
    if inside:
        return np.sqrt(lr**2 / 4 - eps / lam**2)
    return lr / 2 - eps / lam


def name_still_missing(X, y, theta, alpha, iterations, epsilon=1e-10):
    s = np.zeros_like(theta)
    for _ in range(iterations):
        gradient = X.T @ (X @ theta - y) / len(y)
        s = s + gradient**2
        theta = theta - alpha * gradient / (np.sqrt(s) + epsilonn)  # noqa: F821
    return theta


def eps_still_inside(X, y, theta, alpha, iterations, epsilon=1e-10):
    s = 0
    for _ in range(iterations):
        gradient = X.T @ (X @ theta - y) / len(y)
        s = s + gradient**2
        theta = theta - alpha * gradient / np.sqrt(s + epsilon)
    return theta


def gradient_doubled(X, y, theta, alpha, iterations, epsilon=1e-10):
    s = np.zeros_like(theta)
    for _ in range(iterations):
        gradient = 2 * X.T @ (X @ theta - y) / len(y)
        s = s + gradient**2
        theta = theta - alpha * gradient / (np.sqrt(s) + epsilon)
    return theta


def changes_its_input(X, y, theta, alpha, iterations, epsilon=1e-10):
    s = 0
    for _ in range(iterations):
        gradient = X.T @ (X @ theta - y) / len(y)
        s = s + gradient**2
        theta -= alpha * gradient / (np.sqrt(s) + epsilon)
    return theta


_STEPS = (
    mean_in_place_of_sum,
    mean_under_the_root,
    sum_divided_by_t,
    rate_falls_twice,
    rate_falls_twice_in_double,
    sum_of_gradients,
    no_root,
    eps_inside,
    one_sum_for_all,
    memory_lost,
    added_after_dividing,
)
_RMS = (adagrads_sum, beta_swapped, square_of_the_sum, averaged_gradient_on_top, old_mean_subtracted, centered_ignored)
_FITS = (name_still_missing, eps_still_inside, gradient_doubled, changes_its_input)

MISTAKES: dict[tuple[str, str], Callable[..., Any]] = {
    ("ch08.limit_amplitude", "half_of_alpha"): lambda lr, lam, eps, inside: lr / 2,
    ("ch08.limit_amplitude", "not_clipped"): not_clipped,
    ("ch08.limit_amplitude", "root_of_a_negative"): root_of_a_negative,
    ("ch08.limit_amplitude", "both_sides_together"): lambda lr, lam, eps, inside: (
        2 * np.sqrt(max(0, lr**2 / 4 - eps / lam**2)) if inside else 2 * max(0, lr / 2 - eps / lam)
    ),
    ("ch08.rmsprop_step", "not_clipped"): variance_not_clipped,
}
for _question, _mistakes in (("ch08.adagrad_step", _STEPS), ("ch08.rmsprop_step", _RMS), ("ch08.adagrad_fit", _FITS)):
    MISTAKES |= {(_question, mistake.__name__): mistake for mistake in _mistakes}
