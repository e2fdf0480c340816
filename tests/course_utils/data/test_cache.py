"""Downloads from a local server: whole, broken off, taken up again, tampered with, and offline."""

from __future__ import annotations

import multiprocessing
import socket
import sys
from pathlib import Path

import pytest

from course_utils.data.cache import Source, cache_folder, fetch, sha256
from course_utils.data.imdb import SOURCE as IMDB
from course_utils.data.mnist import SOURCES as MNIST
from course_utils.data.movielens import SOURCE as MOVIELENS
from tests.course_utils.data.conftest import BODY, Publisher

HALF = len(BODY) // 2


def closed_port() -> str:
    """An address where nobody listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{s.getsockname()[1]}/file.bin"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and path.name != ".lock")


def test_a_download_lands_in_the_cache_byte_for_byte_and_leaves_nothing_else(
    publisher: Publisher, cache: Path
) -> None:
    path = fetch(publisher.source())
    assert path == cache / "set" / "file.bin"
    assert path.read_bytes() == BODY
    assert names(cache) == ["file.bin"]


def test_a_file_in_the_cache_is_not_asked_for_again(publisher: Publisher) -> None:
    fetch(publisher.source())
    fetch(publisher.source())
    assert publisher.asked == [None]


def test_a_file_put_there_by_hand_is_used_without_a_network(cache: Path, publisher: Publisher) -> None:
    (cache / "set").mkdir(parents=True)
    (cache / "set" / "file.bin").write_bytes(BODY)
    assert fetch(publisher.source()).read_bytes() == BODY
    assert publisher.asked == []


def test_a_broken_download_leaves_no_file_under_the_final_name_and_goes_on_where_it_stopped(
    publisher: Publisher, cache: Path
) -> None:
    publisher.cut = 100_000
    with pytest.raises(ConnectionError, match="ended after 100,000 of 300,000 bytes"):
        fetch(publisher.source())
    assert names(cache) == ["file.bin.part"]
    publisher.cut = None
    assert fetch(publisher.source()).read_bytes() == BODY
    assert publisher.asked == [None, "bytes=100000-"]
    assert names(cache) == ["file.bin"]


def test_the_second_address_goes_on_where_the_first_one_stopped(publisher: Publisher) -> None:
    publisher.cut = HALF
    assert fetch(publisher.source(publisher.url)).read_bytes() == BODY
    assert publisher.asked == [None, f"bytes={HALF}-"]


def test_a_server_without_range_sends_all_and_the_part_begins_anew(publisher: Publisher, cache: Path) -> None:
    publisher.knows_range = False
    part(cache, BODY[:HALF])
    assert fetch(publisher.source()).read_bytes() == BODY


def part(cache: Path, data: bytes) -> Path:
    path = cache / "set" / "file.bin.part"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("kept", "asked"), [(BODY, []), (BODY + b"x", [None]), (b"", [None])])
def test_a_part_that_is_complete_too_long_or_empty_is_no_trouble(
    publisher: Publisher, cache: Path, kept: bytes, asked: list[str | None]
) -> None:
    part(cache, kept)
    assert fetch(publisher.source()).read_bytes() == BODY
    assert publisher.asked == asked


def test_wrong_bytes_never_get_the_final_name_and_are_thrown_away(publisher: Publisher, cache: Path) -> None:
    publisher.body = BODY[:-1] + bytes([BODY[-1] ^ 1])
    with pytest.raises(ConnectionError, match="other bytes than the published ones: the SHA-256 differs"):
        fetch(publisher.source())
    assert names(cache) == []
    publisher.body = BODY
    assert fetch(publisher.source()).read_bytes() == BODY


def test_a_part_of_another_version_fails_once_and_then_begins_anew(publisher: Publisher, cache: Path) -> None:
    part(cache, bytes(HALF))
    with pytest.raises(ConnectionError, match="SHA-256"):
        fetch(publisher.source())
    assert fetch(publisher.source()).read_bytes() == BODY


def test_the_next_address_is_tried_where_one_refuses(publisher: Publisher) -> None:
    assert fetch(publisher.source(closed_port())).read_bytes() == BODY


def test_a_damaged_file_in_the_cache_is_named_and_stays_for_its_owner_to_delete(
    publisher: Publisher, cache: Path
) -> None:
    path = fetch(publisher.source())
    path.write_bytes(BODY[:10])
    with pytest.raises(ValueError) as caught:
        fetch(publisher.source())
    assert str(caught.value) == (
        f"{path} is not the file that was published (its SHA-256 differs): numbers computed from it would not be "
        "comparable. Delete it, and it is downloaded again; or give the loader your own copy by its path."
    )
    assert path.read_bytes() == BODY[:10]
    path.unlink()
    assert fetch(publisher.source()).read_bytes() == BODY


def test_offline_says_which_file_from_where_and_where_to_put_it(cache: Path) -> None:
    source = Publisher(url=(url := closed_port())).source()
    with pytest.raises(ConnectionError) as caught:
        fetch(source)
    reason = str(caught.value).split("(")[1].split(")")[0]
    assert "refused" in reason
    assert str(caught.value) == (
        f"file.bin is not in {cache / 'set'} and could not be downloaded from {url} ({reason}). "
        "Try again with a network: what has arrived well is kept. Or get file.bin from https://publisher.example/, "
        f"put it into {cache / 'set'}, or set COURSE_DATA to a folder that holds set/file.bin."
    )


def test_an_error_page_is_not_taken_for_data(publisher: Publisher, cache: Path) -> None:
    publisher.status = 404
    with pytest.raises(ConnectionError, match="HTTP Error 404: Not Found"):
        fetch(publisher.source())
    assert not any((cache / "set").glob("file.bin"))


def test_a_page_of_another_length_is_refused_before_it_spoils_the_part(publisher: Publisher, cache: Path) -> None:
    part(cache, BODY[:HALF])
    publisher.body, publisher.knows_range = b"<html>Please log in to the network</html>", False
    with pytest.raises(ConnectionError, match="it offers 41 bytes, published are 300,000"):
        fetch(publisher.source())
    publisher.body = BODY
    assert fetch(publisher.source()).read_bytes() == BODY


def test_a_stream_without_end_is_cut(publisher: Publisher, cache: Path) -> None:
    publisher.body, publisher.says_length = BODY * 20, False
    with pytest.raises(ConnectionError, match=r"ended after 3\d\d,\d{3} of 300,000 bytes"):
        fetch(publisher.source())
    assert (cache / "set" / "file.bin.part").stat().st_size < 400_000


def test_progress_is_shown_on_stderr_but_not_while_notebooks_are_built(
    publisher: Publisher, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(publisher.source(name="silent.bin"))
    assert capsys.readouterr() == ("", "")
    monkeypatch.delenv("COURSE_BUILD")
    fetch(publisher.source(name="loud.bin"))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("loud.bin: 0.3 of 0.3 MB, 0 s \n")


def together(source: Source) -> bool:
    return fetch(source).read_bytes() == BODY


@pytest.mark.skipif(sys.platform == "win32", reason="the lock between processes is flock, which Windows lacks")
def test_processes_that_want_the_same_file_do_not_spoil_it_for_each_other(publisher: Publisher, cache: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(together, [publisher.source()] * 3) == [True] * 3
    assert publisher.asked == [None]
    assert names(cache) == ["file.bin"]


def test_course_data_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.setenv("COURSE_DATA", "~/data")
    assert cache_folder() == Path.home() / "data"


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_CACHE_HOME", "base/optimization-course"),
        ("linux", None, "home/.cache/optimization-course"),
        ("darwin", None, "home/Library/Caches/optimization-course"),
        ("win32", "LOCALAPPDATA", "base/optimization-course"),
        ("win32", None, "home/AppData/Local/optimization-course"),
    ],
)
def test_each_platform_has_its_place_for_caches(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, variable: str | None, expected: str
) -> None:
    for name in ("COURSE_DATA", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "base"))
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert cache_folder() == tmp_path / expected


@pytest.mark.parametrize("source", [*MNIST.values(), MOVIELENS, IMDB], ids=lambda source: source.name)
def test_every_source_has_a_secure_address_a_digest_and_a_page(source: Source) -> None:
    assert all(url.startswith("https://") and url.endswith(Path(source.name).name) for url in source.urls)
    assert len(bytes.fromhex(source.sha256)) == 32
    assert source.size > 1000
    assert source.page.startswith("http")


def test_the_publishers_files_have_the_digests_and_sizes_of_the_table(real: Path) -> None:
    for name in ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"):
        path = real / "mnist" / name
        assert (sha256(path), path.stat().st_size) == (MNIST[name].sha256, MNIST[name].size)
