"""Curves that are told apart by color, dash and marker at once."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

from course_utils.checks import Array
from course_utils.widgets.picture import Line, Points


class Look(NamedTuple):
    """How a series is drawn wherever it appears in a figure."""

    color: str
    dash: str
    marker: str
    width: float = 2.0

    def curve(
        self, x: NDArray[Any], y: Array, marks: slice | NDArray[Any], label: str = "", exit: str = ""
    ) -> tuple[Line, Points]:
        """The line through all points, and markers at some."""
        line = Line(x, y, color=self.color, dash=self.dash, width=self.width, label=label, exit=exit)
        return line, Points(x[marks], y[marks], color=self.color, marker=self.marker, size=6)
