"""The transformer block, pre-LN and post-LN."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_utils.checks import Array
from course_utils.layers.activations import GELU
from course_utils.layers.base import Layer
from course_utils.layers.dense import Dense
from course_utils.layers.embedding import Embedding
from course_utils.layers.masked import MaskedMean
from course_utils.layers.positional import Positional
from course_utils.layers.residual import Residual
from course_utils.layers.transformer import TransformerBlock
from course_utils.losses import softmax_ce
from course_utils.network import Network
from course_utils.optimizers import Adam
from tests.course_utils.layers.sequence_tools import gradient_error

MASK = np.array([[1, 1, 1, 1, 1], [1, 0, 1, 1, 0]], bool)


def leaves(layer: Layer) -> list[Any]:
    """The layers that have parameters of their own: norm, qkv, mix, norm, dense, dense, in the order of the block."""
    return ([layer] if layer.shapes() else []) + [leaf for part in layer.parts() for leaf in leaves(part)]


def pairs(block: TransformerBlock, twin: Any) -> list[tuple[Any, str, Any, bool]]:
    """(our layer, parameter, PyTorch's parameter, transposed?) for all parameters."""
    found = leaves(block)
    norms = [leaf for leaf in found if "gamma" in leaf.shapes()]
    dense = [leaf for leaf in found if "W" in leaf.shapes()]
    attn = twin.self_attn
    weights = [
        (attn.in_proj_weight, attn.in_proj_bias), (attn.out_proj.weight, attn.out_proj.bias),
        (twin.linear1.weight, twin.linear1.bias), (twin.linear2.weight, twin.linear2.bias),
    ]
    both = [(d, "W", w, True) for d, (w, _) in zip(dense, weights, strict=True)]
    both += [(d, "b", b, False) for d, (_, b) in zip(dense, weights, strict=True)]
    both += [(n, "gamma", t.weight, False) for n, t in zip(norms, (twin.norm1, twin.norm2), strict=True)]
    both += [(n, "beta", t.bias, False) for n, t in zip(norms, (twin.norm1, twin.norm2), strict=True)]
    return both


def load(torch: Any, block: TransformerBlock, twin: Any) -> None:
    with torch.no_grad():
        for layer, name, p, transposed in pairs(block, twin):
            value: Array = getattr(layer, name)
            p.copy_(torch.tensor(np.array(value.T if transposed else value)))


def ready(block: TransformerBlock, dtype: Any = np.float64) -> TransformerBlock:
    theta, _ = block.alone(np.random.default_rng(1), dtype)
    theta += np.random.default_rng(2).normal(0, 0.1, theta.shape).astype(dtype)
    return block


@pytest.mark.parametrize("norm_first", [True, False])
@pytest.mark.parametrize(("shape", "heads"), [((2, 5, 4), 2), ((1, 3, 3), 1)])
def test_gradients(norm_first: bool, shape: tuple[int, int, int], heads: int) -> None:
    block = TransformerBlock(shape[2], heads, 5, causal=heads == 1, norm_first=norm_first, activation=GELU())
    block_mask = MASK if shape[0] == 2 else None
    for layer in (part for part in walk(block) if hasattr(part, "heads") and hasattr(part, "qkv")):
        layer.mask = block_mask
    assert gradient_error(block, np.random.default_rng(0).normal(size=shape)) < 1e-6


def walk(layer: Layer) -> list[Any]:
    return [layer] + [found for part in layer.parts() for found in walk(part)]


@pytest.mark.torch
@pytest.mark.parametrize("norm_first", [True, False])
@pytest.mark.parametrize("mask", [None, MASK])
@pytest.mark.parametrize("causal", [False, True])
def test_agrees_with_torch(norm_first: bool, mask: Any, causal: bool, needs_torch: Any) -> None:
    torch, rng = needs_torch, np.random.default_rng(3)
    block = ready(TransformerBlock(8, 2, 12, causal=causal, mask=mask, norm_first=norm_first))
    twin = torch.nn.TransformerEncoderLayer(
        8, 2, 12, dropout=0, batch_first=True, norm_first=norm_first, dtype=torch.float64
    )
    load(torch, block, twin)
    x, dy = rng.normal(size=(2, 2, 5, 8))
    x_torch = torch.tensor(x, requires_grad=True)
    y_torch = twin(
        x_torch,
        src_mask=torch.tensor(~np.tri(5, dtype=bool)) if causal else None,
        src_key_padding_mask=None if mask is None else torch.tensor(~mask),
    )
    y_torch.backward(torch.tensor(dy))
    np.testing.assert_allclose(block.forward(x), y_torch.detach().numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(block.backward(dy), x_torch.grad.numpy(), rtol=0, atol=1e-10)
    for layer, name, p, transposed in pairs(block, twin):
        theirs = p.grad.numpy()
        np.testing.assert_allclose(getattr(layer, "d" + name), theirs.T if transposed else theirs, rtol=0, atol=1e-10)


@pytest.mark.torch
@pytest.mark.parametrize("norm_first", [True, False])
def test_network_follows_its_torch_twin_over_20_adam_steps(norm_first: bool, needs_torch: Any) -> None:
    torch, rng = needs_torch, np.random.default_rng(4)
    embed, block, dense = Embedding(7, 8), TransformerBlock(8, 2, 12, causal=True, norm_first=norm_first), Dense(8, 7)
    net = Network([embed, Positional(8), block, dense], softmax_ce, np.float64)
    theta = net.init(rng)
    net.load(theta)
    embedding, linear = torch.nn.Embedding(7, 8, dtype=torch.float64), torch.nn.Linear(8, 7, dtype=torch.float64)
    twin = torch.nn.TransformerEncoderLayer(
        8, 2, 12, dropout=0, batch_first=True, norm_first=norm_first, dtype=torch.float64
    )
    load(torch, block, twin)
    with torch.no_grad():
        embedding.weight.copy_(torch.tensor(embed.E))
        linear.weight.copy_(torch.tensor(dense.W.T))
        linear.bias.copy_(torch.tensor(dense.b))
        twin.self_attn.in_proj_bias[8:16] = 0
    eps = 1e-4                  # the key bias has gradient 0: with a small ε, Adam would blow up its rounding errors
    optimizer = torch.optim.Adam([p for m in (embedding, twin, linear) for p in m.parameters()], lr=0.01, eps=eps)
    positions = torch.tensor(Positional(8).forward(np.zeros((1, 6, 8))))
    adam = Adam(lr=0.01, eps=eps)
    state = adam.init(theta)
    for t in range(1, 21):
        tokens = rng.integers(0, 7, (4, 6))
        value, g = net.value_and_grad(theta, (tokens, tokens[:, ::-1]))
        theta, state = adam.step(theta, g, state, t, 0.01)
        optimizer.zero_grad()
        mask = torch.tensor(~np.tri(6, dtype=bool))
        output = linear(twin(embedding(torch.tensor(tokens)) + positions, src_mask=mask))
        target = torch.tensor(tokens[:, ::-1].copy())
        loss = torch.nn.functional.cross_entropy(output.reshape(-1, 7), target.reshape(-1))
        loss.backward()
        optimizer.step()
        assert value == pytest.approx(loss.item(), abs=1e-10)


def test_counts_O94() -> None:
    assert TransformerBlock(512, 8, 2048).size == TransformerBlock(512, 8, 2048, norm_first=False).size == 3_152_384
    assert TransformerBlock(64, 4).size == TransformerBlock(64, 4, 256).size
    T, d = 10, 64
    assert TransformerBlock(d, 4).multiply_adds((T, d)) == 12 * T * d * d + 2 * T * T * d
    assert TransformerBlock(d, 4).out_shape((T, d)) == (T, d)


@pytest.mark.parametrize("norm_first", [True, False])
def test_dropout_draws_in_training_only_and_anew_for_each_branch(norm_first: bool) -> None:
    block, x = ready(TransformerBlock(8, 2, dropout=0.5, norm_first=norm_first)), np.ones((1, 3, 8))
    plain = ready(TransformerBlock(8, 2, norm_first=norm_first))
    np.testing.assert_array_equal(block.forward(x), plain.forward(x))
    trained = block.forward(x, True, np.random.default_rng(0))
    assert not np.allclose(trained, plain.forward(x))
    first, second = (part.mask for part in walk(block) if type(part).__name__ == "Dropout")
    assert not np.array_equal(first, second)
    block.backward(trained)


def test_blocks_without_branches_pass_their_input_on() -> None:
    block, x = TransformerBlock(8, 2), np.random.default_rng(0).normal(size=(2, 3, 8))
    theta, _ = block.alone(np.random.default_rng(0))
    theta[:] = 0
    np.testing.assert_array_equal(block.forward(x), x)
    np.testing.assert_array_equal(block.backward(x), x)
    assert all(isinstance(part, Residual) for part in block.parts())


def test_masked_network_does_not_depend_on_the_length_of_padding() -> None:
    rng = np.random.default_rng(0)
    embed = Embedding(9, 8, padding=0)
    net = Network(
        [embed, TransformerBlock(8, 2, mask=embed), TransformerBlock(8, 2, mask=embed), MaskedMean(embed), Dense(8, 3)],
        softmax_ce, np.float64,
    )
    theta, tokens, y = net.init(rng), np.array([[3, 1, 4], [5, 0, 0]]), np.array([0, 2])
    value, grad = net.value_and_grad(theta, (tokens, y))
    grad = grad.copy()
    longer, again = net.value_and_grad(theta, (np.pad(tokens, [(0, 0), (0, 30)]), y))
    assert longer == pytest.approx(value, abs=1e-12)
    np.testing.assert_allclose(again, grad, rtol=0, atol=1e-12)


def test_float32_is_kept() -> None:
    block = ready(TransformerBlock(8, 2), np.float32)
    y = block.forward(np.ones((2, 3, 8), np.float32))
    assert y.dtype == block.backward(y).dtype == np.float32


def test_a_width_of_0_is_refused() -> None:
    with pytest.raises(ValueError, match="hidden must be a whole number, 1 or more, got 0: it is the width of the mlp"):
        TransformerBlock(8, 2, hidden=0)


def test_summary_names_the_block() -> None:
    assert str(TransformerBlock(8, 2)) == "TransformerBlock(8, heads=2, hidden=32)"
