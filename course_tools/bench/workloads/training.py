"""One training step, forward + loss + backward + Adam, of a network and of its PyTorch twin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from course_tools.bench.measure import Pair, Twins
from course_utils.checks import Array
from course_utils.descent import update
from course_utils.layers import Layer
from course_utils.network import Network
from course_utils.optimizers import Adam

LR = 1e-5
"""So small that the loss stays where it is: the thousandth step costs what the first one does."""


class Same(NamedTuple):
    """One array of parameters in both: ``layer.name`` here, ``tensor`` there, ``convert`` from our layout to theirs."""

    layer: Layer
    name: str
    tensor: torch.Tensor
    convert: Callable[[Array], Array] = np.asarray


def training_step(
    net: Network,
    twin: torch.nn.Module,
    parameters: list[Same],
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    data: tuple[NDArray[Any], NDArray[Any]],
    *,
    fused: bool | None = None,
    layout: Callable[[Array], Array] = np.asarray,
    wants_dx: bool = False,
) -> Twins:
    """Start ``twin`` where ``net`` starts; compare output, loss and all gradients on ``data``, and time whole steps.

    ``layout`` brings x into PyTorch's order of axes, where that is another. ``wants_dx`` has both compute the gradient
    by x too, as they must for a layer that is never the first.
    """
    x, y = data
    net.body.initialize(np.random.default_rng(0))
    net.body.parts()[0].wants_dx = wants_dx
    for layer, name, tensor, convert in parameters:
        tensor.data = torch.tensor(np.ascontiguousarray(convert(getattr(layer, name))))
    adam, state, t = Adam(lr=LR), Adam(lr=LR).init(net.theta), 0
    torch_adam = torch.optim.Adam(twin.parameters(), lr=LR, fused=fused)
    torch_x = torch.tensor(np.ascontiguousarray(layout(x)), requires_grad=wants_dx)
    torch_y = torch.tensor(y)

    def ours() -> None:
        nonlocal state, t
        t += 1
        _, g = net.value_and_grad(net.theta, (x, y))
        state = update(adam, net.theta, g, state, t, LR)

    def theirs() -> None:
        torch_adam.zero_grad()
        torch_x.grad = None
        loss(twin(torch_x), torch_y).backward()
        torch_adam.step()

    def same() -> Iterator[Pair]:
        output, torch_output = net.body.forward(x, training=True), twin(torch_x)
        (value, dy), torch_value = net.loss(output, y), loss(torch_output, torch_y)
        dx = net.body.backward(dy)
        torch_value.backward()
        yield "the output", output, torch_output.detach().numpy()
        yield "the loss", value, torch_value.item()
        for layer, name, tensor, convert in parameters:
            yield f"d{name} of {layer}", convert(getattr(layer, "d" + name)), tensor.grad.numpy()
        if wants_dx:
            yield "the gradient by the input", layout(dx), torch_x.grad.numpy()

    return Twins(ours, theirs, same)


def dense(layer: Layer, linear: torch.nn.Linear) -> list[Same]:
    """The parameters of ``Dense``: PyTorch keeps the transpose of W."""
    return [Same(layer, "W", linear.weight, np.transpose), Same(layer, "b", linear.bias)]
