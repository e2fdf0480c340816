"""MovieLens: the publisher's table, folder and zip, damaged lines."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from course_utils.data import load_movielens

MOVIES = """movieId,title,genres
10,"American President, The (1995)",Comedy|Drama
4,Amélie (2001),(no genres listed)
7,Unseen (1999),Drama
"""
RATINGS = "userId,movieId,rating,timestamp\n3,4,4.5,964982703\n3,10,0.5,964982704\n8,10,5.0,964982705\n"


def write(folder: Path, movies: str = MOVIES, ratings: str = RATINGS) -> Path:
    (folder / "movies.csv").write_text(movies, encoding="utf-8", newline="")
    (folder / "ratings.csv").write_text(ratings, encoding="utf-8", newline="")
    return folder


def test_users_and_films_are_numbered_and_films_without_ratings_keep_their_place(tmp_path: Path) -> None:
    data = load_movielens(write(tmp_path))
    r = data.ratings
    assert (r.user.tolist(), r.item.tolist(), r.value.tolist()) == ([0, 0, 1], [1, 0, 0], [4.5, 0.5, 5])
    assert r.shape == (2, 3)
    assert data.time.tolist() == [964982703, 964982704, 964982705]
    assert data.titles == ("American President, The (1995)", "Amélie (2001)", "Unseen (1999)")
    assert data.genre_names == ("Comedy", "Drama")
    assert data.genres.tolist() == [[True, True], [False, False], [False, True]]
    assert (r.user.dtype, r.item.dtype, r.value.dtype) == (np.int64, np.int64, np.float64)


@pytest.mark.parametrize("inside", ["ml-latest-small/", ""])
def test_the_zip_file_is_read_without_unpacking_it(tmp_path: Path, inside: str) -> None:
    path = tmp_path / "ml.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{inside}movies.csv", MOVIES.replace("\n", "\r\n"))  # the publisher ends lines so
        archive.writestr(f"{inside}ratings.csv", RATINGS.replace("\n", "\r\n"))
    data = load_movielens(path)
    assert data.titles == load_movielens(write(tmp_path)).titles
    np.testing.assert_array_equal(data.ratings.value, [4.5, 0.5, 5])


def test_the_publishers_100_836_ratings_of_9_742_films_by_610_people(real: Path) -> None:
    data = load_movielens(real / "ml-latest-small", unlisted="drop")
    r = data.ratings
    assert len(r.value) == len(data.time) == 100_836
    assert r.shape == (610, 9_742)
    assert len(data.titles) == len(data.genres) == 9_742
    assert len(np.unique(r.item)) == 9_724
    assert set(np.unique(r.value)) == set(np.arange(1, 11) / 2)
    assert r.value.mean() == pytest.approx(3.501557, abs=1e-6)
    assert len(data.genre_names) == 19
    assert (data.titles[0], [n for n, has in zip(data.genre_names, data.genres[0], strict=True) if has]) == (
        "Toy Story (1995)", ["Adventure", "Animation", "Children", "Comedy", "Fantasy"]
    )  # fmt: skip
    assert np.bincount(r.user).min() >= 20


@pytest.mark.parametrize(
    ("ratings", "message"),
    [
        ("", "ratings.csv in {} must begin with userId,movieId,rating,timestamp, got ''. Get the file again."),
        (
            "user,film\n1,2\n",
            "ratings.csv in {} must begin with userId,movieId,rating,timestamp, got 'user,film'. Get the file again.",
        ),
        (
            RATINGS + "8,4\n",
            "ratings.csv in {}, line 5: expected userId, movieId, rating, timestamp, got '8,4'. The file is damaged; "
            "get it again.",
        ),
        (
            RATINGS + "8,4,nan,964982705\n",
            "ratings.csv in {}, line 5: expected userId, movieId, rating, timestamp, got '8,4,nan,964982705'. The file "
            "is damaged; get it again.",
        ),
        (
            RATINGS + "8,4,45,964982705\n",
            "ratings.csv in {}, line 5: expected userId, movieId, rating, timestamp, got '8,4,45,964982705'. The file "
            "is damaged; get it again.",
        ),
        (
            RATINGS + "9,99,5.0,964982705\n",
            "ratings.csv in {} has the rating 9,99,5.0,964982705 of a film that movies.csv does not list: this is not "
            'the published pair of files. Get both from one archive, or pass unlisted="drop" to leave it out.',
        ),
    ],
)
def test_a_damaged_table_names_the_line(tmp_path: Path, ratings: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        load_movielens(write(tmp_path, ratings=ratings))
    assert str(caught.value) == message.format(tmp_path)


def test_ratings_of_unlisted_films_are_left_out_on_request_and_their_user_with_them(tmp_path: Path) -> None:
    data = load_movielens(write(tmp_path, ratings=RATINGS + "9,99,5.0,964982705"), unlisted="drop")
    assert data.ratings.shape == (2, 3)
    assert len(data.ratings.value) == len(data.time) == 3


def test_missing_files_and_broken_archives_are_named(tmp_path: Path) -> None:
    hint = "Give the folder or the zip file of ml-latest-small, or none, to download it."
    with pytest.raises(FileNotFoundError) as missing:
        load_movielens(tmp_path)
    assert str(missing.value) == f"{tmp_path} holds no movies.csv. {hint}"
    path = tmp_path / "ml.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("movies.csv", MOVIES)
    with pytest.raises(FileNotFoundError) as missing:
        load_movielens(path)
    assert str(missing.value) == f"{path} holds no ratings.csv. {hint}"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(ValueError) as broken:
        load_movielens(path)
    assert str(broken.value) == f"{path} is a broken zip file (File is not a zip file). Delete it and get it again."
