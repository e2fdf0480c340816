"""The coverage page: for every concept the course owes a learner, the cells that teach it.

Cells carry the ids of `chapters/coverage.csv` as tags: ``S…`` for what the source articles contain, ``M…`` for
documented misconceptions.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from course_tools.build.chapter import chapters
from course_tools.build.source import read_cells
from course_tools.pythons import ROOT

ROWS = Path("chapters", "coverage.csv")
PAGE = ROOT / "docs" / "coverage.md"
TITLES = {
    "S0": "An overview of training techniques",
    "S1": "Efficient learning strategies",
    "S2": "Case studies in backpropagation",
    "S3": "Parameter estimation",
    "S4": "From gradient descent to deep learning",
    "M": "Misconceptions",
}


@dataclass(frozen=True)
class Row:
    """Something to be taught, and the chapters (`09`, or an appendix `A`) that owe it."""

    id: str
    what: str
    chapters: tuple[str, ...]
    errors: tuple[str, ...]

    @property
    def group(self) -> str:
        """The key of its title: the source article, or M."""
        return self.id.split("-")[0] if self.id.startswith("S") else "M"


@dataclass(frozen=True)
class Place:
    """A heading below which a tagged cell stands, and its notebook: `notebooks/09_adam.ipynb`."""

    tag: str
    notebook: str
    heading: str

    @property
    def chapter(self) -> str:
        """`09` of `notebooks/09_adam.ipynb`."""
        return Path(self.notebook).name.split("_")[0]

    @property
    def link(self) -> str:
        """The heading, or `exercise 9.1`, linked with the notebook."""
        text = self.heading if self.notebook.startswith("notebooks/") else f"exercise {self.heading}"
        return f"[{text}](../{self.notebook})"


def rows(root: Path) -> list[Row]:
    """What the course owes, in the order of its sources."""
    with (root / ROWS).open(encoding="utf-8", newline="") as file:
        return [
            Row(row["id"], row["what"], tuple(row["chapters"].split()), tuple(row["errors"].split()))
            for row in csv.DictReader(file)
        ]


def places(root: Path) -> Iterator[Place]:
    """Every tag of every lesson and exercise sheet, with the heading above it."""
    for chapter in chapters(root):
        for name, folder in (("lesson.md", "notebooks"), ("exercises.md", "exercises")):
            if not chapter.file(name).exists():
                continue
            heading = ""
            for cell in read_cells(chapter.file(name), root):
                found = re.findall(r"^#{1,3} (.+)$", cell.text, re.MULTILINE) if cell.kind == "markdown" else []
                own = found[0] if found else heading
                yield from (Place(tag, f"{folder}/{chapter.name}.ipynb", own) for tag in cell.tags)
                heading = found[-1] if found else heading


def missing(root: Path) -> list[str]:
    """What a chapter owes that exists, and none of its cells is tagged with."""
    written = {chapter.name.split("_")[0] for chapter in chapters(root)}
    taught = {(place.tag, place.chapter) for place in places(root)}
    return [
        f"chapter {chapter}: {row.id}, {row.what}"
        for row in rows(root)
        for chapter in row.chapters
        if chapter in written and (row.id, chapter) not in taught
    ]


def page(root: Path) -> str:
    """The page as Markdown, a table for each source."""
    where: dict[str, list[Place]] = {}
    for place in places(root):
        known = where.setdefault(place.tag, [])
        if place not in known:
            known.append(place)
    known_rows = rows(root)
    covered = sum(row.id in where for row in known_rows)
    lines = [
        "# What the course covers, and where",
        "",
        "Made by `course coverage` from `chapters/coverage.csv` and the tags of the cells; a test fails when this page",
        "is out of date, or when a chapter owes a row that none of its cells carries. Errors are tags of cells too.",
        "",
        f"{covered} of {len(known_rows)} rows are taught; the others belong to chapters that are not written yet.",
    ]
    for group, title in TITLES.items():
        lines += ["", f"## {title}", "", "| id | what | errors | where |", "|---|---|---|---|"]
        for row in known_rows:
            if row.group == group:
                links = "<br>".join(place.link for place in where.get(row.id, ()))
                later = f"later: {', '.join(row.chapters)}"
                lines.append(f"| {row.id} | {row.what} | {', '.join(row.errors)} | {links or later} |")
    return "\n".join(lines) + "\n"


@click.command()
def coverage() -> None:
    """Say where each concept of the sources is taught; write docs/coverage.md."""
    PAGE.write_text(page(ROOT), encoding="utf-8")
    click.echo(f"Wrote {PAGE.relative_to(ROOT)}.")
    if gaps := missing(ROOT):
        raise click.ClickException("\n".join(["Tag the cells that teach these, or write them:", *gaps]))
