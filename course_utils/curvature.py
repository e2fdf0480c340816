"""Second derivatives from first ones: Hessian times vector, the largest eigenvalue, and the whole matrix if P is small.

``fun``  ``theta -> (loss, gradient)``, for one fixed batch and without dropout: the same theta must give the same
         gradient. For a network: ``lambda theta: network.value_and_grad(theta, batch, training=False)``, in float64, as
         differences of float32 gradients keep two or three digits only
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np

from course_utils.checks import Array, count, parameters, positive

Fun = Callable[[Array], tuple[Any, Array]]
LARGEST_DENSE = 5_000


class Eigenpair(NamedTuple):
    """An estimate of H v = λ v. Some eigenvalue of H lies within ``residual`` of ``value``."""

    value: float
    """λ = vᵀ H v"""
    vector: Array
    """v ``(P,)``, of length 1"""
    residual: float
    """‖H v - λ v‖"""
    products: int
    """Hessian-vector products that were needed; each costs two gradients"""
    converged: bool
    """Whether the residual came below ``tol`` times the largest |λ|"""


def hvp(fun: Fun, theta: Array, v: Array, h: float | None = None) -> Array:
    """H v ≈ (∇f(θ + r v) - ∇f(θ - r v)) / 2r, r = h/‖v‖: exact on quadratics, else off by order h² (chapter 14).

    ``theta``, ``v``  ``(P,)``; H v has that shape too
    ``h``             length of the step, by default ε^{1/3} max(1, max|θᵢ|) for theta's precision

    Two gradients instead of P² numbers. Raises ``ValueError`` for another shape of ``v`` or of the gradient.

    >>> hvp(lambda x: ((x**3).sum(), 3 * x**2), np.array([1.0, 2.0]), np.array([1.0, 0.0])).round(6)
    array([6., 0.])
    """
    theta, v = parameters(theta, None, "fun"), np.asarray(v)
    if theta.ndim != 1 or v.shape != theta.shape:
        raise ValueError(
            f"hvp expected theta (P,) and v of that shape, got {theta.shape} and {v.shape}: v is a direction among the "
            "parameters. Try rng.normal(size=theta.shape)."
        )
    length = float(np.linalg.norm(v))
    if h is None:
        h = float(np.finfo(theta.dtype).eps) ** (1 / 3) * max(1.0, float(np.abs(theta).max(initial=0.0)))
    positive("h", h, "it is the length of the step between two gradients", 1e-5)
    if length == 0:
        return np.zeros_like(theta)
    step = np.asarray(v * (h / length), theta.dtype)
    ahead = np.array(fun(theta + step)[1])                              # a copy: networks reuse their gradient vector
    change = np.asarray(ahead - fun(theta - step)[1])                   # (P,)
    if change.shape != theta.shape:
        raise ValueError(
            f"the gradient has shape {change.shape}, theta has {theta.shape}: there must be one slope for each "
            "parameter. Check for a missing sum or transpose."
        )
    return np.asarray(change * (length / (2 * h)), theta.dtype)


def power_iteration(
    product: Callable[[Array], Array], start: Array, tol: float = 1e-4, iterations: int = 1000
) -> Eigenpair:
    """v ← M v / ‖M v‖: the part of v along the eigenvalue of largest magnitude grows fastest.

    ``product``  ``v -> M v`` for a symmetric M. Stops when ‖M v - λ v‖ ≤ ``tol``·‖M v‖, or after ``iterations``
                 products (the gain in one is |λ₂/λ₁|; with λ and -λ at the top it never ends).

    >>> round(power_iteration(lambda v: np.array([5.0, -9.0]) * v, np.array([1.0, 1.0])).value, 6)
    -9.0
    """
    v = start / np.linalg.norm(start)
    products, done = 0, False
    while not done and products < count("iterations", iterations, 1, "each is one product"):
        w, products = product(v), products + 1
        value, size = float(v @ w), float(np.linalg.norm(w))
        residual = float(np.linalg.norm(w - value * v))
        done = not residual > tol * size                                # also where M v is 0 or nan
        v = v if done else w / size
    return Eigenpair(value, v, residual, products, done and bool(np.isfinite(value)))


def top_eigenvalue(
    fun: Fun,
    theta: Array,
    rng: np.random.Generator,
    largest: Literal["algebraic", "magnitude"] = "algebraic",
    tol: float = 1e-4,
    iterations: int = 1000,
) -> Eigenpair:
    """The largest eigenvalue of the Hessian at theta: the sharpness, which sets the stable rate 2/λ (chapter 14).

    ``largest``  "algebraic": the greatest number; "magnitude": the one farthest from 0, which may be negative

    Power iteration finds the magnitude. If that is negative, a second one on H - λI, whose eigenvalues are all ≥ 0,
    finds the algebraically largest. If the first did not settle (λ and -λ both at the top), both ends are tried.

    >>> from course_utils.objectives import Quadratic
    >>> fun = Quadratic([1, 10]).value_and_grad
    >>> round(top_eigenvalue(fun, np.array([1.0, 1.0]), np.random.default_rng(0)).value, 6)
    10.0
    """
    if largest not in ("algebraic", "magnitude"):
        raise ValueError(
            f"largest must be 'algebraic' or 'magnitude', got {largest!r}: of -9 and 5, 5 is the first and -9 the "
            "second. Try 'algebraic' for the sharpness."
        )
    theta = parameters(theta, None, "fun")
    start = rng.normal(size=theta.shape).astype(theta.dtype)
    first = power_iteration(lambda v: hvp(fun, theta, v), start, tol, iterations)
    if first.converged and (largest == "magnitude" or first.value >= 0):
        return first
    shift = float(np.linalg.norm(hvp(fun, theta, first.vector)))        # at least |λ| of the largest, nearly
    signs = (1,) if largest == "algebraic" else (1, -1)
    ends = [_end(fun, theta, start, sign, shift, tol, iterations) for sign in signs]
    best = max(ends, key=lambda pair: abs(pair.value))
    return best._replace(products=first.products + 1 + sum(pair.products for pair in ends))


def _end(fun: Fun, theta: Array, start: Array, sign: int, shift: float, tol: float, iterations: int) -> Eigenpair:
    """One end of the spectrum: the top of ±H + shift·I, which has no negative eigenvalues."""
    pair = power_iteration(lambda v: sign * hvp(fun, theta, v) + shift * v, start, tol / 2, iterations)
    return pair._replace(value=sign * (pair.value - shift))


def hessian(fun: Fun, theta: Array) -> Array:
    """The matrix of second derivatives, ``(P, P)``, a column a product and then made symmetric.

    For small P: 2P gradients, P² numbers. Raises ``ValueError`` above P = 5,000.

    >>> hessian(lambda x: (x[0] * x[1], x[::-1]), np.array([1.0, 2.0])).round(6)
    array([[0., 1.],
           [1., 0.]])
    """
    theta = parameters(theta, None, "fun")
    size = theta.size
    if size > LARGEST_DENSE:
        raise ValueError(
            f"the Hessian of {size:,} parameters has {size**2:,} entries, {8 * size**2 / 2**30:,.1f} GiB in float64, "
            "and each column costs two gradients. Try top_eigenvalue, which needs products only."
        )
    h = np.stack([hvp(fun, theta, e) for e in np.eye(size, dtype=theta.dtype)])     # (P, P)
    return np.asarray(0.5 * (h + h.T))
