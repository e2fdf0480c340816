"""A transformer block (layer norm first, ReLU in the mlp) against the same around PyTorch's fast attention."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch.nn.functional import mse_loss

from course_tools.bench.measure import Twins
from course_tools.bench.workloads.attention import FEATURES, HEADS, Attention
from course_tools.bench.workloads.training import Same, dense, training_step
from course_utils.layers import Layer
from course_utils.layers.transformer import TransformerBlock
from course_utils.losses import mse
from course_utils.network import Network


class Block(torch.nn.Module):
    """Attention and a mlp of four times the width, each added to its input."""

    def __init__(self) -> None:
        super().__init__()
        self.norm, self.norm_again = torch.nn.LayerNorm(FEATURES), torch.nn.LayerNorm(FEATURES)
        self.attend = Attention()
        self.widen, self.narrow = torch.nn.Linear(FEATURES, 4 * FEATURES), torch.nn.Linear(4 * FEATURES, FEATURES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, T, features) → the same shape."""
        x = x + self.attend(self.norm(x))
        out: torch.Tensor = x + self.narrow(self.widen(self.norm_again(x)).relu())
        return out


def twins(length: int, batch: int) -> Twins:
    """The gradient by the input included: a block is never the first layer."""
    block, twin, rng = TransformerBlock(FEATURES, HEADS), Block(), np.random.default_rng(1)
    x, y = rng.normal(size=(2, batch, length, FEATURES)).astype(np.float32)
    norm, qkv, mix, norm_again, widen, narrow = (leaf for leaf in leaves(block) if leaf.size)
    parameters = [
        *scale_and_shift(norm, twin.norm),
        *dense(qkv, twin.attend.qkv),
        *dense(mix, twin.attend.mix),
        *scale_and_shift(norm_again, twin.norm_again),
        *dense(widen, twin.widen),
        *dense(narrow, twin.narrow),
    ]
    return training_step(Network([block], mse), twin, parameters, mse_loss, (x, y), wants_dx=True)


def leaves(layer: Layer) -> Iterator[Layer]:
    """The layers that have no parts, in order."""
    if not layer.parts():
        yield layer
    for part in layer.parts():
        yield from leaves(part)


def scale_and_shift(layer: Layer, norm: torch.nn.LayerNorm) -> list[Same]:
    """The parameters of ``LayerNorm``."""
    return [Same(layer, name, tensor) for name, tensor in zip(layer.shapes(), (norm.weight, norm.bias), strict=True)]
