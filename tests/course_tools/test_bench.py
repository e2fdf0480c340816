"""The benchmark itself, on small made-up workloads: turns, medians, refusals, the page. Never real times."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from course_tools.bench import command, imports, machine, measure
from course_tools.bench.catalogue import WORKLOADS, Workload
from course_tools.bench.measure import FEWEST, MOST, Timing, Twins, alternate
from course_tools.bench.page import Limit, Result, page, seconds
from course_tools.bench.same import DifferentMathematics, largest_difference
from course_tools.bench.sizes import Curve, Sweep, sweeps
from course_tools.pythons import ROOT

EQUAL = [("the loss", 1.0, 1.0)]


class Hours:
    """A clock that only work moves; `calls` says who worked, in order."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[str] = []

    def __call__(self) -> float:
        return self.now

    def work(self, name: str, cost: Callable[[], float]) -> Callable[[], None]:
        """A side that takes ``cost()`` seconds a call."""

        def call() -> None:
            self.calls.append(name)
            self.now += cost()

        return call


def race(ours: Callable[[], float], theirs: Callable[[], float], budget: float) -> tuple[Timing, list[str]]:
    """The timing of two made-up sides, and their calls after the warm-up (one or two of each)."""
    clock = Hours()
    timing = alternate(Twins(clock.work("o", ours), clock.work("t", theirs), lambda: EQUAL), budget, clock)
    return timing, clock.calls[-2 * timing.pairs :]


def test_sides_take_turns_and_each_is_first_as_often() -> None:
    timing, calls = race(lambda: 1.0, lambda: 2.0, budget=30.0)
    assert timing.pairs == 10
    assert "".join(calls) == "otto" * 5


def test_times_and_ratio_are_those_of_one_call() -> None:
    timing, _ = race(lambda: 1.0, lambda: 4.0, budget=60.0)
    assert (timing.ours, timing.theirs, timing.ratio, timing.quartiles) == (1.0, 4.0, 0.25, (0.25, 0.25))


def test_a_machine_that_slows_down_moves_the_times_but_not_the_ratio() -> None:
    clock = Hours()
    slower = lambda: 1.0 if clock.now < 50 else 10.0  # noqa: E731
    twins = Twins(clock.work("o", slower), clock.work("t", lambda: 2 * slower()), lambda: EQUAL)
    timing = alternate(twins, 500.0, clock)
    assert timing.ours == 10.0
    assert timing.ratio == pytest.approx(0.5, rel=0.01)
    assert timing.quartiles == pytest.approx((0.5, 0.5), rel=0.01)


def test_one_interruption_does_not_move_the_medians() -> None:
    hiccup = iter([1.0] * 6 + [1000.0] + [1.0] * 100)
    timing, _ = race(lambda: next(hiccup), lambda: 2.0, budget=10.0)
    assert (timing.ours, timing.ratio) == (1.0, 0.5)


def test_short_calls_are_gathered_until_a_sample_is_long_enough() -> None:
    clock = Hours()
    work = clock.work("o", lambda: measure.SAMPLE / 80)
    calls = measure.calls_in_a_sample(work, clock)
    assert 80 <= calls <= 82
    assert measure.sample(work, calls, clock) == pytest.approx(measure.SAMPLE / 80)


def test_a_call_that_costs_nothing_measurable_still_ends() -> None:
    costs = iter([0.0] * 1000 + [1.0])
    clock = Hours()
    assert measure.calls_in_a_sample(clock.work("o", lambda: next(costs, 1.0)), clock) == 1000


def test_long_calls_get_the_fewest_pairs_and_short_ones_the_most() -> None:
    assert race(lambda: 100.0, lambda: 100.0, budget=1.0)[0].pairs == FEWEST
    assert race(lambda: 1.0, lambda: 1.0, budget=1e9)[0].pairs == MOST


def test_garbage_collection_is_off_while_measuring_and_on_again_after_an_error() -> None:
    seen, clock = [], Hours()

    def fail() -> None:
        clock.now += 1.0
        seen.append(gc.isenabled())
        if len(seen) > 5:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        alternate(Twins(fail, clock.work("t", lambda: 1.0), lambda: EQUAL), 100.0, clock)
    assert seen[-1] is False
    assert gc.isenabled()


