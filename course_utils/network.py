"""Networks: layers over one flat parameter vector, with a loss at the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from course_utils.checks import Array
from course_utils.layers import Layer, Sequential
from course_utils.losses import Loss
from course_utils.tables import Table


class Network:
    """Layers and a loss as one function of a flat vector: θ ↦ (loss, gradient)  (chapters 1 and 4).

    ``theta`` holds all parameters, layer by layer; the layers see reshaped views of it. So every optimizer of the
    course, which knows vectors only, trains every network. Impure: the layers keep what the last forward pass left.

    ``layers``  a list of layers, or one layer
    ``loss``    ``(output, target) -> (value, gradient)``, from :mod:`course_utils.losses`
    ``dtype``   float32 for training (twice as fast), float64 for gradient checks

    >>> from course_utils.layers import Dense, ReLU
    >>> from course_utils.losses import softmax_ce
    >>> net = Network([Dense(2, 8), ReLU(), Dense(8, 3)], softmax_ce)
    >>> theta = net.init(np.random.default_rng(0))
    >>> net.size, theta.shape, net.predict(theta, np.zeros((5, 2))).shape
    (51, (51,), (5, 3))
    """

    def __init__(self, layers: Sequence[Layer] | Layer, loss: Loss, dtype: DTypeLike = np.float32) -> None:
        self.body = layers if isinstance(layers, Layer) else Sequential(layers)
        self.loss = loss
        self.dtype = np.dtype(dtype)
        self.size = self.body.size
        self.theta = np.zeros(self.size, self.dtype)
        self.grad = np.zeros(self.size, self.dtype)
        self.body.bind(self.theta, self.grad)
        first = self.body
        while type(first) is Sequential and first.layers:
            first = first.layers[0]
        self.reads_tokens = first.takes_tokens
        first.wants_dx = False                                          # a third of the first layer's work

    def init(self, rng: np.random.Generator) -> Array:
        """A new random start, ``(size,)``."""
        self.body.initialize(rng)
        return self.theta.copy()

    def predict(self, theta: Array, x: NDArray[Any]) -> Array:
        """Output for the rows of ``x``, in evaluation mode."""
        self.load(theta)
        return self.body.forward(self._data(x), False, None)

    def value_and_grad(
        self,
        theta: Array,
        batch: tuple[NDArray[Any], NDArray[Any]],
        training: bool = True,
        rng: np.random.Generator | None = None,
    ) -> tuple[float, Array]:
        """Loss on ``batch = (x, y)`` and its gradient by ``theta``, ``(size,)``.

        ``training`` switches dropout and batch normalization; ``rng`` is for layers that draw. The gradient is the
        network's own vector: the next call writes over it, so copy what you want to keep.
        """
        self.load(theta)
        x, y = batch
        output = self.body.forward(self._data(x), training, rng)
        value, dy = self.loss(output, y)
        self.grad.fill(0)
        self.body.backward(dy)
        return value, self.grad

    def load(self, theta: Array) -> None:
        """Make ``theta`` the parameters; no copy if it is the network's own vector already."""
        if theta is self.theta:
            return
        if theta.shape != (self.size,):
            raise ValueError(
                f"theta has shape {theta.shape}, this network has {self.size} parameters: it must be one vector "
                f"({self.size},). Try network.init(rng)."
            )
        self.theta[...] = theta

    def summary(self, example: tuple[int, ...]) -> Table:
        """Layers with output shape, parameters and multiply-adds for one example of shape ``example``."""
        rows, shape, total = [], example, 0
        for layer in self.body.parts() or (self.body,):
            cost, shape = layer.multiply_adds(shape), layer.out_shape(shape)
            total += cost
            rows.append([str(layer), str(shape), layer.size, cost])
        return Table(["layer", "output", "parameters", "multiply-adds"], [*rows, ["total", "", self.size, total]])

    def save(self, path: str | Path, theta: Array) -> None:
        """Write ``theta``, the layers' buffers (running statistics) and names to an npz file; no pickle."""
        buffers: dict[str, Any] = {f"buffer {name}": value for name, value in self.body.buffers().items()}
        np.savez(path, theta=theta, layers=np.array([str(layer) for layer in self.body.parts()]), **buffers)

    def read(self, path: str | Path) -> Array:
        """Read what :meth:`save` wrote: returns theta, and restores the buffers in place.

        Raises ``ValueError`` if it belongs to another network.
        """
        with np.load(path, allow_pickle=False) as file:
            saved = dict(file)
        theta, layers = saved["theta"], saved["layers"].tolist()
        mine = [str(layer) for layer in self.body.parts()]
        if layers != mine:
            raise ValueError(
                f"{path} was saved by another network, {layers}; this one is {mine}. Build the same layers first."
            )
        for name, value in self.body.buffers().items():
            value[...] = saved[f"buffer {name}"]
        return np.asarray(theta)

    def _data(self, x: NDArray[Any]) -> NDArray[Any]:
        """Numbers in the network's precision; tokens stay the whole numbers that they are."""
        if self.reads_tokens:
            return x
        if x.dtype.kind not in "fiub":
            raise TypeError(
                f"the network expected numbers, got an array of {x.dtype}: it multiplies them. "
                "Try x.astype(np.float32), or an Embedding as the first layer for words as whole numbers."
            )
        return x.astype(self.dtype, copy=False)
