"""Mistakes in chapter 11 as a student writes them."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np


def chosen_on_test(methods, rates, task, n, steps, seeds):
    out = {}
    for name, (method, size) in methods.items():
        tests = {}
        for lr in rates:
            scores = [task(method, lr, size, steps * size // n, np.random.default_rng(s))[1] for s in seeds]
            tests[lr] = scores if not np.isnan(scores).any() else [np.inf]
        lr = min(tests, key=lambda rate: np.median(tests[rate]))
        out[name] = (lr, np.median(tests[lr]), min(tests[lr]), max(tests[lr]))
    return out


def _plain(methods, rates, task, n, steps, seeds, epochs_of, rng_of, choose=np.median):
    out = {}
    for name, (method, size) in methods.items():
        table = np.array([[task(method, lr, size, epochs_of(size), rng_of(s)) for s in seeds] for lr in rates])
        valid = choose(table[:, :, 0], axis=1)
        k = np.nanargmin(valid)
        out[name] = (rates[k], np.median(table[k, :, 1]), table[k, :, 1].min(), table[k, :, 1].max())
    return out


def steps_given_as_epochs(methods, rates, task, n, steps, seeds):
    return _plain(methods, rates, task, n, steps, seeds, lambda size: steps, np.random.default_rng)


def generators_made_once(methods, rates, task, n, steps, seeds):
    rngs = {seed: np.random.default_rng(seed) for seed in seeds}
    return _plain(methods, rates, task, n, steps, seeds, lambda size: steps * size // n, rngs.__getitem__)


def mean_in_place_of_median(methods, rates, task, n, steps, seeds):
    return _plain(methods, rates, task, n, steps, seeds, lambda size: steps * size // n, np.random.default_rng, np.mean)


def argmin_with_nan(methods, rates, task, n, steps, seeds):
    out = {}
    for name, (method, size) in methods.items():
        epochs = steps * size // n
        table = np.array([[task(method, lr, size, epochs, np.random.default_rng(s)) for s in seeds] for lr in rates])
        k = np.argmin(np.median(table[:, :, 0], axis=1))
        test = table[k, :, 1]
        out[name] = (rates[k], np.median(test), test.min(), test.max())
    return out


def nanmedian_of_both(methods, rates, task, n, steps, seeds):
    out = {}
    for name, (method, size) in methods.items():
        epochs, scores = steps * size // n, {}
        for lr in rates:
            runs = np.array([task(method, lr, size, epochs, np.random.default_rng(s)) for s in seeds])
            kept = runs[~np.isnan(runs[:, 0])]
            if len(kept):
                scores[lr] = np.median(kept[:, 0]), kept[:, 1]
        lr = min(scores, key=lambda rate: scores[rate][0])
        test = scores[lr][1]
        out[name] = (lr, np.median(test), test.min(), test.max())
    return out


def generators_made_for_each_method(methods, rates, task, n, steps, seeds):
    out = {}
    for name, (method, size) in methods.items():
        table = np.empty((len(rates), len(seeds), 2))
        for j, seed in enumerate(seeds):
            rng = np.random.default_rng(seed)
            for i, lr in enumerate(rates):
                table[i, j] = task(method, lr, size, steps * size // n, rng)
        k = np.nanargmin(np.median(table[:, :, 0], axis=1))
        test = table[k, :, 1]
        out[name] = (rates[k], np.median(test), test.min(), test.max())
    return out


def one_generator(methods, rates, task, n, steps, seeds):
    rng = np.random.default_rng(seeds[0])
    return _plain(methods, rates, task, n, steps, seeds, lambda size: steps * size // n, lambda seed: rng)


def best_of_different_ones(scores, k):
    return np.mean([min(some) for some in itertools.combinations(scores, k)])


def weights_by_place(scores, k):
    n = len(scores)
    return sum(s * (((n - i) / n) ** k - ((n - i - 1) / n) ** k) for i, s in enumerate(scores))


def bare_sign(X, y):
    s = np.sign(X.T @ y)
    c = X @ s / y
    if not np.allclose(c, c[0]):
        raise ValueError("no c")
    return np.linalg.lstsq(X, y, rcond=None)[0], s


def never_raises(X, y):
    s = np.sign(X.T @ y)
    return np.linalg.pinv(X) @ y, s / (X[0] @ s / y[0])


MISTAKES: dict[tuple[str, str], Any] = {
    ("ch11.compare", "selected_on_test"): chosen_on_test,
    ("ch11.compare", "steps_taken_for_epochs"): steps_given_as_epochs,
    ("ch11.compare", "generator_goes_on"): generators_made_once,
    ("ch11.compare", "diverged_seeds_dropped"): nanmedian_of_both,
    ("ch11.compare", "rates_share_a_generator"): generators_made_for_each_method,
    ("ch11.compare", "one_generator_for_all"): one_generator,
    ("ch11.compare", "mean_for_choice"): mean_in_place_of_median,
    ("ch11.compare", "nan_wins"): argmin_with_nan,
    ("ch11.expected_best", "lowest_of_all"): lambda scores, k: min(scores),
    ("ch11.expected_best", "mean_of_all"): lambda scores, k: sum(scores) / len(scores),
    ("ch11.expected_best", "first_k"): lambda scores, k: min(scores[:k]),
    ("ch11.expected_best", "without_replacement"): best_of_different_ones,
    ("ch11.expected_best", "unsorted"): weights_by_place,
    ("ch11.two_solutions", "sign_not_scaled"): bare_sign,
    ("ch11.two_solutions", "condition_not_tested"): never_raises,
    ("ch11.next_action", "switches_to_adam"): {
        "A": "switch to Adam", "B": "lower the rate", "C": "decay the rate",
        "D": "stop earlier", "E": "more seeds", "F": "widen the grid",
    },
    ("ch11.next_action", "lower_rate_against_overfitting"): {
        "A": "raise the rate", "B": "lower the rate", "C": "decay the rate",
        "D": "lower the rate", "E": "more seeds", "F": "widen the grid",
    },
    ("ch11.next_action", "jitter_taken_for_overfitting"): {
        "A": "raise the rate", "B": "lower the rate", "C": "stop earlier",
        "D": "stop earlier", "E": "more seeds", "F": "widen the grid",
    },
    ("ch11.next_action", "takes_the_border"): {
        "A": "raise the rate", "B": "lower the rate", "C": "decay the rate",
        "D": "stop earlier", "E": "more seeds", "F": "take the last rate",
    },
}  # fmt: skip
