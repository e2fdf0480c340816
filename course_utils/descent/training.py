"""The training loop of networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, count, positive
from course_utils.descent import checkpoint as checkpoints
from course_utils.descent.batches import minibatches
from course_utils.descent.blocks import update
from course_utils.descent.callbacks import Callback, Progress
from course_utils.descent.history import History
from course_utils.descent.inspection import check_choices, check_data
from course_utils.descent.lengths import clip, norm
from course_utils.descent.records import Records
from course_utils.descent.ticking import ticks
from course_utils.descent.trouble import trouble
from course_utils.network import Network
from course_utils.optimizers import Optimizer

Data = tuple[NDArray[Any], NDArray[Any]]
"""(x, y), examples on the first axis of both."""
Metric = Callable[[Array, NDArray[Any]], float]


def train(
    network: Network,
    data: Data,
    optimizer: Optimizer,
    *,
    epochs: int,
    batch_size: int,
    validation: Data | None = None,
    callbacks: Sequence[Callback] = (),
    rng: np.random.Generator,
    theta0: Array | None = None,
    metric: Metric | None = None,
    clip_norm: float | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
) -> History:
    """Train ``network`` on ``data`` by minibatches and return the record. Impure: the weights stay in the network.

    ``data``        ``(x, y)``; each epoch visits every example once, in an order drawn from ``rng``
    ``optimizer``   a schedule as its rate is called with the steps already taken, 0 at first
    ``validation``  ``(x, y)``, evaluated after each epoch: its loss, and ``metric(output, y)``
    ``callbacks``   see :class:`Callback`; each may stop the training after an epoch, as ``EarlyStopping`` does
    ``theta0``      the start ``(P,)``; without it, ``network.init(rng)``
    ``clip_norm``   gradients longer than this are scaled down to it; the record keeps the true norm
    ``checkpoint``  an npz file written after every epoch; with ``resume=True`` the training goes on from it, bit for
                    bit as if it had not been broken off; what a callback had stopped stays stopped

    A loss that is not finite, or over 1000 times worse than at the start, ends the training before the step is taken;
    ``history.stopped`` names the step and the likely cause. Long work shows its progress on stderr.

    >>> from course_utils.layers import Dense
    >>> from course_utils.losses import mse
    >>> from course_utils.optimizers import SGD
    >>> x = np.linspace(-1, 1, 64)[:, None]
    >>> line = Network(Dense(1, 1), mse)
    >>> train(line, (x, 3 * x + 1), SGD(0.5), epochs=9, batch_size=16, rng=np.random.default_rng(0)).theta.round(4)
    array([3., 1.], dtype=float32)
    """
    n = check_data(data, "data")
    epochs = count("epochs", epochs, 0, "it is how often every example is visited")
    batch_size = count("batch_size", batch_size, 1, "a batch needs at least one example")
    if validation is not None:
        check_data(validation, "validation")
    if clip_norm is not None:
        positive("clip_norm", clip_norm, "it is the length gradients are cut down to", 1.0)
    check_choices(optimizer, validation, callbacks, metric, checkpoint, resume)
    network.load(network.init(rng) if theta0 is None else np.asarray(theta0, network.dtype))
    theta, state = network.theta, optimizer.init(network.theta)
    steps = -(-n // batch_size)
    records = Records(epochs, steps)
    settings = {"layers": repr(network.body.parts() or network.body), "dtype": str(network.dtype),
                "optimizer": type(optimizer).__name__, "batch_size": batch_size, "examples": n,
                "generator": type(rng.bit_generator).__name__}  # fmt: skip
    progress = Progress(network, theta, 0, epochs, 0, np.nan, np.nan, np.nan)
    reasons: list[str] = []
    if resume and checkpoint is not None and Path(checkpoint).exists():
        state, kept, reasons = checkpoints.read(checkpoint, network, state, rng, callbacks, settings)
        progress.epoch = records.load(kept)
        progress.t = progress.epoch * steps
    else:
        for callback in callbacks:
            callback.on_train_begin(progress)
    ticking = ticks(range(progress.t + 1, epochs * steps + 1), "steps")
    while progress.epoch < epochs and not reasons:
        total = 0.0
        for rows in minibatches(n, batch_size, rng):
            t = next(ticking)
            batch = data[0][rows], data[1][rows]
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                loss, g = network.value_and_grad(theta, batch, True, rng)
                lr = float(optimizer.lr(t - 1) if callable(optimizer.lr) else optimizer.lr)
                records.step(t, loss, lr, _length(g))
                seen = slice(0, t + 1)
                found = trouble(records.loss[seen], records.grad_norm[seen], lr, network, batch, clip_norm is not None)
                if found:
                    reasons.append(found)
                    break
                state = update(optimizer, theta, g if clip_norm is None else clip(g, clip_norm), state, t, lr)
            progress.t = t
            total += loss * len(rows)
        if reasons:
            break
        progress.epoch += 1
        progress.train_loss = total / n
        if validation is not None:
            progress.val_loss, progress.val_metric = evaluate(network, theta, validation, metric)
        records.epoch(progress)
        reasons = [why for callback in callbacks if (why := callback.on_epoch_end(progress))]
        if checkpoint is not None:
            checkpoints.write(checkpoint, network, state, rng, callbacks, records.so_far(progress), settings, reasons)
    ticking.close()
    for callback in callbacks:
        callback.on_train_end(progress)
    return records.history(progress, "; ".join(reasons) if progress.epoch < epochs else "")


def _length(g: Array) -> float:
    """Its norm, also where the squares overflow single precision."""
    length = float(norm(g))
    return length if np.isfinite(length) else float(norm(g.astype(np.float64)))


def evaluate(
    network: Network, theta: Array, data: Data, metric: Metric | None = None, rows: int = 256
) -> tuple[float, float]:
    """(loss, ``metric(output, y)``) on ``data`` in evaluation mode, ``rows`` examples at a time; nan without a metric.

    >>> from course_utils.layers import ReLU
    >>> from course_utils.losses import mae
    >>> evaluate(Network(ReLU(), mae), np.zeros(0, np.float32), (np.array([[2.0], [-2.0]]), np.zeros((2, 1))))
    (1.0, nan)
    """
    x, y = data
    output = np.concatenate([network.predict(theta, x[first : first + rows]) for first in range(0, len(x), rows)])
    return network.loss(output, y)[0], float("nan") if metric is None else float(metric(output, y))
