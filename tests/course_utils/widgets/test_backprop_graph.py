"""The 2-2-1 graph (O58)."""

import numpy as np
import pytest

from course_utils.widgets.backprop_graph import NAMES, backprop_graph, draw, graph, losses, run


def test_loss_and_gradients_are_those_of_o58():
    start = run("b", 0.0)
    assert start.loss == pytest.approx(0.6278446188, abs=1e-10)
    expected = [-0.262198, 0.229654, -0.098184, 0.132068, 0.078771, -0.032138, -0.114970, -0.027175, 0.026379]
    assert start.grad == pytest.approx(expected, abs=1e-6)
    assert 1 / (1 + np.exp(-start.values["z"])) == pytest.approx([0.560771, 0.491986], abs=1e-6)


def test_a_gradient_is_value_times_error_summed_over_the_examples():
    start = run("b", 0.0)
    for name, g in zip(NAMES, start.grad, strict=True):
        if "→" in name:
            source, end = name.split("→")
            assert g == pytest.approx(start.values[source] @ start.errors[end])
    assert start.grad[4:6] == pytest.approx([start.errors["h₁"].sum(), start.errors["h₂"].sum()])


@pytest.mark.parametrize("weight", NAMES)
def test_the_line_touches_the_loss_at_the_start(weight):
    _, curve, line, *_ = draw(weight, 0.5).panels[1].layers
    assert curve.y == pytest.approx(losses(weight))
    assert line.y[40] == curve.y[40] == run(weight, 0.0).loss
    assert line.y[41] - line.y[39] == pytest.approx(curve.y[41] - curve.y[39], abs=1e-4)


def test_only_the_chosen_edge_is_thick():
    lines = [layer for layer in graph(run("x₂→h₁", 0.0), "x₂→h₁") if hasattr(layer, "dash")]
    assert [line.width for line in lines] == [1.5, 1.5, 5, 1.5, 1.5, 1.5]


def test_says_what_the_gradient_promised_and_what_came():
    assert draw("x₁→h₁", 0.5).says == (
        "Loss 0.6278; the gradient by x₁→h₁ is −0.2622. Δw = 0.5 promises ΔL = −0.131, and it is −0.107, 18 % off. "
        "Now the loss is 0.5209 and the gradient −0.162."
    )
    assert "Move Δw" in draw("b", 0.0).says


def test_a_small_change_is_promised_well():
    assert "2 % off" in draw("x₁→h₁", 0.05).says


def test_at_its_default_the_promise_holds_to_a_few_percent():
    assert "Δw = 0.1 promises ΔL = −0.0262, and it is −0.0254, 3 % off" in backprop_graph().picture.says


def test_backprop_graph_survives_its_corners(survives_its_corners):
    survives_its_corners(backprop_graph())
