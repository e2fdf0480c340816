"""Live figures: each is a function that returns a :class:`LiveFigure`, to be the last line of a cell.

from course_utils import widgets
widgets.parabola()
"""

from course_utils.widgets.asking import Prediction
from course_utils.widgets.attention_map import attention_map
from course_utils.widgets.backprop_graph import backprop_graph
from course_utils.widgets.bias_variance import bias_variance
from course_utils.widgets.bn_scale import bn_scale
from course_utils.widgets.bug_map import bug_map
from course_utils.widgets.confusion import confusion
from course_utils.widgets.difference_error import difference_error
from course_utils.widgets.dropout import dropout
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.eps_scale import eps_scale
from course_utils.widgets.factor_map import factor_map
from course_utils.widgets.gates import gates
from course_utils.widgets.gradient_sequences import gradient_sequences
from course_utils.widgets.journey import journey
from course_utils.widgets.kernel_editor import kernel_editor
from course_utils.widgets.kink import kink
from course_utils.widgets.landscape import landscape
from course_utils.widgets.logit_gradient import logit_gradient
from course_utils.widgets.loss_shapes import loss_shapes
from course_utils.widgets.misbuilt_adam import misbuilt_adam
from course_utils.widgets.moments import moments
from course_utils.widgets.neuron import neuron
from course_utils.widgets.noise_floor import noise_floor
from course_utils.widgets.onion import onion
from course_utils.widgets.parabola import parabola
from course_utils.widgets.patience import patience
from course_utils.widgets.planted_bug import planted_bug
from course_utils.widgets.playground import playground
from course_utils.widgets.race import race
from course_utils.widgets.range_test import range_test
from course_utils.widgets.rare_features import rare_features
from course_utils.widgets.rate_sensitivity import rate_sensitivity
from course_utils.widgets.ravine import ravine
from course_utils.widgets.reddi import reddi
from course_utils.widgets.relu_sum import relu_sum
from course_utils.widgets.rmsprop_floor import rmsprop_floor
from course_utils.widgets.schedule_designer import schedule_designer
from course_utils.widgets.schedule_race import schedule_race
from course_utils.widgets.signal_propagation import signal_propagation
from course_utils.widgets.spring import spring
from course_utils.widgets.stability_map import stability_map
from course_utils.widgets.training import training
from course_utils.widgets.wilson import wilson
from course_utils.widgets.work_race import work_race

__all__ = [
    "LiveFigure",
    "Prediction",
    "attention_map",
    "backprop_graph",
    "bias_variance",
    "bn_scale",
    "bug_map",
    "confusion",
    "difference_error",
    "dropout",
    "eps_scale",
    "factor_map",
    "gates",
    "gradient_sequences",
    "journey",
    "kernel_editor",
    "kink",
    "landscape",
    "logit_gradient",
    "loss_shapes",
    "misbuilt_adam",
    "moments",
    "neuron",
    "noise_floor",
    "onion",
    "parabola",
    "patience",
    "planted_bug",
    "playground",
    "race",
    "range_test",
    "rare_features",
    "rate_sensitivity",
    "ravine",
    "reddi",
    "relu_sum",
    "rmsprop_floor",
    "schedule_designer",
    "schedule_race",
    "signal_propagation",
    "spring",
    "stability_map",
    "training",
    "wilson",
    "work_race",
]
