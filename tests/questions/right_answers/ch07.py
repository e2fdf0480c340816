"""Right answers to the questions of chapter 7."""

from __future__ import annotations

import cmath
import itertools
import math
from typing import Any

import numpy as np

# ch07.ema -------------------------------------------------------------------------------------------------------------


def ema_by_weights(x, beta, correct):
    """Every row from its own weights, as one lower triangular matrix."""
    x = np.asarray(x, dtype=float)
    age = np.subtract.outer(np.arange(len(x)), np.arange(len(x)))
    weights = np.where(age >= 0, (1 - beta) * beta ** np.maximum(age, 0), 0.0)
    if correct:
        weights = weights / weights.sum(axis=1, keepdims=True)
    return weights @ x


def ema_by_accumulate(x, beta, correct):
    zero = 0 * np.asarray(x[0], dtype=float)
    m = np.array(list(itertools.accumulate(x, lambda a, b: beta * a + (1 - beta) * b, initial=zero))[1:])
    total = 1 - beta ** np.arange(1, len(x) + 1)
    return m / total.reshape([-1] + [1] * (m.ndim - 1)) if correct else m


def ema_by_moving_toward(x, beta, correct):
    """The corrected average moves toward the value by (1 - β)/(1 - βᵗ)."""
    out = np.zeros(np.shape(x))
    m = np.zeros(np.shape(x)[1:])
    for t in range(len(x)):
        share = (1 - beta) / (1 - beta ** (t + 1)) if correct else 1 - beta
        m = m + share * (x[t] - m)
        out[t] = m
    return out


# ch07.momentum_update -------------------------------------------------------------------------------------------------


def update_by_loop(params, grads, v, lr, beta=0.9):
    new, velocity = {}, {}
    for name, theta in params.items():
        velocity[name] = grads[name].copy() if v is None else beta * v[name] + grads[name]
        new[name] = theta - lr * velocity[name]
    return new, velocity


def update_on_copies(params, grads, v, lr, beta=0.9):
    params = {k: p.copy() for k, p in params.items()}
    v = {k: np.zeros_like(p) for k, p in params.items()} if v is None else {k: a.copy() for k, a in v.items()}
    for k in params:
        v[k] *= beta
        v[k] += grads[k]
        params[k] -= lr * v[k]
    return params, v


def update_by_zip(params, grads, v, lr, beta=0.9):
    before = v or dict.fromkeys(params, 0)
    after = dict(zip(params, (np.add(beta * before[n], grads[n]) for n in params), strict=True))
    moved = (np.subtract(params[n], np.multiply(lr, after[n])) for n in params)
    return dict(zip(params, moved, strict=True)), after


# ch07.nesterov --------------------------------------------------------------------------------------------------------


def nesterov_by_two_functions(f_grad, x0, lr, beta, steps):
    def own():
        x, v = np.array(x0, dtype=float), np.zeros(np.size(x0))
        yield x
        for _ in range(steps):
            v = beta * v + f_grad(x - lr * beta * v)
            x = x - lr * v
            yield x

    def torch():
        theta, v = np.array(x0, dtype=float), np.zeros(np.size(x0))
        yield theta
        for _ in range(steps):
            g = f_grad(theta)
            v = beta * v + g
            theta = theta - lr * (g + beta * v)
            yield theta

    return np.array(list(own())), np.array(list(torch()))


def nesterov_by_differences(f_grad, x0, lr, beta, steps):
    """x from its last two points, θ as the point ahead of it."""
    x = np.empty((steps + 1, np.size(x0)))
    x[0] = before = x0
    for k in range(steps):
        y = x[k] + beta * (x[k] - before)
        before = x[k]
        x[k + 1] = y - lr * f_grad(y)
    past = np.vstack([x[:1], x[:-1]])
    return x, x + beta * (x - past)


def nesterov_with_the_rate_inside(f_grad, x0, lr, beta, steps):
    """Sutskever's velocity, w = -lr·v."""
    x, w = np.array(x0, dtype=float), 0.0 * np.array(x0, dtype=float)
    xs, thetas = [x.copy()], [x.copy()]
    for _ in range(steps):
        w = beta * w - lr * np.asarray(f_grad(x + beta * w))
        x = x + w
        xs.append(x)
        thetas.append(x + beta * w)
    return np.array(xs), np.array(thetas)


# ch07.optimal_heavy_ball ----------------------------------------------------------------------------------------------


