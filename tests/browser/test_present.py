"""Slides with a kernel behind them: `course present` in real Chromium."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from course_tools.browser.lab import free_port
from course_tools.slides.present import environment
from tests.conftest import ROOT

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address():
    port = free_port()
    command = [sys.executable, "-m", "course_tools", "present", "05", "--port", str(port), "--no-browser"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True)
    url = f"http://127.0.0.1:{port}/"
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{url}voila/files/assets/quiet.js").close()
            break
        except OSError:
            assert server.poll() is None
            time.sleep(0.5)
    yield url
    os.killpg(server.pid, signal.SIGTERM)
    server.wait(60)


def test_a_slider_on_a_slide_computes_in_the_kernel(chromium, address):
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.goto(address, timeout=120_000)
    page.locator(".course-live").first.wait_for(state="attached", timeout=90_000)
    figure, choice = page.locator("section.present .course-live"), page.get_by_role("button", name="the flat one")
    for _ in range(40):
        if choice.count():
            break
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(500)
    choice.click()  # the slider comes with the picture, once a prediction is made
    slider = figure.get_by_role("slider", name="condition κ")
    before, place = figure.locator(".course-says").inner_text(), page.url
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([root, old]) => root.querySelector('.course-says').textContent !== old", arg=[figure.element_handle(), before]
    )
    assert page.url == place
    page.close()
