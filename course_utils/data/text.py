"""From text to numbers: words, a vocabulary, and rows of token numbers of one length with their mask."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import count

PAD, UNKNOWN = 0, 1
"""Token numbers of a place without a word, and of a word that is not in the vocabulary."""

SPECIAL = ("<pad>", "<unknown>")
WORD = re.compile(r"\w+(?:['’]\w+)*|[.,!?;:]")
TAG = re.compile(r"<[^<>]*>")


class Padded(NamedTuple):
    """Token numbers ``(n, T)``, padded on the right, and a mask ``(n, T)``: True where there is a word."""

    tokens: NDArray[np.int64]
    mask: NDArray[np.bool_]


def tokenize(text: str) -> list[str]:
    """Words in lower case and the marks . , ! ? ; : each by itself; tags such as ``<br />`` fall away.

    >>> tokenize("It wasn't <br />Great, was it?")
    ['it', "wasn't", 'great', ',', 'was', 'it', '?']
    """
    return WORD.findall(TAG.sub(" ", text.lower()))


def vocabulary(texts: Iterable[str], size: int) -> tuple[str, ...]:
    """The ``size`` most frequent words, the most frequent first, after ``<pad>`` and ``<unknown>``, which count too.

    Take the training texts only: a word known from the test texts is a leak. Equal frequencies go by the alphabet.

    >>> vocabulary(["b a", "b c a b"], 4)
    ('<pad>', '<unknown>', 'b', 'a')
    """
    count("size", size, 3, "two places go to <pad> and <unknown>")
    counts = Counter(word for text in texts for word in tokenize(text))
    return SPECIAL + tuple(sorted(counts, key=lambda word: (-counts[word], word))[: size - len(SPECIAL)])


def encode(texts: Sequence[str], words: Sequence[str], length: int | None = None, keep_end: bool = False) -> Padded:
    """Token numbers of ``texts`` in the vocabulary ``words``, cut or padded to ``length`` (default: the longest text).

    ``keep_end``  cut long texts at the start instead of the end: reviews often conclude in their last lines

    >>> encode(["b b x", "a"], ("<pad>", "<unknown>", "b", "a"))
    Padded(tokens=array([[2, 2, 1],
           [3, 0, 0]]), mask=array([[ True,  True,  True],
           [ True, False, False]]))
    """
    if tuple(words[:2]) != SPECIAL:
        raise ValueError(
            f"words must begin with {SPECIAL}, got {tuple(words[:2])}: their numbers {PAD} and {UNKNOWN} are reserved. "
            "Try vocabulary(texts, 5000)."
        )
    number = {word: i for i, word in enumerate(words)}
    rows = [[number.get(word, UNKNOWN) for word in tokenize(text)] for text in texts]
    longest = max((len(row) for row in rows), default=0) if length is None else length
    width = count("length", longest, 1, "it is the number of places in a row")
    tokens = np.full((len(rows), width), PAD, np.int64)
    mask = np.zeros((len(rows), width), bool)
    for i, row in enumerate(rows):
        kept = row[-width:] if keep_end else row[:width]
        tokens[i, : len(kept)] = kept
        mask[i, : len(kept)] = True
    return Padded(tokens, mask)
