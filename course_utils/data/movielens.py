"""MovieLens (ml-latest-small): 100,836 ratings of 9,742 films by 610 people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.data.cache import Source, fetch
from course_utils.data.csv_files import rows_of
from course_utils.data.ratings import Ratings

SOURCE = Source(
    "ml-latest-small.zip",
    ("https://files.grouplens.org/datasets/movielens/ml-latest-small.zip",),
    978_202,
    "696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436",
    "https://grouplens.org/datasets/movielens/latest/",
)
"""GroupLens, University of Minnesota; for research, not for sale, see README.txt in the archive. Cite Harper and
Konstan 2015, The MovieLens Datasets, ACM TiiS 5(4). GroupLens may replace the file by a newer one."""


class MovieLens(NamedTuple):
    """Ratings ½ … 5 with what is known about the films."""

    ratings: Ratings
    """users and films numbered from 0, in the order of their ids and of movies.csv"""
    time: NDArray[np.int64]
    """``(n,)``, seconds since 1970"""
    titles: tuple[str, ...]
    """``(n_items,)``"""
    genres: NDArray[np.bool_]
    """``(n_items, n_genres)``: side features; a film may have several or none"""
    genre_names: tuple[str, ...]


def load_movielens(path: str | Path | None = None, unlisted: Literal["raise", "drop"] = "raise") -> MovieLens:
    """Read ratings.csv and movies.csv.

    ``path``      the folder or the zip file with both; by default the zip is looked for in the cache and downloaded
                  once (1 MB)
    ``unlisted``  what to do with a rating of a film that movies.csv does not list (the publisher's file has none): an
                  error, or leave it out

    Raises ``FileNotFoundError``, ``ConnectionError`` or, with the line, ``ValueError``.
    """
    path = fetch(SOURCE) if path is None else Path(path)
    films = list(rows_of(path, "movies.csv", ("movieId", "title", "genres")))
    number = {film: k for k, (film, _, _) in enumerate(films)}
    rows = list(rows_of(path, "ratings.csv", ("userId", "movieId", "rating", "timestamp")))
    odd = next((row for row in rows if row[1] not in number), None)
    if odd and unlisted == "raise":
        raise ValueError(
            f"ratings.csv in {path} has the rating {','.join(odd)} of a film that movies.csv does not list: this is "
            'not the published pair of files. Get both from one archive, or pass unlisted="drop" to leave it out.'
        )
    rows = [row for row in rows if row[1] in number]
    people, user = np.unique(np.array([int(row[0]) for row in rows], np.int64), return_inverse=True)
    item = np.array([number[row[1]] for row in rows], np.int64)
    value, time = np.array([float(row[2]) for row in rows]), np.array([int(row[3]) for row in rows], np.int64)
    ratings = Ratings(user.astype(np.int64), item, value, (len(people), len(films)))
    return MovieLens(ratings, time, tuple(title for _, title, _ in films), *_genres([kinds for _, _, kinds in films]))


def _genres(films: Sequence[str]) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """"Comedy|Drama" as a row of a table of films and genres, and the names of its columns."""
    kinds = [set(text.split("|")) - {"(no genres listed)"} for text in films]
    names = tuple(sorted(set().union(*kinds)))
    return np.array([[name in kind for name in names] for kind in kinds], bool).reshape(len(films), len(names)), names
