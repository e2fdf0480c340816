"""Mistakes in chapter 3 as a student writes them."""

from __future__ import annotations

from typing import Any

import numpy as np

# ch03.numerical_grad --------------------------------------------------------------------------------------------------


def forward_difference(f, x, h=1e-8):
    x = np.array(x, dtype=float)
    h = 1e-8 if h is None else h
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        ahead = x.copy()
        ahead[i] += h
        g[i] = (f(ahead) - f(x)) / h
    return g


def tiny_step(f, x, h=None):
    h = np.finfo(float).eps * 1000 if h is None else h
    x = np.asarray(x, dtype=float)
    e = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + h * d) - f(x - h * d)) / (2 * h) for d in e]).reshape(x.shape)


def half_missing(f, x, h=None):
    x, h = np.array(x, dtype=float), h or 1e-5
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        g[i] = (f(x + e) - f(x - e)) / h
    return g


def changes_x(f, x, h=None):
    h = h or 1e-5
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        g[i] = (up - f(x)) / (2 * h)
    return g


def not_restored(f, x, h=None):
    x, h = np.array(x, dtype=float), h or 1e-5
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] = x[i] + h
        up = f(x)
        x[i] = x[i] - 2 * h
        down = f(x)
        g[i] = (up - down) / (2 * h)
    return g


def float32(f, x, h=None):
    x, h = np.array(x, dtype=np.float32), h or 1e-3
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[i], behind[i] = x[i] + h, x[i] - h
        g[i] = (f(ahead) - f(behind)) / (2 * h)
    return g


def whole_numbers(f, x, h=None):
    h = h or 1e-5
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[i] = ahead[i] + h                          # whole numbers cut the step off
        behind[i] = behind[i] - h
        g[i] = (f(ahead) - f(behind)) / (2 * h)
    return g


def all_entries_at_once(f, x, h=None):
    h = h or 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)


def all_entries_at_once_in_a_loop(f, x, h=None):
    x, h = np.array(x, dtype=float), h or 1e-5
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        g[i] = (f(x + h) - f(x - h)) / (2 * h)
    return g


def flat_result(f, x, h=None):
    x, h = np.array(x, dtype=float), h or 1e-5
    slopes = []
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        slopes.append((f(x + e) - f(x - e)) / (2 * h))
    return np.array(slopes)


# ch03.verdict ---------------------------------------------------------------------------------------------------------


def word_for(e):
    if np.isnan(e):
        return "wrong"
    return "wrong" if e > 1e-2 else "suspicious" if e > 1e-4 else "fine with kinks" if e > 1e-7 else "good"


def absolute_error(a, n):
    e = np.max(np.abs(a - n))
    return (np.inf, "wrong") if np.isnan(e) else (e, word_for(e))


def no_floor(a, n):
    e = (np.abs(a - n) / (np.abs(a) + np.abs(n))).max()
    return (np.inf if np.isnan(e) else e), word_for(e)


def norm_ratio(a, n):
    e = np.sqrt(((a - n) ** 2).sum()) / max(1e-8, np.sqrt((a**2).sum()) + np.sqrt((n**2).sum()))
    return (np.inf if np.isnan(e) else e), word_for(e)


def mean_error(a, n):
    e = np.mean(np.abs(a - n) / np.maximum(1e-8, np.abs(a) + np.abs(n)))
    return (np.inf if np.isnan(e) else e), word_for(e)


def nan_passes(a, n):
    e = np.max(np.abs(a - n) / np.maximum(1e-8, np.abs(a) + np.abs(n)))
    if e > 1e-2:
        return e, "wrong"
    if e > 1e-4:
        return e, "suspicious"
    if e > 1e-7:
        return e, "fine with kinks"
    return e, "good"


# ch03.gradients -------------------------------------------------------------------------------------------------------


def six(**wrong):
    def gradients(A, b, M, x):
        z = A @ x
        found = {
            "linear": b @ A,
            "squares": 2 * (z - b) @ A,
            "quadratic": M @ x + M.T @ x,
            "logsumexp": np.exp(x - x.max()) / np.exp(x - x.max()).sum(),
            "norm": x / np.sqrt((x**2).sum()),
            "tanh": (1 - np.tanh(z) ** 2) @ A,
        }
        for name, formula in wrong.items():
            found[name] = formula(A, b, M, x)
        return found

    return gradients


# ch03.autograd --------------------------------------------------------------------------------------------------------


def run(program, inputs):
    values = [float(v) for v in inputs]
    for line in program:
        if line[0] == "add":
            values.append(values[line[1]] + values[line[2]])
        elif line[0] == "mul":
            values.append(values[line[1]] * values[line[2]])
        else:
            values.append(np.tanh(values[line[1]]))
    return values


def overwritten_at_fan_out(program, inputs):
    values, n = run(program, inputs), len(inputs)
    slopes = np.zeros(len(values))
    slopes[-1] = 1
    for k in range(len(program))[::-1]:
        line, s = program[k], slopes[n + k]
        if line[0] == "add":
            slopes[line[1]] = s
            slopes[line[2]] = s
        elif line[0] == "mul":
            slopes[line[1]] = s * values[line[2]]
            slopes[line[2]] = s * values[line[1]]
        else:
            slopes[line[1]] = s * (1 - values[n + k] ** 2)
    return values[-1], slopes[:n]


