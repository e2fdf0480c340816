"""A training that goes on in slices of time, and remembers the network after every epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array
from course_utils.descent import evaluate, minibatches, update
from course_utils.metrics import accuracy
from course_utils.network import Network
from course_utils.optimizers import Optimizer

Data = tuple[NDArray[Any], NDArray[Any]]


class Epoch(NamedTuple):
    """The network after an epoch: weights, running statistics, and how good it is."""

    theta: Array
    buffers: dict[str, Array]
    train_loss: float  # mean of the minibatch losses; nan before the first epoch
    val_loss: float
    val_accuracy: float


class Run:
    """A training that continues where it was left. Impure: it trains.

    ``epochs[e]`` is the network after e epochs, ``epochs[0]`` the start. ``diverged`` is the step at which the loss was
    no longer finite or over 1000 times worse than at the start, 0 if there was none. The steps are those of
    :func:`course_utils.descent.train`, bit for bit; that one cannot be left in the middle of an epoch.
    """

    def __init__(
        self,
        build: Callable[[], Network],
        data: Data,
        validation: Data,
        optimizer: Optimizer,
        batch_size: int,
        seed: int = 0,
    ) -> None:
        self.network, self.viewer = build(), build()  # one trains, the other shows earlier epochs
        self.validation = validation
        self.epochs: list[Epoch] = []
        self.diverged = 0
        self.left = False  # in the middle of a slice
        self._work = self._train(data, optimizer, batch_size, np.random.default_rng(seed))

    def until(self, epoch: int, seconds: float = math.inf) -> bool:
        """Train for at most about ``seconds``; True if ``epoch`` is reached, or nothing is left to do."""
        end = perf_counter() + seconds
        self.left = False
        while len(self.epochs) <= epoch and next(self._work, "over") is None:
            if perf_counter() > end and self.epochs:
                self.left = len(self.epochs) <= epoch
                break
        return not self.left

    def at(self, epoch: int) -> int:
        """The epoch to show for ``epoch``: this one, or in the middle of a slice the latest there is."""
        if not self.left:
            self.until(epoch)
        return min(epoch, len(self.epochs) - 1)

    def output(self, epoch: int, x: NDArray[Any]) -> Array:
        """What the network of this epoch makes of ``x``, in evaluation mode."""
        return self._restored(self.epochs[epoch].buffers).predict(self.epochs[epoch].theta, x)

    def curve(self, name: str, epoch: int) -> Array:
        """``train_loss``, ``val_loss`` or ``val_accuracy`` of the epochs 0 … ``epoch``, ``(epoch + 1,)``."""
        return np.array([getattr(e, name) for e in self.epochs[: epoch + 1]])

    def _train(self, data: Data, optimizer: Optimizer, batch_size: int, rng: np.random.Generator) -> Iterator[None]:
        (x, y), network = data, self.network
        network.load(network.init(rng))
        theta, state, t, start = network.theta, optimizer.init(network.theta), 0, math.inf
        self._keep(math.nan)
        while True:
            total = 0.0
            for rows in minibatches(len(x), batch_size, rng):
                t += 1
                with np.errstate(over="ignore", invalid="ignore"):
                    loss, g = network.value_and_grad(theta, (x[rows], y[rows]), True, rng)
                    start = loss if t == 1 else start
                    if not loss <= start + 1e3 * (start + 1):
                        self.diverged = t
                        return
                    state = update(optimizer, theta, g, state, t, optimizer.lr)
                total += loss * len(rows)
                yield
            self._keep(total / len(x))

    def _keep(self, train_loss: float) -> None:
        buffers = {name: value.copy() for name, value in self.network.body.buffers().items()}
        if not self.epochs:  # batch normalization refuses its statistics 0 and 1 before any batch; here they are meant
            buffers = {name: np.ones_like(b) if name.endswith("batches") else b for name, b in buffers.items()}
        theta = self.network.theta.copy()
        with np.errstate(over="ignore", invalid="ignore"):
            value, share = evaluate(self._restored(buffers), theta, self.validation, correct)
        self.epochs.append(Epoch(theta, buffers, train_loss, value, share))

    def _restored(self, buffers: dict[str, Array]) -> Network:
        for name, value in self.viewer.body.buffers().items():
            value[...] = buffers[name]
        return self.viewer


def correct(output: Array, y: NDArray[Any]) -> float:
    """Share of right classes, of scores ``(n, K)`` or of the logit of class 1 ``(n, 1)``."""
    classes = output.argmax(axis=1) if output.shape[1] > 1 else (output > 0).astype(int)
    return accuracy(classes.reshape(y.shape), y.astype(int))
