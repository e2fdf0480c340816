"""Mistakes in chapter 9 as a student writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _adam(update: Callable[..., Any]) -> Callable[..., Any]:
    def adam_step(theta, g, m, v, t, lr, beta1, beta2, eps):
        return update(theta, g, m, v, t, lr, beta1, beta2, eps)

    return adam_step


def no_bias_correction(theta, g, m, v, t, lr, b1, b2, eps):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    return theta - lr * m / (np.sqrt(v) + eps), m, v


def m_corrected_only(theta, g, m, v, t, lr, b1, b2, eps):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    return theta - lr * (m / (1 - b1**t)) / (np.sqrt(v) + eps), m, v


def v_corrected_only(theta, g, m, v, t, lr, b1, b2, eps):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g * g
    return theta - lr * m / (np.sqrt(v / (1 - b2**t)) + eps), m, v


def overwritten_moments(theta, g, m, v, t, lr, b1, b2, eps):
    m = (b1 * m + (1 - b1) * g) / (1 - b1**t)
    v = (b2 * v + (1 - b2) * g**2) / (1 - b2**t)
    return theta - lr * m / (np.sqrt(v) + eps), m, v


def one_beta(theta, g, m, v, t, lr, b1, b2, eps):
    m = b1 * m + (1 - b1) * g
    v = b1 * v + (1 - b1) * g**2
    return theta - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b1**t)) + eps), m, v


def swapped_betas(theta, g, m, v, t, lr, b1, b2, eps):
    m = b2 * m + (1 - b2) * g
    v = b1 * v + (1 - b1) * g**2
    return theta - lr * (m / (1 - b2**t)) / (np.sqrt(v / (1 - b1**t)) + eps), m, v


def eps_inside(theta, g, m, v, t, lr, b1, b2, eps):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    return theta - lr * (m / (1 - b1**t)) / np.sqrt(v / (1 - b2**t) + eps), m, v


def t_from_zero(theta, g, m, v, t, lr, b1, b2, eps):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    t = t - 1
    return theta - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps), m, v


def no_root(theta, g, m, v, t, lr, b1, b2, eps):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    return theta - lr * (m / (1 - b1**t)) / (v / (1 - b2**t) + eps), m, v


def absolute_value(theta, g, m, v, t, lr, b1, b2, eps):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * abs(g)
    return theta - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps), m, v


def ascent(theta, g, m, v, t, lr, b1, b2, eps):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    return theta + lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps), m, v


def planned_steps(gradient, params, steps, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    ms, vs = [0 * p for p in params], [0 * p for p in params]
    for _ in range(steps):
        grads = gradient(params)
        ms = [beta1 * m + (1 - beta1) * g for m, g in zip(ms, grads, strict=True)]
        vs = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(vs, grads, strict=True)]
        params = [
            p - lr * (m / (1 - beta1**steps)) / (np.sqrt(v / (1 - beta2**steps)) + eps)
            for p, m, v in zip(params, ms, vs, strict=True)
        ]
    return params


def l2_in_the_gradient(theta, g, m, v, t, lr, beta1, beta2, eps, weight_decay):
    g = g + weight_decay * theta
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


MISTAKES: dict[tuple[str, str], Callable[..., Any]] = {
    ("ch09.adam_run", "planned_steps"): planned_steps,
    ("ch09.adamw_step", "l2_in_the_gradient"): l2_in_the_gradient,
} | {
    ("ch09.adam_step", mistake.__name__): _adam(mistake)
    for mistake in (
        no_bias_correction,
        m_corrected_only,
        v_corrected_only,
        overwritten_moments,
        one_beta,
        swapped_betas,
        eps_inside,
        t_from_zero,
        no_root,
        absolute_value,
        ascent,
    )
}
