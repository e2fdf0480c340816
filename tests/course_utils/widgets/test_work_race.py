"""Gradient descent against SGD, by work and by steps."""

import re

import numpy as np
import pytest

from course_utils import widgets
from course_utils.descent import minimize
from course_utils.objectives import LinearRegression
from course_utils.optimizers import SGD
from course_utils.schedules import Constant, InverseTime
from course_utils.widgets.picture import HLine, Line, VLine
from course_utils.widgets.work_race import (
    CONSTANT,
    FALLING,
    KAPPAS,
    STEPPED,
    WORK,
    WORKED,
    arrival,
    changes,
    data,
    full,
    gap_of_truth,
    leads,
    series,
    stochastic,
    units,
    verdict,
)


def says(**values):
    return widgets.work_race(**values).picture.says


def lines(figure, panel):
    return {layer.label: layer for layer in figure.picture.panels[panel].layers if isinstance(layer, Line)}


def regression(kappa, copies=1):
    z, y, _ = data()
    return LinearRegression(np.tile(z * units(kappa), (copies, 1)), np.tile(y, copies))


@pytest.mark.parametrize("kappa", KAPPAS)
def test_the_condition_is_kappa_and_the_steepest_curvature_2(kappa):
    curvatures = np.linalg.eigvalsh(regression(kappa).hessian)
    assert curvatures[-1] == pytest.approx(2)
    assert curvatures[-1] / curvatures[0] == pytest.approx(kappa)


def test_gradient_descent_on_ten_real_copies_takes_the_same_steps():
    loss = regression(10, copies=10)
    run = minimize(loss, loss.start, SGD(2 / (2 + 0.2)), 20).loss - loss.value(loss.optimum)
    np.testing.assert_allclose(run / run[0], full(10)[:21], rtol=1e-9)


@pytest.mark.parametrize(("kappa", "batch", "schedule"), [(1, 1, CONSTANT), (30, 5, FALLING), (100, 20, FALLING)])
def test_sgd_is_that_of_the_library_on_the_same_rows(kappa, batch, schedule):
    loss, steps, drawn = regression(kappa), 60, WORK // batch
    rows = np.random.default_rng(1).integers(loss.n, size=(drawn + 1, 8, batch))
    alpha = 1 / (2 + np.trace(loss.hessian) / batch)
    rate = Constant(alpha) if schedule == CONSTANT else InverseTime(alpha, alpha * (2 / kappa) / 2)
    runs = [minimize(loss, loss.start, SGD(rate), steps, batches=rows[:, r]).loss for r in range(8)]
    gap = np.mean(runs, axis=0) - loss.value(loss.optimum)
    np.testing.assert_allclose(series(kappa, batch, schedule)["SGD"][: steps + 1], gap / gap[0], rtol=1e-9)


def test_the_gap_of_the_truth_is_that_of_the_true_weights():
    loss, (_, _, w) = regression(1), data()
    least = loss.value(loss.optimum)
    assert gap_of_truth() == pytest.approx((loss.value(w) - least) / (loss.value(np.zeros(8)) - least))


def test_one_over_t_falls_like_1_over_the_work_and_a_constant_rate_stays_on_a_floor():
    falling, constant = (series(10, 1, rule)["SGD"] for rule in (FALLING, CONSTANT))
    assert falling[7000:].mean() / falling[1750:2000].mean() == pytest.approx(0.25, rel=0.3)
    assert constant[7000:].mean() / constant[1750:2000].mean() == pytest.approx(1, rel=0.2)


def test_the_lead_changes_hands_where_the_curves_cross():
    gaps = {"GD": np.array([8.0, 4, 2, 1]), "SGD": np.array([8.0, 6, 3, 2.9, 2.8, 2.7, 2.6])}
    who, swaps = changes(gaps, {"GD": 2, "SGD": 1}, 7)
    assert who == ("SGD", "GD")
    assert swaps.tolist() == [4]
    who, swaps = changes(gaps, {"GD": 1, "SGD": 1}, 7)
    assert (who, swaps.tolist()) == (("GD", "GD"), [])


