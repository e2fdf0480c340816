"""Each written chapter teaches what it owes, and the page says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_tools.coverage import PAGE, missing, page, places, rows
from course_tools.pythons import ROOT

CSV = "id,what,chapters,errors\nS1-11,the formula of gradient descent,05 09,E21 E22\nM06,it always falls,05 14,\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A course of one chapter that owes two rows."""
    folder = tmp_path / "chapters" / "ch05_tiny"
    folder.mkdir(parents=True)
    (tmp_path / "chapters" / "coverage.csv").write_text(CSV, encoding="utf-8")
    (folder / "lesson.md").write_text(
        '+++ {"tags": ["S1-11"]}\n\n# 5 · Tiny\n\n+++\n\n## 5.1 A step\n\n'
        "```{code-cell} ipython3\n---\ntags: [M06]\n---\n1\n```\n",
        encoding="utf-8",
    )
    return tmp_path


def test_every_written_chapter_teaches_what_it_owes() -> None:
    assert missing(ROOT) == []


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(ROOT), "Run `course coverage`."


def test_every_id_is_listed_once_and_every_tag_of_its_kind_is_listed() -> None:
    ids = [row.id for row in rows(ROOT)]
    assert len(set(ids)) == len(ids)
    assert {place.tag for place in places(ROOT) if place.tag[0] in "SM"} <= set(ids)


def test_a_tag_belongs_to_the_heading_above_it_or_in_it(small: Path) -> None:
    found = {place.tag: (place.heading, place.chapter) for place in places(small)}
    assert found == {"S1-11": ("5 · Tiny", "05"), "M06": ("5.1 A step", "05")}


def test_a_debt_without_a_cell_is_told_and_later_chapters_owe_nothing_yet(small: Path) -> None:
    assert missing(small) == []
    lesson = small / "chapters" / "ch05_tiny" / "lesson.md"
    lesson.write_text(lesson.read_text(encoding="utf-8").replace("M06", "hide-input"), encoding="utf-8")
    assert missing(small) == ["chapter 05: M06, it always falls"]
    assert "| M06 | it always falls |  | later: 05, 14 |" in page(small)
