"""A deck in Chromium: opened from the disk, with no network, ready when its mathematics and figures are."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from course_tools.browser.chromium import FLAGS

SIZE = {"width": 1280, "height": 720}
READY = """async () => {
  for (const figure of document.querySelectorAll('course-figure')) {
    while (!figure.places) await new Promise((done) => setTimeout(done, 20));
    const answer = figure.pack.ask?.answer; // a figure that asks first is looked at with its answer
    if (answer) [...figure.querySelectorAll('.course-ask button')].find((b) => b.textContent === answer).click();
  }
  await document.fonts.ready;
  await new Promise((done) => setTimeout(done, 150));
}"""


class NoBrowser(Exception):
    """There is no Chromium, or no playwright to drive it."""


def program() -> str | None:
    """The path of a Chromium that playwright can drive."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None) if find_spec("playwright") else None


def need() -> str:
    """The path of a Chromium, or the sentence that there is none."""
    path = program()
    if path is None:
        raise NoBrowser(
            "Slides are printed and checked by Chromium, and it is not here. Install chromium and playwright "
            "(pip install playwright); the decks themselves need neither."
        )
    return path


@contextmanager
def chromium() -> Iterator[Any]:
    """One browser for several decks."""
    path = need()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, deck: Path, query: str = "", problems: list[str] | None = None) -> Iterator[Any]:
    """A page with the deck; what the console or the network complains about is added to ``problems``."""
    found = problems if problems is not None else []
    context = browser.new_context(viewport=SIZE, offline=True, reduced_motion="reduce")
    page = context.new_page()
    page.on("console", lambda message: found.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(f"error: {error}"))
    page.on("requestfailed", lambda request: found.append(f"missing: {request.url.rpartition('/')[2]}"))
    page.on("request", lambda request: found.append(f"asks for {request.url}") if _outside(request.url) else None)
    page.goto(deck.resolve().as_uri() + query)
    page.wait_for_selector("body[data-ready=true]", timeout=60_000, state="attached")
    page.evaluate(READY)
    yield page
    context.close()


def _outside(url: str) -> bool:
    return not url.startswith(("file:", "data:", "blob:"))
