"""A network in training, shown epoch by epoch."""

import numpy as np
import pytest

from course_utils.data.toy import moons
from course_utils.descent import train
from course_utils.optimizers import Adam
from course_utils.widgets.controls import corners
from course_utils.widgets.training import WINDOWS, advance, draw, points, run, training

START = {
    "data": "moons",
    "optimizer": "Adam",
    "lr": 0.02,
    "width": 16,
    "batch_size": 20,
    "dropout": 0.0,
    "batch_norm": False,
}


@pytest.fixture(autouse=True)
def fresh_runs():
    """No test finds a run that another one left in the middle of a slice."""
    run.cache_clear()



def test_the_losses_are_those_of_the_librarys_training():
    mine = run(*START.values())
    mine.until(5)
    x, y = moons(200, np.random.default_rng(0))
    validation = moons(200, np.random.default_rng(1))
    history = train(
        run.__wrapped__(*START.values()).network,
        (x, y[:, None].astype(float)),
        Adam(0.02),
        epochs=5,
        batch_size=20,
        validation=(validation.x, validation.y[:, None].astype(float)),
        rng=np.random.default_rng(0),
    )
    assert mine.curve("val_loss", 5)[1:] == pytest.approx(history.val_loss, rel=1e-4)


def test_shading_is_the_probability_at_the_points():
    heat = draw(**START, epoch=40).panels[0].layers[0]
    left, right, low, high = WINDOWS["moons"]
    x, y = points("moons", 0)
    columns = np.rint((x[:, 0] - left) / (right - left) * 60).astype(int)
    rows = np.rint((x[:, 1] - low) / (high - low) * 60).astype(int)
    assert np.mean((heat.values[rows, columns] > 0.5) == y[:, 0]) > 0.95


def test_squares_are_class_1_and_circles_class_0():
    _, _, circles, squares = draw(**START, epoch=1).panels[0].layers
    x, y = points("moons", 0)
    assert (squares.marker, circles.marker) == ("square", "dot")
    assert squares.x == pytest.approx(x[y[:, 0] == 1, 0])
    assert circles.x == pytest.approx(x[y[:, 0] == 0, 0])


@pytest.mark.parametrize("data", WINDOWS)
def test_all_points_lie_in_the_window(data):
    left, right, low, high = WINDOWS[data]
    x, _ = points(data, 0)
    assert left < x[:, 0].min() < x[:, 0].max() < right
    assert low < x[:, 1].min() < x[:, 1].max() < high


def test_training_in_slices_ends_in_the_same_picture():
    whole = draw(**START | {"width": 9}, epoch=12).says
    run.cache_clear()
    seen = []
    while not advance(0.0, **START | {"width": 9}, epoch=12):
        seen.append(draw(**START | {"width": 9}, epoch=12).says)
    assert draw(**START | {"width": 9}, epoch=12).says == whole
    assert len(set(seen)) == 12  # one sentence an epoch, the start among them
    assert "it has not learned anything yet" in seen[0]


def test_a_slice_keeps_the_budget_of_a_frame():
    from time import perf_counter

    run.cache_clear()
    taken = []
    for _ in range(15):
        began = perf_counter()
        advance(0.012, *START.values(), epoch=150)
        taken.append(perf_counter() - began)
    assert np.median(taken) < 0.03  # 0.012 and a step; on a busy machine some take longer


def test_epochs_behind_the_slider_do_not_show():
    draw(**START, epoch=30)
    lines = draw(**START, epoch=10).panels[1].layers
    assert lines[0].x.tolist() == list(range(11))


def test_says_losses_and_the_best_epoch():
    assert draw(**START, epoch=40).says == (
        "Adam, α = 0.02, epoch 40: validation loss 0.135, 97.0 % right; training loss 0.0464. "
        "It overfits: validation was best at epoch 21, 0.102."
    )


def test_says_the_step_at_which_it_diverges_and_draws_it():
    picture = draw(**START | {"optimizer": "SGD", "lr": 10.0, "width": 32}, epoch=40)
    assert "diverged at step 4, in epoch 1" in picture.says
    assert any(getattr(line, "exit", "") == "diverges at step 4" for line in picture.panels[1].layers)


def test_a_network_that_is_dead_is_not_called_overfitted():
    says = draw(**START | {"optimizer": "SGD", "lr": 10.0}, epoch=40).says
    assert "50.0 % right" in says
    assert "training has made it worse" in says


def test_batch_norm_and_dropout_change_the_run():
    says = {draw(**START | change, epoch=5).says for change in ({}, {"batch_norm": True}, {"dropout": 0.5})}
    assert len(says) == 3


@pytest.mark.parametrize("epoch", [0, 3])
def test_training_draws_at_the_ends_of_every_control(epoch, monkeypatch):
    monkeypatch.setenv("COURSE_BUILD", "1")
    figure = training(epoch=epoch)
    start = dict(figure.params)
    for params in corners(figure.controls.values()):
        if sum(params[name] != start[name] for name in start if name != "epoch") <= 1 and params["epoch"] == epoch:
            figure.set(**params)
            assert "nan" not in figure.picture.says
