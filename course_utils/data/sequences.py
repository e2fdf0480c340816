"""Tasks on sequences of tokens with a known right answer: to copy after a pause, and to sort."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import count

BLANK = 0
"""The token of a place where nothing is to be read or written."""


class Tokens(NamedTuple):
    """Token numbers to read ``x (n, T)`` and to write ``y (n, T)``; one output a place."""

    x: NDArray[np.int64]
    y: NDArray[np.int64]


def copying(n: int, length: int, symbols: int, rng: np.random.Generator) -> Tokens:
    """Read ``length`` symbols, then write them while reading blanks (after Hochreiter & Schmidhuber 1997).

    Symbols are 1 … ``symbols``; T = 2·length, x = s, blank …, and y = blank …, s. Whoever writes blanks everywhere is
    right in half of the places: judge by the last ``length`` ones.

    >>> copying(1, 3, 8, np.random.default_rng(0))
    Tokens(x=array([[7, 6, 5, 0, 0, 0]]), y=array([[0, 0, 0, 7, 6, 5]]))
    """
    s = _symbols(n, length, symbols, rng)                               # (n, length)
    blank = np.full_like(s, BLANK)
    return Tokens(np.c_[s, blank], np.c_[blank, s])                     # (n, 2 length)


def sorting(n: int, length: int, symbols: int, rng: np.random.Generator) -> Tokens:
    """Read ``length`` symbols 1 … ``symbols``, write them in ascending order, repetitions kept; T = length.

    Each place of the answer depends on all places of the question.

    >>> sorting(1, 5, 8, np.random.default_rng(0))
    Tokens(x=array([[7, 6, 5, 3, 3]]), y=array([[3, 3, 5, 6, 7]]))
    """
    s = _symbols(n, length, symbols, rng)
    return Tokens(s, np.sort(s, axis=1))


def _symbols(n: int, length: int, symbols: int, rng: np.random.Generator) -> NDArray[np.int64]:
    count("n", n, 1, "it is the number of sequences")
    count("length", length, 1, "it is the number of symbols in a sequence")
    count("symbols", symbols, 2, "with one symbol nothing has to be remembered")
    return rng.integers(1, symbols + 1, (n, length))
