"""Mistakes in chapter 4 as a student writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# one layer, one activation --------------------------------------------------------------------------------------------


def affine_mean_bias(dZ, X, W):
    dX = np.dot(dZ, W.T)
    dW = np.dot(X.T, dZ)
    db = np.mean(dZ, axis=0)
    return dX, dW, db


def affine_by_m(dZ, X, W):
    m = X.shape[0]
    return dZ @ W.T, 1 / m * (X.T @ dZ), 1 / m * np.sum(dZ, axis=0)


def affine_keepdims(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, np.sum(dZ, axis=0, keepdims=True)


def affine_no_transpose(dZ, X, W):
    dW = X.T.dot(dZ)
    db = dZ.sum(0)
    dX = dZ.dot(W)
    return dX, dW, db


def affine_dW_by_m(dZ, X, W):
    return dZ.dot(W.T), X.T.dot(dZ) / dZ.shape[0], dZ.sum(axis=0)


def affine_as_coursera(dZ, X, W):
    dW = X.T @ dZ
    db = np.sum(dZ, axis=0)
    dX = dZ @ W.T
    return dW, db, dX


def act_slope_alone(dA, z, kind):
    if kind == "relu":
        return (z > 0).astype(z.dtype)
    a = np.tanh(z) if kind == "tanh" else 0.5 * np.tanh(0.5 * z) + 0.5
    return 1 - a * a if kind == "tanh" else a - a * a


def act_on_z(dA, z, kind):
    if kind == "sigmoid":
        return dA * z * (1 - z)
    if kind == "tanh":
        return dA * (1 - z**2)
    return np.where(z > 0, dA, 0)


def act_twice(dA, z, kind):
    if kind == "sigmoid":
        s = sigmoid(z)
        return dA * sigmoid(s) * (1 - sigmoid(s))
    if kind == "tanh":
        a = np.tanh(z)
        return dA * (1 - np.tanh(a) ** 2)
    return dA * (np.maximum(0, z) > 0)


def act_by_quotient(dA, z, kind):
    if kind == "sigmoid":
        return dA * (np.exp(-z) / (1 + np.exp(-z)) ** 2)
    if kind == "tanh":
        return dA * (1 - np.tanh(z) ** 2)
    return dA * (z > 0)


def act_masks_in_place(dA, z, kind):
    if kind == "relu":
        dA[z <= 0] = 0
        return dA
    a = np.tanh(z) if kind == "tanh" else sigmoid(z)
    dA *= (1 - a**2) if kind == "tanh" else a * (1 - a)
    return dA


# softmax --------------------------------------------------------------------------------------------------------------


def _onehot(z, y):
    Y = np.zeros_like(z)
    Y[np.arange(len(y)), y] = 1
    return Y


def softmax_sum_not_mean(z, y):
    z = z - np.max(z, axis=1, keepdims=True)
    p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
    p[range(len(y)), y] -= 1
    return p


def softmax_by_eye(z, y):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    P, K, n = e / np.sum(e, axis=1, keepdims=True), z.shape[1], len(z)
    return (P - np.eye(K)[y]) / n


def softmax_naive(z, y):
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return (p - _onehot(z, y)) / z.shape[0]


def softmax_no_axis(z, y):
    e = np.exp(z - z.max())
    return (e / e.sum() - _onehot(z, y)) / len(y)


def softmax_without_keepdims(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1)
    return (p - _onehot(z, y)) / len(y)


def softmax_mean_of_all(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) - _onehot(z, y)) / z.size


# any depth ------------------------------------------------------------------------------------------------------------


def _forward(params, X):
    inputs, A = [], X
    for i, (W, b) in enumerate(params):
        inputs.append(A)
        A = A @ W + b
        if i < len(params) - 1:
            A = np.tanh(A)
    return inputs, A


def _loss(z, t, params, l2):
    return float(np.mean(np.log(1 + np.exp(z)) - t * z) + 0.5 * l2 * sum(np.sum(W * W) for W, _ in params))


def mlp_no_slope(params, X, t, l2=0.0):
    inputs, z = _forward(params, X)
    d, grads = (sigmoid(z) - t) / len(t), [None] * len(params)
    for i in range(len(params) - 1, -1, -1):
        grads[i] = (inputs[i].T @ d + l2 * params[i][0], np.sum(d, axis=0))
        d = d @ params[i][0].T
    return _loss(z, t, params, l2), grads


def mlp_tanh_of_the_activation(params, X, t, l2=0.0):
    inputs, z = _forward(params, X)
    d, grads = (sigmoid(z) - t) / len(t), []
    for i in range(len(params) - 1, -1, -1):
        grads.append((inputs[i].T @ d + l2 * params[i][0], np.sum(d, axis=0)))
        d = d @ params[i][0].T * (1 - np.tanh(inputs[i]) ** 2)
    return _loss(z, t, params, l2), grads[::-1]


def mlp_output_slope(params, X, t, l2=0.0):
    inputs, z = _forward(params, X)
    p = sigmoid(z)
    d, grads = (p - t) * p * (1 - p) / len(t), []
    for i in range(len(params) - 1, -1, -1):
        grads.append((inputs[i].T @ d + l2 * params[i][0], np.sum(d, axis=0)))
        d = d @ params[i][0].T * (1 - inputs[i] ** 2)
    return _loss(z, t, params, l2), list(reversed(grads))


def mlp_divides_again(params, X, t, l2=0.0):
    m = len(X)
    inputs, z = _forward(params, X)
    d, grads = (sigmoid(z) - t) / m, []
    for i in range(len(params) - 1, -1, -1):
        grads.append((inputs[i].T @ d / m + l2 * params[i][0], np.sum(d, axis=0) / m))
        d = d @ params[i][0].T * (1 - inputs[i] ** 2)
    return _loss(z, t, params, l2), grads[::-1]


def mlp_one_variable_for_the_cache(params, X, t, l2=0.0):
    A = X
    for i, (W, b) in enumerate(params):
        kept = A
        A = A @ W + b
        if i < len(params) - 1:
            A = np.tanh(A)
    d, grads = (sigmoid(A) - t) / len(X), []
    for i in range(len(params) - 1, -1, -1):
        grads.append((kept.T @ d + l2 * params[i][0], d.sum(axis=0)))
        if i > 0:
            d = d @ params[i][0].T * (1 - kept**2)
    return _loss(A, t, params, l2), grads[::-1]


def mlp_no_penalty_in_gradient(params, X, t, l2=0.0):
    inputs, z = _forward(params, X)
    d, grads = (sigmoid(z) - t) / len(t), []
    for i in range(len(params) - 1, -1, -1):
        grads.append((inputs[i].T @ d, np.sum(d, axis=0)))
        d = d @ params[i][0].T * (1 - inputs[i] ** 2)
    return _loss(z, t, params, l2), grads[::-1]


def mlp_penalty_on_all_gradients(params, X, t, l2=0.0):
    loss, grads = mlp_no_penalty_in_gradient(params, X, t, l2)
    return loss, [(dW + l2 * W, db + l2 * b) for (dW, db), (W, b) in zip(grads, params, strict=True)]


def mlp_appended_and_not_turned(params, X, t, l2=0.0):
    loss, grads = mlp_no_penalty_in_gradient(params, X, t, l2)
    grads = [(dW + l2 * W, db) for (dW, db), (W, _) in zip(grads, params, strict=True)]
    return loss, grads[::-1]


# one neuron, twenty points, cost --------------------------------------------------------------------------------------


def neuron_from_the_article(x, w, b, t, loss):
    prediction = sigmoid(np.dot(x, w) + b)
    return -x * (t - prediction), -(t - prediction)


def neuron_through_p(x, w, b, t, loss):
    p = sigmoid(np.dot(x, w) + b)
    dp = (p - t) if loss == "squared" else np.divide(p - t, p * (1 - p))
    dz = dp * p * (1 - p)
    return dz * x, dz


def _gradients(params, X, t):
    inputs, z = _forward(params, X)
    d, grads = (sigmoid(z) - t) / len(t), []
    for i in range(len(params) - 1, -1, -1):
        grads.insert(0, (inputs[i].T @ d, d.sum(axis=0)))
        d = d @ params[i][0].T * (1 - inputs[i] ** 2)
    return _loss(z, t, params, 0.0), grads


def overfit_in_place(params, X, t, lr, goal, max_steps):
    for k in range(max_steps):
        loss, grads = _gradients(params, X, t)
        if loss < goal:
            return params, k
        for (W, b), (dW, db) in zip(params, grads, strict=True):
            W -= lr * dW
            b -= lr * db
    return params, max_steps


def overfit_while_going_back(params, X, t, lr, goal, max_steps):
    params = [(W.copy(), b.copy()) for W, b in params]
    for k in range(max_steps):
        inputs, z = _forward(params, X)
        if _loss(z, t, params, 0.0) < goal:
            return params, k
        d = (sigmoid(z) - t) / len(t)
        for i in reversed(range(len(params))):
            W, b = params[i]
            W -= lr * inputs[i].T @ d
            b -= lr * d.sum(axis=0)
            d = d @ W.T * (1 - inputs[i] ** 2)
    return params, max_steps


def _step(params, grads, lr):
    return [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]


def overfit_counts_from_one(params, X, t, lr, goal, max_steps):
    for k in range(1, max_steps + 1):
        loss, grads = _gradients(params, X, t)
        if loss < goal:
            return params, k
        params = _step(params, grads, lr)
    return params, max_steps


def overfit_steps_then_tests(params, X, t, lr, goal, max_steps):
    for k in range(max_steps):
        params = _step(params, _gradients(params, X, t)[1], lr)
        if _gradients(params, X, t)[0] < goal:
            return params, k + 1
    return params, max_steps


def overfit_tests_the_old_loss(params, X, t, lr, goal, max_steps):
    for k in range(max_steps):
        loss, grads = _gradients(params, X, t)
        params = _step(params, grads, lr)
        if loss < goal:
            return params, k
    return params, max_steps


def overfit_goes_on(params, X, t, lr, goal, max_steps):
    for k in range(max_steps + 1):
        loss, grads = _gradients(params, X, t)
        if loss < goal:
            return params, k
        params = _step(params, grads, lr)
    return params, max_steps


def overfit_adds(params, X, t, lr, goal, max_steps):
    for k in range(max_steps):
        loss, grads = _gradients(params, X, t)
        if loss < goal:
            return params, k
        params = [(W + lr * dW, b + lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
    return params, max_steps


def cost_twice(sizes, n):
    forward = sum(n * sizes[k] * sizes[k + 1] for k in range(len(sizes) - 1))
    parameters = sum(sizes[k + 1] * (sizes[k] + 1) for k in range(len(sizes) - 1))
    return forward, 2 * forward, (parameters + 1) * forward


MISTAKES: dict[tuple[str, str], Callable[..., Any]] = {
    ("ch04.affine_backward", "bias_by_mean"): affine_mean_bias,
    ("ch04.affine_backward", "divided_again"): affine_by_m,
    ("ch04.affine_backward", "bias_as_a_row"): affine_keepdims,
    ("ch04.affine_backward", "W_for_its_transpose"): affine_no_transpose,
    ("ch04.affine_backward", "weights_divided_again"): affine_dW_by_m,
    ("ch04.affine_backward", "order_dW_db_dX"): affine_as_coursera,
    ("ch04.act_backward", "error_forgotten"): act_slope_alone,
    ("ch04.act_backward", "z_taken_for_a"): act_on_z,
    ("ch04.act_backward", "slope_at_the_activation"): act_twice,
    ("ch04.act_backward", "overflow"): act_by_quotient,
    ("ch04.act_backward", "in_place"): act_masks_in_place,
    ("ch04.softmax_ce_backward", "never_divided"): softmax_sum_not_mean,
    ("ch04.softmax_ce_backward", "float64_for_float32"): softmax_by_eye,
    ("ch04.softmax_ce_backward", "overflow"): softmax_naive,
    ("ch04.softmax_ce_backward", "softmax_over_everything"): softmax_no_axis,
    ("ch04.softmax_ce_backward", "keepdims_missing"): softmax_without_keepdims,
    ("ch04.softmax_ce_backward", "divided_by_all_entries"): softmax_mean_of_all,
    ("ch04.mlp_backward", "slope_missing"): mlp_no_slope,
    ("ch04.mlp_backward", "slope_at_the_activation"): mlp_tanh_of_the_activation,
    ("ch04.mlp_backward", "slope_at_the_output"): mlp_output_slope,
    ("ch04.mlp_backward", "divided_twice"): mlp_divides_again,
    ("ch04.mlp_backward", "cache_overwritten"): mlp_one_variable_for_the_cache,
    ("ch04.mlp_backward", "penalty_missing_in_the_gradient"): mlp_no_penalty_in_gradient,
    ("ch04.mlp_backward", "penalty_on_biases_in_the_gradient"): mlp_penalty_on_all_gradients,
    ("ch04.mlp_backward", "last_layer_first"): mlp_appended_and_not_turned,
    ("ch04.neuron_gradient", "as_published"): neuron_from_the_article,
    ("ch04.neuron_gradient", "divided_by_p"): neuron_through_p,
    ("ch04.overfit", "count_one_too_high"): overfit_counts_from_one,
    ("ch04.overfit", "start_not_tested"): overfit_steps_then_tests,
    ("ch04.overfit", "old_loss_tested"): overfit_tests_the_old_loss,
    ("ch04.overfit", "one_step_too_many"): overfit_goes_on,
    ("ch04.overfit", "in_place"): overfit_in_place,
    ("ch04.overfit", "carried_through_new_weights"): overfit_while_going_back,
    ("ch04.overfit", "uphill"): overfit_adds,
    ("ch04.multiply_adds", "gradient_by_the_data_counted"): cost_twice,
}
