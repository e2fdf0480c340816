"""Attention with and without the scaling (O92)."""

import numpy as np
import pytest

from course_utils.widgets.attention_map import SIZES, T, attend, attention_map, draw, entropies


@pytest.mark.parametrize("d", [4, 64, 512])
def test_scores_have_the_variance_of_o92(d):
    scores = {s: np.array([attend(d, s, False, seed).scores for seed in range(60)]) for s in (True, False)}
    assert scores[False].var() == pytest.approx(d, rel=0.1)
    assert scores[True].var() == pytest.approx(1, rel=0.1)


def test_weights_are_the_softmax_of_the_scores_shown():
    for scaled in (True, False):
        seen = attend(16, scaled, False, 3)
        p = np.exp(seen.scores - seen.scores.max(axis=1, keepdims=True))
        assert seen.weights == pytest.approx(p / p.sum(axis=1, keepdims=True))


def test_entropy_stays_with_the_scaling_and_falls_without():
    kept, lost = entropies(True, False), entropies(False, False)
    assert kept[2:] == pytest.approx(np.full(8, kept[2:].mean()), rel=0.05)
    assert np.all(np.diff(lost) < 0)
    assert lost[-1] < 0.15
    assert kept[0] == lost[0]  # √1 = 1


def test_a_causal_query_sees_no_later_key():
    seen = attend(16, True, True, 0)
    assert np.all(seen.weights[~np.tri(T, dtype=bool)] == 0)
    assert seen.weights.sum(axis=1) == pytest.approx(np.ones(T))
    assert np.isnan(draw(4, True, True, 0).panels[0].layers[0].values).sum() == 28


def test_reaction_is_the_trace_of_the_softmax_jacobian():
    p = attend(16, True, False, 0).weights
    traces = [np.trace(np.diag(row) - np.outer(row, row)) for row in p]
    assert attend(16, True, False, 0).slope == pytest.approx(np.mean(traces))


def test_says_entropy_and_reaction_of_both_settings():
    assert draw(6, True, False, 0).says == (
        "d = 64, with 1/√d: the scores have variance 0.746 (theory 1). A query gives its favorite key 28 % on average; "
        "entropy 1.84 nats, the weights react to the scores by 0.82. Without it: entropy 0.554, reaction 0.3."
    )
    assert "(theory 512)" in draw(9, False, False, 0).says
    assert SIZES[9] == 512


def test_attention_map_survives_its_corners(survives_its_corners):
    survives_its_corners(attention_map())
