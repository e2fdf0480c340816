"""What every optimizer promises, whatever it computes."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import numpy as np
import pytest

import course_utils.optimizers as optimizers
from tests.course_utils.optimizers.zoo import IDS, ZOO, Case, gradients, path, rates, start

each = pytest.mark.parametrize("case", ZOO, ids=IDS)


def same_state(a: Any, b: Any) -> bool:
    return type(a) is type(b) and all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_the_table_holds_every_optimizer_of_the_package() -> None:
    assert {type(case.optimizer).__name__ for case in ZOO} == set(optimizers.__all__) - {"Optimizer"}


@each
@pytest.mark.parametrize("k", [1, 5, 6, 50])
def test_k_steps_then_the_rest_equal_the_whole(case: Case, k: int) -> None:
    g, lr = gradients(), rates()
    whole, last = path(case.optimizer, g, start(), lr)
    head, state = path(case.optimizer, g[:k], start(), lr[:k])
    again = replace(case.optimizer)  # another object: nothing may hide in the first
    tail, resumed = path(again, g[k:], head[-1].copy(), lr[k:], type(state)(*map(np.copy, state)), first=k + 1)
    np.testing.assert_array_equal(np.concatenate([head, tail]), whole)
    assert same_state(resumed, last)


@each
def test_a_run_in_between_leaves_no_trace(case: Case) -> None:
    first = path(case.optimizer, gradients(), start())[0]
    path(case.optimizer, -gradients()[::-1], start())
    np.testing.assert_array_equal(path(case.optimizer, gradients(), start())[0], first)


@each
def test_step_leaves_read_only_inputs_alone_and_returns_new_arrays(case: Case) -> None:
    theta, g = start(), gradients()[60].copy()
    state = path(case.optimizer, gradients()[:60], theta)[1]
    given = [theta, g, *(s for s in state if np.ndim(s))]
    before = [a.copy() for a in given]
    for a in given:
        a.flags.writeable = False
    moved, _ = case.optimizer.step(theta, g, state, 61, 0.1)
    for a, b in zip(given, before, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not np.shares_memory(moved, a)


@each
def test_init_does_not_share_memory_with_theta(case: Case) -> None:
    theta = start()
    theta.flags.writeable = False
    for s in case.optimizer.init(theta):
        assert not np.shares_memory(s, theta)
        assert np.ndim(s) == 0 or (s.shape == theta.shape and not s.any())


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept(case: Case, dtype: Any) -> None:
    theta = start().astype(dtype)
    state = case.optimizer.init(theta)
    for t, g in enumerate(gradients()[:8].astype(dtype), start=1):
        theta, state = case.optimizer.step(theta, g, state, t, 0.1)
        assert theta.dtype == dtype
        assert all(s.dtype == dtype for s in state if np.ndim(s))


@each
def test_single_precision_follows_double(case: Case) -> None:
    g = np.round(gradients()[:10] * 4096) / 4096  # exact in both, so only the steps round
    single = path(case.optimizer, g.astype(np.float32), start().astype(np.float32))[0]
    np.testing.assert_allclose(single, path(case.optimizer, g, start())[0], rtol=2e-4, atol=2e-5)


@each
def test_permuted_parameters_walk_permuted_paths(case: Case) -> None:
    order = np.random.default_rng(1).permutation(len(start()))
    g = gradients()
    np.testing.assert_array_equal(
        path(case.optimizer, g[:, order], start()[order])[0], path(case.optimizer, g, start())[0][:, order]
    )


@each
def test_a_parameter_does_not_see_its_neighbors(case: Case) -> None:
    assert case.optimizer.elementwise
    g = gradients()
    np.testing.assert_array_equal(
        path(case.optimizer, g[:, 3:4], start()[3:4])[0], path(case.optimizer, g, start())[0][:, 3:4]
    )


@each
def test_hyper_parameters_are_frozen(case: Case) -> None:
    for field in fields(case.optimizer):
        with pytest.raises(FrozenInstanceError):
            setattr(case.optimizer, field.name, 0.5)


@each
def test_the_rate_of_a_step_is_the_one_given_to_it(case: Case) -> None:
    g = gradients()
    np.testing.assert_array_equal(
        path(case.with_lr(123.0), g, start(), rates())[0], path(case.optimizer, g, start(), rates())[0]
    )


def displacements(optimizer: Any, c: float) -> np.ndarray:
    """The move of each step taken from theta = 0, where weight decay is silent, under slopes of size ½ … 2."""
    signs = np.where(np.random.default_rng(3).random((40, 6)) < 0.4, -1.0, 1.0)
    g = c * signs * np.random.default_rng(4).uniform(0.5, 2.0, (40, 6))
    zero = np.zeros(6)
    state, moves = optimizer.init(zero), []
    for t, slope in enumerate(g, start=1):
        move, state = optimizer.step(zero, slope, state, t, 0.1)
        moves.append(move)
    return np.array(moves)


SCALES = [2.0**20, 2.0**-20]  # powers of 2 change no mantissa: exact equality


def of_kind(kind: str) -> list[Any]:
    return [pytest.param(case, id=case.name) for case in ZOO if case.scaling == kind]


@pytest.mark.parametrize("c", SCALES)
@pytest.mark.parametrize("case", of_kind("linear"))
def test_steps_grow_with_the_gradient(case: Case, c: float) -> None:
    np.testing.assert_array_equal(displacements(case.optimizer, c), c * displacements(case.optimizer, 1.0))


@pytest.mark.parametrize("c", SCALES)
@pytest.mark.parametrize("case", of_kind("invariant"))
def test_steps_ignore_the_scale_of_the_gradient_when_eps_is_0(case: Case, c: float) -> None:
    bare = replace(case.optimizer, eps=0.0) if hasattr(case.optimizer, "eps") else case.optimizer
    np.testing.assert_array_equal(displacements(bare, c), displacements(bare, 1.0))


@pytest.mark.parametrize("case", [p for p in of_kind("invariant") if "lion" not in p.id])
def test_eps_damps_small_gradients(case: Case) -> None:
    damped = replace(case.optimizer, eps=1e-8)
    assert np.all(np.abs(displacements(damped, 1e-12)) < 1e-2 * np.abs(displacements(damped, 1.0)))


@pytest.mark.parametrize("c", SCALES)
def test_radam_is_linear_for_five_steps_and_scale_free_from_the_sixth(c: float) -> None:
    bare = optimizers.RAdam(0.1, eps=0.0)
    scaled, plain = displacements(bare, c), displacements(bare, 1.0)
    np.testing.assert_array_equal(scaled[:5], c * plain[:5])
    np.testing.assert_array_equal(scaled[5:], plain[5:])


def test_adadelta_hardly_sees_the_scale_once_the_gradient_is_well_above_the_root_of_eps() -> None:
    plain = displacements(optimizers.Adadelta(0.1), 1.0)
    np.testing.assert_allclose(displacements(optimizers.Adadelta(0.1), 1e3), plain, rtol=2e-5)
    assert np.abs(displacements(optimizers.Adadelta(0.1), 1e-6)).max() < 1e-2 * np.abs(plain).min()


@each
def test_zero_slopes_from_the_start_move_nothing_but_decay(case: Case) -> None:
    theta = path(case.optimizer, np.zeros((5, 3)), np.ones(3))[0]
    decay = getattr(case.optimizer, "weight_decay", 0.0)
    expected = np.cumprod(np.full(5, 1 - 0.1 * decay))[:, None] * np.ones(3)
    np.testing.assert_allclose(theta, expected, rtol=1e-15)


@each
def test_a_constant_slope_for_2000_steps_stays_finite(case: Case) -> None:
    slopes = np.linspace(-3.0, 3.0, 100)  # centered RMSprop: s - m² rounds to below 0
    theta = path(case.optimizer, np.broadcast_to(slopes, (2000, 100)), np.zeros(100), 1e-3)[0]
    assert np.isfinite(theta).all()
