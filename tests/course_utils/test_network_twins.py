"""Every network of the plan against a PyTorch twin: 20 training steps, the same losses and the same weights.

A twin is written with ``torch.nn.functional`` over the same flat vector; its gradient is PyTorch's own and so is its
optimizer. ``w()`` hands out the next parameter, in the order in which the layers hold them. What the twins did is
recorded in tests/traces/networks.npz, for machines without PyTorch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from course_utils import layers, losses
from course_utils.initializers import xavier
from course_utils.layers import (
    GELU,
    GRU,
    LSTM,
    RNN,
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePool,
    Layer,
    LayerNorm,
    LeakyReLU,
    MaskedMean,
    MaxPool2d,
    Positional,
    ReLU,
    Residual,
    Sequential,
    Sigmoid,
    Tanh,
    TransformerBlock,
    sinusoids,
)
from course_utils.network import Network
from course_utils.optimizers import SGD, Adam, AdamW, Momentum, Nesterov, RMSprop
from course_utils.recommend import TwoTower

STEPS = 20
RECORDED = Path(__file__).parents[1] / "traces" / "networks.npz"
Run = tuple[np.ndarray, np.ndarray]
"""Losses before each step ``(20,)``, and the weights at the end."""
Weights = Callable[[], Any]


ADAM = Adam(0.01)


@dataclass(frozen=True)
class Twins:
    """A network, its twin ``(w, x, net) -> output``, a batch and what trains both."""

    layers: Callable[[], list[Layer]]
    twin: Callable[..., Any]
    batch: tuple[np.ndarray, np.ndarray]
    loss: Any = losses.softmax_ce
    optimizer: Any = ADAM
    theirs: Callable[..., Any] = lambda torch, p: torch.optim.Adam(p, 0.01)


def rows(n: int, d: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d))


def labels(n: int, classes: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, classes, n)


def images(n: int, side: int, channels: int = 1) -> np.ndarray:
    return np.random.default_rng(2).normal(size=(n, side, side, channels))


def sentences(n: int = 5, T: int = 7, words: int = 9) -> np.ndarray:
    """Tokens 1 … 8, filled up with 0 on the right."""
    tokens = np.random.default_rng(3).integers(1, words, (n, T))
    tokens[np.arange(T) >= np.array([7, 3, 5, 1, 6])[:n, None]] = 0
    return tokens


def named(layer: Layer) -> Iterator[tuple[int, ...]]:
    """Shapes of all parameters, in the order of the vector."""
    yield from layer.shapes().values()
    for part in layer.parts():
        yield from named(part)


def weights(net: Network, theta: Any) -> Weights:
    """Hands out ``theta`` piece by piece, as tensors of the parameters' shapes."""
    start, shapes = 0, named(net.body)

    def w() -> Any:
        nonlocal start
        shape = next(shapes)
        start, first = start + math.prod(shape), start
        return theta[first:start].reshape(shape)

    return w


def linear(w: Weights, x: Any) -> Any:
    return x @ w() + w()


def conv(F: Any, w: Weights, x: Any, bias: bool = True, **options: Any) -> Any:
    """``x (n, c, h, w)``; the kernel lies as (k, k, c, c')."""
    return F.conv2d(x, w().permute(3, 2, 0, 1), w() if bias else None, **options)


def unfold(torch: Any, kind: str, W: Any, i: int, h: int, x: Any, lengths: list[int]) -> Any:
    """torch.nn's recurrent layer with our W = [Wx Wh b]; all states, 0 behind the end of a row."""
    parts = W.split(h)
    order = (0, 1, 3, 2) if kind == "LSTM" else (0,)                    # i, f, o, g here, and i, f, g, o there
    W = torch.cat([parts[k] for k in order])
    own = {"weight_ih_l0": W[:, :i], "weight_hh_l0": W[:, i:-1], "bias_ih_l0": W[:, -1], "bias_hh_l0": 0 * W[:, -1]}
    return states(torch, kind, own, i, h, x, lengths)


def states(torch: Any, kind: str, own: dict[str, Any], i: int, h: int, x: Any, lengths: list[int]) -> Any:
    rnn = torch.nn.utils.rnn
    packed = rnn.pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
    layer = getattr(torch.nn, kind)(i, h, batch_first=True, dtype=torch.float64)
    out, _ = torch.func.functional_call(layer, own, (packed,))
    return rnn.pad_packed_sequence(out, batch_first=True, total_length=x.shape[1])[0]


# ---------- the networks


def xor(torch: Any, w: Weights, x: Any, _: Network) -> Any:
    return linear(w, torch.tanh(linear(w, x)))


def mlp(torch: Any, w: Weights, x: Any, _: Network) -> Any:
    return linear(w, torch.relu(linear(w, torch.relu(linear(w, x)))))


