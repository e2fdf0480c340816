"""What the gates of an LSTM do while it reads a sentence (chapter 20)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from course_utils.checks import Array
from course_utils.data.sentiment import Reviews, Sentiment, load_sentiment
from course_utils.layers import LSTM, Dense, Embedding
from course_utils.losses import bce_with_logits
from course_utils.network import Network
from course_utils.optimizers import Adam
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Play, Slider, Switch
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Heat, Line, Panel, Picture, Points, VLine, number
from course_utils.widgets.runs import Run

EPOCHS, UNITS, SENTENCES = 20, 8, 12


class Reading(NamedTuple):
    """What an LSTM did at each word of one sentence."""

    forget: Array  # (T, units)
    enter: Array  # (T, units), the input gate
    cell: Array  # (T, units), c after the word
    praise: Array  # (T,), the probability of praise if the sentence ended here


def gates(
    sentence: int = 0, exchanged: bool = False, epoch: int = 12, predict: Prediction | None = None
) -> LiveFigure:
    """Live: forget gate, input gate and cell of 8 units at each word, and what the network thinks so far.

    The LSTM is trained on 600 sentences of the course's corpus; these ones it has never seen. Each has a twin with
    the same words in another order and the opposite verdict: ``exchanged`` shows it. Units are ordered by their share
    in the verdict, the one that speaks most for praise at the right.
    Try: at which word does the verdict turn? Which gate closes there? Then epoch 0: what do the gates do untrained?
    """
    return LiveFigure(
        draw,
        [
            Slider("sentence", 0, SENTENCES - 1, sentence, 1, label="sentence"),
            Switch("exchanged", exchanged, label="exchange the adjectives"),
            Play("epoch", 0, EPOCHS, epoch, 1, label="epochs trained", ms=300),
        ],
        predict=predict,
        work=advance,
    )


def advance(seconds: float, sentence: int, exchanged: bool, epoch: int) -> bool:
    """Train on for at most ``seconds`` toward the epoch; True if it is there."""
    return run().until(epoch, seconds)


def draw(sentence: int, exchanged: bool, epoch: int) -> Picture:
    """One sentence, read by the network of this epoch, or of the latest one so far."""
    trained, reviews, (one, twin) = run(), corpus().test, pairs()[sentence]
    now, which = trained.at(epoch), twin if exchanged else one
    read = reading(trained, now, reviews, which)
    words, T = reviews.texts[which].split(), len(read.praise)
    down = Axis("read downward", -0.5, T - 0.5, ticks=tuple((T - 1 - t, word) for t, word in enumerate(words)))
    bare = Axis("", -0.5, T - 0.5, ticks=((-9.0, ""),))
    units = Axis("unit", 0.5, UNITS + 0.5, ticks=tuple((k, f"{k}") for k in range(1, UNITS + 1)))
    places = np.arange(T)[::-1]
    verdicts = (
        VLine(0.5, color="muted"),
        Line(read.praise, places, color="blue", width=2.5),
        Points(read.praise, places, color="blue", size=8),
    )
    return Picture(
        panels=(
            Panel("Forget gate", units, down, (_heat(read.forget, "gray", 0, 1),)),
            Panel("Input gate", units, bare, (_heat(read.enter, "gray", 0, 1),)),
            Panel("Cell c", units, down, (_heat(read.cell, "diverging", -2, 2),)),
            Panel("Praise so far", Axis("probability", 0, 1), bare, verdicts),
        ),
        says=verdict(words, read, bool(reviews.label[which]), now, trained),
        alt="Words of a sentence from top to bottom. In four panels: forget gates and input gates of eight units, "
        "strong where open; their cells, blue negative, orange positive; the probability of praise after each word.",
        height=300,
        columns=2,
    )


def _heat(values: Array, scale: str, lo: float, hi: float) -> Heat:
    """Words from the top ``(T, units)``."""
    return Heat(values[::-1], scale=scale, lo=lo, hi=hi, keep=False)


@lru_cache(maxsize=1)
def corpus() -> Sentiment:
    """600 sentences to train on, 200 that it never sees."""
    return load_sentiment(600, 200, np.random.default_rng(0))


@lru_cache(maxsize=1)
def pairs() -> tuple[tuple[int, int], ...]:
    """Numbers of twelve test sentences and their twins, the same words with the opposite verdict."""
    test, found = corpus().test, dict[tuple[str, ...], int]()
    twins = []
    for k in np.flatnonzero(test.kind == "pair"):
        words = tuple(sorted(test.texts[k].split()))
        if words in found and test.label[found[words]] != test.label[k]:
            one, two = found.pop(words), int(k)
            twins.append((one, two) if test.label[one] else (two, one))
        else:
            found[words] = int(k)
    return tuple(twins[:SENTENCES])


@lru_cache(maxsize=1)
def run() -> Run:
    """Embedding, LSTM and a logit, with Adam, as far as it is trained."""

    def build() -> Network:
        embed = Embedding(len(corpus().words), UNITS, padding=0)
        return Network([embed, LSTM(UNITS, UNITS, last=True, mask=embed), Dense(UNITS, 1)], bce_with_logits)

    train, test = ((part.tokens, part.label[:, None].astype(np.float32)) for part in corpus()[:2])
    return Run(build, train, test, Adam(0.02), 32)


def reading(trained: Run, epoch: int, reviews: Reviews, which: int) -> Reading:
    """Gates at each word. All beginnings of the sentence are read at once; the last row is the whole of it."""
    T = int(reviews.mask[which].sum())
    beginnings = np.where(np.tri(T, dtype=bool), reviews.tokens[which, :T], 0)  # (T, T)
    z = trained.output(epoch, beginnings)[:, 0].astype(np.float64)
    _, lstm, out = trained.viewer.body.parts()
    assert isinstance(lstm, LSTM)
    assert isinstance(out, Dense)
    enter, forget = lstm.a[:, : 2 * UNITS, -1].reshape(T, 2, UNITS).swapaxes(0, 1)
    order = np.argsort(out.W[:, 0])
    return Reading(forget[:, order], enter[:, order], lstm.c[1:, order, -1], 0.5 * np.tanh(0.5 * z) + 0.5)


def verdict(words: list[str], read: Reading, praise: bool, now: int, trained: Run) -> str:
    """The sentence, the answer, and the word that moved it most."""
    moves = np.diff(read.praise, prepend=0.5)
    t = int(np.abs(moves).argmax())
    right = (read.praise[-1] > 0.5) == praise
    least = int(read.forget.mean(axis=1).argmin())
    return (
        f"“{' '.join(words)}”, epoch {now}: {number(100 * read.praise[-1], 3)} % praise, which is "
        f"{'right' if right else 'wrong'}. The word “{words[t]}” moved it most, by {number(100 * moves[t], 2)} points; "
        f"the forget gates are most closed, {number(read.forget[least].mean(), 2)} on average, at “{words[least]}”. "
        f"Of the 200 test sentences {100 * trained.epochs[now].val_accuracy:.0f} % are right."
    )
