"""Right answers to the questions of chapter 2."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# ch02.mse and ch02.mae ------------------------------------------------------------------------------------------------


def mse_by_products(output, target):
    if np.shape(output) != np.shape(target):
        raise ValueError("shapes")
    difference = np.subtract(output, target)
    return np.vdot(difference, difference) / difference.size, difference * (2.0 / difference.size)


def mse_by_loops(output, target):
    if output.shape != target.shape:
        raise ValueError("the shapes of output and target differ")
    total, count = 0.0, 0
    g = np.zeros_like(output)
    for place in np.ndindex(output.shape):
        r = output[place] - target[place]
        total += float(r) ** 2
        g[place] = 2 * r
        count += 1
    return total / count, g / count


def mse_by_the_norm(output, target):
    if not output.shape == target.shape:
        raise ValueError
    r = output - target
    n = np.prod(r.shape)
    return np.linalg.norm(r.ravel()) ** 2 / n, (r + r) / n.astype(r.dtype)


def mae_by_products(output, target):
    """|r| is r times its sign."""
    if output.shape != target.shape:
        raise ValueError("shapes")
    r = output - target
    sign = np.sign(r)
    return (r * sign).mean(), sign / sign.size


def mae_from_the_right(output, target):
    if output.shape != target.shape:
        raise ValueError("shapes")
    r = output - target
    g = np.where(r >= 0, 1.0, -1.0).astype(r.dtype) / r.size
    return np.average(abs(r)), g


def mae_by_counting(output, target):
    if output.shape != target.shape:
        raise ValueError("shapes")
    above, below = output > target, output < target
    value = (output[above] - target[above]).sum() + (target[below] - output[below]).sum()
    g = (above.astype(output.dtype) - below.astype(output.dtype)) / output.size
    return value / output.size, g


# ch02.huber -----------------------------------------------------------------------------------------------------------


def huber_by_minimum(output, target, delta=1.0):
    """½q² + δ(|r| - q) with q = min(|r|, δ)."""
    r = output - target
    a = np.abs(r)
    q = np.minimum(a, delta)
    return (0.5 * q**2 + delta * (a - q)).mean(), np.sign(r) * q / r.size


def huber_by_masks(output, target, delta=1.0):
    r = output - target
    value, g = 0.5 * r * r, r.copy()
    for side in (-1, 1):
        far = side * r > delta
        value[far] = delta * np.abs(r[far]) - 0.5 * delta**2
        g[far] = side * delta
    return value.mean(), g / value.size


def huber_by_loops(output, target, delta=1.0):
    total, g = 0.0, np.empty(output.shape, dtype=output.dtype)
    for place, out in np.ndenumerate(output):
        r = out - target[place]
        if abs(r) < delta:
            total, g[place] = total + r * r / 2, r
        else:
            total, g[place] = total + delta * (abs(r) - delta / 2), math.copysign(delta, r)
    return total / output.size, g / output.size


# ch02.bce_with_logits -------------------------------------------------------------------------------------------------


def bce_by_logaddexp(z, t):
    sigmoid = np.exp(-np.logaddexp(0, -z))
    return np.mean(np.logaddexp(0, z) - t * z), (sigmoid - t) / z.size


def bce_of_two_terms(z, t):
    """t·softplus(-z) + (1 - t)·softplus(z)."""

    def softplus(a):
        return np.where(a > 0, a, 0) + np.log1p(np.exp(-np.abs(a)))

    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    return (t * softplus(-z) + (1 - t) * softplus(z)).mean(), (p - t) / z.size


def bce_by_loops(z, t):
    values, g = [], np.empty_like(z)
    for place in np.ndindex(z.shape):
        a, goal = float(z[place]), float(t[place])
        if a >= 0:
            values.append(a * (1 - goal) + math.log1p(math.exp(-a)))
            p = 1 / (1 + math.exp(-a))
        else:
            values.append(-a * goal + math.log1p(math.exp(a)))
            p = math.exp(a) / (1 + math.exp(a))
        g[place] = (p - goal) / z.size
    return sum(values) / len(values), g


def bce_with_an_overflowing_sigmoid(z, t):
    """1/(1 + e⁻ᶻ) warns at z = -800, and is right: 1/inf is 0."""
    p = 1 / (1 + np.exp(-z))
    return (np.maximum(z, 0) - z * t + np.log1p(np.exp(-abs(z)))).sum() / z.size, (p - t) / z.size


# ch02.softmax_ce ------------------------------------------------------------------------------------------------------


def ce_with_onehot(z, y):
    n, k = z.shape
    truth = np.eye(k, dtype=z.dtype)[y]
    m = z.max(axis=-1, keepdims=True)
    log_p = z - m - np.log(np.exp(z - m).sum(axis=-1, keepdims=True))
    return -(truth * log_p).sum() / n, (np.exp(log_p) - truth) / n


def ce_by_rows(z, y):
    values, rows = [], []
    for logits, label in zip(z, y, strict=True):
        shifted = logits - np.max(logits)
        e = np.exp(shifted)
        values.append(np.log(np.sum(e)) - shifted[label])
        p = e / np.sum(e)
        p[label] -= 1
        rows.append(p)
    return float(np.mean(values)), np.array(rows) / len(rows)


def ce_by_logaddexp(z, y):
    log_total = np.logaddexp.reduce(z, axis=1)
    g = np.exp(z - log_total[:, np.newaxis])
    np.subtract.at(g, (np.arange(len(y)), y), 1)
    return (log_total - np.take_along_axis(z, y[:, None], axis=1)[:, 0]).mean(), g / len(y)


def ce_by_margins(z, y):
    """log Σ e^(z_j - z_y), shifted by its own largest term."""
    n = len(z)
    d = z - z[np.arange(n), y][:, None]
    m = d.max(axis=1, keepdims=True)
    e = np.exp(d - m)
    s = e.sum(axis=1, keepdims=True)
    return np.mean(m + np.log(s)), (e / s - (np.arange(z.shape[1]) == y[:, None])).astype(z.dtype) / n


# ch02.one_hot and ch02.smooth -----------------------------------------------------------------------------------------


def one_hot_by_comparison(y, classes):
    return (np.arange(classes) == np.asarray(y)[:, None]).astype(int)


def one_hot_by_indexing(y, classes):
    rows = np.zeros((len(y), classes))
    rows[range(len(y)), y] = 1
    return rows


def one_hot_by_lists(y, classes):
    return [[1.0 if k == label else 0.0 for k in range(classes)] for label in y]


def smooth_by_filling(y, classes, s):
    rows = np.full((len(y), classes), s / classes)
    rows[np.arange(len(y)), y] = 1 - s + s / classes
    return rows


def smooth_by_where(y, classes, s):
    hit = np.arange(classes)[None, :] == np.reshape(y, (-1, 1))
    return np.where(hit, 1 - s * (classes - 1) / classes, s / classes)


def smooth_by_blending(y, classes, s):
    hot, uniform = np.identity(classes)[y], np.ones(classes) / classes
    return hot + s * (uniform - hot)


# ch02.fit -------------------------------------------------------------------------------------------------------------


def fit_flat(x, y, lr, steps):
    x, y = x.ravel(), y.ravel()
    w = b = 0.0
    for _ in range(steps):
        r = w * x + b - y
        w, b = w - lr * 2 * (r @ x) / len(x), b - lr * 2 * r.sum() / len(x)
    return w, b, ((w * x + b - y) ** 2).mean()


def fit_as_a_column(x, y, lr, steps):
    if y.ndim == 1:
        y = y[:, None]
    X = np.hstack([x, np.ones_like(x)])
    theta = np.zeros((2, 1))
    for _ in range(steps):
        theta = theta - lr * 2 / len(X) * X.T @ (X @ theta - y)
    w, b = theta.ravel()
    return w, b, np.square(X @ theta - y).mean()


def fit_by_loops(x, y, lr, steps):
    pairs = [(float(a), float(b)) for a, b in zip(np.ravel(x), np.ravel(y), strict=True)]
    w, b, n = 0.0, 0.0, len(pairs)
    for _ in range(steps):
        errors = [w * x_i + b - y_i for x_i, y_i in pairs]
        slope = sum(2 * e * x_i for e, (x_i, _) in zip(errors, pairs, strict=True)) / n
        w, b = w - lr * slope, b - lr * 2 * sum(errors) / n
    return w, b, sum((w * x_i + b - y_i) ** 2 for x_i, y_i in pairs) / n


# ch02.claims ----------------------------------------------------------------------------------------------------------


def claims_by_experiment():
    """Each claim put to the test."""
    rng = np.random.default_rng(0)
    laplace = rng.laplace(size=(2000, 101))
    at_peak = 0.5 * math.log(2 * math.pi * 0.1**2)
    stable = [abs(1 - 0.9 * c) < 1 for c in (1, 100)]                  # factor of a step of rate 0.9 on ½cx²
    share = np.array([0.1, 0.9])
    z = rng.normal(size=(3, 4))
    (v, g), (w, h) = (ce_with_onehot(logits, np.array([0, 2, 1])) for logits in (z, z + 5))
    clip = [-math.log(max(1e-7, 1 / (1 + math.exp(-z)))) for z in (-30.0, -31.0)]
    return {
        "A": bool(at_peak >= 0),
        "B": stable == [True, False],
        "C": bool(np.mean(laplace.mean(1) ** 2) <= np.mean(np.median(laplace, axis=1) ** 2)),
        "D": bool(-(share * np.log(share)).sum() > 0.9 * math.log(2)),
        "E": bool(np.isclose(v, w) and np.allclose(g, h)),
        "F": clip[1] > clip[0],
    }


_ACTIONS = ("train on", "shrink the weights", "use logits", "remove a softmax", "compare shapes", "divide by n")

RIGHT: dict[str, list[Any]] = {
    "ch02.mse": [mse_by_products, mse_by_loops, mse_by_the_norm],
    "ch02.mae": [mae_by_products, mae_from_the_right, mae_by_counting],
    "ch02.huber": [huber_by_minimum, huber_by_masks, huber_by_loops],
    "ch02.bce_with_logits": [bce_by_logaddexp, bce_of_two_terms, bce_by_loops, bce_with_an_overflowing_sigmoid],
    "ch02.softmax_ce": [ce_with_onehot, ce_by_rows, ce_by_logaddexp, ce_by_margins],
    "ch02.one_hot": [one_hot_by_comparison, one_hot_by_indexing, one_hot_by_lists],
    "ch02.smooth": [smooth_by_filling, smooth_by_where, smooth_by_blending],
    "ch02.fit": [fit_flat, fit_as_a_column, fit_by_loops],
    "ch02.claims": [
        {"A": False, "B": True, "C": False, "D": False, "E": True, "F": False},
        {letter: np.bool_(letter in "BE") for letter in "FEDCBA"},
        claims_by_experiment(),
    ],
    "ch02.next_action": [
        dict(enumerate(_ACTIONS, 1)),
        {number: text.upper() for number, text in enumerate(_ACTIONS, 1)},
        {number: f" {_ACTIONS[number - 1]} " for number in (6, 5, 4, 3, 2, 1)},
    ],
}
