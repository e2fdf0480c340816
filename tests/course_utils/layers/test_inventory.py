"""What holds for every layer: gradients, precision, order of use. A layer that is missing here fails a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_utils import layers as library
from course_utils.gradcheck import GradientReport
from course_utils.layers import (
    GELU,
    GRU,
    LSTM,
    RNN,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePool,
    LastState,
    Layer,
    LayerNorm,
    LeakyReLU,
    MaskedMean,
    Masking,
    MaxPool2d,
    MultiHeadAttention,
    Positional,
    ReLU,
    Residual,
    Sequential,
    Sigmoid,
    Softmax,
    Tanh,
    TransformerBlock,
    mask_from_lengths,
)
from tests.course_utils.layers.contract import by_input, by_parameters

ROW, IMAGE, SEQUENCE = (5,), (7, 5, 3), (5, 3)
INVENTORY: dict[str, tuple[Callable[[], Layer], tuple[int, ...]]] = {
    "Dense": (lambda: Dense(5, 3), ROW),
    "Dense without bias": (lambda: Dense(5, 3, bias=False), ROW),
    "Sigmoid": (Sigmoid, ROW),
    "Tanh": (Tanh, ROW),
    "ReLU": (ReLU, ROW),
    "LeakyReLU": (lambda: LeakyReLU(0.2), ROW),
    "GELU": (GELU, ROW),
    "Softmax": (Softmax, ROW),
    "Dropout": (lambda: Dropout(0.0), ROW),
    "LayerNorm": (lambda: LayerNorm(5), ROW),
    "BatchNorm": (lambda: BatchNorm(3), IMAGE),
    "Conv2d": (lambda: Conv2d(3, 2, kernel=3, padding=1), IMAGE),
    "Conv2d, stride": (lambda: Conv2d(3, 4, kernel=(3, 2), stride=(2, 1), padding=(0, 1)), IMAGE),
    "Conv2d, depthwise": (lambda: Conv2d(3, 6, kernel=3, groups=3), IMAGE),
    "Conv2d, pointwise": (lambda: Conv2d(3, 4, kernel=1), IMAGE),
    "MaxPool2d": (lambda: MaxPool2d(2), IMAGE),
    "MaxPool2d, overlapping": (lambda: MaxPool2d(3, stride=2), IMAGE),
    "AvgPool2d": (lambda: AvgPool2d(2), IMAGE),
    "GlobalAveragePool": (GlobalAveragePool, IMAGE),
    "Flatten": (Flatten, IMAGE),
    "Residual": (lambda: Residual([Dense(5, 5), Tanh()]), ROW),
    "Residual, projection": (lambda: Residual(Dense(5, 2), Dense(5, 2)), ROW),
    "Sequential": (lambda: Sequential([Dense(5, 4), Tanh(), Dense(4, 2)]), ROW),
    "RNN": (lambda: RNN(3, 4), SEQUENCE),
    "LSTM": (lambda: LSTM(3, 4), SEQUENCE),
    "LSTM, last": (lambda: LSTM(3, 4, last=True), SEQUENCE),
    "GRU": (lambda: GRU(3, 4), SEQUENCE),
    "MultiHeadAttention": (lambda: MultiHeadAttention(3, heads=3), SEQUENCE),
    "MultiHeadAttention, causal": (lambda: MultiHeadAttention(3, heads=1, causal=True), SEQUENCE),
    "TransformerBlock": (lambda: TransformerBlock(3, heads=1, activation=GELU()), SEQUENCE),
    "TransformerBlock, post-LN": (lambda: TransformerBlock(3, 3, norm_first=False, activation=Tanh()), SEQUENCE),
    "Positional": (lambda: Positional(3), SEQUENCE),
    "Masking": (Masking, SEQUENCE),
    "MaskedMean": (MaskedMean, SEQUENCE),
    "LastState": (LastState, SEQUENCE),
}
MASKED: dict[str, Callable[[np.ndarray], Layer]] = {
    "RNN": lambda mask: RNN(3, 4, mask=mask),
    "LSTM": lambda mask: LSTM(3, 4, last=True, mask=mask),
    "GRU": lambda mask: GRU(3, 4, mask=mask),
    "MultiHeadAttention": lambda mask: MultiHeadAttention(3, heads=1, mask=mask),
    "TransformerBlock": lambda mask: TransformerBlock(3, heads=3, causal=True, mask=mask, activation=GELU()),
    "MaskedMean": lambda mask: MaskedMean(mask=mask),
    "LastState": lambda mask: LastState(mask=mask),
}
KEEPS_NOTHING = {"Masking", "Positional"}
"""Their gradient is the one that comes: there is nothing that forward could have left."""


def inputs(shape: tuple[int, ...], n: int, dtype: Any = np.float64) -> np.ndarray:
    """Numbers of both signs, all different and away from 0, so that no kink and no tie is near."""
    rng = np.random.default_rng(n)
    size = n * int(np.prod(shape))
    x = rng.permutation(np.linspace(0.05, 1.5, size)) * rng.choice([-1, 1], size)
    return x.reshape(n, *shape).astype(dtype)


def ready(name: str, dtype: Any = np.float64) -> tuple[Layer, np.ndarray, np.ndarray]:
    layer = INVENTORY[name][0]()
    return layer, *layer.alone(np.random.default_rng(0), dtype)


def test_the_inventory_is_complete() -> None:
    offered = {n for n, c in vars(library).items() if isinstance(c, type) and issubclass(c, Layer) and c is not Layer}
    assert {name.split(",")[0].split(" ")[0] for name in INVENTORY} == offered - {"Embedding"}     # takes no numbers


def error(report: GradientReport) -> float:
    """The largest relative error; where a slope is 0 by nature, as that of a key's bias, there is only rounding."""
    size = np.abs(report.given) + np.abs(report.numerical)
    off = np.abs(report.given - report.numerical)
    return float((off / np.maximum(size, 1e-3 * size.max())).max())


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("name", INVENTORY)
def test_gradients_are_right(name: str, n: int) -> None:
    layer, theta, grad = ready(name)
    theta += 0.1 * np.random.default_rng(9).normal(size=theta.shape)    # biases, gains and shifts too
    x = inputs(INVENTORY[name][1], n)
    assert error(by_input(layer, x)) < 1e-6
    if layer.size:
        assert error(by_parameters(layer, theta, grad, x)) < 1e-6


