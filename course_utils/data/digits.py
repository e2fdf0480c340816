"""The handwritten digits: 1,797 real images of 8×8 pixels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array

SIZE = 1797


class Digits(NamedTuple):
    """Images as rows of pixels in [0, 1], and their labels."""

    x_train: Array
    """``(n_train, 64)``"""
    y_train: NDArray[np.int64]
    """``(n_train,)``, 0 … 9"""
    x_test: Array
    """``(n_test, 64)``"""
    y_test: NDArray[np.int64]
    """``(n_test,)``, 0 … 9"""


def load_digits(rng: np.random.Generator, test_share: float = 0.25) -> Digits:
    """Shuffle the 1,797 digits with ``rng`` and split them.

    UCI "Optical Recognition of Handwritten Digits", CC BY 4.0; see ``LICENSE-digits.txt`` beside this file.
    Pixels are divided by their maximum, 16. Raises ``ValueError`` if a part would be empty.

    >>> digits = load_digits(np.random.default_rng(0))
    >>> digits.x_train.shape, digits.x_test.shape, float(digits.x_train.max())
    ((1348, 64), (449, 64), 1.0)
    """
    from importlib.resources import files  # slow to import

    if not 0 < round(SIZE * test_share) < SIZE:
        raise ValueError(
            f"test_share must lie between 0 and 1, got {test_share:g}: both parts need examples. Try 0.25."
        )
    with files("course_utils.data").joinpath("digits.npz").open("rb") as file:
        archive = np.load(file)
        images, labels = archive["images"], archive["labels"]
    order = rng.permutation(len(labels))
    x = images.reshape(len(labels), -1)[order] / 16.0
    y = labels[order].astype(np.int64)
    cut = len(labels) - round(len(labels) * test_share)
    return Digits(x[:cut], y[:cut], x[cut:], y[cut:])
