"""The in-place update: the bits of ``step``, in the memory that is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.descent import advance, blocks, minimize, update
from course_utils.descent.recording import NotRecordable
from course_utils.objectives import Rosenbrock
from course_utils.optimizers import Adam, Momentum
from tests.course_utils.optimizers.zoo import IDS, ZOO, Case

each = pytest.mark.parametrize("case", ZOO, ids=IDS)


@pytest.fixture(autouse=True)
def everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "SMALL", 0)


def problem(size: Any, dtype: Any = np.float64, steps: int = 8) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    shape = size if isinstance(size, tuple) else (size,)
    g = rng.normal(size=(steps, *shape)) * 10.0 ** rng.integers(-4, 3, shape)
    return rng.normal(size=shape).astype(dtype), np.where(rng.random(g.shape) < 0.1, 0, g).astype(dtype)


def same_bits(a: Any, b: Any) -> bool:
    return np.asarray(a).tobytes() == np.asarray(b).tobytes() and np.asarray(a).dtype == np.asarray(b).dtype


@each
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("first", [1, 400, 40_000], ids=["corrections", "first one is 1", "both are 1"])
def test_update_has_the_bits_of_step(case: Case, dtype: Any, first: int) -> None:
    theta, slopes = problem(1003, dtype)
    state = case.optimizer.init(theta)
    moved, its = theta.copy(), case.optimizer.init(theta)
    for t, g in enumerate(slopes, start=first):
        theta, state = case.optimizer.step(theta, g, state, t, 0.1)
        its = update(case.optimizer, moved, g, its, t, 0.1, block=256)
        assert same_bits(moved, theta)
        assert type(its) is type(state)
        assert all(same_bits(a, b) for a, b in zip(its, state, strict=True))


@each
def test_every_optimizer_of_the_library_is_updated_in_place(case: Case) -> None:
    theta, slopes = problem(100)
    state = case.optimizer.init(theta)
    moved, its = advance(case.optimizer, theta, slopes[0], state, 7, 0.1)
    assert moved is theta
    assert all(new is old for new, old in zip(its, state, strict=True) if np.ndim(old))


@each
def test_the_gradient_is_left_alone(case: Case) -> None:
    theta, slopes = problem(300)
    before = slopes.copy()
    state = case.optimizer.init(theta)
    for t, g in enumerate(slopes, start=1):
        g.flags.writeable = False
        state = update(case.optimizer, theta, g, state, t, 0.1, block=64)
    assert same_bits(slopes, before)


@each
@pytest.mark.parametrize("order", ["C", "F"])
def test_runs_are_updated_as_they_are_stepped(case: Case, order: Any) -> None:
    theta, slopes = problem((40, 3))
    lr = np.linspace(0.01, 0.2, 40)[:, None]
    factors = {name: np.linspace(0.3, 0.9, 40)[:, None] for name in case.per_run}
    optimizer = replace(case.optimizer, **factors)
    moved = np.array(theta, order=order)
    state, its = optimizer.init(theta), optimizer.init(moved)
    for t, g in enumerate(slopes, start=1):
        theta, state = optimizer.step(theta, g, state, t, lr)
        moved, its = advance(optimizer, moved, g, its, t, lr)
        np.testing.assert_array_equal(moved, theta)
        for a, b in zip(its, state, strict=True):
            np.testing.assert_array_equal(a, b)


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 70), block=st.integers(1, 80), case=st.sampled_from(ZOO))
def test_any_block_size_gives_the_same(size: int, block: int, case: Case) -> None:
    theta, slopes = problem(size, steps=3)
    state, moved, its = case.optimizer.init(theta), theta.copy(), case.optimizer.init(theta)
    for t, g in enumerate(slopes, start=1):
        theta, state = case.optimizer.step(theta, g, state, t, 0.1)
        its = update(case.optimizer, moved, g, its, t, 0.1, block=block)
    assert same_bits(moved, theta)


def test_a_gradient_that_is_theta_itself_is_read_before_it_changes() -> None:
    theta = np.linspace(-1, 1, 50)
    expected = theta.copy()
    for case in ZOO:
        expected = case.optimizer.step(theta, theta.copy(), case.optimizer.init(theta), 3, 0.1)[0]
        moved = theta.copy()
        update(case.optimizer, moved, moved, case.optimizer.init(theta), 3, 0.1, block=16)
        assert same_bits(moved, expected), case.name


def test_short_vectors_are_moved_in_place_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "SMALL", 10**6)
    theta = np.array([1.0, 2.0])
    update(Momentum(0.1), theta, np.array([1.0, -1.0]), Momentum(0.1).init(theta), 1, 0.1)
    np.testing.assert_allclose(theta, [0.9, 2.1])


class Pair(NamedTuple):
    a: np.ndarray
    b: np.ndarray


@dataclass(frozen=True)
class Odd:
    """Optimizers that cannot be written down, or only with care."""

    kind: str
    lr: float = 0.1
    elementwise: ClassVar[bool] = True

    def init(self, theta: np.ndarray) -> Pair:
        return Pair(np.zeros_like(theta), np.ones_like(theta))

    def step(self, theta: Any, g: Any, state: Pair, t: int, lr: Any) -> tuple[Any, Pair]:
        if self.kind == "swap":
            return theta - lr * state.a * g, Pair(state.b, state.a)
        if self.kind == "where":
            return np.where(g > 0, theta - lr, theta + lr), state
        if self.kind == "cube":
            return theta - lr * g**3, state
        if self.kind == "constant":
            return theta - lr * g, Pair(np.full(theta.shape, 2.0) if isinstance(theta, np.ndarray) else 2.0, state.b)
        if self.kind == "remembers theta":
            return theta - lr * (g + theta - state.a), Pair(theta, state.b)
        if self.kind == "remembers g":
            return theta - lr * (2 * g - state.a), Pair(g, state.b)
        if self.kind == "late":                                        # state.a is needed after its successor is known
            a = state.a + g
            return theta - lr * (a * state.a) / (-state.b), Pair(a, state.b)
        raise AssertionError


@pytest.mark.parametrize("kind", ["swap", "where", "cube", "constant", "remembers theta", "remembers g", "late"])
def test_steps_of_every_form_keep_their_bits(kind: str) -> None:
    theta, slopes = problem(100)
    odd = Odd(kind)
    state, moved, its = odd.init(theta), theta.copy(), odd.init(theta)
    for t, g in enumerate(slopes, start=1):
        theta, state = odd.step(theta, g, state, t, 0.1)
        its = update(odd, moved, g.copy(), its, t, 0.1, block=32)
        assert same_bits(moved, theta)
        assert all(same_bits(a, b) for a, b in zip(its, state, strict=True))


@pytest.mark.parametrize("kind", ["swap", "where", "cube", "constant", "remembers theta"])
def test_what_cannot_be_written_down_is_stepped_block_by_block(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(blocks, "blocked_step", lambda *a: (asked.append(1), a[1:3])[1])
    theta = np.ones(9)
    advance(Odd(kind), theta, np.ones(9), Odd(kind).init(theta), 1, 0.1)
    assert asked


def test_an_operand_of_another_precision_is_not_recorded() -> None:
    theta = np.ones(9, np.float32)
    with pytest.raises(NotRecordable):
        blocks._in_place(Adam(0.1), theta, theta.copy(), Adam(0.1).init(theta), 1, np.float64(0.1), 4)


# ---- subnormal numbers


def test_the_mean_of_a_gradient_that_stays_0_is_flushed_and_nothing_moves_less() -> None:
    theta = np.ones(4, np.float32)
    adam, g = Adam(1e-3), np.array([1.0, 0, 0, 0], np.float32)
    state = adam.init(theta)
    state = update(adam, theta, np.ones(4, np.float32), state, 1, 1e-3)
    plain, kept = theta.copy(), adam.init(theta)
    kept = type(kept)(*(s.copy() for s in state))
    for t in range(2, 1025):
        state = update(adam, theta, g, state, t, 1e-3)
        plain, kept = adam.step(plain, g, kept, t, 1e-3)
    assert kept.m[1] != 0
    assert np.abs(kept.m[1]) < np.finfo(np.float32).tiny
    assert state.m[1:].tolist() == [0, 0, 0]
    assert state.m[0] == kept.m[0]
    assert same_bits(theta, plain)


def test_with_a_tiny_eps_nothing_is_flushed() -> None:
    theta, adam = np.ones(2, np.float32), Adam(0.1, eps=0.0)
    tiny = np.full(2, 1e-40, np.float32)
    state = update(adam, theta, tiny, type(adam.init(theta))(tiny.copy(), tiny.copy()), 128, 0.1)
    assert (state.m != 0).all()
    assert (state.v != 0).all()


def test_minimize_gives_the_same_in_place_and_by_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    theta, lr = np.random.default_rng(0).normal(size=(30, 2)), np.linspace(0.001, 0.1, 30)[:, None]
    in_place = minimize(Rosenbrock(), theta, Adam(lr), 300)
    monkeypatch.setattr(blocks, "SMALL", 10**9)
    by_steps = minimize(Rosenbrock(), theta, Adam(lr), 300)
    for name in ("theta", "loss", "grad_norm", "lr"):
        np.testing.assert_array_equal(getattr(in_place, name), getattr(by_steps, name))
