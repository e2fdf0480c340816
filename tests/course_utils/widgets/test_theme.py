"""Colors of the canvas: what is written keeps its contrast to the paper in both themes."""

import re

import pytest

from course_utils.widgets.engine import HERE
from course_utils.widgets.picture import COLORS

TEXT = (HERE / "engine.js").read_text(encoding="utf-8")


def theme(name):
    """Roles and colors as the script has them."""
    body = TEXT[TEXT.index(f"{name}: {{") : TEXT.index("scales:", TEXT.index(f"{name}: {{"))]
    return dict(re.findall(r'(\w+): "(#[0-9a-f]{6})"', body))


def luminance(rgb):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def channels(color):
    return [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def worded(colors, role):
    """The color of a text: names of series are mixed with ink, as in the script."""
    own, ink = channels(colors[role]), channels(colors["ink"])
    return own if role in ("ink", "muted") else [a + 0.3 * (b - a) for a, b in zip(own, ink, strict=True)]


def test_the_share_of_ink_in_words_is_that_of_the_script():
    assert "mix(theme[role], theme.ink, 0.3)" in TEXT


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("role", [color for color in COLORS if color != "faint"])
def test_words_keep_a_contrast_of_four_and_a_half_and_marks_of_two_and_a_half(name, role):
    colors = theme(name)
    paper = channels(colors["paper"])
    assert contrast(worded(colors, role), paper) >= 4.5
    assert contrast(channels(colors[role]), paper) >= 2.5


def test_black_on_white_has_the_largest_contrast():
    assert contrast([0, 0, 0], [1, 1, 1]) == pytest.approx(21)
