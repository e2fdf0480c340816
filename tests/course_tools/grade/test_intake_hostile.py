"""Broken and hostile files become problems with a sentence; a good submission beside them is taken in all the same."""

from __future__ import annotations

import os
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from course_tools.grade.intake import Intake, Problem, archive, intake
from course_tools.pythons import ROOT

SHEET = (ROOT / "exercises" / "09_adam.ipynb").read_bytes()
Zip = zipfile.ZipFile


def symlink(z: Zip) -> None:
    info = zipfile.ZipInfo("eve/09_adam.ipynb")
    info.external_attr = 0o120777 << 16
    z.writestr(info, "/etc/passwd")


def pipe(z: Zip) -> None:
    info = zipfile.ZipInfo("eve/09_adam.ipynb")
    info.external_attr = 0o010644 << 16
    z.writestr(info, "")


def nested(z: Zip, depth: int = 2) -> None:
    data = SHEET
    name = "09_adam.ipynb"
    for level in range(depth):
        with Zip(path := f"level{level}.zip", "w") as inner:
            inner.writestr(name, data)
        data, name = Path(path).read_bytes(), path
    z.writestr(f"eve/{name}", data)


def twice(z: Zip) -> None:
    z.writestr("eve/09_adam.ipynb", SHEET)
    with pytest.warns(UserWarning, match="Duplicate"):
        z.writestr("eve/09_adam.ipynb", SHEET)


MEMBERS: dict[str, tuple[Callable[[Zip], object], str, str]] = {
    "zip slip": (lambda z: z.writestr("../../eve/09_adam.ipynb", SHEET), "..", "zip slip"),
    "zip slip, backslashes": (lambda z: z.writestr("eve\\..\\..\\09_adam.ipynb", SHEET), "eve", "zip slip"),
    "absolute path": (lambda z: z.writestr("/eve/09_adam.ipynb", SHEET), "/", "zip slip"),
    "drive letter": (lambda z: z.writestr("C:/eve/09_adam.ipynb", SHEET), "C:", "zip slip"),
    "bomb": (lambda z: z.writestr("eve/09_adam.ipynb", b" " * 30_000_000), "eve", "zip bomb"),
    "symlink": (symlink, "eve", "symbolic link"),
    "pipe": (pipe, "eve", "not a regular file"),
    "hidden": (lambda z: z.writestr("eve/.09_adam.ipynb", SHEET), "eve", "begins with a dot"),
    "system files": (lambda z: z.writestr("__MACOSX/eve/._09_adam.ipynb", b"x"), "", "left out"),
    "a shadow of a file": (lambda z: z.writestr("eve/._09_adam.ipynb", b"x"), "", "left out"),
    "deep": (lambda z: z.writestr("eve/" + "d/" * 9 + "09_adam.ipynb", SHEET), "eve", "folders deep"),
    "zip in zip in zip": (nested, "eve", "is not opened"),
    "broken zip": (lambda z: z.writestr("eve/work.zip", b"PK\x03\x04 no"), "eve", "cannot be read as a zip"),
    "twice the same": (twice, "eve", "2 notebooks for ch09"),
    "no notebook": (lambda z: z.writestr("eve/adam.pdf", b"%PDF"), "eve", "no notebook"),
    "beside the folders": (lambda z: z.writestr("09_adam.ipynb", SHEET), "", "nobody knows whose"),
}


@pytest.fixture
def take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Intake]:
    (tmp_path / "scratch").mkdir()
    monkeypatch.chdir(tmp_path)

    def run(path: Path) -> Intake:
        before = outside(tmp_path)
        found = intake(path, tmp_path / "scratch")
        assert outside(tmp_path) == before, "nothing may be written outside of scratch"
        assert not [path for path in (tmp_path / "scratch").rglob("*") if path.is_symlink()]
        return found

    return run


def outside(root: Path) -> set[Path]:
    return {path for path in root.parent.rglob("*") if "scratch" not in path.parts}


