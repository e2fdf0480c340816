"""Search over hyper-parameters: grid, random, successive halving."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checks import Array, count
from course_utils.descent import ticks
from course_utils.validation.sampling import Sampler

Config = dict[str, Any]


@dataclass(frozen=True)
class Trial:
    """One configuration that was tried."""

    config: Config
    score: float
    """Validation loss, lower is better; inf where the training gave nan."""
    budget: float
    seed: int


@dataclass(frozen=True)
class Search:
    """All trials in order. Choose by the validation score; the test set is for the one that was chosen."""

    trials: tuple[Trial, ...]

    @property
    def best(self) -> Trial:
        """The lowest score, among the trials of the largest budget."""
        most = max(trial.budget for trial in self.trials)
        return min((trial for trial in self.trials if trial.budget == most), key=lambda trial: trial.score)

    @property
    def best_so_far(self) -> Array:
        """Lowest score after each trial, ``(trials,)``."""
        return np.minimum.accumulate([trial.score for trial in self.trials])

    @property
    def cost(self) -> float:
        """Sum of all budgets."""
        return sum(trial.budget for trial in self.trials)

    def at_border(self, space: Mapping[str, Sampler]) -> list[str]:
        """Names whose best value lies at an end of its range: search again, further out."""
        return [name for name, sampler in space.items() if sampler.at_border(self.best.config[name])]

    def __repr__(self) -> str:
        best = self.best
        return f"Search({len(self.trials)} trials, cost {self.cost:g}, best {best.score:.4g} by {best.config})"


def grid_search(
    evaluate: Callable[[Config, int], float], grid: Mapping[str, Sequence[Any]], rng: np.random.Generator
) -> Search:
    """Try every combination of the values in ``grid``; the last name varies fastest.

    ``evaluate(config, seed) -> score``, lower is better; each trial has a seed of its own, drawn from ``rng``.

    >>> grid_search(lambda c, seed: (c["lr"] - 0.1) ** 2, {"lr": [0.01, 0.1, 1.0]}, np.random.default_rng(0))
    Search(3 trials, cost 3, best 0 by {'lr': 0.1})
    """
    if not grid or not all(len(values) for values in grid.values()):
        raise ValueError(f"grid must name at least one value of each hyper-parameter, got {dict(grid)!r}.")
    configs = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    return _try_all(lambda config, budget, seed: evaluate(config, seed), configs, 1.0, rng)


def random_search(
    evaluate: Callable[[Config, int], float], space: Mapping[str, Sampler], trials: int, rng: np.random.Generator
) -> Search:
    """Try ``trials`` configurations drawn from ``space``, each with a seed of its own  (chapter 18).

    Where few of the hyper-parameters matter it beats a grid: every trial tries a new value of each.
    Source: Bergstra & Bengio 2012.

    >>> from course_utils.validation import LogUniform
    >>> space = {"lr": LogUniform(1e-4, 10)}
    >>> random_search(lambda c, seed: abs(np.log10(c["lr"]) + 1), space, 60, np.random.default_rng(0)).best.score < 0.1
    True
    """
    configs = draw(space, count("trials", trials, 1, "it is the number of configurations tried"), rng)
    return _try_all(lambda config, budget, seed: evaluate(config, seed), configs, 1.0, rng)


def successive_halving(
    evaluate: Callable[[Config, float, int], float],
    configs: Sequence[Config],
    budget: float,
    rng: np.random.Generator,
    factor: int = 3,
) -> Search:
    """Give all a small budget, keep the best of every ``factor``, give those ``factor`` times more, and so on.

    ``evaluate(config, budget, seed) -> score``  the budget of one trial, in epochs, say; a configuration keeps its seed
    ``budget``                                   for one trial of the first round; no later round costs more in all

    Source: Jamieson & Talwalkar 2016, Algorithm 1.

    >>> configs = [{"lr": lr} for lr in (0.001, 0.01, 0.1, 1.0, 10.0, 0.2, 0.3, 0.05, 0.5)]
    >>> successive_halving(lambda c, b, seed: abs(c["lr"] - 0.1) / b, configs, 1, np.random.default_rng(0))
    Search(13 trials, cost 27, best 0 by {'lr': 0.1})
    """
    factor = count("factor", factor, 2, "one of so many configurations goes on")
    if not configs or not budget > 0:
        raise ValueError(f"halving needs configurations and a budget above 0, got {len(configs)} and {budget}.")
    seeds = _seeds(len(configs), rng)
    alive, trials = list(range(len(configs))), list[Trial]()
    while True:
        scores = [_score(evaluate(configs[i], budget, seeds[i])) for i in alive]
        trials += [Trial(configs[i], score, budget, seeds[i]) for i, score in zip(alive, scores, strict=True)]
        if len(alive) < factor:
            return Search(tuple(trials))
        order = np.argsort(scores, kind="stable")[: len(alive) // factor]
        alive, budget = [alive[k] for k in order], budget * factor


def draw(space: Mapping[str, Sampler], n: int, rng: np.random.Generator) -> list[Config]:
    """n configurations from ``space``."""
    return [{name: sampler.draw(rng) for name, sampler in space.items()} for _ in range(n)]


def _try_all(
    evaluate: Callable[[Config, float, int], float], configs: Sequence[Config], budget: float, rng: np.random.Generator
) -> Search:
    seeds = _seeds(len(configs), rng)
    done = [
        Trial(configs[i], _score(evaluate(configs[i], budget, seeds[i])), budget, seeds[i])
        for i in ticks(range(len(configs)), "trials")
    ]
    return Search(tuple(done))


def _seeds(n: int, rng: np.random.Generator) -> list[int]:
    """n seeds, all different: trials that share one would be lucky or unlucky together."""
    return [int(seed) for seed in rng.choice(2**31, n, replace=False)]


def _score(score: float) -> float:
    return float("inf") if np.isnan(score) else float(score)
