"""Functions to descend: test landscapes in a few parameters, and regression on data.

Each offers ``value_and_grad(theta, batch=None) -> (loss, gradient)`` with ``theta`` of shape ``(..., P)``: leading
axes are runs, the loss has shape ``(...)``. ``start`` is a customary starting point and ``optimum`` a minimizer.
Reductions run over trailing axes only, so that a batched run equals the looped runs bit for bit.
"""

from course_utils.objectives.base import Batch, Landscape, Objective
from course_utils.objectives.landscapes import Beale, Himmelblau, Ravine, Rosenbrock, Saddle
from course_utils.objectives.linear import LinearRegression
from course_utils.objectives.logistic import LogisticRegression
from course_utils.objectives.on_data import with_intercept
from course_utils.objectives.quadratic import Quadratic
from course_utils.objectives.softmax import SoftmaxRegression

__all__ = [
    "Batch",
    "Beale",
    "Himmelblau",
    "Landscape",
    "LinearRegression",
    "LogisticRegression",
    "Objective",
    "Quadratic",
    "Ravine",
    "Rosenbrock",
    "Saddle",
    "SoftmaxRegression",
    "with_intercept",
]