def only(found: Intake, student: str = "anna") -> list[Problem]:
    """The problems, after a look that the good submission was taken in."""
    rows = [(s.chapter, s.notebook.read_bytes()) for s in found.submissions if s.student == student]
    assert rows == [("ch09", SHEET)]
    return found.problems


@pytest.mark.parametrize("case", MEMBERS)
def test_a_bad_member_is_told_and_the_others_are_taken(
    case: str, take: Callable[[Path], Intake], tmp_path: Path
) -> None:
    add, student, why = MEMBERS[case]
    with Zip(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as z:
        add(z)
        z.writestr("anna/09_adam.ipynb", SHEET)
    problems = only(take(tmp_path / "all.zip"))
    assert [p for p in problems if p.student == student and why in p.why], problems
    assert len(problems) == 1


def test_an_encrypted_member_is_told(take: Callable[[Path], Intake], tmp_path: Path) -> None:
    with Zip(tmp_path / "all.zip", "w") as z:
        z.writestr("eve/09_adam.ipynb", SHEET)
        z.writestr("anna/09_adam.ipynb", SHEET)
    data = bytearray((tmp_path / "all.zip").read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    (tmp_path / "all.zip").write_bytes(data)
    assert ["no password is known" in p.why for p in only(take(tmp_path / "all.zip"))] == [True]


def test_a_damaged_member_is_told(take: Callable[[Path], Intake], tmp_path: Path) -> None:
    with Zip(tmp_path / "all.zip", "w") as z:
        z.writestr("eve/09_adam.ipynb", SHEET)
        z.writestr("anna/09_adam.ipynb", SHEET)
    data = bytearray((tmp_path / "all.zip").read_bytes())
    data[200] ^= 0xFF
    (tmp_path / "all.zip").write_bytes(data)
    assert ["could not be unpacked" in p.why for p in only(take(tmp_path / "all.zip"))] == [True]


def test_a_size_that_lies_brings_no_more_than_it_states(take: Callable[[Path], Intake], tmp_path: Path) -> None:
    with Zip(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("eve/09_adam.ipynb", os.urandom(1000) + b" " * 3_000_000)
        z.writestr("anna/09_adam.ipynb", SHEET)
    data = bytearray((tmp_path / "all.zip").read_bytes())
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, 2000)
    (tmp_path / "all.zip").write_bytes(data)
    assert ["could not be unpacked" in p.why for p in only(take(tmp_path / "all.zip"))] == [True]
    assert sum(p.stat().st_size for p in (tmp_path / "scratch").rglob("*.ipynb")) == len(SHEET)


def test_members_upon_one_another_are_refused(take: Callable[[Path], Intake], tmp_path: Path) -> None:
    with Zip(tmp_path / "eve.zip", "w") as z:
        for number in range(3):
            z.writestr(f"09_{number}.ipynb", os.urandom(3000))
    data = bytearray((tmp_path / "eve.zip").read_bytes())
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    for place in (20, 24):
        struct.pack_into("<L", data, second + place, 100_000)
    (tmp_path / "in" / "anna").mkdir(parents=True)
    (tmp_path / "in" / "eve.zip").write_bytes(data)
    (tmp_path / "in" / "anna" / "09_adam.ipynb").write_bytes(SHEET)
    assert {p.student for p in only(take(tmp_path / "in")) if "zip bomb" in p.why} == {"eve"}


def test_too_many_and_too_much_are_refused(
    take: Callable[[Path], Intake], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    for name in ("eve", "mallory", "anna"):
        (folder / name).mkdir(parents=True)
    with Zip(folder / "eve" / "many.zip", "w") as z:
        for number in range(archive.STUDENT.members + 1):
            z.writestr(f"{number}.txt", "")
    with Zip(folder / "mallory" / "much.zip", "w", zipfile.ZIP_DEFLATED) as z:
        for number in range(5):
            z.writestr(f"09_{number}.ipynb", os.urandom(200_000) + b" " * 19_000_000)
    monkeypatch.setattr("course_tools.grade.intake.gather.STUDENT", archive.Room(2_000, 50 * 2**20, 40 * 2**20))
    (folder / "anna" / "09_adam.ipynb").write_bytes(SHEET)
    problems = only(found := take(folder))
    assert [p.why for p in problems if p.student == "eve" and "2,001 files" in p.why]
    assert len([p for p in problems if p.student == "mallory" and "left for it" in p.why]) == 3
    assert len([s for s in found.submissions if s.student == "mallory"]) == 2


def test_links_pipes_hidden_and_empty_folders_are_told(take: Callable[[Path], Intake], tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for name in ("anna", "eve", "mallory", "nobody", "trent"):
        (folder / name).mkdir(parents=True)
    (folder / "anna" / "09_adam.ipynb").write_bytes(SHEET)
    (folder / "anna" / ".DS_Store").write_bytes(b"x")
    (folder / "anna" / ".ipynb_checkpoints").mkdir()
    (folder / "eve" / "09_adam.ipynb").symlink_to(folder / "anna" / "09_adam.ipynb")
    (folder / "linked").symlink_to(folder / "anna")
    os.mkfifo(folder / "mallory" / "09_adam.ipynb")
    (folder / "trent" / ".hidden.ipynb").write_bytes(SHEET)
    found = take(folder)
    told = {p.student or p.file: p.why for p in only(found)}
    assert len(found.submissions) == 1
    assert "symbolic link" in told["eve"]
    assert "symbolic link" in told["linked"]
    assert "not a regular file" in told["mallory"]
    assert "folder is empty" in told["nobody"]
    assert "begins with a dot" in told["trent"]
    assert told[""].startswith("2 files and folders")


def test_long_and_strange_names_are_cut_and_kept_apart(take: Callable[[Path], Intake], tmp_path: Path) -> None:
    names = ["x" * 3000 + "1", "x" * 3000 + "2", "Zoe\u0308", "a\u202eb\x07c", " spaced  out ", "=1+1", "<b>"]
    with Zip(tmp_path / "all.zip", "w") as z:
        for name in (*names, "anna"):
            z.writestr(f"{name}/09_adam.ipynb", SHEET)
        z.writestr("zed/" + "y" * 3000 + "_adam.ipynb", SHEET)
    found = take(tmp_path / "all.zip")
    students = [s.student for s in found.submissions]
    assert len(set(students)) == len(names) + 2
    assert {"Zoë", "a b c", "spaced out", "=1+1", "<b>", "zed"} < set(students)
    assert all(len(s.student) <= 100 and len(os.fsencode(s.notebook.name)) < 100 for s in found.submissions)
    assert {p.why[:21] for p in only(found)} == {"The name was too long"}


def test_a_name_that_is_no_text_does_not_stop_the_folder(take: Callable[[Path], Intake], tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "anna").mkdir(parents=True)
    (folder / "anna" / "09_adam.ipynb").write_bytes(SHEET)
    os.makedirs(os.fsencode(folder) + b"/caf\xe9")
    shutil.copy(folder / "anna" / "09_adam.ipynb", os.fsencode(folder).decode() + "/caf\udce9/09_adam.ipynb")
    found = take(folder)
    only(found)
    assert [s.student.encode() for s in found.submissions if s.student != "anna"] == [rb"caf\xe9"]


def test_a_zip_that_forgets_to_say_utf8_keeps_its_names(take: Callable[[Path], Intake], tmp_path: Path) -> None:
    with Zip(tmp_path / "all.zip", "w") as z:
        z.writestr("anna/09_adam.ipynb", SHEET)
        z.writestr("Zoë/09_adam.ipynb", SHEET)
    data = bytearray((tmp_path / "all.zip").read_bytes())
    for mark, place in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        data[data.rindex(mark) + place] &= ~0x08
    (tmp_path / "all.zip").write_bytes(data)
    assert {s.student for s in take(tmp_path / "all.zip").submissions} == {"anna", "Zoë"}


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 10, b"\x89PNG\r\n"])
def test_what_is_no_zip_is_told(data: bytes, take: Callable[[Path], Intake], tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(data)
    found = take(tmp_path / "all.zip")
    assert (found.submissions, [p.why.startswith("It cannot be read as a zip") for p in found.problems]) == ([], [True])