def deep_sigmoid(torch: Any, w: Weights, x: Any, _: Network) -> Any:
    for _layer in range(10):
        x = torch.sigmoid(linear(w, x))
    return linear(w, x)


def normalized(torch: Any, w: Weights, x: Any, _: Network) -> Any:
    F = torch.nn.functional
    x = linear(w, x)
    x = F.leaky_relu(F.batch_norm(x, None, None, w(), w(), training=True), 0.1)
    x = linear(w, x)
    return linear(w, F.gelu(F.layer_norm(x, (6,), w(), w()), approximate="tanh"))


def dropped(torch: Any, w: Weights, x: Any, net: Network) -> Any:
    mask = torch.tensor(net.body.parts()[2].mask)                       # type: ignore[attr-defined]
    return linear(w, torch.relu(linear(w, x)) * mask)


def article_cnn(torch: Any, w: Weights, x: Any, _: Network) -> Any:
    F = torch.nn.functional
    x = F.max_pool2d(torch.relu(conv(F, w, x.permute(0, 3, 1, 2))), 2)
    x = F.max_pool2d(torch.relu(conv(F, w, x, padding=1)), 2)
    return linear(w, torch.relu(linear(w, x.permute(0, 2, 3, 1).flatten(1))))


def separable_cnn(torch: Any, w: Weights, x: Any, _: Network) -> Any:
    F = torch.nn.functional
    x = conv(F, w, x.permute(0, 3, 1, 2), stride=2, padding=1)
    x = conv(F, w, x, bias=False, padding=1, groups=4)                  # depthwise
    x = torch.relu(F.batch_norm(x, None, None, w(), w(), training=True))
    x = torch.relu(conv(F, w, x))                                       # pointwise
    return linear(w, x.mean(dim=(2, 3)))


def residual_cnn(torch: Any, w: Weights, x: Any, _: Network) -> Any:
    F = torch.nn.functional

    def normed(x: Any, **options: Any) -> Any:
        x = conv(F, w, x, bias=False, **options)
        return F.batch_norm(x, None, None, w(), w(), training=True)

    x = torch.relu(conv(F, w, x.permute(0, 3, 1, 2), padding=1))
    change = normed(torch.relu(normed(x, stride=2, padding=1)), padding=1)
    x = torch.relu(change + conv(F, w, x, stride=2))                    # the projection follows the body
    return linear(w, x.mean(dim=(2, 3)))


def embedded(torch: Any, w: Weights, tokens: Any) -> tuple[Any, list[int]]:
    E = w()
    real = (torch.arange(9) != 0)[:, None]
    return (E * real)[tokens], (tokens != 0).sum(dim=1).tolist()


def lstm(torch: Any, w: Weights, tokens: Any, _: Network) -> Any:
    x, lengths = embedded(torch, w, tokens)
    h = unfold(torch, "LSTM", w(), 3, 4, x, lengths)
    return linear(w, h[torch.arange(len(x)), torch.tensor(lengths) - 1])


def rnn(torch: Any, w: Weights, tokens: Any, _: Network) -> Any:
    x, lengths = embedded(torch, w, tokens)
    h = unfold(torch, "RNN", w(), 3, 4, x, lengths)
    return linear(w, h[torch.arange(len(x)), torch.tensor(lengths) - 1])


def gru(torch: Any, w: Weights, tokens: Any, _: Network) -> Any:
    x, lengths = embedded(torch, w, tokens)
    Wx, Wh = w(), w()
    own = {"weight_ih_l0": Wx[:, :-1], "weight_hh_l0": Wh[:, :-1], "bias_ih_l0": Wx[:, -1], "bias_hh_l0": Wh[:, -1]}
    h = states(torch, "GRU", own, 3, 4, x, lengths)
    return linear(w, h.sum(dim=1) / torch.tensor(lengths)[:, None])     # states behind the end are 0


def transformer(torch: Any, w: Weights, tokens: Any, _: Network) -> Any:
    """Two causal blocks, the first pre-LN, the second post-LN."""
    F, T, d = torch.nn.functional, tokens.shape[1], 4
    x = w()[tokens] + torch.tensor(sinusoids(T, d))

    def norm(x: Any) -> Any:
        return F.layer_norm(x, (d,), w(), w())

    def attend(x: Any) -> Any:
        q, k, v = linear(w, x).reshape(len(x), T, 3, 2, 2).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return linear(w, y.permute(0, 2, 1, 3).reshape(len(x), T, d))

    def think(x: Any) -> Any:
        return linear(w, torch.relu(linear(w, x)))

    x = x + attend(norm(x))
    x = x + think(norm(x))
    x = norm(x + attend(x))
    x = norm(x + think(x))
    return linear(w, x)


