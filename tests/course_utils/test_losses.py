"""Losses: right gradients, PyTorch's values, finite at ±1000, and refusals that say what to do."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.gradcheck import check_gradient
from course_utils.losses import Loss, bce_with_logits, huber, mae, mse, smoothed_softmax_ce, softmax_ce

SHAPES = [(1,), (7,), (1, 1), (5, 1), (3, 5), (2, 3, 4)]
NUMERIC: dict[str, Loss] = {"mse": mse, "mae": mae, "huber(1)": huber(), "huber(0.3)": huber(0.3)}
CLASSES: dict[str, Loss] = {"softmax_ce": softmax_ce, "smoothed": smoothed_softmax_ce(0.1)}
TWINS: dict[str, Callable[[Any], Any]] = {
    "mse": lambda nn: nn.MSELoss(),
    "mae": lambda nn: nn.L1Loss(),
    "huber(1)": lambda nn: nn.HuberLoss(),
    "huber(0.3)": lambda nn: nn.HuberLoss(delta=0.3),
    "bce": lambda nn: nn.BCEWithLogitsLoss(),
    "softmax_ce": lambda nn: nn.CrossEntropyLoss(),
    "smoothed": lambda nn: nn.CrossEntropyLoss(label_smoothing=0.1),
}


def numbers(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Outputs and targets whose differences keep away from the kinks at 0, ±0.3 and ±1."""
    rng = np.random.default_rng(len(shape))
    target = rng.normal(size=shape)
    return target + rng.choice([-2.5, -0.7, -0.12, 0.11, 0.6, 1.9], shape), target


