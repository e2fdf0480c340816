"""Masks, and vectors made of sequences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_utils.layers.base import Layer
from course_utils.layers.dense import Dense
from course_utils.layers.embedding import Embedding
from course_utils.layers.gru import GRU
from course_utils.layers.lstm import LSTM
from course_utils.layers.masked import LastState, MaskedMean, Masking, mask_from_lengths
from course_utils.layers.rnn import RNN
from course_utils.losses import bce_with_logits
from course_utils.network import Network
from course_utils.optimizers import Adam
from tests.course_utils.layers.sequence_tools import gradient_error, load_recurrent

MASK = np.array([[1, 1, 1], [0, 1, 1], [1, 0, 0], [0, 1, 0]], bool)


@pytest.mark.parametrize("kind", [MaskedMean, LastState])
@pytest.mark.parametrize("mask", [None, MASK, np.vstack([MASK[:3], [[False] * 3]])])
def test_gradients(kind: Any, mask: Any) -> None:
    assert gradient_error(kind(mask), np.random.default_rng(0).normal(size=(4, 3, 2))) < 1e-6


def test_mean_and_last_state_by_hand() -> None:
    x = np.arange(12.0).reshape(4, 3, 1)
    np.testing.assert_allclose(MaskedMean(MASK).forward(x)[:, 0], [1, 4.5, 6, 10])
    np.testing.assert_array_equal(LastState(MASK).forward(x)[:, 0], [2, 5, 6, 10])
    np.testing.assert_allclose(MaskedMean().forward(x)[:, 0], [1, 4, 7, 10])
    np.testing.assert_array_equal(LastState().forward(x)[:, 0], [2, 5, 8, 11])
    assert MaskedMean(np.zeros((1, 3), bool)).forward(x[:1]).item() == 0


@pytest.mark.parametrize("kind", [MaskedMean, LastState])
def test_pooling_keeps_float32_and_tells_its_shape(kind: Any) -> None:
    layer = kind(MASK)
    y = layer.forward(np.ones((4, 3, 5), np.float32))
    assert y.dtype == layer.backward(y).dtype == np.float32
    assert y.shape == (4, *layer.out_shape((3, 5)))
    with pytest.raises(RuntimeError, match=f"{kind.__name__}.backward was called before forward"):
        kind().backward(y)


def test_masking_finds_padding_of_numbers() -> None:
    layer, x = Masking(-1.0), np.array([[[0.0, -1], [-1, -1]], [[-1, -1], [2, 3]]])
    np.testing.assert_array_equal(layer.forward(x), x)
    np.testing.assert_array_equal(layer.mask, [[True, False], [False, True]])
    np.testing.assert_array_equal(layer.backward(x), x)
    np.testing.assert_array_equal(MaskedMean(mask=layer).forward(x), [[0, -1], [2, 3]])


def test_mask_from_lengths() -> None:
    np.testing.assert_array_equal(mask_from_lengths(np.array([0, 2, 3]), 3), [[0, 0, 0], [1, 1, 0], [1, 1, 1]])
    with pytest.raises(ValueError, match="T must be a whole number, 1 or more, got 0: it is the number of positions"):
        mask_from_lengths(np.array([1]), 0)


def network(kind: Any, head: str) -> Network:
    embed = Embedding(9, 4, padding=0)
    tails: dict[str, list[Layer]] = {
        "last": [kind(4, 5, last=True, mask=embed)],
        "mean": [kind(4, 5, mask=embed), MaskedMean(mask=embed)],
        "last state": [kind(4, 5, mask=embed), LastState(mask=embed)],
        "two layers": [kind(4, 4, mask=embed), Dense(4, 4), kind(4, 5, last=True, mask=embed)],
    }
    return Network([embed, *tails[head], Dense(5, 1)], bce_with_logits, np.float64)


@pytest.mark.parametrize("kind", [RNN, LSTM, GRU])
@pytest.mark.parametrize("head", ["last", "mean", "last state", "two layers"])
def test_network_does_not_depend_on_the_length_of_padding(kind: Any, head: str) -> None:
    rng, net = np.random.default_rng(0), network(kind, head)
    theta, y = net.init(rng), np.array([[1.0], [0.0]])
    tokens = np.array([[3, 1, 4, 1], [5, 8, 0, 0]])
    value, grad = net.value_and_grad(theta, (tokens, y))
    grad = grad.copy()
    for padded in (np.pad(tokens, [(0, 0), (0, 50)]), np.pad(tokens, [(0, 0), (50, 0)])):
        other, again = net.value_and_grad(theta, (padded, y))
        assert other == pytest.approx(value, abs=1e-12)
        np.testing.assert_allclose(again, grad, rtol=0, atol=1e-12)


@pytest.mark.torch
def test_sentiment_network_follows_its_torch_twin_over_20_adam_steps(needs_torch: Any) -> None:
    torch, rng = needs_torch, np.random.default_rng(0)
    embed, lstm, dense = Embedding(12, 6, padding=0), LSTM(6, 7, last=True), Dense(7, 1)
    net = Network([embed, lstm, dense], bce_with_logits, np.float64)
    theta = net.init(rng)
    net.load(theta)
    embedding = torch.nn.Embedding(12, 6, padding_idx=0, dtype=torch.float64)
    twin = torch.nn.LSTM(6, 7, batch_first=True, dtype=torch.float64)
    linear = torch.nn.Linear(7, 1, dtype=torch.float64)
    load_recurrent(torch, lstm, twin)
    with torch.no_grad():
        embedding.weight.copy_(torch.tensor(embed.E))
        linear.weight.copy_(torch.tensor(dense.W.T))
        linear.bias.copy_(torch.tensor(dense.b))
    twin.bias_hh_l0.requires_grad_(False)
    parts = (embedding, twin, linear)
    optimizer = torch.optim.Adam([p for part in parts for p in part.parameters() if p.requires_grad], lr=0.01)
    adam = Adam(lr=0.01)
    state = adam.init(theta)
    for t in range(1, 21):
        tokens, y = rng.integers(1, 12, (5, 8)), rng.integers(0, 2, (5, 1)).astype(float)
        value, g = net.value_and_grad(theta, (tokens, y))
        theta, state = adam.step(theta, g, state, t, 0.01)
        optimizer.zero_grad()
        _, (h, _) = twin(embedding(torch.tensor(tokens)))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(linear(h[0]), torch.tensor(y))
        loss.backward()
        optimizer.step()
        assert value == pytest.approx(loss.item(), abs=1e-10)
    net.load(theta)
    np.testing.assert_allclose(embed.E, embedding.weight.detach().numpy(), rtol=0, atol=1e-8)
    np.testing.assert_allclose(dense.W.T, linear.weight.detach().numpy(), rtol=0, atol=1e-8)


def test_a_mask_from_an_embedding_without_padding_is_refused() -> None:
    embed = Embedding(9, 4)
    net = Network([embed, LSTM(4, 5, last=True, mask=embed)], bce_with_logits)
    with pytest.raises(RuntimeError) as caught:
        net.predict(net.init(np.random.default_rng(0)), np.array([[1, 2]]))
    assert str(caught.value) == (
        "LSTM(4, 5) takes its mask from Embedding(9, 4), which has none: it must run before, in the same network, and "
        "know what padding is. Try Embedding(…, padding=0)."
    )
