"""The map of stable rates and β."""

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.stability_map import BETAS, RADIUS, RATES, SIDE, losses, one, radius


def test_forty_thousand_runs():
    assert losses(10.0, False).shape == (SIDE, SIDE)
    assert SIDE**2 == 40_000


@pytest.mark.parametrize("ema", [False, True])
@pytest.mark.parametrize(("row", "column"), [(0, 50), (100, 100), (190, 80)])
def test_a_cell_of_the_map_is_the_run_there(row, column, ema):
    run = one(10.0, ema, float(RATES[column]), float(BETAS[row]))
    assert losses(10.0, ema)[row, column] == pytest.approx(run.loss[60] / run.loss[0], rel=1e-9)


def test_spectral_radius_at_the_border_is_that_of_o05():
    for ema, limit in ((False, 3.8), (True, 38.0)):
        inside, outside = (float(radius(np.array(limit * s), np.array(0.9), 1.0, ema)) for s in (0.999, 1.001))
        assert (inside, outside) == pytest.approx((0.94868, 1.03009), abs=5e-6)


def test_underdamped_runs_shrink_by_the_root_of_beta_whatever_the_rate():
    assert float(radius(np.array(1.0), np.array(0.9), 1.0, False)) == pytest.approx(0.9486832981, rel=1e-9)
    assert float(radius(np.array(2.0), np.array(0.9), 1.0, False)) == pytest.approx(0.9486832981, rel=1e-9)


def test_the_best_pair_is_that_of_o04():
    says = widgets.stability_map(kappa=100).picture.says
    assert says.endswith("Theory's best pair is α·L = 3.31, β = 0.669: √β = 0.818 a step.")
    best = radius(np.array(3.30578512), np.array(0.6694214876), 100.0, False)
    assert float(best) == pytest.approx(0.8181818, abs=1e-4)


def test_the_map_diverges_beyond_the_border_of_theory_and_only_there():
    for ema in (False, True):
        limit = 2 * (1 + BETAS) / ((1 - BETAS) if ema else 1)  # (200,)
        found = losses(10.0, ema)
        beyond = RATES[None] > 1.1 * limit[:, None]
        assert (found[beyond & (BETAS < 0.9)[:, None]] > 1).all()
        assert (found[(RATES[None] < 0.9 * limit[:, None]) & (BETAS < 0.5)[:, None]] < 1).all()


def test_pointing_at_the_map_moves_the_ring_and_its_run_but_not_the_map():
    figure = widgets.stability_map()
    kept = figure.canvas.kept
    figure.canvas.dragged = {"rate": 3.4, "beta": 0.2}
    assert (figure.params["rate"], figure.params["beta"]) == (pytest.approx(3.4, rel=0.05), 0.2)
    assert "diverges: at β = 0.2 the border is α·L = 2.4" in figure.picture.says
    assert figure.canvas.kept == kept
    assert figure.picture.panels[0].point == ("rate", "beta")


def test_the_other_convention_moves_the_border():
    assert "the border is α·L = 3." in widgets.stability_map().picture.says
    assert "the border is α·L = 6." in widgets.stability_map(ema=True).picture.says


def test_both_shades_leave_what_diverges_gray():
    for shade in (RADIUS, "loss after 60 steps"):
        heat = widgets.stability_map(shade=shade).picture.panels[0].layers[0]
        assert np.isnan(heat.values[:, -1]).all()
        assert np.isfinite(heat.values[0, :100]).all()


def test_stability_map_survives_its_corners(survives_its_corners):
    survives_its_corners(widgets.stability_map())
