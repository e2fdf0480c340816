"""Sizes of kernels, strides and pictures, shared by convolution and pooling."""

from __future__ import annotations

import numpy as np

Pair = tuple[int, int]


def pair(owner: str, name: str, value: int | tuple[int, int], least: int = 1) -> Pair:
    """A number for both directions, or a pair (down, across).

    >>> pair("Conv2d", "kernel", 3), pair("Conv2d", "kernel", (1, 5))
    ((3, 3), (1, 5))
    """
    both = value if isinstance(value, tuple) else (value, value)
    if len(both) != 2 or not all(_is_whole(v, least) for v in both):
        raise ValueError(
            f"{owner} expected {name} to be a whole number, {least} or more, or a pair (down, across), got {value!r}: "
            f"it counts pixels. Try {name}={least}."
        )
    return int(both[0]), int(both[1])


def whole(owner: str, name: str, value: int) -> int:
    """A whole number, 1 or more."""
    if not _is_whole(value, 1):
        raise ValueError(
            f"{owner} expected {name} to be a whole number, 1 or more, got {value!r}: it counts channels. Try {name}=1."
        )
    return int(value)


def places(size: tuple[int, ...], kernel: Pair, stride: Pair, padding: Pair = (0, 0)) -> Pair:
    """Places of a window, down and across: ⌊(n + 2p - k) / s⌋ + 1, and 0 or less where it does not fit.

    >>> places((224, 224), (7, 7), (2, 2), (3, 3))
    (112, 112)
    """
    down, across = ((n + 2 * p - k) // s + 1 for n, k, s, p in zip(size, kernel, stride, padding, strict=True))
    return down, across


def short(both: Pair) -> str:
    """``3`` for (3, 3), else the pair."""
    return str(both[0] if both[0] == both[1] else both)


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and int(value) >= least
