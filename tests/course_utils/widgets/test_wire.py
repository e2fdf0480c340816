"""The wire: description and buffers are enough to draw the picture again."""

import json

import numpy as np

from course_utils.widgets.picture import Axis, Heat, Line, Panel, Picture, Points
from course_utils.widgets.wire import encode


def picture(end=1.0):
    layers = (Heat(np.arange(6.0).reshape(2, 3)), Line([0, 0.5, 1], [0, 0.5, end]), Points([0.5], [0.5], keep=True))
    return Picture((Panel("p", Axis("x", 0, 1), Axis("y", 0, 1), layers),), says="says", alt="alt")


def read(wire, place):
    buffer, at, length = place
    return np.frombuffer(getattr(wire, buffer), "<f4")[at : at + length]


def test_the_description_is_json_and_finds_its_arrays():
    wire = encode(picture())
    panel = json.loads(json.dumps(wire.spec))["panels"][0]
    heat, line, points = panel["layers"]
    assert (heat["type"], line["type"], points["type"]) == ("Heat", "Line", "Points")
    assert (heat["rows"], heat["columns"]) == (2, 3)
    assert read(wire, heat["values"]).tolist() == np.float32(np.arange(6) / 5).tolist()
    assert read(wire, line["y"]).tolist() == [0, 0.5, 1]
    assert read(wire, points["x"]).tolist() == [0.5]


def test_only_kept_layers_are_in_the_kept_buffer_and_it_stays_the_same():
    one, two = encode(picture()), encode(picture(end=0.25))
    assert one.kept == two.kept
    assert one.live != two.live
    assert len(one.kept) == 4 * (6 + 2)
    assert len(one.live) == 4 * 6


def test_equal_pictures_give_equal_bytes():
    assert encode(picture()) == encode(picture())


def test_no_infinity_travels():
    wire = encode(picture(end=np.inf))
    assert not np.isinf(np.frombuffer(wire.live, "<f4")).any()
