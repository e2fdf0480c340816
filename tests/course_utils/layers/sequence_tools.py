"""What the tests of the sequence layers share: a gradient check of a layer, and copying parameters from PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks import Array
from course_utils.gradcheck import numerical_gradient
from course_utils.layers.base import Layer
from course_utils.layers.gru import GRU
from course_utils.layers.recurrent import Recurrent


def gradient_error(layer: Layer, x: Array, seed: int = 0) -> float:
    """Largest relative error of the gradients of Σ w·layer(x) by all parameters and, where x holds floats, by x.

    Central differences at h and 2h, combined so that the error is of order h⁴: small gradients are checked as well.
    Entries below 1e-5 of the largest one are compared with that, as they drown in the rounding of the sum.
    """
    rng = np.random.default_rng(seed)
    theta, grad = layer.alone(rng)
    w = rng.normal(size=layer.forward(x, False, rng).shape)
    floats = x.dtype.kind == "f"

    def fun(p: Array) -> tuple[float, Array]:
        theta[...] = p[: theta.size]
        y = layer.forward(p[theta.size :].reshape(x.shape) if floats else x, False, None)
        dx = layer.backward(w)
        return float((w * y).sum()), np.concatenate([grad, dx.ravel()] if floats else [grad])

    p = np.concatenate([theta, x.ravel()]) if floats else theta.copy()
    near, far = (numerical_gradient(lambda q: fun(q)[0], p, h) for h in (1e-3, 2e-3))
    given, numerical = fun(p)[1], (4 * near - far) / 3
    size = np.abs(given) + np.abs(numerical)
    return float((np.abs(given - numerical) / np.maximum(size, 1e-5 * size.max(initial=1e-300))).max(initial=0))


def gates_to_torch(layer: Recurrent, columns: Array) -> Array:
    """Rows of our gates in PyTorch's order: i, f, o, g → i, f, g, o for the LSTM, the same for the others."""
    blocks = columns.reshape(layer.gates, layer.n_hidden, -1)
    return np.asarray((blocks[[0, 1, 3, 2]] if layer.gates == 4 else blocks).reshape(columns.shape))


def load_recurrent(torch: Any, layer: Recurrent, twin: Any) -> None:
    """Give the PyTorch layer our weights; where we have one bias, its second one stays 0."""
    i = layer.n_in
    if isinstance(layer, GRU):
        parts = layer.Wx[:, :i], layer.Wh[:, :-1], layer.Wx[:, -1], layer.Wh[:, -1]
    else:
        W = gates_to_torch(layer, layer.W)
        parts = W[:, :i], W[:, i:-1], W[:, -1], np.zeros(len(W))
    theirs = twin.weight_ih_l0, twin.weight_hh_l0, twin.bias_ih_l0, twin.bias_hh_l0
    with torch.no_grad():
        for p, value in zip(theirs, parts, strict=True):
            p.copy_(torch.tensor(np.array(value)))


def recurrent_gradient(layer: Recurrent, twin: Any) -> Array:
    """PyTorch's gradient, laid out like ours."""
    Wx, Wh, b, c = (p.grad.numpy() for p in (twin.weight_ih_l0, twin.weight_hh_l0, twin.bias_ih_l0, twin.bias_hh_l0))
    if isinstance(layer, GRU):
        return np.concatenate([np.column_stack([Wx, b]).ravel(), np.column_stack([Wh, c]).ravel()])
    return gates_to_torch(layer, np.column_stack([Wx, Wh, b])).ravel()      # its own inverse