def pair_by_kappa(mu, L, ema=False):
    root = math.sqrt(L / mu)
    beta = ((root - 1) / (root + 1)) ** 2
    lr = 4 / (mu * (1 + root) ** 2)
    return lr / (1 - beta) if ema else lr, beta


def pair_from_the_damping(mu, L, ema=False):
    """√(αμ) + √(αL) = 2, and √β = 1 - √(αμ)."""
    alpha = 4 / (mu + L + 2 * math.sqrt(mu * L))
    beta = (1 - math.sqrt(alpha * mu)) ** 2
    return (alpha, beta) if not ema else (alpha / (1 - beta), beta)


def pair_as_numpy(mu, L, ema=False):
    """For the average, α/(1 - β) is 1/√(μL)."""
    low, high = np.sqrt([mu, L])
    lr = 1 / (low * high) if ema else 4 / (low + high) ** 2
    return np.float64(lr), np.square((high - low) / (high + low))


# ch07.is_stable -------------------------------------------------------------------------------------------------------


def _polynomial(alpha, beta, lam, kind):
    q = alpha * lam
    if kind == "nesterov":
        return (1 + beta) * (1 - q), beta * (1 - q)
    return 1 + beta - q * ((1 - beta) if kind == "ema" else 1), beta


def stable_by_roots(alpha, beta, lam, kind):
    b, c = _polynomial(alpha, beta, lam, kind)
    return bool(np.max(np.abs(np.roots([1, -b, c]))) < 1)


def stable_by_formula(alpha, beta, lam, kind):
    b, c = _polynomial(alpha, beta, lam, kind)
    d = cmath.sqrt(b * b - 4 * c)
    return max(abs(b + d), abs(b - d)) < 2


def stable_by_jury(alpha, beta, lam, kind):
    b, c = _polynomial(alpha, beta, lam, kind)
    return np.bool_(abs(c) < 1 and abs(b) < 1 + c)


def stable_by_power(alpha, beta, lam, kind):
    """Square the step matrix until it has decided."""
    b, c = _polynomial(alpha, beta, lam, kind)
    step = np.array([[b, -c], [1.0, 0.0]])
    for _ in range(14):
        step = step @ step
        if not np.abs(step).max() < 1e100:
            return False
    return bool(np.abs(step).max() < 1)


# ch07.claims ----------------------------------------------------------------------------------------------------------


def claims_by_experiment():
    """Each claim put to the test on small parabolas."""

    def run(alpha, beta, lam=1.0, noise=None, steps=400, ema=False):
        x, v, path = np.ones(50), np.zeros(50), []
        for k in range(steps):
            g = lam * x + (0.0 if noise is None else noise[k])
            v = beta * v + ((1 - beta) if ema else 1) * g
            x = x - alpha * v
            path.append(x)
        return np.array(path)

    noise = np.random.default_rng(0).normal(size=(400, 50))
    floor = [run(0.1, beta, noise=noise)[200:].var() for beta in (0.0, 0.9)]
    ends = [abs(run(0.1, beta)[-1, 0]) for beta in (0.5, 0.9)]
    return {
        "A": bool(floor[1] < floor[0]),
        "B": bool(abs(run(3.0, 0.9)[-1, 0]) < 1 < abs(run(3.0, 0.0)[-1, 0])),
        "C": bool(1 / (1 - 0.9) > 1e5),
        "D": bool(math.sqrt(0.9) < (1.5 - 1) / (1.5 + 1)),
        "E": bool(np.allclose(run(0.5, 0.9, ema=True), run(0.05, 0.9))),
        "F": "lower beta" if ends[0] < ends[1] else "raise beta",
    }


RIGHT: dict[str, list[Any]] = {
    "ch07.ema": [ema_by_weights, ema_by_accumulate, ema_by_moving_toward],
    "ch07.momentum_update": [update_by_loop, update_on_copies, update_by_zip],
    "ch07.nesterov": [nesterov_by_two_functions, nesterov_by_differences, nesterov_with_the_rate_inside],
    "ch07.optimal_heavy_ball": [pair_by_kappa, pair_from_the_damping, pair_as_numpy],
    "ch07.is_stable": [stable_by_roots, stable_by_formula, stable_by_jury, stable_by_power],
    "ch07.claims": [
        {"A": False, "B": True, "C": False, "D": False, "E": True, "F": "lower beta"},
        {letter: "Lower beta " if letter == "F" else np.bool_(letter in "BE") for letter in "FEDCBA"},
        claims_by_experiment(),
    ],
}
