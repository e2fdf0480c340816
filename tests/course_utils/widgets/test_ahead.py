"""Pictures that are drawn before they are asked for."""

import time

import pytest

from course_utils.widgets import ahead as module
from course_utils.widgets.ahead import Ahead
from course_utils.widgets.controls import Choice, LogSlider, Play, Slider, Switch
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Heat, Line, Panel, Picture
from course_utils.widgets.wire import encode

CONTROLS = {
    "n": Slider("n", 0, 9, 4, 1),
    "lr": LogSlider("lr", 0.01, 1, 0.1, per_decade=2),
    "kind": Choice("kind", ("a", "b"), "a"),
}
PARAMS = {"n": 4, "lr": 0.1, "kind": "a"}


def draw(n, lr, kind):
    if n == 7:
        raise FloatingPointError("n is 7")
    axis = Axis("x", 0, 10)
    return Picture((Panel("p", axis, axis, (Line([0, n], [0, n]),)),), f"n is {n}, lr is {lr:g}, {kind}", "A line.")


@pytest.fixture
def ahead():
    return Ahead(CONTROLS, lambda params: draw(**params), lambda: b"")


def ask(ahead, kind="want", name="n", toward=1, params=PARAMS, have=1, **reads):
    said = {"n": "4", "lr": "0.1", **reads}
    return ahead.answer({"kind": kind, "name": name, "reads": said, "toward": toward, "have": have}, params)


def sentences(told):
    return [picture["spec"]["says"] for picture in told["pictures"]]


def test_what_is_wanted_is_the_picture_of_what_the_read_outs_say(ahead):
    told, buffers = ask(ahead, n="6", lr="0.32")
    assert sentences(told) == ["n is 6, lr is 0.32, a"]
    assert buffers == [encode(draw(6, 0.32, "a")).live]
    assert told["wish"] == "6"


def test_a_fill_goes_in_the_direction_of_the_hand_first_and_sends_nothing_twice(ahead):
    ask(ahead)
    told, _ = ask(ahead, "fill", toward=1)
    assert [picture["read"] for picture in told["pictures"]] == ["5", "6", "3", "7", "8", "9", "2", "1", "0"]
    assert told["full"]
    assert ask(ahead, "fill")[0]["pictures"] == []


def test_a_fill_to_the_left_begins_on_the_left(ahead):
    ask(ahead)
    assert [picture["read"] for picture in ask(ahead, "fill", toward=-1)[0]["pictures"]][:3] == ["3", "2", "1"]


def test_a_fill_ends_with_its_budget(ahead, monkeypatch):
    monkeypatch.setattr(module, "BUDGET", 0.0)
    told, _ = ask(ahead, "fill")
    assert [picture["read"] for picture in told["pictures"]] == ["4"]
    assert not told["full"]


def test_an_error_while_drawing_ahead_is_told_for_its_position_alone(ahead):
    told, buffers = ask(ahead, "fill")
    faults = [picture["read"] for picture in told["pictures"] if "fault" in picture]
    assert faults == ["7"]
    assert len(buffers) == 9


def test_what_is_wanted_is_sent_even_if_it_is_on_its_way_and_the_rest_is_not(ahead):
    ask(ahead, "fill")
    assert sentences(ask(ahead)[0]) == ["n is 4, lr is 0.1, a"]
    assert ask(ahead, "fill")[0]["pictures"] == []


def test_a_page_that_has_nothing_gets_everything_again(ahead):
    ask(ahead, "fill")
    assert len(ask(ahead, "fill", have=0)[0]["pictures"]) == 10


def test_another_slider_or_another_value_elsewhere_begins_anew(ahead):
    ask(ahead, "fill")
    told, _ = ask(ahead, "fill", name="lr")
    assert [picture["read"] for picture in told["pictures"]] == ["0.1", "0.32", "1", "0.032", "0.01"]
    told, _ = ask(ahead, "fill", name="lr", params={**PARAMS, "kind": "b"})
    assert len(told["pictures"]) == 5
    assert sentences(told)[0].endswith("b")


def test_the_page_learns_how_long_a_picture_takes():
    slow = Ahead(CONTROLS, lambda params: time.sleep(0.02) or draw(**params), bytes)
    assert 0.02 < ask(slow)[0]["seconds"] < 1


def test_the_pictures_ahead_are_bounded_in_bytes(ahead, monkeypatch):
    monkeypatch.setattr(module, "MOST", 10)
    assert ask(ahead)[0]["full"]


def test_kept_arrays_go_along_where_the_page_has_others():
    axis = Axis("x", 0, 1)

    def shaded(n):
        heat = Heat([[0.0, n], [1.0, 2.0]], keep=True)
        return Picture((Panel("p", axis, axis, (heat,)),), "s", "a")

    of = {"n": Slider("n", 0, 3, 0, 1)}
    ahead = Ahead(of, lambda params: shaded(**params), lambda: encode(shaded(0)).kept)
    told, buffers = ahead.answer({"kind": "fill", "name": "n", "reads": {"n": "0"}, "toward": 1, "have": 0}, {"n": 0})
    assert [picture["kept"] for picture in told["pictures"]] == [False, True, True, True]
    assert len(buffers) == 4 + 3


def test_sliders_of_a_player_and_of_sliced_work_stay_with_ipywidgets():
    play = LiveFigure(lambda k: draw(k, 0.1, "a"), [Play("k", 0, 5, 0)])
    assert play.sliders["k"].continuous_update
    sliced = LiveFigure(lambda n: draw(n, 0.1, "a"), [Slider("n", 0, 5, 0, 1)], work=lambda seconds, n: True)
    assert sliced.sliders["n"].continuous_update


def figure():
    return LiveFigure(draw, list(CONTROLS.values()), compare=True)


def test_the_slider_in_hand_keeps_the_epoch_and_everything_else_ends_it():
    live = figure()
    live._asked(None, {"kind": "want", "name": "n", "reads": {"n": "5", "lr": "0.1"}, "toward": 1, "have": 0}, [])
    live.sliders["n"].value = 5
    assert live.canvas.epoch == 0
    live.sliders["lr"].value = 0.32
    assert live.canvas.epoch == 1
    live.keep()
    assert live.canvas.epoch == 2
    live.sliders["kind"].value = "b"
    assert live.canvas.epoch == 3


def test_the_page_learns_where_the_sliders_of_a_picture_stand():
    live = figure()
    live.set(n=5, lr=0.32)
    assert live.canvas.spec["at"] == {"n": "5", "lr": "0.32"}


def test_pictures_ahead_have_the_kept_runs_behind_them():
    live, sent = figure(), []
    live.keep()
    live.canvas.send = lambda content, buffers: sent.append(content)
    live._asked(None, {"kind": "want", "name": "n", "reads": {"n": "5", "lr": "0.1"}, "toward": 1, "have": 0}, [])
    assert "Kept 1: n 4" in sent[0]["pictures"][0]["spec"]["says"]


def test_texts_of_positions_read_as_themselves():
    for control in (Slider("x", -1, 1, 0, 0.25), Slider("n", 1, 9, 3, 2), LogSlider("lr", 1e-4, 3, 0.02)):
        for value in control.positions():
            assert control.read(float(control.text(value))) == value


def test_a_switch_is_not_drawn_ahead():
    assert Ahead({"on": Switch("on")}, draw, bytes).sliders == {}
