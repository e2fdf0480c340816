"""An LSTM reads film reviews and says whether they praise or blame.

    python examples/imdb_lstm.py [PATH]      aclImdb, folder or tar; without it, 84 MB are downloaded
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from course_utils.data import encode, load_imdb, vocabulary
from course_utils.descent import EarlyStopping, train
from course_utils.initializers import normal
from course_utils.layers import LSTM, Dense, Dropout, Embedding, MaskedMean
from course_utils.losses import bce_with_logits
from course_utils.metrics import accuracy
from course_utils.network import Network
from course_utils.optimizers import Adam

WORDS, LENGTH = 5000, 150


def main(path: str | Path | None = None, seed: int = 0, most: int = 2000, epochs: int = 8) -> float:
    """Train on at most ``most`` reviews, a fifth of them held out to say when to stop; returns the test accuracy.

    The last ``LENGTH`` words of a review are read: it often concludes there.
    """
    rng = np.random.default_rng(seed)
    imdb = load_imdb(path)
    some = rng.permutation(len(imdb.train.texts))[:most]
    texts, y = [imdb.train.texts[i] for i in some], imdb.train.label[some, None].astype(np.float32)
    cut = int(0.8 * len(texts))
    known = vocabulary(texts[:cut], WORDS)
    x = encode(texts, known, LENGTH, keep_end=True).tokens  # (n, LENGTH)
    embed = Embedding(len(known), 32, padding=0, init=normal(0.1))
    states = LSTM(32, 32, mask=embed)
    net = Network([embed, Dropout(0.3), states, MaskedMean(mask=embed), Dropout(0.3), Dense(32, 1)], bce_with_logits)
    history = train(
        net, (x[:cut], y[:cut]), Adam(3e-3), epochs=epochs, batch_size=32, rng=rng, clip_norm=1.0,
        validation=(x[cut:], y[cut:]), callbacks=[EarlyStopping(patience=2)],
    )  # fmt: skip
    x_test = encode(imdb.test.texts, known, LENGTH, keep_end=True).tokens
    praise = [net.predict(history.theta, rows)[:, 0] > 0 for rows in np.array_split(x_test, -(-len(x_test) // 500))]
    return accuracy(np.concatenate(praise), imdb.test.label)


if __name__ == "__main__":
    print(f"test accuracy {main(*sys.argv[1:2]):.1%}")
