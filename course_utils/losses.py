"""Losses: ``(output, target) -> (value, gradient by the output)``, the mean over examples, finite at ±1000.

An example is a row; where an output has several numbers, an example's loss is their mean (squared and absolute
errors, as in PyTorch) or their cross-entropy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array

Loss = Callable[[Array, NDArray[Any]], tuple[float, Array]]


def mse(output: Array, target: NDArray[Any]) -> tuple[float, Array]:
    """Mean squared error: mean of r², r = ŷ - y; gradient 2r/N with N numbers in all. Its minimizer is the mean.

    >>> mse(np.array([[1.0], [3.0]]), np.array([[0.0], [0.0]]))
    (5.0, array([[1.],
           [3.]]))
    """
    _same_shape("mse", output, target)
    r = output - target
    return float(np.mean(r * r)), r * r.dtype.type(2 / r.size)


def mae(output: Array, target: NDArray[Any]) -> tuple[float, Array]:
    """Mean absolute error: mean of |r|; gradient sign(r)/N, and 0 at r = 0. Its minimizer is the median."""
    _same_shape("mae", output, target)
    r = output - target
    return float(np.mean(np.abs(r))), np.sign(r) * r.dtype.type(1 / r.size)


def huber(delta: float = 1.0) -> Loss:
    """½r² for |r| ≤ δ, then δ(|r| - ½δ): squared near 0, linear far away (Huber 1964); ``torch.nn.HuberLoss``."""

    def loss(output: Array, target: NDArray[Any]) -> tuple[float, Array]:
        _same_shape("huber", output, target)
        r = output - target
        inside = np.clip(r, -delta, delta)
        return float(np.mean(inside * (r - 0.5 * inside))), inside * r.dtype.type(1 / r.size)

    return loss


def bce_with_logits(output: Array, target: NDArray[Any]) -> tuple[float, Array]:
    """Binary cross-entropy of σ(z) with t in [0, 1]: max(z, 0) - z t + log(1 + e^-|z|); gradient (σ(z) - t)/N.

    >>> round(bce_with_logits(np.array([37.0, -800.0]), np.array([0.0, 0.0]))[0], 6)
    18.5
    """
    _same_shape("bce_with_logits", output, target)
    z, t = output, target
    value = np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))
    p = 0.5 * np.tanh(0.5 * z) + 0.5
    return float(np.mean(value)), np.asarray((p - t) * z.dtype.type(1 / z.size), z.dtype)


def softmax_ce(output: Array, target: NDArray[Any]) -> tuple[float, Array]:
    """Cross-entropy of softmax(z) with class numbers: log Σ e^z - z_y; gradient (p - onehot(y))/n.

    ``output`` z ``(…, K)``, ``target`` y ``(…)`` integers 0 … K-1, n of them.

    >>> value, g = softmax_ce(np.array([[2.0, 1.0, 0.1]]), np.array([0]))
    >>> round(value, 10), g.round(6)
    (0.4170300163, array([[-0.340999,  0.242433,  0.098566]]))
    """
    return _softmax_ce(output, target, 0.0)


def smoothed_softmax_ce(smoothing: float = 0.1) -> Loss:
    """Softmax cross-entropy against (1 - s)·onehot + s/K (Szegedy et al. 2016): no class is ever certain."""
    if not 0 <= smoothing < 1:
        raise ValueError(
            f"smoothing must lie in [0, 1), got {smoothing:g}: it is the share of the target spread over all classes. "
            "Try 0.1."
        )
    return lambda output, target: _softmax_ce(output, target, smoothing)


def _softmax_ce(output: Array, target: NDArray[Any], smoothing: float) -> tuple[float, Array]:
    classes = output.shape[-1]
    if target.shape != output.shape[:-1] or target.dtype.kind not in "iu":
        raise ValueError(
            f"softmax_ce expected one class number for each row, shape {output.shape[:-1]} of integers, got "
            f"{target.shape} of {target.dtype}. Try labels.astype(int), not one-hot rows."
        )
    z = output.reshape(-1, classes)                                     # (n, K)
    y = target.reshape(-1)                                              # (n,)
    n, rows = len(z), np.arange(len(z))
    if n and (y.min() < 0 or y.max() >= classes):
        odd = y.max() if y.max() >= classes else y.min()
        raise ValueError(
            f"softmax_ce got class {odd} with {classes} outputs: classes count from 0. Try labels in 0 … {classes - 1}."
        )
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z)
    total = p.sum(axis=1)                                               # (n,)
    value = np.log(total) - (1 - smoothing) * z[rows, y]                # (n,)
    if smoothing:
        value = value - smoothing * z.mean(axis=1)
    p /= (n * total)[:, None]
    p[rows, y] -= (1 - smoothing) / n
    if smoothing:
        p -= smoothing / (classes * n)
    return float(value.sum() / n), p.reshape(output.shape)


def _same_shape(name: str, output: Array, target: NDArray[Any]) -> None:
    if output.shape != target.shape:
        raise ValueError(
            f"{name} expected target and output of one shape, got {target.shape} and {output.shape}: NumPy would "
            "broadcast them against each other without a word. Try target.reshape(output.shape)."
        )
