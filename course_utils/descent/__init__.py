"""The loops: ``minimize`` for objectives, ``train`` for networks, and the in-place update that they share."""

from course_utils.descent.batches import minibatches
from course_utils.descent.blocks import advance, blocked_step, update
from course_utils.descent.callbacks import Callback, Progress
from course_utils.descent.early_stopping import EarlyStopping
from course_utils.descent.history import History
from course_utils.descent.lengths import clip, norm
from course_utils.descent.loop import minimize
from course_utils.descent.ticking import ticks
from course_utils.descent.training import evaluate, train

__all__ = [
    "Callback",
    "EarlyStopping",
    "History",
    "Progress",
    "advance",
    "blocked_step",
    "clip",
    "evaluate",
    "minibatches",
    "minimize",
    "norm",
    "ticks",
    "train",
    "update",
]
