"""Where the order of the words decides: an LSTM against a bag of words, on the course's own sentiment corpus.

The two sentences of a pair hold the same words ("the plot is good , not bad ." and the reverse), so that whoever counts
words is right in exactly half of them.

    python examples/sentiment_lstm.py
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.data import load_sentiment
from course_utils.descent import train
from course_utils.layers import LSTM, Dense, Embedding
from course_utils.losses import bce_with_logits
from course_utils.metrics import accuracy
from course_utils.network import Network
from course_utils.optimizers import Adam

KINDS = ("plain", "negated", "pair")


def main(seed: int = 0, n: int = 3000, epochs: int = 6) -> dict[str, dict[str, float]]:
    """Train both; returns their test accuracy by kind of sentence."""
    rng = np.random.default_rng(seed)
    train_set, test_set, words = load_sentiment(n, 800, rng)
    y = train_set.label[:, None].astype(np.float32)  # (n, 1)

    def by_kind(net: Network, x: NDArray[np.generic]) -> dict[str, float]:
        praise = net.predict(net.theta, x)[:, 0] > 0
        return {kind: accuracy(praise[here := test_set.kind == kind], test_set.label[here]) for kind in KINDS}

    bag = Network(Dense(len(words), 1), bce_with_logits)
    train(bag, (counts(train_set.tokens, len(words)), y), Adam(0.01), epochs=10, batch_size=64, rng=rng)

    embed = Embedding(len(words), 16, padding=0)
    lstm = Network([embed, LSTM(16, 32, last=True, mask=embed), Dense(32, 1)], bce_with_logits)
    train(lstm, (train_set.tokens, y), Adam(5e-3), epochs=epochs, batch_size=64, rng=rng, clip_norm=1.0)

    return {
        "bag of words": by_kind(bag, counts(test_set.tokens, len(words))),
        "LSTM": by_kind(lstm, test_set.tokens),
    }


def counts(tokens: NDArray[np.int64], n_words: int) -> NDArray[np.float32]:
    """How often each word occurs in each sentence, ``(n, n_words)``; padding counts as nothing."""
    bags = np.stack([np.bincount(row, minlength=n_words) for row in tokens])
    bags[:, 0] = 0
    return bags.astype(np.float32)


if __name__ == "__main__":
    for model, shares in main().items():
        print(f"{model:>12}: " + ", ".join(f"{kind} {share:.1%}" for kind, share in shares.items()))
