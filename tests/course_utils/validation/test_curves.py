"""Learning curves and the range test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from course_utils.data import load_digits
from course_utils.descent import train
from course_utils.layers import Dense, ReLU
from course_utils.losses import softmax_ce
from course_utils.network import Network
from course_utils.objectives import Quadratic
from course_utils.optimizers import SGD, Adam, Momentum
from course_utils.validation import learning_curve, lr_range_test, on_batches


def test_parts_of_a_repetition_are_nested_and_repetitions_differ() -> None:
    seen: list[set[int]] = []
    learning_curve(lambda rows: (seen.append(set(rows.tolist())), (0.0, 0.0))[1], 50, [5, 20, 50],
                   np.random.default_rng(0), repeats=2)  # fmt: skip
    assert [len(rows) for rows in seen] == [5, 20, 50] * 2
    assert seen[0] < seen[1] < seen[2]
    assert seen[0] != seen[3]


def test_the_curves_of_a_line_meet_at_the_noise() -> None:
    rng = np.random.default_rng(0)
    x = np.c_[np.ones(2000), rng.normal(size=(2000, 4))]
    y = x @ np.arange(5.0) + rng.normal(size=2000)

    def fit(rows: Any) -> tuple[float, float]:
        w = np.linalg.lstsq(x[rows], y[rows], rcond=None)[0]
        return float(np.mean((x[rows] @ w - y[rows]) ** 2)), float(np.mean((x[1000:] @ w - y[1000:]) ** 2))

    curve = learning_curve(fit, 1000, [8, 1000], rng, repeats=5)
    train, validation = curve.train.mean(axis=1), curve.validation.mean(axis=1)
    assert curve.train.shape == curve.validation.shape == (2, 5)
    assert train[0] < 0.7 < 1.5 < validation[0]
    assert abs(train[1] - validation[1]) < 0.15


def bowl(rng: np.random.Generator, noise: float = 0.0) -> tuple[Any, np.ndarray]:
    """A quadratic with L = 1, 1 to 50 dimensions and κ up to 10⁴; gradient noise in units of the first gradient."""
    curvatures = np.geomspace(1, 10 ** rng.uniform(-4, 0), int(rng.integers(1, 50)))
    start = rng.normal(size=curvatures.size)
    sd = noise * np.sqrt(np.mean((curvatures * start) ** 2))
    return lambda x: (x @ (curvatures * x) / 2, curvatures * x + sd * rng.normal(size=x.size)), start


@pytest.mark.parametrize("smoothing", [0.0, 0.9])
@pytest.mark.parametrize(("noise", "least", "most"), [(0.0, 0.4, 1.0), (0.01, 0.1, 0.5), (0.1, 0.08, 0.5)])
def test_the_suggestion_is_a_tenth_to_one_of_the_largest_stable_rate(
    noise: float, least: float, most: float, smoothing: float
) -> None:
    rng, stable = np.random.default_rng(0), 2.0
    for _ in range(60):
        fun, start = bowl(rng, noise)
        test = lr_range_test(fun, start, SGD(0.1), low=2e-3, high=2e3, steps=int(rng.integers(100, 300)),
                             smoothing=smoothing)  # fmt: skip
        assert least <= test.suggestion / stable <= most
        assert test.steepest <= test.lowest <= test.edge < test.blow_up
        if noise == 0:
            assert stable <= test.lowest * (1 + 1e-12)  # no stable rate raises the loss


@pytest.mark.parametrize("curvature", [1e-2, 1.0, 1e3])
def test_a_parabola_is_back_at_its_start_at_12_6_over_L_whatever_the_steps(curvature: float) -> None:
    for steps in (401, 1601):
        test = lr_range_test(Quadratic([curvature]), [1.0], SGD(0.1), low=1.1e-4 / curvature, high=1e4 / curvature,
                             steps=steps)  # fmt: skip
        assert test.edge * curvature == pytest.approx(12.6, rel=0.06)


def test_a_rate_that_happens_to_solve_the_problem_ends_the_test_there() -> None:
    test = lr_range_test(Quadratic([1.0]), [1.0], SGD(0.1), low=1e-3, high=1e3, steps=61)  # 1/L is on the grid
    assert test.loss[-1] == 0 < test.loss[-2]
    assert test.lr[-2] == pytest.approx(1.0)
    assert test.suggestion < 0.2


def test_a_few_unlucky_losses_at_the_start_do_not_end_the_test() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        fun = lambda x: (x @ x / 2 * rng.uniform(0.5, 1.5), x)  # noqa: B023, E731
        test = lr_range_test(fun, np.ones(3), SGD(0.1), low=1e-3, high=1e3, steps=150)
        assert 0.1 <= test.suggestion / 2 <= 1


def test_the_suggestion_does_not_change_with_the_unit_or_the_zero_of_the_loss() -> None:
    start = np.array([1.0, 2.0])

    def test(scale: float, shift: float) -> float:
        fun = lambda x: (scale * (x @ x / 2 - shift), scale * x)  # noqa: E731
        return lr_range_test(fun, start, SGD(0.1), low=1e-3 / scale, high=1e3 / scale).suggestion

    assert test(100.0, 0.0) == pytest.approx(test(1.0, 0.0) / 100)
    assert test(1.0, 50.0) == test(1.0, 0.0)


def test_rates_rise_by_a_constant_factor_and_the_test_stops_when_the_loss_blows_up() -> None:
    test = lr_range_test(Quadratic([1.0]), [1.0], SGD(0.1), low=1.3e-3, high=1.3e3, steps=61)
    np.testing.assert_allclose(test.lr[1:] / test.lr[:-1], 10**0.1)
    assert len(test.lr) == len(test.loss) == len(test.smooth) < 61
    assert test.smooth[-1] > 4 * test.smooth[0] > test.smooth[-2]
    assert test.blew_up
    assert test.blow_up == test.lr[-1]


def test_a_range_that_ends_too_early_blows_nothing_up() -> None:
    test = lr_range_test(Quadratic([1.0]), [1.0], SGD(0.1), low=1e-3, high=1e-1, steps=20)
    assert (test.blew_up, test.blow_up, len(test.lr)) == (False, np.inf, 20)
    assert test.lowest == test.edge == test.lr[-1]
    assert repr(test) == "RangeTest(lr 0.001 … 0.1, lowest loss at 0.1, try 0.01; the loss never rose)"


def test_the_losses_are_those_of_a_plain_loop() -> None:
    bowl, theta, losses = Quadratic([1, 10]), np.ones(2), []
    rates = np.geomspace(1e-3, 1e-1, 10)
    for lr in rates:
        loss, g = bowl(theta)
        losses.append(loss)
        theta = theta - lr * g
    start = np.ones(2)
    test = lr_range_test(bowl, start, SGD(99.0), low=1e-3, high=1e-1, steps=10, smoothing=0.5)
    np.testing.assert_allclose(test.loss, losses, rtol=1e-12)
    assert test.smooth[1] == pytest.approx((losses[0] + 2 * losses[1]) / 3)
    assert start.tolist() == [1, 1]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("optimizer", [SGD(1.0), Momentum(1.0), Adam(1.0)], ids=lambda o: type(o).__name__)
def test_the_rate_it_finds_beats_a_tenth_and_ten_times_of_it_on_digits(optimizer: Any, seed: int) -> None:
    x, y, *_ = load_digits(np.random.default_rng(seed))
    net = Network([Dense(64, 32), ReLU(), Dense(32, 10)], softmax_ce)
    theta = net.init(np.random.default_rng(seed))
    found = lr_range_test(on_batches(net, (x, y), 32, np.random.default_rng(seed)), theta, optimizer, low=1e-5,
                          high=100, smoothing=0.9, steps=200).suggestion  # fmt: skip

    def end(lr: float) -> float:
        history = train(net, (x, y), replace(optimizer, lr=lr), epochs=3, batch_size=32, theta0=theta,
                        rng=np.random.default_rng(seed))  # fmt: skip
        return float(history.train_loss[-1]) if history.epochs == 3 else np.inf

    assert end(found) < 0.7 * min(end(found / 10), end(found * 10))


def test_batches_of_a_network_go_on_epoch_after_epoch() -> None:
    seen: list[int] = []

    def loss(z: np.ndarray, y: np.ndarray) -> Any:
        seen.extend(y.tolist())
        return softmax_ce(z, y)

    net = Network(Dense(1, 10), loss)
    fun = on_batches(net, (np.zeros((10, 1)), np.arange(10)), 4, np.random.default_rng(0))
    for _ in range(6):
        fun(np.zeros(net.size, np.float32))
    assert sorted(seen[:10]) == sorted(seen[10:]) == list(range(10))
    assert seen[:10] != seen[10:]


ERRORS = [
    (lambda: lr_range_test(Quadratic([1]), [1.0], SGD(1), low=1, high=0.1),
     "low = 1 and high = 0.1 must satisfy 0 < low < high: the rate rises. Try 1e-6 and 10."),
    (lambda: lr_range_test(Quadratic([1]), [1.0], SGD(1), steps=1),
     "steps must be a whole number, 2 or more, got 1: the rate rises from step to step. Try 100."),
    (lambda: lr_range_test(lambda x: (np.nan, x), [1.0], SGD(1)),
     "the loss is nan at theta0, before any step: no rate helps. Check start and data."),
    (lambda: learning_curve(lambda rows: (0, 0), 10, [5, 11], np.random.default_rng(0)),
     "sizes must be numbers of rows up to n = 10, got [5, 11]. Try [5, 10]."),
]  # fmt: skip


@pytest.mark.parametrize(("attempt", "message"), ERRORS, ids=[message[:30] for _, message in ERRORS])
def test_an_error_says_what_is_wrong_and_what_to_try(attempt: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        attempt()
    assert str(caught.value) == message
