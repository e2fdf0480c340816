"""LiveFigure without a browser, driven through the messages a browser would send."""

import base64
import struct

import pytest
from ipywidgets import Widget

from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import LogSlider, Slider
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Heat, Line, Panel, Picture

X = Axis("x", 0, 1)


def draw(lr, n):
    """A line of n points, a map that never changes, and an error where n is 7."""
    if n == 7:
        raise FloatingPointError("n is 7")
    layers = (Heat([[0.0, 1.0]]), Line([k / n for k in range(n)], [lr] * n))
    return Picture((Panel("p", X, X, layers),), says=f"lr is {lr:g}, n is {n}", alt="A line.")


def make(**options):
    return LiveFigure(draw, [LogSlider("lr", 0.01, 1, 0.1), Slider("n", 1, 9, 3, 1)], name="lines", **options)


@pytest.fixture
def figure():
    return make()


@pytest.fixture
def sent(monkeypatch):
    """Messages to the browser: (widget, keys of the state)."""
    messages = []
    send = Widget._send

    def spy(widget, message, buffers=None):
        if message.get("method") == "update":
            messages.append((widget, set(message["state"]) | {path[0] for path in message["buffer_paths"]}))
        return send(widget, message, buffers)

    monkeypatch.setattr(Widget, "_send", spy)
    return messages


def browser_moves(figure, name, position):
    """The message that a browser sends when a slider moves."""
    slider = figure.sliders[name]
    key = "index" if hasattr(slider, "index") else "value"
    slider._handle_msg(
        {"content": {"data": {"method": "update", "state": {key: position}, "buffer_paths": []}}, "buffers": []}
    )


def test_a_slider_message_redraws(figure):
    browser_moves(figure, "n", 5)
    assert figure.params == {"lr": 0.1, "n": 5}
    assert figure.picture.says == "lr is 0.1, n is 5"
    assert figure.canvas.spec["says"] == "lr is 0.1, n is 5"


def test_one_move_is_one_message_to_the_canvas_without_the_kept_arrays(figure, sent):
    browser_moves(figure, "n", 5)
    assert [keys for widget, keys in sent if widget is figure.canvas] == [{"spec", "live", "epoch"}]


def test_set_moves_several_controls_with_one_update(figure, sent):
    figure.set(lr=0.5, n=4)
    assert figure.params == {"lr": 0.5, "n": 4}
    assert figure.sliders["lr"].value == 0.5
    assert len([widget for widget, _ in sent if widget is figure.canvas]) == 1


def test_set_to_the_same_values_sends_no_picture(figure, sent):
    figure.set(lr=0.1, n=3)
    assert not [widget for widget, _ in sent if widget is figure.canvas]


def test_the_same_values_are_not_computed_twice(figure):
    picture = figure.picture
    figure.set(lr=0.1, n=3)
    assert figure.picture is picture


def test_set_names_the_controls_there_are(figure):
    with pytest.raises(ValueError) as error:
        figure.set(rate=1)
    assert str(error.value) == "lines has no control rate: nothing would move. Try lr, n."


def test_an_exception_shows_in_the_figure_and_goes_with_the_next_good_value(figure, monkeypatch):
    monkeypatch.delenv("COURSE_BUILD", raising=False)
    browser_moves(figure, "n", 7)
    assert isinstance(figure.error, FloatingPointError)
    assert figure.canvas.fault == "FloatingPointError: n is 7"
    assert figure.picture.says == "lr is 0.1, n is 3"
    browser_moves(figure, "n", 3)
    assert figure.error is None
    assert figure.canvas.fault == ""


def test_in_a_build_the_exception_is_raised(figure, monkeypatch):
    monkeypatch.setenv("COURSE_BUILD", "1")
    with pytest.raises(FloatingPointError, match="n is 7"):
        figure.set(n=7)
    assert figure.canvas.fault == "FloatingPointError: n is 7"


def test_in_a_build_the_exception_comes_through_the_message_path_too(figure, monkeypatch):
    monkeypatch.setenv("COURSE_BUILD", "1")
    with pytest.raises(FloatingPointError, match="n is 7"):
        figure.sliders["n"].set_state({"value": 7})


def test_a_figure_that_cannot_draw_its_start_is_not_made():
    with pytest.raises(FloatingPointError):
        LiveFigure(draw, [LogSlider("lr", 0.01, 1, 0.1), Slider("n", 1, 9, 7, 1)])


def test_the_repr_is_stable_and_says_what_happened(figure):
    assert repr(figure) == repr(make()) == "lines(lr=0.1, n=3): lr is 0.1, n is 3"


def test_the_bundle_holds_the_live_view_an_image_with_alt_text_and_the_sentence(figure):
    data, metadata = figure._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == figure.model_id
    assert data["text/plain"] == repr(figure)
    assert metadata["image/png"] == {"alt": "A line. lr is 0.1, n is 3", "width": 860, "height": 320}
    image = base64.b64decode(data["image/png"])
    assert struct.unpack(">II", image[16:24]) == (1290, 480)


def test_the_image_follows_the_controls(figure):
    before = figure._repr_mimebundle_()[0]["image/png"]
    figure.set(lr=0.9)
    assert figure._repr_mimebundle_()[0]["image/png"] != before


def test_dragging_in_the_panel_sets_the_controls_within_their_limits(figure):
    figure.canvas._handle_msg(
        {
            "content": {
                "data": {"method": "update", "state": {"dragged": {"lr": 3.0, "n": 4.4}}, "buffer_paths": []}
            },
            "buffers": [],
        }
    )
    assert figure.params == {"lr": 1.0, "n": 4}


ASK = Prediction("How many points?", ("3", "5"), lambda lr, n: str(n), "n counts them.")


def test_a_question_comes_before_the_figure():
    figure = make(predict=ASK)
    assert figure.canvas.veiled
    assert figure._panel.layout.display == "none"
    figure._buttons["5"].click()
    assert figure.prediction == "5"
    assert not figure.canvas.veiled
    assert figure.canvas.verdict == "You predicted “5”; the run says “3”. n counts them."


def test_only_the_first_prediction_counts():
    figure = make(predict=ASK)
    figure.predict("3")
    figure.predict("5")
    assert figure.prediction == "3"
    assert figure.canvas.verdict.startswith("You predicted “3”, and so it is.")


def test_the_stored_picture_is_the_revealed_one():
    assert make(predict=ASK)._repr_mimebundle_()[0]["image/png"] == make()._repr_mimebundle_()[0]["image/png"]


def test_an_answer_that_nobody_could_choose_is_refused():
    with pytest.raises(ValueError, match="the answer '3' is not among the choices"):
        make(predict=Prediction("How many?", ("1", "2"), lambda lr, n: str(n)))


def test_a_prediction_that_is_no_choice_is_refused():
    with pytest.raises(ValueError, match="'9' is not a choice"):
        make(predict=ASK).predict("9")


def test_the_question_is_text_and_not_markup():
    figure = make(predict=Prediction("Is a < b?", ("3",), lambda lr, n: "3"))
    assert "a &lt; b" in figure.children[0].children[0].value