def tanh_derivative_of_output(program, inputs):
    values, n = run(program, inputs), len(inputs)
    slopes = np.zeros(len(values))
    slopes[-1] = 1
    for k in range(len(program))[::-1]:
        op, *at = program[k]
        s = slopes[n + k]
        if op == "add":
            for i in at:
                slopes[i] += s
        elif op == "mul":
            slopes[at[0]] += s * values[at[1]]
            slopes[at[1]] += s * values[at[0]]
        else:
            slopes[at[0]] += s * (1 - np.tanh(values[n + k]) ** 2)
    return values[-1], slopes[:n]


def walk_back(values, program, n, tanh):
    slopes = np.zeros(len(values))
    slopes[-1] = 1
    for k in reversed(range(len(program))):
        op, i, j = program[k][0], program[k][1], program[k][-1]
        s = slopes[n + k]
        if op == "tanh":
            tanh(slopes, i, j, s, n + k)
            continue
        slopes[i] += s if op == "add" else s * values[j]
        slopes[j] += s if op == "add" else s * values[i]
    return slopes[:n]


def tanh_derivative_at_input(program, inputs):
    values = run(program, inputs)

    def tanh(slopes, i, j, s, k):
        slopes[i] += s * (1 - values[i] ** 2)

    return values[-1], walk_back(values, program, len(inputs), tanh)


def tanh_counted_twice(program, inputs):
    values = run(program, inputs)

    def tanh(slopes, i, j, s, k):
        for part in (i, j):
            slopes[part] += s * (1 - values[k] ** 2)

    return values[-1], walk_back(values, program, len(inputs), tanh)


def slopes_doubled(program, inputs):
    values = run(program, inputs)

    def tanh(slopes, i, j, s, k):
        slopes[i] += s * (1 - values[k] ** 2)

    return values[-1], 2 * walk_back(values, program, len(inputs), tanh)


def all_slopes(program, inputs):
    values, n = run(program, inputs), len(inputs)
    slopes = np.zeros(len(values))
    slopes[-1] = 1
    for k in reversed(range(len(program))):
        op, *at = program[k]
        for place, i in enumerate(at):
            share = values[at[1 - place]] if op == "mul" else 1 - values[n + k] ** 2 if op == "tanh" else 1
            slopes[i] += slopes[n + k] * share
    return values[-1], slopes


MISTAKES: dict[tuple[str, str], Any] = {
    **{
        ("ch03.numerical_grad", mistake.__name__): mistake
        for mistake in (
            forward_difference,
            tiny_step,
            half_missing,
            changes_x,
            not_restored,
            float32,
            whole_numbers,
            all_entries_at_once,
            all_entries_at_once_in_a_loop,
            flat_result,
        )
    },
    **{
        ("ch03.verdict", mistake.__name__): mistake
        for mistake in (absolute_error, no_floor, norm_ratio, mean_error, nan_passes)
    },
    ("ch03.gradients", "squares_not_transposed"): six(squares=lambda A, b, M, x: 2 * A.dot(A.dot(x) - b)),
    ("ch03.gradients", "squares_without_2"): six(squares=lambda A, b, M, x: (A @ x - b) @ A),
    ("ch03.gradients", "quadratic_as_if_symmetric"): six(quadratic=lambda A, b, M, x: 2 * (M @ x)),
    ("ch03.gradients", "logsumexp_overflows"): six(logsumexp=lambda A, b, M, x: np.exp(x) / sum(np.exp(x))),
    ("ch03.gradients", "norm_squared"): six(norm=lambda A, b, M, x: x + x),
    ("ch03.gradients", "tanh_misbracketed"): six(tanh=lambda A, b, M, x: (1 - np.tanh(A.dot(x))) ** 2 @ A),
    ("ch03.gradients", "tanh_not_squared"): six(tanh=lambda A, b, M, x: (1 - np.tanh(A.dot(x))) @ A),
    ("ch03.gradients", "tanh_inner_missing"): six(tanh=lambda A, b, M, x: 1 / np.cosh(A @ x) ** 2),
    ("ch03.autograd", "overwritten_at_fan_out"): overwritten_at_fan_out,
    ("ch03.autograd", "tanh_derivative_of_output"): tanh_derivative_of_output,
    ("ch03.autograd", "all_slopes"): all_slopes,
    ("ch03.autograd", "tanh_derivative_at_input"): tanh_derivative_at_input,
    ("ch03.autograd", "tanh_counted_twice"): tanh_counted_twice,
    ("ch03.autograd", "slopes_doubled"): slopes_doubled,
    ("ch03.suspects", "D_loss_goes_down"): {"A": "right", "B": "sign", "C": "transpose", "D": "right", "E": "right"},
    ("ch03.suspects", "float32_called_derivative"): {
        "A": "right",
        "B": "sign",
        "C": "transpose",
        "D": "derivative",
        "E": "derivative",
    },
    ("ch03.next_action", "thirds_blamed_on_bits"): {
        "1": "bits",
        "2": "point",
        "3": "bits",
        "4": "seed",
        "5": "loss",
        "6": "step",
    },
    ("ch03.next_action", "kink_believed"): {
        "1": "factor",
        "2": "point",
        "3": "bits",
        "4": "seed",
        "5": "loss",
        "6": "done",
    },
    ("ch03.claims", "falling_loss_proves"): {"A": False, "B": True, "C": True, "D": True, "E": False, "F": True},
}
