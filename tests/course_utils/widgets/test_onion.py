"""The article's fit, peeled (E74-E77)."""

import numpy as np
import pytest

from course_utils.data import published_line
from course_utils.widgets.onion import INTERCEPT, PATCHED, PUBLISHED, STAGES, best, draw, onion, run


def points():
    """The article's data, drawn as it draws them."""
    old = np.random.RandomState(0)
    x = old.rand(100, 1)
    return x[:, 0], (2 * x + 1 + 0.5 * old.randn(100, 1)).ravel()


def test_the_data_are_the_article_s():
    x, y = published_line()
    np.testing.assert_array_equal(x[:, 0], points()[0])
    np.testing.assert_array_equal(y, points()[1])


@pytest.mark.parametrize(
    ("stage", "end"),
    list(zip(STAGES[1:5], (-12226.6, -451.28, 0.9979, 3.6737), strict=True)),
    ids=STAGES[1:5],
)
def test_each_stage_ends_where_e75_says(stage, end):
    theta = run(stage, 0.01, 1000)
    assert theta[-1, 1] == pytest.approx(end, rel=1e-4)
    assert not theta[:, 0].any()


@pytest.mark.parametrize(("steps", "end"), [(1000, (1.259, 1.676)), (5000, (1.112, 1.967))])
def test_the_last_stage_ends_where_e75_says(steps, end):
    assert run(INTERCEPT, 0.01, steps)[-1] == pytest.approx(end, abs=5e-4)


def test_the_last_stage_is_gradient_descent_on_the_mean_squared_error():
    x, y = points()
    ones, theta = np.column_stack([np.ones(100), x]), np.zeros(2)
    for _ in range(50):
        theta = theta - 0.3 * 2 / 100 * ones.T @ (ones @ theta - y)
    assert run(INTERCEPT, 0.3, 50)[-1] == pytest.approx(theta, rel=1e-12)


def test_the_best_values_are_those_of_least_squares():
    x, y = points()
    assert best(INTERCEPT)[::-1] == pytest.approx(np.polyfit(x, y, 1))
    assert best("… and y")[1] == pytest.approx(x @ y / (x @ x))
    assert best("… and the sign")[1] == pytest.approx(1)


def test_as_published_the_figure_quotes_numpy():
    with pytest.raises(ValueError, match="not aligned") as raised:
        np.dot(np.ones((100, 1)), np.ones((100, 100)))
    assert f"ValueError: {raised.value}" in draw(PUBLISHED, 0.01, 1000).says


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"stage": PATCHED}, "uphill: it follows no loss. After 1000 steps of rate 0.01 θ = −12,226.6."),
        ({"stage": "… and the sign"}, "since y is missing. After 1000 steps of rate 0.01 θ = 0.9979; the best slope"),
        ({"stage": "… and y"}, "θ = 3.6737; the best slope for that is 3.6815."),
        ({"stage": INTERCEPT}, "(θ₀, θ₁) = (1.2592, 1.6762); least squares gives (1.1111, 1.9685)."),
        ({"stage": INTERCEPT, "steps": 5000}, "After 5000 steps of rate 0.01 (θ₀, θ₁) = (1.1118, 1.9671)"),
        ({"stage": INTERCEPT, "lr": 0.9}, "At rate 0.9 it runs away: over 1e9 after"),
        ({"stage": PATCHED, "lr": 1}, "At rate 1 it runs away: over 1e9 after 32 steps."),
    ],
)
def test_the_sentence_says_what_the_stage_computes_and_where_it_ends(values, said):
    assert said in onion(**values).picture.says


def test_the_line_drawn_is_the_last_theta():
    fit = next(layer for layer in draw(INTERCEPT, 0.01, 700).panels[0].layers if getattr(layer, "label", "") == "fit")
    b, w = run(INTERCEPT, 0.01, 700)[-1]
    assert fit.y == pytest.approx([b, b + 1.6 * w])


def test_onion_survives_its_corners(survives_its_corners):
    survives_its_corners(onion())
