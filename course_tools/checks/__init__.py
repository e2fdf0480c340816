"""What must hold of the committed files, each rule one function `root -> list[Problem]` that runs no lesson."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from course_tools.build.problem import Problem
from course_tools.checks.alt import alt
from course_tools.checks.drift import drift
from course_tools.checks.forbidden import forbidden
from course_tools.checks.leak import leak
from course_tools.checks.length import length
from course_tools.checks.links import links
from course_tools.checks.tags import tags

Check = Callable[[Path], list[Problem]]
ALL: dict[str, Check] = {
    "drift": drift,
    "leak": leak,
    "tags": tags,
    "length": length,
    "alt": alt,
    "links": links,
    "forbidden": forbidden,
}
