"""A talk as one HTML page: nbconvert renders the cells, the template in ``look/`` arranges them for reveal.js."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
import nbformat
from nbconvert import HTMLExporter
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter

from course_tools.slides.talk import Slide, Talk
from course_utils.widgets.frozen import player

LOOK = Path(__file__).parent / "look"
RICHEST = ["text/html", "image/svg+xml", "image/png", "text/markdown", "text/latex", "text/plain"]
SHORT, LONG = 3, 13
"""Lines of code up to which a picture keeps its call, and from which on code is set smaller."""
SCRIPT = re.compile(r"<style>(?:(?!</style>).)*</style>\s*<script type=\"module\">.*?</script>\s*", re.DOTALL)


class Page(NamedTuple):
    """One slide as the template wants it."""

    kind: str
    """"words", "code" or "figure"."""
    section: str
    body: str
    notes: str
    seconds: int
    """For the speaker's clock; 0 where the notes do not say."""


def deck(talk: Talk, run: dict[int, NotebookNode]) -> str:
    """The page."""
    pages = [_page(talk, slide, run) for slide in talk.slides[1:]]
    look = jinja2.Environment(loader=jinja2.FileSystemLoader(LOOK), trim_blocks=True, lstrip_blocks=True)
    look.filters |= {"notes": markdown2html, "plain": _plain}
    return look.get_template("deck.html.j2").render(
        talk=talk,
        pages=pages,
        opening="\n\n".join(talk.slides[0].notes) if talk.slides else "",
        promise=_inline(talk.promise),
        agenda=[_inline(line) for line in talk.agenda],
        exercises=[_inline(line) for line in talk.exercises],
        sources=_inline(talk.sources),
        style=(LOOK / "deck.css").read_text(encoding="utf-8"),
        script=(LOOK / "deck.js").read_text(encoding="utf-8"),
        player=player(),
        code_colors=HtmlFormatter(style="default").get_style_defs(".highlight"),
        dark_code_colors=HtmlFormatter(style="github-dark").get_style_defs(".dark .highlight"),
    )


def _page(talk: Talk, slide: Slide, run: dict[int, NotebookNode]) -> Page:
    parts = []
    for number in slide.cells:
        cell = _shown(run[number])
        body = _rendered(cell, with_code=_code_belongs(cell, "hide-input" in talk.cells[number].tags))
        parts.append(f'<div class="fragment">{body}</div>' if number in slide.clicks else body)
    body = SCRIPT.sub("", "\n".join(parts))
    coded = any(run[number].cell_type == "code" for number in slide.cells)
    kind = "figure" if "<course-figure" in body else "code" if coded else "words"
    return Page(kind, _inline(slide.section), body, "\n\n".join(slide.notes), 60 * slide.minutes)


def _shown(cell: NotebookNode) -> NotebookNode:
    """The cell with the richest form of each output that a page can show."""
    cell = nbformat.from_dict(cell)
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        best: Any = next((kind for kind in RICHEST if kind in data), None)
        if best:
            output["data"] = {best: data[best]}
    return cell


def _code_belongs(cell: NotebookNode, hidden: bool) -> bool:
    """A picture stands on a slide by itself, unless the call that makes it is short; the notebook has the rest."""
    kinds = {kind for output in cell.get("outputs", ()) for kind in output.get("data", {})}
    pictured = "image/png" in kinds or any("<course-figure" in str(o.get("data", "")) for o in cell.get("outputs", ()))
    return not hidden and not (pictured and len(cell.source.splitlines()) > SHORT)


def _rendered(cell: NotebookNode, with_code: bool) -> str:
    one = nbformat.v4.new_notebook(cells=[cell])
    body: str = _exporter(with_code).from_notebook_node(one)[0]
    told = next((o.metadata["image/png"]["alt"] for o in cell.get("outputs", ()) if _told(o)), "")
    body += f'<p class="told">{html.escape(told)}</p>' if told else ""
    return body.replace('class="highlight', 'class="long highlight') if len(cell.source.splitlines()) > LONG else body


def _told(output: NotebookNode) -> bool:
    """Whether an output is a picture that says in words what it shows."""
    return "image/png" in output.get("data", {}) and "alt" in output.get("metadata", {}).get("image/png", {})


@cache
def _exporter(with_code: bool) -> HTMLExporter:
    prompts = {"exclude_input_prompt": True, "exclude_output_prompt": True}
    return HTMLExporter(template_name="basic", exclude_input=not with_code, **prompts)


def _plain(text: str) -> str:
    """For a place that takes no markup."""
    return html.escape(text.replace("*", "").replace("`", ""))


def _inline(text: str) -> str:
    """Markdown of one paragraph, without the paragraph."""
    return str(markdown2html(text)).strip().removeprefix("<p>").removesuffix("</p>") if text else ""