@pytest.mark.parametrize(
    ("who", "swaps", "words"),
    [
        (("GD", "GD"), [], "GD leads all the way"),
        (("SGD", "GD"), [1400], "SGD leads up to 1,400, then GD"),
        (("SGD", "GD"), [5, 7, 9], "SGD leads up to 5, and GD for good from 9"),
        (("SGD", "SGD"), [5, 9], "SGD leads but for stretches between 5 and 9"),
    ],
)
def test_the_lead_in_words(who, swaps, words):
    assert leads(who, np.array(swaps)) == words


def test_the_answer_flips_with_the_axis():
    by_work, by_step = says(), says(axis=STEPPED)
    assert "over example gradients SGD leads up to 2,232, and GD for good from 2,589" in by_work
    assert "over steps GD leads all the way; over example gradients SGD leads" in by_step
    assert "The answer flips with the axis." in by_work
    assert by_work.endswith("GD 2,000, SGD 734.")
    assert by_step.endswith("GD 10, SGD 734.")


def test_an_axis_that_makes_no_difference_is_said_so(monkeypatch):
    same = {"GD": np.geomspace(1, 1e-9, 401), "SGD": np.ones(8001)}
    monkeypatch.setitem(verdict.__globals__, "series", lambda *_: same)
    assert "Both axes say the same." in verdict(WORKED, "10", 1, 1, FALLING)


def test_the_crossing_in_the_sentence_is_that_of_the_runs():
    gaps, x = series(10, 1, FALLING), np.arange(1, WORK + 1)
    behind = x[gaps["GD"][x // 200] >= gaps["SGD"][x]]
    assert f"GD for good from {behind[-1] + 1:,}" in says()
    crossing = [layer.x for layer in widgets.work_race().picture.panels[0].layers if isinstance(layer, VLine)]
    assert crossing == [behind[-1] + 1]


def test_copies_cost_gradient_descent_and_leave_sgd_where_it_is():
    one, ten = widgets.work_race(), widgets.work_race(copies=10)
    np.testing.assert_array_equal(lines(one, 0)["SGD"].y, lines(ten, 0)["SGD"].y)
    np.testing.assert_allclose(10 * lines(one, 1)["GD"].y, lines(ten, 1)["GD"].y)
    np.testing.assert_array_equal(lines(one, 1)["SGD"].y, lines(ten, 1)["SGD"].y)
    assert "2,000 examples, B = 1: over example gradients SGD leads all the way" in ten.picture.says
    assert ten.picture.says.endswith("GD 20,000, SGD 734.")


def test_steps_to_the_truth_grow_like_kappa_for_gradient_descent():
    steps = lines(widgets.work_race(axis=STEPPED), 1)["GD"].y
    model = [1, *(np.ceil(np.log(gap_of_truth()) / 2 / np.log((k - 1) / (k + 1))) for k in KAPPAS[1:])]
    assert np.all(steps <= model)  # every direction shrinks at least by (κ − 1)/(κ + 1)
    assert steps[-1] / steps[-2] == pytest.approx(100 / 30, rel=0.05)


def test_a_constant_rate_with_single_examples_never_comes_as_near_as_the_truth():
    figure = widgets.work_race(schedule=CONSTANT)
    assert figure.picture.says.endswith("SGD not within this run.")
    assert "SGD does not arrive" in [getattr(layer, "text", "") for layer in figure.picture.panels[1].layers]
    assert np.all(stochastic(1)[:, 1] > gap_of_truth())


def test_the_level_of_the_truth_stands_in_the_picture_and_the_sentence():
    level = next(layer.y for layer in widgets.work_race().picture.panels[0].layers if isinstance(layer, HLine))
    assert level == gap_of_truth()
    assert float(re.search(r"the true θ, ([\d.]+):", says()).group(1)) == pytest.approx(level, rel=5e-3)


def test_work_race_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.work_race())


def test_the_arrival_is_the_first_step_at_home_or_none():
    assert arrival(np.array([1.0, 0.5, 0.2, 0.3]), 0.2) == 2
    assert np.isnan(arrival(np.array([1.0, 0.5]), 0.3))
