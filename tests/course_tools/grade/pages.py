"""What a page holds, as a browser would see it, without a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "br", "hr", "img", "link", "input"}


@dataclass
class Page(HTMLParser):
    """Elements in order, with their attributes and text; raises where they are not nested."""

    text: str = ""
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.text += " " if tag in ("td", "th", "li", "tr") else ""

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        """Attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def read(html: str) -> Page:
    """The page; it must be closed properly."""
    page = Page()
    page.feed(html)
    page.close()
    assert page.open == []
    page.text = re.sub(r"\s+", " ", page.text)
    return page


def is_accessible_and_offline(html: str) -> None:
    """A language, a title, headings in order, tables with headings, names for regions and bars; no request, no code."""
    page = read(html)
    names = [name for name, _ in page.elements]
    assert page.all("html") == [{"lang": "en"}]
    assert names.count("title") == names.count("h1") == names.count("main") == 1
    levels = [int(name[1]) for name in names if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    assert all(cell.get("scope") in ("col", "row") for cell in page.all("th"))
    assert names.count("table") == names.count("thead") == names.count("tbody")
    assert all("aria-label" in attributes for _, attributes in page.elements if "role" in attributes)
    assert {"script", "link", "img", "iframe", "object", "embed", "form", "base", "svg"} & set(names) == set()
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in page.all("meta")[2]["content"]


def contrasts(css: str) -> dict[tuple[str, str, str], float]:
    """(scheme, text, background) -> WCAG's contrast, for the colors that a style sheet names."""
    found = {}
    light, dark = css.split("prefers-color-scheme: dark", 1)
    for scheme, part in (("light", light), ("dark", dark)):
        colors = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", part))
        for text in ("ink", "soft", "good", "bad", "part", "bar"):
            for paper in ("paper", "panel"):
                a, b = sorted((_luminance(colors[text]), _luminance(colors[paper])))
                found[scheme, text, paper] = (b + 0.05) / (a + 0.05)
    return found


def _luminance(color: str) -> float:
    parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
