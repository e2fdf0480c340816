"""Right answers to the questions of chapter 1."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

# ch01.activation ------------------------------------------------------------------------------------------------------


def activation_of_the_absolute_value(name, z):
    """exp(-|z|) is never above 1."""
    small = np.exp(-np.abs(z))
    if name == "sigmoid":
        return np.where(z >= 0, 1, small) / (1 + small), small / (1 + small) ** 2
    if name == "tanh":
        return np.tanh(z), 1 - np.tanh(z) ** 2
    on = np.heaviside(z, 0).astype(z.dtype)
    return z * on, on


def activation_by_masks(name, z):
    a = np.empty_like(z)
    if name == "relu":
        slope = np.zeros_like(z)
        slope[z > 0] = 1
        return np.where(z > 0, z, np.zeros_like(z)), slope
    if name == "tanh":
        a = np.tanh(z)
        return [a, (1 + a) * (1 - a)]
    up = z >= 0
    a[up] = 1 / (1 + np.exp(-z[up]))
    e = np.exp(z[~up])
    a[~up] = e / (1 + e)
    return a, a - a**2


def activation_from_a_table(name, z):
    def sigmoid(u):
        return (1 + np.tanh(u / 2)) / 2

    value = {"sigmoid": sigmoid, "tanh": np.tanh, "relu": lambda u: u.clip(min=0)}[name](z)
    slope = {"sigmoid": lambda a: a * (1 - a), "tanh": lambda a: 1 - a**2, "relu": lambda a: np.sign(a)}[name](value)
    return value, slope


def activation_with_another_kink(name, z):
    """ReLU with slope 1 at 0, and sigmoid by a clipped exponential."""
    if name == "relu":
        return (z + np.abs(z)) / 2, np.where(z >= 0, 1, 0).astype(z.dtype)
    a = np.tanh(z) if name == "tanh" else 1 / (1 + np.exp(np.clip(-z, -80, 80)))
    return a, (1 - a**2 if name == "tanh" else a * (1 - a))


# ch01.affine ----------------------------------------------------------------------------------------------------------


def affine_by_einsum(X, W, b):
    return np.einsum("nd,dk->nk", X, W) + b[None, :]


def affine_with_a_column_of_ones(X, W, b):
    ones = np.ones((len(X), 1), X.dtype)
    return np.hstack([X, ones]) @ np.vstack([W, b])


def affine_by_rows(X, W, b):
    return np.array([[np.dot(row, W[:, j]) + b[j] for j in range(W.shape[1])] for row in X], dtype=X.dtype)


def affine_in_columns(X, W, b):
    return (W.T @ X.T + b.reshape(-1, 1)).T


# ch01.mlp_forward -----------------------------------------------------------------------------------------------------


def mlp_last_layer_apart(params, X):
    *hidden, (W, b) = params
    cache, A = [], X
    for V, c in hidden:
        cache += [(A, np.add(A @ V, c))]
        A = np.tanh(cache[-1][1])
    out = A @ W + b
    return out, [*cache, (A, out)]


def mlp_by_recursion(params, X):
    (W, b), rest = params[0], params[1:]
    Z = np.dot(X, W) + b
    if not rest:
        return Z, [(X, Z)]
    output, cache = mlp_by_recursion(rest, np.tanh(Z))
    return output, [(X, Z), *cache]


def mlp_by_lists(params, X):
    inputs, sums = [np.array(X)], []
    for k in range(len(params)):
        sums.append(inputs[-1].dot(params[k][0]) + params[k][1])
        inputs.append(np.tanh(sums[-1]))
    return sums[-1], list(zip(inputs[:-1], sums, strict=True))


def mlp_by_reduce(params, X):
    def layer(so_far, pair):
        A, cache = so_far
        Z = affine_by_einsum(A, *pair)
        return np.tanh(Z), [*cache, [A, Z]]

    _, cache = functools.reduce(layer, params, (X, []))
    return (cache[-1][1], cache)


# ch01.count_parameters ------------------------------------------------------------------------------------------------


def count_by_match(layers):
    def one(layer):
        match layer:
            case ("dense", d, k):
                return (d + 1) * k
            case ("conv", s, c_in, c_out):
                return (s**2 * c_in + 1) * c_out
            case ("embedding", words, width):
                return words * width
            case ("lstm", i, h):
                return 4 * h * (i + h + 1)
        return 0

    return sum(map(one, layers))


def count_by_shapes(layers):
    """The arrays themselves, as shapes."""
    shapes = []
    for layer in layers:
        if layer[0] == "dense":
            shapes += [layer[1:], layer[2:]]
        if layer[0] == "conv":
            shapes += [(layer[1], *layer[1:]), layer[3:]]
        if layer[0] == "embedding":
            shapes += [layer[1:]]
        if layer[0] == "lstm":
            shapes += [(layer[1] + layer[2], layer[2]), (layer[2],)] * 4
    return np.int64(sum(math.prod(shape) for shape in shapes))


def count_from_formulas(layers):
    formulas = {
        "dense": lambda d, k: d * k + k,
        "conv": lambda s, i, o: o * (i * s * s) + o,
        "embedding": lambda v, w: v * w,
        "lstm": lambda i, h: 4 * (h * i + h * h + h),
    }
    return sum(formulas.get(kind, lambda *_: 0)(*sizes) for kind, *sizes in layers)


def count_like_pytorch(layers):
    extra = sum(4 * layer[2] for layer in layers if layer[0] == "lstm")
    return count_from_formulas(layers) + extra


# ch01.xor -------------------------------------------------------------------------------------------------------------

xor_of_differences = {
    "W1": np.array([[1.0, -1.0], [-1.0, 1.0]]),
    "b1": np.zeros(2),
    "W2": np.ones((2, 1)),
    "b2": np.zeros(1),
}
xor_from_above = {"W1": [[-1, 1], [-1, 1]], "b1": [1, -1], "W2": [[-1], [-1]], "b2": [1]}
xor_scaled = {
    "W1": np.array([[2, 3], [2, 3]]),
    "b1": np.array([0, -3]),
    "W2": np.array([[0.5], [-2 / 3]]),
    "b2": np.array([0]),
}

# ch01.kinds, ch01.claims, ch01.next_action ----------------------------------------------------------------------------

kinds = {
    "pixel": "data",
    "z": "activation",
    "hidden output": "activation",
    "W2": "parameter",
    "bias": "parameter",
    "width": "hyper-parameter",
    "depth": "hyper-parameter",
    "learning rate": "hyper-parameter",
}


def claims_by_experiment():
    rng = np.random.default_rng(0)
    X, one, two = rng.normal(size=(50, 3)), rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    linear = np.abs(X @ one @ two - X @ (one @ two)).max()
    sigmoid = 1 / (1 + np.exp(-X @ one)) @ two
    tanh = np.tanh(X @ one / 2) @ (two / 2) + two.sum(axis=0) / 2
    t = np.linspace(-np.pi, np.pi, 41)
    c = np.diff(np.diff(np.sin(t)) / np.diff(t), prepend=0)
    x = np.linspace(np.pi, 2 * np.pi, 50)
    beyond = np.abs(np.maximum(x[:, None] - t[:-1], 0) @ c - np.sin(x)).max()
    before = one.copy()
    kinks = np.unique(rng.normal(size=40))
    return {
        "A": bool(linear > 1e-9),
        "B": bool(np.allclose(sigmoid, tanh)),
        "C": not np.array_equal(one, before),
        "D": len(kinks) + 1 <= 41,
        "E": one.size != before.size,
        "F": bool(1 / (1 + np.exp(-40.0)) < 1),
        "G": bool(beyond < 0.1),
        "H": not np.maximum(X @ one - 100, 0).any(),
    }


RIGHT: dict[str, list[Any]] = {
    "ch01.activation": [
        activation_of_the_absolute_value,
        activation_by_masks,
        activation_from_a_table,
        activation_with_another_kink,
    ],
    "ch01.affine": [affine_by_einsum, affine_with_a_column_of_ones, affine_by_rows, affine_in_columns],
    "ch01.mlp_forward": [mlp_last_layer_apart, mlp_by_recursion, mlp_by_lists, mlp_by_reduce],
    "ch01.count_parameters": [count_by_match, count_by_shapes, count_from_formulas, count_like_pytorch],
    "ch01.xor": [xor_of_differences, xor_from_above, xor_scaled],
    "ch01.kinds": [kinds, dict(sorted(kinds.items())), {name: f" {kind.capitalize()}" for name, kind in kinds.items()}],
    "ch01.claims": [
        {"A": False, "B": True, "C": False, "D": True, "E": False, "F": False, "G": False, "H": True},
        {letter: np.bool_(letter in "BDH") for letter in "HGFEDCBA"},
        claims_by_experiment(),
    ],
    "ch01.next_action": [
        {1: "c", 2: "a", 3: "e", 4: "b", 5: "i", 6: "j"},
        {6: "J", 5: "I", 4: "B", 3: "E", 2: "A", 1: "C"},
        dict(enumerate("caebij", start=1)),
    ],
}
