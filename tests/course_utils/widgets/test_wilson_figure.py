"""Wilson's data as a figure."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.data import wilson
from course_utils.descent import minimize
from course_utils.objectives import LinearRegression
from course_utils.optimizers import SGD, Adam
from course_utils.widgets.wilson import METHODS, fit


@pytest.mark.parametrize(("positives", "n"), [(0.75, 30), (0.6, 20), (0.9, 10), (0.55, 60)])
def test_the_ends_are_the_two_solutions_of_section_11_6(positives, n):
    data = wilson(n, 400, np.random.default_rng(0), positives)
    least_norm = LinearRegression(data.x_train, data.y_train).optimum[:3]
    for name in METHODS:
        end = least_norm if name in ("SGD", "momentum") else 0.25
        np.testing.assert_allclose(fit(name, positives, n, 1.0).theta[-1], end, atol=1e-4)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("positives", [0.6, 0.75, 0.9])
def test_adaptive_methods_are_right_on_the_positives_only(name, positives):
    end = fit(name, positives, 30, 1.0)
    assert end.loss[-1] < 1e-6
    assert end.train == 1
    assert end.test[-1] == pytest.approx(1 if name in ("SGD", "momentum") else positives)


@pytest.mark.parametrize(("name", "optimizer"), [("SGD", SGD(0.05)), ("Adam", Adam(0.005))])
def test_accuracies_are_those_of_the_whole_weight_vector(name, optimizer):
    data = wilson(30, 400, np.random.default_rng(0))
    theta = minimize(LinearRegression(data.x_train, data.y_train), np.zeros(153), optimizer, 300).theta
    right = (np.sign(theta @ data.x_test.T) == data.y_test).mean(axis=1)
    np.testing.assert_allclose(fit(name, 0.75, 30, 0.5).test, right)


def test_the_rate_does_not_change_where_they_end():
    for name in METHODS:
        np.testing.assert_allclose(fit(name, 0.75, 30, 0.5).theta[-1], fit(name, 0.75, 30, 2.0).theta[-1], atol=1e-3)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "153 weights. After 300 steps all have a training loss below 1e−6, 100 % right. Test: SGD 100 %"),
        ({}, "Adam 75 %, θ = (0.25, 0.25, 0.25)."),
        ({"positives": 0.6, "n": 20}, "n = 20, 60 % positive, 103 weights."),
        ({"positives": 0.6, "n": 20}, "Adagrad 60 %"),
        ({"scale": 0.1}, "the training loss is not yet 0 for all: SGD 2.5e−5, Adagrad 0.013, Adam 0.03."),
        ({"scale": 10}, "SGD diverged. Test: momentum 100 %"),
    ],
)
def test_the_sentence_says_what_the_runs_did(values, said):
    assert said in widgets.wilson(**values).picture.says


def test_wilson_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.wilson(), sample=8)
