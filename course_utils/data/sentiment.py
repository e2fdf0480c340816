"""A sentiment corpus of the course's own: sentences about films in which the order of the words decides."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import count
from course_utils.data.text import SPECIAL, encode, tokenize

# fmt: off
PRAISE = ("good", "brilliant", "moving", "clever", "funny", "gripping",
          "charming", "fresh", "warm", "graceful", "sincere", "bold")
BLAME = ("bad", "dull", "tedious", "clumsy", "silly", "boring",
         "shallow", "stale", "cold", "crude", "false", "weak")
THINGS = ("film", "plot", "acting", "music", "ending", "dialogue",
          "story", "cast", "script", "opening", "hero", "scenery")
# fmt: on
ADJECTIVES = PRAISE + BLAME

OPENINGS = ("", "honestly , ", "to be fair , ", "if you ask me , ")
PLAIN = (
    "the {x} is {a} .",
    "what {a} work , this {x} !",
    "the {x} was {a} from start to end .",
    "i found the {x} {a} .",
)
NEGATED = (
    "the {x} is not {b} .",
    "i would not call the {x} {b} .",
    "the {x} is never {b} .",
    "nobody finds the {x} {b} .",
)
PAIRS = (
    "the {x} is {a} , not {b} .",
    "the {x} is not {b} but {a} .",
    "the {x} is not {b} , it is {a} .",
    "the {x} is {a} , never {b} .",
    "far from {b} , the {x} is {a} .",
    "i was told of a {b} {x} and saw a {a} one .",
    "the {x} is {b} at first , then {a} to the end .",
    "{a} is the word for the {x} , {b} it is not .",
)
"""{a} holds, {b} does not. Exchanging the two turns the verdict and leaves the words what they were."""

FRAMES = tuple(text.format(x="", a="", b="") for text in (*OPENINGS, *PLAIN, *NEGATED, *PAIRS))
WORDS = SPECIAL + tuple(sorted({word for text in (*FRAMES, *ADJECTIVES, *THINGS) for word in tokenize(text)}))
LONGEST = max(len(tokenize(a + b)) for a in OPENINGS for b in (*PLAIN, *NEGATED, *PAIRS))


class Reviews(NamedTuple):
    """Sentences with their token numbers and verdicts."""

    texts: tuple[str, ...]
    tokens: NDArray[np.int64]
    """``(n, T)``, padded with 0 on the right"""
    mask: NDArray[np.bool_]
    """``(n, T)``, True where there is a word"""
    label: NDArray[np.int64]
    """``(n,)``, 1 praise, 0 blame"""
    kind: NDArray[np.str_]
    """``(n,)``, "plain", "negated" or "pair" """


class Sentiment(NamedTuple):
    """Training and test sentences over one vocabulary; ``words[token]`` is the word."""

    train: Reviews
    test: Reviews
    words: tuple[str, ...]


def load_sentiment(n: int, n_test: int, rng: np.random.Generator) -> Sentiment:
    """Draw ``n`` training and ``n_test`` test sentences: half of them pairs, 3/8 plain, 1/8 negated.

    The two sentences of a pair hold the same words in another order and opposite verdicts ("the plot is good , not
    bad ." and "the plot is bad , not good ."). Both are always drawn, so a model that sees only which words there are,
    and how often, is right in exactly half of them, whatever it has learned. The test shows combinations that training
    never did: of praise with blame in a pair, of an adjective with a thing elsewhere; each word alone was seen.

    Raises ``ValueError`` if ``n`` or ``n_test`` is below 8.

    >>> data = load_sentiment(400, 100, np.random.default_rng(0))
    >>> data.train.tokens.shape, data.test.label.mean()
    ((400, 18), np.float64(0.5))
    """
    least = "each kind of sentence needs both verdicts"
    couples = _held_out(len(PRAISE), len(BLAME), rng)                   # praise by blame
    uses = _held_out(len(ADJECTIVES), len(THINGS), rng)                 # adjective by thing
    parts = []
    for name, size, test in (("n", n, False), ("n_test", n_test, True)):
        drawn = _draw(count(name, size, 8, least), np.argwhere(couples == test), np.argwhere(uses == test), rng)
        text, label, kind = zip(*(drawn[i] for i in rng.permutation(size)), strict=True)
        parts.append(Reviews(text, *encode(text, WORDS, LONGEST), np.array(label), np.array(kind)))
    return Sentiment(parts[0], parts[1], WORDS)


def _held_out(rows: int, columns: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """A quarter of all combinations, equally many in each row and (for a square) in each column."""
    band = (np.arange(columns) + np.arange(rows)[:, None]) % 4 == 0
    return np.asarray(band[rng.permutation(rows)][:, rng.permutation(columns)])


def _draw(
    n: int, couples: NDArray[np.intp], uses: NDArray[np.intp], rng: np.random.Generator
) -> list[tuple[str, int, str]]:
    """``n`` sentences with label and kind, made of the given combinations."""
    sentences = []
    for _ in range(n // 4):                                             # pairs
        good, bad = rng.choice(couples)
        template, thing = rng.choice(OPENINGS) + rng.choice(PAIRS), rng.choice(THINGS)
        for label, (a, b) in enumerate([(BLAME[bad], PRAISE[good]), (PRAISE[good], BLAME[bad])]):
            sentences.append((template.format(x=thing, a=a, b=b), label, "pair"))
    for i in range(n - len(sentences)):                                 # one adjective each
        adjective, thing = rng.choice(uses[(uses[:, 0] < len(PRAISE)) == (i % 2 == 0)])
        kind, templates = ("negated", NEGATED) if i // 2 % 4 == 0 else ("plain", PLAIN)
        word = ADJECTIVES[adjective]
        text = (rng.choice(OPENINGS) + rng.choice(templates)).format(x=THINGS[thing], a=word, b=word)
        sentences.append((text, int((i % 2 == 0) == (kind == "plain")), kind))
    return sentences
