"""Multi-head attention against PyTorch's fastest form, scaled_dot_product_attention."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import mse_loss, scaled_dot_product_attention

from course_tools.bench.measure import Twins
from course_tools.bench.workloads.training import Same, dense, training_step
from course_utils.layers.attention import MultiHeadAttention
from course_utils.losses import mse
from course_utils.network import Network

FEATURES, HEADS = 64, 4


class Attention(torch.nn.Module):
    """One product for queries, keys and values, then sdpa."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.mix = torch.nn.Linear(FEATURES, 3 * FEATURES), torch.nn.Linear(FEATURES, FEATURES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(n, T, features) → the same shape."""
        n, length, d = x.shape
        q, k, v = self.qkv(x).view(n, length, 3, HEADS, d // HEADS).permute(2, 0, 3, 1, 4)
        out: torch.Tensor = self.mix(scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, length, d))
        return out


def twins(length: int, batch: int) -> Twins:
    """The gradient by the input included: attention is never the first layer."""
    layer, twin, rng = MultiHeadAttention(FEATURES, HEADS), Attention(), np.random.default_rng(1)
    x, y = rng.normal(size=(2, batch, length, FEATURES)).astype(np.float32)
    return training_step(Network([layer], mse), twin, same(layer, twin), mse_loss, (x, y), wants_dx=True)


def same(layer: MultiHeadAttention, twin: Attention) -> list[Same]:
    """The parameters of one attention layer."""
    return [*dense(layer.qkv, twin.qkv), *dense(layer.mix, twin.mix)]
