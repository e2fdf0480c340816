"""Two ways to do the same work, timed in turn."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median, quantiles
from typing import NamedTuple

from numpy.typing import ArrayLike

Clock = Callable[[], float]
Pair = tuple[str, ArrayLike, ArrayLike]
"""What is compared, our value, PyTorch's."""

SAMPLE = 0.005
"""Seconds that one sample lasts at least, so that reading the clock does not count."""
FEWEST, MOST = 7, 400
"""Pairs of samples."""


class Twins(NamedTuple):
    """The same work twice, and the proof that it is the same."""

    ours: Callable[[], object]
    theirs: Callable[[], object]
    same: Callable[[], Iterable[Pair]]


@dataclass(frozen=True)
class Timing:
    """Seconds of one call, medians; and the ratio ours / theirs with its quartiles, from sample to sample."""

    ours: float
    theirs: float
    ratio: float
    quartiles: tuple[float, float]
    pairs: int


def processor_clock() -> Clock:
    """Processor time of this process, which other programs do not lengthen; the wall clock where it is coarse.

    Both agree on a quiet machine: one thread computes and nothing waits.
    """
    return time.process_time if time.get_clock_info("process_time").resolution <= 1e-5 else time.perf_counter


def alternate(twins: Twins, seconds: float, clock: Clock | None = None) -> Timing:
    """Warm both up, then take samples in turn, each first as often as the other, for about ``seconds``."""
    clock = clock or processor_clock()
    calls = calls_in_a_sample(twins.ours, clock), calls_in_a_sample(twins.theirs, clock)
    samples: list[tuple[float, float]] = []
    collecting = gc.isenabled()
    gc.disable()
    try:
        until = clock() + seconds
        while len(samples) < FEWEST or (clock() < until and len(samples) < MOST):
            if len(samples) % 2:
                theirs = sample(twins.theirs, calls[1], clock)
                ours = sample(twins.ours, calls[0], clock)
            else:
                ours = sample(twins.ours, calls[0], clock)
                theirs = sample(twins.theirs, calls[1], clock)
            samples.append((ours, theirs))
    finally:
        if collecting:
            gc.enable()
    ratios = [ours / theirs for ours, theirs in samples]
    low, _, high = quantiles(ratios, n=4, method="inclusive")
    ours, theirs = map(median, zip(*samples, strict=True))
    return Timing(ours, theirs, median(ratios), (low, high), len(ratios))


def calls_in_a_sample(call: Callable[[], object], clock: Clock) -> int:
    """How many calls last ``SAMPLE``; finding out warms the caches and whatever is built at the first call."""
    call()
    calls = 1
    while (elapsed := sample(call, calls, clock) * calls) < SAMPLE:
        calls = max(calls + 1, min(10 * calls, int(calls * SAMPLE / elapsed) + 1 if elapsed else 10 * calls))
    return calls


def sample(call: Callable[[], object], calls: int, clock: Clock) -> float:
    """Seconds of one call, the mean of so many."""
    began = clock()
    for _ in range(calls):
        call()
    return (clock() - began) / calls