def test_difference_is_a_share_of_the_largest_entry_and_the_worst_counts() -> None:
    pairs = [("a", [1.0, 2.0], [1.0, 2.0]), ("b", [100.0, 1.0], [100.0, 2.0])]
    assert largest_difference("w", pairs, 0.1) == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (
            [("dW", [1.0, 3.0], [1.0, 2.0])],
            "w: dW differs from PyTorch's by 0.5 of its largest entry, allowed is 0.0001. A ratio of times would mean "
            "nothing. Look for different sizes or starts first.",
        ),
        (
            [("dW", [np.nan], [1.0])],
            "w: dW differs from PyTorch's by nan of its largest entry, allowed is 0.0001. A ratio of times would mean "
            "nothing. Look for different sizes or starts first.",
        ),
        (
            [("dW", [[1.0]], [1.0])],
            "w: dW has shape (1, 1) here and (1,) in PyTorch, so the two do not do the same work.",
        ),
        ([], "w: nothing was compared. Let `same` return at least one pair."),
    ],
)
def test_different_mathematics_is_refused(pairs: list[Any], message: str) -> None:
    with pytest.raises(DifferentMathematics) as caught:
        largest_difference("w", pairs, 1e-4)
    assert str(caught.value) == message


@dataclass(frozen=True)
class Fake(Workload):
    """A workload with made-up sides."""

    pairs: tuple[Any, ...] = tuple(EQUAL)

    def twins(self) -> Twins:
        return Twins(lambda: sum(range(100)), lambda: sum(range(200)), lambda: self.pairs)


FAKE = Fake("small sum", "larger sum", 1.0, "none")
WRONG = replace(FAKE, name="wrong sum", pairs=(("the sum", 1.0, 2.0),))


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """The command with made-up workloads, writing elsewhere."""
    (tmp_path / "images").mkdir()
    monkeypatch.setattr(command, "PAGE", tmp_path / "benchmarks.md")
    monkeypatch.setattr(command, "prepare", lambda: True)
    monkeypatch.setattr(command, "describe", lambda pinned: [("processor", "abacus")])
    monkeypatch.setattr(command, "limits", lambda: [Limit("beads", 3.0, 2.0, "MB")])
    monkeypatch.setattr(command, "sweeps", lambda: [Sweep("sums", "terms", ((1, FAKE), (2, FAKE)))])

    def invoke(*arguments: str, workloads: tuple[Workload, ...] = (FAKE,)) -> Any:
        monkeypatch.setattr(command, "WORKLOADS", workloads)
        return CliRunner().invoke(command.bench, ["--seconds", "0.01", *arguments])

    return invoke


def test_bench_writes_the_page_and_the_picture(bench: Callable[..., Any], tmp_path: Path) -> None:
    done = bench()
    assert done.exit_code == 0, done.output
    text = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert "| small sum | larger sum |" in text
    assert "| beads | 3 MB | 2 MB | **no** |" in text
    assert "(images/cost.png)" in text
    assert (tmp_path / "images" / "cost.png").read_bytes().startswith(b"\x89PNG")


def test_bench_refuses_to_publish_when_results_differ(bench: Callable[..., Any], tmp_path: Path) -> None:
    done = bench(workloads=(FAKE, WRONG))
    assert done.exit_code == 1
    assert "wrong sum: the sum differs from PyTorch's by 0.5" in done.output
    assert "small sum" in done.output
    assert not (tmp_path / "benchmarks.md").exists()


def test_only_prints_and_leaves_the_page(bench: Callable[..., Any], tmp_path: Path) -> None:
    done = bench("--only", "SMALL", workloads=(FAKE, WRONG))
    assert done.exit_code == 0, done.output
    assert "small sum  larger sum" in done.output
    assert not (tmp_path / "benchmarks.md").exists()


def test_only_with_an_unknown_name_says_which_there_are(bench: Callable[..., Any]) -> None:
    done = bench("--only", "abacus")
    assert done.exit_code == 1
    assert done.output == (
        "Error: no workload has 'abacus' in its name, so nothing would be measured. Try: small sum.\n"
    )


def test_without_torch_bench_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    done = CliRunner().invoke(command.bench, [])
    assert done.exit_code == 1
    assert done.output == (
        "Error: PyTorch is not installed here, and course bench compares with it: there is nothing to measure against. "
        "Run `pip install torch` in the environment of the course, .venv (the build for processors is enough), and try "
        "again. No other part of the course needs it.\n"
    )


def test_page_shows_ratio_spread_target_and_verdict() -> None:
    quick = Result(FAKE, Timing(1.5e-4, 3e-4, 0.5, (0.45, 0.62), 9), 2e-7)
    slow = Result(replace(FAKE, target=0.4), Timing(0.0123, 1.5, 0.5, (0.45, 0.62), 9), 0.0)
    aside = Result(replace(FAKE, target=None), Timing(1.5e-4, 3e-4, 0.5, (0.45, 0.62), 9), 0.0)
    lines = page([("processor", "abacus")], [quick, slow, aside], [], "images/a.png", "A line.").splitlines()
    assert "| processor | abacus |" in lines
    assert "| small sum | larger sum | 150 µs | 300 µs | **0.500** (0.450–0.620) | ≤ 1 | yes | 2e-07 |" in lines
    assert "| small sum | larger sum | 12.3 ms | 1.5 s | **0.500** (0.450–0.620) | ≤ 0.4 | **no** | 0e+00 |" in lines
    assert any(line.endswith("|  | for comparison | 0e+00 |") for line in lines)
    assert "![A line.](images/a.png)" in lines


