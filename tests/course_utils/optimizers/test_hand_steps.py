"""Three steps of every optimizer, worked out by hand: theta starts at 1, the slopes are 2, ½, -1."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest

from course_utils.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdaMax,
    AdamW,
    AMSGrad,
    Lion,
    Momentum,
    NAdam,
    Nesterov,
    RAdam,
    RMSprop,
)

SLOPES = (2.0, 0.5, -1.0)

# Averaging factors are ½ and eps is .01 unless a row says otherwise.
HALF = {"beta1": 0.5, "beta2": 0.5, "eps": 0.01}

# Running means with factor ½:  m = 1, .75, -.125      v = 2, 1.125, 1.0625
# their corrections 1 - ½ᵗ:     .5, .75, .875
# corrected:                    m̂ = 2, 1, -1/7         v̂ = 4, 1.5, 17/14
M_HAT = (2.0, 1.0, -1 / 7)

# Adadelta: s = 2, 1.125, 1.0625; the first u is 0, then u = ½u + ½Δ².
D1 = 2.0 * sqrt(0.01) / sqrt(2.01)
D2 = 0.5 * sqrt(D1**2 / 2 + 0.01) / sqrt(1.135)
D3 = -1.0 * sqrt(D1**2 / 4 + D2**2 / 2 + 0.01) / sqrt(1.0725)

# NAdam with momentum_decay 1: μₜ = ½(1 - ½·.96ᵗ) and .96² = .9216, .96³ = .884736, .96⁴ = .84934656.
MU1, MU2, MU3, MU4 = 0.26, 0.2696, 0.278816, 0.28766336
N1 = MU2 * 1.0 / (1 - MU1 * MU2) + (1 - MU1) * 2.0 / (1 - MU1)
N2 = MU3 * 0.75 / (1 - MU1 * MU2 * MU3) + (1 - MU2) * 0.5 / (1 - MU1 * MU2)
N3 = MU4 * -0.125 / (1 - MU1 * MU2 * MU3 * MU4) + (1 - MU3) * -1.0 / (1 - MU1 * MU2 * MU3)

# The optimizer and its three moves, before the factor -lr.
MOVES: list[tuple[str, Any, tuple[float, float, float]]] = [
    ("sgd", SGD(0.1), (2.0, 0.5, -1.0)),
    # v = 2; ½·2 + .5 = 1.5; ½·1.5 - 1 = -.25
    ("momentum", Momentum(0.1, beta=0.5), (2.0, 1.5, -0.25)),
    # v = ½·2 = 1; ½·1 + ½·.5 = .75; ½·.75 - ½ = -.125
    ("momentum ema", Momentum(0.1, beta=0.5, ema=True), (1.0, 0.75, -0.125)),
    # g + ½v: 2 + 1; .5 + .75; -1 - .125
    ("nesterov", Nesterov(0.1, beta=0.5), (3.0, 1.25, -1.125)),
    # s = 4; 4.25; 5.25
    ("adagrad", Adagrad(0.1, eps=0.01), (2 / 2.01, 0.5 / (sqrt(4.25) + 0.01), -1 / (sqrt(5.25) + 0.01))),
    ("rmsprop", RMSprop(0.1, beta=0.5, eps=0.01),
     (2 / (sqrt(2.0) + 0.01), 0.5 / (sqrt(1.125) + 0.01), -1 / (sqrt(1.0625) + 0.01))),
    # s - m² = 2 - 1; 1.125 - .5625; 1.0625 - .015625
    ("rmsprop centered", RMSprop(0.1, beta=0.5, eps=0.01, centered=True),
     (2 / 1.01, 0.5 / 0.76, -1 / (sqrt(1.046875) + 0.01))),
    ("adadelta", Adadelta(0.1, rho=0.5, eps=0.01), (D1, D2, D3)),
    ("adam", Adam(0.1, **HALF), (2 / 2.01, 1 / (sqrt(1.5) + 0.01), -1 / 7 / (sqrt(17 / 14) + 0.01))),
    ("adam uncorrected", Adam(0.1, **HALF, bias_correction=False),
     (1 / (sqrt(2.0) + 0.01), 0.75 / (sqrt(1.125) + 0.01), -0.125 / (sqrt(1.0625) + 0.01))),
    # v_max = 2, 2, 2; divided by .5, .75, .875: 4, 8/3, 16/7
    ("amsgrad", AMSGrad(0.1, **HALF), (2 / 2.01, 1 / (sqrt(8 / 3) + 0.01), -1 / 7 / (sqrt(16 / 7) + 0.01))),
    # u = 2.01; max(1.005, .51); max(.5025, 1.01)
    ("adamax", AdaMax(0.1, **HALF), (2 / 2.01, 1 / 1.005, -1 / 7 / 1.01)),
    ("nadam", NAdam(0.1, **HALF, momentum_decay=1.0),
     (N1 / 2.01, N2 / (sqrt(1.5) + 0.01), N3 / (sqrt(17 / 14) + 0.01))),
    # β₂ = .9: ρ∞ = 19 and ρ = 1, 1.95, 2.86, all at most 5: the corrected mean alone
    ("radam", RAdam(0.1, beta1=0.5, beta2=0.9), M_HAT),
]  # fmt: skip


@pytest.mark.parametrize(("optimizer", "moves"), [row[1:] for row in MOVES], ids=[row[0] for row in MOVES])
def test_three_steps_are_the_ones_worked_out_by_hand(optimizer: Any, moves: tuple[float, ...]) -> None:
    theta, expected = np.array([1.0]), 1.0
    state = optimizer.init(theta)
    for t, (g, move) in enumerate(zip(SLOPES, moves, strict=True), start=1):
        theta, state = optimizer.step(theta, np.array([g]), state, t, 0.1)
        expected -= 0.1 * move
        np.testing.assert_allclose(theta, [expected], rtol=1e-14)


def three_steps(optimizer: Any) -> list[float]:
    theta = np.array([1.0])
    state, out = optimizer.init(theta), []
    for t, g in enumerate(SLOPES, start=1):
        theta, state = optimizer.step(theta, np.array([g]), state, t, 0.1)
        out.append(float(theta[0]))
    return out


def test_adamw_first_shrinks_theta_by_lr_times_decay() -> None:
    one = 0.99 - 0.1 * 2 / 2.01
    two = 0.99 * one - 0.1 / (sqrt(1.5) + 0.01)
    three = 0.99 * two + 0.1 / 7 / (sqrt(17 / 14) + 0.01)
    assert three_steps(AdamW(0.1, **HALF, weight_decay=0.1)) == pytest.approx([one, two, three], rel=1e-14)


def test_lion_keeps_its_direction_against_a_smaller_opposite_slope() -> None:
    # blend .9m + .1g: .2; .9·1 + .05; .9·.75 - .1 = .575: three times the sign +
    one = 0.99 - 0.1
    two = 0.99 * one - 0.1
    three = 0.99 * two - 0.1
    assert three_steps(Lion(0.1, beta1=0.9, beta2=0.5, weight_decay=0.1)) == pytest.approx([one, two, three], rel=1e-14)


def test_radam_rectifies_once_rho_exceeds_5() -> None:
    # β₂ = .9, t = 10: .9¹⁰ = .3486784401, ρ = 19 - 20·.3486784401/.6513215599 = 8.2932...
    unbias = 0.6513215599
    rho = 19 - 20 * 0.3486784401 / unbias
    r = sqrt((rho - 4) * (rho - 2) * 19 / ((19 - 4) * (19 - 2) * rho))
    radam = RAdam(0.1, beta1=0.5, beta2=0.9, eps=0.01)
    state = radam.init(np.array([1.0]))._replace(m=np.array([0.6]), v=np.array([0.4]))
    theta, _ = radam.step(np.array([1.0]), np.array([2.0]), state, 10, 0.1)
    m_hat = 1.3 / (1 - 0.5**10)  # m = ½·.6 + ½·2
    v = 0.76  # .9·.4 + .1·4
    assert theta[0] == pytest.approx(1 - 0.1 * r * m_hat * sqrt(unbias) / (sqrt(v) + 0.01), rel=1e-12)


@pytest.mark.parametrize(("t", "rectified"), [(5, False), (6, True)])
def test_radam_waits_five_steps_with_beta2_999(t: int, rectified: bool) -> None:
    radam = RAdam(0.1)
    state = radam.init(np.array([0.0]))._replace(m=np.array([1.0]), v=np.array([1.0]))
    theta, _ = radam.step(np.array([0.0]), np.array([1.0]), state, t, 0.1)
    alone = -0.1 / (1 - 0.9**t)
    assert (theta[0] != pytest.approx(alone, rel=1e-6)) == rectified


def test_adam_first_step_has_length_lr() -> None:
    for g in (1e-3, 0.5, -40.0):
        adam = Adam(lr=0.1, eps=0.0)
        theta, _ = adam.step(np.array([1.0]), np.array([g]), adam.init(np.array([1.0])), 1, 0.1)
        assert theta[0] == pytest.approx(1 - 0.1 * np.sign(g), rel=1e-12)


def test_lion_moves_every_parameter_by_exactly_lr() -> None:
    lion = Lion(lr=0.25)
    theta, _ = lion.step(np.zeros(3), np.array([1e-9, -5.0, 0.0]), lion.init(np.zeros(3)), 1, 0.25)
    assert theta.tolist() == [-0.25, 0.25, 0.0]
