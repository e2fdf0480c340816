"""The loop: what it evaluates, records and passes on."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.checks import Array
from course_utils.descent import clip, loop, minibatches, minimize, norm, ticking, ticks
from course_utils.objectives import LinearRegression, Quadratic, Ravine, Rosenbrock
from course_utils.optimizers import SGD, Adam, Momentum
from course_utils.schedules import Step
from course_utils.trace import Trace

X = np.random.default_rng(0).normal(size=(20, 2))
LINE = LinearRegression(X, X @ [1.0, 2.0])


def test_row_0_is_the_start() -> None:
    trace = minimize(Quadratic([1, 10]), [3.0, 1.0], SGD(0.1), 5)
    assert trace.theta[0].tolist() == [3.0, 1.0]
    assert trace.loss[0] == 9.5
    assert trace.grad_norm[0] == pytest.approx(np.hypot(3, 10))
    assert np.isnan(trace.lr[0])


def test_every_row_holds_loss_and_slope_of_its_own_theta() -> None:
    f = Rosenbrock()
    trace = minimize(f, f.start, Adam(0.05), 30)
    assert (len(trace), trace.theta.shape, trace.t.tolist()) == (30, (31, 2), list(range(31)))
    np.testing.assert_array_equal(trace.loss, f.value(trace.theta))
    np.testing.assert_array_equal(trace.grad_norm, norm(f.grad(trace.theta)))


def test_rows_are_the_steps_of_a_plain_loop() -> None:
    f, optimizer = Rosenbrock(), Momentum(1e-3)
    theta, state = f.start, optimizer.init(f.start)
    rows = [theta]
    for t in range(1, 21):
        theta, state = optimizer.step(theta, f.grad(theta), state, t, 1e-3)
        rows.append(theta)
    np.testing.assert_array_equal(minimize(f, f.start, optimizer, 20).theta, rows)


def test_zero_steps_give_the_start_alone() -> None:
    trace = minimize(Ravine(), [1.0, 1.0], SGD(0.1), 0)
    assert (len(trace), trace.loss.tolist()) == (0, [2.1])


def test_a_schedule_is_called_with_the_steps_already_taken_and_its_rate_is_recorded() -> None:
    asked: list[int] = []

    def schedule(t: int) -> float:
        asked.append(t)
        return 0.1 / (t + 1)

    trace = minimize(Ravine(), [1.0, 1.0], SGD(schedule), 4)
    assert asked == [0, 1, 2, 3]
    np.testing.assert_allclose(trace.lr, [np.nan, 0.1, 0.05, 0.1 / 3, 0.025])
    np.testing.assert_allclose(np.diff(trace.theta[:, 0]), -trace.lr[1:] * 0.2 * trace.theta[:-1, 0])


def test_a_schedule_object_and_a_constant_give_the_same_path_until_the_drop() -> None:
    dropped = minimize(Ravine(), [1.0, 1.0], SGD(Step(0.1, every=5)), 8)
    plain = minimize(Ravine(), [1.0, 1.0], SGD(0.1), 8)
    np.testing.assert_array_equal(dropped.theta[:6], plain.theta[:6])
    assert dropped.lr[6] == pytest.approx(0.01)


def test_the_optimizer_counts_from_1() -> None:
    class Spy(SGD):
        seen: list[int] = []  # noqa: RUF012

        def step(self, theta: Array, g: Array, state: Any, t: int, lr: Any) -> Any:
            self.seen.append(t)
            return super().step(theta, g, state, t, lr)

    minimize(Ravine(), [1.0, 1.0], Spy(0.1), 3)
    assert Spy.seen == [1, 2, 3]


def test_a_rate_per_run_is_recorded_run_by_run() -> None:
    trace = minimize(Ravine(), np.ones((3, 2)), SGD(np.array([[0.1], [0.2], [0.3]])), 2)
    np.testing.assert_array_equal(trace.lr[1:], [[0.1, 0.2, 0.3]] * 2)
    assert np.isnan(trace.lr[0]).all()


def test_a_callable_is_enough_of_an_objective() -> None:
    trace = minimize(lambda x: (x[0] ** 2, [2 * x[0]]), [1.0], SGD(0.25), 3)  # even with a list as gradient
    assert trace.theta[:, 0].tolist() == [1.0, 0.5, 0.25, 0.125]


def test_the_start_is_copied_and_integers_become_real() -> None:
    theta0 = np.array([4, 2])
    trace = minimize(Ravine(), theta0, SGD(0.1), 3)
    assert theta0.tolist() == [4, 2]
    assert trace.theta.dtype == np.float64
    assert trace.theta[1].tolist() == pytest.approx([3.92, 1.2])


@pytest.mark.parametrize(
    "optimizer",
    [SGD(np.float64(0.1)), SGD(lambda t: np.float64(0.1)), SGD(np.array([[0.1], [0.2]])),
     Adam(0.1, beta1=np.array([[0.5], [0.9]]))],
    ids=["numpy scalar", "schedule", "rate per run", "beta per run"],
)  # fmt: skip
@pytest.mark.parametrize("objective", [Ravine(), LINE], ids=["landscape", "data in double"])
def test_a_start_in_single_precision_stays_single(optimizer: Any, objective: Any) -> None:
    seen = set()

    def spy(theta: Array) -> Any:
        seen.add(theta.dtype)
        return objective(theta)

    trace = minimize(spy, np.ones((2, 2), np.float32), optimizer, 4)
    assert seen == {np.dtype(np.float32)}
    assert trace.theta.dtype == trace.loss.dtype == trace.grad_norm.dtype == np.float32


def test_keep_theta_false_keeps_the_end_only() -> None:
    kept = minimize(Ravine(), [1.0, 1.0], Adam(0.1), 9)
    last = minimize(Ravine(), [1.0, 1.0], Adam(0.1), 9, keep_theta=False)
    assert last.theta.shape == (1, 2)
    np.testing.assert_array_equal(last.theta[-1], kept.theta[-1])
    np.testing.assert_array_equal(last.loss, kept.loss)
    assert len(last) == 9


def test_keep_theta_false_with_runs_and_with_no_steps() -> None:
    start = np.random.default_rng(1).normal(size=(5, 2))
    kept = minimize(Ravine(), start, SGD(0.1), 4)
    np.testing.assert_array_equal(minimize(Ravine(), start, SGD(0.1), 4, keep_theta=False).theta[-1], kept.theta[-1])
    np.testing.assert_array_equal(minimize(Ravine(), start, SGD(0.1), 0, keep_theta=False).theta[-1], start)


def test_divergence_is_recorded_not_raised() -> None:
    trace = minimize(Quadratic([1, 10]), [1.0, 1.0], SGD(1.0), 2000)
    assert trace.diverged
    assert not np.isfinite(trace.loss[-1])
    grown = np.argmax(trace.loss > 5.5 + 1000 * 6.5)
    assert trace.diverged_at == grown == 2  # (1 - 10)² = 81: the loss is 5·81² = 32,805


def test_one_run_that_diverges_leaves_the_others_alone() -> None:
    trace = minimize(Quadratic([1, 10]), np.ones((2, 2)), SGD(np.array([[0.1], [1.0]])), 1000)
    assert trace.diverged.tolist() == [False, True]
    np.testing.assert_array_equal(trace[0].theta, minimize(Quadratic([1, 10]), [1.0, 1.0], SGD(0.1), 1000).theta)


# ---- clipping


def test_clipping_shortens_steps_and_the_record_keeps_the_true_norm() -> None:
    f = Quadratic([1, 10])
    trace = minimize(f, [3.0, 1.0], SGD(0.1), 3, clip_norm=2.0)
    np.testing.assert_array_equal(trace.grad_norm, norm(f.grad(trace.theta)))
    assert trace.grad_norm.min() > 2.0
    moves = np.linalg.norm(np.diff(trace.theta, axis=0), axis=-1)
    np.testing.assert_allclose(moves, 0.1 * np.minimum(trace.grad_norm[:-1], 2.0), rtol=1e-12)
    assert moves[0] == pytest.approx(0.2)


@settings(max_examples=60, deadline=None)
@given(
    runs=st.lists(st.integers(1, 3), max_size=2), size=st.integers(1, 12), limit=st.floats(1e-3, 1e3),
    seed=st.integers(0, 999),
)  # fmt: skip
def test_clip_cuts_long_vectors_and_leaves_short_ones(runs: list[int], size: int, limit: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    g = rng.normal(size=(*runs, size)) * 10.0 ** rng.integers(-3, 4, (*runs, 1))
    cut = clip(g, limit)
    before, after = np.linalg.norm(g, axis=-1), np.linalg.norm(cut, axis=-1)
    np.testing.assert_allclose(after, np.minimum(before, limit), rtol=1e-12)
    np.testing.assert_allclose(cut * before[..., None], g * after[..., None], rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(cut[before < limit * (1 - 1e-12)], g[before < limit * (1 - 1e-12)])


def test_clip_leaves_zero_at_zero_and_its_argument_alone() -> None:
    assert clip(np.zeros(2), 1.0).tolist() == [0.0, 0.0]
    g = np.array([3.0, 4.0])
    g.flags.writeable = False
    clip(g, 1.0)
    assert g.tolist() == [3.0, 4.0]


def test_norm_is_taken_over_the_last_axis() -> None:
    assert norm(np.array([[3.0, 4.0], [5.0, 12.0]])).tolist() == [5.0, 13.0]


# ---- minibatches


@settings(max_examples=80, deadline=None)
@given(n=st.integers(1, 200), size=st.integers(1, 220), drop=st.booleans(), seed=st.integers(0, 99))
def test_an_epoch_holds_every_index_once(n: int, size: int, drop: bool, seed: int) -> None:
    batches = list(minibatches(n, size, np.random.default_rng(seed), drop_last=drop))
    rest = n % size
    assert all(len(batch) == size for batch in (batches if drop or not rest else batches[:-1]))
    assert drop or not rest or len(batches[-1]) == rest
    drawn = np.concatenate(batches).tolist() if batches else []
    assert len(set(drawn)) == len(drawn) == (n - rest if drop else n)
    assert set(drawn) <= set(range(n))


def test_epochs_are_shuffled_by_the_generator_that_is_given() -> None:
    def epoch(seed: int) -> list[int]:
        return np.concatenate(list(minibatches(50, 8, np.random.default_rng(seed)))).tolist()

    assert epoch(0) == epoch(0)
    assert epoch(0) != epoch(1)
    assert epoch(0) != list(range(50))


def seen_batches(batches: Any, steps: int, rng: np.random.Generator | None = None) -> list[list[int]]:
    """The batches that ``minimize`` asks LINE's stand-in for."""
    seen: list[list[int]] = []

    class Data:
        n = 20

        def __call__(self, theta: Array, batch: Any = None) -> Any:
            if batch is not None:
                seen.append(np.asarray(batch).tolist())
            return LINE(theta, batch)

    minimize(Data(), [0.0, 0.0], SGD(0.1), steps, batches=batches, rng=rng)
    return seen


