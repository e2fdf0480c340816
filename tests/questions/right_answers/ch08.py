"""Right answers to the questions of chapter 8."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# ch08.adagrad_step ----------------------------------------------------------------------------------------------------


def adagrad_in_place_on_copies(theta, g, s, t, lr, eps):
    theta, s = theta.copy(), s.copy()
    s += np.square(g)
    below = np.sqrt(s)
    below += eps
    theta -= lr * g / below
    return theta, s


def adagrad_with_a_rate_each(theta, g, s, t, lr, eps):
    """The rate of every parameter first; a list in place of a tuple."""
    total = np.add(s, g * g)
    rate = lr / (total**0.5 + eps)
    return [theta - rate * g, total]


def adagrad_entry_by_entry(theta, g, s, t, lr, eps):
    theta, s = np.array(theta), np.array(s)
    for i in np.ndindex(theta.shape):
        s[i] = s[i] + g[i] ** 2
        theta[i] = theta[i] - lr * g[i] / (math.sqrt(s[i]) + eps)
    return theta, s


def adagrad_with_hypot(theta, g, s, t, lr, eps):
    """√(s + g²) as the hypotenuse of √s and g."""
    size = np.hypot(np.sqrt(s), g)
    return theta + -lr * np.divide(g, size + eps), s + g**2


# ch08.rmsprop_step ----------------------------------------------------------------------------------------------------


def rmsprop_by_lerp(theta, g, s, m, lr, beta, eps, centered):
    """The averages as steps toward the new value."""
    s = s + (1 - beta) * (g * g - s)
    m = m + (1 - beta) * (g - m)
    under = (s - m * m).clip(min=0) if centered else s
    return theta - lr * g / (under**0.5 + eps), s, m


def rmsprop_in_place_on_copies(theta, g, s, m, lr, beta, eps, centered):
    theta, s, m = np.copy(theta), np.copy(s), np.copy(m)
    s *= beta
    s += (1 - beta) * np.square(g)
    m *= beta
    m += (1 - beta) * g
    below = np.sqrt(np.where(s > m**2, s - m**2, 0)) if centered else np.sqrt(s)
    theta -= lr / (below + eps) * g
    return theta, s, m


def rmsprop_entry_by_entry(theta, g, s, m, lr, beta, eps, centered):
    theta, s, m = (np.array(a) for a in (theta, s, m))
    for i in np.ndindex(theta.shape):
        s[i] = beta * s[i] + (1 - beta) * g[i] ** 2
        m[i] = beta * m[i] + (1 - beta) * g[i]
        variance = s[i] - m[i] ** 2 if centered else s[i]
        theta[i] -= lr * g[i] / (math.sqrt(max(variance, 0.0)) + eps)
    return [theta, s, m]


# ch08.limit_amplitude -------------------------------------------------------------------------------------------------


def amplitude_by_bisection(lr, lam, eps, inside):
    """The a at which 2a equals one step."""

    def excess(a):
        g = lam * a
        return lr * g / (math.sqrt(g * g + eps) if inside else g + eps) - 2 * a

    low, high = 0.0, lr
    for _ in range(200):
        a = (low + high) / 2
        low, high = (a, high) if excess(a) > 0 else (low, a)
    return low if low > 1e-15 else 0.0


def amplitude_in_terms_of_the_gradient(lr, lam, eps, inside):
    """The size of g on the cycle, divided by λ."""
    squared = (lr * lam / 2) ** 2 - eps
    size = squared**0.5 if inside and squared > 0 else 0.0 if inside else lr * lam / 2 - eps
    return max(size, 0) / lam


def amplitude_with_where(lr, lam, eps, inside):
    a = np.where(inside, np.sqrt(np.maximum(0.25 * lr**2 - eps * lam**-2.0, 0)), 0.5 * lr - eps / lam)
    return np.clip(a, 0, None)


# ch08.adagrad_fit -----------------------------------------------------------------------------------------------------


def fit_with_adagrad_step(X, y, theta, alpha, iterations, epsilon=1e-10):
    s = np.zeros(X.shape[1])
    for t in range(1, iterations + 1):
        theta, s = adagrad_with_a_rate_each(theta, X.T.dot(X.dot(theta) - y) / len(y), s, t, alpha, epsilon)
    return theta


def fit_keeping_all_gradients(X, y, theta, alpha, iterations, epsilon=1e-10):
    past = []
    for _ in range(iterations):
        past.append(np.mean(X * (X @ theta - y)[:, None], axis=0))
        theta = theta - alpha * past[-1] / (np.linalg.norm(past, axis=0) + epsilon)
    return theta


def fit_from_sums(X, y, theta, alpha, iterations, epsilon=1e-10):
    """XᵀX and Xᵀy once; then the data are not touched again. In place, on a copy."""
    a, b = X.T @ X / len(y), X.T @ y / len(y)
    w, total = np.array(theta, dtype=float), 0.0
    while iterations > 0:
        g = a @ w - b
        total = total + g * g
        w -= alpha / (np.sqrt(total) + epsilon) * g
        iterations -= 1
    return w


# ch08.ten_times -------------------------------------------------------------------------------------------------------


def _on_an_eigenvector(curvatures, degrees, size=1.0):
    a = math.radians(degrees)
    return {"curvatures": curvatures, "angle": degrees, "start": [-size * math.sin(a), size * math.cos(a)]}


RIGHT: dict[str, list[Any]] = {
    "ch08.adagrad_step": [
        adagrad_in_place_on_copies,
        adagrad_with_a_rate_each,
        adagrad_entry_by_entry,
        adagrad_with_hypot,
    ],
    "ch08.rmsprop_step": [rmsprop_by_lerp, rmsprop_in_place_on_copies, rmsprop_entry_by_entry],
    "ch08.limit_amplitude": [amplitude_by_bisection, amplitude_in_terms_of_the_gradient, amplitude_with_where],
    "ch08.adagrad_fit": [fit_with_adagrad_step, fit_keeping_all_gradients, fit_from_sums],
    "ch08.ten_times": [
        {
            "wins": {"curvatures": (1, 300), "angle": 0, "start": (3, -2)},
            "loses": _on_an_eigenvector((1, 1000), 10),
        },
        {
            "wins": {"curvatures": np.array([1000.0, 1.0]), "angle": 0.0, "start": np.array([1.0, 1.0])},
            "loses": _on_an_eigenvector([1, 300], 30),
        },
        {
            "wins": {"curvatures": [0.1, 100], "angle": 90, "start": [1, 0.3]},
            "loses": _on_an_eigenvector((1, 1000), 20, size=2),
        },
    ],
    "ch08.claims": [
        {"A": False, "B": False, "C": True, "D": False, "E": False, "F": True, "G": "c", "H": "b", "I": "a"},
        {key: key in "CF" for key in "ABCDEF"} | {"G": "C", "H": "B", "I": "A"},
        dict.fromkeys("ABDE", np.bool_(False)) | dict.fromkeys("CF", np.bool_(True)) | {"G": "c ", "H": "b", "I": "a"},
    ],
}
