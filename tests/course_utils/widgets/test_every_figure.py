"""Every public figure at random values of all its controls, and with all of them at their ends at once."""

import random
import re

import pytest

from course_utils import widgets
from course_utils.widgets.controls import Choice, Sketch, Switch
from course_utils.widgets.project import project

NAMES = [name for name in widgets.__all__ if name.islower()]


def anywhere(control, rng):
    """A random position of a control."""
    match control:
        case Switch():
            return rng.random() < 0.5
        case Choice():
            return rng.choice(control.options)
        case Sketch():
            return tuple(rng.uniform(control.lo, control.hi) for _ in range(rng.randint(1, control.most)))
        case _:
            return rng.choice(control.positions())


def test_there_are_figures():
    assert len(NAMES) > 30


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_draws_and_speaks_at_random_values_of_all_its_controls(name):
    rng, figure = random.Random(name), getattr(widgets, name)()
    for _ in range(6):
        figure.set(**{control.name: anywhere(control, rng) for control in figure.controls.values()})
        assert figure.error is None
        assert figure.picture.says
        assert figure.picture.alt
        assert not re.search(r"\b(nan|inf)\b", figure.picture.says), (figure.params, figure.picture.says)
        for panel in figure.picture.panels:
            assert project(panel), panel.title