def test_a_value_at_the_target_reaches_it() -> None:
    assert "| a | 2 MB | 2 MB | yes |" in page([], [], [Limit("a", 2.0, 2.0, "MB")], "i", "a")


def test_times_have_a_fitting_unit() -> None:
    assert [seconds(s) for s in (2.5e-6, 0.00025, 0.025, 2.5)] == ["2.5 µs", "250 µs", "25 ms", "2.5 s"]


def test_the_picture_says_in_words_how_the_ends_compare() -> None:
    from course_tools.bench.plot import draw

    timings = (Timing(1e-4, 1e-3, 0.1, (0.1, 0.1), 7), Timing(2e-3, 1e-3, 2.0, (2, 2), 7))
    curve = Curve(Sweep("MLP", "parameters", ((100, FAKE), (1_000_000, FAKE))), timings)
    picture = draw([curve])
    assert picture.png.startswith(b"\x89PNG")
    assert picture.alt == (
        "Time of one training step against size, both axes logarithmic. MLP: at 100 parameters course_utils takes "
        "0.10 of PyTorch's time, at 1,000,000 it takes 2.00."
    )


def test_the_machine_is_described_without_paths_or_dates(needs_torch: ModuleType) -> None:
    rows = dict(machine.describe(pinned=True))
    assert rows["used"] == "one thread, pinned to one core"
    assert rows["PyTorch"] == needs_torch.__version__
    assert rows["NumPy"].startswith(np.__version__)
    assert not re.search(r"(^|\s)/\w|20\d\d-", " ".join(rows.values()))


def test_import_time_is_that_of_new_processes_and_the_first_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    times, programs = iter([9.0, 1.0, 2.0, 3.0]), []
    monkeypatch.setattr(imports, "run", lambda program, _cache: programs.append(program) or next(times))
    assert imports.measure(("network",), processes=3) == 2.0
    assert "import course_utils, course_utils.network\n" in programs[0]


def test_a_new_process_prints_its_number() -> None:
    assert imports.run("print(1.5)") == 1.5


def test_peak_memory_grows_with_what_is_used_and_stays() -> None:
    program = (
        "from course_tools.bench.memory import peak\n"
        "before = peak(); data = b'1' * 80_000_000; del data; print(peak() - before)"
    )
    grown = imports.run(program)
    assert 70 < grown < 90


def test_one_thread_is_asked_for_before_numpy_is_loaded() -> None:
    program = (
        "import os, sys; os.environ.pop('OMP_NUM_THREADS', None); import course_tools.bench\n"
        "print(os.environ['OMP_NUM_THREADS'] if 'numpy' not in sys.modules else 0)"
    )
    assert imports.run(program) == 1


TARGETS = [0.20, 0.55, 0.75, 0.90, 1.20, 1.35, 0.65, 1.35, 0.45, 2.1, 0.25, 1 / 15, 0.2]


def test_every_target_of_the_course_is_measured() -> None:
    assert [workload.target for workload in WORKLOADS if workload.target is not None] == TARGETS


def test_sweeps_reach_from_a_hundred_to_ten_million_parameters() -> None:
    by_parameters, by_batch, *_ = sweeps()
    sizes = [size for size, _ in by_parameters.points]
    assert sizes[0] <= 150
    assert sizes[-1] >= 9_900_000
    assert [size for size, _ in by_batch.points] == [1, 4, 16, 64, 256, 1024]


SMALL: dict[str, dict[str, Any]] = {
    "cnn": {"batch": 2}, "lstm": {"length": 3, "batch": 2}, "attention": {"length": 3, "batch": 2},
    "transformer": {"length": 3, "batch": 2}, "family": {"runs": 20, "steps": 5},
}


@pytest.mark.torch
@pytest.mark.parametrize("workload", [w for w in WORKLOADS if "10M" not in w.name], ids=lambda w: w.name)
def test_both_sides_compute_the_same(workload: Workload, needs_torch: ModuleType) -> None:
    small = replace(workload, sizes={**workload.sizes, **SMALL.get(workload.module, {})})
    twins = small.twins()
    assert largest_difference(small.name, twins.same(), small.tolerance) <= small.tolerance
    twins.ours()
    twins.theirs()


def test_the_page_of_the_repository_names_every_workload_and_target() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    for workload in WORKLOADS:
        target = "" if workload.target is None else f"≤ {workload.target:.3g}"
        assert re.search(rf"\| {re.escape(workload.name)} \| {workload.against} \|.*\| {target} \|", text), workload
    assert (ROOT / "docs" / "images" / "cost.png").exists()
