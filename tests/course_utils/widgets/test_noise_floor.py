"""The floor under noisy descent."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.noise_floor import DECAY, MEAN, PLAIN, SAME, SCALED, floor, later_half, left_of_start, paths


@pytest.mark.parametrize(("lr", "variance"), [(0.1, 0.0526315789), (0.5, 0.3333333), (1.0, 1.0)])
def test_the_floor_of_sgd_is_that_of_o18(lr, variance):
    assert 2 * floor(PLAIN, lr, 1.0) == pytest.approx(variance, rel=1e-6)


@pytest.mark.parametrize("method", [PLAIN, SAME, SCALED])
@pytest.mark.parametrize("lr", [0.1, 0.5, 1.5])
def test_the_runs_settle_on_the_floor_of_theory(method, lr):
    settled = 0.5 * np.mean(paths(method, lr, 0.7)[300:] ** 2)
    assert settled == pytest.approx(floor(method, lr, 0.7), rel=0.1)


def test_momentum_at_the_same_rate_has_a_floor_about_ten_times_higher_and_scaled_the_same():
    plain = floor(PLAIN, 0.05, 1.0)
    assert floor(SAME, 0.05, 1.0) / plain == pytest.approx(10, rel=0.03)
    assert floor(SCALED, 0.05, 1.0) / plain == pytest.approx(1, rel=0.03)


def test_one_over_t_and_averaging_go_below_the_floor():
    for method in (DECAY, MEAN):
        assert np.mean(paths(method, 0.5, 1.0)[-1] ** 2) < 0.1 * 2 * floor(PLAIN, 0.5, 1.0)


def test_the_mean_of_the_path_is_over_its_later_half():
    x = np.arange(5.0)[:, None]
    np.testing.assert_allclose(later_half(x)[:, 0], [0, 1, 1.5, 2.5, 3])


def test_ten_times_the_batch_lowers_the_floor_tenfold_and_the_sentence_says_the_floor():
    assert widgets.noise_floor().picture.says == (
        "SGD, B = 1, α = 0.2: mean loss over the last 50 steps 0.0559, floor in theory 0.0556. "
        "It falls like α and like 1/B, but never to 0."
    )
    assert "floor in theory 0.00556" in widgets.noise_floor(batch=10).picture.says


def test_noise_floor_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.noise_floor())


@pytest.mark.parametrize("method", [PLAIN, SCALED, DECAY, MEAN])
def test_a_run_at_a_small_rate_is_said_to_be_on_its_way(method):
    says = widgets.noise_floor(method=method, lr=0.01).picture.says
    assert "is left of the start: it has not arrived." in says
    assert ("It has no floor; that of SGD is 0.00251." in says) == (method in (DECAY, MEAN))
    assert "it has not arrived" not in widgets.noise_floor(method=method, lr=1.0).picture.says


def test_what_is_left_of_the_start_is_the_product_of_the_factors():
    rates = 1 / (100 + np.arange(400))
    x = 3 * np.cumprod(1 - rates)
    assert left_of_start(DECAY, 0.01) == pytest.approx(0.5 * np.mean(x[-50:] ** 2))
    seen = np.mean(0.5 * paths(DECAY, 0.01, 1.0)[-50:] ** 2)
    share = round(100 * left_of_start(DECAY, 0.01) / seen)
    assert f"; {share} % of that is left of the start" in widgets.noise_floor(method=DECAY, lr=0.01).picture.says


@pytest.mark.parametrize("method", [PLAIN, DECAY, MEAN])
def test_without_noise_nobody_has_a_floor(method):
    assert widgets.noise_floor(method=method, sigma=0).picture.says.endswith("Without noise there is no floor.")


def test_the_floor_is_drawn_over_the_curve():
    kinds = [type(layer).__name__ for layer in widgets.noise_floor().picture.panels[1].layers]
    assert kinds.index("HLine") > kinds.index("Line")
