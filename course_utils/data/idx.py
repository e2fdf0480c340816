"""The IDX format, in which MNIST is published: an array of numbers behind a short header."""

from __future__ import annotations

import math
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_idx(path: str | Path) -> NDArray[Any]:
    """The array in an IDX file, packed with gzip or not.

    The format: two zero bytes, a type, the number of axes; each axis as 4 bytes; the numbers, big end first.
    Raises ``ValueError`` if the file is broken or not IDX.
    """
    import gzip  # slow to import, and only MNIST needs it

    path = Path(path)
    try:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"{path} is a broken gzip file ({error}). Delete it and get it again.") from error
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in TYPES or len(data) < 4 + 4 * data[3]:
        raise ValueError(
            f"{path} is not an IDX file: it begins with {data[:4]!r}, not with two zero bytes, a type, the number of "
            "axes and their sizes. Delete it and get it again."
        )
    start, dtype = 4 + 4 * data[3], np.dtype(TYPES[data[2]])
    shape = tuple(int.from_bytes(data[i : i + 4], "big") for i in range(4, start, 4))
    if len(data) != start + math.prod(shape) * dtype.itemsize:
        raise ValueError(
            f"{path} says shape {shape}, {start + math.prod(shape) * dtype.itemsize:,} bytes in all, but has "
            f"{len(data):,}: it is cut off or damaged. Delete it and get it again."
        )
    return np.frombuffer(data, dtype, offset=start).reshape(shape)
