"""Right answers to the questions of chapter 3."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# ch03.numerical_grad --------------------------------------------------------------------------------------------------


def slopes_with_flat_views(f, x, h=None):
    x = np.asarray(x, dtype=np.float64)
    out = np.empty(x.size)
    step = 1e-5 if h is None else h
    for k in range(x.size):
        move = np.zeros(x.size)
        move[k] = step
        move = move.reshape(x.shape)
        out[k] = (f(x + move) - f(x - move)) / (2 * step)
    return out.reshape(x.shape)


def slopes_with_restoring(f, x, h=1e-6):
    here = np.array(x, dtype=float)
    h = 1e-6 if h is None else h
    slopes = np.zeros(here.shape)
    walk = np.nditer(here, flags=["multi_index"])
    for _ in walk:
        at = walk.multi_index
        old = here[at]
        here[at] = old + h
        up = f(here.copy())
        here[at] = old - h
        down = f(here.copy())
        here[at] = old
        slopes[at] = 0.5 * (up - down) / h
    return slopes


def slopes_with_unit_vectors(f, x, h=None):
    """Rows of the identity as directions; a step that grows with the entry; the way that really arose."""
    x = np.array(x).astype(float)
    steps = np.full(x.size, h) if h is not None else np.cbrt(np.finfo(float).eps) * (1 + np.abs(x.ravel()))
    rows = []
    for e, s in zip(np.eye(x.size), steps, strict=True):
        plus, minus = x + (s * e).reshape(x.shape), x - (s * e).reshape(x.shape)
        rows.append((f(plus) - f(minus)) / (plus - minus).sum())
    return np.array(rows).reshape(x.shape)


def slopes_as_a_mean_of_two_sides(f, x, h=None):
    x = np.array(x, dtype=float)
    h = h or 3e-6
    g = np.zeros_like(x)
    middle = f(x.copy())
    for i in np.ndindex(*x.shape):
        e = np.zeros_like(x)
        e[i] = h
        g[i] = ((f(x + e) - middle) / h + (middle - f(x - e)) / h) / 2
    return g


# ch03.verdict ---------------------------------------------------------------------------------------------------------


def verdict_with_loops(a, n):
    worst = 0.0
    for given, measured in zip(np.ravel(a), np.ravel(n), strict=True):
        size = max(1e-8, abs(given) + abs(measured))
        e = abs(given - measured) / size
        if math.isnan(e):
            return np.inf, "wrong"
        worst = max(worst, e)
    for limit, word in ((1e-2, "wrong"), (1e-4, "suspicious"), (1e-7, "fine with kinks")):
        if worst > limit:
            return worst, word
    return worst, "good"


def verdict_with_search(a, n):
    e = np.max(np.abs(np.subtract(a, n)) / np.clip(np.abs(a) + np.abs(n), 1e-8, None))
    e = np.inf if np.isnan(e) else e
    words = ["good", "fine with kinks", "suspicious", "wrong"]
    return [e, words[int(np.searchsorted([1e-7, 1e-4, 1e-2], e))]]


def verdict_with_where(a, n):
    total = np.abs(a) + np.abs(n)
    total = np.where(total < 1e-8, 1e-8, total)
    errors = np.nan_to_num(np.abs(a - n) / total, nan=np.inf, posinf=np.inf)
    e = float(np.amax(errors))
    if e <= 1e-7:
        word = "good"
    elif e <= 1e-4:
        word = "fine with kinks"
    elif e <= 1e-2:
        word = "suspicious"
    else:
        word = "wrong"
    return e, word


def verdict_of_the_notes(a, n):
    e = (np.abs(a - n) / np.maximum(np.maximum(abs(a), abs(n)), 1e-8)).max()
    if np.isnan(e):
        return float("inf"), "wrong"
    return e, "wrong" if e > 1e-2 else "suspicious" if e > 1e-4 else "fine with kinks" if e > 1e-7 else "good"


# ch03.gradients -------------------------------------------------------------------------------------------------------


def gradients_by_rows(A, b, M, x):
    z = A @ x
    top = x.max()
    return {
        "linear": b @ A,
        "squares": 2 * (z - b) @ A,
        "quadratic": M @ x + x @ M,
        "logsumexp": np.exp(x - (top + np.log(np.sum(np.exp(x - top))))),
        "norm": x / np.sqrt(x @ x),
        "tanh": (1 / np.cosh(z) ** 2) @ A,
    }


def gradients_by_einsum(A, b, M, x):
    z = np.einsum("ij,j->i", A, x)
    return {
        "tanh": np.einsum("i,ij->j", 1 - np.tanh(z) ** 2, A),
        "norm": x * (x**2).sum() ** -0.5,
        "logsumexp": 1 / np.exp(x[None, :] - x[:, None]).sum(axis=1),
        "quadratic": np.einsum("jk,k->j", M, x) + np.einsum("kj,k->j", M, x),
        "squares": 2 * np.einsum("ij,i->j", A, z - b),
        "linear": np.einsum("ij,i->j", A, b),
    }


def gradients_by_loops(A, b, M, x):
    n, d = A.shape
    z = [sum(A[i, j] * x[j] for j in range(d)) for i in range(n)]
    length = math.sqrt(sum(v * v for v in x))
    weights = [math.exp(v - max(x)) for v in x]
    return {
        "linear": [sum(b[i] * A[i, j] for i in range(n)) for j in range(d)],
        "squares": [sum(2 * (z[i] - b[i]) * A[i, j] for i in range(n)) for j in range(d)],
        "quadratic": [sum((M[j, k] + M[k, j]) * x[k] for k in range(d)) for j in range(d)],
        "logsumexp": [w / sum(weights) for w in weights],
        "norm": [v / length for v in x],
        "tanh": [sum((1 - math.tanh(z[i]) ** 2) * A[i, j] for i in range(n)) for j in range(d)],
    }


# ch03.autograd --------------------------------------------------------------------------------------------------------


class _Number:
    """A value that knows what it was made from."""

    def __init__(self, value, parts=()):
        self.value, self.parts, self.slope = value, parts, 0.0


def autograd_with_objects(program, inputs):
    nodes = [_Number(float(v)) for v in inputs]
    for op, *at in program:
        parts = [nodes[k] for k in at]
        if op == "add":
            nodes.append(_Number(parts[0].value + parts[1].value, [(parts[0], 1.0), (parts[1], 1.0)]))
        elif op == "mul":
            u, v = parts
            nodes.append(_Number(u.value * v.value, [(u, v.value), (v, u.value)]))
        else:
            y = math.tanh(parts[0].value)
            nodes.append(_Number(y, [(parts[0], 1 - y * y)]))
    nodes[-1].slope = 1.0
    for node in reversed(nodes):
        for part, local in node.parts:
            part.slope += local * node.slope
    return nodes[-1].value, np.array([node.slope for node in nodes[: len(inputs)]])


def autograd_forward_mode(program, inputs):
    """Carry the whole gradient of every value along."""
    n = len(inputs)
    values, rows = list(map(float, inputs)), list(np.eye(n))
    for line in program:
        match line:
            case ("add", i, j):
                values.append(values[i] + values[j])
                rows.append(rows[i] + rows[j])
            case ("mul", i, j):
                values.append(values[i] * values[j])
                rows.append(values[j] * rows[i] + values[i] * rows[j])
            case ("tanh", i):
                values.append(np.tanh(values[i]))
                rows.append(rows[i] / np.cosh(values[i]) ** 2)
    return values[-1], rows[-1]


def autograd_by_recursion(program, inputs):
    """Ask of each value what its users send back."""
    n = len(inputs)
    values = np.concatenate([np.asarray(inputs, dtype=float), np.zeros(len(program))])
    for k, (op, *at) in enumerate(program, n):
        picked = values[at]
        values[k] = picked.sum() if op == "add" else picked.prod() if op == "mul" else np.tanh(picked[0])
    known = {len(values) - 1: 1.0}

    def slope(k):
        if k not in known:
            known[k] = 0.0
            total = 0.0
            for m, (op, *at) in enumerate(program, n):
                for place, part in enumerate(at):
                    if part == k:
                        partner = values[at[1 - place]] if op == "mul" else 1.0
                        total += slope(m) * (1 - values[m] ** 2 if op == "tanh" else partner)
            known[k] = total
        return known[k]

    return float(values[-1]), [slope(k) for k in range(n)]


# ch03.claims ----------------------------------------------------------------------------------------------------------


def claims_by_experiment():
    def central(h, f=math.sin, x=1.0):
        return (f(x + h) - f(x - h)) / (2 * h)

    right_at_kink = abs(central(1e-5, lambda x: max(x, 0.0), -1e-6)) < 1e-6
    wrong_at_zero = abs(central(1e-5, lambda x: x * x + x**3, 0.0)) < 1e-6          # given: 3x² is 0 there
    x, losses = 3.0, []
    for _ in range(20):                                                            # a third of the slope of x²
        losses.append(x * x)
        x -= 0.1 * 2 / 3 * x
    return {
        "A": abs(central(1e-12) - math.cos(1)) < abs(central(1e-5) - math.cos(1)),
        "B": not (np.diff(losses) < 0).all(),
        "C": not right_at_kink,
        "D": wrong_at_zero,
        "E": False,
        "F": abs(central(1e-5, lambda v: v * v, 3.0) - (3.0 + 3.0)) < 1e-6,
    }


RIGHT: dict[str, list[Any]] = {
    "ch03.numerical_grad": [
        slopes_with_flat_views,
        slopes_with_restoring,
        slopes_with_unit_vectors,
        slopes_as_a_mean_of_two_sides,
    ],
    "ch03.verdict": [verdict_with_loops, verdict_with_search, verdict_with_where, verdict_of_the_notes],
    "ch03.gradients": [gradients_by_rows, gradients_by_einsum, gradients_by_loops],
    "ch03.suspects": [
        {"A": "right", "B": "sign", "C": "transpose", "D": "derivative", "E": "right"},
        dict(zip("EDCBA", ("right", "derivative", "transpose", "sign", "right"), strict=True)),
        {"A": "Right", "B": "Sign", "C": "Transpose", "D": "Derivative", "E": " right "},
    ],
    "ch03.autograd": [autograd_with_objects, autograd_forward_mode, autograd_by_recursion],
    "ch03.claims": [
        {"A": False, "B": False, "C": True, "D": True, "E": False, "F": True},
        {letter: np.bool_(letter in "CDF") for letter in "FEDCBA"},
        claims_by_experiment(),
    ],
    "ch03.next_action": [
        {"1": "factor", "2": "point", "3": "bits", "4": "seed", "5": "loss", "6": "point"},
        {"1": "factor", "2": "point", "3": "bits", "4": "seed", "5": "loss", "6": "step"},
        {"6": "POINT", "5": "LOSS", "4": "SEED", "3": "BITS", "2": "POINT", "1": "FACTOR"},
        {str(k): word for k, word in enumerate(["factor", "point", "bits", "seed", "loss", "point"], 1)},
    ],
}
