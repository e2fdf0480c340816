"""The one loop: evaluate, record, step."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.checks import Array, count, parameters, positive
from course_utils.objectives import Batch, Objective
from course_utils.optimizers import Optimizer
from course_utils.trace import Trace

Fun = Callable[..., tuple[Any, Array]]

BLOCK = 32_768
"""Elements of one vector that are updated at a time: a block and its state stay in the processor's cache."""
RUNS_PER_BLOCK = 8_192
"""Runs that are carried to the end before the next ones start, for the same reason."""


def minimize(
    objective: Objective | Fun,
    theta0: ArrayLike,
    optimizer: Optimizer,
    steps: int,
    *,
    batches: int | Iterable[Batch] | None = None,
    clip_norm: float | None = None,
    keep_theta: bool = True,
    rng: np.random.Generator | None = None,
) -> Trace:
    """Take ``steps`` steps from ``theta0`` and return the record.

    ``objective``  an :class:`Objective`, or any callable ``theta -> (loss, gradient)``; with ``batches`` it is called
                   as ``objective(theta, batch)`` for the gradient and as ``objective(theta)`` for the record.
    ``theta0``     ``(P,)``, or ``(*runs, P)`` for many runs at once, each with its own rate if ``optimizer.lr`` is an
                   array that broadcasts, such as ``(R, 1)``.
    ``batches``    a batch size (epochs of rows reshuffled with ``rng``), or an iterable of index arrays, one a step.
    ``clip_norm``  gradients longer than this are scaled down to it, run by run; the record keeps the true norm.
    ``keep_theta`` False keeps the last row of ``trace.theta`` only.

    Divergence is recorded, not raised: see ``trace.diverged_at``. A schedule is called with the number of steps already
    taken, 0 at first; the optimizer's own t counts from 1. Long work shows its progress on stderr.

    >>> from course_utils.objectives import Quadratic
    >>> from course_utils.optimizers import SGD
    >>> minimize(Quadratic([1, 10]), [1.0, 1.0], SGD(lr=0.1), steps=100)
    Trace(100 steps, loss 5.5 -> 3.52754e-10)
    """
    steps = count("steps", steps, 0, "it is the number of updates")
    size = objective.size if isinstance(objective, Objective) else None
    theta = parameters(theta0, size, type(objective).__name__)
    if clip_norm is not None:
        positive("clip_norm", clip_norm, "it is the length gradients are cut down to", 1.0)
    if not isinstance(objective, Objective | Callable):
        raise TypeError(
            f"objective must be an Objective or a callable theta -> (loss, gradient), got {objective!r}. "
            "Try Quadratic([1, 10])."
        )
    _check_runs(optimizer, theta)
    picks = _batches(objective, batches, rng)
    contiguous = picks is None and _contiguous(objective, theta)
    trace = _empty_trace(theta, steps, keep_theta, contiguous)
    if contiguous and len(theta) > RUNS_PER_BLOCK:
        t = range(1, steps + 1)
        for first in ticks(range(0, len(theta), RUNS_PER_BLOCK), "runs"):
            some = slice(first, first + RUNS_PER_BLOCK)
            _descend(objective, theta[some], _some_runs(optimizer, some, len(theta)), trace[some], None, clip_norm, t)
    else:
        _descend(objective, theta, optimizer, trace, picks, clip_norm, ticks(range(1, steps + 1), "steps"))
    return trace


def _check_runs(optimizer: Optimizer, theta: Array) -> None:
    """Arrays among the hyper-parameters must broadcast over runs, with a last axis of length 1."""
    rows = (*theta.shape[:-1], 1)
    for name, value in vars(optimizer).items():
        shape = np.shape(value) if isinstance(value, np.ndarray) else ()
        try:
            fits = not shape or np.broadcast_shapes(shape, rows) == rows
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(
                f"{name} has shape {shape}, theta0 has {theta.shape}: an array gives each run its own {name}, so it "
                f"must broadcast to {rows}. Try shape (R, 1) with theta0 of shape (R, P)."
            )


