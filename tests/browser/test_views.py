"""Two views of one figure, a cell that runs again, a kernel that starts anew: real JupyterLab and Chromium."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser
FIRST, SECOND = range(2)
CELLS = (
    "from course_utils import widgets\nfigure = widgets.parabola()\nfigure", "figure", "print(figure.params['lr'])"
)


@pytest.fixture(scope="module")
def notebook(open_notebook):
    opened = open_notebook("views.ipynb", *CELLS)
    opened.run()
    opened.page.locator(".course-live").nth(SECOND).wait_for(state="attached", timeout=60_000)
    opened.painted(opened.figure(SECOND))
    return opened


def says(figure):
    return figure.locator(".course-says").inner_text()


def slider(figure):
    return figure.get_by_role("slider", name="learning rate")


def test_two_views_of_a_figure_stay_in_step(notebook):
    one, other = notebook.figure(FIRST), notebook.figure(SECOND)
    for mover, follower in ((one, other), (other, one)):
        before = says(follower)
        slider(mover).press("ArrowRight")
        slider(mover).press("ArrowRight")
        notebook.page.wait_for_timeout(800)
        assert says(follower) == says(mover) != before
        assert slider(follower).get_attribute("aria-valuetext") == slider(mover).get_attribute("aria-valuetext")
        assert notebook.pixels(follower) == notebook.pixels(mover)
    assert notebook.problems == []


def test_the_kernel_knows_the_value_that_the_page_shows(notebook):
    notebook.page.evaluate("jupyterapp.commands.execute('notebook:run-all-below')")
    notebook.page.wait_for_timeout(300)
    value = slider(notebook.figure(FIRST)).get_attribute("aria-valuetext")
    notebook.page.locator(".jp-OutputArea-output", has_text=value).first.wait_for(timeout=10_000)


def test_a_cell_that_runs_again_gives_a_new_figure_and_no_error(notebook):
    slider(notebook.figure(FIRST)).press("End")
    notebook.page.wait_for_timeout(500)
    moved = says(notebook.figure(FIRST))
    notebook.run()
    notebook.page.wait_for_timeout(2000)
    notebook.painted(notebook.figure(SECOND))
    assert says(notebook.figure(FIRST)) == says(notebook.figure(SECOND)) != moved
    assert notebook.problems == []


def test_after_a_restart_the_old_picture_stays_and_the_cell_brings_a_live_one(notebook):
    before = says(notebook.figure(FIRST))
    notebook.restart_kernel()
    assert says(notebook.figure(FIRST)) == before
    notebook.run()
    notebook.page.wait_for_timeout(3000)
    figure = notebook.figure(FIRST)
    notebook.painted(figure)
    start = says(figure)
    slider(figure).press("ArrowRight")
    slider(figure).press("ArrowRight")
    notebook.page.wait_for_timeout(800)
    assert says(figure) != start
