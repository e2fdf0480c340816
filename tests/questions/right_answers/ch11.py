"""Right answers to the questions of chapter 11."""

from __future__ import annotations

import itertools
import math
import statistics
from typing import Any

import numpy as np

# ch11.compare ---------------------------------------------------------------------------------------------------------


def compare_with_dicts(methods, rates, task, n, steps, seeds):
    report = {}
    for name in methods:
        method, size = methods[name]
        epochs = (steps * size) // n
        best_rate, best_median, best_tests = None, math.inf, None
        for lr in rates:
            pairs = [task(method, lr, size, epochs, np.random.default_rng(s)) for s in seeds]
            middle = float(np.median([valid for valid, _ in pairs]))
            if math.isnan(middle):
                middle = math.inf
            if best_rate is None or middle < best_median:
                best_rate, best_median, best_tests = lr, middle, [test for _, test in pairs]
        report[name] = (best_rate, statistics.median(best_tests), min(best_tests), max(best_tests))
    return report


def compare_by_one_array(methods, rates, task, n, steps, seeds):
    """All trainings first, in an array (methods, rates, seeds, 2); then the choice."""
    names = list(methods)
    losses = np.full((len(names), len(rates), len(seeds), 2), np.nan)
    for (i, name), (j, lr), (k, seed) in itertools.product(enumerate(names), enumerate(rates), enumerate(seeds)):
        method, batch_size = methods[name]
        steps_an_epoch = n // batch_size
        losses[i, j, k] = task(method, lr, batch_size, steps // steps_an_epoch, np.random.default_rng(seed))
    middle = np.nan_to_num(np.median(losses[..., 0], axis=2), nan=np.inf)
    report = {}
    for i, name in enumerate(names):
        j = int(np.argmin(middle[i]))
        low, half, high = np.percentile(losses[i, j, :, 1], [0, 50, 100])
        report[name] = [rates[j], half, low, high]
    return report


def compare_with_helpers(methods, rates, task, n, steps, seeds):
    def runs(method, size, lr):
        found = (task(method, lr, size, int(steps / (n / size)), np.random.default_rng(s)) for s in seeds)
        return np.array(list(found)).T

    def badness(pair):
        median = np.median(pair[1][0])
        return median if np.isfinite(median) else float("inf")

    report: dict[str, Any] = {}
    for name, (method, size) in methods.items():
        lr, (_, test) = min(((lr, runs(method, size, lr)) for lr in rates), key=badness)
        report[name] = (lr, np.quantile(test, 0.5), np.min(test), np.max(test))
    return report


# ch11.expected_best ---------------------------------------------------------------------------------------------------


def best_by_loops(scores, k):
    n, total = len(scores), 0.0
    for i, s in enumerate(sorted(scores)):
        total += s * (((n - i) / n) ** k - ((n - i - 1) / n) ** k)
    return total


def best_by_tail_sums(scores, k):
    """The lowest, plus each gap times the probability that all draws lie above it."""
    s = np.sort(scores)
    n = len(s)
    above = (np.arange(n - 1, 0, -1) / n) ** k
    return s[0] + np.sum(np.diff(s) * above)


def best_by_distribution(scores, k):
    values, counts = np.unique(scores, return_counts=True)
    cdf = np.cumsum(counts) / len(scores)
    of_best = 1 - (1 - cdf) ** k
    return float(np.dot(values, np.diff(of_best, prepend=0.0)))


# ch11.two_solutions ---------------------------------------------------------------------------------------------------


def solutions_by_lstsq(X, y):
    s = np.sign(np.dot(y, X))
    c = (y @ (X @ s)) / (y @ y)
    if not np.allclose(X @ s, c * y):
        raise ValueError("no such c")
    return np.linalg.lstsq(X, y, rcond=None)[0], s / c


def solutions_by_pinv(X, y):
    directions = np.where(X.T @ y > 0, 1.0, np.where(X.T @ y < 0, -1.0, 0.0))
    quotients = X.dot(directions) / y
    if np.ptp(quotients) > 1e-8 * np.abs(quotients).max():
        raise ValueError("the quotients differ")
    return [np.linalg.pinv(X) @ y, directions / quotients.mean()]


def solutions_by_qr(X, y):
    q, r = np.linalg.qr(X.T)                                            # X = RᵀQᵀ
    least = q @ np.linalg.solve(r.T, y)
    s = np.sign((X * y[:, None]).sum(axis=0))
    c = (X[0] @ s) / y[0]
    if any(abs(row @ s - c * target) > 1e-9 * (1 + abs(target)) for row, target in zip(X, y, strict=True)):
        raise ValueError("X s is no multiple of y")
    return least, s / c


# ch11.next_action and ch11.justification ------------------------------------------------------------------------------

_ACTIONS = {
    "A": "raise the rate",
    "B": "lower the rate",
    "C": "decay the rate",
    "D": "stop earlier",
    "E": "more seeds",
    "F": "widen the grid",
}

_WILSON = """
On Wilson's data with 30 training examples I compared gradient descent and Adagrad. The metric is the accuracy on the
test rows. Each method got 2,000 steps and tried five rates; the rate was chosen by the accuracy on a validation part
of 100 rows. Over three seeds gradient descent reached 1.00 (range 1.00 to 1.00) and Adagrad 0.75 (range 0.75 to
0.75). I choose gradient descent. If the features that matter were rare instead of shared, I would run this again
before choosing.
"""

_TABLE = """
Task: moons, 300 points, 16 hidden units. Metric: cross-entropy loss, the median over 5 paired seeds. Protocol: SGD,
momentum and Adam had 300 updates each and 9 rates on one log grid; the validation loss chose the rate, and the test
loss was looked at once, at the end. Result: SGD 0.11 ± 0.03, momentum 0.10 ± 0.02, Adam 0.10 ± 0.02, where ± is the
standard error. I see no difference between the last two. My choice is Adam, because its valley is wide and I will not
tune again next month. A paired difference of more than two standard errors in favor of momentum would change it.
"""

_DIGITS = """
I want the lowest error on the handwritten digits with softmax regression. I tuned SGD and Adam with twelve trials each
on a validation set of 300 images. One run took 330 steps of 64 images. Ten fresh seeds, the same for both, gave a mean
test error of 0.041 for SGD and 0.043 for Adam, and the interval of the paired difference, -0.004 to 0.001, holds 0.
So the data do not tell them apart. SGD needs no extra memory, and I take it. With a deeper network I would not trust
this result, and I would repeat the comparison there.
"""

_BOUNDS = """
The metric is cross-entropy on the moons. The validation set chose among nine rates for each method, the test set was
only reported. Every run had 200 steps. With eight seeds, the same for both, momentum came to 0.101 in the median and
Adam to 0.104; for both the losses lie between 0.06 and 0.16, so I call it a tie. I take momentum, which keeps one
array fewer. If I had no time to tune, I would take Adam.
"""

RIGHT: dict[str, list[Any]] = {
    "ch11.compare": [compare_with_dicts, compare_by_one_array, compare_with_helpers],
    "ch11.expected_best": [best_by_loops, best_by_tail_sums, best_by_distribution],
    "ch11.two_solutions": [solutions_by_lstsq, solutions_by_pinv, solutions_by_qr],
    "ch11.next_action": [
        dict(_ACTIONS),
        {key: action.title() for key, action in _ACTIONS.items()},
        dict(reversed([(key, f" {action} ") for key, action in _ACTIONS.items()])),
    ],
    "ch11.justification": [_WILSON, _TABLE, _DIGITS, _BOUNDS],
}
