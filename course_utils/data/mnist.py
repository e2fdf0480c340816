"""MNIST: 70,000 handwritten digits of 28×28 pixels, in the IDX format of its publishers."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array
from course_utils.data.cache import Source, fetch
from course_utils.data.idx import read_idx

PAGE = "http://yann.lecun.com/exdb/mnist/"
"""LeCun, Cortes and Burges; CC BY-SA 3.0. Their own server often refuses downloads, so two mirrors are asked."""
MIRRORS = ("https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/")
FILES = {
    "train-images-idx3-ubyte.gz": (9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
    "train-labels-idx1-ubyte.gz": (28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
    "t10k-images-idx3-ubyte.gz": (1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
    "t10k-labels-idx1-ubyte.gz": (4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
}
SOURCES = {
    name: Source(f"mnist/{name}", tuple(mirror + name for mirror in MIRRORS), size, digest, PAGE)
    for name, (size, digest) in FILES.items()
}


class Mnist(NamedTuple):
    """Images and their labels."""

    x: Array
    """``(n, 28, 28)`` float32 in [0, 1], 1 is ink"""
    y: NDArray[np.int64]
    """``(n,)``, 0 … 9"""


def load_mnist(part: Literal["train", "test"] = "train", folder: str | Path | None = None) -> Mnist:
    """The 60,000 training or the 10,000 test images.

    ``folder``  where the publishers' files lie, packed (.gz) or not; by default they are looked for in the cache and
                downloaded once (11.6 MB). Raises ``FileNotFoundError``, ``ConnectionError`` or ``ValueError``.
    """
    if part not in ("train", "test"):
        raise ValueError(f'part must be "train" or "test", got {part!r}: MNIST has these two. Try "train".')
    stem = "train" if part == "train" else "t10k"
    images = read_idx(_find(f"{stem}-images-idx3-ubyte.gz", folder))
    labels = read_idx(_find(f"{stem}-labels-idx1-ubyte.gz", folder))
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise ValueError(
            f"MNIST expected images (n, 28, 28) with n labels, got {images.shape} and {labels.shape}: the files do "
            "not belong together. Get both from the same place."
        )
    return Mnist(images.astype(np.float32) / np.float32(255), labels.astype(np.int64))


def _find(name: str, folder: str | Path | None) -> Path:
    if folder is None:
        return fetch(SOURCES[name])
    for path in (Path(folder) / name, Path(folder) / name.removesuffix(".gz")):
        if path.exists():
            return path
    raise FileNotFoundError(
        f"{folder} holds no {name}, packed or not. Give the folder of the four MNIST files, or none, to download them."
    )
