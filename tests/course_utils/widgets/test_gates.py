"""The gates of an LSTM over a sentence."""

import numpy as np
import pytest

from course_utils.widgets.gates import SENTENCES, advance, corpus, draw, gates, pairs, reading, run


def test_twins_have_the_same_words_and_opposite_verdicts():
    test = corpus().test
    assert len(pairs()) == SENTENCES
    for one, twin in pairs():
        assert sorted(test.texts[one].split()) == sorted(test.texts[twin].split())
        assert (test.label[one], test.label[twin]) == (1, 0)


def test_gates_and_cell_obey_the_equation_of_the_lstm():
    run().until(3)
    read = reading(run(), 3, corpus().test, pairs()[0][0])
    _, lstm, out = run().viewer.body.parts()
    order = np.argsort(out.W[:, 0])
    candidate = lstm.a[:, 3 * 8 :, -1][:, order]
    before = np.vstack([np.zeros(8), read.cell[:-1]])
    assert read.cell == pytest.approx(read.forget * before + read.enter * candidate, abs=1e-6)
    assert np.all((read.forget > 0) & (read.forget < 1))


def test_the_last_probability_is_the_networks_answer():
    run().until(3)
    test, (one, _) = corpus().test, pairs()[1]
    z = run().output(3, test.tokens[[one]])[0, 0]
    assert reading(run(), 3, test, one).praise[-1] == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-5)


def test_exchanging_the_adjectives_turns_the_verdict():
    sides = [draw(sentence, exchanged, 12).panels[3].layers[1].x[-1] for sentence in range(4) for exchanged in (0, 1)]
    assert [x > 0.5 for x in sides] == [True, False] * 4


def test_untrained_it_knows_nothing():
    says = draw(0, False, 0).says
    assert "epoch 0" in says
    assert run().epochs[0].val_accuracy < 0.65


def test_words_are_read_from_the_top():
    panel = draw(0, False, 0).panels[0]
    words = corpus().test.texts[pairs()[0][0]].split()
    assert [text for _, text in sorted(panel.y.ticks, reverse=True)] == words


def test_slices_end_in_the_same_picture():
    whole = draw(2, False, 2).says
    run.cache_clear()
    while not advance(0.0, 2, False, 2):
        pass
    assert draw(2, False, 2).says == whole


def test_says_the_answer_and_the_words_that_mattered():
    says = draw(0, False, 12).says
    assert "which is right" in says
    assert "The word “" in says
    assert "% are right." in says


def test_gates_survives_its_corners(survives_its_corners):
    survives_its_corners(gates())
