"""Right answers to the questions of chapter 5."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

# ch05.gd --------------------------------------------------------------------------------------------------------------


def gd_preallocated(f_grad, x0, lr, steps):
    path = np.empty((steps + 1, np.size(x0)))
    path[0] = x0
    for k in range(steps):
        path[k + 1] = path[k] - lr * f_grad(path[k])
    return path


def gd_accumulated(f_grad, x0, lr, steps):
    start = np.asarray(x0, dtype=float)
    points = itertools.accumulate(range(steps), lambda x, _: x - lr * f_grad(x), initial=start)
    return np.vstack(list(points))


def gd_in_place_on_a_copy(f_grad, x0, lr, steps):
    x = np.array(x0, dtype=float)
    history = [x.copy()]
    while len(history) <= steps:
        x -= lr * np.asarray(f_grad(x))
        history.append(x.copy())
    return np.array(history)


def gd_with_lists_of_floats(f_grad, x0, lr, steps):
    rows = [[float(value) for value in x0]]
    for _ in range(steps):
        here = rows[-1]
        slope = f_grad(np.array(here))
        rows.append([value - lr * float(s) for value, s in zip(here, slope, strict=True)])
    return np.array(rows)


# ch05.max_stable_lr and ch05.best_lr ----------------------------------------------------------------------------------


def max_stable_by_norm(A):
    return 2 / np.linalg.norm(A, 2)


def max_stable_by_eigh(A):
    curvatures, _ = np.linalg.eigh(np.asarray(A, dtype=float))
    return 2.0 / curvatures.max()


def max_stable_by_svd(A):
    return float(np.divide(2, np.linalg.svd(A, compute_uv=False)[0]))


def max_stable_of_the_general_solver(A):
    return min(2 / complex(lam).real for lam in np.linalg.eigvals(A))


def best_by_sorting(A):
    lam = sorted(np.linalg.eigvals(A).real)
    return 2 / (lam[0] + lam[-1])


def best_by_the_inverse(A):
    L = np.linalg.norm(A, 2)
    mu = 1 / np.linalg.norm(np.linalg.inv(A), 2)
    return float(2 / (L + mu))


def best_by_kappa(A):
    """2/(μ + L) = (2/L) · κ/(κ + 1)."""
    L, kappa = np.linalg.norm(A, 2), np.linalg.cond(A)
    return 2 / L * kappa / (kappa + 1)


def best_by_bisection(A):
    """The rate at which the factors of both ends of the spectrum are opposite."""
    lam = np.linalg.eigvalsh(A)
    low, high = 0.0, 2 / lam[0]
    for _ in range(100):
        middle = (low + high) / 2
        if (1 - middle * lam[0]) + (1 - middle * lam[-1]) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


# ch05.steps_to --------------------------------------------------------------------------------------------------------


def steps_by_math(kappa, tol):
    return math.ceil(math.log(1 / tol) / math.log((kappa + 1) / (kappa - 1)))


def steps_by_base(kappa, tol):
    """The logarithm of tol to the base of the factor, as a NumPy integer."""
    factor = 1 - 2 / (kappa + 1)
    return np.ceil(np.log10(tol) / np.log10(factor)).astype(int)


def steps_by_area_tangent(kappa, tol):
    """ln((κ + 1)/(κ - 1)) is 2 artanh(1/κ)."""
    return int(-math.log(tol) / (2 * math.atanh(1 / kappa))) + 1


def steps_by_counting(kappa, tol):
    rho, share, count = (kappa - 1) / (kappa + 1), 1.0, 0
    while share > tol:
        share *= rho
        count += 1
    return count


# ch05.fit_line --------------------------------------------------------------------------------------------------------


def fit_with_two_unknowns(X, y, lr=0.1, steps=2000):
    """Intercept and slopes kept apart, residuals in place of a design matrix."""
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    mean, std = np.mean(X, axis=0), np.std(X, axis=0)
    Z = (X - mean) / std
    bias, weights = 0.0, np.zeros(X.shape[1])
    for _ in range(steps):
        residual = bias + Z @ weights - y
        bias, weights = bias - lr * 2 * residual.mean(), weights - lr * 2 * (residual[:, None] * Z).mean(axis=0)
    slopes = weights / std
    return np.append(bias - np.dot(slopes, mean), slopes)


def fit_with_the_gram_matrix(X, y, lr=0.1, steps=2000):
    X = np.array(X, dtype=float)
    n, d = X.shape
    mean, std = X.mean(0), X.std(0)
    design = np.hstack([np.ones((n, 1)), (X - mean) / std])
    H, c = 2 / n * design.T @ design, 2 / n * design.T @ np.array(y, dtype=float)
    theta = np.zeros(d + 1)
    for _ in range(steps):
        theta -= lr * (H @ theta - c)
    back = np.eye(d + 1)                                 # from standardized to original units
    back[0, 1:] = -mean / std
    back[1:, 1:] = np.diag(1 / std)
    return back @ theta


def fit_with_loops(X, y, lr=0.1, steps=2000):
    """One column at a time; the sample's standard deviation (n - 1) gives the same line."""
    n = len(X)
    columns = [np.array([row[j] for row in X], dtype=float) for j in range(len(X[0]))]
    means = [column.mean() for column in columns]
    spreads = [column.std(ddof=1) for column in columns]
    features = [np.ones(n)] + [(c - mu) / s for c, mu, s in zip(columns, means, spreads, strict=True)]
    theta = [0.0] * len(features)
    for _ in range(steps):
        errors = sum(t * f for t, f in zip(theta, features, strict=True)) - y
        theta = [t - lr * 2 / n * float(f @ errors) for t, f in zip(theta, features, strict=True)]
    slopes = [t / s for t, s in zip(theta[1:], spreads, strict=True)]
    return [theta[0] - sum(w * mu for w, mu in zip(slopes, means, strict=True)), *slopes]


