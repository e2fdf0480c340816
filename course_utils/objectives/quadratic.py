"""Bowls of known curvature."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from course_utils.checks import Array
from course_utils.objectives.base import Landscape, sum_last


@dataclass(frozen=True, eq=False)
class Quadratic(Landscape):
    """f(θ) = ½ Σ λᵢ (qᵢ·θ)²: a bowl with the curvatures λ along the columns qᵢ of ``basis``.

    ``Quadratic([1, 10])`` is ½(x² + 10y²); ``angle`` (radians) turns a two-parameter bowl counter-clockwise, ``basis``
    ``(P, P)`` orthogonal does so in any dimension. Negative λ make a saddle. The start is q₁ + … + q_P.

    >>> Quadratic([1, 10]).value_and_grad(np.array([1.0, 1.0]))
    (np.float64(5.5), array([ 1., 10.]))
    """

    eigenvalues: ArrayLike
    angle: float = 0.0
    basis: ArrayLike | None = None

    def __post_init__(self) -> None:
        lam = np.asarray(self.eigenvalues, dtype=float)
        if lam.ndim != 1 or lam.size == 0 or not np.all(np.isfinite(lam)):
            raise ValueError(
                f"eigenvalues must be a list of finite curvatures, got {self.eigenvalues!r}: one per parameter. "
                "Try Quadratic([1, 10])."
            )
        if self.angle and (lam.size != 2 or self.basis is not None):
            raise ValueError(
                f"angle turns a bowl of two parameters, and this one has {lam.size}: in more dimensions one angle does "
                "not say which plane. Try basis=Q with an orthogonal matrix Q."
            )
        if self.basis is not None:
            q = np.asarray(self.basis, dtype=float)
            if q.shape != (lam.size, lam.size) or not np.allclose(q.T @ q, np.eye(lam.size), atol=1e-10):
                raise ValueError(
                    f"basis must be an orthogonal matrix of shape ({lam.size}, {lam.size}): its columns are the "
                    "directions of curvature. Try np.linalg.qr(A)[0]."
                )

    @cached_property
    def _lam(self) -> Array:
        return np.asarray(self.eigenvalues, dtype=float)

    @cached_property
    def _q(self) -> Array | None:
        if self.basis is not None:
            return np.asarray(self.basis, dtype=float)
        if self.angle:
            c, s = np.cos(self.angle), np.sin(self.angle)
            return np.array([[c, -s], [s, c]])
        return None

    @property
    def size(self) -> int:
        return int(self._lam.size)

    @property
    def start(self) -> Array:
        ones = np.ones(self.size)
        return ones if self._q is None else self._q.sum(axis=1)

    @property
    def optimum(self) -> Array:
        if np.any(self._lam < 0):
            raise ValueError("a quadratic with a negative eigenvalue has no minimum: it falls without end along it.")
        return np.zeros(self.size)

    @property
    def hessian(self) -> Array:
        """The matrix of second derivatives, ``(P, P)``."""
        q = np.eye(self.size) if self._q is None else self._q
        return (q * self._lam) @ q.T

    def landscape(self, theta: Array) -> tuple[Array, Array]:
        lam, q = self._lam.astype(theta.dtype, copy=False), self._q
        if q is None:
            g = lam * theta                                             # (..., P)
            return 0.5 * sum_last(theta * g), g
        q = q.astype(theta.dtype, copy=False)
        z = apply(q.T, theta)                                          # (..., P) coordinates along the eigenvectors
        return 0.5 * sum_last(lam * z * z), apply(q, lam * z)


def apply(a: Array, theta: Array) -> Array:
    """a @ theta on the last axis by multiply and add, so that the bits do not depend on the number of runs."""
    return sum_last(theta[..., None, :] * a)
