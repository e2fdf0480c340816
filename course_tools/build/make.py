"""Which function gives the notebooks of which folder."""

from __future__ import annotations

from course_tools.build.exercise import make_exercise, make_solution
from course_tools.build.lesson import make_lesson
from course_tools.build.notebook import Made
from course_tools.build.work import Job

MAKERS = {"notebooks": make_lesson, "solutions": make_solution, "exercises": make_exercise}


def make(job: Job) -> Made:
    """The cells of one notebook, not yet executed."""
    return MAKERS[job.kind.folder](job.chapter)