# ch05.conventions -----------------------------------------------------------------------------------------------------

_x = np.random.RandomState(0).rand(100)


def limit_by_trial(factor):
    """Halve the interval between a rate that converges and one that diverges on factor·Σ(θx)²."""
    low, high = 0.0, 100.0
    while high - low > 1e-6:
        lr = (low + high) / 2
        theta = 1.0 - lr * 2 * factor * (_x * _x).sum()
        low, high = (lr, high) if abs(theta) < 1 else (low, lr)
    return low


# ch05.gd_until --------------------------------------------------------------------------------------------------------


def until_by_while(fun, x0, lr, tol, max_steps):
    x, k = np.asarray(x0, dtype=float), 0
    g = fun(x)[1]
    while np.linalg.norm(g) > tol and k < max_steps:
        x, k = x - lr * g, k + 1
        g = fun(x)[1]
    return x, k


def until_by_squares(fun, x0, lr, tol, max_steps):
    x = np.array(x0, dtype=float)
    taken = 0
    while True:
        _, g = fun(x)
        if g @ g <= tol**2 or taken == max_steps:
            return [x, np.int64(taken)]
        x -= lr * g
        taken += 1


def until_by_generator(fun, x0, lr, tol, max_steps):
    def walk():
        x = np.array(x0, dtype=float)
        for k in itertools.count():
            slope = fun(x)[1]
            yield x, k, math.sqrt(sum(s * s for s in slope))
            x = x - lr * slope

    return next((x, k) for x, k, length in walk() if length <= tol or k == max_steps)


# ch05.armijo_step -----------------------------------------------------------------------------------------------------


def armijo_by_break(fun, x, lr, shrink=0.5, c=1e-4):
    f, g = fun(x)
    while True:
        new = x - lr * g
        if fun(new)[0] <= f - c * lr * np.sum(g**2):
            break
        lr *= shrink
    return new, lr


def armijo_by_powers(fun, x, lr, shrink=0.5, c=1e-4):
    f, g = fun(x)
    rates = (lr * shrink**k for k in itertools.count())
    good = next(a for a in rates if not fun(x - a * g)[0] > f - c * a * np.linalg.norm(g) ** 2)
    return x - good * g, good


def armijo_by_recursion(fun, x, lr, shrink=0.5, c=1e-4):
    f, g = fun(x)

    def attempt(rate):
        trial = np.subtract(x, np.multiply(rate, g))
        drop = f - fun(trial)[0]
        return (trial, rate) if drop >= c * rate * np.dot(g, g) else attempt(shrink * rate)

    return attempt(lr)


# ch05.claims ----------------------------------------------------------------------------------------------------------


def claims_by_experiment():
    """Each claim put to the test on small parabolas."""

    def run(curvature, lr, steps=60):
        return (1 - lr * curvature) ** np.arange(steps + 1)

    def loss(path, curvature):
        return curvature * path**2 / 2

    edge, steep = run(1.0, 2.0), run(10.0, 0.21)
    slow, fast = (np.argmax(run(1.0, lr, 5000) < 1e-6) for lr in (0.01, 0.1))
    safe = all((np.diff(loss(run(3.0, lr), 3.0)) <= 0).all() for lr in np.linspace(0.01, 0.66, 20))
    wide = np.random.default_rng(0).normal([50.0, -3.0], [20.0, 0.1], size=(80, 2))
    narrow = (wide - wide.mean(0)) / wide.std(0)
    kappa = [np.linalg.cond(np.column_stack([np.ones(80), f])) ** 2 for f in (wide, narrow)]
    return {
        "A": bool(abs(edge[-1]) < 0.5),
        "B": bool(safe),
        "C": bool(-np.exp(-50.0) < -0.9),
        "D": bool(kappa[0] / kappa[1] > 1000),
        "E": bool((np.diff(loss(steep, 10.0)) <= 0).all()),
        "F": bool(slow <= fast),
    }


RIGHT: dict[str, list[Any]] = {
    "ch05.gd": [gd_preallocated, gd_accumulated, gd_in_place_on_a_copy, gd_with_lists_of_floats],
    "ch05.max_stable_lr": [
        max_stable_by_norm,
        max_stable_by_eigh,
        max_stable_by_svd,
        max_stable_of_the_general_solver,
    ],
    "ch05.best_lr": [best_by_sorting, best_by_the_inverse, best_by_kappa, best_by_bisection],
    "ch05.steps_to": [steps_by_math, steps_by_base, steps_by_area_tangent, steps_by_counting],
    "ch05.fit_line": [fit_with_two_unknowns, fit_with_the_gram_matrix, fit_with_loops],
    "ch05.conventions": [
        {"half_sum": 0.0652, "mean": 3.26, "half_mean": 6.52},
        {"half_sum": 2 / np.dot(_x, _x), "mean": 1 / np.mean(_x**2), "half_mean": 2 / np.mean(_x**2)},
        {"half_mean": limit_by_trial(1 / 200), "mean": limit_by_trial(1 / 100), "half_sum": limit_by_trial(1 / 2)},
    ],
    "ch05.gd_until": [until_by_while, until_by_squares, until_by_generator],
    "ch05.armijo_step": [armijo_by_break, armijo_by_powers, armijo_by_recursion],
    "ch05.claims": [
        {"A": False, "B": True, "C": False, "D": True, "E": False, "F": False},
        {letter: np.bool_(letter in "BD") for letter in "FEDCBA"},
        claims_by_experiment(),
    ],
}
