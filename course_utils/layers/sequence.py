"""What layers that read sequences share: the mask, which tells real positions from padding."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array
from course_utils.layers.base import Layer, Shape

Mask = NDArray[np.bool_]


class HasMask(Protocol):
    """A layer that knows the mask of its last batch: ``Embedding(…, padding=0)`` or ``Masking()``."""

    mask: Mask | None


class SequenceLayer(Layer):
    """A layer that reads sequences ``(n, T, d)``, some positions of which may be padding.

    ``mask`` says where the real positions are: None (all), a boolean array ``(n, T)``, or the layer that finds them in
    each batch. That layer stands earlier in the same network; what lies between need not know of masks:

        embed = Embedding(1000, 32, padding=0)
        Network([embed, Dropout(0.2), LSTM(32, 64, last=True, mask=embed), Dense(64, 1)], bce_with_logits)
    """

    mask: Mask | HasMask | None = None
    n_in: int | None = None
    """Features expected, where it matters."""

    def valid(self, x: Array) -> Mask | None:
        """Check ``x (n, T, d)`` and return the mask of this batch, ``(n, T)``, or None where all positions are real."""
        fits = x.ndim == 3 and x.shape[1] > 0 and x.shape[2] == (self.n_in or x.shape[2])
        self.takes(x, fits, f"sequences (batch, T, {self.n_in or 'd'}), T ≥ 1")
        if self.mask is None:
            return None
        mask = self.mask if isinstance(self.mask, np.ndarray) else self.mask.mask
        if mask is None:
            raise RuntimeError(
                f"{self} takes its mask from {self.mask}, which has none: it must run before, in the same network, and "
                "know what padding is. Try Embedding(…, padding=0)."
            )
        self.expects(mask.dtype == bool and mask.shape == x.shape[:2], f"a boolean mask {x.shape[:2]}",
                     f"{mask.dtype} {mask.shape}")
        return mask

    def out_shape(self, shape: Shape) -> Shape:
        fits = len(shape) == 2 and shape[0] > 0 and shape[1] == (self.n_in or shape[1])
        self.expects(fits, f"sequences (T, {self.n_in or 'd'}), T ≥ 1", shape)
        return shape
