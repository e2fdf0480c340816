"""Fixtures of the authoring tools' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.course_tools.tiny_course import EXERCISES, LESSON, Course


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A tiny course with sources and no notebooks yet."""
    made = Course(tmp_path)
    made.write("chapters/ch05_tiny/lesson.md", LESSON)
    made.write("chapters/ch05_tiny/exercises.md", EXERCISES)
    return made
