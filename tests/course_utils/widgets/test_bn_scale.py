"""Batch normalization and the scale of the weights."""

import numpy as np
import pytest

from course_utils.widgets.bn_scale import SCALES, STEPS, advance, bn_scale, draw, start, sweep


def test_the_output_before_the_last_layer_does_not_depend_on_the_scale():
    x = np.random.default_rng(0).standard_normal((32, 2)).astype(np.float32)
    outs = []
    for scale in (1.0, 10.0):  # below, BN's ε begins to count
        network = start(scale, 0.5, 3, True).network
        network.load(network.init(np.random.default_rng(1)))
        h = x
        for layer in network.body.parts()[:-1]:
            h = layer.forward(h, True, None)
        outs.append(h)
    assert outs[0] == pytest.approx(outs[1], abs=3e-3)


def test_with_bn_all_scales_learn_and_without_hardly_any():
    says = draw(0.1, 0.5, 4).says
    assert says.startswith("Scale 0.1, loss after 60 steps: plain 0.687, with BN 0.0102 (guessing: 0.693).")
    assert says.endswith("It falls below 0.5 at 9 of 9 scales with BN, at 1 without.")


def test_divergence_is_said_and_drawn():
    picture = draw(1.0, 0.5, 4)
    assert "plain diverges" in picture.says
    assert any(getattr(line, "exit", "").startswith("plain diverges at step") for line in picture.panels[0].layers)


def test_slices_end_in_the_same_picture_and_start_with_this_scale():
    whole = draw(0.32, 0.2, 2).says
    sweep.cache_clear()
    assert not advance(0.0, 0.32, 0.2, 2)
    assert "not there yet" in draw(0.32, 0.2, 2).says
    while len(sweep(0.2, 2).runs[0.32, "plain"].epochs) <= STEPS:
        advance(0.0, 0.32, 0.2, 2)
    assert len(sweep(0.2, 2).runs[10.0, "plain"].epochs) == 0
    while not advance(0.01, 0.32, 0.2, 2):
        pass
    assert draw(0.32, 0.2, 2).says == whole


def test_every_position_of_the_scale_is_in_the_sweep():
    assert bn_scale().controls["scale"].positions() == pytest.approx(SCALES)


def test_bn_scale_survives_its_corners(survives_its_corners):
    survives_its_corners(bn_scale(), sample=3)
