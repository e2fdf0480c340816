"""The committed course itself passes every check."""

from __future__ import annotations

import pytest

from course_tools.checks import ALL
from course_tools.pythons import ROOT


@pytest.mark.parametrize("name", ALL)
def test_repository_has_no_problem_of(name: str) -> None:
    assert [str(problem) for problem in ALL[name](ROOT)] == []