@pytest.mark.parametrize("size", [8, np.int64(8)])
def test_a_batch_size_means_epochs_reshuffled_each_time(size: Any) -> None:
    batches = seen_batches(size, 6, np.random.default_rng(0))
    assert [len(batch) for batch in batches] == [8, 8, 4, 8, 8, 4]
    first, second = sum(batches[:3], []), sum(batches[3:], [])  # noqa: RUF017
    assert sorted(first) == sorted(second) == list(range(20))
    assert first != second


def test_an_iterable_of_batches_is_used_in_order() -> None:
    given_batches = [[1, 2], [3], [0, 0, 5]]
    assert seen_batches([np.array(batch) for batch in given_batches], 3) == given_batches
    assert seen_batches(itertools.cycle([np.array([4])]), 3) == [[4]] * 3


def test_steps_follow_the_batch_and_the_record_the_full_objective() -> None:
    batches = [np.array([0, 1]), np.array([5])]
    trace = minimize(LINE, [0.0, 0.0], SGD(0.1), 2, batches=batches)
    theta = np.zeros(2)
    for k, batch in enumerate(batches):
        theta = theta - 0.1 * LINE(theta, batch)[1]
        np.testing.assert_array_equal(trace.theta[k + 1], theta)
        assert trace.loss[k + 1] == LINE.value(theta)
        assert trace.grad_norm[k + 1] == norm(LINE.grad(theta))


