"""The confusion matrix in training."""

import re

import numpy as np
import pytest

from course_utils.descent import evaluate
from course_utils.metrics import accuracy
from course_utils.widgets.confusion import advance, confusion, draw, matrix, run, shipped
from course_utils.widgets.controls import corners

START = {"optimizer": "Adam", "lr": 0.002, "width": 32, "batch_size": 20, "dropout": 0.0}


def test_says_the_accuracy_that_the_library_measures():
    says, trained, data = draw(**START, epoch=6).says, run(*START.values()), shipped()
    answers = trained.output(6, data.x_test).argmax(axis=1)
    assert f"{100 * accuracy(answers, data.y_test):.1f} % of 449" in says
    loss, _ = evaluate(trained.viewer, trained.epochs[6].theta, (data.x_test, data.y_test))
    assert loss == trained.epochs[6].val_loss


def test_rows_are_true_digits_from_the_top():
    counts = np.diag(np.arange(1, 11))
    counts[0, 9] = 3  # a 0 taken for 9
    panel = matrix(counts, 1)
    assert next((text.x, text.y) for text in panel.layers[1:] if text.text == "3") == (9, 9)
    assert panel.layers[0].values[9, 9] == pytest.approx(np.sqrt(3 / 4))
    assert dict(panel.y.ticks)[9] == "0"


def test_numbers_in_the_matrix_add_up_to_all_test_digits():
    texts = draw(**START, epoch=6).panels[0].layers[1:]
    assert sum(int(text.text) for text in texts) == 449


def test_dropout_and_a_narrow_layer_cost_accuracy():
    right = [
        float(re.search(r"([\d.]+) %", draw(**START | change, epoch=10).says)[1])
        for change in ({}, {"width": 2}, {"dropout": 0.8})
    ]
    assert right[0] > 90
    assert right[1] < 60
    assert right[2] < right[0]


def test_training_in_slices_ends_in_the_same_picture():
    whole = draw(**START, epoch=3).says
    run.cache_clear()
    while not advance(0.0, **START, epoch=3):
        pass
    assert draw(**START, epoch=3).says == whole


def test_confusion_draws_at_the_ends_of_every_control(monkeypatch):
    monkeypatch.setenv("COURSE_BUILD", "1")
    figure = confusion(epoch=2)
    start = dict(figure.params)
    for params in corners(figure.controls.values()):
        if sum(params[name] != start[name] for name in start) <= 1 and params["epoch"] <= 2:
            figure.set(**params)
            assert "nan" not in figure.picture.says


def test_says_the_step_at_which_it_diverges():
    trained = run("momentum", 10.0, 32, 20, 0.0)
    trained.until(5)
    says = draw("momentum", 10.0, 32, 20, 0.0, 5).says
    assert trained.diverged
    assert f"Diverged at step {trained.diverged}, " in says
