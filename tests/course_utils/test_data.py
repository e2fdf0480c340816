"""The data that ship with the course."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import numpy as np
import pytest

from course_utils.data import load_digits
from course_utils.data.digits import Digits

SEED = 0


def digits(share: float = 0.25, seed: int = SEED) -> Digits:
    return load_digits(np.random.default_rng(seed), share)


def arrays() -> tuple[np.ndarray, np.ndarray]:
    with files("course_utils.data").joinpath("digits.npz").open("rb") as file, np.load(file) as archive:
        return archive["images"], archive["labels"]


def test_the_file_is_the_published_one() -> None:
    images, labels = arrays()
    digest = hashlib.sha256(images.astype(np.uint8).tobytes() + labels.astype(np.uint8).tobytes()).hexdigest()
    assert digest == "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"


def test_there_are_1797_images_of_8_by_8_pixels_from_0_to_16() -> None:
    images, labels = arrays()
    assert images.shape == (1797, 8, 8)
    assert labels.shape == (1797,)
    assert (images.min(), images.max()) == (0, 16)


def test_each_digit_is_there_as_often_as_in_the_repository() -> None:
    assert np.bincount(arrays()[1]).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


@pytest.mark.parametrize(("share", "test"), [(0.25, 449), (0.2, 359), (0.5, 898), (0.001, 2)])
def test_the_test_part_has_its_share(share: float, test: int) -> None:
    part = digits(share)
    assert part.x_test.shape == (test, 64)
    assert part.y_test.shape == (test,)
    assert part.x_train.shape == (1797 - test, 64)
    assert part.y_train.shape == (1797 - test,)


def test_pixels_lie_between_0_and_1_in_double_precision() -> None:
    part = digits()
    assert part.x_train.dtype == part.x_test.dtype == np.float64
    assert part.y_train.dtype == part.y_test.dtype == np.int64
    assert (part.x_train.min(), part.x_train.max()) == (0.0, 1.0)


def rows(x: np.ndarray, y: np.ndarray) -> list[bytes]:
    return sorted(row.tobytes() for row in np.c_[x * 16, y].astype(np.uint8))


def test_every_image_is_in_exactly_one_part_with_its_own_label() -> None:
    images, labels = arrays()
    part = digits()
    whole = rows(images.reshape(1797, -1) / 16.0, labels)
    both = rows(np.concatenate([part.x_train, part.x_test]), np.concatenate([part.y_train, part.y_test]))
    assert both == whole
    assert len(set(whole)) == 1797  # no image twice: the parts are disjoint


def test_the_same_seed_gives_the_same_split_and_another_seed_another() -> None:
    one, again, other = digits(), digits(), digits(seed=1)
    for a, b in zip(one, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(one.y_test, other.y_test)


def test_the_split_is_shuffled() -> None:
    assert not np.array_equal(digits().y_train[:100], arrays()[1][:100])
    assert np.bincount(digits().y_test, minlength=10).min() > 25


def test_the_global_generator_is_not_touched() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    digits()
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002
