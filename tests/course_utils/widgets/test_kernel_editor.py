"""A kernel over a digit."""

import numpy as np
import pytest

from course_utils.widgets.kernel_editor import KERNELS, OWN, convolve, draw, kernel_editor, nine, pixels

ONE = (0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_map_is_a_cross_correlation_with_zero_padding(kernel):
    image, k = pixels(3), nine(kernel, ONE)
    wide = np.pad(image, 1)
    by_hand = [[(wide[i : i + 3, j : j + 3] * k).sum() for j in range(8)] for i in range(8)]
    assert convolve(image, k, False) == pytest.approx(np.array(by_hand))


def test_shift_right_moves_the_digit_by_one_column():
    moved = convolve(pixels(3), nine("shift right", ONE), False)
    assert np.array_equal(moved[:, 1:], pixels(3)[:, :-1])


def test_own_numbers_are_used_and_filled_with_zeros():
    assert np.array_equal(convolve(pixels(5), nine(OWN, ONE), False), pixels(5))
    assert nine(OWN, (2.0, 3.0)).ravel().tolist() == [2, 3, 0, 0, 0, 0, 0, 0, 0]


def test_relu_cuts_the_negative_side():
    z = convolve(pixels(3), nine("vertical edge", ONE), True)
    assert z.min() == 0
    assert z.max() > 1


def test_the_frame_counts_rows_from_below_like_the_drawing():
    picture = draw("own numbers", ONE, 3, 3, 5, False)
    z = picture.panels[2].layers[0].values
    assert z[3, 5] == pytest.approx(pixels(3)[7 - 3, 5])
    assert f"1·{z[3, 5]:.2g} = {z[3, 5]:.2g}" in picture.says


def test_says_the_sum_in_the_frame_and_what_an_even_surface_becomes():
    assert draw("vertical edge", ONE, 3, 3, 4, False).says == (
        "Vertical edge, in the frame: 1·0.69 + 1·1 + 1·0.5 = 2.2. "
        "The nine numbers add up to 0, so an even surface vanishes: it sees changes only."
    )
    assert "is multiplied by 0.99" in draw("blur", ONE, 3, 3, 4, False).says


def test_typed_numbers_reach_the_picture():
    figure = kernel_editor(kernel=OWN)
    figure.sliders["own"].value = "0 0 0 0 2 0 0 0 0"
    assert figure.error is None
    assert figure.picture.panels[2].layers[0].values == pytest.approx(2 * pixels(3)[::-1])


def test_kernel_editor_survives_its_corners(survives_its_corners):
    survives_its_corners(kernel_editor())
