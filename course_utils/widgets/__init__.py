"""Live figures: each is a function that returns a :class:`LiveFigure`, to be the last line of a cell.

from course_utils import widgets
widgets.parabola()
"""

from course_utils.widgets.asking import Prediction
from course_utils.widgets.bug_map import bug_map
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.gradient_sequences import gradient_sequences
from course_utils.widgets.journey import journey
from course_utils.widgets.landscape import landscape
from course_utils.widgets.misbuilt_adam import misbuilt_adam
from course_utils.widgets.parabola import parabola
from course_utils.widgets.ravine import ravine
from course_utils.widgets.reddi import reddi

__all__ = [
    "LiveFigure",
    "Prediction",
    "bug_map",
    "gradient_sequences",
    "journey",
    "landscape",
    "misbuilt_adam",
    "parabola",
    "ravine",
    "reddi",
]
