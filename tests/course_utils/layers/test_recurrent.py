"""RNN, LSTM and GRU: gradients, PyTorch, masks, oracles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.layers.gru import GRU
from course_utils.layers.lstm import LSTM
from course_utils.layers.masked import LastState, mask_from_lengths
from course_utils.layers.recurrent import Recurrent
from course_utils.layers.rnn import RNN
from tests.course_utils.layers.sequence_tools import gradient_error, load_recurrent, recurrent_gradient

KINDS = [RNN, LSTM, GRU]
MASK = np.array([[1, 1, 1, 1, 1], [0, 0, 1, 1, 1], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0], [1, 0, 1, 1, 0]], bool)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def ready(layer: Recurrent, dtype: Any = np.float64, seed: int = 1) -> Recurrent:
    """The layer outside of a network, with biases that are not 0."""
    theta, _ = layer.alone(np.random.default_rng(seed), dtype)
    theta += np.random.default_rng(seed).normal(0, 0.1, theta.shape).astype(dtype)
    return layer


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 4, 3), (3, 5, 2)])
def test_gradients_of_input_and_parameters(kind: Any, last: bool, shape: tuple[int, int, int], rng: Any) -> None:
    assert gradient_error(kind(shape[2], 3, last=last), rng.normal(size=shape)) < 1e-6


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("last", [False, True])
def test_gradients_with_a_mask(kind: Any, last: bool, rng: Any) -> None:
    assert gradient_error(kind(2, 3, last=last, mask=MASK), rng.normal(size=(5, 5, 2))) < 1e-6


@pytest.mark.torch
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (4, 7, 3, 5), (3, 11, 6, 2)])
def test_agrees_with_torch(kind: Any, shape: tuple[int, int, int, int], rng: Any, needs_torch: Any) -> None:
    torch, (n, T, i, h) = needs_torch, shape
    layer = ready(kind(i, h))
    twin = getattr(torch.nn, kind.__name__)(i, h, batch_first=True, dtype=torch.float64)
    load_recurrent(torch, layer, twin)
    x, dy = rng.normal(size=(n, T, i)), rng.normal(size=(n, T, h))
    x_torch = torch.tensor(x, requires_grad=True)
    y_torch, _ = twin(x_torch)
    y_torch.backward(torch.tensor(dy))
    np.testing.assert_allclose(layer.forward(x), y_torch.detach().numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.backward(dy), x_torch.grad.numpy(), rtol=0, atol=1e-10)
    names = layer.shapes()
    ours = np.concatenate([getattr(layer, "d" + name).ravel() for name in names])
    np.testing.assert_allclose(ours, recurrent_gradient(layer, twin), rtol=0, atol=1e-10)


@pytest.mark.torch
@pytest.mark.parametrize("kind", KINDS)
def test_mask_agrees_with_packed_sequences_of_torch(kind: Any, rng: Any, needs_torch: Any) -> None:
    torch, lengths = needs_torch, np.array([5, 3, 1])
    layer = ready(kind(3, 4, last=True, mask=mask_from_lengths(lengths, 5)))
    twin = getattr(torch.nn, kind.__name__)(3, 4, batch_first=True, dtype=torch.float64)
    load_recurrent(torch, layer, twin)
    x, dy = rng.normal(size=(3, 5, 3)), rng.normal(size=(3, 4))
    x_torch = torch.tensor(x, requires_grad=True)
    _, state = twin(torch.nn.utils.rnn.pack_padded_sequence(x_torch, torch.tensor(lengths), batch_first=True))
    h_torch = (state[0] if kind is LSTM else state)[0]
    h_torch.backward(torch.tensor(dy))
    np.testing.assert_allclose(layer.forward(x), h_torch.detach().numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(layer.backward(dy), x_torch.grad.numpy(), rtol=0, atol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_result_does_not_depend_on_the_length_or_side_of_padding(kind: Any, rng: Any) -> None:
    layer, x = ready(kind(3, 4, last=True)), rng.normal(size=(2, 6, 3))
    alone, dy = layer.forward(x), rng.normal(size=(2, 4))
    layer.backward(dy)
    dW = {name: getattr(layer, "d" + name).copy() for name in layer.shapes()}
    for left, right in [(0, 1), (3, 0), (0, 200), (200, 0), (5, 5)]:
        real = np.pad(np.ones((2, 6), bool), [(0, 0), (left, right)])
        layer.mask = real
        padded = np.where(real[..., None], np.pad(x, [(0, 0), (left, right), (0, 0)]), 7.0)
        np.testing.assert_allclose(layer.forward(padded), alone, rtol=0, atol=1e-12)
        dx = layer.backward(dy)
        assert (dx[~real] == 0).all()
        for name, value in dW.items():
            np.testing.assert_allclose(getattr(layer, "d" + name), value, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_last_is_the_last_row_of_all_states(kind: Any, rng: Any) -> None:
    x = rng.normal(size=(5, 5, 2))
    every, last = ready(kind(2, 3, mask=MASK)), ready(kind(2, 3, last=True, mask=MASK))
    states = every.forward(x)
    np.testing.assert_array_equal(last.forward(x), states[:, -1])
    np.testing.assert_array_equal(LastState(MASK).forward(states), states[:, -1])
    assert (states[3] == 0).all(), "a row of padding leaves the state at its start"
    np.testing.assert_array_equal(states[2, 1], states[2, 4])


@settings(max_examples=20, deadline=None)
@given(n=st.integers(1, 4), T=st.integers(1, 6), i=st.integers(1, 5), h=st.integers(1, 5), which=st.integers(0, 2))
def test_shapes_and_float32_are_kept(n: int, T: int, i: int, h: int, which: int) -> None:
    rng = np.random.default_rng(n + 10 * T)
    for last in (False, True):
        layer = ready(KINDS[which](i, h, last=last, mask=rng.random((n, T)) < 0.7), np.float32)
        y = layer.forward(rng.normal(size=(n, T, i)).astype(np.float32))
        assert y.shape == (n, *layer.out_shape((T, i)))
        dx = layer.backward(np.ones_like(y))
        assert dx.shape == (n, T, i)
        assert y.dtype == dx.dtype == np.float32


@pytest.mark.parametrize("kind", KINDS)
def test_backward_twice_writes_the_gradient_anew(kind: Any, rng: Any) -> None:
    layer = kind(2, 3)
    _, grad = layer.alone(rng)
    y = layer.forward(rng.normal(size=(2, 4, 2)))
    layer.backward(y)
    first = grad.copy()
    layer.backward(y)
    np.testing.assert_array_equal(grad, first)


@pytest.mark.parametrize("kind", KINDS)
def test_no_state_leaks_from_batch_to_batch(kind: Any, rng: Any) -> None:
    layer, x = ready(kind(2, 3)), rng.normal(size=(2, 4, 2))
    first = layer.forward(x)
    layer.forward(rng.normal(size=(2, 4, 2)))
    np.testing.assert_array_equal(layer.forward(x), first)
    np.testing.assert_allclose(layer.forward(x[1:]), first[1:], rtol=0, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_outputs_are_not_overwritten_by_the_next_batch(kind: Any, rng: Any) -> None:
    layer, x = ready(kind(2, 3)), rng.normal(size=(2, 4, 2))
    y = layer.forward(x)
    kept = y.copy()
    layer.forward(2 * x)
    np.testing.assert_array_equal(y, kept)


def test_parameter_counts_O87_O88() -> None:
    assert RNN(32, 100).size == 13_300
    assert LSTM(32, 100).size == 4 * (100 * (32 + 100) + 100) == 53_200
    assert 5000 * 32 + LSTM(32, 100).size + 101 == 213_301
    assert GRU(32, 100).size == 40_200
    assert GRU(32, 100).size - 3 * 100 == 39_900
    assert LSTM(32, 100).multiply_adds((7, 32)) == 7 * 4 * 100 * 132


def test_lstm_cell_by_hand_O96() -> None:
    layer = LSTM(1, 1)
    theta, _ = layer.alone(np.random.default_rng(0))
    theta[:] = 0.1
    layer.W[:, -1] = 0
    h = layer.forward(np.ones((1, 1, 1)))
    assert h.item() == pytest.approx(0.0274437727, abs=5e-11)
    assert layer.c[1].item() == pytest.approx(0.0523236228, abs=5e-11)


@pytest.mark.parametrize(("bias", "gain"), [(0, 7.9e-31), (1, 2.48e-14), (2, 3.07e-06), (5, 0.5109)])
def test_memory_over_100_steps_O97(bias: float, gain: float) -> None:
    """With only the forget bias at work, the gradient shrinks by σ(b) a step."""
    layer = LSTM(1, 1, last=True, forget_bias=bias)
    layer.alone(np.random.default_rng(0))
    layer.W[:, :-1] = 0
    layer.W[3, 0] = 1
    layer.forward(np.zeros((1, 101, 1)))
    dx = layer.backward(np.ones((1, 1)))[0, :, 0]
    assert dx[0] / dx[100] == pytest.approx((1 / (1 + np.exp(-bias))) ** 100, rel=1e-10)
    assert dx[0] / dx[100] == pytest.approx(gain, rel=5e-3)


@pytest.mark.parametrize(("w", "gain"), [(0.9, 2.6561e-05), (1.1, 13780.61)])
def test_vanishing_and_exploding_through_100_steps_O97(w: float, gain: float) -> None:
    layer = RNN(1, 2, last=True)
    layer.alone(np.random.default_rng(0))
    layer.W[:] = np.array([[1, w, 0, 0], [1, 0, w, 0]])
    layer.forward(np.zeros((1, 101, 1)))
    dx = layer.backward(np.ones((1, 2)))[0, :, 0]
    assert dx[0] / dx[100] == pytest.approx(gain, rel=1e-4)


def test_padding_without_a_mask_O102() -> None:
    """Left padding shifts the result a little; right padding erases the review; the mask mends both."""
    rng = np.random.default_rng(3)
    layer = LSTM(32, 100, last=True)
    layer.alone(rng)
    layer.W[:] = rng.uniform(-0.1, 0.1, layer.W.shape)                  # PyTorch's default start
    reviews, pad = rng.normal(size=(2, 20, 32)), rng.normal(size=32)
    alone = layer.forward(reviews)
    right = np.concatenate([reviews, np.broadcast_to(pad, (2, 480, 32))], axis=1)
    left = right[:, ::-1].copy()
    left[:, 480:] = reviews
    shift = np.linalg.norm(layer.forward(left) - alone) / np.linalg.norm(alone)
    assert 1e-6 < shift < 1e-3
    h = layer.forward(right)
    assert np.abs(h[0] - h[1]).max() < 1e-14 < np.abs(alone[0] - alone[1]).max()
    layer.mask = np.arange(500)[None] < np.array([[20], [20]])
    np.testing.assert_allclose(layer.forward(right), alone, rtol=0, atol=1e-12)


def test_start_of_the_weights(rng: Any) -> None:
    layer = LSTM(3, 4, forget_bias=2.0)
    layer.alone(rng)
    np.testing.assert_array_equal(layer.W[:, -1], np.repeat([0.0, 2.0, 0.0, 0.0], 4))
    for block in layer.W.reshape(4, 4, -1):
        np.testing.assert_allclose(block[:, 3:-1] @ block[:, 3:-1].T, np.eye(4), atol=1e-12)
    gru = GRU(3, 4)
    gru.alone(rng)
    assert (gru.Wx[:, -1] == 0).all()
    assert (gru.Wh[:, -1] == 0).all()
    np.testing.assert_allclose(gru.Wh[4:8, :-1] @ gru.Wh[4:8, :-1].T, np.eye(4), atol=1e-12)


ERRORS = [
    (lambda: RNN(0, 3), "n_in must be a whole number, 1 or more, got 0: it is the number of features. Try 100."),
    (lambda: GRU(3, 1.5), "n_hidden must be a whole number, 1 or more, got 1.5: it is the size of the state. Try 100."),
    (
        lambda: ready(LSTM(3, 4)).forward(np.zeros((2, 5, 2))),
        "LSTM(3, 4) expected sequences (batch, T, 3), T ≥ 1, got (2, 5, 2). Check the layer before it, or the data.",
    ),
    (
        lambda: ready(GRU(3, 4)).forward(np.zeros((2, 3))),
        "GRU(3, 4) expected sequences (batch, T, 3), T ≥ 1, got (2, 3). Check the layer before it, or the data.",
    ),
    (
        lambda: ready(RNN(3, 4)).forward(np.zeros((2, 0, 3))),
        "RNN(3, 4) expected sequences (batch, T, 3), T ≥ 1, got (2, 0, 3). Check the layer before it, or the data.",
    ),
    (
        lambda: RNN(3, 4).out_shape((3,)),
        "RNN(3, 4) expected sequences (T, 3), T ≥ 1, got (3,). Check the layer before it, or the data.",
    ),
    (
        lambda: ready(RNN(3, 4, mask=MASK)).forward(np.zeros((5, 4, 3))),
        "RNN(3, 4) expected a boolean mask (5, 4), got bool (5, 5). Check the layer before it, or the data.",
    ),
    (
        lambda: ready(RNN(3, 4, mask=MASK.astype(float))).forward(np.zeros((5, 5, 3))),
        "RNN(3, 4) expected a boolean mask (5, 5), got float64 (5, 5). Check the layer before it, or the data.",
    ),
]


@pytest.mark.parametrize(("wrong", "message"), ERRORS)
def test_errors_say_what_to_do(wrong: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        wrong()
    assert str(caught.value) == message


@pytest.mark.parametrize("kind", KINDS)
def test_backward_before_forward_says_so(kind: Any) -> None:
    with pytest.raises(RuntimeError) as caught:
        kind(2, 3).backward(np.zeros((1, 3)))
    assert str(caught.value) == (
        f"{kind.__name__}(2, 3).backward was called before forward: it needs what forward kept. Call forward first."
    )
