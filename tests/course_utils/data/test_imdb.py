"""IMDB: folder and tar file give the same reviews; broken ones are named."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from course_utils.data import encode, load_imdb, vocabulary

FILES = {
    "train/pos/0_9.txt": "A great film.",
    "train/pos/10_7.txt": "Good.<br /><br />Très bien!",
    "train/neg/2_1.txt": "Not good.",
    "train/unsup/5_0.txt": "No verdict here.",
    "test/pos/1_10.txt": "Superb.",
    "test/neg/3_4.txt": "Dull.",
    "README": "About this folder.",
    "train/urls_pos.txt": "https://example.com/",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "aclImdb" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "aclImdb"


def pack(folder: Path, mode: str) -> Path:
    path = folder.parent / "aclImdb.tar.gz"
    with tarfile.open(path, mode) as archive:
        archive.add(folder, "aclImdb")
    return path


def test_reviews_come_with_verdict_and_stars_ordered_by_verdict_and_number(folder: Path) -> None:
    data = load_imdb(folder)
    assert data.train.texts == ("Not good.", "A great film.", "Good.<br /><br />Très bien!")
    assert data.train.label.tolist() == [0, 1, 1]
    assert data.train.stars.tolist() == [1, 9, 7]
    assert data.test.texts == ("Dull.", "Superb.")
    assert (data.test.label.tolist(), data.test.stars.tolist()) == ([0, 1], [4, 10])


@pytest.mark.parametrize("mode", ["w:gz", "w"])
def test_the_tar_file_gives_what_the_folder_gives_and_unpacks_nothing(folder: Path, mode: str) -> None:
    path = pack(folder, mode)
    before = sorted(folder.parent.rglob("*"))
    for a, b in zip(load_imdb(path), load_imdb(folder), strict=True):
        assert a.texts == b.texts
        assert a.label.tolist() == b.label.tolist()
    assert sorted(folder.parent.rglob("*")) == before


def test_the_sample_of_the_publishers_reviews(real: Path) -> None:
    data = load_imdb(real / "aclImdb_sample" / "aclImdb_v1_sample.tar.gz")
    assert (len(data.train.texts), len(data.test.texts)) == (2_000, 1_000)
    for part in data:
        assert part.label.mean() == 0.5
        assert set(part.stars[part.label == 1]) == {7, 8, 9, 10}
        assert set(part.stars[part.label == 0]) == {1, 2, 3, 4}
        assert all(part.texts)
    assert not set(data.train.texts) & set(data.test.texts)
    words = vocabulary(data.train.texts, 5000)
    assert set(words[2:5]) == {"the", ",", "."}
    tokens, mask = encode(data.test.texts, words, 200, keep_end=True)
    assert tokens.shape == (1_000, 200)
    assert mask.mean() > 0.8
    assert (tokens[mask] == 1).mean() < 0.12  # unknown words


def test_a_cut_off_tar_file_is_named(folder: Path) -> None:
    path = pack(folder, "w:gz")
    path.write_bytes(path.read_bytes()[:-80])
    with pytest.raises(ValueError, match=r"is a broken tar file \(.+\)\. Delete it and get it again\.$"):
        load_imdb(path)
    path.write_bytes(b"<html>")
    with pytest.raises(ValueError, match=r"is a broken tar file \(.+\)\. Delete it and get it again\.$"):
        load_imdb(path)


def test_a_folder_without_reviews_and_a_missing_path_are_named(folder: Path) -> None:
    (folder / "test/neg/3_4.txt").unlink()
    with pytest.raises(ValueError) as caught:
        load_imdb(folder)
    assert str(caught.value) == (
        f"{folder} has no reviews in test/pos or test/neg: both verdicts are needed, as number_stars.txt. Give the "
        "folder that holds train and test."
    )
    with pytest.raises(FileNotFoundError) as missing:
        load_imdb(folder / "nowhere")
    assert str(missing.value) == (
        f"{folder / 'nowhere'} does not exist. Give the folder aclImdb or its tar file, or none, to download it."
    )
