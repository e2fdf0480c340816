"""The graded questions of chapter 11."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chapters.ch11_comparing.given import NoisyBowl, Simulated, justified
from course_utils.data import wilson
from course_utils.questions import Call, Probe, Question, WrongAnswer

Array = NDArray[np.float64]
Probes = dict[str, list[Probe]]
Methods = Mapping[str, tuple[Any, int]]
Report = dict[str, tuple[float, float, float, float]]


# 11.1 ------------------------------------------------------------------------------------------- a fair comparison


def compare(methods: Methods, rates: Sequence[float], task: Any, n: int, steps: int, seeds: Sequence[int]) -> Report:
    found = {}
    for name, (method, batch_size) in methods.items():
        epochs = steps * batch_size // n
        runs = [[task(method, lr, batch_size, epochs, np.random.default_rng(seed)) for seed in seeds] for lr in rates]
        losses = np.array(runs, dtype=float)                            # (rates, seeds, validation and test)
        valid = np.median(losses[:, :, 0], axis=1)
        chosen = int(np.where(np.isnan(valid), np.inf, valid).argmin())
        test = losses[chosen, :, 1]
        found[name] = (rates[chosen], float(np.median(test)), float(test.min()), float(test.max()))
    return found


def _chosen(task: Any, grid: list[float], seeds: list[int]) -> Callable[[Call], Any]:
    """The rates chosen, and nothing else."""

    def drive(answer: Call) -> Any:
        report = answer({"A": (0.01, 12), "B": (0.1, 12)}, grid, task, 120, 60, seeds)
        return [report["A"][0], report["B"][0]]

    return drive


def compare_probes(rng: np.random.Generator) -> Probes:
    task, bowl = Simulated(n=120), NoisyBowl(n=64)
    first, second = rng.choice(1000, (2, 5), replace=False)
    suits = [float(rate) for rate in np.geomspace(1e-3, 1, 7)[rng.permutation(7)[:3]]]
    grid = [float(lr) for lr in np.geomspace(1e-4, 10, 11)]
    seeds, few = [int(seed) for seed in first], [int(seed) for seed in second[:3]]
    hardness = sorted(float(np.random.default_rng(seed).normal()) for seed in seeds)
    half = Simulated(120, diverging=tuple(sorted(float(np.random.default_rng(seed).normal()) for seed in seeds[:4])[2:]))
    odd = Simulated(120, unlucky=hardness[-1], lucky=hardness[0])           # the median over the seeds does not notice
    spread = {name: (rate, 12) for name, rate in zip("ABC", suits, strict=True)}
    sizes = {"small batches": (0.1, 4), "large batches": (0.01, 40), "middle": (0.03, 12)}
    twins = {"one": (suits[0], 8), "two": (suits[0], 8)}
    real = {"SGD": (0.0, 8), "momentum": (0.9, 16)}
    return {
        "the same method twice": [
            Probe((twins, [0.01, 0.03, 0.1], task, 120, 40, [3, 4, 5]), what="one method under two names, which must tie,")
        ],
        "equal batches": [Probe((spread, grid, task, 120, 60, seeds), what="three methods, eleven rates, five seeds")],
        "rates that diverge": [
            Probe(
                ({"A": (0.001, 12), "B": (0.01, 12)}, [10.0, 1.0, 0.003, 0.01, 0.03], task, 120, 30, seeds),
                what="rates of which the first give nan",
            )
        ],
        "odd seeds": [
            Probe(({"A": (0.01, 12), "B": (0.1, 12)}, grid, odd, 120, 60, seeds), what="five seeds, two of them odd")
        ],
        "half the seeds diverge": [
            Probe(drive=_chosen(half, grid, seeds[:4]), what="a rate at which two of four seeds diverge, the rates chosen,")
        ],
        "other batch sizes": [Probe((sizes, grid, task, 120, 30, few), what="batch sizes 4, 40 and 12, three seeds")],
        "real training": [
            Probe((real, [0.003, 0.01, 0.03, 0.2], bowl, 64, 40, few), what="SGD and momentum on a noisy bowl"),
        ],
    }


def _unfair(how: str) -> Callable[..., Report]:
    """:func:`compare` with one slip."""

    def wrong(methods: Methods, rates: Sequence[float], task: Any, n: int, steps: int, seeds: Sequence[int]) -> Report:
        found: Report = {}
        going_on = {seed: np.random.default_rng(seed) for seed in seeds}
        size, chosen = next(iter(methods.values()))[1], -1
        shared = ("generator goes on", "rates share a generator", "one generator")
        for place, (name, (method, batch_size)) in enumerate(methods.items()):
            epochs = steps * (size if how == "equal epochs" else batch_size) // n
            if how == "steps as epochs":
                epochs = steps

            if how == "rates share a generator":
                going_on = {seed: np.random.default_rng(seed) for seed in seeds}
            if how == "one generator":
                going_on = dict.fromkeys(seeds, going_on[seeds[0]])

            def stream(
                seed: int, shift: int = place if how == "other seeds" else 0, kept: Any = going_on
            ) -> np.random.Generator:
                return kept[seed] if how in shared else np.random.default_rng(seed + shift)

            losses = np.array([
                [task(method, lr, batch_size, epochs, rng=stream(seed)) for seed in seeds]
                for lr in rates
            ], dtype=float)  # fmt: skip
            judged = losses[:, :, 1 if how == "selected on test" else 0]
            valid = {"lucky seed": np.min, "mean": np.mean}.get(how, np.median)(judged, axis=1)
            if how == "nan dropped":
                valid = np.array([np.median(row[~np.isnan(row)]) if (row == row).any() else np.inf for row in judged])
            if how != "nan wins":
                valid = np.where(np.isnan(valid), np.inf, valid)
            if chosen < 0 or how != "one rate":
                chosen = int(valid.argmin())
            test = losses[chosen, :, 0 if how == "validation told" else 1]
            middle = test.min() if how == "best seed" and place == len(methods) - 1 else np.median(test)
            if how == "mean told":
                middle = test.mean()
            found[name] = (rates[chosen], float(middle), float(test.min()), float(test.max()))
        return found

    return wrong


COMPARE = Question(
    id="ch11.compare",
    points=4,
    signature="compare(methods, rates, task, n, steps, seeds)",
    reference=compare,
    probes=compare_probes,
    wrong_answers=[
        WrongAnswer(
            "different_seeds",
            _unfair("other seeds"),
            "Each method gets seeds of its own, so the difference holds the luck of the draw: one method under two names does "
            "not tie. Use np.random.default_rng(seed) with the same seeds for all (§11.4).",
        ),
        WrongAnswer(
            "generator_goes_on",
            _unfair("generator goes on"),
            "You make the generators once and use them on: the second training with a seed sees other data and batches than the "
            "first. Make np.random.default_rng(seed) anew for every training (§11.4).",
        ),
        WrongAnswer(
            "rates_share_a_generator",
            _unfair("rates share a generator"),
            "You make the generators anew for each method, and then use them on from rate to rate: the second rate sees other "
            "data and batches than the first. Make np.random.default_rng(seed) anew for every training (§11.4).",
        ),
        WrongAnswer(
            "one_generator_for_all",
            _unfair("one generator"),
            "One generator serves all trainings, so no two of them see the same data, and of the list of seeds you use only the "
            "first. Make np.random.default_rng(seed) anew for every training (§11.4).",
        ),
        WrongAnswer(
            "selected_on_test",
            _unfair("selected on test"),
            "You choose the rate by the test loss. What you then report is the best of many tries on the test set, and too "
            "good. Choose by the validation loss; the test loss of the chosen rate is only reported (§11.5).",
        ),
        WrongAnswer(
            "best_seed_for_one",
            _unfair("best seed"),
            "You report the best seed of the last method and the median of the others. The best of several seeds is lower even "
            "for the same method. One statistic for all: the median (§11.5).",
        ),
        WrongAnswer(
            "chosen_by_the_luckiest_seed",
            _unfair("lucky seed"),
            "You choose the rate whose best seed is lowest. One lucky draw then decides. Take the median of the validation "
            "losses over the seeds.",
        ),
        WrongAnswer(
            "equal_epochs",
            _unfair("equal epochs"),
            "You give all methods the same number of epochs although their batch sizes differ: with batches a tenth as large a "
            "method takes ten times the steps. The budget is in steps: steps times batch_size, over n, is the number of epochs (§11.5).",
        ),
        WrongAnswer(
            "steps_taken_for_epochs",
            _unfair("steps as epochs"),
            "You hand `steps` to the task, which counts in epochs, of n // batch_size steps each. Every method then trains far "
            "longer than the budget allows, and those with small batches the longest. An epoch has n // batch_size steps.",
        ),
        WrongAnswer(
            "one_rate_for_all",
            _unfair("one rate"),
            "You tune the first method and give its rate to all the others. The rate is part of the method: tune each (§11.2).",
        ),
        WrongAnswer(
            "nan_wins",
            _unfair("nan wins"),
            "You chose a rate whose training diverged: argmin returns the place of a nan if there is one. Put inf in its place "
            "before you compare.",
        ),
        WrongAnswer(
            "diverged_seeds_dropped",
            _unfair("nan dropped"),
            "You drop the seeds that diverged before you take the median. A rate that fails on half of the seeds then looks as "
            "good as its lucky half. Keep the nan: the median is nan as well, and counts as infinite.",
        ),
        WrongAnswer(
            "validation_reported",
            _unfair("validation told"),
            "You report the validation losses of the chosen rate. They were used to choose it, so they are too good; report "
            "the test losses.",
        ),
        WrongAnswer(
            "mean_for_choice",
            _unfair("mean"),
            "You choose by the mean over the seeds. Here the median is asked for: one bad seed moves the mean a lot.",
        ),
        WrongAnswer(
            "mean_reported",
            _unfair("mean told"),
            "You report the mean of the test losses. Here the median is asked for, with the least and the most beside it.",
        ),
    ],
    hints=[
        "Three loops: methods, rates, seeds. Only the innermost trains, each time with a new np.random.default_rng(seed).",
        "Collect an array (rates, seeds, 2). The median over the seeds of its validation half chooses the rate.",
        "steps * batch_size // n epochs, and np.where(np.isnan(valid), np.inf, valid) before argmin.",
    ],
)


# 11.2 ------------------------------------------------------------------------------------------ the price of tuning


def expected_best(scores: ArrayLike, k: int) -> float:
    s = np.sort(np.asarray(scores, dtype=float))
    worse = (np.arange(len(s), -1, -1) / len(s)) ** k
    return float(s @ (worse[:-1] - worse[1:]))


def best_probes(rng: np.random.Generator) -> Probes:
    scores = rng.exponential(size=9)
    return {
        "two scores": [Probe((np.array([3.0, 1.0]), 2))],
        "nine scores": [Probe((scores, k), what=f"nine scores, k={k}") for k in (2, 5, 8)],
        "one trial": [Probe((rng.normal(size=6), 1), what="six scores, k=1")],
        "equal scores": [Probe((np.array([2.0, 1.0, 2.0, 1.0, 5.0]), 3), what="scores of which some are equal, k=3")],
        "the order": [Probe((np.sort(scores)[::-1].copy(), 3), what="scores in falling order, k=3")],
    }


def _wrong_best(how: str) -> Callable[..., Any]:
    def best(scores: ArrayLike, k: int) -> Any:
        raw = np.asarray(scores, dtype=float)
        s, n = np.sort(raw), len(raw)
        if how == "lowest":
            return float(s[0])
        if how == "mean":
            return float(s.mean())
        if how == "first k":
            return float(raw[:k].min())
        if how == "distinct":
            return float(sum(s[i] * math.comb(n - i - 1, k - 1) / math.comb(n, k) for i in range(n)))
        if how == "quantile":
            return float(np.quantile(s, 1 / (k + 1)))
        s = raw if how == "unsorted" else s[::-1] if how == "highest" else s
        worse = (np.arange(n, -1, -1) / n) ** k
        if how == "sum of tails":
            return float(s @ worse[:-1])
        return float(s @ (worse[:-1] - worse[1:]))

    return best


EXPECTED_BEST = Question(
    id="ch11.expected_best",
    points=2,
    signature="expected_best(scores, k)",
    reference=expected_best,
    probes=best_probes,
    rtol=1e-8,
    wrong_answers=[
        WrongAnswer(
            "lowest_of_all",
            _wrong_best("lowest"),
            "You return the lowest of all scores. That is what a search of unlimited length finds; k trials may miss it.",
        ),
        WrongAnswer(
            "mean_of_all", _wrong_best("mean"), "You return the mean of the scores: that is the expected score of one trial, k = 1."
        ),
        WrongAnswer(
            "first_k",
            _wrong_best("first k"),
            "You take the best of the first k scores. The expectation is over all ways to draw k of them, with replacement.",
        ),
        WrongAnswer(
            "without_replacement",
            _wrong_best("distinct"),
            "You draw k *different* scores. Here the draws are independent, so one score may come twice: all k have rank i or "
            "worse with probability ((n-i+1)/n)^k (§11.3).",
        ),
        WrongAnswer(
            "unsorted",
            _wrong_best("unsorted"),
            "Your weights belong to ranks, but the scores stand in the order they came. Sort them first.",
        ),
        WrongAnswer(
            "highest",
            _wrong_best("highest"),
            "You give the expected highest score. Losses are better when lower: sort upward.",
        ),
        WrongAnswer(
            "tails_not_differenced",
            _wrong_best("sum of tails"),
            "You weigh each score with the probability that the best has this rank *or a worse one*. Subtract the next such "
            "probability; the weights must add up to 1 (§11.3).",
        ),
        WrongAnswer(
            "quantile",
            _wrong_best("quantile"),
            "You return the quantile at 1/(k+1). That is where the best of k lies on average *in rank*; its mean loss is "
            "another number. Weigh the scores (§11.3).",
        ),
    ],
    hints=[
        "P(one draw has rank i or worse) = (n - i + 1)/n. And all k draws?",
        "The weight of the i-th lowest score is ((n-i+1)/n)**k - ((n-i)/n)**k.",
        "Check: the weights add up to 1, and k = 1 gives the mean.",
    ],
)


# 11.3 ------------------------------------------------------------------------------------------------ two solutions


def two_solutions(X: Array, y: Array) -> tuple[Array, Array]:
    least = X.T @ np.linalg.solve(X @ X.T, y)
    s = np.sign(X.T @ y)
    ratio = (X @ s) / y
    if not np.allclose(ratio, ratio[0]):
        raise ValueError("X sign(Xᵀy) is no multiple of y")
    return least, s / ratio[0]


def _lemma_data(rng: np.random.Generator, n: int, own: int) -> tuple[Array, Array]:
    """Rows for which X sign(Xᵀy) = c·y: own columns with positive entries times y, plus shared ones that cancel."""
    y = rng.choice([-1.0, 1.0], n) * rng.uniform(0.5, 2.0, n)
    X = np.zeros((n, n * own + 2))
    for i in range(n):
        part = rng.uniform(0.2, 1.0, own)
        X[i, i * own : (i + 1) * own] = y[i] * part / part.sum() * rng.choice([-1.0, 1.0], own)
    X[:, -2:] = y[:, None] * rng.uniform(0.5, 2.0)
    flip = np.sign(X.T @ y)
    X[:, : n * own] *= np.where((X[:, : n * own].T @ y) == 0, 1, flip[: n * own])
    return X * rng.uniform(0.5, 3.0), y


def _predicts(X: Array, y: Array, X_test: Array, y_test: Array) -> Callable[[Call], Any]:
    """Share of right signs on training and test rows, for both solutions."""

    def drive(answer: Call) -> Any:
        return [
            float((np.sign(rows @ np.asarray(theta)) == labels).mean())
            for theta in answer(X, y)
            for rows, labels in ((X, y), (X_test, y_test))
        ]

    return drive


def solution_probes(rng: np.random.Generator) -> Probes:
    n = int(rng.integers(8, 17))
    small = wilson(n, 10, rng, p=0.75)
    more = wilson(20, 30, rng, p=float(rng.choice([0.6, 0.8])))
    general, fails = _lemma_data(rng, 5, 3), rng.normal(size=(4, 9))
    return {
        "one example": [Probe((np.array([[3.0, 1.0]]), np.array([4.0])))],
        "Wilson's data": [Probe((small.x_train, small.y_train), what=f"Wilson's data with n={n}")],
        "other targets": [Probe(general, what="data for which X sign(Xᵀy) is a multiple of y, with targets other than ±1")],
        "what they predict": [
            Probe(drive=_predicts(*more), what="the predictions of both on Wilson's training and test rows")
        ],
        "no such multiple": [
            Probe((fails, rng.normal(size=4)), what="data for which X sign(Xᵀy) is no multiple of y"),
        ],
    }


def _wrong_solutions(how: str) -> Callable[..., Any]:
    def solve(X: Array, y: Array) -> tuple[Array, Array]:
        least = X.T @ np.linalg.solve(X @ X.T, y)
        s = np.sign(X.T @ y)
        ratio = (X @ s) / y
        if how != "no test" and not np.allclose(ratio, ratio[0]):
            raise ValueError
        ends = s / ratio[0]
        if how == "swapped":
            return ends, least
        if how == "unscaled":
            return least, s
        if how == "times c":
            return least, s * ratio[0]
        if how == "sign of least":
            wrong = np.sign(least)
            return least, wrong / ((X @ wrong) / y)[0]
        if how == "unit length":
            return least, s / np.linalg.norm(s)
        if how == "not solved":
            return X.T @ y / len(y), ends
        if how == "ridge":
            return np.linalg.solve(X.T @ X + np.eye(X.shape[1]), X.T @ y), ends
        return least, ends

    return solve


TWO_SOLUTIONS = Question(
    id="ch11.two_solutions",
    points=3,
    signature="two_solutions(X, y)",
    reference=two_solutions,
    probes=solution_probes,
    rtol=1e-7,
    atol=1e-9,
    parts=("the solution of least norm", "the sign-like solution"),
    wrong_answers=[
        WrongAnswer(
            "swapped", _wrong_solutions("swapped"), "The two are exchanged: gradient descent's least-norm solution comes first."
        ),
        WrongAnswer(
            "sign_not_scaled",
            _wrong_solutions("unscaled"),
            "Your second vector is sign(Xᵀy) itself. It points the right way but does not fit: X·s is c·y. Divide by c (§11.6).",
        ),
        WrongAnswer(
            "multiplied_by_c",
            _wrong_solutions("times c"),
            "You multiply sign(Xᵀy) by c. Since X·s = c·y, the vector that gives y is s/c.",
        ),
        WrongAnswer(
            "unit_length",
            _wrong_solutions("unit length"),
            "You scale sign(Xᵀy) to length 1. It must be scaled so that it fits the targets: X·θ = y.",
        ),
        WrongAnswer(
            "step_not_solution",
            _wrong_solutions("not solved"),
            "Your first vector, Xᵀy/n, is the direction of gradient descent's first step, not where it ends. Solve XXᵀa = y, "
            "then θ = Xᵀa.",
        ),
        WrongAnswer(
            "ridge",
            _wrong_solutions("ridge"),
            "Your first vector is a ridge solution: a penalty keeps it from fitting the targets. Gradient descent has no "
            "penalty here: θ = Xᵀ(XXᵀ)⁻¹y.",
        ),
        WrongAnswer(
            "condition_not_tested",
            _wrong_solutions("no test"),
            "You return a sign-like solution also where X·sign(Xᵀy) is no multiple of y. There the lemma says nothing, and "
            "your vector does not fit: raise a ValueError.",
        ),
    ],
    hints=[
        "Least norm: θ = Xᵀa with XXᵀa = y; np.linalg.lstsq finds it as well.",
        "s = np.sign(X.T @ y). By which number must s be divided so that X @ s becomes y?",
        "Are all entries of (X @ s) / y equal? np.allclose tells; if not, raise ValueError.",
    ],
)


# 11.4 ---------------------------------------------------------------------------------------------- the next action

NEXT_ACTION = Question(
    id="ch11.next_action",
    points=3,
    signature="actions",
    reference={
        "A": "raise the rate",
        "B": "lower the rate",
        "C": "decay the rate",
        "D": "stop earlier",
        "E": "more seeds",
        "F": "widen the grid",
    },
    wrong_answers=[
        WrongAnswer(
            "switches_to_adam",
            {"A": "switch to Adam"},
            "Log A: a smooth, slow fall is what too short steps look like. Run it with lr=0.5: the loss falls several times as "
            "far, with the same SGD. A new optimizer brings a new rate, and you would credit the wrong one.",
        ),
        WrongAnswer(
            "more_epochs_for_short_steps",
            {"A": "train longer"},
            "Log A: a hundred times the epochs would do it, at a hundred times the price. Run it with lr=0.5 first.",
        ),
        WrongAnswer(
            "waits_for_a_diverged_run",
            {"B": "train longer"},
            "Log B: the losses are above those of the untrained network and do not come back. Run it with lr=0.1 instead.",
        ),
        WrongAnswer(
            "noise_taken_for_divergence",
            {"C": "lower the rate"},
            "Log C: a lower rate from the start ends lower than this log, but pays with slow first epochs, and those were "
            "fine; only the end jitters. Run Momentum(0.03) on five seeds, and find a change that keeps the fast beginning.",
        ),
        WrongAnswer(
            "noise_floor_trained_longer",
            {"C": "train longer"},
            "Log C: the loss has stopped falling long ago and jumps about a level. Another twenty epochs jump about the same.",
        ),
        WrongAnswer(
            "jitter_taken_for_overfitting",
            {"C": "stop earlier"},
            "Log C: the validation loss jumps up and down, and the training loss with it; no gap opens between the two. The "
            "lowest epoch is luck. What makes a loss jump about a level (§11.11)?",
        ),
        WrongAnswer(
            "overfitting_trained_longer",
            {"D": "train longer"},
            "Log D: the training loss still falls and the validation loss rises. Longer training widens the gap.",
        ),
        WrongAnswer(
            "lower_rate_against_overfitting",
            {"D": "lower the rate"},
            "Log D: run it with 0.03. The validation loss has its lowest point later, a little lower, and then rises as well: at "
            "epoch 100 it is above the lowest of this log. A lower rate postpones overfitting and does not end it.",
        ),
        WrongAnswer(
            "optimizer_against_overfitting",
            {"D": "switch to Adam"},
            "Log D: the optimizer has done its work, the training loss is nearly 0. What is wrong is generalization, and another "
            "optimizer is no remedy for it (§11.7). Stop where the validation loss was lowest.",
        ),
        WrongAnswer(
            "takes_the_lower_mean",
            {"E": "take method 1"},
            "Log E: the ranges overlap, and the order changes from seed to seed. Three seeds cannot tell. Run the sheet's cell "
            "with ten.",
        ),
        WrongAnswer(
            "takes_the_border",
            {"F": "take the last rate"},
            "Log F: the best rate is the last of the grid, so the minimum may lie beyond it. Try larger rates: they are better "
            "still.",
        ),
    ],
    hints=[
        "Compare the training loss with the validation loss, and the early epochs with the late ones.",
        "Then test your choice: run the sheet's `log` with one thing changed. Does the loss go where you predicted?",
    ],
)


# 11.5 -------------------------------------------------------------------------------------------- a justification

_GOOD = (
    "We classify the moons with a network of 16 hidden units. The metric is the mean test loss; rates were chosen by the median "
    "validation loss. Every method had 200 steps with batches of 64 and the same nine rates between 0.001 and 10. With eight "
    "paired seeds momentum at 0.32 reached 0.101 and Adam at 0.1 reached 0.104. The standard error of the paired difference is "
    "0.003, so this is a tie. I choose momentum since it keeps one array fewer. Without time for tuning I would take "
    "Adam, whose valley is wider."
)

JUSTIFICATION = Question(
    id="ch11.justification",
    points=2,
    signature="justification",
    reference=_GOOD,
    accepts=justified,
    wrong_answers=[
        WrongAnswer(
            "popularity",
            "I choose Adam because it is the most popular optimizer and adapts its learning rate.",
            "Popularity is no evidence on your task, and the rate still had to be chosen. Say the metric, the budget, the seeds "
            "and the uncertainty.",
        ),
        WrongAnswer(
            "no_seeds",
            _GOOD.replace("With eight paired seeds momentum", "Momentum"),
            "There are no seeds in your text. From a single run nobody can tell the method from the draw.",
        ),
        WrongAnswer(
            "no_uncertainty",
            _GOOD.replace(
                "The standard error of the paired difference is 0.003, so this is a tie.", "So momentum is the better one."
            ),
            "Two means without a range or a standard error: a difference of 0.003 may be noise, and here it is.",
        ),
        WrongAnswer(
            "no_tuning_budget",
            _GOOD.replace("and the same nine rates between 0.001 and 10", "and a well-tuned rate"),
            "How many rates did each method try? Without the tuning budget the comparison may be between efforts.",
        ),
        WrongAnswer(
            "overclaims",
            _GOOD + " This proves that momentum is always better.",
            "One task and eight seeds prove nothing about “always”. Say what you saw, and what would change your choice.",
        ),
    ],
    hints=[
        "Six things: metric, data that chose, budget of a run, number of rates tried, number of seeds, uncertainty.",
        "Then the choice, and one sentence with “would”: what result would make you choose otherwise?",
    ],
)

QUESTIONS = [COMPARE, EXPECTED_BEST, TWO_SOLUTIONS, NEXT_ACTION, JUSTIFICATION]
