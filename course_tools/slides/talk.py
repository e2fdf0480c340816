"""A chapter as a talk: which cells stand on which slide, what the speaker says, and the slides that frame it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from course_tools.build.chapter import Chapter
from course_tools.build.source import Cell, read_cells

HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)
MINUTES = re.compile(r"\s*(\w+) minutes?\b", re.IGNORECASE)
NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
ON_SLIDES = ("slide", "subslide", "fragment", "-")


@dataclass
class Slide:
    """Numbers of the lesson's cells that stand on it, with those that come with a click, and the speaker's notes."""

    cells: list[int] = field(default_factory=list)
    clicks: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    section: str = ""
    """The last heading before it; empty where it has a heading of its own."""

    @property
    def minutes(self) -> int:
        """What its notes begin with: "Four minutes. …"; 0 where they do not say."""
        said = [found[1].lower() for note in self.notes if (found := MINUTES.match(note))]
        return sum(NUMBERS.index(word) for word in said if word in NUMBERS)


@dataclass(frozen=True)
class Talk:
    """A chapter's slides, and what the first and the last one say."""

    chapter: Chapter
    cells: list[Cell]
    title: str
    promise: str
    """The sentence below the title."""
    slides: list[Slide]
    agenda: list[str]
    exercises: list[str]
    sources: str

    @property
    def minutes(self) -> int:
        """Of the whole talk, without the exercises."""
        return sum(slide.minutes for slide in self.slides)


def talk(chapter: Chapter) -> Talk:
    """Read the lesson: a cell of type slide begins one, notes belong to the slide before, the rest is for study."""
    cells = read_cells(chapter.file("lesson.md"), chapter.root)
    slides: list[Slide] = []
    section = ""
    for number, cell in enumerate(cells):
        headed = cell.kind == "markdown" and re.search(r"^#+ ", cell.text, re.MULTILINE)
        section = (HEADING.findall(cell.text) or [section])[-1] if cell.kind == "markdown" else section
        if cell.slide in ("slide", "subslide"):
            slides.append(Slide(section="" if headed else section))
        if cell.slide == "notes" and slides:
            slides[-1].notes.append(cell.text)
        elif cell.slide in ON_SLIDES and slides:
            slides[-1].cells.append(number)
            if cell.slide == "fragment":
                slides[-1].clicks.add(number)
    first = cells[slides[0].cells[0]].text if slides else f"# {chapter.name}"
    title, _, promise = first.removeprefix("# ").partition("\n")
    return Talk(
        chapter,
        cells,
        title.strip(),
        promise.strip(),
        slides,
        agenda=[heading for cell in cells if cell.kind == "markdown" for heading in HEADING.findall(cell.text)],
        exercises=_exercises(chapter),
        sources=_sources(cells),
    )


def _exercises(chapter: Chapter) -> list[str]:
    sheet = chapter.file("exercises.md")
    cells = read_cells(sheet, chapter.root) if sheet.exists() else []
    return [heading for cell in cells if cell.kind == "markdown" for heading in HEADING.findall(cell.text)]


def _sources(cells: list[Cell]) -> str:
    for cell in reversed(cells):
        found = re.search(r"^\*\*Sources\.?\*\*\s*(.+?)(?:\n\n|\Z)", cell.text, re.MULTILINE | re.DOTALL)
        if found:
            return found[1].replace("\n", " ").strip()
    return ""
