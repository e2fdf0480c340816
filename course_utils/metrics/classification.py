"""Counting right and wrong classes (chapter 20). TP, FP, FN: true positives, false positives, false negatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, count

Labels = NDArray[Any]


def accuracy(predicted: Labels, true: Labels) -> float:
    """Share of examples whose class is right. With 95 % of one class, saying it always gives 0.95.

    ``predicted``, ``true``  class numbers (or names) of one shape ``(n,)``. ``ValueError`` otherwise, or at n = 0.

    >>> round(accuracy(np.array([0, 1, 1]), np.array([0, 1, 0])), 4)
    0.6667
    """
    predicted, true = _labels("accuracy", predicted, true)
    return float(np.mean(predicted == true))


def precision(predicted: Labels, true: Labels, positive: Any = 1, zero_division: float = 0.0) -> float:
    """TP / (TP + FP): of those called ``positive``, the share that is. ``zero_division`` if none was called so.

    >>> precision(np.array([1, 1, 0]), np.array([1, 0, 0]))
    0.5
    """
    tp, fp, _ = _hits("precision", predicted, true, positive)
    return _share(tp, tp + fp, zero_division)


def recall(predicted: Labels, true: Labels, positive: Any = 1, zero_division: float = 0.0) -> float:
    """TP / (TP + FN): of those that are ``positive``, the share that was found. ``zero_division`` if none is.

    >>> recall(np.array([1, 1, 0]), np.array([1, 0, 0]))
    1.0
    """
    tp, _, fn = _hits("recall", predicted, true, positive)
    return _share(tp, tp + fn, zero_division)


def f1(predicted: Labels, true: Labels, positive: Any = 1, zero_division: float = 0.0) -> float:
    """2TP / (2TP + FP + FN): harmonic mean of precision and recall, near the worse of the two.

    0 if none is found though there were some; ``zero_division`` if there are none and none was called so.

    >>> round(f1(np.array([1, 1, 0]), np.array([1, 0, 0])), 4)
    0.6667
    """
    tp, fp, fn = _hits("f1", predicted, true, positive)
    return _share(2 * tp, 2 * tp + fp + fn, zero_division)


def per_class(metric: Callable[..., float], predicted: Labels, true: Labels, classes: int, **options: Any) -> Array:
    """``metric`` with each class 0 … K-1 as the positive one, ``(K,)``; its mean is the macro average.

    >>> per_class(recall, np.array([0, 1, 1]), np.array([0, 1, 0]), classes=2)
    array([0.5, 1. ])
    """
    return np.array([metric(predicted, true, positive=k, **options) for k in range(classes)])


def confusion_matrix(predicted: Labels, true: Labels, classes: int | None = None) -> NDArray[np.intp]:
    """Counts ``(K, K)``: row = true class, column = predicted class; the diagonal is right.

    ``classes``  K; by default just enough for the numbers seen.

    >>> confusion_matrix(np.array([0, 1, 1]), np.array([0, 1, 0]))
    array([[1, 1],
           [0, 1]])
    """
    predicted, true = _labels("confusion_matrix", predicted, true)
    seen = np.concatenate([predicted.ravel(), true.ravel()])
    whole = seen.dtype.kind in "iub"
    if not whole or seen.min() < 0:
        raise ValueError(
            f"confusion_matrix expected class numbers 0, 1, …, got {seen.min() if whole else seen[0]} of {seen.dtype}: "
            "they are row and column numbers. Try np.unique(labels, return_inverse=True)."
        )
    k = int(seen.max()) + 1 if classes is None else count("classes", classes, 1, "it is the number of rows and columns")
    if seen.max() >= k:
        raise ValueError(
            f"confusion_matrix got class {seen.max()} with {k} classes: classes count from 0. "
            f"Try classes={seen.max() + 1}."
        )
    cells = true.ravel().astype(np.intp) * k + predicted.ravel().astype(np.intp)
    return np.bincount(cells, minlength=k * k).reshape(k, k)            # (K, K)


def _labels(name: str, predicted: Labels, true: Labels) -> tuple[Labels, Labels]:
    predicted, true = np.asarray(predicted), np.asarray(true)
    if predicted.shape != true.shape:
        raise ValueError(
            f"{name} expected one predicted class for each true one, got shapes {predicted.shape} and {true.shape}. "
            "Try output.argmax(axis=-1) for the classes of a network's output."
        )
    if not true.size:
        raise ValueError(f"{name} got no examples: a share of nothing is not defined. Check how the data was split.")
    return predicted, true


def _hits(name: str, predicted: Labels, true: Labels, positive: Any) -> tuple[int, int, int]:
    """TP, FP, FN."""
    predicted, true = _labels(name, predicted, true)
    called, is_so = predicted == positive, true == positive
    return int(np.sum(called & is_so)), int(np.sum(called & ~is_so)), int(np.sum(~called & is_so))


def _share(part: int, whole: int, zero_division: float) -> float:
    return part / whole if whole else zero_division
