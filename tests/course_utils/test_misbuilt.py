"""Each switch makes its bug and nothing else."""

from __future__ import annotations

import re

import numpy as np
import pytest

from course_utils.descent import minimize
from course_utils.misbuilt import BUGS, MisbuiltAdam
from course_utils.objectives import Quadratic
from course_utils.optimizers import SGD, Adam
from course_utils.reddi import reddi
from course_utils.tables import Table

BOWL = Quadratic([1, 20])


def _first_step(*bugs: str, g: float = 0.5, planned: int = 1000) -> float:
    adam = MisbuiltAdam(1.0, bugs=set(bugs), planned=planned)
    theta, _ = adam.step(np.zeros(1), np.array([g]), adam.init(np.zeros(1)), 1, 1.0)
    return float(-theta[0])


def test_without_bugs_it_is_adam() -> None:
    assert np.array_equal(
        minimize(BOWL, [1.0, 1.0], MisbuiltAdam(0.1), 50).theta, minimize(BOWL, [1.0, 1.0], Adam(0.1), 50).theta
    )


@pytest.mark.parametrize("bug", BUGS)
def test_every_bug_changes_the_path(bug: str) -> None:
    with np.errstate(all="ignore"):
        wrong = minimize(BOWL, [1.0, 1.0], MisbuiltAdam(0.1, bugs={bug}, eps=1e-3), 10).theta
    right = minimize(BOWL, [1.0, 1.0], MisbuiltAdam(0.1, eps=1e-3), 10).theta
    assert not np.array_equal(wrong, right)


def test_first_steps_have_the_lengths_of_the_chapter() -> None:
    assert np.isclose(_first_step("no bias correction"), 3.1622776602)
    assert np.isclose(_first_step("m corrected only"), 31.6227766017)
    assert np.isclose(_first_step("v corrected only"), 0.1)
    assert np.isclose(_first_step("eps inside", g=1e-4), 0.707107, atol=1e-6)
    assert np.isclose(_first_step("planned steps", planned=1), 1.0)
    assert np.isnan(_first_step("t from zero"))
    assert np.isclose(_first_step("ascent"), -1.0)


def test_planned_steps_with_one_beta_reproduce_the_published_first_steps() -> None:
    """errors.md E01: θ₁ after one step for iterations = 1 / 2 / 5 / 20 / 1000 with α = .1 and β = .9 for both."""
    steps = [
        0.1 * float(-MisbuiltAdam(1.0, 0.9, 0.9, bugs={"planned steps"}, planned=n)
                    .step(np.zeros(1), np.array([1.0]), MisbuiltAdam(1.0).init(np.zeros(1)), 1, 1.0)[0][0])
        for n in (1, 2, 5, 20, 1000)
    ]
    assert np.allclose(steps, [0.100, 0.0725, 0.0494, 0.0337, 0.0316], atol=5e-5)


def test_an_unknown_bug_is_refused_with_the_names() -> None:
    with pytest.raises(ValueError, match=re.escape("no bug is called 'typo': the switches have names. Try one of [")):
        MisbuiltAdam(0.1, bugs={"typo"})


@pytest.mark.parametrize(
    ("c", "steps", "match"), [(2.0, 10, "c - 2 must be positive"), (3.0, 0, "steps must be a whole number")]
)
def test_reddi_refuses_what_the_theorem_excludes(c: float, steps: int, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        reddi(SGD(0.1), c, steps)


def test_reddi_needs_a_plain_rate() -> None:
    with pytest.raises(ValueError, match="lr must be a number"):
        reddi(SGD(lambda t: 0.1), 3.0, 10)


def test_a_table_reads_in_text_and_in_html() -> None:
    table = Table(["n", "x"], [[1000, 0.5], [2, None]])
    assert repr(table) == "    n     x\n1,000   0.5\n    2  None"
    assert "<td style='text-align:right'>1,000</td>" in table._repr_html_()


def test_a_table_with_a_ragged_row_is_refused() -> None:
    with pytest.raises(ValueError, match="a row has 1 entries, the header 2"):
        Table(["a", "b"], [[1]])
