"""How good are these answers? Numbers for reading, not for descending: most have no useful gradient.

Predictions come first, the truth second, as in :mod:`course_utils.losses`. Where a share has an empty denominator, the
answer is ``zero_division``, 0 by default, and the docstring says when that happens.
"""

from course_utils.metrics.classification import accuracy, confusion_matrix, f1, per_class, precision, recall
from course_utils.metrics.ranking import mrr, ndcg_at_k, precision_at_k, recall_at_k
from course_utils.metrics.regression import mae, rmse

__all__ = [
    "accuracy",
    "confusion_matrix",
    "f1",
    "mae",
    "mrr",
    "ndcg_at_k",
    "per_class",
    "precision",
    "precision_at_k",
    "recall",
    "recall_at_k",
    "rmse",
]
