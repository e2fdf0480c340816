"""Look at every slide of a deck in Chromium and say what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from course_tools.slides.browser import opened

FEWEST, MOST = 12, 25
INSPECT = (Path(__file__).parent / "look" / "inspect.js").read_text(encoding="utf-8")
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30))))"
TITLE = "() => Reveal.getCurrentSlide().querySelector('h1, h2, h3, .kicker')?.innerText.trim().slice(0, 40) ?? ''"


def check(deck: Path, browser: Any) -> list[str]:
    """One line for each fault, with the number of the slide; both themes are looked at."""
    found = []
    for theme in ("light", "dark"):
        problems: list[str] = []
        with opened(browser, deck, f"?{theme}", problems) as page:
            slides = page.evaluate("Reveal.getSlides().map((slide) => slide.dataset.kind)")
            for number in range(len(slides)):
                page.evaluate("number => Reveal.slide(number, 0, 99)", number)
                page.evaluate(SETTLED)
                title = page.evaluate(TITLE)
                found += [f"slide {number + 1} ({title}), {theme}: {fault}" for fault in page.evaluate(INSPECT)]
        found += [f"{theme}: {problem}" for problem in problems]
    content = slides.count("content")
    if not (content and deck.name.startswith("00_")) and not FEWEST <= content <= MOST:  # the orientation is short
        found.append(f"{content} slides besides the frame; a chapter has {FEWEST} to {MOST}")
    return [f"{deck.name}: {fault}" for fault in found]
