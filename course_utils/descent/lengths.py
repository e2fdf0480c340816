"""Lengths of gradients, and cutting them."""

from __future__ import annotations

import numpy as np

from course_utils.checks import Array


def clip(g: Array, clip_norm: float) -> Array:
    """Scale ``g (..., P)`` down to length ``clip_norm`` where it is longer; directions stay.

    >>> clip(np.array([3.0, 4.0]), 1.0)
    array([0.6, 0.8])
    """
    largest = np.abs(g).max(axis=-1, keepdims=True, initial=0.0)
    unit = g / np.where(largest > 0, largest, 1)                        # its squares cannot overflow
    length = largest * norm(unit)[..., None]
    return np.asarray(g * (clip_norm / np.maximum(length, clip_norm)))


def norm(g: Array) -> Array:
    """Euclidean length over the last axis, ``(...)``."""
    return np.asarray(np.sqrt((g * g).sum(axis=-1)))
