"""Figures that are played, drawn in, pointed at, compared, and computed in slices: real JupyterLab and Chromium."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser
TRAINING, MOMENTS, MAP, PLAY = range(4)
CELLS = (
    "from course_utils import widgets\nwidgets.training(epoch=3)",
    "widgets.moments()",
    "widgets.stability_map()",
    "widgets.playground(optimizers=('Adam',), step=20)",
)


@pytest.fixture(scope="module")
def notebook(open_notebook):
    opened = open_notebook("instruments.ipynb", *CELLS)
    opened.run()
    opened.page.locator(".course-live").nth(PLAY).wait_for(state="attached", timeout=90_000)
    return opened


@pytest.fixture(autouse=True)
def quiet_console(notebook):
    """No test may leave an error in the browser's console."""
    yield
    assert notebook.problems == []


def says(figure):
    return figure.locator(".course-says").inner_text()


def until(notebook, what, seconds=30):
    for _ in range(5 * seconds):
        if what():
            return
        notebook.page.wait_for_timeout(200)
    raise AssertionError("it did not come")


def place(figure, across, up):
    """A point on the canvas, in shares of its width and height."""
    canvas = figure.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    return box["x"] + across * box["width"], box["y"] + up * box["height"]


def test_a_training_is_drawn_while_it_goes_on_and_arrives(notebook):
    figure = notebook.figure(TRAINING)
    notebook.painted(figure)
    before = notebook.paints(figure)
    figure.get_by_role("slider", name="epoch").press("End")
    until(notebook, lambda: "epoch 150:" in says(figure), 60)
    assert notebook.paints(figure) - before > 10


def test_a_move_in_the_middle_of_a_training_is_heard_at_once(notebook):
    figure = notebook.figure(TRAINING)
    figure.get_by_role("radio", name="spirals").or_(figure.get_by_role("button", name="spirals")).first.click()
    notebook.page.wait_for_timeout(300)
    figure.get_by_role("slider", name="epoch").press("Home")
    until(notebook, lambda: "epoch 0:" in says(figure), 5)


def test_drawing_in_the_panel_writes_the_sequence(notebook):
    figure = notebook.figure(MOMENTS)
    notebook.painted(figure)
    before = figure.get_by_role("textbox", name="yours").input_value()
    notebook.page.mouse.move(*place(figure, 0.1, 0.3))
    notebook.page.mouse.down()
    notebook.page.mouse.move(*place(figure, 0.2, 0.7), steps=5)
    notebook.page.mouse.up()
    until(notebook, lambda: figure.get_by_role("textbox", name="yours").input_value() != before)
    assert len(figure.get_by_role("textbox", name="yours").input_value().split()) == 10


def test_what_cannot_be_read_is_told_and_goes_away(notebook):
    figure = notebook.figure(MOMENTS)
    box, fault = figure.get_by_role("textbox", name="yours"), figure.locator(".course-fault")
    box.fill("one two")
    box.press("Enter")
    until(notebook, lambda: "is no sequence" in fault.inner_text())
    box.fill("1 1 1")
    box.press("Enter")
    until(notebook, lambda: fault.inner_text() == "")


def test_pointing_at_the_map_moves_the_ring(notebook):
    figure = notebook.figure(MAP)
    notebook.painted(figure)
    before = says(figure)
    notebook.page.mouse.move(*place(figure, 0.12, 0.4))
    notebook.page.mouse.move(*place(figure, 0.16, 0.5), steps=3)
    until(notebook, lambda: says(figure) != before)
    assert "κ = 10, α·L = " in says(figure)


def test_play_moves_the_steps_and_pause_stops_them(notebook):
    figure = notebook.figure(PLAY)
    notebook.painted(figure)
    button = figure.get_by_role("button", name="play or pause: step")
    start = figure.get_by_role("slider", name="step").get_attribute("aria-valuenow")
    button.click()
    until(notebook, lambda: figure.get_by_role("slider", name="step").get_attribute("aria-valuenow") != start)
    button.click()
    notebook.page.wait_for_timeout(500)
    rest = figure.get_by_role("slider", name="step").get_attribute("aria-valuenow")
    notebook.page.wait_for_timeout(500)
    assert figure.get_by_role("slider", name="step").get_attribute("aria-valuenow") == rest


def test_a_run_is_kept_and_forgotten_by_keyboard(notebook):
    figure = notebook.figure(PLAY)
    figure.get_by_role("button", name="Keep this run").press("Enter")
    until(notebook, lambda: "Kept 1: this run" in says(figure))
    figure.get_by_role("button", name="Forget the kept").press("Enter")
    until(notebook, lambda: "Kept" not in says(figure))
