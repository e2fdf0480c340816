"""Early stopping on a noisy curve."""

import numpy as np

from course_utils.widgets.patience import curve, draw, patience, stopped, truth


def test_without_noise_patience_costs_nothing():
    true = truth()
    assert stopped(true, 1, 0.0) == (true.argmin() + 2, true.argmin() + 1)
    assert "from patience 1 on" in draw(1, 0.0, 0.0, 0).says


def test_it_stops_after_patience_epochs_without_a_better_one():
    loss = np.array([3.0, 2.0, 2.5, 1.5, 1.6, 1.6, 1.6, 1.0])
    assert stopped(loss, 3, 0.0) == (7, 4)
    assert stopped(loss, 4, 0.0) == (8, 8)
    assert stopped(loss, 2, 1.2) == (3, 1)


def test_the_minimum_lies_where_the_docstring_says():
    assert truth().argmin() + 1 == 48


def test_says_where_it_stops_and_what_that_costs():
    assert draw(5, 0.0, 0.02, 0).says == (
        "Patience 5 stops at epoch 36 and restores epoch 31: its loss without noise is 0.458, 0.033 above the best, at "
        "epoch 48. On this curve the cost stays below 0.01 from patience 6 on."
    )


def test_a_large_min_delta_stops_before_the_minimum():
    _, best = stopped(curve(0.0, 0), 5, 0.05)
    assert best < 40


def test_bars_are_the_costs_of_all_patiences():
    bars = draw(5, 0.0, 0.02, 0).panels[1].layers[0]
    for wait in (1, 5, 30):
        best = stopped(curve(0.02, 0), wait, 0.0)[1]
        assert bars.heights[wait - 1] == truth()[best - 1] - truth().min()


def test_patience_survives_its_corners(survives_its_corners):
    survives_its_corners(patience())
