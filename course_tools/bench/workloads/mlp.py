"""A multilayer perceptron with ReLU and softmax cross-entropy."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch

from course_tools.bench.measure import Twins
from course_tools.bench.workloads.training import dense, training_step
from course_utils.layers import Dense, ReLU
from course_utils.losses import softmax_ce
from course_utils.network import Network


def twins(sizes: tuple[int, ...], batch: int, fused: bool | None = None) -> Twins:
    """``sizes`` are the features from the input to the output."""
    layers = [layer for a, b in pairwise(sizes) for layer in (Dense(a, b), ReLU())][:-1]
    modules = [module for a, b in pairwise(sizes) for module in (torch.nn.Linear(a, b), torch.nn.ReLU())][:-1]
    rng = np.random.default_rng(1)
    return training_step(
        Network(layers, softmax_ce),
        torch.nn.Sequential(*modules),
        [same for layer, module in zip(layers[::2], modules[::2], strict=True) for same in dense(layer, module)],
        torch.nn.functional.cross_entropy,
        (rng.normal(size=(batch, sizes[0])).astype(np.float32), rng.integers(0, sizes[-1], batch)),
        fused=fused,
    )
