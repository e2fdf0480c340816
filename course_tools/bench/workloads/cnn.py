"""A small convolutional network on 28 × 28 images."""

from __future__ import annotations

import numpy as np
import torch

from course_tools.bench.measure import Twins
from course_tools.bench.workloads.cnn_module import module
from course_tools.bench.workloads.cnn_network import images, network
from course_tools.bench.workloads.training import Same, dense, training_step
from course_utils.checks import Array


def twins(batch: int, fused: bool | None = None) -> Twins:
    """Images of noise; ours last in channels, theirs first."""
    net, twin = network(), module()
    first, _, _, second, _, _, _, wide, _, last = net.body.parts()
    return training_step(
        net,
        twin,
        [
            Same(first, "W", twin[0].weight, kernel), Same(first, "b", twin[0].bias),
            Same(second, "W", twin[3].weight, kernel), Same(second, "b", twin[3].bias),
            Same(wide, "W", twin[7].weight, after_flatten), Same(wide, "b", twin[7].bias),
            *dense(last, twin[9]),
        ],
        torch.nn.functional.cross_entropy,
        images(batch),
        fused=fused,
        layout=lambda x: x.transpose(0, 3, 1, 2),
    )


def kernel(w: Array) -> Array:
    """(k, k, c, c') → (c', c, k, k)."""
    return w.transpose(3, 2, 0, 1)


def after_flatten(w: Array) -> Array:
    """Rows by (row, column, channel) → columns by (channel, row, column)."""
    return np.ascontiguousarray(w.reshape(7, 7, 64, -1).transpose(3, 2, 0, 1)).reshape(w.shape[::-1])
