"""Two towers: a vector for the user, one for the item, each made from what is known about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, count
from course_utils.initializers import zeros
from course_utils.layers import Dense, Layer, ReLU, Sequential
from course_utils.layers.base import Shape
from course_utils.layers.embedding import Embedding


class TwoTower(Layer):
    """r̂ = μ + p_u·q_i + b_u + b_i with [p_u, b_u] = tower(features of u) + E[u], and the same for items  (chapter 21).

    Input: pairs (user, item) ``(batch, 2)`` of whole numbers; output ``(batch,)``. Train it with
    ``Network([TwoTower(...)], mse)`` on the observed pairs. E starts at 0 and only moves for ids that were trained on:
    a new user has features only, and that is what carries the prediction.

    ``user_features (n_users, a)``, ``item_features (n_items, b)``  numbers of size about 1
    ``dim``     length of p and q
    ``hidden``  units of the hidden layer of each tower
    ``mean``    μ, the mean of the training ratings

    >>> net = TwoTower(np.eye(3), np.eye(4), dim=2)
    >>> _ = net.alone(np.random.default_rng(0))
    >>> net.forward(np.array([[0, 3], [2, 1]])).shape
    (2,)
    """

    takes_tokens = True

    def __init__(
        self,
        user_features: NDArray[Any],
        item_features: NDArray[Any],
        dim: int,
        hidden: int = 16,
        mean: float = 0.0,
    ) -> None:
        count("dim", dim, 1, "it is the length of the vectors that meet")
        self.features = (np.asarray(user_features), np.asarray(item_features))
        for name, table in zip(("user_features", "item_features"), self.features, strict=True):
            self.expects(table.ndim == 2 and table.size > 0, f"{name} as a table (rows, features)", table.shape)
        self.mean = float(mean)
        self.towers = [
            Sequential([Dense(table.shape[1], hidden), ReLU(), Dense(hidden, dim + 1)]) for table in self.features
        ]
        for tower in self.towers:
            tower.layers[0].wants_dx = False                            # features are data
        self.ids = [Embedding(len(table), dim + 1, init=zeros) for table in self.features]

    def parts(self) -> Sequence[Layer]:
        return (*self.towers, *self.ids)

    def bind(self, theta: Array, grad: Array) -> None:
        super().bind(theta, grad)
        users, items = self.features
        self.features = (users.astype(theta.dtype), items.astype(theta.dtype))

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        self._check(x)
        self.vectors = [
            embedding.forward(ids, training, rng) + tower.forward(table[ids], training, rng)
            for tower, embedding, table, ids in zip(self.towers, self.ids, self.features, x.T, strict=True)
        ]
        u, v = self.vectors                                             # (batch, dim + 1) each
        taste = (u[:, :-1] * v[:, :-1]).sum(axis=-1)                    # (batch,)
        return np.asarray(self.mean + taste + u[:, -1] + v[:, -1])

    def backward(self, dy: Array) -> Array:
        u, v = self.kept("vectors")
        for other, tower, embedding in zip((v, u), self.towers, self.ids, strict=True):
            d = other * dy[:, None]                                     # (batch, dim + 1)
            d[:, -1] = dy                                               # the bias stands alone
            tower.backward(d)
            embedding.backward(d)
        return np.zeros((len(dy), 2), dy.dtype)                         # ids cannot move by a little

    def out_shape(self, shape: Shape) -> Shape:
        self.expects(shape == (2,), "pairs (user, item)", shape)
        return ()

    def multiply_adds(self, shape: Shape) -> int:
        towers = zip(self.towers, self.features, strict=True)
        return sum(tower.multiply_adds(table.shape[1:]) for tower, table in towers) + self.ids[0].n_out - 1

    def _check(self, x: Array) -> None:
        fits = x.ndim == 2 and x.shape[1] == 2 and x.dtype.kind in "iu"
        self.expects(fits, "pairs (user, item) of whole numbers, (batch, 2)", f"{x.shape} of {x.dtype}")

    def __repr__(self) -> str:
        users, items = self.features
        return f"TwoTower({users.shape}, {items.shape})"