def labels(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.normal(0, 2, shape), rng.integers(0, shape[-1], shape[:-1])


def bits(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    return rng.normal(0, 3, shape), rng.choice([0.0, 0.25, 1.0], shape)


CASES = [
    *(pytest.param(name, loss, *numbers(shape), id=f"{name}{shape}")
      for name, loss in NUMERIC.items() for shape in SHAPES),
    *(pytest.param(name, loss, *labels(shape), id=f"{name}{shape}")
      for name, loss in CLASSES.items() for shape in [(1, 1), (1, 3), (5, 7), (2, 3, 4)]),
    *(pytest.param("bce", bce_with_logits, *bits(shape), id=f"bce{shape}") for shape in SHAPES),
]  # fmt: skip


@pytest.mark.parametrize(("name", "loss", "output", "target"), CASES)
def test_gradient_is_that_of_the_value(name: str, loss: Loss, output: np.ndarray, target: np.ndarray) -> None:
    report = check_gradient(lambda z: loss(z, target), output)
    assert report.passed, report


@pytest.mark.torch
@pytest.mark.parametrize(("name", "loss", "output", "target"), CASES)
def test_value_and_gradient_equal_torch(
    name: str, loss: Loss, output: np.ndarray, target: np.ndarray, needs_torch: ModuleType
) -> None:
    torch = needs_torch
    z = torch.tensor(output, requires_grad=True)
    theirs = (
        TWINS[name](torch.nn)(z.reshape(-1, output.shape[-1]), torch.tensor(target).reshape(-1))
        if name in CLASSES
        else TWINS[name](torch.nn)(z, torch.tensor(target))
    )
    theirs.backward()
    value, gradient = loss(output, target)
    assert value == pytest.approx(theirs.item(), rel=1e-10, abs=1e-12)
    np.testing.assert_allclose(gradient, z.grad.numpy(), rtol=1e-10, atol=1e-12)


ALL = {**NUMERIC, **CLASSES, "bce": bce_with_logits}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradient_has_the_precision_of_the_output(name: str, dtype: Any) -> None:
    output = np.random.default_rng(0).normal(size=(4, 3)).astype(dtype)
    if name in CLASSES:
        targets = [np.array([0, 2, 1, 1], kind) for kind in (np.int64, np.uint8)]
    else:
        targets = [np.ones((4, 3), dtype)]
    for target in targets:
        value, gradient = ALL[name](output, target)
        assert type(value) is float
        assert gradient.dtype == dtype
        assert gradient.shape == output.shape


@pytest.mark.parametrize("name", ALL)
def test_inputs_are_left_alone(name: str) -> None:
    output = np.random.default_rng(0).normal(size=(4, 3))
    target = np.array([0, 2, 1, 1]) if name in CLASSES else np.full((4, 3), 0.5)
    before = output.copy(), target.copy()
    ALL[name](output, target)
    np.testing.assert_array_equal(output, before[0])
    np.testing.assert_array_equal(target, before[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("z", [1000.0, -1000.0])
def test_bce_is_exact_at_a_thousand(z: float, dtype: Any) -> None:
    for t in (0.0, 1.0):
        value, gradient = bce_with_logits(np.array([z], dtype), np.array([t], dtype))
        assert value == (0.0 if (z > 0) == (t == 1) else 1000.0)
        assert gradient[0] == (z > 0) - t


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shift", [0.0, 1000.0, -1000.0])
def test_cross_entropy_does_not_depend_on_a_shift_of_a_thousand(shift: float, dtype: Any) -> None:
    z = np.array([[2.0, 1.0, 0.0]])
    value, gradient = softmax_ce((z + shift).astype(dtype), np.array([0]))
    expected, slope = softmax_ce(z, np.array([0]))
    rounding = 1e-6 if dtype == np.float32 else 1e-12
    assert value == pytest.approx(expected, rel=rounding)
    np.testing.assert_allclose(gradient, slope, atol=rounding)


def test_cross_entropy_of_a_sure_and_wrong_answer_is_its_margin() -> None:
    value, gradient = softmax_ce(np.array([[1000.0, -1000.0]]), np.array([1]))
    assert value == 2000.0
    np.testing.assert_array_equal(gradient, [[1.0, -1.0]])


def test_smoothed_cross_entropy_stays_finite_at_a_thousand() -> None:
    value, gradient = smoothed_softmax_ce(0.1)(np.array([[1000.0, -1000.0]]), np.array([0]))
    assert value == pytest.approx(0.05 * 2000)
    np.testing.assert_allclose(gradient, [[0.05, -0.05]])


@pytest.mark.parametrize("loss", [mse, mae, huber()])
def test_errors_of_a_thousand_have_finite_losses(loss: Loss) -> None:
    value, gradient = loss(np.array([1000.0, -1000.0], np.float32), np.zeros(2, np.float32))
    assert math.isfinite(value)
    np.testing.assert_array_equal(np.sign(gradient), [1, -1])


def test_huber_is_squared_inside_and_linear_outside() -> None:
    assert huber(2.0)(np.array([1.0]), np.array([0.0]))[0] == 0.5
    assert huber(2.0)(np.array([-5.0]), np.array([0.0]))[0] == 2.0 * (5.0 - 1.0)


def test_absolute_error_has_slope_0_at_its_kink() -> None:
    np.testing.assert_array_equal(mae(np.array([1.0, 2.0]), np.array([1.0, 0.0]))[1], [0.0, 0.5])


def test_no_smoothing_is_plain_cross_entropy() -> None:
    z, y = labels((6, 4))
    assert smoothed_softmax_ce(0.0)(z, y)[0] == softmax_ce(z, y)[0]


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_gradient_of_cross_entropy_sums_to_0_over_classes(n: int, classes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    z, y = rng.normal(0, 10, (n, classes)), rng.integers(0, classes, n)
    for loss in CLASSES.values():
        value, gradient = loss(z, y)
        assert value >= 0
        np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)


ONE_SHAPE = (
    "NumPy would broadcast them against each other without a word. Try target.reshape(output.shape)."
)
Z = np.zeros((5, 3))

REFUSALS: list[tuple[Callable[[], Any], str]] = [
    (lambda: mse(np.zeros((5, 1)), np.zeros(5)),
     f"mse expected target and output of one shape, got (5,) and (5, 1): {ONE_SHAPE}"),
    (lambda: mae(np.zeros((5, 1)), np.zeros(5)),
     f"mae expected target and output of one shape, got (5,) and (5, 1): {ONE_SHAPE}"),
    (lambda: huber()(np.zeros((5, 1)), np.zeros(5)),
     f"huber expected target and output of one shape, got (5,) and (5, 1): {ONE_SHAPE}"),
    (lambda: bce_with_logits(np.zeros((5, 1)), np.zeros(5)),
     f"bce_with_logits expected target and output of one shape, got (5,) and (5, 1): {ONE_SHAPE}"),
    (lambda: softmax_ce(Z, np.zeros((5, 3), int)),
     "softmax_ce expected one class number for each row, shape (5,) of integers, got (5, 3) of int64. "
     "Try labels.astype(int), not one-hot rows."),
    (lambda: softmax_ce(Z, np.zeros(5)),
     "softmax_ce expected one class number for each row, shape (5,) of integers, got (5,) of float64. "
     "Try labels.astype(int), not one-hot rows."),
    (lambda: softmax_ce(Z, np.array([0, 1, 2, 3, 0])),
     "softmax_ce got class 3 with 3 outputs: classes count from 0. Try labels in 0 … 2."),
    (lambda: softmax_ce(Z, np.array([0, 1, 2, -1, 0])),
     "softmax_ce got class -1 with 3 outputs: classes count from 0. Try labels in 0 … 2."),
    (lambda: smoothed_softmax_ce(1.0),
     "smoothing must lie in [0, 1), got 1: it is the share of the target spread over all classes. Try 0.1."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSALS, ids=[message[:40] for _, message in REFUSALS])
def test_refusal_says_what_is_wrong_and_what_to_try(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == message
