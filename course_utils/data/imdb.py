"""IMDB: 50,000 film reviews with their verdict (the Large Movie Review Dataset)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.data.cache import Source, fetch

SOURCE = Source(
    "aclImdb_v1.tar.gz",
    ("https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",),
    84_125_825,
    "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
    "https://ai.stanford.edu/~amaas/data/sentiment/",
)
"""Maas et al., Stanford; free to use, cite Maas et al. 2011, Learning Word Vectors for Sentiment Analysis, ACL."""

REVIEW = re.compile(r"(?:^|/)(train|test)/(pos|neg)/(\d+)_(\d+)\.txt$")
"""part/verdict/number_stars.txt; train/unsup has no verdict and is left out."""


class Verdicts(NamedTuple):
    """Reviews as they were written, with their verdicts, ordered by verdict and number."""

    texts: tuple[str, ...]
    label: NDArray[np.int64]
    """``(n,)``, 1 praise, 0 blame"""
    stars: NDArray[np.int64]
    """``(n,)``, 7 … 10 for praise, 1 … 4 for blame"""


class Imdb(NamedTuple):
    """Training and test reviews, of different films."""

    train: Verdicts
    test: Verdicts


def load_imdb(path: str | Path | None = None) -> Imdb:
    """All labelled reviews, 25,000 for training and 25,000 for the test.

    ``path``  the folder aclImdb, or the tar file, packed or not, which is read without unpacking it; by default the
              tar is looked for in the cache and downloaded once (84 MB).

    Texts are raw: :func:`course_utils.data.text.encode` turns them into tokens. They are ordered by verdict: shuffle
    before you split. Raises ``FileNotFoundError``, ``ConnectionError`` or ``ValueError``.
    """
    path = fetch(SOURCE) if path is None else Path(path)
    if not path.exists():
        raise FileNotFoundError(
            f"{path} does not exist. Give the folder aclImdb or its tar file, or none, to download it."
        )
    found: dict[str, list[tuple[int, int, int, str]]] = {"train": [], "test": []}
    for name, text in _folder(path) if path.is_dir() else _tar(path):
        if match := REVIEW.search(name):
            part, verdict, number, stars = match.groups()
            found[part].append((int(verdict == "pos"), int(number), int(stars), text.decode("utf-8")))
    missing = [part for part, reviews in found.items() if {label for label, *_ in reviews} != {0, 1}]
    if missing:
        raise ValueError(
            f"{path} has no reviews in {missing[0]}/pos or {missing[0]}/neg: both verdicts are needed, as "
            "number_stars.txt. Give the folder that holds train and test."
        )
    return Imdb(_verdicts(found["train"]), _verdicts(found["test"]))


def _verdicts(reviews: list[tuple[int, int, int, str]]) -> Verdicts:
    label, _, stars, texts = zip(*sorted(reviews), strict=True)
    return Verdicts(texts, np.array(label), np.array(stars))


def _folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in path.glob("**/*.txt"):
        if REVIEW.search(file.as_posix()):
            yield file.as_posix(), file.read_bytes()


def _tar(path: Path) -> Iterator[tuple[str, bytes]]:
    import tarfile  # slow to import, and only a tar file needs it

    try:
        with tarfile.open(path, "r|*") as archive:                      # one pass, nothing is written to the disk
            for member in archive:
                if REVIEW.search(member.name) and (file := archive.extractfile(member)):
                    yield member.name, file.read()
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise ValueError(f"{path} is a broken tar file ({error}). Delete it and get it again.") from error
