"""The one loop: evaluate, record, step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.checks import Array, count, parameters, positive
from course_utils.descent.batches import minibatches
from course_utils.descent.blocks import advance, blocked_step
from course_utils.descent.lengths import clip, norm
from course_utils.descent.ticking import ticks
from course_utils.objectives import Batch, Objective
from course_utils.optimizers import Optimizer
from course_utils.trace import Trace

Fun = Callable[..., tuple[Any, Array]]

RUNS_PER_BLOCK = 8_192
"""Runs that are carried to the end before the next ones start: what they need stays in the processor's cache."""


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
    fun, move = objective, blocked_step                                 # a callable may keep the theta it is given
    if isinstance(objective, Objective):
        fun, move = objective.value_and_grad, advance
    if theta.ndim == 2 and trace.theta.strides[-1] > trace.theta.strides[-2]:
        theta = np.asfortranarray(theta)
    optimizer = _in_precision(optimizer, theta.dtype)
    lr = None if callable(optimizer.lr) else _rate(optimizer.lr, theta)
    if lr is not None:
        trace.lr[1:] = _per_run(lr)
    state = optimizer.init(theta)
    kept = range(len(trace.theta))
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        trace.theta[0] = theta
        trace.loss[0], g = _evaluate(fun, theta)
        trace.grad_norm[0] = norm(g)
        for t in steps:
            if picks is not None:
                g = np.asarray(fun(theta, _next(picks, t))[1], theta.dtype)
            if clip_norm is not None:
                g = clip(g, clip_norm)
            rate = lr
            if rate is None:
                rate = _rate(optimizer.lr(t - 1), theta)                # type: ignore[operator]
                trace.lr[t] = _per_run(rate)
            theta, state = move(optimizer, theta, g, state, t, rate)
            trace.loss[t], g = fun(theta)
            g = np.asarray(g, theta.dtype)
            trace.grad_norm[t] = norm(g)
            trace.theta[t if t in kept else 0] = theta


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


def _rate(lr: Any, theta: Array) -> Any:
    """A Python number, or an array in theta's precision."""
    return np.asarray(lr, theta.dtype) if np.ndim(lr) else float(lr)


def _per_run(lr: Any) -> Any:
    """``(..., 1)`` → ``(...)``."""
    return lr[..., 0] if np.ndim(lr) else lr


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
    lr = np.empty(runs)
    lr[0] = np.nan
    return Trace(np.arange(steps + 1), np.empty(runs, theta.dtype), lr, np.empty(runs, theta.dtype), path)
