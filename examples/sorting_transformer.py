"""A small transformer learns to sort: each place of the answer must look at all places of the question.

    python examples/sorting_transformer.py
"""

from __future__ import annotations

import numpy as np

from course_utils.data import sorting
from course_utils.descent import train
from course_utils.layers import Dense, Embedding, Positional, TransformerBlock
from course_utils.losses import softmax_ce
from course_utils.network import Network
from course_utils.optimizers import Adam
from course_utils.schedules import Cosine

LENGTH, SYMBOLS, WIDTH, BATCH = 8, 12, 32, 64


def main(seed: int = 0, n: int = 4000, epochs: int = 8) -> tuple[float, float]:
    """Train on ``n`` sequences; the shares of right symbols and of faultless sequences among 1,000 others."""
    rng = np.random.default_rng(seed)
    x, y = sorting(n, LENGTH, SYMBOLS, rng)
    x_test, y_test = sorting(1000, LENGTH, SYMBOLS, rng)
    net = Network(
        [
            Embedding(SYMBOLS + 1, WIDTH),
            Positional(WIDTH),
            TransformerBlock(WIDTH, heads=4),
            TransformerBlock(WIDTH, heads=4),
            Dense(WIDTH, SYMBOLS + 1),
        ],
        softmax_ce,
    )
    lr = Cosine(3e-3, total=epochs * -(-n // BATCH))
    history = train(net, (x, y), Adam(lr), epochs=epochs, batch_size=BATCH, rng=rng)
    right = net.predict(history.theta, x_test).argmax(axis=-1) == y_test  # (1000, LENGTH)
    return float(right.mean()), float(right.all(axis=1).mean())


if __name__ == "__main__":
    symbols, sequences = main()
    print(f"test: {symbols:.1%} of the symbols right, {sequences:.1%} of the sequences without an error")
