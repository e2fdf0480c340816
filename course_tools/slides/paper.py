"""Decks on paper, by Chromium: one page a slide, and a handout with the speaker's notes."""

from __future__ import annotations

import base64
import html
from pathlib import Path
from typing import Any

from course_tools.slides.browser import SIZE, opened

HANDOUT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>
@page {{ size: A4; margin: 14mm; }} body {{ font: 10.5pt/1.4 "Source Sans Pro", system-ui, sans-serif; margin: 0; }}
section {{ break-inside: avoid; margin-bottom: 8mm; }} img {{ width: 118mm; border: .3mm solid #bbb; }}
p {{ margin: 1.5mm 0; }}</style><body><h1>{title}</h1>{pages}</body></html>"""


def pdf(deck: Path, browser: Any) -> Path:
    """The deck as PDF, with every click resolved."""
    target = deck.with_suffix(".pdf")
    with opened(browser, deck, "?print-pdf&light") as page:
        page.wait_for_function("document.querySelectorAll('.pdf-page').length === Reveal.getSlides().length")
        page.wait_for_timeout(500)  # the figures paint in the frame after their layout
        page.pdf(path=str(target), print_background=True, prefer_css_page_size=True)
    return target


def handout(deck: Path, browser: Any) -> Path:
    """A PDF for the speaker: each slide, and below it what to say."""
    parts = []
    with opened(browser, deck, "?light") as page:
        title = page.title()
        page.add_style_tag(content=".reveal .controls, .reveal .progress { display: none !important; }")
        for number in range(page.evaluate("Reveal.getTotalSlides()")):
            page.evaluate("number => Reveal.slide(number, 0, 99)", number)
            page.wait_for_timeout(80)
            picture = base64.b64encode(page.screenshot(type="jpeg", quality=80)).decode("ascii")
            notes = page.evaluate("Reveal.getCurrentSlide().querySelector('aside.notes')?.innerHTML ?? ''")
            image = f'<img src="data:image/jpeg;base64,{picture}" alt="slide {number + 1}">'
            parts.append(f"<section>{image}{notes}</section>")
    target = deck.with_name(f"{deck.stem}-notes.pdf")
    context = browser.new_context(viewport=SIZE, offline=True)
    page = context.new_page()
    page.set_content(HANDOUT.format(title=html.escape(title), pages="\n".join(parts)))
    page.pdf(path=str(target), print_background=True, prefer_css_page_size=True)
    context.close()
    return target
