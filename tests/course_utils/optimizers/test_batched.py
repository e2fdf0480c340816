"""Many runs at once equal the same runs one by one, and blocks equal the whole: bit for bit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.descent import blocked_step, blocks, loop, minimize
from course_utils.objectives import (
    LinearRegression,
    LogisticRegression,
    Objective,
    Quadratic,
    Ravine,
    Rosenbrock,
    SoftmaxRegression,
)
from course_utils.optimizers import SGD, Adam, Momentum
from course_utils.schedules import Cosine
from course_utils.trace import Trace
from tests.course_utils.optimizers.zoo import IDS, ZOO, Case, gradients, path, start

each = pytest.mark.parametrize("case", ZOO, ids=IDS)
RNG = np.random.default_rng(11)
X = RNG.normal(size=(37, 5))
OBJECTIVES: dict[str, Objective] = {
    "ravine": Ravine(),
    "turned quadratic of 7": Quadratic(RNG.uniform(0.1, 3, 7), basis=np.linalg.qr(RNG.normal(size=(7, 7)))[0]),
    "quadratic of 12": Quadratic(RNG.uniform(0.1, 3, 12)),
    "turned quadratic of 12": Quadratic(RNG.uniform(0.1, 3, 12), basis=np.linalg.qr(RNG.normal(size=(12, 12)))[0]),
    "linear regression": LinearRegression(X, RNG.normal(size=37)),
    "logistic regression": LogisticRegression(X, (X[:, 0] > 0).astype(int), l2=0.1),
    "softmax regression": SoftmaxRegression(X, RNG.integers(0, 3, 37), classes=3, l2=0.1),
}


def assert_same(a: Trace, b: Trace) -> None:
    for name in ("t", "loss", "lr", "grad_norm", "theta"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


def starts(runs: int, size: int, order: Any = "C", dtype: Any = np.float64) -> np.ndarray:
    return np.array(np.random.default_rng(runs).normal(size=(runs, size)), dtype, order=order)


@each
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("objective", [Ravine(), OBJECTIVES["quadratic of 12"]], ids=["runs side by side", "rows"])
def test_a_rate_per_run_equals_the_runs_alone(case: Case, objective: Objective, dtype: Any) -> None:
    theta, lr = starts(4, objective.size, dtype=dtype), np.array([0.003, 0.01, 0.05, 0.1])
    together = minimize(objective, theta, case.with_lr(lr[:, None]), 25, clip_norm=2.0)
    for run, rate in enumerate(lr):
        alone = minimize(objective, theta[run], case.with_lr(float(rate)), 25, clip_norm=2.0)
        np.testing.assert_array_equal(together[run].theta, alone.theta)
        np.testing.assert_array_equal(together[run].loss, alone.loss)
        np.testing.assert_array_equal(together[run].grad_norm, alone.grad_norm)
        np.testing.assert_array_equal(together[run].lr, alone.lr.astype(dtype))


@each
def test_in_single_precision_a_rate_per_run_is_rounded_where_a_number_would_be(case: Case) -> None:
    rng = np.random.default_rng(0)
    theta, g = rng.normal(size=(2, 1500, 4)).astype(np.float32)
    lr = rng.uniform(0.001, 0.3, 1500)
    together, _ = case.optimizer.step(theta, g, case.optimizer.init(theta), 7, lr[:, None].astype(np.float32))
    for run, rate in enumerate(lr.tolist()):
        alone, _ = case.optimizer.step(theta[run], g[run], case.optimizer.init(theta[run]), 7, rate)
        assert alone.tobytes() == together[run].tobytes()


@pytest.mark.parametrize("case", [case for case in ZOO if case.per_run], ids=lambda case: case.name)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_averaging_factors_per_run_equal_the_runs_alone(case: Case, dtype: Any) -> None:
    theta = starts(5, 2, dtype=dtype)
    factors = {name: np.linspace(0.3, 0.95 - 0.1 * k, 5)[:, None] for k, name in enumerate(case.per_run)}
    together = minimize(Ravine(), theta, replace(case.optimizer, **factors), 30)
    assert together.theta.dtype == dtype
    for run in range(5):
        own = {name: values[run] for name, values in factors.items()}
        assert_same(together[run], minimize(Ravine(), theta[run], replace(case.optimizer, **own), 30))


@pytest.mark.parametrize("case", [case for case in ZOO if case.per_run], ids=lambda case: case.name)
def test_averaging_factors_per_run_equal_numbers_but_for_the_last_bits_of_a_power(case: Case) -> None:
    theta = starts(5, 2)
    factors = {name: np.linspace(0.3, 0.95 - 0.1 * k, 5)[:, None] for k, name in enumerate(case.per_run)}
    together = minimize(Ravine(), theta, replace(case.with_lr(0.01), **factors), 30)
    for run in range(5):
        own = {name: float(values[run, 0]) for name, values in factors.items()}
        alone = minimize(Ravine(), theta[run], replace(case.with_lr(0.01), **own), 30)
        np.testing.assert_allclose(together[run].theta, alone.theta, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES.keys())
def test_memory_order_of_the_start_does_not_matter(objective: Objective, order: Any) -> None:
    theta = starts(6, objective.size, order)
    together = minimize(objective, theta, Adam(0.1), 20)
    for run in range(6):
        assert_same(together[run], minimize(objective, theta[run], Adam(0.1), 20))


@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES.keys())
def test_clipped_scheduled_minibatch_runs_equal_the_runs_alone(objective: Objective) -> None:
    theta = starts(3, objective.size)
    n = getattr(objective, "n", None)
    options: dict[str, Any] = {"clip_norm": 0.5}
    if n is not None:
        options["batches"] = [np.random.default_rng(k).integers(0, n, 8) for k in range(20)]
    optimizer = Momentum(Cosine(0.1, total=20))
    together = minimize(objective, theta, optimizer, 20, **options)
    for run in range(3):
        assert_same(together[run], minimize(objective, theta[run], optimizer, 20, **options))


@settings(max_examples=40, deadline=None)
@given(
    runs=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    size=st.integers(1, 20),
    turned=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_number_of_run_axes_and_parameters(runs: list[int], size: int, turned: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    basis = np.linalg.qr(rng.normal(size=(size, size)))[0] if turned else None
    objective = Quadratic(rng.uniform(0.1, 5, size), basis=basis)
    theta, lr = rng.normal(size=(*runs, size)), rng.uniform(0.01, 0.3, (*runs, 1))
    together = minimize(objective, theta, SGD(lr), 6)
    assert together.theta.shape == (7, *runs, size)
    assert together.loss.shape == together.lr.shape == together.grad_norm.shape == (7, *runs)
    for run in np.ndindex(*runs):
        assert_same(together[run], minimize(objective, theta[run], SGD(float(lr[run][0])), 6))


@settings(max_examples=30, deadline=None)
@given(lr_axes=st.lists(st.booleans(), min_size=2, max_size=2))
def test_a_rate_broadcasts_over_the_run_axes_it_lacks(lr_axes: list[bool]) -> None:
    shape = tuple(n if own else 1 for n, own in zip((2, 3), lr_axes, strict=True))
    lr = np.linspace(0.1, 0.2, int(np.prod(shape))).reshape(*shape, 1)
    theta = np.random.default_rng(0).normal(size=(2, 3, 2))
    together = minimize(Ravine(), theta, SGD(lr), 4)
    every = np.broadcast_to(lr, (2, 3, 1))
    for run in np.ndindex(2, 3):
        assert_same(together[run], minimize(Ravine(), theta[run], SGD(float(every[run][0])), 4))


@each
def test_blocks_of_runs_equal_the_whole(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    theta = starts(13, 2)
    factors = {name: np.linspace(0.3, 0.9, 13)[:, None] for name in case.per_run}
    optimizer = replace(case.with_lr(np.linspace(0.01, 0.1, 13)[:, None]), **factors)
    whole = minimize(Rosenbrock(), theta, optimizer, 10, clip_norm=1.0)
    monkeypatch.setattr(loop, "RUNS_PER_BLOCK", 5)  # blocks of 5, 5 and 3
    assert_same(minimize(Rosenbrock(), theta, optimizer, 10, clip_norm=1.0), whole)


@pytest.mark.parametrize("lr", [0.1, lambda t: 0.1 / (1 + t), lambda t: np.linspace(0.01, 0.1, 13)[:, None] / (1 + t)],
                         ids=["number", "schedule", "schedule per run"])  # fmt: skip
@pytest.mark.parametrize("keep_theta", [True, False])
def test_blocks_of_runs_cut_every_kind_of_rate(lr: Any, keep_theta: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    theta = starts(13, 2)
    whole = minimize(Ravine(), theta, Adam(lr), 10, keep_theta=keep_theta)
    monkeypatch.setattr(loop, "RUNS_PER_BLOCK", 5)
    assert_same(minimize(Ravine(), theta, Adam(lr), 10, keep_theta=keep_theta), whole)


def test_more_runs_than_one_block_equal_the_runs_alone() -> None:
    runs = loop.RUNS_PER_BLOCK + 3
    theta, lr = starts(runs, 2), np.linspace(0.001, 0.4, runs)
    together = minimize(Ravine(), theta, Adam(lr[:, None]), 15)
    for run in (0, 17, loop.RUNS_PER_BLOCK - 1, loop.RUNS_PER_BLOCK, runs - 1):
        assert_same(together[run], minimize(Ravine(), theta[run], Adam(float(lr[run])), 15))


@each
def test_blocked_step_equals_the_whole_step(case: Case) -> None:
    theta, state = start(), case.optimizer.init(start())
    split, parts = start(), case.optimizer.init(start())
    for t, g in enumerate(gradients()[:30], start=1):
        theta, state = case.optimizer.step(theta, g, state, t, 0.1)
        split, parts = blocked_step(case.optimizer, split, g, parts, t, 0.1, block=4)
        np.testing.assert_array_equal(split, theta)
        assert type(parts) is type(state)
        for whole, piece in zip(state, parts, strict=True):
            np.testing.assert_array_equal(piece, whole)


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 50), block=st.integers(1, 60), case=st.sampled_from(ZOO))
def test_any_block_size_gives_the_whole_step(size: int, block: int, case: Case) -> None:
    g = np.random.default_rng(size).normal(size=(3, size))
    theta = np.linspace(-1, 1, size)
    whole = path(case.optimizer, g, theta)[0][-1]
    state = case.optimizer.init(theta)
    for t, slope in enumerate(g, start=1):
        theta, state = blocked_step(case.optimizer, theta, slope, state, t, 0.1, block=block)
    np.testing.assert_array_equal(theta, whole)


class Nothing(NamedTuple):
    """No state."""


@dataclass(frozen=True)
class Normalized:
    """Unit steps: each parameter's move depends on all slopes."""

    lr: float = 0.1
    elementwise: ClassVar[bool] = False

    def init(self, theta: np.ndarray) -> Nothing:
        return Nothing()

    def step(self, theta: np.ndarray, g: np.ndarray, state: Nothing, t: int, lr: Any) -> tuple[np.ndarray, Nothing]:
        return theta - lr * g / np.linalg.norm(g), state


def test_an_optimizer_that_is_not_elementwise_is_never_cut() -> None:
    theta = np.zeros(9)
    moved, _ = blocked_step(Normalized(), theta, np.ones(9), Nothing(), 1, 0.3, block=2)
    np.testing.assert_allclose(moved, -0.1, rtol=1e-15)


def test_one_long_vector_of_a_callable_is_stepped_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    step = SGD.step
    monkeypatch.setattr(SGD, "step", lambda self, theta, *rest: (seen.append(theta.size), step(self, theta, *rest))[1])
    bowl = Quadratic(np.ones(blocks.BLOCK + 5))
    minimize(lambda theta: bowl(theta), np.ones(blocks.BLOCK + 5), SGD(0.1), 1)
    assert seen == [blocks.BLOCK, 5]
