"""Attention: by hand, against PyTorch, with masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.layers import attention as module
from course_utils.layers.attention import MultiHeadAttention
from course_utils.layers.embedding import Embedding
from course_utils.layers.scaled_dot import attention, attention_backward
from tests.course_utils.layers.sequence_tools import gradient_error

MASK = np.array([[1, 1, 1, 1, 1], [0, 0, 1, 1, 1], [1, 1, 1, 0, 0]], bool)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def ready(layer: MultiHeadAttention, dtype: Any = np.float64) -> MultiHeadAttention:
    theta, _ = layer.alone(np.random.default_rng(1), dtype)
    theta += np.random.default_rng(2).normal(0, 0.1, theta.shape).astype(dtype)     # biases that are not 0
    return layer


def test_attention_by_hand_O93() -> None:
    k, v = np.array([[1.0, 0], [0, 1], [1, 1]]), np.array([[1.0, 0], [0, 2], [3, 3]])
    y, P = attention(np.eye(2), k, v)
    np.testing.assert_allclose(P[0], [0.40111209, 0.19777581, 0.40111209], atol=5e-9)
    np.testing.assert_allclose(y[0], [1.60444837, 1.59888791], atol=5e-9)


@pytest.mark.parametrize("d", [4, 64, 512])
def test_dot_products_vary_like_d_and_scaled_ones_like_1_O92(d: int, rng: Any) -> None:
    q, k = rng.normal(size=(2, 40_000, d))
    dots = (q * k).sum(axis=1)
    assert dots.var() == pytest.approx(d, rel=0.03)
    assert (dots / np.sqrt(d)).var() == pytest.approx(1, rel=0.03)


def test_attention_divides_by_the_root_of_d(rng: Any) -> None:
    q, k = rng.normal(size=(2, 3, 16))
    _, P = attention(q, k, k)
    S = q @ k.T / 4
    np.testing.assert_allclose(P, np.exp(S) / np.exp(S).sum(axis=1, keepdims=True), atol=1e-14)


@pytest.mark.torch
@pytest.mark.parametrize("masked", [False, True])
def test_attention_agrees_with_torch(masked: bool, rng: Any, needs_torch: Any) -> None:
    torch = needs_torch
    q, k, v, dy = (rng.normal(size=(2, 3, n, 4)) for n in (5, 7, 7, 5))
    allowed = rng.random((5, 7)) < 0.6 if masked else None
    if allowed is not None:
        allowed[:, 0] = True
    tensors = [torch.tensor(a, requires_grad=True) for a in (q, k, v)]
    mask = None if allowed is None else torch.tensor(allowed)
    y_torch = torch.nn.functional.scaled_dot_product_attention(*tensors, attn_mask=mask)
    y_torch.backward(torch.tensor(dy))
    y, P = attention(q, k, v, allowed)
    np.testing.assert_allclose(y, y_torch.detach().numpy(), rtol=0, atol=1e-10)
    for ours, theirs in zip(attention_backward(dy, q, k, v, y, P), tensors, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=0, atol=1e-10)


def test_attention_is_stable_and_leaves_its_arguments_alone(rng: Any) -> None:
    q, k, v = rng.normal(size=(3, 4, 2)) * 1e3
    copies = [a.copy() for a in (q, k, v)]
    y, P = attention(q, k, v, np.tri(4, dtype=bool))
    assert np.isfinite(y).all()
    np.testing.assert_allclose(P.sum(axis=-1), 1)
    for a, b in zip((q, k, v), copies, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("mask", [None, MASK])
def test_gradients(causal: bool, mask: Any, rng: Any) -> None:
    assert gradient_error(MultiHeadAttention(4, 2, causal, mask), rng.normal(size=(3, 5, 4))) < 1e-6


@pytest.mark.parametrize(("shape", "heads"), [((1, 1, 1), 1), ((1, 3, 3), 3), ((2, 1, 6), 2)])
def test_gradients_of_odd_sizes(shape: tuple[int, int, int], heads: int, rng: Any) -> None:
    assert gradient_error(MultiHeadAttention(shape[2], heads), rng.normal(size=shape)) < 1e-6


@pytest.mark.torch
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("mask", [None, MASK])
@pytest.mark.parametrize("heads", [1, 2, 4])
def test_agrees_with_torch(causal: bool, mask: Any, heads: int, rng: Any, needs_torch: Any) -> None:
    if causal and mask is not None:
        mask = mask | (np.arange(5) == 0)                               # PyTorch needs a key for each query
    torch, layer = needs_torch, ready(MultiHeadAttention(8, heads, causal, mask))
    twin = torch.nn.MultiheadAttention(8, heads, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        twin.in_proj_weight.copy_(torch.tensor(layer.qkv.W.T))
        twin.in_proj_bias.copy_(torch.tensor(layer.qkv.b))
        twin.out_proj.weight.copy_(torch.tensor(layer.mix.W.T))
        twin.out_proj.bias.copy_(torch.tensor(layer.mix.b))
    x, dy = rng.normal(size=(2, 3, 5, 8))
    x_torch = torch.tensor(x, requires_grad=True)
    y_torch, weights = twin(
        x_torch, x_torch, x_torch,
        key_padding_mask=None if mask is None else torch.tensor(~mask),
        attn_mask=torch.tensor(~np.tri(5, dtype=bool)) if causal else None,
        average_attn_weights=False,
    )
    y_torch.backward(torch.tensor(dy))
    np.testing.assert_allclose(layer.forward(x), y_torch.detach().numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.weights, weights.detach().numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.backward(dy), x_torch.grad.numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.qkv.dW.T, twin.in_proj_weight.grad.numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.qkv.db, twin.in_proj_bias.grad.numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.mix.dW.T, twin.out_proj.weight.grad.numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.mix.db, twin.out_proj.bias.grad.numpy(), rtol=0, atol=1e-10)


def test_blocks_of_examples_change_nothing(rng: Any, monkeypatch: Any) -> None:
    x, dy = rng.normal(size=(2, 3, 5, 4))
    results = []
    for block in (1, 2 * 2 * 25 * 8, 2**20):                            # 1, 2 and 3 examples at a time
        monkeypatch.setattr(module, "BLOCK", block)
        layer = ready(MultiHeadAttention(4, 2, True, MASK))
        results.append((layer.forward(x), layer.weights, layer.backward(dy), layer.qkv.dW.copy()))
    assert [len(layer.blocks(3, 5, 8)), len(results)] == [1, 3]
    for other in results[1:]:
        for a, b in zip(results[0], other, strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-14)


def test_causal_outputs_do_not_see_the_future(rng: Any) -> None:
    layer, x = ready(MultiHeadAttention(4, 2, causal=True)), rng.normal(size=(1, 6, 4))
    y = layer.forward(x)
    x[:, 4:] += 10
    np.testing.assert_array_equal(layer.forward(x)[:, :4], y[:, :4])
    assert not np.allclose(layer.forward(x)[:, 4:], y[:, 4:])
    assert (np.triu(layer.weights[0, 0], 1) == 0).all()


def test_real_positions_do_not_depend_on_padding(rng: Any) -> None:
    layer, x = ready(MultiHeadAttention(4, 2)), rng.normal(size=(2, 6, 4))
    y = layer.forward(x)
    real = np.pad(np.ones((2, 6), bool), [(0, 0), (7, 40)])
    layer.mask = real
    padded = layer.forward(np.where(real[..., None], np.pad(x, [(0, 0), (7, 40), (0, 0)]), 9.0))
    np.testing.assert_allclose(padded[:, 7:13], y, rtol=0, atol=1e-12)


@pytest.mark.parametrize("causal", [False, True])
def test_a_query_without_keys_gets_weights_zero(causal: bool, rng: Any) -> None:
    mask = np.array([[False] * 4, [False, False, True, True]])
    layer = ready(MultiHeadAttention(4, 2, causal, mask))
    y = layer.forward(rng.normal(size=(2, 4, 4)))
    assert not layer.weights[0].any()
    assert not layer.weights[1, :, :, :2].any()
    assert layer.weights[1, :, :2].any() != causal
    np.testing.assert_array_equal(y[0], np.broadcast_to(layer.mix.b, (4, 4)))
    assert np.isfinite(layer.backward(np.ones_like(y))).all()


def test_mask_comes_from_the_embedding() -> None:
    embed = Embedding(5, 4, padding=0)
    embed.alone(np.random.default_rng(0))
    layer = ready(MultiHeadAttention(4, 2, mask=embed))
    layer.forward(embed.forward(np.array([[1, 2, 0], [3, 0, 0]])))
    assert not layer.weights[0, :, :, 2].any()
    assert not layer.weights[1, :, :, 1:].any()


def test_the_bias_of_the_keys_has_no_effect(rng: Any) -> None:
    """It adds the same number to all scores of a query, which the softmax takes away again."""
    layer, x = ready(MultiHeadAttention(4, 2)), rng.normal(size=(2, 5, 4))
    y = layer.forward(x)
    layer.backward(rng.normal(size=y.shape))
    assert np.abs(layer.qkv.db[4:8]).max() < 1e-14 < np.abs(layer.qkv.db[:4]).max()
    layer.qkv.b[4:8] += 3
    np.testing.assert_allclose(layer.forward(x), y, rtol=0, atol=1e-13)


def test_attention_does_not_know_the_order(rng: Any) -> None:
    layer, x, order = ready(MultiHeadAttention(4, 2)), rng.normal(size=(1, 6, 4)), rng.permutation(6)
    np.testing.assert_allclose(layer.forward(x[:, order]), layer.forward(x)[:, order], rtol=0, atol=1e-13)


def test_counts_O94() -> None:
    layer = MultiHeadAttention(512, 8)
    assert layer.size == 1_050_624
    assert layer.multiply_adds((10, 512)) == 4 * 10 * 512**2 + 2 * 10**2 * 512
    assert layer.out_shape((10, 512)) == (10, 512)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 3), st.integers(1, 6), st.integers(1, 3), st.integers(1, 3), st.booleans())
def test_shapes_and_float32_are_kept(n: int, T: int, heads: int, each: int, causal: bool) -> None:
    rng = np.random.default_rng(T)
    layer = ready(MultiHeadAttention(heads * each, heads, causal, rng.random((n, T)) < 0.7), np.float32)
    y = layer.forward(rng.normal(size=(n, T, heads * each)).astype(np.float32))
    dx = layer.backward(y)
    assert y.shape == dx.shape == (n, T, heads * each)
    assert y.dtype == dx.dtype == layer.weights.dtype == np.float32


ERRORS = [
    (lambda: MultiHeadAttention(6, 4), "heads must divide d, got heads=4, d=6: each takes d/heads features. Try 1."),
    (
        lambda: MultiHeadAttention(0, 1),
        "d must be a whole number, 1 or more, got 0: it is the number of features. Try 100.",
    ),
    (lambda: MultiHeadAttention(4, 0), "heads must be a whole number, 1 or more, got 0: they do the looking. Try 100."),
    (
        lambda: ready(MultiHeadAttention(4, 2)).forward(np.zeros((2, 3, 5))),
        "MultiHeadAttention(4, heads=2) expected sequences (batch, T, 4), T ≥ 1, got (2, 3, 5). "
        "Check the layer before it, or the data.",
    ),
    (
        lambda: ready(MultiHeadAttention(4, 2, mask=MASK)).forward(np.zeros((2, 5, 4))),
        "MultiHeadAttention(4, heads=2) expected a boolean mask (2, 5), got bool (3, 5). "
        "Check the layer before it, or the data.",
    ),
]


@pytest.mark.parametrize(("wrong", "message"), ERRORS)
def test_errors_say_what_to_do(wrong: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        wrong()
    assert str(caught.value) == message


def test_backward_before_forward_says_so() -> None:
    with pytest.raises(RuntimeError, match=r"MultiHeadAttention\(4, heads=2\).backward was called before forward"):
        MultiHeadAttention(4, 2).backward(np.zeros((1, 2, 4)))
