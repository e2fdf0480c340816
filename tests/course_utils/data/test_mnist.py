"""MNIST and its format IDX: the publishers' files, files written here, and broken ones."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.data import load_mnist
from course_utils.data.idx import TYPES, read_idx

IMAGES, LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"


def idx(array: np.ndarray, code: int = 8) -> bytes:
    """An array as IDX."""
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, code, array.ndim]) + sizes + array.astype(TYPES[code]).tobytes()


def digits(n: int = 5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (n, 28, 28)), rng.integers(0, 10, n)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    x, y = digits()
    (tmp_path / f"{IMAGES}.gz").write_bytes(gzip.compress(idx(x)))
    (tmp_path / LABELS).write_bytes(idx(y))  # not packed: both are found
    return tmp_path


def test_images_are_floats_from_0_to_1_and_labels_whole_numbers(folder: Path) -> None:
    data, (x, y) = load_mnist("test", folder), digits()
    assert (data.x.dtype, data.y.dtype) == (np.float32, np.int64)
    np.testing.assert_array_equal(np.rint(data.x * 255), x)
    np.testing.assert_array_equal(data.y, y)


@given(code=st.sampled_from(sorted(TYPES)), shape=st.lists(st.integers(0, 4), max_size=4), packed=st.booleans())
@settings(max_examples=40, deadline=None)
def test_every_type_and_shape_of_idx_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, code: int, shape: list[int], packed: bool
) -> None:
    array = np.random.default_rng(0).integers(0, 100, shape)
    path = tmp_path_factory.mktemp("idx") / ("a.gz" if packed else "a")
    path.write_bytes(gzip.compress(idx(array, code)) if packed else idx(array, code))
    read = read_idx(path)
    np.testing.assert_array_equal(read, array)
    assert read.dtype == np.dtype(TYPES[code])


def test_the_publishers_10_000_test_images(real: Path) -> None:
    x, y = load_mnist("test", real / "mnist")
    assert (x.shape, x.min(), x.max()) == ((10_000, 28, 28), 0, 1)
    assert np.bincount(y).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert y[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert 0.13 < x.mean() < 0.14


def test_a_file_in_the_cache_is_used(real: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(real / "mnist", tmp_path / "mnist")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert load_mnist("test").x.shape == (10_000, 28, 28)


SHAPE = "says shape (5, 28, 28), 3,936 bytes in all, but has"
BEGINS = "is not an IDX file: it begins with"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda raw: gzip.compress(raw)[:-500], "is a broken gzip file (Compressed file ended before the end-of-"),
        (lambda raw: b"<html>Not found</html>", "is a broken gzip file (Not a gzipped file"),
        (lambda raw: gzip.compress(raw)[:10] + b"\xff" * 2000, "is a broken gzip file (Error -3"),
        (lambda raw: gzip.compress(raw)[:-8] + b"\0" * 8, "is a broken gzip file (CRC check failed"),
        (lambda raw: gzip.compress(b"\1" + raw[1:]), rf"{BEGINS} b'\x01\x00\x08\x03', not with two zero bytes"),
        (lambda raw: gzip.compress(b"\0\0\7\3" + raw[4:]), rf"{BEGINS} b'\x00\x00\x07\x03'"),
        (lambda raw: gzip.compress(b""), f"{BEGINS} b''"),
        (lambda raw: gzip.compress(raw[:9]), f"{BEGINS} "),
        (lambda raw: gzip.compress(raw[:16]), f"{SHAPE} 16: it is cut off or damaged."),
        (lambda raw: gzip.compress(raw[:-1]), f"{SHAPE} 3,935: it is cut off or damaged."),
        (lambda raw: gzip.compress(raw + b"x"), f"{SHAPE} 3,937: it is cut off or damaged."),
    ],
)
def test_broken_files_say_how_they_are_broken(tmp_path: Path, damage: object, message: str) -> None:
    path = tmp_path / f"{IMAGES}.gz"
    path.write_bytes(damage(idx(digits()[0])))  # type: ignore[operator]
    with pytest.raises(ValueError) as caught:
        read_idx(path)
    assert str(caught.value).startswith(f"{path} {message}")
    assert str(caught.value).endswith("Delete it and get it again.")


def test_images_and_labels_that_do_not_belong_together_are_refused(folder: Path) -> None:
    (folder / LABELS).write_bytes(idx(digits(4)[1]))
    with pytest.raises(ValueError) as caught:
        load_mnist("test", folder)
    assert str(caught.value) == (
        "MNIST expected images (n, 28, 28) with n labels, got (5, 28, 28) and (4,): the files do not belong together. "
        "Get both from the same place."
    )


def test_a_missing_file_and_a_wrong_part_are_named(folder: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        load_mnist("train", folder)
    assert str(missing.value) == (
        f"{folder} holds no train-images-idx3-ubyte.gz, packed or not. Give the folder of the four MNIST files, or "
        "none, to download them."
    )
    with pytest.raises(ValueError) as caught:
        load_mnist("validation")  # type: ignore[arg-type]
    assert str(caught.value) == (
        "part must be \"train\" or \"test\", got 'validation': MNIST has these two. Try \"train\"."
    )
