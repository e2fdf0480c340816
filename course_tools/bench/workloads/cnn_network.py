"""The convolutional network of the benchmark, ours; in a file without PyTorch, so that memory is its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.layers import Dense, ReLU
from course_utils.layers.conv import Conv2d
from course_utils.layers.flatten import Flatten
from course_utils.layers.pooling import MaxPool2d
from course_utils.losses import softmax_ce
from course_utils.network import Network


def network() -> Network:
    """28 × 28 × 1 → 10 classes, 421,642 parameters."""
    layers = [Conv2d(1, 32, 3, padding=1), MaxPool2d(2), ReLU(), Conv2d(32, 64, 3, padding=1), MaxPool2d(2), ReLU()]
    return Network([*layers, Flatten(), Dense(7 * 7 * 64, 128), ReLU(), Dense(128, 10)], softmax_ce)


def images(batch: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Noise with labels: ``(batch, 28, 28, 1)`` and ``(batch,)``."""
    rng = np.random.default_rng(1)
    return rng.normal(size=(batch, 28, 28, 1)).astype(np.float32), rng.integers(0, 10, batch)
