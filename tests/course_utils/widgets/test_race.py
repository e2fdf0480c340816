"""The race in the ravine."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import SGD
from course_utils.widgets.race import HOME, arrivals, best_pair, distances, sweep


@pytest.mark.parametrize(
    ("kappa", "counts"), [(10.0, (69, 27, 43)), (100.0, (691, 93, 155)), (1000.0, (6908, 315, 508))]
)
def test_the_steps_until_home_are_those_of_o03(kappa, counts):
    assert tuple(arrivals(kappa).values()) == counts


def test_the_runs_drawn_arrive_when_the_counts_say():
    runs, counts = distances(10.0, 80), arrivals(10.0)
    assert {name: int(np.argmax(d <= HOME)) for name, d in runs.items()} == counts


def test_gradient_descent_is_the_librarys_sgd():
    sgd = minimize(Quadratic([1.0, 30.0]), [1.0, 1.0], SGD(2 / 31), 50).theta
    np.testing.assert_array_equal(distances(30.0, 50)["GD"], np.linalg.norm(sgd, axis=-1) / np.sqrt(2))


def test_polyaks_pair_is_that_of_o04():
    assert best_pair(100.0) == pytest.approx((0.0330578512, 0.6694214876))


def test_steps_grow_with_kappa_and_with_its_root():
    log_kappa = np.log(np.geomspace(2, 1000, 14)[5:])
    slopes = {name: np.polyfit(log_kappa, np.log(steps[5:]), 1)[0] for name, steps in sweep().items()}
    assert slopes == pytest.approx({"GD": 1, "heavy ball": 0.5, "Nesterov": 0.5}, abs=0.06)


def test_the_sentence():
    assert widgets.race().picture.says == (
        "κ = 100: home after 691 steps of gradient descent, 93 of heavy ball, 155 of Nesterov: heavy ball is 7.4 times "
        "faster. Steps grow with κ for the first, with √κ = 10 for the others."
    )


def test_race_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.race())
