"""Mistakes in chapter 1 as a student writes them."""

from __future__ import annotations

from typing import Any

import numpy as np


def sigmoid_overflows(name, z):
    if name == "sigmoid":
        s = 1 / (1 + np.exp(-z))
        return s, s * (1 - s)
    if name == "tanh":
        t = np.tanh(z)
        return t, 1 - t**2
    return np.maximum(0, z), np.where(z > 0, 1, 0).astype(z.dtype)


def both_branches_computed(name, z):
    if name == "sigmoid":
        s = np.where(z < 0, np.exp(z) / (1 + np.exp(z)), 1 / (1 + np.exp(-z)))
        return s, s * (1 - s)
    if name == "tanh":
        return np.tanh(z), 1 - np.tanh(z) ** 2
    return np.maximum(0, z), (z > 0).astype(z.dtype)


def slope_at_the_output(name, z):
    def f(u):
        return {"sigmoid": 0.5 * np.tanh(0.5 * u) + 0.5, "tanh": np.tanh(u), "relu": np.maximum(u, 0)}[name]

    def derivative(u):
        return {"sigmoid": f(u) * (1 - f(u)), "tanh": 1 - f(u) ** 2, "relu": (u > 0).astype(u.dtype)}[name]

    a = f(z)
    return a, derivative(a)


def relu_in_place(name, z):
    if name == "relu":
        slope = (z > 0).astype(z.dtype)
        z[z < 0] = 0
        return z, slope
    a = np.tanh(z) if name == "tanh" else 0.5 * np.tanh(0.5 * z) + 0.5
    return a, (1 - a**2 if name == "tanh" else a * (1 - a))


def bias_along_the_examples(X, W, b):
    return np.dot(X, W) + b[:, np.newaxis]


def order_exchanged(X, W, b):
    return np.dot(W, X) + b


def two_layers_only(params, X):
    W1, b1 = params[0]
    W2, b2 = params[1]
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    return Z2, [(X, Z1), (A1, Z2)]


def activation_at_the_end(params, X):
    A, cache = X, []
    for W, b in params:
        Z = A @ W + b
        cache.append((A, Z))
        A = np.tanh(Z)
    return A, cache


def z_overwritten(params, X):
    A, cache = X, []
    for k, (W, b) in enumerate(params):
        Z = A @ W + b
        cache.append((A, Z))
        A = np.tanh(Z, out=Z) if k < len(params) - 1 else Z
    return A, cache


def outputs_kept(params, X):
    A, cache = X, []
    for k, (W, b) in enumerate(params):
        Z = A @ W + b
        A = Z if k == len(params) - 1 else np.tanh(Z)
        cache.append((A, Z))
    return A, cache


def no_biases(layers):
    total = 0
    for layer in layers:
        if layer[0] in ("dense", "embedding"):
            total += layer[1] * layer[2]
        elif layer[0] == "conv":
            total += layer[1] ** 2 * layer[2] * layer[3]
        elif layer[0] == "lstm":
            total += 4 * layer[2] * (layer[1] + layer[2])
    return total


def input_channels_forgotten(layers):
    total = 0
    for kind, *n in layers:
        if kind == "dense":
            total += n[0] * n[1] + n[1]
        if kind == "conv":
            total += n[0] * n[0] * n[2] + n[2]
        if kind == "embedding":
            total += n[0] * n[1]
        if kind == "lstm":
            total += 4 * ((n[0] + n[1]) * n[1] + n[1])
    return total


MISTAKES: dict[tuple[str, str], Any] = {
    ("ch01.activation", "sigmoid_overflows"): sigmoid_overflows,
    ("ch01.activation", "both_branches_computed"): both_branches_computed,
    ("ch01.activation", "slope_at_the_output"): slope_at_the_output,
    ("ch01.activation", "relu_in_place"): relu_in_place,
    ("ch01.affine", "bias_along_the_examples"): bias_along_the_examples,
    ("ch01.affine", "order_exchanged"): order_exchanged,
    ("ch01.affine", "entry_by_entry"): lambda X, W, b: np.multiply(X, W) + b,
    ("ch01.mlp_forward", "two_layers_only"): two_layers_only,
    ("ch01.mlp_forward", "activation_at_the_end"): activation_at_the_end,
    ("ch01.mlp_forward", "z_overwritten"): z_overwritten,
    ("ch01.mlp_forward", "outputs_kept"): outputs_kept,
    ("ch01.count_parameters", "no_biases"): no_biases,
    ("ch01.count_parameters", "input_channels_forgotten"): input_channels_forgotten,
    ("ch01.claims", "depth_without_bend"): dict.fromkeys("ABCDEFGH", True),
}
