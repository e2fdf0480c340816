"""Trainings in slices."""

from time import perf_counter

import numpy as np
import pytest

from course_utils.data.toy import moons
from course_utils.descent import evaluate, train
from course_utils.layers import BatchNorm, Dense, Dropout, ReLU
from course_utils.losses import bce_with_logits
from course_utils.network import Network
from course_utils.optimizers import SGD, Adam
from course_utils.widgets.runs import Run, correct


def data(seed):
    x, y = moons(60, np.random.default_rng(seed))
    return x, y[:, None].astype(float)


def build():
    return Network([Dense(2, 8), BatchNorm(8), ReLU(), Dropout(0.3), Dense(8, 1)], bce_with_logits)


def run(optimizer=None, batch_size=16):
    return Run(build, data(0), data(1), optimizer or Adam(0.01), batch_size, seed=3)


def test_a_run_is_the_librarys_training_bit_for_bit():
    mine, theirs = run(), build()
    mine.until(6)
    history = train(
        theirs, data(0), Adam(0.01), epochs=6, batch_size=16, validation=data(1), rng=np.random.default_rng(3)
    )
    assert np.array_equal(mine.epochs[6].theta, history.theta)
    assert mine.curve("train_loss", 6)[1:].tolist() == history.train_loss.tolist()
    assert mine.curve("val_loss", 6)[1:].tolist() == history.val_loss.tolist()


def test_slices_make_no_difference():
    whole, sliced = run(), run()
    whole.until(5)
    slices = 1
    while not sliced.until(5, 0.0):
        slices += 1
        sliced.output(len(sliced.epochs) - 1, data(1)[0])  # looking at it neither
    assert slices == 5 * 4 + 1  # the end of an epoch is noted before the next step
    assert np.array_equal(whole.epochs[5].theta, sliced.epochs[5].theta)


def test_a_slice_ends_on_time():
    slow = run()
    began = perf_counter()
    assert not slow.until(10_000, 0.05)
    assert perf_counter() - began < 0.2


def test_an_earlier_epoch_is_shown_as_it_was():
    mine, then = run(), run()
    then.until(2)
    mine.until(9)
    assert np.array_equal(mine.output(2, data(1)[0]), then.output(2, data(1)[0]))
    assert evaluate(mine._restored(mine.epochs[2].buffers), mine.epochs[2].theta, data(1))[0] == mine.epochs[2].val_loss


def test_a_direct_look_trains_to_the_end_and_one_within_a_slice_does_not():
    direct, sliced = run(), run()
    assert direct.at(4) == 4
    sliced.until(4, 0.0)
    assert sliced.at(4) == 0
    assert sliced.until(4)
    assert sliced.at(4) == 4


def test_divergence_names_its_step_and_ends_the_work():
    wild = Run(build, data(0), data(1), SGD(1e30), 16)
    assert wild.until(50)
    assert 1 < wild.diverged < 10
    assert wild.until(50, 0.0)
    assert wild.at(50) == len(wild.epochs) - 1


@pytest.mark.parametrize(
    ("output", "y"), [([[1.0], [-1.0]], [[1.0], [0.0]]), ([[0.1, 0.9, 0.0], [0.5, 0.2, 0.1]], [1, 0])]
)
def test_correct_counts_logits_and_scores(output, y):
    assert correct(np.array(output), np.array(y)) == 1.0
    assert correct(-np.array(output), np.array(y)) < 1.0