USERS, ITEMS = rows(6, 3, 7), rows(5, 2, 8)


def two_tower(torch: Any, w: Weights, pairs: Any, _: Network) -> Any:
    u, v = (linear(w, torch.relu(linear(w, torch.tensor(t)[k]))) for t, k in zip((USERS, ITEMS), pairs.T, strict=True))
    u, v = u + w()[pairs[:, 0]], v + w()[pairs[:, 1]]
    return 3.5 + (u[:, :-1] * v[:, :-1]).sum(dim=1) + u[:, -1] + v[:, -1]


def residual_mlp(torch: Any, w: Weights, x: Any, _: Network) -> Any:
    x = linear(w, x)
    for _block in range(4):
        x = x + linear(w, torch.relu(linear(w, x)))
    return linear(w, x)


def text(recurrent: Callable[..., Layer], mean: bool = False) -> list[Layer]:
    embed = Embedding(9, 3, padding=0)
    over = [recurrent(3, 4, mask=embed), MaskedMean(mask=embed)] if mean else [recurrent(3, 4, last=True, mask=embed)]
    return [embed, *over, Dense(4, 1)]


PAIRS = np.random.default_rng(9).integers(0, 5, (12, 2))
OPINIONS = np.array([[1.0], [0], [1], [1], [0]])
NETWORKS: dict[str, Twins] = {
    "XOR 2-2-1": Twins(
        lambda: [Dense(2, 2, xavier), Tanh(), Dense(2, 1, xavier)], xor,
        (np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])),
        losses.bce_with_logits, SGD(0.5), lambda torch, p: torch.optim.SGD(p, 0.5)),
    "MLP with momentum": Twins(
        lambda: [Dense(2, 8), ReLU(), Dense(8, 8), ReLU(), Dense(8, 3)], mlp, (rows(16, 2), labels(16, 3)),
        losses.softmax_ce, Momentum(0.05, 0.9), lambda torch, p: torch.optim.SGD(p, 0.05, momentum=0.9)),
    "ten sigmoids": Twins(
        lambda: [part for _ in range(10) for part in (Dense(3, 3, xavier), Sigmoid())] + [Dense(3, 1, xavier)],
        deep_sigmoid, (rows(8, 3), rows(8, 1, 4)), losses.mse, RMSprop(0.01, 0.99),
        lambda torch, p: torch.optim.RMSprop(p, 0.01)),
    "batch and layer normalization": Twins(
        lambda: [Dense(4, 6, bias=True), BatchNorm(6), LeakyReLU(0.1), Dense(6, 6), LayerNorm(6), GELU(), Dense(6, 2)],
        normalized, (rows(9, 4), labels(9, 2)), losses.smoothed_softmax_ce(0.1), AdamW(0.02, weight_decay=0.1),
        lambda torch, p: torch.optim.AdamW(p, 0.02, weight_decay=0.1)),
    "dropout": Twins(
        lambda: [Dense(5, 12), ReLU(), Dropout(0.4), Dense(12, 2)], dropped, (rows(7, 5), rows(7, 2, 6)),
        losses.huber(0.5)),
    "the articles' CNN, smaller": Twins(
        lambda: [Conv2d(1, 3, 3), ReLU(), MaxPool2d(2), Conv2d(3, 4, 3, padding=1), ReLU(), MaxPool2d(2), Flatten(),
                 Dense(36, 8), ReLU(), Dense(8, 3)],
        article_cnn, (images(4, 14), labels(4, 3))),
    "separable CNN": Twins(
        lambda: [Conv2d(2, 4, 3, stride=2, padding=1), Conv2d(4, 4, 3, padding=1, groups=4, bias=False), BatchNorm(4),
                 ReLU(), Conv2d(4, 6, 1), ReLU(), GlobalAveragePool(), Dense(6, 3)],
        separable_cnn, (images(4, 9, 2), labels(4, 3)), losses.softmax_ce, Nesterov(0.05, 0.9),
        lambda torch, p: torch.optim.SGD(p, 0.05, momentum=0.9, nesterov=True)),
    "residual CNN": Twins(
        lambda: [Conv2d(1, 3, 3, padding=1), ReLU(),
                 Residual([Conv2d(3, 4, 3, stride=2, padding=1, bias=False), BatchNorm(4), ReLU(),
                           Conv2d(4, 4, 3, padding=1, bias=False), BatchNorm(4)], Conv2d(3, 4, 1, stride=2)),
                 ReLU(), GlobalAveragePool(), Dense(4, 3)],
        residual_cnn, (images(4, 8), labels(4, 3))),
    "residual MLP": Twins(
        lambda: [Dense(3, 5)] + [Residual([Dense(5, 5), ReLU(), Dense(5, 5)]) for _ in range(4)] + [Dense(5, 1)],
        residual_mlp, (rows(8, 3), rows(8, 1, 4)), losses.mae, SGD(0.01), lambda torch, p: torch.optim.SGD(p, 0.01)),
    "LSTM with padding": Twins(lambda: text(LSTM), lstm, (sentences(), OPINIONS), losses.bce_with_logits),
    "RNN with padding": Twins(lambda: text(RNN), rnn, (sentences(), OPINIONS), losses.bce_with_logits),
    "GRU with padding, mean": Twins(lambda: text(GRU, mean=True), gru, (sentences(), OPINIONS), losses.bce_with_logits),
    "transformer, pre-LN and post-LN": Twins(
        lambda: [Embedding(9, 4), Positional(4), TransformerBlock(4, 2, causal=True),
                 TransformerBlock(4, 2, causal=True, norm_first=False), Dense(4, 9)],
        transformer, (sentences(), sentences(words=8)), losses.softmax_ce, AdamW(0.01),
        lambda torch, p: torch.optim.AdamW(p, 0.01)),
    "two towers": Twins(
        lambda: [TwoTower(USERS, ITEMS, dim=2, hidden=4, mean=3.5)], two_tower,
        (PAIRS, 3.5 + rows(12, 1, 10)[:, 0]), losses.mse, Adam(0.02), lambda torch, p: torch.optim.Adam(p, 0.02)),
}  # fmt: skip
"""By name; what trains both is Adam(0.01) where nothing else is said."""


