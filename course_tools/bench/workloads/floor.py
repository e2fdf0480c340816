"""The least that NumPy can do on this machine: kernels written for speed alone, in the place of the library's side.

They show how much of a ratio is the library's doing. What they compute is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np

from course_tools.bench.measure import Twins
from course_utils.checks import Array

BLOCK = 32_768


def twins(of: str, kernel: str, **sizes: Any) -> Twins:
    """The workload ``of``, with one of the kernels below as our side."""
    made: Twins = import_module(f"course_tools.bench.workloads.{of}").twins(**sizes)
    return made._replace(ours=KERNELS[kernel](**sizes))


def aligned(size: int) -> Array:
    """Ones in float32 that begin at a multiple of 64 bytes."""
    raw = np.empty(4 * size + 64, np.uint8)
    start = -raw.ctypes.data % 64
    found = raw[start : start + 4 * size].view(np.float32)
    found[...] = 1
    return found


def adam(arrays: tuple[int, ...], **_: Any) -> Callable[[], None]:
    """Textbook Adam on one vector: 14 calls of NumPy on a block, everything in place."""
    theta, g, m, v = (aligned(sum(arrays)) for _ in range(4))
    x, y = aligned(BLOCK), aligned(BLOCK)
    b1, b2, c1, c2, d1, d2, lr, eps = np.array([0.9, 0.999, 0.1, 0.001, 0.9, 0.9, 1e-3, 1e-8], np.float32)

    def step() -> None:
        for first in range(0, theta.size, BLOCK):
            T, G, M, V = (a[first : first + BLOCK] for a in (theta, g, m, v))
            p, q = x[: T.size], y[: T.size]
            np.multiply(M, b1, out=M)
            np.multiply(G, c1, out=p)
            np.add(M, p, out=M)
            np.multiply(V, b2, out=V)
            np.multiply(G, G, out=p)
            np.multiply(p, c2, out=p)
            np.add(V, p, out=V)
            np.divide(V, d2, out=p)
            np.sqrt(p, out=p)
            np.add(p, eps, out=p)
            np.divide(M, d1, out=q)
            np.multiply(q, lr, out=q)
            np.divide(q, p, out=q)
            np.subtract(T, q, out=T)

    return step


def products(shapes: list[tuple[int, int, int, int]]) -> Callable[[], None]:
    """Matrix products ``(times, n, k, m)`` of a step, with nothing between them."""
    made = [(times, *(aligned(a * b).reshape(a, b) for a, b in ((n, k), (k, m), (n, m)))) for times, n, k, m in shapes]

    def step() -> None:
        for times, a, b, c in made:
            for _ in range(times):
                np.matmul(a, b, out=c)

    return step


def mlp(sizes: tuple[int, ...], batch: int, **_: Any) -> Callable[[], None]:
    """The products of forward and backward, and Adam."""
    pairs = list(pairwise(sizes))
    shapes = [(1, batch, a, b) for a, b in pairs] + [(1, a, batch, b) for a, b in pairs]
    multiply = products(shapes + [(1, batch, b, a) for a, b in pairs[1:]])
    update = adam((sum(a * b + b for a, b in pairs),))

    def step() -> None:
        multiply()
        update()

    return step


def cnn(batch: int, **_: Any) -> Callable[[], None]:
    """The products alone, two images at a time: no windows are copied, nothing is pooled, no weight moves."""
    half = batch // 2
    first = [(half, 2 * 784, 9, 32), (half, 9, 2 * 784, 32)]
    second = [(half, 2 * 196, 288, 64), (half, 288, 2 * 196, 64), (half, 2 * 196, 576, 32)]
    dense = [(1, batch, 3136, 128), (1, 3136, batch, 128), (1, batch, 128, 3136)]
    return products(first + second + dense)


def family(runs: int = 40_000, steps: int = 200) -> Callable[[], object]:
    """Adam on Rosenbrock in float64, 8,192 runs side by side, each step in place; points and losses are kept."""
    rates, some = np.geomspace(1e-3, 1e-1, runs), 8192

    def sweep() -> object:
        path, losses = np.empty((steps + 1, 2, runs)), np.empty((steps + 1, runs))
        for first in range(0, runs, some):
            cut = slice(first, first + some)
            _descend(path[:, :, cut], losses[:, cut], rates[cut])
        return path, losses

    return sweep


def _descend(path: Array, losses: Array, lr: Array) -> None:
    n = len(lr)
    theta = np.repeat([[-1.2], [1.0]], n, axis=1)                       # (2, n)
    m, v, g, s, q = np.zeros((5, 2, n))
    for t in range(len(path)):
        (x, y), (a, r) = theta, s
        np.subtract(1, x, out=a)
        np.multiply(x, x, out=r)
        np.subtract(y, r, out=r)
        np.multiply(r, 200, out=g[1])
        np.multiply(x, g[1], out=g[0])
        np.add(g[0], a, out=g[0])
        g[0] *= -2
        np.multiply(r, g[1], out=r)
        np.multiply(a, a, out=a)
        r *= 0.5
        np.add(a, r, out=losses[t])
        path[t] = theta
        m *= 0.9
        np.multiply(g, 0.1, out=s)
        m += s
        v *= 0.999
        np.multiply(g, g, out=s)
        s *= 0.001
        v += s
        np.divide(v, 1 - 0.999 ** (t + 1), out=s)
        np.sqrt(s, out=s)
        s += 1e-8
        np.divide(m, 1 - 0.9 ** (t + 1), out=q)
        q *= lr
        q /= s
        theta -= q


KERNELS: dict[str, Callable[..., Callable[[], object]]] = {"adam": adam, "mlp": mlp, "cnn": cnn, "family": family}
