"""A convolutional network learns MNIST from 8,000 of its test images and is judged by the other 2,000.

    python examples/mnist_cnn.py [FOLDER]      the folder of the MNIST files; without it they are downloaded
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from course_utils.data import load_mnist
from course_utils.descent import evaluate, train
from course_utils.layers import Conv2d, Dense, Dropout, Flatten, MaxPool2d, ReLU
from course_utils.losses import softmax_ce
from course_utils.metrics import accuracy
from course_utils.network import Network
from course_utils.optimizers import Adam
from course_utils.schedules import Cosine

BATCH = 32


def main(folder: str | Path | None = None, seed: int = 0, n: int = 8000, epochs: int = 4) -> float:
    """Train on ``n`` images; returns the share of the last 2,000 that is read right."""
    rng = np.random.default_rng(seed)
    images, labels = load_mnist("test", folder)
    order = rng.permutation(len(labels))
    x, y = images[order][..., None], labels[order]  # (10000, 28, 28, 1), (10000,)
    net = Network(
        [
            Conv2d(1, 16, kernel=3, padding=1),  # 28×28×16
            ReLU(),
            MaxPool2d(2),  # 14×14×16
            Conv2d(16, 32, kernel=3, padding=1),  # 14×14×32
            ReLU(),
            MaxPool2d(2),  # 7×7×32
            Flatten(),
            Dropout(0.25),
            Dense(1568, 10),
        ],
        softmax_ce,
    )
    lr = Cosine(4e-3, total=epochs * -(-n // BATCH))
    history = train(net, (x[:n], y[:n]), Adam(lr), epochs=epochs, batch_size=BATCH, rng=rng)
    test = (x[8000:], y[8000:])
    return evaluate(net, history.theta, test, lambda output, labels: accuracy(output.argmax(axis=1), labels))[1]


if __name__ == "__main__":
    print(f"test accuracy {main(*sys.argv[1:2]):.2%}")