@pytest.mark.parametrize("name", MASKED)
def test_gradients_are_right_with_padding(name: str) -> None:
    layer = MASKED[name](mask_from_lengths(np.array([5, 2, 1]), 5))
    theta, grad = layer.alone(np.random.default_rng(0))
    x = inputs(SEQUENCE, 3)
    assert error(by_input(layer, x)) < 1e-6
    if layer.size:
        assert error(by_parameters(layer, theta, grad, x)) < 1e-6


@pytest.mark.parametrize("name", INVENTORY)
def test_single_precision_stays_single(name: str) -> None:
    layer, *_ = ready(name, np.float32)
    y = layer.forward(inputs(INVENTORY[name][1], 3, np.float32), training=True)
    assert y.dtype == layer.backward(np.ones_like(y)).dtype == np.float32


@pytest.mark.parametrize("name", INVENTORY)
def test_neither_the_input_nor_the_gradient_that_comes_is_changed(name: str) -> None:
    layer, *_ = ready(name)
    x = inputs(INVENTORY[name][1], 3)
    before = x.copy()
    dy = np.ones(layer.forward(x, training=True).shape)
    layer.backward(dy)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(dy, 1)


@pytest.mark.parametrize("name", INVENTORY)
def test_a_result_that_was_handed_out_is_not_written_over(name: str) -> None:
    layer, *_ = ready(name)
    shape = INVENTORY[name][1]
    y = layer.forward(inputs(shape, 3), training=True)
    dx = layer.backward(np.ones_like(y))
    then = y.copy(), dx.copy()
    layer.backward(2 * np.ones_like(layer.forward(-2 * inputs(shape, 3), training=True)))
    np.testing.assert_array_equal(y, then[0])
    np.testing.assert_array_equal(dx, then[1])


@pytest.mark.parametrize("name", INVENTORY)
def test_the_shape_that_is_promised_is_the_shape_that_comes(name: str) -> None:
    layer, *_ = ready(name)
    x = inputs(INVENTORY[name][1], 3)
    assert layer.forward(x, training=True).shape == (3, *layer.out_shape(x.shape[1:]))


LEARNS = [name for name, (make, _) in INVENTORY.items() if make().size and not name.startswith("Residual")]


@pytest.mark.parametrize("name", LEARNS)
def test_one_feature_too_many_is_refused_by_name(name: str) -> None:
    layer, *_ = ready(name)
    *rest, last = INVENTORY[name][1]
    with pytest.raises(ValueError, match=r"^\w+\(.*\) expected .*, got \(.*\)\. Check the layer before it"):
        layer.forward(inputs((*rest, last + 1), 2), training=True)


@pytest.mark.parametrize("name", LEARNS)
def test_whole_numbers_and_words_are_refused_by_name(name: str) -> None:
    layer, *_ = ready(name)
    for dtype in ([] if name.startswith("Conv2d") else [np.int64]) + [np.dtype("<U2"), object]:
        with pytest.raises(TypeError, match=rf"expected floating-point numbers, got {np.dtype(dtype)}: "):
            layer.forward(np.ones((2, *INVENTORY[name][1]), dtype), training=True)


@pytest.mark.parametrize("name", INVENTORY)
def test_backward_before_forward_says_so(name: str) -> None:
    layer, *_ = ready(name)
    dy = np.ones((3, *layer.out_shape(INVENTORY[name][1])))
    if name in KEEPS_NOTHING:
        np.testing.assert_array_equal(layer.backward(dy), dy)
    else:
        with pytest.raises(RuntimeError, match=r"was called before forward: it needs what forward kept\. Call forward"):
            layer.backward(dy)


@pytest.mark.parametrize("name", [name for name, (make, _) in INVENTORY.items() if make().size])
def test_forward_without_parameters_says_so(name: str) -> None:
    make, shape = INVENTORY[name]
    with pytest.raises(AttributeError, match=r"views into a vector that it was not given\. Put it into a Network"):
        make().forward(inputs(shape, 3), training=True)


def test_a_misspelt_attribute_is_no_missing_parameter() -> None:
    with pytest.raises(AttributeError, match="Dense has no attribute 'weight'"):
        _ = Dense(2, 2).weight  # type: ignore[attr-defined]


def test_batch_norm_in_evaluation_before_training_says_so() -> None:
    layer = BatchNorm(3)
    layer.alone(np.random.default_rng(0))
    with pytest.raises(RuntimeError, match=r"BatchNorm\(3\) was used in evaluation before any training step"):
        layer.forward(inputs((3,), 4))


def test_embedding_before_forward_says_so() -> None:
    layer = Embedding(4, 2)
    layer.alone(np.random.default_rng(0))
    with pytest.raises(RuntimeError, match="was called before forward"):
        layer.backward(np.ones((1, 3, 2)))