def _some_runs(optimizer: Optimizer, some: slice, runs: int) -> Optimizer:
    """The optimizer with the rows ``some`` of those hyper-parameters that differ from run to run."""

    def cut(value: Any) -> Any:
        return value[some] if np.ndim(value) and len(value) == runs else value

    own = {f.name: cut(getattr(optimizer, f.name)) for f in fields(optimizer)}  # type: ignore[arg-type]
    if callable(schedule := optimizer.lr):
        own["lr"] = lambda t: cut(schedule(t))
    return replace(optimizer, **own)  # type: ignore[type-var]


def _in_precision(optimizer: Optimizer, dtype: np.dtype[Any]) -> Optimizer:
    """The optimizer with its arrays in theta's precision: float64 ones would lift a float32 theta."""
    lifts = {name: np.asarray(v, dtype) for name, v in vars(optimizer).items() if np.ndim(v)}
    return replace(optimizer, **lifts) if lifts else optimizer  # type: ignore[type-var]


def _descend(
    objective: Objective | Fun,
    theta: Array,
    optimizer: Optimizer,
    trace: Trace,
    picks: Iterator[Batch] | None,
    clip_norm: float | None,
    steps: Iterable[int],
) -> None:
    """Run the loop and write each row into ``trace``."""
    fun = objective.value_and_grad if isinstance(objective, Objective) else objective
    if theta.ndim == 2 and trace.theta.strides[-1] > trace.theta.strides[-2]:
        theta = np.asfortranarray(theta)
    optimizer = _in_precision(optimizer, theta.dtype)
    state = optimizer.init(theta)
    last = trace.theta.shape[0] - 1
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        loss, g = _evaluate(fun, theta)
        _record(trace, 0, min(0, last), theta, loss, g)
        for t in steps:
            if picks is not None:
                g = np.asarray(fun(theta, _next(picks, t))[1], theta.dtype)
            if clip_norm is not None:
                g = clip(g, clip_norm)
            lr = _rate(optimizer.lr, t, theta)
            theta, state = blocked_step(optimizer, theta, g, state, t, lr)
            loss, g = fun(theta)
            g = np.asarray(g, theta.dtype)
            trace.lr[t] = lr if np.ndim(lr) == 0 else np.asarray(lr)[..., 0]
            _record(trace, t, min(t, last), theta, loss, g)


def _evaluate(fun: Fun, theta: Array) -> tuple[Any, Array]:
    """The first evaluation, with the checks that need not be repeated."""
    result = fun(theta)
    if not (isinstance(result, tuple) and len(result) == 2):
        raise TypeError(
            f"the objective must return (loss, gradient), got {type(result).__name__}: the loop needs both. "
            "Try `return loss, gradient`."
        )
    loss, g = result
    if np.shape(g) != theta.shape:
        raise ValueError(
            f"the gradient has shape {np.shape(g)}, theta has {theta.shape}: there must be one slope for each "
            "parameter. Check for a missing sum or transpose."
        )
    if np.shape(loss) != theta.shape[:-1]:
        raise ValueError(
            f"the loss has shape {np.shape(loss)}, expected {theta.shape[:-1]}: one number a run. "
            "Sum over the last axis only, with .sum(axis=-1)."
        )
    return loss, np.asarray(g, theta.dtype)


def _next(picks: Iterator[Batch], t: int) -> Batch:
    for batch in picks:
        return batch
    raise ValueError(
        f"batches ran out before step {t}: every step takes one batch. Try fewer steps, or itertools.cycle(batches)."
    )


def _record(trace: Trace, t: int, row: int, theta: Array, loss: Any, g: Array) -> None:
    trace.theta[row] = theta
    trace.loss[t] = loss
    trace.grad_norm[t] = norm(g)


def _rate(lr: Any, t: int, theta: Array) -> Any:
    """The rate of step t: a Python number, or an array in theta's precision."""
    lr = lr(t - 1) if callable(lr) else lr
    return np.asarray(lr, theta.dtype) if np.ndim(lr) else float(lr)


