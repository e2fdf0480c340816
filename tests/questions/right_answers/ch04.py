"""Right answers to the questions of chapter 4."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from course_utils.layers import Dense, Tanh
from course_utils.losses import bce_with_logits, softmax_ce
from course_utils.network import Network
from course_utils.tape import Tensor

# ch04.affine_backward -------------------------------------------------------------------------------------------------


def affine_by_einsum(dZ, X, W):
    dX = np.einsum("nk,jk->nj", dZ, W)
    dW = np.einsum("nj,nk->jk", X, dZ)
    return dX, dW, np.einsum("nk->k", dZ)


def affine_row_by_row(dZ, X, W):
    dX, dW, db = np.zeros_like(X), np.zeros_like(W), np.zeros(W.shape[1], dtype=W.dtype)
    for i in range(len(X)):
        dX[i] = W @ dZ[i]
        dW += np.outer(X[i], dZ[i])
        db += dZ[i]
    return [dX, dW, db]


def affine_in_columns(dZ, X, W):
    """The column form, translated back; the bias as a weight whose input is 1."""
    delta, A = dZ.T, np.vstack([X.T, np.ones((1, len(X)), dtype=X.dtype)])
    both = delta @ A.T
    return (W @ delta).T, both[:, :-1].T, both[:, -1]


# ch04.act_backward ----------------------------------------------------------------------------------------------------


def act_by_cases(dA, z, kind):
    if kind == "sigmoid":
        half = np.tanh(z / 2)
        return dA * (1 - half * half) / 4
    if kind == "tanh":
        return dA - dA * np.tanh(z) * np.tanh(z)
    return np.where(z > 0, dA, 0)


def act_by_table(dA, z, kind):
    def logistic(x):
        small = np.exp(-np.abs(x))
        return np.where(x >= 0, 1 / (1 + small), small / (1 + small))

    slopes = {
        "sigmoid": lambda x: logistic(x) * logistic(-x),
        "tanh": lambda x: 4 * logistic(2 * x) * logistic(-2 * x),
        "relu": lambda x: (x >= 0).astype(x.dtype),                     # 1 at 0
    }
    return np.multiply(slopes[kind](z), dA)


def act_with_a_mask(dA, z, kind):
    if kind == "relu":
        out = dA.copy()
        out[z <= 0] = 0
        return out
    a = np.tanh(z) if kind == "tanh" else 1 / (1 + np.exp(-np.clip(z, -500, 500)))
    return dA * ((1 - a) * (1 + a) if kind == "tanh" else a - a**2)


# ch04.softmax_ce_backward ---------------------------------------------------------------------------------------------


def softmax_by_rows(z, y):
    rows = []
    for logits, label in zip(z, y, strict=True):
        e = np.exp(logits - logits.max())
        row = e / e.sum()
        row[label] -= 1.0
        rows.append(row / len(z))
    return np.array(rows)


def softmax_by_logarithms(z, y):
    top = z.max(axis=1)[:, None]
    log_p = z - top - np.log(np.sum(np.exp(z - top), axis=1))[:, None]
    onehot = np.arange(z.shape[1]) == np.asarray(y)[:, None]
    return (np.exp(log_p) - onehot.astype(z.dtype)) / z.shape[0]


def softmax_of_the_library(z, y):
    return softmax_ce(z, y)[1]


# ch04.mlp_backward ----------------------------------------------------------------------------------------------------


def mlp_by_the_tape(params, X, t, l2=0.0):
    layers = [(Tensor(W), Tensor(b)) for W, b in params]
    out = Tensor(X)
    for number, (W, b) in enumerate(layers, 1):
        out = out @ W + b
        out = out if number == len(layers) else out.tanh()
    loss = ((out.exp() + 1.0).log() - out * Tensor(t)).mean()
    for W, _ in layers:
        loss = loss + (W * W).sum() * (l2 / 2)
    loss.backward()
    return float(loss.data), [(W.grad, b.grad) for W, b in layers]


def mlp_by_the_library(params, X, t, l2=0.0):
    stack = []
    for W, _ in params:
        stack += [Dense(*W.shape), Tanh()]
    net = Network(stack[:-1], bce_with_logits, params[0][0].dtype)
    loss, g = net.value_and_grad(np.concatenate([part.ravel() for layer in params for part in layer]), (X, t))
    grads, start = [], 0
    for W, b in params:
        dW = g[start : start + W.size].reshape(W.shape) + l2 * W
        grads.append((dW, g[start + W.size : start + W.size + b.size].copy()))
        start += W.size + b.size
        loss += l2 / 2 * float(np.sum(W * W))
    return loss, grads


def mlp_by_recursion(params, X, t, l2=0.0):
    """Each layer hands back the loss, the gradients from here on, and the error by its input."""

    def descend(layers, A):
        (W, b), *rest = layers
        Z = A @ W + b
        if rest:
            H = np.tanh(Z)
            loss, grads, dH = descend(rest, H)
            dZ = dH * (1 - H * H)
        else:
            loss = np.mean(np.maximum(Z, 0) - t * Z + np.log1p(np.exp(-abs(Z))))
            grads, dZ = [], (1 / (1 + np.exp(-Z)) - t) / len(Z)
        loss = loss + 0.5 * l2 * np.square(W).sum()
        return loss, [(A.T @ dZ + l2 * W, np.ones(len(A), dtype=A.dtype) @ dZ), *grads], dZ @ W.T

    return descend(params, X)[:2]


def mlp_one_example_at_a_time(params, X, t, l2=0.0):
    grads = [[l2 * W, np.zeros_like(b)] for W, b in params]
    loss = l2 / 2 * sum(float((W * W).sum()) for W, _ in params)
    for x, target in zip(X, t[:, 0], strict=True):
        kept = [x]
        for number, (W, b) in enumerate(params, 1):
            z = kept[-1] @ W + b
            kept.append(z if number == len(params) else np.tanh(z))
        logit = kept[-1][0]
        loss += float(np.logaddexp(0, logit) - target * logit) / len(X)
        error = (np.tanh(kept[-1] / 2) / 2 + 0.5 - target) / len(X)
        for number in range(len(params) - 1, -1, -1):
            grads[number][0] = grads[number][0] + kept[number][:, None] * error
            grads[number][1] = grads[number][1] + error
            error = params[number][0] @ error * (1 - kept[number] ** 2)
    return loss, [tuple(pair) for pair in grads]


# ch04.neuron_gradient -------------------------------------------------------------------------------------------------


def neuron_by_cases(x, w, b, t, loss):
    z = float(np.dot(w, x)) + b
    p = 1 / (1 + math.exp(-z)) if z > -700 else 0.0
    if loss == "bce":
        return (p - t) * np.array(x), p - t
    return (p - t) * p * (1 - p) * np.array(x), (p - t) * p * (1 - p)


def neuron_by_the_library(x, w, b, t, loss):
    z = np.array([[x @ w + b]])
    if loss == "bce":
        delta = bce_with_logits(z, np.array([[t]]))[1][0, 0]
    else:
        half = np.tanh(z[0, 0] / 2)
        delta = ((1 + half) / 2 - t) * (1 - half**2) / 4
    return x * delta, delta


def neuron_with_the_bias_inside(x, w, b, t, loss):
    inputs, weights = np.append(x, 1.0), np.append(w, b)
    p = np.exp(-np.logaddexp(0, -(inputs @ weights)))
    error = {"bce": 1.0, "squared": p * (1.0 - p)}[loss] * (p - t)
    slopes = inputs * error
    return slopes[:-1], slopes[-1]


# ch04.overfit ---------------------------------------------------------------------------------------------------------


def overfit_by_while(params, X, t, lr, goal, max_steps):
    k = 0
    loss, grads = mlp_by_recursion(params, X, t)
    while loss >= goal and k < max_steps:
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
        loss, grads = mlp_by_recursion(params, X, t)
        k += 1
    return params, k


def overfit_in_place_on_a_copy(params, X, t, lr, goal, max_steps):
    mine = [[part.copy() for part in layer] for layer in params]
    for taken in range(max_steps + 1):
        loss, grads = mlp_by_the_library(mine, X, t)
        if loss < goal or taken == max_steps:
            break
        for layer, slopes in zip(mine, grads, strict=True):
            for part, slope in zip(layer, slopes, strict=True):
                part -= lr * slope
    return [tuple(layer) for layer in mine], taken


def overfit_by_recursion(params, X, t, lr, goal, max_steps):
    loss, grads = mlp_by_recursion(params, X, t)
    if loss < goal or max_steps == 0:
        return params, 0
    moved = [tuple(p - lr * g for p, g in zip(*pair, strict=True)) for pair in zip(params, grads, strict=True)]
    last, steps = overfit_by_recursion(moved, X, t, lr, goal, max_steps - 1)
    return last, steps + 1


# ch04.multiply_adds ---------------------------------------------------------------------------------------------------


def cost_by_loop(sizes, n):
    forward = backward = parameters = 0
    for k in range(1, len(sizes)):
        product = n * sizes[k - 1] * sizes[k]
        forward += product
        backward += product if k == 1 else 2 * product
        parameters += sizes[k] + sizes[k - 1] * sizes[k]
    return forward, backward, forward * (parameters + 1)


def cost_by_vectors(sizes, n):
    s = np.array(sizes)
    work = s[:-1] * s[1:]
    forward = n * work.sum()
    return forward, forward + n * work[1:].sum(), (work.sum() + s[1:].sum() + 1) * forward


def cost_in_operations(sizes, n):
    """A multiplication and an addition counted as two."""
    return [2 * c for c in cost_by_loop(sizes, n)]


# ch04.claims ----------------------------------------------------------------------------------------------------------


def claims_by_experiment():
    rng = np.random.default_rng(1)
    X, t = rng.normal(size=(6, 3)), np.array([[0.0], [1], [1], [0], [1], [0]])
    X[:, 0] = 0
    params = [(rng.normal(size=(3, 4)), rng.normal(size=4)), (rng.normal(size=(4, 1)), rng.normal(size=1))]
    before = [part.copy() for layer in params for part in layer]
    grads = mlp_by_recursion(params, X, t)[1]
    after = [part for layer in params for part in layer]
    moved = any(not np.array_equal(a, b) for a, b in zip(before, after, strict=True))

    z, h = 1.3, 1e-6
    slope = (np.logaddexp(0, z + h) - np.logaddexp(0, z - h)) / (2 * h)
    plain = abs(slope - 1 / (1 + math.exp(-z))) < 1e-8

    losses = []
    for _ in range(50):                                                 # biases by the mean of their errors
        loss, wrong = mlp_by_recursion(params, X, t)
        losses.append(loss)
        params = [(W - 0.01 * dW, b - 0.01 * db / 6) for (W, b), (dW, db) in zip(params, wrong, strict=True)]

    paths = np.array([0.5, -1.5, 2.0])
    together = ((paths * (1 + h)).sum() - (paths * (1 - h)).sum()) / (2 * h)
    ratios = [cost_by_loop([64] + [width] * depth + [10], 32) for width in (4, 400) for depth in (1, 9)]
    return {
        "A": bool(moved),
        "B": bool(plain),
        "C": not (np.diff(losses) < 0).all(),
        "D": bool((grads[0][0][0] == 0).all()),
        "E": bool(np.isclose(together, paths.max())),
        "F": all(back <= 2 * fore for fore, back, _ in ratios),
        "G": (np.ones((6, 4)) @ np.ones((4, 4))).shape != (np.ones((6, 4)) @ np.ones((4, 4)).T).shape,
    }


RIGHT: dict[str, list[Any]] = {
    "ch04.affine_backward": [affine_by_einsum, affine_row_by_row, affine_in_columns],
    "ch04.act_backward": [act_by_cases, act_by_table, act_with_a_mask],
    "ch04.softmax_ce_backward": [softmax_by_rows, softmax_by_logarithms, softmax_of_the_library],
    "ch04.mlp_backward": [mlp_by_the_tape, mlp_by_the_library, mlp_by_recursion, mlp_one_example_at_a_time],
    "ch04.neuron_gradient": [neuron_by_cases, neuron_by_the_library, neuron_with_the_bias_inside],
    "ch04.overfit": [overfit_by_while, overfit_in_place_on_a_copy, overfit_by_recursion],
    "ch04.multiply_adds": [cost_by_loop, cost_by_vectors, cost_in_operations],
    "ch04.claims": [
        {"A": False, "B": True, "C": False, "D": True, "E": False, "F": True, "G": False},
        {letter: np.bool_(letter in "BDF") for letter in "GFEDCBA"},
        claims_by_experiment(),
    ],
    "ch04.next_action": [
        {"1": "b", "2": "a", "3": "c", "4": "c", "5": "b"},
        {"1": "B", "2": "A", "3": "C", "4": "C", "5": "B"},
        dict(zip("54321", (" b", "c", "c", "a", "b "), strict=True)),
    ],
}
