"""Frozen figures: what is kept, that it is what Python draws, and that a page needs nothing else."""

from __future__ import annotations

import json
import re
import zlib

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Slider, Switch
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.frozen import combinations, fragment, freeze, page, player, positions
from course_utils.widgets.picture import Axis, Line, Panel, Picture, Points
from course_utils.widgets.wire import encode


def draw(n: int, kind: str, x0: float, y0: float) -> Picture:
    axis = Axis("x", -2, 2)
    layers = (Line([-1, 0, 1], [0, n / 9, 1], keep=kind == "kept"), Points([x0], [y0]))
    return Picture((Panel("p", axis, axis, layers, drag=("x0", "y0")),), f"n {n}, {kind}, {x0:g}, {y0:g}", "A line.")


CONTROLS = (
    Slider("n", 0, 9, 6, 1),
    Choice("kind", ("live", "kept"), "live"),
    Slider("x0", -2, 2, 0.5, 0.5),
    Slider("y0", -1, 1, 0, 0.5),
)


@pytest.fixture
def figure() -> LiveFigure:
    return LiveFigure(draw, CONTROLS)


def unpack(data: bytes):
    raw = zlib.decompress(data)
    length = int.from_bytes(raw[:4], "little")
    return json.loads(raw[4 : 4 + length]), np.frombuffer(raw[4 + length :], "<f2")


def test_every_position_of_each_control_alone_and_of_a_dragged_point_is_kept(figure):
    header, _ = unpack(freeze(figure).data)
    assert header["pairs"] == [["x0", "y0"]]
    kept = {tuple(map(int, key.split(","))) for key in header["frames"]}
    start = (6, 0, 5, 2)
    expected = {(n, *start[1:]) for n in range(10)} | {(6, kind, 5, 2) for kind in (0, 1)}
    expected |= {(6, 0, x, y) for x in range(9) for y in range(5)}
    assert kept == expected


def test_a_kept_picture_is_the_one_that_python_draws_there(figure):
    header, halves = unpack(freeze(figure).data)
    for key, k in header["frames"].items():
        places = map(int, key.split(","))
        stops = [(control, i) for control, i in zip(header["controls"], places, strict=True)]
        params = {c["name"]: c["stops"][i] if c["kind"] == "choice" else c["values"][i] for c, i in stops}
        spec, live, kept = encode(draw(**params))
        stored = header["pictures"][k]
        now = arrays(spec, {"live": np.frombuffer(live, "<f4"), "kept": np.frombuffer(kept, "<f4")})
        np.testing.assert_allclose(arrays(stored, {"kept": halves}), now, rtol=1e-3)
        assert (stored["says"], stored["alt"]) == (spec["says"], spec["alt"])


def arrays(spec, buffers):
    """All numbers of a picture's layers, in their order."""
    places = [value for panel in spec["panels"] for layer in panel["layers"] for value in layer.values()]
    places = [place for place in places if isinstance(place, list) and place[0] in ("live", "kept")]
    return np.concatenate([buffers[source][at : at + size] for source, at, size in places])


def test_equal_arrays_are_stored_once(figure):
    _, halves = unpack(freeze(figure).data)
    line, points = 3 + 10 * 3, 9 + 5                                    # its x, its y for each n; places across and up
    assert halves.size <= line + points


def test_positions_hold_the_ends_and_the_start():
    assert [value for _, value in positions(Slider("n", 0, 100, 37, 1), 5)] == [0, 25, 37, 50, 75, 100]
    assert {0.001, 0.05, 1} <= {value for _, value in positions(LogSlider("lr", 1e-3, 1, 0.05), 4)}
    assert positions(Switch("on"), 9) == [("off", False), ("on", True)]
    assert positions(Slider("lr", 0, 1, 0.5, 0.25), 9)[1] == ("0.25", 0.25)


def test_combinations_name_no_place_twice():
    stops = {"a": [("", k) for k in range(3)], "b": [("", k) for k in range(2)]}
    assert list(combinations(["a", "b"], stops, [0, 0], [])) == [(0, 0), (1, 0), (2, 0), (0, 1)]


def test_a_start_between_two_grid_points_is_a_position_of_its_own():
    figure = LiveFigure(lambda lr: draw(1, "live", lr, 0), [LogSlider("lr", 0.01, 1, 0.0333)])
    header, _ = unpack(freeze(figure, alone=4).data)
    (control,) = header["controls"]
    assert control["values"][control["start"]] == 0.0333


def test_a_picture_that_cannot_be_drawn_fails_the_export():
    def fails(n: int) -> Picture:
        if n == 3:
            raise FloatingPointError("n is 3")
        return draw(n, "live", 0, 0)

    with pytest.raises(FloatingPointError, match="n is 3"):
        freeze(LiveFigure(fails, [Slider("n", 0, 5, 0, 1)]))


def test_the_question_goes_along_with_its_answer():
    ask = Prediction("Which?", ("yes", "no"), lambda n: "yes" if n < 3 else "no", "Because.")
    figure = LiveFigure(lambda n: draw(n, "live", 0, 0), [Slider("n", 0, 5, 4, 1)], predict=ask)
    header, _ = unpack(freeze(figure).data)
    assert header["ask"] == {"question": "Which?", "choices": ["yes", "no"], "answer": "no", "why": "Because."}


def test_a_page_asks_the_network_for_nothing():
    html = page([widgets.parabola()])
    assert html.count("<course-figure ") == html.count("<script") == 1
    assert not re.search(r"""(src|href)=["'](?!data:)|@import|url\((?!data:)|https?://""", html)


def test_without_a_script_the_static_picture_stands_there_with_its_text():
    figure = widgets.parabola()
    image = re.search(r'<course-figure [^>]*><img src="data:image/png;base64,[^"]+" alt="([^"]+)"', fragment(figure))
    assert image
    assert image[1].endswith(figure.picture.says)


def test_the_player_is_closed_in_a_block_so_that_a_page_may_hold_it_twice():
    body = player().split('<script type="module">\n')[1]
    assert body.startswith("{\n")
    assert "export" not in re.findall(r"^\w+", body, flags=re.M)


def test_ten_figures_are_a_few_megabytes():
    assert len(freeze(widgets.ravine()).data) < 400_000
