"""Bias and variance of polynomial fits."""

import numpy as np
import pytest

from course_utils.widgets.bias_variance import GRID, bias_variance, coefficients, data, draw, errors, truth


def test_the_fit_is_that_of_numpy():
    x, y, _, _ = data(0.3, 20, 0)
    theirs = np.polynomial.Polynomial.fit(x, y, 4)(GRID)
    assert np.polynomial.legendre.legval(GRID, coefficients(4, 0.3, 20, 0)) == pytest.approx(theirs, abs=1e-9)


def test_bias_and_variance_are_the_means_over_many_draws_of_noise():
    x, _, new, _ = data(0.3, 25, 1)
    rng, degree = np.random.default_rng(0), 5
    fits = np.array(
        [
            np.polynomial.Legendre.fit(x, truth(x) + 0.3 * rng.standard_normal(25), degree, domain=[-1, 1])(new)
            for _ in range(4000)
        ]
    )
    sweep = errors(0.3, 25, 1)
    assert np.mean((fits.mean(axis=0) - truth(new)) ** 2) == pytest.approx(sweep.bias2[degree], rel=0.3, abs=1e-4)
    assert np.mean(fits.var(axis=0)) == pytest.approx(sweep.variance[degree], rel=0.1)


def test_training_error_never_rises_with_the_degree():
    assert np.all(np.diff(errors(0.5, 30, 2).train) <= 1e-12)


def test_more_points_move_the_best_degree_up():
    best = [(sweep.bias2 + sweep.variance).argmin() for sweep in (errors(0.3, 20, 0), errors(0.3, 100, 0))]
    assert best[0] < best[1]


def test_without_noise_there_is_no_variance():
    assert np.all(errors(0.0, 30, 0).variance == 0)


def test_says_both_errors_and_what_is_larger():
    assert draw(3, 0.3, 20, 0).says == (
        "Degree 3: training error 0.023, validation 0.12. Bias² 0.0075, variance 0.021: variance is larger: it follows "
        "the noise. The expected error is least at degree 3; with this draw, validation would choose 4."
    )
    assert "it is too stiff" in draw(1, 0.3, 20, 0).says


def test_bias_variance_survives_its_corners(survives_its_corners):
    survives_its_corners(bias_variance())
