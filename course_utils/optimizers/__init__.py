"""Optimizers, one file each. Each is a frozen set of hyper-parameters with two pure methods.

``.init(theta) -> state`` and ``.step(theta, g, state, t, lr) -> (theta, state)``; inputs are never modified,
``t`` counts from 1, leading axes of ``theta`` are runs. The loop is :func:`course_utils.descent.minimize`.
"""

from typing import Any, ClassVar, Protocol

from course_utils.checks import Array, Rate
from course_utils.optimizers.adadelta import Adadelta
from course_utils.optimizers.adagrad import Adagrad
from course_utils.optimizers.adam import Adam
from course_utils.optimizers.adamax import AdaMax
from course_utils.optimizers.adamw import AdamW
from course_utils.optimizers.amsgrad import AMSGrad
from course_utils.optimizers.lion import Lion
from course_utils.optimizers.momentum import Momentum
from course_utils.optimizers.nadam import NAdam
from course_utils.optimizers.nesterov import Nesterov
from course_utils.optimizers.radam import RAdam
from course_utils.optimizers.rmsprop import RMSprop
from course_utils.optimizers.sgd import SGD

__all__ = [
    "SGD",
    "AMSGrad",
    "AdaMax",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Lion",
    "Momentum",
    "NAdam",
    "Nesterov",
    "Optimizer",
    "RAdam",
    "RMSprop",
]


class Optimizer(Protocol):
    """What every optimizer offers."""

    elementwise: ClassVar[bool]
    """True when each parameter's update depends on that parameter's own history only."""

    @property
    def lr(self) -> Rate: ...

    def init(self, theta: Array) -> Any: ...

    def step(self, theta: Array, g: Array, state: Any, t: int, lr: float | Array) -> tuple[Array, Any]: ...
