"""What was judged is kept, and holds until something that it depends on changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from course_tools.grade.intake import Problem
from course_tools.grade.output import stem, write
from course_tools.grade.store import Store, still_holds, why_again
from tests.course_tools.grade.made import record, unreadable

NAMES = [
    "ada", "Ada", "ADA", "zoë", "zoe", "../../etc/passwd", "a/b", "a\\b", "", " ", ".", "..", "con", "nul", "CON.txt",
    "x" * 300, "x" * 299 + "y", "name\nwith\0odd\x07", "李雷", "李蕾", "=cmd", "\udcff",
]  # fmt: skip


def test_what_is_kept_is_there_again(tmp_path: Path) -> None:
    kept = [record("ada"), record("ada", attempt=2), record("ada", "ch05"), unreadable("Zoë")]
    for made in kept:
        Store(tmp_path).keep(made)
    assert sorted(Store(tmp_path).load().values(), key=lambda r: r.place) == sorted(kept, key=lambda r: r.place)


def test_a_new_record_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep(record(points=1))
    store.keep(record(points=2))
    assert [r.points for r in store.load().values()] == [2]


def test_every_name_has_a_file_of_its_own_inside_the_folder(tmp_path: Path) -> None:
    store = Store(tmp_path / "out")
    for name in NAMES:
        store.keep(record(name))
    assert {r.student for r in store.load().values()} == set(NAMES)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parent for path in files} == {tmp_path / "out" / "results"}
    assert len({path.name.casefold() for path in files}) == len(NAMES)
    assert all(path.name.isascii() and len(path.name) < 80 for path in files)


def test_reserved_names_of_windows_are_avoided() -> None:
    assert not {stem("con"), stem("nul"), stem("com1")} & {"con", "nul", "com1"}


def test_a_file_that_is_no_record_counts_as_not_judged(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep(record())
    (store.folder / "ada.ch05.1.json").write_text("{half", encoding="utf-8")
    (store.folder / "x.json").write_bytes(b"\xff\xfe")
    assert list(store.load()) == [("ada", "ch09", 1)]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.txt", "old")

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "old"


OLD = record(handed_in="2026-11-20T10:00:00+01:00")


@pytest.mark.parametrize("name", ["digest", "questions_digest", "limits", "seed", "isolated"])
def test_a_record_does_not_hold_when_what_it_depends_on_changed(name: str) -> None:
    assert still_holds(OLD, OLD) == OLD
    assert still_holds(OLD, replace(OLD, **{name: "other"})) is None


def test_what_failed_for_a_reason_outside_the_notebook_is_tried_again() -> None:
    assert still_holds(replace(OLD, status="could not be run"), OLD) is None
    assert still_holds(replace(OLD, digest=""), replace(OLD, digest="")) is None
    assert still_holds(unreadable(), unreadable()) is not None


def test_of_two_times_for_the_same_bytes_the_earlier_one_counts() -> None:
    later = replace(OLD, handed_in="2026-11-20T10:30:00+01:00")
    for old, now in ((OLD, later), (later, OLD), (OLD, replace(OLD, handed_in=""))):
        held = still_holds(old, now)
        assert held is not None
        assert held.handed_in == OLD.handed_in


def test_times_are_compared_as_times_and_not_as_text() -> None:
    earlier = replace(OLD, handed_in="2026-11-20T23:00:00+14:00")           # 09:00 UTC is 10:00 in Berlin
    first = replace(OLD, handed_in="2026-11-20T09:30:00+00:00")
    held = still_holds(first, earlier)
    assert held is not None
    assert held.handed_in == earlier.handed_in


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"digest": "e"}, "the notebook changed"), ({"questions_digest": "r"}, "the questions changed"),
        ({"seed": 8}, "the inputs were drawn with seed 8"), ({"limits": "m"}, "the limits changed"),
        ({"attempt": 2, "digest": "e"}, "another attempt counts"), ({}, "it was judged again"),
        ({"seed": 8, "digest": "e"}, "the notebook changed; the inputs were drawn with seed 8"),
    ],
)  # fmt: skip
def test_a_regrade_says_why_it_was_one(change: dict, why: str) -> None:
    assert why_again(OLD, replace(OLD, **change)) == why


def test_problems_of_the_intake_are_kept_for_the_next_report(tmp_path: Path) -> None:
    problems = [Problem("ada", "x.zip", "It is encrypted.")]
    assert Store(tmp_path).problems() == []
    Store(tmp_path).keep_problems(problems)
    assert Store(tmp_path).problems() == problems
    assert Store(tmp_path).load() == {}
