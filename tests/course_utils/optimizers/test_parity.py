"""Every optimizer against a second, independent implementation: PyTorch, or the paper in plain Python."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from course_utils.optimizers import SGD, Adam, Lion, Momentum
from tests.course_utils.optimizers.zoo import IDS, STEPS, ZOO, Case, gradients, path, rates, start

RECORDED = Path(__file__).parents[2] / "traces" / "optimizers.npz"
TWINNED = [case for case in ZOO if case.twin]
TWIN_IDS = [case.name for case in TWINNED]
CLOSE = {"rtol": 1e-12, "atol": 1e-12}


def ours(case: Case) -> np.ndarray:
    return path(case.optimizer, gradients(), start(), rates())[0]


@pytest.mark.parametrize("case", TWINNED, ids=TWIN_IDS)
def test_path_equals_the_recorded_torch_path(case: Case) -> None:
    with np.load(RECORDED) as recorded:
        np.testing.assert_allclose(ours(case)[recorded["kept"] - 1], recorded[case.name], **CLOSE)


@pytest.mark.torch
@pytest.mark.usefixtures("needs_torch")
@pytest.mark.parametrize("case", TWINNED, ids=TWIN_IDS)
def test_path_equals_torch_over_100_steps(case: Case) -> None:
    from tests.course_utils.optimizers.twins import twin_path

    np.testing.assert_allclose(ours(case), twin_path(case, gradients(), start(), rates()), **CLOSE)


def test_the_recorded_slopes_are_the_ones_the_contracts_use() -> None:
    with np.load(RECORDED) as recorded:
        np.testing.assert_array_equal(recorded["g"], gradients())
        np.testing.assert_array_equal(recorded["rates"], rates())
        np.testing.assert_array_equal(recorded["start"], start())
        assert str(recorded["torch"]).startswith("2.")


def test_the_slopes_have_zeros_both_signs_and_nine_orders_of_magnitude() -> None:
    g = gradients()
    assert (g == 0).any(axis=0).all()
    assert (g > 0).any(axis=0).all()
    assert (g < 0).any(axis=0).all()
    assert np.ptp(np.log10(np.abs(g).max(axis=0))) > 8


def lion_from_the_paper(theta: float, slopes: list[float], lrs: list[float], decay: float) -> list[float]:
    """Chen et al. 2023, Algorithm 2, for one parameter: decay joins the update, c is the blend, m the memory."""
    m, out = 0.0, []
    for g, lr in zip(slopes, lrs, strict=True):
        c = 0.9 * m + 0.1 * g
        update = 0.0 if c == 0 else math.copysign(1.0, c)
        theta = theta - lr * (update + decay * theta)
        m = 0.99 * m + 0.01 * g
        out.append(theta)
    return out


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_lion_follows_the_paper(decay: float) -> None:
    g, lrs = gradients(), rates().tolist()
    got = path(Lion(0.1, weight_decay=decay), g, start(), rates())[0]
    for j, theta in enumerate(start()):
        np.testing.assert_allclose(got[:, j], lion_from_the_paper(float(theta), g[:, j].tolist(), lrs, decay), **CLOSE)


def uncorrected_adam(theta: float, slopes: list[float], lrs: list[float]) -> list[float]:
    m = v = 0.0
    out = []
    for g, lr in zip(slopes, lrs, strict=True):
        m, v = m + 0.1 * (g - m), v + 0.001 * (g * g - v)
        theta -= lr * m / (math.sqrt(v) + 1e-8)
        out.append(theta)
    return out


def test_adam_without_bias_correction_leaves_both_hats_away() -> None:
    g, lrs = gradients(), rates().tolist()
    got = path(Adam(0.1, bias_correction=False), g, start(), rates())[0]
    for j, theta in enumerate(start()):
        np.testing.assert_allclose(got[:, j], uncorrected_adam(float(theta), g[:, j].tolist(), lrs), **CLOSE)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.99])
def test_ema_momentum_is_classical_momentum_with_lr_over_one_minus_beta(beta: float) -> None:
    g = gradients()
    ema = path(Momentum(0.1, beta, ema=True), g, start(), 0.1 / (1 - beta))[0]
    np.testing.assert_allclose(ema, path(Momentum(0.1, beta), g, start(), 0.1)[0], **CLOSE)


def test_momentum_with_beta_0_is_gradient_descent() -> None:
    g = gradients()
    for momentum in (Momentum(0.1, beta=0.0), Momentum(0.1, beta=0.0, ema=True)):
        np.testing.assert_array_equal(path(momentum, g, start(), rates())[0], path(SGD(0.1), g, start(), rates())[0])


def test_every_case_has_its_own_name_and_moves() -> None:
    assert len(set(IDS)) == len(ZOO) >= 13
    for case in ZOO:
        assert np.all(np.ptp(ours(case), axis=0) > 0), case.name
        assert len(ours(case)) == STEPS
