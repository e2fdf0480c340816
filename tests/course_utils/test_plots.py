"""Pictures: always described, the same bytes for the same figure, in the course's style."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils import plots
from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import SGD

BOWL = Quadratic([1, 10])


def _picture() -> plots.Shown:
    fig, ax = plots.figure()
    plots.contours(ax, BOWL, (-1.3, 1.3), (-1.3, 1.3))
    plots.path(ax, minimize(BOWL, [1.0, 1.0], SGD(0.15), 5), "GD")
    return plots.show(fig, "A bowl and\n  five steps.")


def test_a_picture_carries_its_description() -> None:
    data, metadata = _picture()._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["text/plain"] == "[picture] A bowl and five steps."
    assert metadata == {"image/png": {"alt": "A bowl and five steps."}}


def test_the_same_figure_gives_the_same_bytes() -> None:
    assert _picture().png == _picture().png


def test_a_picture_without_description_is_refused() -> None:
    with pytest.raises(ValueError, match="alt must say what the picture shows"):
        plots.show(plots.figure()[0], " ")


def test_a_diverging_path_keeps_the_window() -> None:
    _, ax = plots.figure()
    plots.contours(ax, BOWL, (-1.3, 1.3), (-1.3, 1.3))
    plots.path(ax, minimize(BOWL, [1.0, 1.0], SGD(5.0), 50))
    assert ax.get_xlim() == (-1.3, 1.3)


def test_loss_curves_are_named_at_their_ends_and_survive_divergence() -> None:
    fig, ax = plots.figure()
    good, bad = minimize(BOWL, [1.0, 1.0], SGD(0.1), 20), minimize(BOWL, [1.0, 1.0], SGD(50.0), 400)
    plots.loss(ax, {"good": good, "bad": bad})
    assert [note.get_text() for note in ax.texts] == ["good", "bad"]
    assert plots.show(fig, "Two losses.").png


def test_names_of_curves_that_end_together_are_moved_apart() -> None:
    fig, ax = plots.figure()
    plots.curves(ax, {name: ([0, 1], [0, 1 + k / 1000]) for k, name in enumerate("abc")})
    plots.show(fig, "Three curves.")
    rows = sorted(note.get_window_extent().y0 for note in ax.texts)
    assert min(np.diff(rows)) >= 11 * fig.dpi / 72


def test_bars_show_their_values() -> None:
    _, ax = plots.figure()
    plots.bars(ax, ["a", "b"], [1.0, 2.5])
    assert [note.get_text() for note in ax.texts] == ["1", "2.5"]


def test_no_two_of_the_first_series_look_alike_without_color() -> None:
    styles = [style for _, style in plots.SERIES]
    assert len({str(style) for style in styles}) == len(styles)


def test_the_global_style_is_left_alone() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    _picture()
    assert dict(mpl.rcParams) == before


def test_colors_of_lines_keep_a_contrast_to_white() -> None:
    def luminance(color: str) -> float:
        rgb = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    for role in ("ink", "muted", "blue"):
        assert 1.05 / (luminance(plots.PALETTE[role]) + 0.05) >= 4.5
