"""The journey of Adam: reach against way (E30)."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.journey import STARTS, draw, runs


@pytest.mark.parametrize(("w0", "prediction"), [(-1.5, -4.10), (0.0, 5.98), (0.5, 7.54)])
def test_a_thousand_steps_of_rate_1e_3_predict_what_the_audit_measured(w0, prediction):
    here = np.abs(STARTS - w0).argmin()
    assert runs(1e-3, 1000)[-1, here] @ [1, 8] == pytest.approx(prediction, abs=0.006)


def test_rate_0_1_predicts_8_from_every_start():
    assert runs(0.1, 1000)[-1] @ [1, 8] == pytest.approx(np.full(35, 8.0), abs=1e-3)


def test_w_stays_inside_its_cone():
    away = np.abs(runs(1e-3, 1000)[:, :, 1] - STARTS)
    assert np.all(away <= 1e-3 * np.arange(1001)[:, None] + 1e-9)


def test_says_compares_reach_and_way_and_gives_the_prediction():
    says = draw(1e-3, 1000, -1.5).says
    for words in ("α × steps = 1 and w must travel 2.5", "too short a reach", "−4.1 (right: 8)", "20 of 35 starts"):
        assert words in says
    assert "within reach" in draw(0.01, 1000, -1.5).says


def test_steps_within_one_block_are_one_run():
    assert draw(1e-3, 400, 0.5).panels[0].layers[2].y[-1] == runs(1e-3, 1000)[400, 22, 1]


def test_journey_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.journey())
