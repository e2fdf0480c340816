"""The range test as a figure."""

import pytest

from course_utils import widgets
from course_utils.widgets.range_test import CHANCE, TRAINED, trained
from course_utils.widgets.range_test import tested as ranged


def test_both_panels_begin_with_the_same_weights_and_the_same_batch():
    assert ranged("SGD", 0.9, 20, 3).loss[0] == pytest.approx(trained("SGD", 20, 0.5, 3).loss[0], rel=1e-6)


def test_the_edge_lies_between_the_fastest_fall_and_the_blow_up():
    test = ranged("SGD", 0.9, 20, 0)
    assert test.blew_up
    assert test.lowest < test.blow_up
    assert test.suggestion < test.edge < test.blow_up


def test_a_tenth_of_the_edge_trains_and_ten_edges_do_not():
    for seed in range(3):
        test = ranged("SGD", 0.9, 20, seed)
        good, bad = (trained("SGD", 20, lr, seed).loss[-10:].mean() for lr in (test.suggestion, 10 * test.edge))
        assert good < CHANCE
        assert not bad < good


def test_the_trace_has_a_loss_for_each_step():
    assert trained("Adam", 20, 0.01, 0).loss.shape == (TRAINED + 1,)


def test_the_sentence_names_a_rate_that_diverges():
    assert "Training at α = 100 diverges." in widgets.range_test(lr=100.0).picture.says


def test_range_test_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.range_test())
