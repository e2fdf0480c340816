"""The benchmark of the live figures, without a browser: statistics, verdicts, refusals, the page. Never real times."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from course_tools.bench_widgets import command, pictures, results
from course_tools.bench_widgets.compare import turn
from course_tools.bench_widgets.hands import Drag, distinct, judged, to_and_fro
from course_tools.bench_widgets.page import page
from course_tools.bench_widgets.results import (
    INTERACT,
    OURS,
    TWIN,
    Comparison,
    Leak,
    Map,
    Memory,
    Report,
    Side,
    Stalls,
    Target,
    leaks,
    others,
    targets,
)
from course_utils.widgets.wire import encode

LATE = {"shown": 7, "value": 7, "kernel": "idle", "messages": 0}
HELD = Memory(100.0, 500_000, 9, 30.0, 8000, 16_000)


def dragged(seconds: float = 2.0, frames: int = 80, **late: Any) -> Drag:
    return Drag(seconds, 120, frames, 12.0, LATE | late)


def compared(ours: float = 30.0, p95: float = 50.0, frames: int = 80, **late: Any) -> Comparison:
    sides = {
        OURS: Side([ours] * 90 + [p95] * 10, [dragged(frames=frames)]),
        INTERACT: Side([300.0] * 50, [dragged(frames=8)]),
        TWIN: Side([10.0] * 50, [dragged(frames=100)]),
    }
    return Comparison("A path", sides, dragged(10.0, **late), 0.001)


def reported(**changed: Any) -> Report:
    quiet, leak = Stalls([60.0, 120.0], []), Leak(500, HELD, HELD)
    stalls, leaked = {"live": quiet, "static": quiet}, {"live": leak, "bare": leak}
    return replace(Report([compared()], Map([180.0, 200.0, 900.0]), stalls, leaked), **changed)


def verdicts(comparison: Comparison) -> list[str]:
    return [target.reached for target in targets(comparison)]


def test_a_figure_at_its_aims_reaches_all() -> None:
    assert verdicts(compared()) == ["yes, and the aim", "yes", "yes, and the aim", "yes, and the aim", "yes"]


def test_between_limit_and_aim_is_reached_only() -> None:
    assert verdicts(compared(ours=45.0, frames=70)) == ["yes", "yes", "yes, and the aim", "yes", "yes"]


def test_a_slow_figure_reaches_nothing() -> None:
    assert verdicts(compared(ours=60.0, p95=101.0, frames=40, shown=6)) == ["**no**"] * 5


@pytest.mark.parametrize("late", [{"shown": 6}, {"kernel": "busy"}, {"messages": 1}])
def test_a_drag_is_settled_only_with_the_released_value_an_idle_kernel_and_no_message(late: dict[str, Any]) -> None:
    assert dragged().settled
    assert not dragged(**late).settled


def test_rate_is_over_the_time_of_all_drags_and_lag_is_their_median() -> None:
    side = Side([1.0, 2.0], [dragged(1.0, 10), dragged(3.0, 50), replace(dragged(1.0, 15), lag=99.0)])
    assert side.rate == 15.0
    assert side.lag == 12.0


def test_only_pictures_that_differ_from_the_one_before_count_and_only_until_the_release() -> None:
    values = [(10, 5), (20, 5), (30, 6), (40, 5), (60, 9), (70, 9)]
    shown = [{"at": at, "value": value} for at, value in values]
    assert [picture["at"] for picture in distinct(shown)] == [10, 30, 40, 60]
    seen = {"from": 0.0, "released": 50.0, "events": 6, "late": LATE, "pictures": shown}
    drag = judged(seen)
    assert (drag.frames, drag.lag, drag.rate) == (3, 10.0, 60.0)


def test_a_drag_that_painted_nothing_has_no_pictures_and_no_lag() -> None:
    drag = judged({"from": 0.0, "released": 50.0, "events": 6, "late": LATE, "pictures": []})
    assert (drag.frames, drag.lag) == (0, 0.0)


def test_the_hand_stays_on_the_slider_and_moves_at_one_speed() -> None:
    grip = {"left": 100.0, "right": 300.0, "x": 250.0}
    way = np.array([to_and_fro(grip, k / 90) for k in range(1000)])
    assert (way.min(), way.max()) == (pytest.approx(100.0, abs=2.3), pytest.approx(300.0, abs=2.3))
    steps = np.abs(np.diff(way))
    assert steps.max() == pytest.approx(200 / 90)
    assert np.median(steps) == pytest.approx(200 / 90)


def test_each_figure_is_first_as_often_as_the_others() -> None:
    orders = [turn(k) for k in range(3)]
    assert sorted(order[0] for order in orders) == sorted([OURS, INTERACT, TWIN])
    assert all(sorted(order) == sorted([OURS, INTERACT, TWIN]) for order in orders)


def test_a_leak_of_one_thing_a_move_is_seen_and_that_of_a_bare_slider_is_taken_off() -> None:
    grown = replace(HELD, blocks=HELD.blocks + 1001, comms=10, heap=31.1, nodes=8251, listeners=16_251, resident=102.1)
    assert [target.reached for target in leaks(Leak(500, HELD, grown), Leak(500, HELD, HELD))] == ["**no**"] * 6
    assert [target.reached for target in leaks(Leak(500, HELD, grown), Leak(500, HELD, grown))] == ["yes"] * 6


def test_what_a_bare_slider_frees_does_not_count_against_ours() -> None:
    freed = replace(HELD, blocks=HELD.blocks - 9000, heap=20.0)
    assert [target.reached for target in leaks(Leak(500, HELD, HELD), Leak(500, HELD, freed))] == ["yes"] * 6


def test_a_stall_is_ours_when_it_is_over_200_ms_and_longer_than_with_static_pictures() -> None:
    def opening(live: float, static: float) -> str:
        stalls = {"live": Stalls([live], []), "static": Stalls([static], [])}
        return next(target for target in others(reported(stalls=stalls)) if "opening" in target.what).reached

    assert [opening(199, 0), opening(250, 260)] == ["yes", "yes"]
    assert [opening(250, 240), opening(250, 0)] == ["**no**", "**no**"]


def test_the_map_counts_by_its_median() -> None:
    assert (others(reported())[0].value, others(reported())[0].reached) == (200.0, "yes")


def test_a_map_that_was_not_measured_is_said_so_and_has_no_verdict() -> None:
    text = page(reported(map=Map(reason="`widgets.stability_map` does not exist yet")))
    assert "was not measured: `widgets.stability_map` does not exist yet." in text
    assert "| stability map" not in text


def test_page_shows_times_targets_and_verdicts() -> None:
    lines = page(reported(machine=[("processor", "abacus")])).splitlines()
    assert "| processor | abacus |" in lines
    assert "| ours | **30 ms** | 50 ms | 100 | **40.0** (40.0–40.0) | 12 ms |" in lines
    assert "| slider to pixels, 95th percentile | 50 ms | ≤ 100 ms |  | yes |" in lines
    assert "| drag, share of the JavaScript-only limit | 0.8 | ≥ 0.65 | ≥ 0.8 | yes, and the aim |" in lines


def test_a_value_at_its_limit_reaches_it() -> None:
    assert Target("", 1.0, 1.0).reached == "yes"
    assert Target("", 1.0, 1.0, most=False).reached == "yes"


@pytest.mark.parametrize("count", [1, 4])
def test_the_arrays_of_the_picture_stand_where_the_twin_writes_them(count: int) -> None:
    spec = encode(pictures.picture(pictures.AT, count)).spec
    paths, losses = spec["panels"]
    moving = [layer for layer in paths["layers"] if layer.get("x", [""])[0] == "live"]
    assert [layer["type"] for layer in moving] == ["Line", "Points"] * count + ["Points"]
    assert [layer["x"][2] for layer in moving[:2]] == [pictures.STEPS + 1, 20]
    assert [layer["type"] for layer in losses["layers"]] == ["Line", "Points"] * count
    assert [layer["y"][2] for layer in losses["layers"][:2]] == [pictures.STEPS + 1, 21]


def test_no_path_of_the_pictures_diverges_so_that_the_twin_need_not_cut_any() -> None:
    for percent in (pictures.LO, pictures.AT, pictures.HI):
        for name, trace in pictures.runs(percent, 4):
            assert np.abs(trace.theta).max() < 20, (name, percent)


def test_the_sentence_begins_with_the_value_that_the_probe_reads() -> None:
    assert re.match(r"37 ", pictures.picture(37, 4).says)


def test_without_chromium_the_command_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "find", lambda: None)
    done = CliRunner().invoke(command.bench_widgets, [])
    assert done.exit_code == 1
    assert done.output == (
        "Error: Chromium is not installed here, and the figures are measured in a real browser: there is nothing to "
        "measure with. Install it (Chromium: `apt-get install chromium`; Playwright: `make venv`) and try again.\n"
    )


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The command with a made-up measurement, writing elsewhere."""

    async def measure(*_sizes: Any, say: Any) -> Report:
        return reported()

    monkeypatch.setattr(command, "measure", measure)
    monkeypatch.setattr(command, "find", lambda: "chromium")
    monkeypatch.setattr(command, "PAGE", tmp_path / "benchmarks-widgets.md")
    return tmp_path / "benchmarks-widgets.md"


def test_the_command_writes_the_page_and_quick_only_prints(bench: Path) -> None:
    quick = CliRunner().invoke(command.bench_widgets, ["--quick"])
    assert quick.exit_code == 0, quick.output
    assert "## A path" in quick.output
    assert not bench.exists()
    done = CliRunner().invoke(command.bench_widgets, [])
    assert done.exit_code == 0, done.output
    assert "## A path" in bench.read_text(encoding="utf-8")


def test_the_machine_is_described_without_paths_or_dates() -> None:
    rows = dict(command.machine("123.0", 0.25))
    assert rows["browser"].startswith("Chromium 123.0, headless")
    assert rows["load when the measurement began"] == "0.25"
    assert not re.search(r"(^|\s)/\w|20\d\d-", " ".join(rows.values()))


def test_every_target_is_measured_at_least_fifty_times() -> None:
    options = {option.name: option.default for option in command.bench_widgets.params}
    assert options["moves"] >= 50
    assert options["leak_moves"] >= 500
    assert results.STALL == 200
