"""What was handed in, from a folder or a zip: plain folders, and the downloads of Canvas and Moodle."""

from __future__ import annotations

from course_tools.grade.intake.gather import intake
from course_tools.grade.intake.model import Intake, Problem, Submission

__all__ = ["Intake", "Problem", "Submission", "intake"]
