"""Penalties on weights, ``(theta, strength, mask) -> (value, gradient)``, and two ways around a gradient (chapter 16).

``theta``     ``(..., P)``; the sum runs over the last axis
``strength``  λ ≥ 0, for a loss that is a mean over examples
``mask``      ``(P,)`` of booleans, True where the penalty acts; all of theta by default. :func:`weights_only` makes one

A penalty's gradient goes through the optimizer like the loss's. Adam divides it by √v̂ too, so that weights with large
gradients are hardly penalized; decoupled decay shrinks the weights beside the gradient step (``AdamW``). For SGD the
two are one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, nonnegative

Mask = NDArray[np.bool_]
Penalty = Callable[[Array], tuple[Any, Array]]


class Parametrized(Protocol):
    """A layer, as far as its parameters go."""

    def shapes(self) -> dict[str, tuple[int, ...]]: ...
    def parts(self) -> Sequence[Any]: ...


def l2(theta: Array, strength: float, mask: Mask | None = None) -> tuple[Any, Array]:
    """λ/2 Σ w²; gradient λ w, which shrinks large weights most and makes none exactly 0.

    >>> l2(np.array([3.0, -4.0]), strength=0.1)
    (1.25, array([ 0.3, -0.4]))
    """
    w, strength = _chosen("l2", theta, strength, mask), float(strength)
    return _plain(0.5 * strength * (w * w).sum(axis=-1)), strength * w


def l1(theta: Array, strength: float, mask: Mask | None = None) -> tuple[Any, Array]:
    """λ Σ |w|; gradient λ sign(w), and 0 at w = 0. Steps along it jump over 0: see :func:`soft_threshold`.

    >>> l1(np.array([3.0, -4.0, 0.0]), strength=0.5)
    (3.5, array([ 0.5, -0.5,  0. ]))
    """
    w, strength = _chosen("l1", theta, strength, mask), float(strength)
    return _plain(strength * np.abs(w).sum(axis=-1)), strength * np.sign(w)


def soft_threshold(theta: Array, threshold: float, mask: Mask | None = None) -> Array:
    """sign(w) max(|w| - τ, 0): the minimizer of ½(x - w)² + τ|x|, which sets small weights to exactly 0.

    One step of ISTA: a gradient step of the loss alone, then this with τ = lr·λ. Pure: returns a new array.

    >>> soft_threshold(np.array([3.0, -0.5, 0.2, -2.0]), 0.5)
    array([ 2.5,  0. ,  0. , -1.5])
    """
    nonnegative("threshold", threshold, "it is the length that is cut off each weight", 0.1)
    return theta - np.clip(_masked("soft_threshold", theta, mask), -float(threshold), float(threshold))


def decoupled_decay(theta: Array, lr: float, strength: float, mask: Mask | None = None) -> Array:
    """θ - lr·λ w: shrinks the weights whatever their gradients are (Loshchilov & Hutter 2019).

    ``AdamW`` does it to all of theta; this is for a mask, or for another optimizer.

    >>> decoupled_decay(np.array([1.0, 1.0]), lr=0.1, strength=0.5, mask=np.array([True, False]))
    array([0.95, 1.  ])
    """
    return theta - float(lr) * float(strength) * _chosen("decoupled_decay", theta, strength, mask)


def penalized(fun: Callable[..., tuple[Any, Array]], penalty: Penalty) -> Callable[..., tuple[Any, Array]]:
    """``fun`` plus ``penalty``: values and gradients add up. What follows theta is passed on to ``fun``.

    >>> f = penalized(lambda theta: (1.0, np.array([1.0])), lambda theta: l2(theta, strength=0.5))
    >>> f(np.array([2.0]))
    (2.0, array([2.]))
    """

    def both(theta: Array, *args: Any, **options: Any) -> tuple[Any, Array]:
        value, g = fun(theta, *args, **options)
        more, slope = penalty(theta)
        return value + more, g + slope

    return both


def weights_only(layer: Parametrized) -> Mask:
    """The mask ``(P,)`` that leaves out biases and the gains and shifts of normalization: parameters with one axis.

    They set levels, not slopes; a penalty on them costs fit and buys no smoothness. For a network: ``network.body``.

    >>> from course_utils.layers import Dense
    >>> weights_only(Dense(2, 1)).tolist()
    [True, True, False]
    """
    own = [np.full(math.prod(shape), len(shape) > 1) for shape in layer.shapes().values()]
    return np.concatenate([np.zeros(0, bool), *own, *(weights_only(part) for part in layer.parts())])


def _chosen(name: str, theta: Array, strength: float, mask: Mask | None) -> Array:
    nonnegative("strength", strength, "a negative penalty rewards large weights", 0.01)
    return _masked(name, theta, mask)


def _masked(name: str, theta: Array, mask: Mask | None) -> Array:
    """theta where the mask is True, else 0."""
    if mask is None:
        return theta
    if mask.shape != theta.shape[-1:] or mask.dtype != bool:
        raise ValueError(
            f"{name} expected a mask of booleans, shape {theta.shape[-1:]}, got {mask.shape} of {mask.dtype}: it says "
            "of each parameter whether it is penalized. Try weights_only(network.body)."
        )
    return np.asarray(theta * mask)


def _plain(value: Any) -> Any:
    """A Python number for one theta, an array for runs."""
    return float(value) if np.ndim(value) == 0 else value
