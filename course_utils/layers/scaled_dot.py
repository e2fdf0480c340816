"""Scaled dot-product attention: every query takes a weighted mean of the values."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array


def attention(
    q: Array, k: Array, v: Array, allowed: NDArray[np.bool_] | None = None, out: Array | None = None
) -> tuple[Array, Array]:
    """y = P v, P = softmax(q kᵀ / √d) over the keys  (chapter 22; Vaswani et al. 2017, eq. 1). Returns (y, P).

    ``q (…, Tq, d)``, ``k (…, Tk, d)``, ``v (…, Tk, dv)``; ``allowed``, broadcast to ``(…, Tq, Tk)``: which keys a query
    may look at, all by default. A query without any key gets weights 0. ``out`` is where to write P.

    >>> y, P = attention(np.eye(2), np.array([[1.0, 0], [0, 1], [1, 1]]), np.array([[1.0, 0], [0, 2], [3, 3]]))
    >>> y[0].round(6), P[0].round(6)
    (array([1.604448, 1.598888]), array([0.401112, 0.197776, 0.401112]))
    """
    P = np.matmul(q * q.dtype.type(1 / math.sqrt(q.shape[-1])), k.swapaxes(-1, -2), out=out)    # (…, Tq, Tk)
    if allowed is not None:
        np.copyto(P, np.finfo(P.dtype).min, where=~allowed)
    P -= P.max(axis=-1, keepdims=True)
    np.exp(P, out=P)
    P /= P.sum(axis=-1, keepdims=True)
    if allowed is not None and not (some := allowed.any(axis=-1, keepdims=True)).all():
        P *= some
    return P @ v, P                                                     # (…, Tq, dv)


def attention_backward(dy: Array, q: Array, k: Array, v: Array, y: Array, P: Array) -> tuple[Array, Array, Array]:
    """Gradients by (q, k, v). Through the softmax: dS = P (dP - Σ P dP), where Σ P dP over the keys is Σ y dy."""
    dS = dy @ v.swapaxes(-1, -2)                                        # dP (…, Tq, Tk)
    dS -= (y * dy).sum(axis=-1, keepdims=True)
    dS *= P
    dS *= dS.dtype.type(1 / math.sqrt(q.shape[-1]))
    return dS @ k, dS.swapaxes(-1, -2) @ q, P.swapaxes(-1, -2) @ dy
