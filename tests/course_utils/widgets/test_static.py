"""The static picture shows the same layers as the live one."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import AxesImage

from course_utils.widgets import static
from course_utils.widgets.picture import (
    COLORS,
    Arrows,
    Axis,
    Band,
    Bars,
    Heat,
    HLine,
    Line,
    Panel,
    Picture,
    Points,
    Text,
    VLine,
    contours,
)

X = Axis("x", 0, 4)
K = np.arange(5.0)
EVERYTHING = Picture(
    (
        Panel(
            "lines",
            X,
            Axis("f", 1e-3, 10, log=True),
            (
                Band(K, 0.5 * np.exp(-K), 2 * np.exp(-K)),
                Line(K, np.exp(-K), label="decay"),
                Line(K, 10.0**K, exit="leaves at step {k}"),
                HLine(0.1, "floor"),
                VLine(2, "now"),
                Points(K, np.exp(-K), marker="ring", label="run"),
            ),
            labels="margin",
        ),
        Panel(
            "map",
            X,
            Axis("y", 0, 4),
            (
                Heat(K[:, None] * K, scale="diverging"),
                contours(K, K, K[:, None] * K, [1, 4]),
                Arrows([1], [1], [1], [1], label="step"),
                Text(2, 3, "here", anchor="center"),
            ),
            aspect=1.0,
        ),
        Panel(
            "bars",
            Axis("", -1, 2),
            Axis("n", 0, 3, ticks=((0, "none"), (3, "all"))),
            (Bars([0, 1], [1, 2], labels=("a", "b")),),
        ),
    ),
    says="says",
    alt="alt",
    columns=2,
)


def test_every_kind_of_layer_is_drawn():
    axes = static.figure(EVERYTHING).axes
    assert [ax.get_title(loc="left").strip() for ax in axes] == ["lines", "map", "bars"]
    texts = {text.get_text() for ax in axes for text in ax.texts}
    assert {"decay", "run", "leaves at step 2", "floor", "now", "step", "here"} <= texts
    assert any(isinstance(image, AxesImage) for image in axes[1].images)
    assert [label.get_text() for label in axes[2].get_xticklabels()] == ["a", "b"]
    assert len(axes[2].patches) == 2


def test_the_window_is_the_one_asked_for():
    lines, around, bars = static.figure(EVERYTHING).axes
    assert lines.get_ylim() == (1e-3, 10)
    assert lines.get_yscale() == "log"
    assert around.get_xlim() == (0, 4)
    assert bars.get_ylim() == (0, 3)


@pytest.mark.filterwarnings("error")
def test_the_image_is_the_same_bytes_each_time_and_has_the_size_of_its_rows():
    image, size = static.png(EVERYTHING)
    assert image.startswith(b"\x89PNG")
    assert image == static.png(EVERYTHING)[0]
    assert size == (860, 640)


def test_names_of_series_do_not_cover_each_other():
    crowd = tuple(Line([0, 4], [0, 2 + 0.001 * k], label=f"series {k}") for k in range(4))
    (ax,) = static.figure(Picture((Panel("", X, Axis("y", 0, 4), crowd, labels="margin"),), "says", "alt")).axes
    rows = sorted(text.get_position()[1] for text in ax.texts if text.get_text().startswith("series"))
    assert len(rows) == 4
    assert np.diff(rows).min() > 0.06


def test_both_renderers_use_the_palette_of_the_course():
    engine = (Path(static.__file__).parent / "engine.js").read_text()
    light = engine[engine.index("light: {") : engine.index("dark: {")]
    found = dict(re.findall(r'(\w+): "(#[0-9a-f]{6})"', light))
    assert {name: color.lower() for name, color in static.PALETTE.items()}.items() <= found.items()
    assert set(COLORS) <= set(found)
    assert json.dumps(static.SCALES["blue"]) in light
    assert json.dumps(static.SCALES["gray"]) in light
    assert json.dumps(static.SCALES["diverging"]) in light
