"""Embedding: gathering forward, adding up backward."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.initializers import zeros
from course_utils.layers.embedding import Embedding
from tests.course_utils.layers.sequence_tools import gradient_error

TOKENS = np.array([[3, 1, 3, 0], [3, 4, 0, 0]])


def ready(layer: Embedding, dtype: Any = np.float64) -> Embedding:
    layer.alone(np.random.default_rng(0), dtype)
    return layer


@pytest.mark.parametrize("tokens", [TOKENS, TOKENS[:1], TOKENS[:, :1], np.array([2, 2, 2]), np.array([[4]])])
def test_gradient_with_repeated_tokens(tokens: Any) -> None:
    assert gradient_error(Embedding(5, 3), tokens) < 1e-6


@given(st.lists(st.integers(0, 6), max_size=30), st.integers(1, 4))
def test_gradient_is_the_dense_sum_over_occurrences(tokens: list[int], d: int) -> None:
    layer, x = ready(Embedding(7, d)), np.array(tokens, dtype=np.int64)
    dy = np.random.default_rng(1).normal(size=layer.forward(x).shape)
    dx = layer.backward(dy)
    expected = np.zeros((7, d))
    np.add.at(expected, x, dy)
    np.testing.assert_allclose(layer.dE, expected, rtol=0, atol=1e-12)
    assert dx.shape == x.shape
    assert not dx.any()


@pytest.mark.torch
@pytest.mark.parametrize("padding", [None, 0, 4])
def test_agrees_with_torch(padding: int | None, needs_torch: Any) -> None:
    torch, layer = needs_torch, ready(Embedding(5, 3, padding=padding))
    twin = torch.nn.Embedding(5, 3, padding_idx=padding, dtype=torch.float64)
    with torch.no_grad():
        twin.weight.copy_(torch.tensor(layer.E))
    dy = np.random.default_rng(1).normal(size=(2, 4, 3))
    y = twin(torch.tensor(TOKENS))
    y.backward(torch.tensor(dy))
    np.testing.assert_allclose(layer.forward(TOKENS), y.detach().numpy(), rtol=0, atol=1e-10)
    layer.backward(dy)
    np.testing.assert_allclose(layer.dE, twin.weight.grad.numpy(), rtol=0, atol=1e-10)


def test_padding_stays_zero_and_makes_the_mask() -> None:
    layer = ready(Embedding(5, 3, padding=0))
    y = layer.forward(TOKENS)
    np.testing.assert_array_equal(layer.mask, TOKENS != 0)
    assert not y[TOKENS == 0].any()
    layer.backward(np.ones_like(y))
    assert not layer.dE[0].any()
    np.testing.assert_array_equal(layer.dE[3], 3)


def test_padding_does_not_stop_other_rows_from_starting_at_random() -> None:
    assert (ready(Embedding(5, 3, padding=2)).E.any(axis=1) == [True, True, False, True, True]).all()
    assert not ready(Embedding(5, 3, init=zeros)).E.any()


def test_output_is_a_copy_in_the_precision_of_the_parameters() -> None:
    layer = ready(Embedding(5, 3), np.float32)
    y = layer.forward(TOKENS)
    assert y.dtype == layer.backward(y).dtype == np.float32
    y[:] = 0
    assert layer.E.any()


def test_shapes_and_size() -> None:
    assert Embedding(5000, 32).size == 160_000
    assert Embedding(5, 3).out_shape((7,)) == (7, 3)
    assert Embedding(5, 3).multiply_adds((7,)) == 0
    assert ready(Embedding(5, 3)).forward(np.zeros((0, 4), int)).shape == (0, 4, 3)


NEXT = "Check the layer before it, or the data."
ERRORS = [
    (
        lambda: ready(Embedding(5, 3)).forward(np.array([[0, 5]])),
        f"Embedding(5, 3) expected tokens, whole numbers 0 … 4, got int64 from 0 to 5. {NEXT}",
    ),
    (
        lambda: ready(Embedding(5, 3)).forward(np.array([[-1, 2]])),
        f"Embedding(5, 3) expected tokens, whole numbers 0 … 4, got int64 from -1 to 2. {NEXT}",
    ),
    (
        lambda: ready(Embedding(5, 3)).forward(np.array([[1.0, 2.0]])),
        f"Embedding(5, 3) expected tokens, whole numbers 0 … 4, got float64 from 1.0 to 2.0. {NEXT}",
    ),
    (lambda: Embedding(5, 3, padding=5), "padding must be a token, 0 … 4, got 5: it needs a row. Try 0."),
    (
        lambda: Embedding(0, 3),
        "n_tokens must be a whole number, 1 or more, got 0: it is the size of the vocabulary. Try 100.",
    ),
    (lambda: Embedding(5, 0), "n_out must be a whole number, 1 or more, got 0: it is the length of a vector. Try 100."),
]


@pytest.mark.parametrize(("wrong", "message"), ERRORS)
def test_errors_say_what_to_do(wrong: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        wrong()
    assert str(caught.value) == message


def test_backward_before_forward_says_so() -> None:
    with pytest.raises(RuntimeError, match=r"Embedding\(5, 3\).backward was called before forward"):
        ready(Embedding(5, 3)).backward(np.zeros((2, 3)))