def test_minibatch_runs_repeat_with_their_seed() -> None:
    def end(seed: int) -> list[float]:
        rng = np.random.default_rng(seed)
        return minimize(LINE, [0.0, 0.0], SGD(0.01), 10, batches=4, rng=rng).theta[-1].tolist()

    assert end(0) == end(0)
    assert end(0) != end(1)


# ---- progress


class Clock:
    """A clock that is moved by hand."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.delenv("COURSE_BUILD", raising=False)
    made = Clock()
    monkeypatch.setattr(ticking.time, "monotonic", made.monotonic)
    return made


def walk(clock: Clock, steps: range, seconds: float) -> list[int]:
    done = []
    for i in ticks(steps, "steps"):
        done.append(i)
        clock.now += seconds
    return done


def test_short_work_is_quiet(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    assert walk(clock, range(1, 11), 0.19) == list(range(1, 11))
    assert capsys.readouterr() == ("", "")


def test_long_work_shows_a_line_on_stderr_after_two_seconds_and_wipes_it(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    assert walk(clock, range(1, 6), 1.0) == [1, 2, 3, 4, 5]
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "\r3 of 5 steps, 2 s left \r4 of 5 steps, 1 s left \r" + " " * 60 + "\r"


def test_the_line_is_renewed_five_times_a_second_at_most(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    walk(clock, range(1, 10_001), 0.001)
    assert 35 <= capsys.readouterr().err.count("of 10,000 steps") <= 40  # ten seconds, the first two of them quiet


def test_the_build_is_quiet(clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_BUILD", "1")
    assert walk(clock, range(1, 6), 10.0) == [1, 2, 3, 4, 5]
    assert capsys.readouterr() == ("", "")


def slow(clock: Clock, objective: Any) -> Any:
    def value_and_grad(theta: Array) -> Any:
        clock.now += 1.0
        return objective(theta)

    return value_and_grad


def test_minimize_shows_its_steps(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    minimize(slow(clock, Ravine()), [1.0, 1.0], SGD(0.1), 5)
    assert "3 of 5 steps, 2 s left" in capsys.readouterr().err


def test_minimize_shows_its_blocks_of_runs(
    clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "RUNS_PER_BLOCK", 2)
    landscape = Ravine.landscape
    monkeypatch.setattr(Ravine, "landscape", lambda self, theta: landscape(self, slow_down(clock, theta)))
    minimize(Ravine(), np.ones((6, 2)), SGD(0.1), 3)
    assert "2 of 6 runs, 8 s left" in capsys.readouterr().err


def slow_down(clock: Clock, theta: Array) -> Array:
    clock.now += 1.0
    return theta


def test_a_trace_is_what_comes_back() -> None:
    assert isinstance(minimize(Ravine(), [1.0, 1.0], SGD(0.1), 1), Trace)


@pytest.mark.parametrize(
    ("lr", "start"),
    [(np.full(2, 0.1), [1.0, 1.0]), (np.full((2, 1), 0.1), [1.0, 1.0]), (np.full(3, 0.1), np.ones((3, 2)))],
)
def test_a_rate_array_that_is_not_one_per_run_is_refused(lr, start) -> None:
    with pytest.raises(ValueError, match=r"lr has shape .*: an array gives each run its own lr"):
        minimize(Quadratic([1, 10]), start, SGD(lr), 3)


@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 1e25), (np.float64, 1e250)])
def test_clipping_keeps_the_direction_of_a_gradient_whose_square_overflows(dtype, size) -> None:
    assert np.allclose(clip(np.array([3.0, 4.0], dtype) * dtype(size), 1.0), [0.6, 0.8])


def test_clipping_leaves_a_zero_gradient_alone() -> None:
    assert np.array_equal(clip(np.zeros((2, 3)), 1.0), np.zeros((2, 3)))