def blocked_step(
    optimizer: Optimizer, theta: Array, g: Array, state: Any, t: int, lr: Any, block: int = BLOCK
) -> tuple[Array, Any]:
    """``optimizer.step`` on one long vector, block by block: the same bits, and each block stays in the cache."""
    if not optimizer.elementwise or theta.ndim > 1 or theta.size <= block or np.ndim(lr) > 0:
        return optimizer.step(theta, g, state, t, lr)
    new_theta, new_state = np.empty_like(theta), None
    for first in range(0, theta.size, block):
        cut = slice(first, first + block)
        part = type(state)(*(s[cut] if np.ndim(s) else s for s in state))
        new_theta[cut], stepped = optimizer.step(theta[cut], g[cut], part, t, lr)
        if new_state is None:
            new_state = [np.empty_like(s) if np.ndim(s) else new for s, new in zip(state, stepped, strict=True)]
        for whole, piece in zip(new_state, stepped, strict=True):
            if np.ndim(whole):
                whole[cut] = piece
    return new_theta, type(state)(*(new_state or ()))


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


def minibatches(
    n: int, batch_size: int, rng: np.random.Generator, drop_last: bool = False
) -> Iterator[NDArray[np.intp]]:
    """One epoch: every row number 0 … n-1 once, shuffled, in batches of ``batch_size`` (the last may be shorter).

    >>> [len(batch) for batch in minibatches(148, 64, np.random.default_rng(0))]
    [64, 64, 20]
    """
    count("batch_size", batch_size, 1, "a batch needs at least one example")
    order = rng.permutation(n)
    for first in range(0, n, batch_size):
        batch = order[first : first + batch_size]
        if len(batch) == batch_size or not drop_last:
            yield batch


def _batches(
    objective: Objective | Fun, batches: int | Iterable[Batch] | None, rng: np.random.Generator | None
) -> Iterator[Batch] | None:
    if batches is None:
        return None
    if not isinstance(batches, int | np.integer):
        return iter(batches)
    n = getattr(objective, "n", None)
    if n is None:
        raise ValueError(
            f"batches={batches} asks for minibatches, but {type(objective).__name__} has no examples (no .n): "
            "there is nothing to pick from. Try LinearRegression, or pass index arrays."
        )
    if rng is None:
        raise ValueError(
            f"batches={batches} draws random rows, so rng is needed: runs must be repeatable. "
            "Try rng=np.random.default_rng(0)."
        )
    return _epochs(int(n), int(batches), rng)


def _epochs(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[Batch]:
    while True:
        yield from minibatches(n, batch_size, rng)


def _contiguous(objective: Any, theta: Array) -> bool:
    """May runs lie side by side in memory? Sums over fewer than 8 terms do not depend on the layout."""
    return theta.ndim == 2 and theta.shape[1] < 8 and getattr(objective, "runs_contiguous", False)


def _empty_trace(theta: Array, steps: int, keep_theta: bool, contiguous: bool) -> Trace:
    rows = steps + 1 if keep_theta else 1
    if contiguous:                                                      # runs innermost in memory
        path = np.empty((rows, *theta.shape[::-1]), theta.dtype).transpose(0, 2, 1)
    else:
        path = np.empty((rows, *theta.shape), theta.dtype)
    runs = (steps + 1, *theta.shape[:-1])
    lr = np.full(runs, np.nan)
    return Trace(np.arange(steps + 1), np.empty(runs, theta.dtype), lr, np.empty(runs, theta.dtype), path)


def ticks(steps: range, unit: str, patience: float = 2.0) -> Iterator[int]:
    """``steps``, with a progress line on stderr once the work has lasted ``patience`` seconds."""
    if os.environ.get("COURSE_BUILD"):
        yield from steps
        return
    began = shown = time.monotonic()
    for done, i in enumerate(steps):
        now = time.monotonic()
        if now - began > patience and now - shown > 0.2:
            shown = now
            left = (now - began) / done * (len(steps) - done)
            line = f"\r{i - steps.start:,} of {steps.stop - steps.start:,} {unit}, {left:.0f} s left "
            print(line, end="", file=sys.stderr, flush=True)
        yield i
    if shown > began:
        print("\r" + " " * 60 + "\r", end="", file=sys.stderr, flush=True)
