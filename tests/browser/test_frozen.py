"""Frozen figures in a page from the disk: real Chromium, no kernel, no network."""

from __future__ import annotations

import pytest

from course_utils import widgets
from course_utils.widgets.frozen import page

pytestmark = pytest.mark.browser
PARABOLA, ASKING, RAVINE = range(3)


@pytest.fixture(scope="module")
def figures():
    ask = widgets.Prediction("What will it do?", ("oscillate", "diverge"), lambda **_: "oscillate", "αλ is 1.8.")
    return [widgets.parabola(), widgets.parabola(2, 0.9, predict=ask), widgets.ravine()]


@pytest.fixture
def opened(chromium, figures, tmp_path):
    """The page, in a browser that is offline; no test may leave an error or a request."""
    file = tmp_path / "page.html"
    file.write_text(page(figures), encoding="utf-8")
    context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 800})
    tab, problems, asked = context.new_page(), [], []
    tab.on("console", lambda message: problems.append(message.text))
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(file.as_uri())
    tab.locator("course-figure .course-says").nth(RAVINE).wait_for()
    yield tab
    assert problems == []
    assert asked == [file.as_uri()]
    context.close()


def figure(tab, k):
    return tab.locator("course-figure").nth(k)


def says(tab, k):
    return figure(tab, k).locator(".course-says").inner_text()


def pixels(tab, k):
    return figure(tab, k).locator("canvas").evaluate("canvas => canvas.toDataURL()")


def settle(tab):
    tab.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_a_slider_moved_by_keyboard_says_and_shows_what_python_computed(opened, figures):
    slider, before = figure(opened, PARABOLA).get_by_role("slider", name="learning rate"), pixels(opened, PARABOLA)
    slider.focus()
    for _ in range(3):
        opened.keyboard.press("ArrowRight")
    settle(opened)
    value = float(slider.get_attribute("aria-valuetext"))
    live = widgets.parabola(lr=value)
    assert says(opened, PARABOLA) == live.picture.says
    assert pixels(opened, PARABOLA) != before


def test_the_key_moves_the_slider_only(opened):
    opened.evaluate("() => { window.heard = 0; document.addEventListener('keydown', () => window.heard++); }")
    figure(opened, PARABOLA).get_by_role("slider", name="learning rate").focus()
    opened.keyboard.press("ArrowRight")
    assert opened.evaluate("() => window.heard") == 0


def test_another_control_returns_the_first_to_its_start(opened):
    sliders = figure(opened, RAVINE).get_by_role("slider")
    start = sliders.nth(0).get_attribute("aria-valuetext")
    sliders.nth(0).press("End")
    settle(opened)
    assert sliders.nth(0).get_attribute("aria-valuetext") != start
    sliders.nth(1).press("Home")
    settle(opened)
    assert sliders.nth(0).get_attribute("aria-valuetext") == start


def test_dragging_in_the_panel_moves_the_start_and_its_two_sliders(opened):
    canvas = figure(opened, RAVINE).locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    opened.mouse.move(box["x"] + 120, box["y"] + 200)
    opened.mouse.down()
    opened.mouse.move(box["x"] + 300, box["y"] + 220)
    opened.mouse.up()
    settle(opened)
    sliders = [figure(opened, RAVINE).get_by_role("slider", name=name) for name in ("start x", "start y")]
    x0, y0 = (slider.get_attribute("aria-valuetext") for slider in sliders)
    assert says(opened, RAVINE) == widgets.ravine(x0=float(x0), y0=float(y0)).picture.says
    assert (x0, y0) != ("-1.8", "1.0")


def test_a_prediction_comes_before_the_picture(opened):
    asking = figure(opened, ASKING)
    assert not asking.locator("canvas").is_visible()
    assert not asking.locator(".course-says").is_visible()
    asking.get_by_role("button", name="diverge").press("Enter")
    settle(opened)
    assert asking.locator("canvas").is_visible()
    assert "You predicted “diverge”; the run says “oscillate”. αλ is 1.8." in asking.inner_text()


def test_a_narrow_page_stacks_the_panels_and_cuts_nothing_off(opened):
    opened.set_viewport_size({"width": 420, "height": 800})
    settle(opened)
    settle(opened)
    assert opened.evaluate("() => document.documentElement.scrollWidth") <= 420


def test_the_dark_theme_is_that_of_the_page(opened):
    light = pixels(opened, PARABOLA)
    opened.evaluate("() => { document.body.dataset.theme = 'dark'; document.body.style.background = '#111'; }")
    settle(opened)
    settle(opened)
    assert pixels(opened, PARABOLA) != light
