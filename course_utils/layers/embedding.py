"""Embeddings: a vector for each token."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array, count
from course_utils.initializers import Initializer, normal
from course_utils.layers.base import Layer, Shape


class Embedding(Layer):
    """Y = E[tokens], and back: each row of E gathers the gradients of all its occurrences  (chapter 20).

    ``n_tokens``, ``n_out``  size of the vocabulary and of a vector: tokens ``(batch, T)``, whole numbers
                             0 … n_tokens - 1 → ``(batch, T, n_out)``
    ``init``                 N(0, 1) by default, as in ``torch.nn.Embedding``
    ``padding``              a token that only fills up short rows: its vector is 0 and stays 0, and ``mask`` tells
                             where the others are, for layers made with ``mask=embedding``

    >>> embed = Embedding(5, 2, padding=0)
    >>> _ = embed.alone(np.random.default_rng(0))
    >>> embed.forward(np.array([[3, 1, 0]])).shape, embed.mask
    ((1, 3, 2), array([[ True,  True, False]]))
    """

    E: Array
    dE: Array
    takes_tokens = True
    mask: NDArray[np.bool_] | None = None
    """Where the last batch had tokens and not padding, ``(batch, T)``."""

    def __init__(self, n_tokens: int, n_out: int, init: Initializer | None = None, padding: int | None = None) -> None:
        self.n_tokens = count("n_tokens", n_tokens, 1, "it is the size of the vocabulary")
        self.n_out = count("n_out", n_out, 1, "it is the length of a vector")
        self.init = init or normal(1.0)
        self.padding = padding
        if padding is not None and not 0 <= padding < n_tokens:
            raise ValueError(f"padding must be a token, 0 … {n_tokens - 1}, got {padding!r}: it needs a row. Try 0.")

    def shapes(self) -> dict[str, Shape]:
        return {"E": (self.n_tokens, self.n_out)}

    def initialize(self, rng: np.random.Generator) -> None:
        self.E[...] = self.init(self.n_tokens, self.n_out, self.E.shape, rng)
        if self.padding is not None:
            self.E[self.padding] = 0

    def forward(self, x: Array, training: bool = False, rng: np.random.Generator | None = None) -> Array:
        fits = x.dtype.kind in "iu" and (x.size == 0 or bool(x.min() >= 0 and x.max() < self.n_tokens))
        if not fits:
            got = f"{x.dtype} from {x.min()} to {x.max()}" if x.size else str(x.dtype)
            self.expects(False, f"tokens, whole numbers 0 … {self.n_tokens - 1}", got)
        self.tokens = x                                                 # (n, T)
        self.mask = None if self.padding is None else x != self.padding
        return np.asarray(self.E[x])                                    # (n, T, n_out)

    def backward(self, dy: Array) -> Array:
        """Gradient of E. Tokens have none: they cannot move by a little, so zeros come back."""
        tokens = self.kept("tokens").ravel()                            # (N,)
        order = np.argsort(tokens, kind="stable")                       # brings equal tokens together
        tokens = tokens[order]
        first = np.flatnonzero(np.diff(tokens, prepend=-1))             # where the next token begins
        self.dE[...] = 0
        if len(tokens):
            self.dE[tokens[first]] = np.add.reduceat(dy.reshape(-1, self.n_out)[order], first, axis=0)
        if self.padding is not None:
            self.dE[self.padding] = 0
        return np.zeros(self.tokens.shape, dy.dtype)

    def out_shape(self, shape: Shape) -> Shape:
        return (*shape, self.n_out)

    def __repr__(self) -> str:
        return f"Embedding({self.n_tokens}, {self.n_out})"
