"""The graded questions of chapter 6."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.questions import Call, Probe, Question, WrongAnswer

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Probes = dict[str, list[Probe]]


# 06.1 ------------------------------------------------------------------------------------------------ minibatches


def minibatches(n: int, batch_size: int, rng: np.random.Generator, drop_last: bool = False) -> list[Rows]:
    order = rng.permutation(n)
    batches = [order[first : first + batch_size] for first in range(0, n, batch_size)]
    if drop_last and len(batches[-1]) < batch_size:
        batches.pop()
    return batches


def _epoch(answer: Call, n: int, B: int, rng: Any, drop: bool = False) -> list[Rows]:
    rng = np.random.default_rng(rng) if isinstance(rng, int) else rng
    return [np.asarray(batch).ravel() for batch in answer(n, B, rng, drop)]


def _sizes(cases: Sequence[tuple[int, int]], drop: bool = False) -> Callable[[Call], Any]:
    def drive(answer: Call) -> Any:
        return [sorted((len(b) for b in _epoch(answer, n, B, 0, drop)), reverse=True) for n, B in cases]

    return drive


def _counts(cases: Sequence[tuple[int, int]]) -> Callable[[Call], Any]:
    return lambda answer: [len(_epoch(answer, n, B, 0)) for n, B in cases]


def _once(batches: Sequence[Rows], n: int) -> bool:
    """Does every row number occur exactly once?"""
    return bool(np.array_equal(np.sort(np.concatenate(batches)), np.arange(n)))


def _every_index_once(n: int, B: int, seed: int) -> Callable[[Call], Any]:
    return lambda answer: _once(_epoch(answer, n, B, seed), n)


def _mixed(seed: int) -> Callable[[Call], Any]:
    """Are the members of a batch scattered over the data, not neighbors?"""

    def drive(answer: Call) -> Any:
        batches = _epoch(answer, 400, 20, seed)
        return _once(batches, 400) and bool(np.any(np.diff(np.sort(batches[0])) != 1))

    return drive


def _in_another_order(seed: int) -> Callable[[Call], Any]:
    def drive(answer: Call) -> Any:
        batches = _epoch(answer, 60, 8, seed)
        return _once(batches, 60) and not np.array_equal(np.concatenate(batches), np.arange(60))

    return drive


def _new_each_epoch(seed: int) -> Callable[[Call], Any]:
    def drive(answer: Call) -> Any:
        rng = np.random.default_rng(seed)
        two = [_epoch(answer, 60, 8, rng) for _ in range(2)]
        return all(_once(batches, 60) for batches in two) and not np.array_equal(*map(np.concatenate, two))

    return drive


def _first_batch_changes(seed: int) -> Callable[[Call], Any]:
    """Do the members of the first batch change from epoch to epoch?"""

    def drive(answer: Call) -> Any:
        rng = np.random.default_rng(seed)
        return len({tuple(np.sort(_epoch(answer, 60, 8, rng)[0])) for _ in range(30)}) > 1

    return drive


def _repeatable(seed: int) -> Callable[[Call], Any]:
    def drive(answer: Call) -> Any:
        one, again = (np.concatenate(_epoch(answer, 60, 8, seed)) for _ in range(2))
        return bool(np.array_equal(one, again))

    return drive


def _follows_rng(seed: int) -> Callable[[Call], Any]:
    def drive(answer: Call) -> Any:
        one, other = (np.concatenate(_epoch(answer, 60, 8, s)) for s in (seed, seed + 1))
        return not np.array_equal(one, other)

    return drive


def minibatches_probes(rng: np.random.Generator) -> Probes:
    B = int(rng.integers(5, 30))
    n = int(B * rng.integers(3, 9) + rng.integers(1, B))
    whole = (B * int(rng.integers(2, 6)), B)
    seed = int(rng.integers(1_000_000))
    return {
        "sizes": [
            Probe(drive=_sizes([(148, 64)]), what="n=148, batch_size=64: sizes 64, 64, 20"),
            Probe(drive=_sizes([(n, B), whole, (3, 10)]), what=f"the sizes for n={n}, for n={whole[0]}, batch_size={B}, and for n=3, batch_size=10"),
            Probe(drive=_counts([(60_000, 128), (25_000, 64)]), what="the number of batches for 60,000/128 and 25,000/64"),
        ],
        "every index once": [Probe(drive=_every_index_once(n, B, seed), what=f"does each of {n} row numbers occur exactly once")],
        "shuffled": [
            Probe(drive=_in_another_order(seed), what="is it an epoch, and in another order than 0, 1, 2, …"),
            Probe(drive=_mixed(seed), what="is it an epoch whose batches mix rows from all over the data"),
            Probe(drive=_new_each_epoch(seed), what="are two calls with one rng two different epochs"),
            Probe(drive=_first_batch_changes(seed), what="does the first batch hold other rows in other epochs"),
        ],
        "repeatable": [
            Probe(drive=_repeatable(seed), what="do equal seeds give equal batches"),
            Probe(drive=_follows_rng(seed), what="do different seeds give different batches"),
        ],
        "drop_last": [
            Probe(drive=_sizes([(148, 64), (n, B), whole], drop=True), what=f"drop_last=True: sizes for 148/64, {n}/{B} and {whole[0]}/{B}")
        ],
    }


def _cut(order: Rows, B: int, drop: bool = False) -> list[Rows]:
    batches = [order[k : k + B] for k in range(0, len(order), B)]
    return [b for b in batches if len(b) == B] if drop else batches


def _filled_up(n: int, B: int, rng: np.random.Generator, drop: bool = False) -> list[Rows]:
    order = rng.permutation(n)
    return _cut(order[: n // B * B] if drop else np.resize(order, -(-n // B) * B), B)


def _blocks(n: int, B: int, rng: np.random.Generator, drop: bool = False) -> list[Rows]:
    batches = _cut(np.arange(n), B, drop)
    return [batches[k] for k in rng.permutation(len(batches))]


MINIBATCHES = Question(
    id="ch06.minibatches",
    points=3,
    signature="minibatches(n, batch_size, rng, drop_last=False)",
    reference=minibatches,
    probes=minibatches_probes,
    wrong_answers=[
        WrongAnswer(
            "with_replacement",
            lambda n, B, rng, drop=False: _cut(rng.integers(n, size=n), B, drop),
            "You draw with replacement: some rows come twice, about 37 % not at all. That is no epoch. Shuffle all row numbers with "
            "rng.permutation(n) and cut (§6.3).",
        ),
        WrongAnswer(
            "same_permutation",
            lambda n, B, rng, drop=False: _cut(np.random.default_rng(0).permutation(n), B, drop),
            "Every epoch comes in the same order: you make a generator of your own, with a fixed seed. Use the rng that you are "
            "given; it moves on from call to call.",
        ),
        WrongAnswer(
            "rng_not_used",
            lambda n, B, rng, drop=False: _cut(np.random.default_rng().permutation(n), B, drop),
            "Your shuffle does not come from rng: the same seed gives other batches the next time, and the run cannot be repeated. "
            "Use rng.permutation(n).",
        ),
        WrongAnswer(
            "not_shuffled",
            lambda n, B, rng, drop=False: _cut(np.arange(n), B, drop),
            "You cut the data in the order they lie in. If they are sorted by class, that costs most of the accuracy (§6.3). "
            "Shuffle the row numbers first.",
        ),
        WrongAnswer(
            "blocks_shuffled",
            _blocks,
            "You shuffle the batches, not the rows: neighbors always stay together. Shuffle first, cut afterward.",
        ),
        WrongAnswer(
            "shuffled_within_batches",
            lambda n, B, rng, drop=False: [rng.permutation(b) for b in _cut(np.arange(n), B, drop)],
            "You cut first and shuffle inside each batch. A mean does not care about the order of its terms, so nothing is mixed. "
            "Shuffle first, cut afterward.",
        ),
        WrongAnswer(
            "last_batch_lost",
            lambda n, B, rng, drop=False: _cut(rng.permutation(n), B, True),
            "The last, shorter batch is lost even without drop_last. The number of batches is ⌈n/B⌉: range(0, n, B) reaches the rest.",
        ),
        WrongAnswer(
            "drop_last_ignored",
            lambda n, B, rng, drop=False: _cut(rng.permutation(n), B, False),
            "drop_last has no effect. With it, a batch shorter than batch_size is left out.",
        ),
        WrongAnswer(
            "whole_batch_dropped",
            lambda n, B, rng, drop=False: _cut(rng.permutation(n), B)[: -1 if drop else None],
            "With drop_last you always leave out the last batch, also one that is full. Look at its length.",
        ),
        WrongAnswer(
            "filled_up",
            _filled_up,
            "You fill the last batch up with rows that were used already. They then count twice in the epoch; leave it short.",
        ),
        WrongAnswer(
            "evened_out",
            lambda n, B, rng, drop=False: [
                b for b in np.array_split(rng.permutation(n), -(-n // B)) if not drop or len(b) == B
            ],
            "np.array_split evens the sizes out: 148 rows in 3 parts are 50, 49, 49. Asked for is batch_size in all but the last "
            "batch: 64, 64, 20. Cut with slices.",
        ),
        WrongAnswer(
            "evened_out_last_dropped",
            lambda n, B, rng, drop=False: (
                np.array_split(rng.permutation(n), -(-n // B))[: -1 if drop and n % B else None]
            ),
            "np.array_split evens the sizes out: 148 rows in 3 parts are 50, 49, 49. Asked for is batch_size in all but the last "
            "batch: 64, 64, 20, and drop_last leaves out the 20. Cut with slices.",
        ),
        WrongAnswer(
            "empty_batch",
            lambda n, B, rng, drop=False: [
                b for b in np.split(rng.permutation(n), range(B, n // B * B + 1, B)) if not drop or len(b) == B
            ],
            "Where B divides n, your last batch is empty, and its mean is nan. There are ⌈n/B⌉ batches, not ⌊n/B⌋ + 1.",
        ),
    ],
    hints=[
        "rng.permutation(n) is all row numbers once, in random order.",
        "Cut it: order[first : first + batch_size] for first in range(0, n, batch_size). A slice past the end is just shorter.",
    ],
)


# 06.2 ----------------------------------------------------------------------------------------------------- the loop


def sgd(X: Array, y: Array, theta0: Array, lr: float, epochs: Sequence[Sequence[Rows]]) -> tuple[Array, Array]:
    theta = np.array(theta0, dtype=float)
    history = [np.mean((X @ theta - y) ** 2)]
    for epoch in epochs:
        for batch in epoch:
            r = X[batch] @ theta - y[batch]
            theta = theta - lr * 2 / len(batch) * X[batch].T @ r
        history.append(np.mean((X @ theta - y) ** 2))
    return theta, np.array(history)


def _sgd(how: str) -> Callable[..., Any]:
    """The reference with one thing changed."""

    def loss(X: Array, y: Array, theta: Array, batch: Any) -> float:
        return float(np.mean((X[batch] @ theta - y[batch]) ** 2))

    def run(X: Array, y: Array, theta0: Array, lr: float, epochs: Any) -> Any:
        theta, n = np.array(theta0, dtype=float), len(y)
        everything = np.arange(n)
        history = [loss(X, y, theta, everything)]
        for epoch in epochs if how != "first epoch" else [epochs[0]] * len(epochs):
            start, seen = theta, []
            for batch in epoch:
                if how == "short dropped" and len(batch) < len(epoch[0]):
                    continue
                rows = everything if how == "full gradient" else batch
                target = y[: len(rows)] if how == "y in order" else y[rows]
                here = start if how == "gradients at once" else theta
                seen.append(loss(X, y, theta, batch))
                factor = {"sum": 2.0, "by first": 2 / len(epoch[0]), "by n": 2 / n, "no two": 1 / len(rows), "ascent": -2 / len(rows)}.get(how, 2 / len(rows))
                theta = theta - lr * factor * X[rows].T @ (X[rows] @ here - target)
            after = [loss(X, y, theta, batch) for batch in epoch]
            last = {"last batch": after[-1], "running mean": np.mean(seen), "mean of means": np.mean(after)}
            if how == "sum of losses":
                last[how] = np.sum((X @ theta - y) ** 2)
            history.append(float(last.get(how, loss(X, y, theta, everything))))
        return theta, np.array(history[1:] if how == "no start" else history)

    return run


def _draw(rng: np.random.Generator, n: int, d: int) -> tuple[Array, Array, Array]:
    X = rng.normal(size=(n, d))
    return X, X @ rng.normal(size=d) + 0.3 * rng.normal(size=n), rng.normal(size=d)


def _epochs(rng: np.random.Generator, n: int, B: int, count: int) -> list[list[Rows]]:
    return [minibatches(n, B, rng) for _ in range(count)]


def _resumed(X: Array, y: Array, theta: Array, epochs: Any) -> Callable[[Call], Any]:
    """Two epochs, then the other two from where it stood."""

    def drive(answer: Call) -> Any:
        middle, first = answer(X, y, theta, 0.05, epochs[:2])
        end, second = answer(X, y, np.array(middle, dtype=float), 0.05, epochs[2:])
        return np.asarray(end), np.concatenate([np.asarray(first), np.asarray(second)])

    return drive


def _renamed(X: Array, y: Array, theta: Array, epochs: Any, order: Rows) -> Callable[[Call], Any]:
    """The same rows under other numbers: nothing may change."""
    places = np.argsort(order)
    renamed = [[places[batch] for batch in epoch] for epoch in epochs]
    return lambda answer: answer(X[order], y[order], theta, 0.05, renamed)


def sgd_probes(rng: np.random.Generator) -> Probes:
    X, y, theta = _draw(rng, 24, 3)
    odd = _draw(rng, 23, 2)
    epochs, uneven = _epochs(rng, 24, 6, 4), _epochs(rng, 23, 8, 3)
    return {
        "one epoch": [Probe((X, y, theta, 0.05, epochs[:1]), what="24 rows, one epoch of four batches")],
        "several epochs": [Probe((X, y, theta, 0.05, epochs), what="24 rows, four epochs")],
        "a short last batch": [Probe((*odd, 0.05, uneven), what="23 rows in batches of 8, 8 and 7")],
        "one row at a time": [Probe((X, y, theta, 0.02, _epochs(rng, 24, 1, 2)), what="batches of one row")],
        "resumed": [Probe(drive=_resumed(X, y, theta, epochs), what="two epochs, and two more from there")],
        "renamed rows": [
            Probe(drive=_renamed(X, y, theta, epochs, rng.permutation(24)), what="the same rows under other numbers")
        ],
    }


SGD_LOOP = Question(
    id="ch06.sgd",
    points=3,
    signature="sgd(X, y, theta0, lr, epochs)",
    reference=sgd,
    probes=sgd_probes,
    parts=("theta", "history"),
    wrong_answers=[
        WrongAnswer(
            "sum_for_mean",
            _sgd("sum"),
            "Your gradient is the sum over the batch. The step then grows with the batch size, and a short batch takes a short step. "
            "Divide by len(batch) (§6.3).",
        ),
        WrongAnswer(
            "divided_by_n",
            _sgd("by n"),
            "You divide the batch's gradient by n. That is the share of the batch in the full gradient, n/B times too short as an "
            "estimate of it. Divide by len(batch).",
        ),
        WrongAnswer(
            "divided_by_the_first_length",
            _sgd("by first"),
            "You divide by the length of the first batch. The last one may be shorter; then its step comes out too short. Divide by "
            "len(batch), the length of *this* batch.",
        ),
        WrongAnswer("factor_two_missing", _sgd("no two"), "The gradient of a square has a 2: ∇(1/B)Σr² = (2/B) Xᵀr."),
        WrongAnswer("ascent", _sgd("ascent"), "Your steps go uphill. The gradient is Xᵀ(Xθ - y); subtract it."),
        WrongAnswer(
            "y_not_picked",
            _sgd("y in order"),
            "You pick rows of X but not of y: the examples get other people's targets, as if x alone had been shuffled (§6.3). "
            "Use y[batch] with the same row numbers.",
        ),
        WrongAnswer(
            "full_gradient",
            _sgd("full gradient"),
            "Each of your steps uses all rows: gradient descent, at n gradients a step. Use X[batch] and y[batch].",
        ),
        WrongAnswer(
            "gradients_at_once",
            _sgd("gradients at once"),
            "All gradients of an epoch are taken at the θ it began with. Batch 2 must see what batch 1 did: compute each gradient at "
            "the current θ. That is why the loop over batches cannot be vectorized away (M05).",
        ),
        WrongAnswer(
            "short_batch_dropped",
            _sgd("short dropped"),
            "You skip the last, shorter batch. It was given to you: use it, and divide by its own length.",
        ),
        WrongAnswer(
            "first_epoch_again",
            _sgd("first epoch"),
            "You go through the first epoch again and again. Each entry of `epochs` is a shuffle of its own.",
        ),
        WrongAnswer(
            "loss_of_last_batch",
            _sgd("last batch"),
            "Your history holds the loss of the last batch. That is a rumor: evaluate on all rows after the epoch (§6.3).",
        ),
        WrongAnswer(
            "running_mean",
            _sgd("running mean"),
            "Your history averages the batch losses met on the way, each at another θ, as Keras' progress bar does. Asked for is the "
            "loss on all rows at the θ after the epoch.",
        ),
        WrongAnswer(
            "mean_of_batch_means",
            _sgd("mean of means"),
            "Your history is the mean of batch means. Batches of unequal size weigh their rows unequally; take all rows at once.",
        ),
        WrongAnswer(
            "sum_of_losses", _sgd("sum of losses"), "Your history adds the squares up after the first entry. Take their mean: divide by n."
        ),
        WrongAnswer(
            "no_start_row", _sgd("no start"), "Your history begins after the first epoch. Entry 0 is the loss at theta0."
        ),
    ],
    hints=[
        "Two loops: for epoch in epochs, and inside it for batch in epoch.",
        "X[batch] and y[batch] pick the same rows; the gradient of their mean squared error is 2/len(batch) · X[batch]ᵀ r.",
        "The history is taken with all of X and y: once before the loops, and once after each epoch.",
    ],
)


def accumulate(grads: Array, sizes: Sequence[int]) -> Array:
    weights = np.asarray(sizes, dtype=float)
    return np.asarray(weights @ np.asarray(grads) / weights.sum())


def accumulate_probes(rng: np.random.Generator) -> Probes:
    k = int(rng.integers(3, 6))
    return {
        "equal sizes": [Probe((rng.normal(size=(3, 2)), np.array([8, 8, 8])))],
        "a short last batch": [Probe((rng.normal(size=(3, 2)), np.array([64, 64, 20])))],
        "any sizes": [Probe((rng.normal(size=(k, 4)), rng.integers(1, 50, size=k)))],
    }


ACCUMULATE = Question(
    id="ch06.accumulate",
    points=1,
    signature="accumulate(grads, sizes)",
    reference=accumulate,
    probes=accumulate_probes,
    wrong_answers=[
        WrongAnswer(
            "equal_weights",
            lambda grads, sizes: np.mean(grads, axis=0),
            "You weigh all batches alike. A row in a short batch then counts more than a row in a long one. Weigh by size (§6.7).",
        ),
        WrongAnswer("plain_sum", lambda grads, sizes: np.sum(grads, axis=0), "You add the means up: the result grows with the number of batches."),
        WrongAnswer(
            "not_divided",
            lambda grads, sizes: np.asarray(sizes) @ grads,
            "You have the sum over all examples. Divide by their number, sizes.sum().",
        ),
        WrongAnswer(
            "divided_by_batches",
            lambda grads, sizes: np.asarray(sizes) @ grads / len(sizes),
            "You divide by the number of batches. The weights add up to the number of examples; divide by that.",
        ),
    ],
    hints=["A mean times its size is a sum over examples. Add the sums, then divide by all examples."],
)


# 06.3 --------------------------------------------------------------------------------------------------- the floor


def floor_variance(lr: float, lam: float, sigma: float, batch_size: int) -> float:
    if lr * lam >= 2:
        return float("inf")
    return lr * sigma**2 / batch_size / (lam * (2 - lr * lam))


def floor_probes(rng: np.random.Generator) -> Probes:
    lam, sigma = float(rng.uniform(0.3, 3.0)), float(rng.uniform(0.5, 2.0))
    return {
        "λ = σ = B = 1": [Probe((0.1, 1.0, 1.0, 1)), Probe((0.5, 1.0, 1.0, 1)), Probe((1.0, 1.0, 1.0, 1))],
        "any curvature and noise": [Probe((float(rng.uniform(0.05, 1.5)) / lam, lam, sigma, 1))],
        "a batch": [Probe((0.1, lam, sigma, int(rng.integers(2, 64)))), Probe((0.5, 2.0, sigma, 16))],
        "unstable": [Probe((1.1, 2.0, 1.0, 4)), Probe((3.0 / lam, lam, sigma, 1))],
    }


def _floor(change: Callable[..., float]) -> Callable[..., float]:
    """``change`` of the stable case; the unstable one stays right."""
    return lambda lr, lam, sigma, B: float("inf") if lr * lam >= 2 else change(lr, lam, sigma, B)


FLOOR = Question(
    id="ch06.floor_variance",
    points=2,
    signature="floor_variance(lr, lam, sigma, batch_size)",
    reference=floor_variance,
    probes=floor_probes,
    wrong_answers=[
        WrongAnswer(
            "batch_ignored",
            _floor(lambda lr, lam, sigma, B: floor_variance(lr, lam, sigma, 1)),
            "The batch size has no effect in your formula. A mean of B examples has the variance σ²/B (§6.2).",
        ),
        WrongAnswer(
            "root_of_batch",
            _floor(lambda lr, lam, sigma, B: floor_variance(lr, lam, sigma, 1) / np.sqrt(B)),
            "You divide by √B. That is how the standard deviation falls; the variance falls like 1/B.",
        ),
        WrongAnswer(
            "sigma_not_squared",
            _floor(lambda lr, lam, sigma, B: lr * sigma / B / (lam * (2 - lr * lam))),
            "σ is a standard deviation. The variance of the noise is σ².",
        ),
        WrongAnswer(
            "small_rate_only",
            _floor(lambda lr, lam, sigma, B: lr * sigma**2 / B / (2 * lam)),
            "ασ²/(2λB) holds for small αλ only. Keep the exact fixed point: 1 - (1 - αλ)² = αλ(2 - αλ).",
        ),
        WrongAnswer(
            "small_rate_without_a_limit",
            lambda lr, lam, sigma, B: lr * sigma**2 / B / (2 * lam),
            "ασ²/(2λB) holds for small αλ only, and knows no limit. Keep the exact fixed point, 1 - (1 - αλ)² = αλ(2 - αλ), and return "
            "np.inf for αλ ≥ 2.",
        ),
        WrongAnswer(
            "small_rate_curvature_lost",
            _floor(lambda lr, lam, sigma, B: lr * sigma**2 / (2 * B)),
            "ασ²/(2B) lacks λ, and it holds for small αλ only. The fixed point is α²σ²/B divided by 1 - (1 - αλ)² = αλ(2 - αλ).",
        ),
        WrongAnswer(
            "sign_slip",
            _floor(lambda lr, lam, sigma, B: lr * sigma**2 / B / (lam * (2 + lr * lam))),
            "A sign slipped: 1 - (1 - αλ)² = 2αλ - (αλ)². With a plus the floor would stay finite at any rate.",
        ),
        WrongAnswer(
            "loss_returned",
            _floor(lambda lr, lam, sigma, B: lr * sigma**2 / B / (2 * (2 - lr * lam))),
            "That is the mean loss, ½λ times the variance. Asked for is the variance of x.",
        ),
        WrongAnswer(
            "deviation_returned",
            _floor(lambda lr, lam, sigma, B: np.sqrt(floor_variance(lr, lam, sigma, B))),
            "That is the standard deviation of x. Asked for is the variance.",
        ),
        WrongAnswer(
            "rate_squared",
            _floor(lambda lr, lam, sigma, B: lr**2 * sigma**2 / B),
            "α²σ²/B is the noise of a single step. It piles up: solve V = (1 - αλ)²V + α²σ²/B for V.",
        ),
        WrongAnswer(
            "no_limit",
            lambda lr, lam, sigma, B: lr * sigma**2 / B / (lam * (2 - lr * lam)),
            "At αλ > 2 your formula gives a negative variance. There the chain diverges: return np.inf for αλ ≥ 2.",
        ),
    ],
    hints=[
        "One step: V ← (1 - αλ)²V + α²σ²/B. In the end V stays as it is.",
        "When is |1 - αλ| < 1? Outside there is no floor but a growth without end: np.inf.",
    ],
)


def measured_floor(lr: float, lam: float, noise: Array, x0: float, burn: int) -> float:
    x, squares = np.full(noise.shape[1], float(x0)), []
    for row in noise:
        x = x - lr * (lam * x + row)
        squares.append(x**2)
    return float(np.mean(squares[burn:]))


def _measured(how: str) -> Callable[..., float]:
    def measure(lr: float, lam: float, noise: Array, x0: float, burn: int) -> float:
        x, path = np.full(noise.shape[1], float(x0)), []
        if how == "before the step":
            path.append(x)
        for row in noise:
            kick = {"noise outside": row, "noise added outside": -row, "sign": -lr * row}.get(how, lr * row)
            x = x - lr * lam * x - kick
            path.append(x)
        kept = np.array(path[: len(noise)])[0 if how == "burn-in kept" else burn :]
        if how == "last step":
            kept = kept[-1:]
        found = {"about the mean": kept.var(), "loss": 0.5 * lam * np.mean(kept**2), "root": np.sqrt(np.mean(kept**2))}
        found["one chain"] = np.mean(kept[:, 0] ** 2)
        found["mean first"] = np.mean(kept.mean(axis=1) ** 2)
        return float(found.get(how, np.mean(kept**2)))

    return measure


def _agrees(lr: float, seed: int) -> Callable[[Call], Any]:
    """Within 3 % of the theory for 2000 chains (λ = σ = 1)."""

    def drive(answer: Call) -> Any:
        noise = np.random.default_rng(seed).normal(size=(60, 2000))
        return bool(abs(answer(lr, 1.0, noise, 3.0, 20) / (lr / (2 - lr)) - 1) < 0.03)

    return drive


def measured_probes(rng: np.random.Generator) -> Probes:
    noise, longer = rng.normal(size=(30, 5)), 0.5 * rng.normal(size=(200, 8))
    tiny = np.array([[1.0, -1.0], [0.0, 2.0], [1.0, 0.0]])
    return {
        "by hand": [Probe((0.5, 1.0, tiny, 2.0, 1), what="lr=0.5, lam=1, three rows of noise, x0=2, burn=1")],
        "chains": [
            Probe((0.3, 1.5, noise, 2.0, 10), what="five chains of 30 steps, burn=10"),
            Probe((0.1, 0.7, longer, -4.0, 120), what="eight chains of 200 steps, burn=120"),
        ],
        "nothing burned": [Probe((0.2, 1.0, noise, 1.0, 0), what="burn=0")],
        "theory": [
            Probe(drive=_agrees(lr, int(rng.integers(1_000_000))), what=f"within 3% of the formula at lr={lr}, 2000 chains")
            for lr in (0.5, 1.0)
        ],
    }


MEASURED = Question(
    id="ch06.measured_floor",
    points=2,
    signature="measured_floor(lr, lam, noise, x0, burn)",
    reference=measured_floor,
    probes=measured_probes,
    wrong_answers=[
        WrongAnswer(
            "burn_in_kept",
            _measured("burn-in kept"),
            "You average from the first step on: the way down from x0 counts as noise. Leave out the first `burn` steps.",
        ),
        WrongAnswer(
            "noise_outside",
            _measured("noise outside"),
            "Your noise is added to x, not to the gradient. It belongs into the bracket: x - lr·(λx + noise).",
        ),
        WrongAnswer(
            "noise_added_outside",
            _measured("noise added outside"),
            "Your noise is added to x after the step, without the rate. It is noise of the gradient: x - lr·(λx + noise).",
        ),
        WrongAnswer(
            "noise_subtracted",
            _measured("sign"),
            "The gradient is λx + noise; you have λx - noise. In the long run that looks the same, on given numbers it does not.",
        ),
        WrongAnswer(
            "before_the_step",
            _measured("before the step"),
            "You record x before each step, so the start is in and the last point is not. Step, then record.",
        ),
        WrongAnswer(
            "last_step_only",
            _measured("last step"),
            "You use the last step alone. Averaging over all steps after the burn-in makes far better use of the run.",
        ),
        WrongAnswer("one_chain", _measured("one chain"), "You use the first chain only. noise has shape (steps, chains): average over both."),
        WrongAnswer(
            "mean_of_chains_squared",
            _measured("mean first"),
            "You average the chains, then square. Their noise cancels in the mean: square first.",
        ),
        WrongAnswer(
            "about_the_mean",
            _measured("about the mean"),
            "np.var measures the scatter about the chains' own mean. Asked for is the mean square distance from the minimum, x = 0.",
        ),
        WrongAnswer("loss_returned", _measured("loss"), "That is the mean loss, ½λ times the mean square. Return the mean of x²."),
        WrongAnswer("root_returned", _measured("root"), "That is a root mean square. Return the mean of x² itself."),
    ],
    hints=[
        "x holds all chains at once: np.full(noise.shape[1], x0). One row of noise is one step.",
        "After each step append x**2; at the end np.mean of the list from `burn` on.",
    ],
)


# 06.4 ------------------------------------------------------------------------------------------------ the rate 1/t


def online_mean(samples: Array, x0: Any) -> Array:
    x, path = np.asarray(x0, dtype=float), []
    for t, sample in enumerate(samples, start=1):
        x = x - (x - sample) / t
        path.append(x)
    return np.array(path)


def _online(rate: Callable[[int, int], float], keep_start: bool = False, ascent: bool = False) -> Callable[..., Array]:
    def run(samples: Array, x0: Any) -> Array:
        x = np.asarray(x0, dtype=float)
        path = [x] if keep_start else []
        for t, sample in enumerate(samples, start=1):
            x = x + rate(t, len(samples)) * (x - sample) * (1 if ascent else -1)
            path.append(x)
        return np.array(path)

    return run


def _running(samples: Array) -> Array:
    """Running means."""
    return (np.cumsum(samples, axis=0).T / np.arange(1, len(samples) + 1)).T


def _starts(samples: Array) -> Callable[[Call], Any]:
    """Paths from two starts, and their difference."""

    def drive(answer: Call) -> Any:
        near, far = np.asarray(answer(samples, 0.0)), np.asarray(answer(samples, 100.0))
        return [near, far - near]

    return drive


def online_probes(rng: np.random.Generator) -> Probes:
    return {
        "by hand": [Probe((np.array([4.0, 2.0, 9.0]), 7.0))],
        "many samples": [Probe((rng.normal(2.0, 3.0, size=60), 0.5), what="60 samples from a start at 0.5")],
        "vectors": [Probe((rng.normal(size=(12, 3)), np.ones(3)), what="12 samples of three numbers each")],
        "the start is forgotten": [Probe(drive=_starts(rng.normal(size=20)), what="starts at 0 and at 100, and their difference")],
    }


ONLINE = Question(
    id="ch06.online_mean",
    points=2,
    signature="online_mean(samples, x0)",
    reference=online_mean,
    probes=online_probes,
    atol=1e-10,
    wrong_answers=[
        WrongAnswer(
            "start_counted",
            _online(lambda t, T: 1 / (t + 1)),
            "Your rates are 1/2, 1/3, …: the start counts as a sample and is never forgotten. With t from 1 the first rate is 1 (O19).",
        ),
        WrongAnswer(
            "root_rate",
            _online(lambda t, T: t**-0.5),
            "Your rate is 1/√t. It converges too, but to the sample mean only slowly: late samples weigh more than early ones.",
        ),
        WrongAnswer(
            "rate_squared",
            _online(lambda t, T: 1 / t**2),
            "Your rate is 1/t². Its sum is finite: late samples hardly count, and x stops on the way (§6.5).",
        ),
        WrongAnswer(
            "constant_rate",
            _online(lambda t, T: 1 / T),
            "Your rate is 1/T at every step. That is a moving average that remembers the start; the rate must fall: 1, 1/2, 1/3, …",
        ),
        WrongAnswer(
            "start_row_included",
            _online(lambda t, T: 1 / t, keep_start=True),
            "Your path begins with x0. Asked for are x_1 to x_T: as many rows as samples.",
        ),
        WrongAnswer(
            "start_counted_and_shown",
            _online(lambda t, T: 1 / (t + 1), keep_start=True),
            "Your path begins with x0, and x0 counts as a sample: the rates are 1/2, 1/3, … Start with the rate 1, and return x_1 to "
            "x_T only (O19).",
        ),
        WrongAnswer(
            "start_in_the_mean",
            lambda samples, x0: _running(np.concatenate([np.reshape(x0, (1, *np.shape(samples)[1:])), samples])[:-1]),
            "You average over x0 and leave the last sample out. The start is no sample: x_t is the mean of a_1 to a_t.",
        ),
        WrongAnswer(
            "ascent",
            _online(lambda t, T: 1 / t, ascent=True),
            "Your steps go away from the sample. The gradient of ½(x - a)² is x - a; subtract it.",
        ),
        WrongAnswer(
            "last_only",
            lambda samples, x0: np.mean(samples, axis=0),
            "You return the mean of all samples. Return the whole path, x_1 to x_T.",
        ),
        WrongAnswer(
            "sums_not_divided", lambda samples, x0: np.cumsum(samples, axis=0), "Those are running sums. Divide the t-th by t."
        ),
    ],
    hints=[
        "The gradient of ½(x - a)² is x - a.",
        "The rate of step t, counted from 1, is 1/t. So the first step goes all the way to the first sample.",
    ],
)


# 06.5 ------------------------------------------------------------------------------------------------ who is faster


def work(n: int, kappa: float, c: float, tol: float) -> tuple[int, int]:
    steps = np.ceil(np.log(tol) / (2 * np.log(1 - 1 / kappa)))
    return int(n * steps), int(np.ceil(c / tol))


def _work(
    factor: Callable[[float], float] = lambda kappa: (1 - 1 / kappa) ** 2, gd: str = "", sgd: str = ""
) -> Callable[..., Any]:
    def count(n: int, kappa: float, c: float, tol: float) -> Any:
        steps = np.log(tol) / np.log(factor(kappa))
        steps = steps if gd == "not rounded" else np.ceil(steps)
        examples = {"squared": c / tol**2, "times n": n * c / tol, "root": c / np.sqrt(tol)}.get(sgd, c / tol)
        return (steps if gd == "steps" else n * steps), np.ceil(examples)

    return count


def work_probes(rng: np.random.Generator) -> Probes:
    return {
        "κ = 10": [Probe((10_000, 10.0, 2.0, 3e-4)), Probe((500, 10.0, 2.0, 3e-4))],
        "a large κ": [Probe((int(rng.integers(1_000, 50_000)), float(rng.uniform(100, 900)), 7.3, 1.1e-3))],
        "a small tolerance": [Probe((2_000, float(rng.uniform(5, 60)), float(rng.uniform(1, 9)), 1.3e-8))],
    }


WORK = Question(
    id="ch06.work",
    points=1,
    signature="work(n, kappa, c, tol)",
    reference=work,
    probes=work_probes,
    parts=("gd", "sgd"),
    wrong_answers=[
        WrongAnswer(
            "steps_counted",
            _work(gd="steps"),
            "You count steps of gradient descent. Each costs n example gradients; on the axis of steps it always looks faster (E83).",
        ),
        WrongAnswer(
            "factor_not_squared",
            _work(lambda kappa: 1 - 1 / kappa),
            "1 - 1/κ is the factor of the error in θ. The loss gap is quadratic in it and shrinks by the square.",
        ),
        WrongAnswer(
            "best_rate",
            _work(lambda kappa: ((kappa - 1) / (kappa + 1)) ** 2),
            "(κ - 1)/(κ + 1) belongs to the rate 2/(μ + L). The question has 1/L: 1 - 1/κ.",
        ),
        WrongAnswer(
            "part_of_a_step",
            _work(gd="not rounded"),
            "You count parts of a step. Gradient descent moves when a whole pass is done: round the steps up, then multiply by n.",
        ),
        WrongAnswer(
            "formula_for_large_kappa",
            lambda n, kappa, c, tol: (int(n * np.ceil(kappa / 2 * np.log(1 / tol))), int(np.ceil(c / tol))),
            "n·(κ/2)·ln(1/tol) is the estimate for large κ. Exact is (1 - 1/κ)^(2j) ≤ tol: divide ln tol by 2·ln(1 - 1/κ) and round up.",
        ),
        WrongAnswer(
            "formula_not_rounded",
            lambda n, kappa, c, tol: (n * kappa / 2 * np.log(1 / tol), np.ceil(c / tol)),
            "n·(κ/2)·ln(1/tol) is the estimate for large κ, and it counts parts of steps. Solve (1 - 1/κ)^(2j) ≤ tol for j, round j "
            "up, then multiply by n.",
        ),
        WrongAnswer(
            "rounded_too_late",
            lambda n, kappa, c, tol: (int(np.ceil(n * np.log(tol) / (2 * np.log(1 - 1 / kappa)))), int(np.ceil(c / tol))),
            "You multiply by n, then round: those are parts of a step. Gradient descent moves when a whole pass is done: round j up, "
            "then multiply by n.",
        ),
        WrongAnswer("sgd_squared", _work(sgd="squared"), "A gap of c/k reaches tol at k = c/tol, not c/tol²."),
        WrongAnswer("sgd_times_n", _work(sgd="times n"), "A step of SGD costs one example gradient, whatever n is."),
    ],
    hints=["GD: solve (1 - 1/κ)^(2j) ≤ tol for the number of steps j, round up, multiply by n.", "SGD: solve c/k ≤ tol for k."],
)


def crossing(n: int, kappa: float, c: float) -> int:
    j = 1
    while (1 - 1 / kappa) ** (2 * j) > c / (j * n):
        j += 1
    return j * n


def _crossing(
    power: int = 2, result: Callable[[int, int], int] = lambda j, n: j * n, gap: Callable[..., float] = lambda c, j, n: c / (j * n)
) -> Callable[..., int]:
    def find(n: int, kappa: float, c: float) -> int:
        j = 1
        while (1 - 1 / kappa) ** (power * j) > gap(c, j, n):
            j += 1
        return result(j, n)

    return find


def crossing_probes(rng: np.random.Generator) -> Probes:
    return {
        "κ = 10": [Probe((10_000, 10.0, 2.0)), Probe((1_000, 10.0, 2.0))],
        "a large κ": [Probe((int(rng.integers(5_000, 20_000)), float(rng.uniform(150, 400)), 3.0))],
        "a large n": [Probe((int(rng.integers(500_000, 900_000)), float(rng.uniform(20, 60)), float(rng.uniform(1, 6))))],
    }


CROSSING = Question(
    id="ch06.crossing",
    points=2,
    signature="crossing(n, kappa, c)",
    reference=crossing,
    probes=crossing_probes,
    wrong_answers=[
        WrongAnswer(
            "passes_returned",
            _crossing(result=lambda j, n: j),
            "You return the number of passes. On the axis of work each costs n example gradients: multiply.",
        ),
        WrongAnswer(
            "sgd_by_steps",
            _crossing(gap=lambda c, j, n: c / j),
            "You give SGD one example per step of gradient descent. In the time of j such steps it has seen j·n examples: c/(j·n).",
        ),
        WrongAnswer(
            "factor_not_squared",
            _crossing(power=1),
            "1 - 1/κ is the factor of the error in θ. The loss gap shrinks by its square.",
        ),
        WrongAnswer(
            "one_pass_early",
            _crossing(result=lambda j, n: (j - 1) * n),
            "There SGD is still ahead: you return the last pass before the crossing. Return the first at which GD is at least as good.",
        ),
        WrongAnswer(
            "one_pass_late",
            _crossing(result=lambda j, n: (j + 1) * n),
            "One pass too late: gradient descent was as good a pass earlier. Test before you count on.",
        ),
    ],
    hints=[
        "After j passes GD stands at (1 - 1/κ)^(2j), SGD at c/(j·n). Look for the first j ≥ 1 at which GD is not higher.",
        "A while loop is enough; the answer is j·n.",
    ],
)


# 06.6 ----------------------------------------------------------------------------------------------------- claims

CLAIMS = Question(
    id="ch06.claims",
    points=3,
    signature="claims",
    reference={"A": False, "B": False, "C": False, "D": False, "E": True, "F": True, "G": False},
    wrong_answers=[
        WrongAnswer(
            "an_epoch_is_faster",
            {"A": True},
            "Claim A: count. Both epochs compute n example gradients, and the minibatches make more updates. They get farther, not done sooner (M05).",
        ),
        WrongAnswer(
            "batches_vectorized",
            {"B": True},
            "Claim B: batch 2 needs the θ that batch 1 left. Take all gradients at one θ, and an epoch is a single step of GD; §6.3 runs both.",
        ),
        WrongAnswer(
            "adam_needs_the_full_batch",
            {"C": True},
            "Claim C: run Adam with B = 64 and with B = n on the digits for five epochs, as in §6.3. Minibatches win by far.",
        ),
        WrongAnswer(
            "never_converges",
            {"D": True},
            "Claim D: run SGD with a constant rate on y = Xθ without noise. All examples agree at the goal, and the gap falls to 1e-29 (§6.4).",
        ),
        WrongAnswer(
            "scaling_denied",
            {"E": False},
            "Claim E: the floor is about ασ²/(4B). Put in 2α and 2B, or compare rows 1 and 3 of the regression table in §6.4.",
        ),
        WrongAnswer(
            "short_batch_biased",
            {"F": False},
            "Claim F: over all shuffles every row is equally likely to be in the last batch. Its length changes the variance, not the mean. "
            "Average its gradient over 10,000 shuffles of five rows.",
        ),
        WrongAnswer(
            "gd_always_cheaper",
            {"G": True},
            "Claim G: up to the first n example gradients GD has not moved. See the left panel in §6.6, or run crossing().",
        ),
    ],
    hints=["Each claim has a cell in §6.3, §6.4 or §6.6. Change one number there and run it before you answer."],
)

NEXT_ACTION = Question(
    id="ch06.next_action",
    points=2,
    signature="actions",
    reference={"jitter": "b", "bigger batch": "c", "epoch spikes": "d", "no motion": "a"},
    wrong_answers=[
        WrongAnswer(
            "raise_the_rate_on_the_floor",
            {"jitter": "c"},
            "jitter: the loss stands on its noise floor, about ασ²/(4B). A higher rate lifts it. Lower α, or average the path.",
        ),
        WrongAnswer(
            "wait_on_the_floor",
            {"jitter": "a"},
            "jitter: this is a floor. More steps at the same α and B stay on it forever (§6.4).",
        ),
        WrongAnswer(
            "keep_the_rate",
            {"bigger batch": "a"},
            "bigger batch: eight times fewer steps, each as long as before, get about an eighth of the way per epoch. Try a rate up to eight times as high first.",
        ),
        WrongAnswer(
            "lower_the_rate",
            {"bigger batch": "b"},
            "bigger batch: less noise allows a higher rate, not a lower one. Scale α with B, and check that αλ stays below 2 (§6.7).",
        ),
        WrongAnswer(
            "back_to_single_examples",
            {"bigger batch": "d"},
            "bigger batch: B = 1 has updates enough, and noise and overhead to match. The large batch is not at fault; its rate is "
            "that of the small one. Change α first (§6.7).",
        ),
        WrongAnswer(
            "higher_floor",
            {"jitter": "d"},
            "jitter: shuffling once removes no noise; it repeats the same noise each epoch. The floor is set by α/B (§6.4).",
        ),
        WrongAnswer(
            "more_of_the_same_epochs",
            {"epoch spikes": "a"},
            "epoch spikes: each epoch ends with the same kind of batch, however long you train. Look at its size: 1025 = 16·64 + 1.",
        ),
        WrongAnswer(
            "order_is_not_the_cause",
            {"epoch spikes": "c"},
            "epoch spikes: without a shuffle the last batch is still a single row, and always the same one. Look at its size.",
        ),
        WrongAnswer(
            "slower_still",
            {"no motion": "b"},
            "no motion: a lower rate moves even less. With B = n ten epochs are ten updates; count them.",
        ),
        WrongAnswer(
            "nothing_to_average",
            {"no motion": "c"},
            "no motion: averaging removes noise, and the full gradient has none. Count the updates: ten.",
        ),
        WrongAnswer(
            "smoother_batches",
            {"epoch spikes": "b"},
            "epoch spikes: the rate is not the cause; it is the same inside of an epoch. What differs at its end is the last batch: one row.",
        ),
        WrongAnswer(
            "more_data",
            {"no motion": "d"},
            "no motion: with B = n an epoch is one step, so ten epochs are ten steps. Count the updates before you change the data.",
        ),
    ],
    hints=["For each case write down α, B and the number of updates. Which of the three explains what you see?"],
)

QUESTIONS = [
    MINIBATCHES,
    SGD_LOOP,
    ACCUMULATE,
    FLOOR,
    MEASURED,
    ONLINE,
    WORK,
    CROSSING,
    CLAIMS,
    NEXT_ACTION,
]
