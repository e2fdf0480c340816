"""A long short-term memory of 100 units on sequences of 32 numbers, its last state read by a dense layer."""

from __future__ import annotations

import numpy as np
import torch

from course_tools.bench.measure import Twins
from course_tools.bench.workloads.training import Same, dense, training_step
from course_utils.checks import Array
from course_utils.layers import Dense
from course_utils.layers.lstm import LSTM
from course_utils.losses import softmax_ce
from course_utils.network import Network

FEATURES, UNITS = 32, 100


class Twin(torch.nn.Module):
    """Positions on the first axis, which PyTorch prefers."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.last = torch.nn.LSTM(FEATURES, UNITS), torch.nn.Linear(UNITS, 2)
        torch.nn.init.zeros_(self.lstm.bias_hh_l0)                      # its second bias, which ours has not

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(T, n, features) → (n, 2)."""
        states, _ = self.lstm(x)
        out: torch.Tensor = self.last(states[-1])
        return out


def twins(length: int, batch: int) -> Twins:
    """The gradient by the input included: an embedding before the layer needs it."""
    layer, last, twin, rng = LSTM(FEATURES, UNITS, last=True), Dense(UNITS, 2), Twin(), np.random.default_rng(1)
    return training_step(
        Network([layer, last], softmax_ce),
        twin,
        [
            Same(layer, "W", twin.lstm.weight_ih_l0, lambda w: gates(w[:, :FEATURES])),
            Same(layer, "W", twin.lstm.weight_hh_l0, lambda w: gates(w[:, FEATURES:-1])),
            Same(layer, "W", twin.lstm.bias_ih_l0, lambda w: gates(w[:, -1])),
            *dense(last, twin.last),
        ],
        torch.nn.functional.cross_entropy,
        (rng.normal(size=(batch, length, FEATURES)).astype(np.float32), rng.integers(0, 2, batch)),
        layout=lambda x: x.transpose(1, 0, 2),
        wants_dx=True,
    )


def gates(w: Array) -> Array:
    """Rows in the order i, f, o, g → i, f, g, o."""
    i, f, o, g = np.split(w, 4)
    return np.concatenate([i, f, g, o])