def measured(torch: Any, loss: Any, output: Any, y: Any) -> Any:
    """PyTorch's loss of the same name."""
    F = torch.nn.functional
    plain = {losses.mse: "mse_loss", losses.mae: "l1_loss", losses.bce_with_logits: "binary_cross_entropy_with_logits"}
    if loss in plain:
        return getattr(F, plain[loss])(output, y)
    if output.shape == y.shape:
        return F.huber_loss(output, y, delta=0.5)
    smoothing = 0.0 if loss is losses.softmax_ce else 0.1
    return F.cross_entropy(output.reshape(-1, output.shape[-1]), y.reshape(-1), label_smoothing=smoothing)


def our_run(name: str) -> Run:
    made, found = NETWORKS[name], []
    net = Network(made.layers(), made.loss, np.float64)
    theta = net.init(np.random.default_rng(0))
    state = made.optimizer.init(theta)
    for t in range(1, STEPS + 1):
        loss, g = net.value_and_grad(theta, made.batch, rng=np.random.default_rng(t))
        theta, state = made.optimizer.step(theta, g, state, t, made.optimizer.lr)
        found.append(loss)
    return np.array(found), theta


def twin_run(name: str, torch: Any) -> Run:
    made, found = NETWORKS[name], []
    net = Network(made.layers(), made.loss, np.float64)
    theta = torch.tensor(net.init(np.random.default_rng(0)), requires_grad=True)
    optimizer, (x, y) = made.theirs(torch, [theta]), made.batch
    for t in range(1, STEPS + 1):
        net.body.forward(x, True, np.random.default_rng(t))             # draws the masks of dropout, nothing else
        optimizer.zero_grad()
        loss = measured(torch, made.loss, made.twin(torch, weights(net, theta), torch.tensor(x), net), torch.tensor(y))
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return np.array(found), theta.detach().numpy()


def assert_same(ours: Run, theirs: Run) -> None:
    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-9)
    np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-8, atol=1e-9)
    assert np.ptp(ours[0]) > 0


@pytest.mark.torch
@pytest.mark.parametrize("name", NETWORKS)
def test_20_steps_equal_those_of_the_torch_twin(name: str, needs_torch: ModuleType) -> None:
    assert_same(our_run(name), twin_run(name, needs_torch))


@pytest.mark.parametrize("name", NETWORKS)
def test_20_steps_equal_those_recorded_of_the_torch_twin(name: str) -> None:
    with np.load(RECORDED, allow_pickle=False) as recorded:
        assert_same(our_run(name), (recorded[f"{name}: losses"], recorded[f"{name}: theta"]))


def test_every_layer_is_part_of_a_twin() -> None:
    """But those that cannot be trained in a way of their own."""
    seen: set[type[Layer]] = set()

    def walk(layer: Layer) -> None:
        seen.add(type(layer))
        for part in layer.parts():
            walk(part)

    for made in NETWORKS.values():
        walk(Sequential(made.layers()))
    offered = {thing for thing in vars(layers).values() if isinstance(thing, type) and issubclass(thing, Layer)}
    missing = {layer.__name__ for layer in offered - seen} - {"Layer"}
    assert missing == {"AvgPool2d", "LastState", "Masking", "Softmax"}
