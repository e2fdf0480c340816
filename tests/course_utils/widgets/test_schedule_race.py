"""Three schedules on a network."""

import re

import numpy as np
import pytest

from course_utils import widgets
from course_utils.descent import minibatches
from course_utils.layers import Dense, ReLU
from course_utils.losses import bce_with_logits
from course_utils.network import Network
from course_utils.widgets.schedule_race import BATCH, LOOKS, SCHEDULES, losses, lower, network, points, starts, verdict


def library():
    return Network([Dense(2, 16), ReLU(), Dense(16, 1)], bce_with_logits, np.float64)


def test_loss_and_gradient_of_many_networks_are_those_of_the_library():
    rng, net = np.random.default_rng(0), library()
    theta, x, y = rng.normal(size=(3, 4, 65)), rng.normal(size=(4, 7, 2)), rng.integers(0, 2, size=(4, 7)).astype(float)
    loss, g = network(theta, x, y)
    for i, j in np.ndindex(3, 4):
        value, slope = net.value_and_grad(theta[i, j], (x[j], y[j][:, None]))
        assert loss[i, j] == pytest.approx(value, rel=1e-12)
        np.testing.assert_allclose(g[i, j], slope, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", LOOKS)
def test_a_run_is_the_same_as_a_loop_over_the_librarys_network(name):
    (x, y), net, rng, rate = points("overlap"), library(), np.random.default_rng(1), SCHEDULES[name](2.0, 100)
    theta, t = starts()[1].copy(), 0
    while t < 100:
        for batch in minibatches(len(x), BATCH, rng):
            if t < 100:
                theta = theta - rate(t) * net.value_and_grad(theta, (x[batch], y[batch][:, None]))[1]
                t += 1
    end = net.value_and_grad(theta, (x, y[:, None]), False)[0]
    assert losses("overlap", 2.0, 100)[-1, list(LOOKS).index(name), 1] == pytest.approx(end, rel=1e-9)


def test_falling_rates_win_where_classes_overlap_and_the_constant_one_where_they_can_be_parted():
    overlap, parted = (lower(losses(classes, 4.0, 300)[-1]) for classes in ("overlap", "can be parted"))
    assert overlap == [("cosine", "constant"), ("one-cycle", "constant")]
    assert parted == [("constant", "cosine"), ("constant", "one-cycle")]


def test_a_difference_counts_only_where_the_ranges_do_not_meet():
    ends = np.array([[1.0, 2, 3], [0.1, 0.2, 0.3], [0.25, 0.5, 0.9]])
    assert lower(ends) == [("cosine", "constant"), ("one-cycle", "constant")]
    assert verdict("overlap", 1.0, 100, np.ones((3, 3))).endswith("All ranges meet: three seeds show no winner.")


def test_the_sentence_says_the_medians_and_ranges_of_the_ends():
    end, says = losses("overlap", 4.0, 300)[-1], widgets.schedule_race().picture.says
    said = re.findall(r"([a-z-]+) ([\d.]+) \(([\d.]+) to ([\d.]+)\)", says)
    assert [row[0] for row in said] == list(LOOKS)
    numbers = np.array([[float(n) for n in row[1:]] for row in said])
    np.testing.assert_allclose(numbers, np.c_[np.median(end, axis=1), end.min(axis=1), end.max(axis=1)], rtol=0.06)


@pytest.mark.parametrize("change", [{"classes": "can be parted"}, {"lr": 0.5}, {"steps": 200}])
def test_each_control_changes_the_sentence(change):
    assert widgets.schedule_race(**change).picture.says != widgets.schedule_race().picture.says


def test_schedule_race_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.schedule_race(), sample=4)
