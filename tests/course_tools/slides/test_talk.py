"""A lesson as a talk: which cell stands on which slide."""

import re

import pytest

from course_tools.build.chapter import Chapter, chapters
from course_tools.pythons import ROOT
from course_tools.slides.talk import talk

LESSON = """\
+++ {"slideshow": {"slide_type": "slide"}}

# 3 · A chapter

One *promise*.

+++ {"slideshow": {"slide_type": "notes"}}

Say hello.

+++

Study prose.

+++ {"slideshow": {"slide_type": "slide"}}

## 3.1 First

**Question.** Why?

+++ {"slideshow": {"slide_type": "notes"}}

Two minutes.

```{code-cell} ipython3
---
slideshow:
  slide_type: slide
---
1 + 1
```

```{code-cell} ipython3
---
slideshow:
  slide_type: fragment
---
2 + 2
```

## 3.2 Second

**Sources.** A. Author 1999.
Another 2001.

**Next.** More.
"""


@pytest.fixture
def given(tmp_path):
    room = tmp_path / "chapters" / "ch03_thing"
    room.mkdir(parents=True)
    (room / "lesson.md").write_text(LESSON)
    (room / "exercises.md").write_text("# Exercises\n\n## 3.1 Do it\n\n## 3.2 Do more\n")
    return talk(Chapter(tmp_path, "ch03_thing"))


def texts(given, slide):
    return [given.cells[number].text.splitlines()[0] for number in slide.cells]


def test_cells_of_type_slide_begin_slides_and_study_prose_stays_out(given):
    shown = [texts(given, slide) for slide in given.slides]
    assert shown == [["# 3 · A chapter"], ["## 3.1 First"], ["1 + 1", "2 + 2"]]


def test_notes_belong_to_the_slide_before_them(given):
    assert [slide.notes for slide in given.slides] == [["Say hello."], ["Two minutes."], []]


def test_a_fragment_comes_with_a_click(given):
    assert given.slides[2].clicks == {given.slides[2].cells[1]}


def test_a_slide_without_a_heading_knows_its_section(given):
    assert [slide.section for slide in given.slides] == ["", "", "3.1 First"]


def test_the_frame_comes_from_the_headings_the_sheet_and_the_sources(given):
    assert (given.title, given.promise) == ("3 · A chapter", "One *promise*.")
    assert given.agenda == ["3.1 First", "3.2 Second"]
    assert given.exercises == ["3.1 Do it", "3.2 Do more"]
    assert given.sources == "A. Author 1999. Another 2001."


def test_minutes_are_what_the_notes_begin_with(given):
    assert [slide.minutes for slide in given.slides] == [0, 2, 0]
    assert given.minutes == 2


@pytest.mark.parametrize("chapter", chapters(ROOT), ids=lambda chapter: chapter.name)
def test_the_page_for_teachers_tells_the_minutes_of_each_talk(chapter):
    page = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| {chapter.name.split('_')[0]} .*?\| (\d+) \|", page, re.MULTILINE)
    assert row, "docs/teaching.md has no row for this chapter"
    assert abs(int(row[1]) - talk(chapter).minutes) <= 10
