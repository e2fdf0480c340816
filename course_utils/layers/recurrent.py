"""What the recurrent layers share: their arguments, and sequences with the features first."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, count
from course_utils.initializers import Initializer, orthogonal, xavier
from course_utils.layers.base import Shape
from course_utils.layers.sequence import HasMask, Mask, SequenceLayer


class Recurrent(SequenceLayer):
    """A state carried from position to position; W = [Wx Wh b] acts on the column [xₜ; hₜ₋₁; 1].

    ``n_in``, ``n_hidden``  features of a position and of the state: ``(n, T, n_in)`` → all states ``(n, T, n_hidden)``
    ``last``                only the last state, ``(n, n_hidden)``
    ``mask``                which positions are real, see :class:`SequenceLayer`; the others leave the state as it was,
                            so the last state is that of the last real position, however long the padding
    ``init``                of each gate's Wx and ``recurrent_init`` of its Wh; b starts at 0

    Inside, examples lie side by side in the last axis: each gate is then one contiguous block, and a step one product.
    """

    n_in: int
    gates: ClassVar[int] = 1
    W: Array
    dW: Array

    def __init__(
        self,
        n_in: int,
        n_hidden: int,
        last: bool = False,
        mask: Mask | HasMask | None = None,
        init: Initializer = xavier,
        recurrent_init: Initializer = orthogonal,
    ) -> None:
        self.n_in = count("n_in", n_in, 1, "it is the number of features")
        self.n_hidden = count("n_hidden", n_hidden, 1, "it is the size of the state")
        self.last, self.mask, self.init, self.recurrent_init = last, mask, init, recurrent_init

    def shapes(self) -> dict[str, Shape]:
        return {"W": (self.gates * self.n_hidden, self.n_in + self.n_hidden + 1)}

    def initialize(self, rng: np.random.Generator) -> None:
        i, h = self.n_in, self.n_hidden
        for W in self.W.reshape(self.gates, h, i + h + 1):              # gate by gate
            W[:, :i] = self.init(i, h, (h, i), rng)
            W[:, i:-1] = self.recurrent_init(h, h, (h, h), rng)
            W[:, -1] = 0

    def columns(self, x: Array, features: int) -> Array:
        """Room for [xₜ; state; 1] of ``features`` rows at every position, xₜ and 1 filled in, and h₀ = 0."""
        n, T, i = x.shape
        s = np.empty((T + 1, features, n), self.precision())
        s[:T, :i] = x.transpose(1, 2, 0)
        s[0, i:-1], s[T, :i], s[:, -1] = 0, 0, 1
        return s                                                        # (T + 1, features, n)

    def precision(self) -> np.dtype[np.floating]:
        return self.W.dtype

    def result(self, states: Array) -> Array:
        """States ``(T, h, n)`` as the layer's output."""
        return states[-1].T.copy() if self.last else states.transpose(2, 0, 1).copy()

    def by_step(self, dy: Array, T: int) -> Array:
        """Gradient by the output, as one by the states ``(T, h, n)``."""
        if not self.last:
            return np.ascontiguousarray(dy.transpose(1, 2, 0))
        d = np.zeros((T, *dy.T.shape), dy.dtype)
        d[-1] = dy.T
        return d

    def resting(self, x: Array) -> NDArray[np.bool_] | None:
        """Where the state is left as it was, ``(T, n)``; None if nowhere."""
        mask = self.valid(x)
        return None if mask is None or mask.all() else ~mask.T

    def out_shape(self, shape: Shape) -> Shape:
        T, _ = super().out_shape(shape)
        return (self.n_hidden,) if self.last else (T, self.n_hidden)

    def multiply_adds(self, shape: Shape) -> int:
        return shape[0] * self.gates * self.n_hidden * (self.n_in + self.n_hidden)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.n_in}, {self.n_hidden})"
