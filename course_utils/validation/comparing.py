"""A fair comparison: every method on the same seeds, with the same budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checks import Array
from course_utils.descent import ticks
from course_utils.tables import Table


@dataclass(frozen=True, eq=False)
class Comparison:
    """Scores, lower is better: ``scores (methods, seeds)``; column j of every row had the same start and batches."""

    names: tuple[str, ...]
    seeds: tuple[int, ...]
    budget: Any
    scores: Array

    @property
    def best(self) -> str:
        """Name of the lowest mean (the first of equals); nan counts as worst."""
        return self.names[int(np.argmin(np.where(np.isnan(self.scores), np.inf, self.scores).mean(axis=1)))]

    def difference(self, a: str, b: str) -> tuple[float, float]:
        """(mean, standard error) of score a - score b over the seeds, pair by pair; below 0, a is better."""
        d = self.scores[self.names.index(a)] - self.scores[self.names.index(b)]
        return float(d.mean()), float(d.std(ddof=1) / np.sqrt(len(d))) if len(d) > 1 else float("nan")

    def verdict(self, a: str, b: str) -> str:
        """"tie", or the name of the better one: where the mean difference is over two standard errors.

        Whoever diverged (nan or inf) on fewer seeds is the better one. Two standard errors of five seeds are weak
        evidence; look at all pairs, and take more seeds where it matters.
        """
        lost = {name: int((~np.isfinite(self.scores[self.names.index(name)])).sum()) for name in (a, b)}
        if lost[a] != lost[b]:
            return min(a, b, key=lambda name: lost[name])
        if lost[a]:
            return "tie"
        mean, error = self.difference(a, b)
        if not abs(mean) > 2 * error:
            return "tie"
        return a if mean < 0 else b

    def table(self) -> Table:
        """Mean, standard deviation, and the paired difference from the best, with its standard error."""
        rows = []
        for name, scores in zip(self.names, self.scores, strict=True):
            spread = float(scores.std(ddof=1)) if len(scores) > 1 else float("nan")
            rows.append([name, float(scores.mean()), spread, *self.difference(name, self.best)])
        return Table(["method", "mean", "sd", "over the best", "± se"], rows, digits=4)

    def __repr__(self) -> str:
        size = f"{len(self.names)} methods, {len(self.seeds)} seeds, budget {self.budget}"
        return f"Comparison of {size}\n{self.table()!r}"


def compare(
    methods: Mapping[str, Any],
    task: Callable[[Any, Any, np.random.Generator], float],
    budget: Any,
    seeds: Sequence[int] = range(5),
) -> Comparison:
    """Score every method on every seed with one budget  (chapter 11).

    ``task(method, budget, rng) -> score``, lower is better. For one seed all methods get a generator in the same
    state, so a task that draws start, data and batches from it gives all of them the same; what is left is the
    method. The same method under two names ties exactly. Tune each with the same number of trials before.

    >>> from course_utils.descent import minimize
    >>> from course_utils.objectives import Quadratic
    >>> from course_utils.optimizers import SGD, Momentum
    >>> task = lambda method, steps, rng: minimize(Quadratic([1, 100]), rng.normal(size=2), method, steps).loss[-1]
    >>> compare({"SGD": SGD(0.01), "momentum": Momentum(0.01)}, task, budget=200).best
    'momentum'
    """
    if not methods or len(set(seeds)) != len(seeds) or not len(seeds):
        raise ValueError(
            f"compare needs methods and seeds, each seed once, got {len(methods)} methods and seeds {list(seeds)}: a "
            "repeated seed is not new evidence. Try seeds=range(5)."
        )
    scores = np.empty((len(methods), len(seeds)))
    for j in ticks(range(len(seeds)), "seeds"):
        for i, method in enumerate(methods.values()):
            scores[i, j] = task(method, budget, np.random.default_rng(seeds[j]))
    return Comparison(tuple(methods), tuple(seeds), budget, scores)
