"""What the questions of chapter 11 hand to an answer or try it with. A release holds this file: it tells no answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Simulated:
    """A task whose losses are formulas: ``(method, lr, batch_size, epochs, rng) -> (validation loss, test loss)``.

    ``method`` is the rate that suits it. Every draw of ``rng`` is harder or easier for all methods alike; more steps
    help; rates over 30 times too large diverge to nan. On the test set a rate 3 times as large is the best one.
    Generators are known by their first normal number: ``unlucky`` fails near the rate that suits, ``lucky`` does well
    at a hundredth of it, and those of ``diverging`` end in nan near the rate that suits.
    """

    n: int
    unlucky: float = float("nan")
    lucky: float = float("nan")
    diverging: tuple[float, ...] = ()

    def __call__(
        self, method: float, lr: float, batch_size: int, epochs: int, rng: np.random.Generator
    ) -> tuple[float, float]:
        hard, noise, other = rng.normal(size=3)
        if lr > 30 * method or (0.2 < lr / method < 2 and any(np.isclose(hard, d) for d in self.diverging)):
            return float("nan"), float("nan")
        steps = epochs * (self.n // batch_size)
        shared = 1 + np.exp(hard) + 20 / (1 + steps)
        valid = shared + np.log10(lr / method) ** 2 + 0.02 * noise
        if np.isclose(hard, self.unlucky) and 0.3 < lr / method < 3:
            valid += 50
        if np.isclose(hard, self.lucky) and 0.005 < lr / method < 0.02:
            valid = 0.1
        return float(valid), float(shared + np.log10(lr / (3 * method)) ** 2 + 0.3 + 0.02 * other)


@dataclass(frozen=True)
class NoisyBowl:
    """A real task: descend ½(x² + 20y²) with minibatch noise; ``method`` is momentum's β, 0 for SGD.

    The start and the noise come from ``rng``; the second loss is measured about a minimum that is slightly shifted.
    """

    n: int

    def __call__(
        self, method: float, lr: float, batch_size: int, epochs: int, rng: np.random.Generator
    ) -> tuple[float, float]:
        curvature, theta, v = np.array([1.0, 20.0]), rng.normal(size=2), np.zeros(2)
        shift = 0.1 * rng.normal(size=2)
        for _ in range(epochs * (self.n // batch_size)):
            v = method * v + curvature * theta + rng.normal(size=2) / np.sqrt(batch_size)
            theta = theta - lr * v
        valid, test = (float(0.5 * np.sum(curvature * x**2)) for x in (theta, theta - shift))
        return (valid, test) if valid < 1e6 else (float("nan"), float("nan"))


BOUNDS = r"\b(loss(es)?|accurac(y|ies)|errors?|seeds)\b((?!\. |\brates).){0,50}\b(between|from) \d[\d.]* (and|to) \d"
"""A range in words: "losses lie between 0.06 and 0.16", but not the range of a grid of rates."""

NEEDED = {
    r"\b(loss(es)?|accurac(y|ies)|cross.entropy|(?<!standard )errors?)\b": "names no metric: say which number decided",
    r"\bvalidation\b": "does not say on which data the rate was chosen: the word validation is missing",
    r"\btest\b": "does not say what happened on the test set, which must not choose anything",
    r"\d[\d,]*\s*(\w+\s+)?(steps|epochs|updates|examples)\b": "states no budget for a run: how many steps or epochs?",
    r"(\d+|two|three|five|seven|nine|ten|twelve|thirteen)\s*(\w+\s+){0,2}(rates|trials|configurations)\b":
        "states no tuning budget: how many rates did each method try?",
    r"(\d+|three|five|eight|ten|twenty)\s+(\w+\s+){0,2}seeds\b": "does not say how many seeds: one may be luck",
    rf"\b(ranges?|standard (errors?|deviations?)|intervals?|spread)\b|±|{BOUNDS}":
        "states no uncertainty: give a range or a standard error",
    r"\d\.\d+.*\d\.\d+": "holds no numbers to compare: give the losses of both methods",
    r"\b(would|unless|until|if)\b": "does not say what would change the choice: one sentence with “would” or “if”",
}
TOO_MUCH = (
    r"\b(always|best optimizer|proves?|proven|guarantees?|(needs?|requires?) no (\w+ )?tuning"
    r"|no tuning (is |was )?(needed|required|necessary))\b"
)


def justified(text: Any) -> str | None:
    """None if ``text`` holds all that a justification needs; else what is missing first."""
    if not isinstance(text, str) or not text.strip():
        return "must be a text of 60 to 350 words"
    words, one_line = len(text.split()), " ".join(text.split()).lower()
    for pattern, missing in NEEDED.items():
        if not re.search(pattern, one_line):
            return missing
    if found := re.search(TOO_MUCH, one_line):
        return f"claims too much with “{found[0]}”: one task and a few seeds cannot carry it"
    if not 60 <= words <= 350:
        return f"has {words} words; half a page has 60 to 350"
    return None
