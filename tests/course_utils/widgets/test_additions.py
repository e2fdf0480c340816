"""Playing, drawing, comparing, and work in slices: what a figure can do beyond its sliders."""

from __future__ import annotations

import math

import ipywidgets
import pytest

from course_utils.widgets.controls import Play, Sketch, Slider, Switch, stops
from course_utils.widgets.engine import SLICE, LiveFigure
from course_utils.widgets.picture import Axis, Line, Panel, Picture, Points

G = Sketch("g", (0.5, -1.0, 2.0), -3, 3, label="gradients")


def plot(*layers, **options):
    axis = Axis("x", -10, 10)
    return Picture((Panel("p", axis, axis, layers, **options),), "It says.", "A line.")


def line(n, on=False):
    return plot(Line([0, n], [0, 1], color="blue", ghost=True), Points([n], [1], ghost=True), Line([0, 1], [1, 1]))


# ---------- playing


def test_a_play_button_moves_its_slider_in_the_page():
    figure = LiveFigure(lambda step: line(step), [Play("step", 0, 200, 10)])
    slider, play = figure._panel.children[0].children
    assert isinstance(play, ipywidgets.Play)
    assert (play.min, play.max, play.step, play.value, play.interval) == (0, 200, 1, 10, 60)
    assert figure.sliders["step"] is slider
    slider.value = 11
    assert figure.params == {"step": 11}


# ---------- drawing a sequence


@pytest.mark.parametrize(
    ("typed", "read"),
    [("1 2", (1.0, 2.0)), ("1, −2; 0.5", (1.0, -2.0, 0.5)), ("99 -99", (3.0, -3.0)), ("1e-3", (0.001,))],
)
def test_a_sequence_is_read_from_text_and_cut_to_its_limits(typed, read):
    assert G.read(typed) == read


@pytest.mark.parametrize("typed", ["", "one two", "1 nan", " ".join(["1"] * 61)])
def test_what_is_no_sequence_is_refused_and_the_last_one_stays(typed, monkeypatch):
    monkeypatch.delenv("COURSE_BUILD", raising=False)
    figure = LiveFigure(lambda g: line(sum(g)), [G])
    figure.sliders["g"].value = typed
    assert figure.params == {"g": (0.5, -1.0, 2.0)}
    assert figure.canvas.fault == (
        f"ValueError: gradients: {typed!r} is no sequence of 1 to 60 numbers, so nothing was changed. Try 0.5 -1 2."
    )
    figure.sliders["g"].value = "1 1"
    assert (figure.canvas.fault, figure.params) == ("", {"g": (1.0, 1.0)})


def test_drawing_in_the_panel_sets_the_nearest_entry():
    figure = LiveFigure(lambda g: plot(Line([1, 2, 3], g), sketch="g"), [G])
    assert figure.canvas.spec["panels"][0]["sketch"] == "g"
    figure.canvas.dragged = {"g": [2.3, 7.0]}
    assert figure.params == {"g": (0.5, 3.0, 2.0)}
    assert figure.sliders["g"].value == "0.5 3 2"


def test_a_sketch_is_tested_flat_and_short():
    assert stops(G) == ((0.5, -1.0, 2.0), (-3,) * 3, (0.0,) * 3, (3,) * 3, (0.5,))


# ---------- comparing


def layers(figure):
    return figure.canvas.spec["panels"][0]["layers"]


def test_a_kept_run_stays_faint_behind_the_new_one_and_is_named_by_what_differs():
    figure = LiveFigure(line, [Slider("n", 0, 9, 3, 1, label="size"), Switch("on")], compare=True)
    keep, forget = figure._panel.children[-1].children
    keep.click()
    figure.set(n=5)
    kinds = [(layer["type"], layer["color"]) for layer in layers(figure)]
    assert kinds[:2] == [("Line", "faint"), ("Points", "faint")]
    assert len(kinds) == 5
    assert figure.canvas.spec["says"] == "It says. Kept 1: size 3."
    assert figure.picture.says == "It says."
    forget.click()
    assert len(layers(figure)) == 3


def test_four_runs_are_kept_and_none_twice():
    figure = LiveFigure(line, [Slider("n", 0, 9, 0, 1), Switch("on")], compare=True)
    for n in (1, 1, 2, 3, 4, 5):
        figure.set(n=n)
        figure.keep()
    assert [params["n"] for params, _ in figure.ghosts.kept] == [2, 3, 4, 5]
    figure.set(on=True)
    assert figure.canvas.spec["says"].endswith("Kept 1: n 2, on off; 2: n 3, on off; 3: n 4, on off; 4: on off.")


def test_ghosts_leave_the_moving_layers_where_they_were():
    figure = LiveFigure(line, [Slider("n", 0, 9, 3, 1)], compare=True)
    figure.keep()
    assert [layer["type"] for layer in layers(figure)] == ["Line", "Points", "Line", "Points", "Line"]


# ---------- work in slices


class Worker:
    """Counts to n, one for each slice of a page, all at once where nobody waits for a frame."""

    def __init__(self):
        self.done, self.slices = 0, []

    def work(self, seconds, n):
        self.slices.append(seconds)
        self.done = n if math.isinf(seconds) else min(self.done + 1, n)
        return self.done >= n

    def draw(self, n):
        return line(self.done)


@pytest.fixture
def worker():
    return Worker()


@pytest.fixture
def figure(worker):
    return LiveFigure(worker.draw, [Slider("n", 0, 9, 2, 1)], work=worker.work)


def test_without_a_page_work_is_finished_at_once(figure, worker):
    assert (worker.done, worker.slices, figure.picture.unfinished) == (2, [math.inf], False)


def test_with_a_page_each_picture_takes_a_slice_and_the_page_asks_for_the_next(figure, worker):
    figure.canvas.awake = True
    figure.sliders["n"].value = 5
    assert (worker.done, figure.canvas.spec["unfinished"]) == (3, True)
    figure.canvas.again += 1
    figure.canvas.again += 1
    assert (worker.done, figure.canvas.spec["unfinished"]) == (5, False)
    figure.canvas.again += 1
    assert worker.slices == [math.inf, SLICE, SLICE, SLICE]


def test_nobody_who_looks_nobody_who_works(figure, worker):
    figure.canvas.awake = True
    figure.sliders["n"].value = 9
    assert len(worker.slices) == 2
