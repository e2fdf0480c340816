"""Weights of features that are seldom there."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.rare_features import STEPS, examples, run


def test_the_features_are_there_as_often_as_said():
    x = np.asarray(examples(0.04).x)
    np.testing.assert_array_equal(x.sum(axis=0), [STEPS, 0.2 * STEPS, 0.04 * STEPS])


def test_sgd_has_one_rate_and_adagrad_more_for_the_rare():
    np.testing.assert_allclose(run("SGD", 0.02, 0.1)[1], 0.1, rtol=1e-6)
    often, sometimes, rarely = run("Adagrad", 0.02, 0.5)[1]
    assert often < sometimes < rarely


def test_a_rate_that_suits_the_frequent_leaves_the_rarest_behind_and_adagrad_fetches_it():
    behind, fetched = (np.abs(1 - run(name, 0.02, lr)[0][-1]) for name, lr in (("SGD", 0.1), ("Adagrad", 0.5)))
    assert behind[2] > 3 * behind[0]
    assert fetched[2] < 0.5 * behind[2]


def test_a_feature_that_is_absent_moves_no_weight_of_sgd():
    w = run("SGD", 0.02, 0.1)[0]
    absent = np.asarray(examples(0.02).x)[:, 2] == 0
    assert not np.diff(w[:, 2])[absent].any()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "never (p). The rarest had 1 times the rate of the one that is always there."),
        ({"optimizer": "Adagrad", "lr": 0.5}, "Adagrad, α = 0.5, p = 0.02: within a tenth for good from step"),
        ({"lr": 1, "frequency": 1}, "SGD, α = 1: the weights leave."),
    ],
)
def test_the_sentence_says_who_came_late(values, said):
    assert said in widgets.rare_features(**values).picture.says


def test_rare_features_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.rare_features())
