"""Decks in real Chromium: one that is right, and one for each rule that is broken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from course_tools.build.chapter import Chapter
from course_tools.slides import assets, check, paper
from course_tools.slides.browser import chromium as browser_of_slides
from course_tools.slides.deck import deck
from course_tools.slides.run import outputs
from course_tools.slides.talk import talk
from tests.conftest import ROOT

pytestmark = pytest.mark.browser
SLIDE = '+++ {"slideshow": {"slide_type": "slide"}}\n\n'
NOTES = '+++ {"slideshow": {"slide_type": "notes"}}\n\nOne minute.\n\n'
CODE = "```{code-cell} ipython3\n---\nslideshow:\n  slide_type: slide\n---\n%s\n```\n\n"
START = SLIDE + "# 3 · A chapter\n\nOne promise.\n\n" + NOTES
WORDS = SLIDE + "## 3.%d Words\n\n**Question.** Is $x^2 \\ge 0$?\n\n$$\n\\alpha < \\frac{2}{L}\n$$\n\n" + NOTES
FIGURE = "from course_utils import widgets\nfrom course_utils.widgets import Prediction\n%s"
ASK = 'widgets.parabola(2, 0.9, predict=Prediction("What?", ("settle", "leave"), lambda **_: "settle"))'
PLOT = """from course_utils import plots
fig, ax = plots.figure()
ax.plot([1, 2])
plots.show(fig, 'A line from 1 to 2.')"""


def lesson(*more: str) -> str:
    """Twelve slides besides the frame, in place of the last ones ``more``."""
    return START + "".join(WORDS % k for k in range(12 - len(more))) + "".join(more)


GOOD = lesson(*(CODE % cell + NOTES for cell in (FIGURE % ASK, FIGURE % "widgets.ravine()", PLOT, "1 + 1")))


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("decks")
    assets.copy(folder)
    return folder


@pytest.fixture(scope="module")
def browser(needs_chromium):
    with browser_of_slides() as started:
        yield started


def made(room: Path, text: str, name: str = "ch03_thing") -> Path:
    """The deck of a lesson, run with this repository's library."""
    source = room / "chapters" / name
    source.mkdir(parents=True, exist_ok=True)
    (source / "lesson.md").write_text(text, encoding="utf-8")
    given = talk(Chapter(room, name))
    file = room / f"{name}.html"
    file.write_text(deck(given, outputs(given)), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def good(room, monkeypatch_module) -> Path:
    return made(room, GOOD)


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        yield patch


def test_a_good_deck_has_no_fault(browser, good):
    assert check.check(good, browser) == []


def test_the_deck_asks_nothing_of_the_network(good):
    text = good.read_text(encoding="utf-8")
    asked = re.findall(r"""(?:src|href)=["']([^"'#]+)""", text)
    assert [link for link in asked if not link.startswith(("assets/", "data:"))] == []


def test_arrow_keys_on_a_slider_move_it_and_turn_no_page(browser, good):
    from course_tools.slides.browser import opened

    with opened(browser, good) as page:
        number = page.evaluate("Reveal.getSlides().findIndex((slide) => slide.innerHTML.includes('ravine'))")
        page.evaluate("number => Reveal.slide(number)", number)
        slider = page.locator("section.present course-figure input[type=range]").first
        before = page.locator("section.present .course-says").inner_text()
        slider.focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
        assert page.locator("section.present .course-says").inner_text() != before
        assert page.evaluate("Reveal.getIndices().h") == number
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(200)
        assert page.evaluate("Reveal.getIndices().h") == number + 1


def test_the_key_d_turns_the_deck_dark(browser, good):
    from course_tools.slides.browser import opened

    with opened(browser, good, "?light") as page:
        page.keyboard.press("d")
        dark = "() => getComputedStyle(document.body).backgroundColor === 'rgb(20, 23, 26)'"
        page.wait_for_function(dark, timeout=5000)


def test_the_pdf_has_a_page_for_each_slide_and_its_mathematics_as_text(browser, good):
    pages = [page.extract_text() for page in PdfReader(paper.pdf(good, browser)).pages]
    assert len(pages) == 15
    assert "3 · A chapter" in pages[0]
    assert all("α" in page for page in pages[2:10])
    assert "ravine" in pages[11]


def test_the_handout_has_the_notes(browser, good):
    text = "".join(page.extract_text() for page in PdfReader(paper.handout(good, browser)).pages)
    assert text.count("One minute.") >= 12


BROKEN = {
    "overflow": ("A line.\n\n" * 30, "overflows by"),
    "picture": ('<img src="assets/none.png" alt="nothing">', "missing picture: nothing"),
    "formula": ("$\\frac{1}{$", "mathematics"),
    "script": ("<script>throw new Error('broken')</script>", "error: broken"),
    "network": ('<img src="https://example.org/a.png" alt="far">', "asks for https://example.org"),
    "overlap": ('<p style="margin-bottom:-60px">One line</p>\n<p>Another line</p>', "overlap: p “One line” and p"),
    "small": ('<p style="font-size:11px">Tiny words</p>', "text of 11 px, less than 16"),
    "pale": ('<p style="color:#bbb">Pale words</p>', "light: contrast 1.9"),
    "silent": ("No notes.", "no notes for the speaker"),
    "few": ("", "slides besides the frame; a chapter has 12 to 25"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_deck_that_breaks_a_rule_is_told(browser, room, rule):
    more, said = BROKEN[rule]
    slide = f"{SLIDE}## {rule}\n\n{more}\n\n" + ("" if rule == "silent" else NOTES)
    text = START + WORDS % 1 if rule == "few" else lesson(slide)
    faults = check.check(made(room, text, f"ch04_{rule}"), browser)
    assert any(said in fault for fault in faults), faults
