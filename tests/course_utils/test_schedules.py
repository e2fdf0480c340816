"""Schedules are pure functions of the number of steps taken."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import course_utils.schedules as schedules
from course_utils.schedules import (
    Constant,
    Cosine,
    Exponential,
    InverseSqrt,
    InverseTime,
    OneCycle,
    Polynomial,
    Step,
    WarmRestarts,
    Warmup,
)
from tests.course_utils.scheduler_twins import TWINS, twin_rates

RECORDED = Path(__file__).parents[1] / "traces" / "schedules.npz"
CLOSE = {"rtol": 1e-12, "atol": 1e-15}

ALL = {
    "constant": Constant(0.1),
    "exponential": Exponential(0.1, 0.9),
    "step": Step(0.1, every=4),
    "inverse time": InverseTime(0.1, k=0.5),
    "polynomial": Polynomial(0.1, total=20, power=2.0, final=0.01),
    "inverse root": InverseSqrt(0.1),
    "cosine": Cosine(0.1, total=20, final=0.01),
    "restarts": WarmRestarts(0.1, first=5, factor=2, final=0.01),
    "warmup": Warmup(5, then=Cosine(0.1, total=20)),
    "one cycle": OneCycle(0.1, total=30),
}
each = pytest.mark.parametrize("schedule", ALL.values(), ids=ALL.keys())


def ours(name: str) -> list[float]:
    schedule, steps, _ = TWINS[name]
    return [schedule(t) for t in range(steps)]


@pytest.mark.parametrize("name", TWINS)
def test_rates_equal_the_recorded_torch_rates(name: str) -> None:
    with np.load(RECORDED) as recorded:
        np.testing.assert_allclose(ours(name), recorded[name], **CLOSE)


@pytest.mark.torch
@pytest.mark.usefixtures("needs_torch")
@pytest.mark.parametrize("name", TWINS)
def test_rates_equal_torch(name: str) -> None:
    np.testing.assert_allclose(ours(name), twin_rates(name), **CLOSE)


def test_the_table_holds_every_schedule() -> None:
    classes = {
        name
        for name, item in vars(schedules).items()
        if isinstance(item, type) and item.__module__ == schedules.__name__
    }
    assert {type(schedule).__name__ for schedule in ALL.values()} == classes


@each
def test_a_schedule_has_no_memory(schedule: Any) -> None:
    forward = [schedule(t) for t in range(60)]
    backward = [schedule(t) for t in reversed(range(60))]
    assert forward == backward[::-1]
    assert [schedule(t) for t in range(60)] == forward


@each
def test_rates_are_python_numbers_and_never_negative(schedule: Any) -> None:
    for t in range(200):
        assert type(schedule(t)) is float
        assert 0 <= schedule(t) <= 0.1 + 1e-15


@each
def test_parameters_are_frozen(schedule: Any) -> None:
    for field in fields(schedule):
        with pytest.raises(FrozenInstanceError):
            setattr(schedule, field.name, 0.5)


@pytest.mark.parametrize("name", [name for name in ALL if name not in ("warmup", "one cycle")])
def test_the_first_step_uses_the_base_rate(name: str) -> None:
    assert ALL[name](0) == 0.1


@pytest.mark.parametrize("name", ["polynomial", "cosine"])
@pytest.mark.parametrize("t", [20, 21, 1000])
def test_after_total_steps_the_final_rate_stays(name: str, t: int) -> None:
    assert ALL[name](t) == pytest.approx(0.01, rel=1e-15)


@pytest.mark.parametrize("t", [29, 30, 31, 1000])
def test_one_cycle_stays_at_its_end(t: int) -> None:
    assert OneCycle(0.1, total=30)(t) == pytest.approx(0.1 / 25 / 1e4, rel=1e-12)


def test_one_cycle_peaks_between_two_steps_when_warm_times_total_is_no_whole_number() -> None:
    cycle = OneCycle(0.1, total=37)  # the peak stands at 10.1
    assert cycle(10.1) == pytest.approx(0.1, rel=1e-12)
    assert max(cycle(10), cycle(11)) < 0.1
    assert cycle(0) == pytest.approx(0.1 / 25, rel=1e-12)


def test_step_drops_at_multiples_of_every_and_not_before() -> None:
    rates = [Step(1.0, every=3, gamma=0.5)(t) for t in range(8)]
    assert rates == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25]


def test_step_with_every_1_is_exponential() -> None:
    for t in range(20):
        assert Step(0.1, every=1, gamma=0.9)(t) == Exponential(0.1, 0.9)(t)


def test_polynomial_of_power_1_is_a_line() -> None:
    assert [Polynomial(1.0, total=4)(t) for t in range(6)] == [1, 0.75, 0.5, 0.25, 0, 0]


def test_inverse_time_with_k_1_is_robbins_monro() -> None:
    assert [InverseTime(1.0, k=1.0)(t) for t in range(4)] == [1, 1 / 2, 1 / 3, 1 / 4]


def test_inverse_root_halves_after_three_steps() -> None:
    assert [InverseSqrt(1.0)(t) for t in (0, 3, 8)] == [1, 0.5, pytest.approx(1 / 3)]
    assert InverseSqrt(1.0, k=3.0)(1) == 0.5


def test_a_period_of_restarts_ends_just_above_the_final_rate_and_starts_again() -> None:
    schedule = WarmRestarts(0.1, first=5, factor=3, final=0.01)
    for last, first in ((4, 5), (19, 20), (64, 65)):
        assert 0.01 < schedule(last) < 0.02
        assert schedule(first) == 0.1
    assert schedule(12.5) == pytest.approx(0.055)  # the middle of the second period, 5 … 20


def test_warmup_rises_in_a_line_and_hands_over_at_its_own_zero() -> None:
    schedule = Warmup(4, then=Exponential(0.8, 0.5), start=0.4)
    assert [schedule(t) for t in range(7)] == pytest.approx([0.4, 0.5, 0.6, 0.7, 0.8, 0.4, 0.2])


def test_warmup_takes_any_callable() -> None:
    assert Warmup(2, then=lambda t: 1 / (1 + t))(1) == 0.5


@settings(max_examples=80, deadline=None)
@given(total=st.integers(1, 500), t=st.integers(0, 600), final=st.floats(0, 0.1))
def test_cosine_falls_from_base_to_final(total: int, t: int, final: float) -> None:
    schedule = Cosine(0.1, total, final)
    assert schedule(t + 1) <= schedule(t) + 1e-16
    half = final + (0.1 - final) / 2
    assert schedule(total / 2) == pytest.approx(half)
    assert math.isclose(schedule(total), final, abs_tol=1e-17)


@settings(max_examples=80, deadline=None)
@given(first=st.integers(1, 20), factor=st.integers(1, 4), period=st.integers(0, 5), share=st.floats(0, 0.99))
def test_every_period_of_restarts_is_the_same_cosine(first: int, factor: int, period: int, share: float) -> None:
    begin = sum(first * factor**k for k in range(period))
    length = first * factor**period
    t = begin + share * length
    assert WarmRestarts(0.1, first, factor)(t) == pytest.approx(Cosine(0.1, 1)(share), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(total=st.integers(5, 300), warm=st.floats(0.25, 0.9))
def test_one_cycle_rises_to_the_peak_then_falls(total: int, warm: float) -> None:
    cycle = OneCycle(0.1, total, warm=warm)
    rates = np.array([cycle(t) for t in range(total + 5)])
    top = warm * total - 1
    rising = np.arange(1, total + 5) <= top
    assert np.all(np.diff(rates)[rising] > 0)
    falling = np.arange(total + 4) >= top
    assert np.all(np.diff(rates)[falling] <= 1e-17)
    assert rates[0] == pytest.approx(0.1 / 25, rel=1e-9)
