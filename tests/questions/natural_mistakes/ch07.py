"""Mistakes in chapter 7 as a student writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def ema_fed_back(x, beta, correct):
    averages, m = [], 0.0
    for t in range(len(x)):
        m = beta * m + (1 - beta) * x[t]
        if correct:
            m = m / (1 - beta ** (t + 1))
        averages.append(m)
    return np.array(averages)


def ema_from_the_first_value(x, beta, correct):
    out = [np.asarray(x[0], dtype=float)]
    for value in x[1:]:
        out.append(beta * out[-1] + (1 - beta) * value)
    if correct:
        out = [m / (1 - beta ** (t + 1)) for t, m in enumerate(out)]
    return np.array(out)


def ema_first_value_for_the_correction(x, beta, correct):
    m, out = x[0], []
    for value in x:
        m = beta * m + (1 - beta) * value
        out.append(m)
    return np.array(out)


def update_ema(params, grads, v, lr, beta=0.9):
    new_params, new_v = {}, {}
    for key in params:
        old = 0 if v is None else v[key]
        new_v[key] = beta * old + (1 - beta) * grads[key]
        new_params[key] = params[key] - lr * new_v[key]
    return new_params, new_v


def update_in_place(params, grads, v, lr, beta=0.9):
    if v is None:
        v = {key: np.zeros_like(params[key]) for key in params}
    for key in params:
        v[key] = beta * v[key] + grads[key]
        params[key] -= lr * v[key]
    return params, v


def update_velocity_in_place(params, grads, v, lr, beta=0.9):
    if v is None:
        v = {key: np.zeros_like(params[key]) for key in params}
    out = {}
    for key in params:
        v[key] *= beta
        v[key] += grads[key]
        out[key] = params[key] - lr * v[key]
    return out, v


def update_dicts(params, grads, v, lr, beta=0.9):
    if v is None:
        v = {key: np.zeros_like(params[key]) for key in params}
    for key in params:
        v[key] = beta * v[key] + grads[key]
        params[key] = params[key] - lr * v[key]
    return params, v


def update_sutskever(params, grads, v, lr, beta=0.9):
    if v is None:
        v = {k: np.zeros_like(p) for k, p in params.items()}
    v = {k: beta * v[k] - lr * grads[k] for k in params}
    params = {k: params[k] + v[k] for k in params}
    return params, v


def update_from_the_gradient(params, grads, v, lr, beta=0.9):
    if v is None:
        v = grads
    v = {k: beta * v[k] + grads[k] for k in v}
    return {k: p - lr * v[k] for k, p in params.items()}, v


def _two_forms(look, step):
    def nesterov(f_grad, x0, lr, beta, steps):
        xs, thetas = [np.array(x0, dtype=float)], [np.array(x0, dtype=float)]
        v, w = np.zeros(len(x0)), np.zeros(len(x0))
        for _ in range(steps):
            v = beta * v + f_grad(look(xs[-1], v, lr, beta))
            xs.append(xs[-1] - lr * v)
            g = f_grad(thetas[-1])
            w = beta * w + g
            thetas.append(thetas[-1] - lr * step(g, w, beta))
        return np.stack(xs), np.stack(thetas)

    return nesterov


def _ahead(x, v, lr, beta):
    return x - lr * beta * v


def _right_step(g, w, beta):
    return g + beta * w


def stable_by_roots_without_conversion(alpha, beta, lam, kind):
    q = alpha * lam
    nag = kind == "nesterov"
    p = [1, -(1 + beta) * (1 - q), beta * (1 - q)] if nag else [1, -(1 + beta - q), beta]
    return bool(np.abs(np.roots(p)).max() < 1)


def stable_below_the_limit(alpha, beta, lam, kind):
    if kind == "classical":
        return alpha * lam < 2 + 2 * beta
    if kind == "ema":
        return alpha * lam < (2 + 2 * beta) / (1 - beta)
    return alpha * lam < (2 + 2 * beta) / (1 + 2 * beta)


def pair_multiplied(mu, L, ema=False):
    k = (L / mu) ** 0.5
    beta = ((k - 1) / (k + 1)) ** 2
    lr = 4 / (mu**0.5 + L**0.5) ** 2
    return (lr * (1 - beta), beta) if ema else (lr, beta)


def pair_without_square(mu, L, ema=False):
    k = (L / mu) ** 0.5
    beta = (k - 1) / (k + 1)
    lr = 4 / (mu**0.5 + L**0.5) ** 2
    return (lr / (1 - beta), beta) if ema else (lr, beta)


def pair_without_the_mixed_term(mu, L, ema=False):
    k = (L / mu) ** 0.5
    beta = ((k - 1) / (k + 1)) ** 2
    lr = 4 / (mu + L)
    return (lr / (1 - beta), beta) if ema else (lr, beta)


MISTAKES: dict[tuple[str, str], Callable[..., Any]] = {
    ("ch07.ema", "corrected_and_fed_back"): ema_fed_back,
    ("ch07.ema", "first_value_for_the_correction"): ema_first_value_for_the_correction,
    ("ch07.ema", "starts_at_first_value"): ema_from_the_first_value,
    ("ch07.momentum_update", "ema_form"): update_ema,
    ("ch07.momentum_update", "changed_in_place"): update_in_place,
    ("ch07.momentum_update", "dicts_written_into"): update_dicts,
    ("ch07.momentum_update", "rate_inside"): update_sutskever,
    ("ch07.momentum_update", "starts_with_the_gradient"): update_from_the_gradient,
    ("ch07.nesterov", "gradient_at_x"): _two_forms(lambda x, v, lr, beta: x, _right_step),
    ("ch07.nesterov", "looks_back"): _two_forms(lambda x, v, lr, beta: x + lr * beta * v, _right_step),
    ("ch07.nesterov", "theta_is_plain_momentum"): _two_forms(_ahead, lambda g, w, beta: w),
    ("ch07.optimal_heavy_ball", "converted_the_wrong_way"): pair_multiplied,
    ("ch07.optimal_heavy_ball", "beta_not_squared"): pair_without_square,
    ("ch07.optimal_heavy_ball", "square_without_the_mixed_term"): pair_without_the_mixed_term,
    ("ch07.is_stable", "classical_limit_for_ema"): stable_by_roots_without_conversion,
    ("ch07.is_stable", "ridge_called_stable"): stable_below_the_limit,
}
