"""Training: what it evaluates, records, reports and leaves behind."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

import numpy as np
import pytest

from course_utils.descent import Callback, EarlyStopping, History, Progress, clip, evaluate, minibatches, norm, train
from course_utils.initializers import normal
from course_utils.layers import RNN, Dense, Dropout
from course_utils.losses import mse, softmax_ce
from course_utils.metrics import accuracy
from course_utils.network import Network
from course_utils.optimizers import SGD, Adam, Momentum
from course_utils.schedules import Cosine
from tests.course_utils.descent.small import DATA, VALIDATION, X, Y, network, run


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_train_is_the_plain_loop(dtype: Any) -> None:
    net, rng, optimizer, t = network(dtype), np.random.default_rng(0), Momentum(Cosine(0.3, total=8)), 0
    theta = net.init(rng)
    state = optimizer.init(theta)
    losses, norms, rates = [], [], []
    for _ in range(2):
        for rows in minibatches(60, 16, rng):
            loss, g = net.value_and_grad(theta, (X[rows], Y[rows]), rng=rng)
            t += 1
            losses.append(loss)
            norms.append(norm(g))
            rates.append(optimizer.lr(t - 1))
            theta, state = optimizer.step(theta, clip(g, 0.5), state, t, rates[-1])
    history = run(network(dtype), optimizer, epochs=2, clip_norm=0.5)
    assert history.theta.tobytes() == theta.tobytes()
    assert history.theta.dtype == dtype
    np.testing.assert_array_equal(history.trace.loss, [losses[0], *losses])
    np.testing.assert_array_equal(history.trace.grad_norm, np.array([norms[0], *norms], float))
    np.testing.assert_array_equal(history.trace.lr, [np.nan, *rates])
    assert max(norms) > 0.5
    assert history.trace.t.tolist() == list(range(9))


def test_the_weights_stay_in_the_network_and_the_history_has_a_copy() -> None:
    net = network()
    history = run(net)
    np.testing.assert_array_equal(net.theta, history.theta)
    net.theta += 1
    assert not np.array_equal(net.theta, history.theta)


def test_the_epochs_loss_is_the_mean_over_examples() -> None:
    history = run(optimizer=SGD(1e-12), epochs=1)  # 16, 16, 16 and 12 rows; nothing moves
    assert history.train_loss[0] == pytest.approx(evaluate(network(), history.theta, DATA)[0], rel=1e-6)
    losses = history.trace.loss[1:]
    assert history.train_loss[0] == pytest.approx(losses @ [16, 16, 16, 12] / 60, rel=1e-12)
    assert history.train_loss[0] != pytest.approx(losses.mean(), rel=1e-6)


def test_validation_is_taken_after_each_epoch_in_evaluation_mode() -> None:
    thetas: list[np.ndarray] = []

    class Keep(Callback):
        def on_epoch_end(self, progress: Progress) -> None:
            thetas.append(progress.theta.copy())

    net = Network([Dense(2, 8), Dropout(0.5), Dense(8, 2)], softmax_ce)
    labels = lambda z, y: accuracy(z.argmax(1), y)  # noqa: E731
    history = run(net, validation=VALIDATION, metric=labels, callbacks=[Keep()])
    for e, theta in enumerate(thetas):
        z = net.predict(theta, VALIDATION[0])
        assert history.val_loss[e] == pytest.approx(softmax_ce(z, VALIDATION[1])[0], rel=1e-6)
        assert history.val_metric[e] == labels(z, VALIDATION[1])
    assert history.best_epoch == np.argmin(history.val_loss) + 1


def test_without_validation_its_columns_are_nan_and_no_epoch_is_best() -> None:
    history = run()
    assert np.isnan(history.val_loss).all()
    assert np.isnan(history.val_metric).all()
    assert history.best_epoch == 0


def test_evaluation_does_not_depend_on_how_many_rows_go_through_at_a_time() -> None:
    net = network(np.float64)
    theta = net.init(np.random.default_rng(0))
    whole = evaluate(net, theta, DATA, lambda z, y: float(z.sum()), rows=1000)
    for rows in (1, 7, 60):
        again = evaluate(net, theta, DATA, lambda z, y: float(z.sum()), rows=rows)
        np.testing.assert_allclose(again, whole, rtol=1e-12)


def test_a_seed_repeats_a_training_and_another_does_not() -> None:
    assert run(seed=1).theta.tobytes() == run(seed=1).theta.tobytes()
    assert run(seed=1).theta.tobytes() != run(seed=2).theta.tobytes()


def test_a_given_start_is_used_and_left_alone() -> None:
    theta0 = network().init(np.random.default_rng(9))
    before = theta0.copy()
    history = run(theta0=theta0, epochs=0)
    np.testing.assert_array_equal(history.theta, before)
    run(theta0=theta0)
    np.testing.assert_array_equal(theta0, before)


def test_no_epochs_leave_the_start_and_an_empty_record() -> None:
    history = run(epochs=0)
    assert (history.epochs, len(history.trace), history.best_epoch, history.stopped) == (0, 0, 0, "")
    assert repr(history) == "History(0 epochs, 0 steps)"


def test_it_learns() -> None:
    history = run(epochs=60, validation=VALIDATION, metric=lambda z, y: accuracy(z.argmax(1), y))
    assert history.val_metric[-1] > 0.85
    assert history.train_loss[-1] < 0.2 < history.train_loss[0]


# ---- callbacks


class Recorder(Callback):
    def __init__(self, stop_at: int = 99) -> None:
        self.calls: list[Any] = []
        self.stop_at = stop_at

    def on_train_begin(self, progress: Progress) -> None:
        self.calls.append(("begin", progress.epoch, progress.t))

    def on_epoch_end(self, progress: Progress) -> str | None:
        self.calls.append((progress.epoch, progress.t, progress.train_loss))
        return "enough" if progress.epoch == self.stop_at else None

    def on_train_end(self, progress: Progress) -> None:
        self.calls.append(("end", progress.epoch, progress.t))


def test_callbacks_are_called_in_order_and_may_stop() -> None:
    recorder = Recorder(stop_at=2)
    history = run(epochs=5, callbacks=[recorder])
    assert recorder.calls[0] == ("begin", 0, 0)
    assert recorder.calls[-1] == ("end", 2, 8)
    assert [call[:2] for call in recorder.calls[1:-1]] == [(1, 4), (2, 8)]
    assert [call[2] for call in recorder.calls[1:-1]] == history.train_loss.tolist()
    assert (history.stopped, history.epochs, len(history.trace)) == ("enough", 2, 8)
    assert repr(history).endswith("; enough)")


def test_a_reason_to_stop_after_the_last_epoch_stops_nothing() -> None:
    assert run(epochs=2, callbacks=[Recorder(stop_at=2)]).stopped == ""


# ---- divergence


def test_a_rate_that_is_too_large_is_named_with_the_step_and_the_record_is_kept() -> None:
    history = run(optimizer=SGD(1e5), epochs=3)
    steps = len(history.trace)
    assert history.stopped.startswith(f"diverged at step {steps}: the loss is ")
    assert "the learning rate 100000 is probably too large. Try 10000, warm it up, or clip_norm=1." in history.stopped
    assert history.epochs == 0
    assert np.isfinite(history.theta).all()
    assert np.isfinite(history.trace.loss[:-1]).all()
    assert int(history.trace.diverged_at) == steps


def naive_bce(z: np.ndarray, y: np.ndarray) -> Any:
    """The published mistake: log of a sigmoid that has been rounded to 0 or 1."""
    p = 1 / (1 + np.exp(-z))
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()), ((p - y) / y.size).astype(z.dtype)


def nan_in_the_third_gradient() -> Any:
    calls = count()

    def loss(z: np.ndarray, y: np.ndarray) -> Any:
        value, g = softmax_ce(z, y)
        return value, g * np.float32(np.nan) if next(calls) == 2 else g

    return loss


def recurrent() -> Network:
    """An RNN whose recurrent weights are three times too large: σ√n = 2, and not ⅔."""
    return Network([RNN(2, 16, last=True, recurrent_init=normal(0.5)), Dense(16, 1)], mse)


LINE, TARGET = Network(Dense(2, 1), mse), X[:60, :1].astype(np.float32)
HALF = Network(Dense(2, 1), mse, np.float16)
TWO_NAN = np.where(X[:60, :1] > np.sort(X[:60, 0])[-3], np.nan, X[:60])
ONE_INF = np.where(X[:60, :1] < X[:60, 0].max(), TARGET, np.inf)
SEQUENCES = np.random.default_rng(0).normal(size=(60, 50, 2))

CAUSES: list[tuple[str, dict[str, Any], str]] = [
    ("rate", {"optimizer": SGD(1e5)},
     "diverged at step 2: the loss is NUM, from NUM at the start, with weights up to NUM; the learning rate 100000 is "
     "probably too large. Try 10000, warm it up, or clip_norm=1."),
    ("rate in spite of clipping", {"optimizer": SGD(1e5), "clip_norm": 1.0},
     "diverged at step 2: the loss is NUM, from NUM at the start, with weights up to NUM; the learning rate 100000 is "
     "probably too large. Try 10000, or warm it up."),
    ("unscaled data", {"net": LINE, "data": (X[:60] * 1e3, TARGET), "optimizer": SGD(0.01)},
     "diverged at step 2: the loss is NUM, from NUM at the start, with weights up to NUM; the learning rate 0.01 is "
     "probably too large. Try 0.001, warm it up, or clip_norm=1. But first scale x, which reaches NUM: the stable "
     "rates shrink with its square."),
    ("log(0)", {"net": Network(Dense(2, 1), naive_bce), "data": (X[:60] * 1e3, (TARGET > 0) * 1.0)},
     "diverged at step 1: the loss is nan, though the network's outputs are finite, up to NUM: log(0) or 0/0 in the "
     "loss. Try a loss that takes the outputs before the sigmoid or softmax: bce_with_logits, softmax_ce."),
    ("exploding gradient", {"net": recurrent(), "data": (SEQUENCES, TARGET), "optimizer": SGD(1.0), "epochs": 20},
     "diverged at step NUM: the loss is NUM; the gradient exploded: it was NUM long at step NUM, where the loss was "
     "NUM. Try clip_norm=1, smaller initial weights, or an LSTM if the network is recurrent."),
    ("nan in the data", {"data": (TWO_NAN, Y[:60]), "batch_size": 60},
     "diverged at step 1: the loss is nan; 2 rows of x in its batch hold nan or inf. Clean the data."),
    ("inf in the targets", {"net": LINE, "data": (X[:60], ONE_INF), "batch_size": 60},
     "diverged at step 1: the loss is inf; 1 rows of y in its batch hold nan or inf. Clean the data."),
    ("targets too large for the precision", {"net": LINE, "data": (X[:60], TARGET * 1e25)},
     "diverged at step 1: the loss is inf before anything moved, so the rate is not to blame. Look at the scale: "
     "x reaches NUM, y NUM, the weights NUM; float32 ends at 3.4e+38, and squares at 1.8e+19."),
    ("half precision", {"net": HALF, "data": (X[:60] * 3e3, TARGET.astype(np.float16))},
     "diverged at step 1: the loss is inf before anything moved, so the rate is not to blame. Look at the scale: "
     "x reaches NUM, y NUM, the weights NUM; float16 ends at 6.6e+04, and squares at 2.6e+02."),
    ("0/0 in the optimizer", {"data": (X[:60] * [0, 1], Y[:60]), "optimizer": Adam(0.01, eps=0.0)},
     "diverged at step 2: the loss is nan; the step before made 8 of 42 weights nan or inf, from a gradient that was "
     "finite: 0/0 or an overflow in the optimizer. Try a larger eps, or a smaller lr."),
    ("nan in the start", {"theta0": np.full(42, np.nan)},
     "diverged at step 1: the loss is nan; 42 of 42 weights were nan or inf at the start. Check theta0."),
    ("backward", {"net": Network(Dense(2, 2), nan_in_the_third_gradient())},
     "diverged at step 3: the gradient is nan where the loss is still NUM: a root or a division at 0 in backward, or "
     "an overflow over many layers or time steps. Check it with gradcheck, and look at the gradient of each layer."),
    ("schedule", {"optimizer": SGD(lambda t: 0.1 - 0.05 * t)},
     "stopped at step 4: the schedule gave the rate -0.05, which must be finite, 0 or more. Plot it."),
]  # fmt: skip


@pytest.mark.parametrize(("options", "message"), [row[1:] for row in CAUSES], ids=[row[0] for row in CAUSES])
def test_the_cause_is_named_with_the_step_and_nothing_is_spoiled(options: dict[str, Any], message: str) -> None:
    history = run(**options)
    number = r"(\d+(\.\d+)?(e[+-]\d+)?|inf|nan)"
    assert re.fullmatch(re.escape(message).replace("NUM", number), history.stopped), history.stopped
    spoiled = "weights nan or inf" in message or "weights were nan" in message
    assert np.isfinite(history.theta).all() != spoiled
    assert len(history.trace) == int(re.findall(r"at step (\d+): ", history.stopped)[0])


def test_a_gradient_whose_square_overflows_is_recorded_and_may_be_clipped() -> None:
    history = run(Network(Dense(2, 1), mse), data=(X[:60], X[:60, :1] * 1e25), epochs=1, clip_norm=1.0)
    assert history.stopped == ""
    assert 1e24 < history.trace.grad_norm[1] < 1e26


def test_early_stopping_brings_the_best_weights_back_even_after_divergence() -> None:
    net = network()
    best = run(net, epochs=1).theta
    schedule = lambda t: 0.02 if t < 4 else 1e8  # noqa: E731
    history = run(net, Adam(schedule), epochs=3, validation=VALIDATION, callbacks=[EarlyStopping()])
    assert "diverged at step 6" in history.stopped
    np.testing.assert_array_equal(history.theta, best)


# ---- errors


def call(**changed: Any) -> Any:
    return lambda: run(**changed)


ERRORS = [
    (call(data=X), TypeError,
     "data must be a pair of arrays (x, y), got ndarray: rows are picked from both together. Try data=(x, y)."),
    (call(data=(X[:3], Y[:2])), ValueError,
     "data has x of shape (3, 2) and y of shape (2,): there must be one target for each example, and at least one "
     "example. Check the first axis of both."),
    (call(validation=(X[:0], Y[:0])), ValueError,
     "validation has x of shape (0, 2) and y of shape (0,): there must be one target for each example, and at least "
     "one example. Check the first axis of both."),
    (call(epochs=-1), ValueError,
     "epochs must be a whole number, 0 or more, got -1: it is how often every example is visited. Try 100."),
    (call(batch_size=0), ValueError,
     "batch_size must be a whole number, 1 or more, got 0: a batch needs at least one example. Try 100."),
    (call(clip_norm=0.0), ValueError,
     "clip_norm must be positive, got 0: it is the length gradients are cut down to. Try 1.0."),
    (call(callbacks=[print]), TypeError,
     "<built-in function print> is not a Callback: it needs on_epoch_end. Try EarlyStopping(patience=5)."),
    (call(callbacks=[EarlyStopping()]), ValueError,
     "EarlyStopping needs validation=(x, y): on the training set nearly every epoch looks better than the last. "
     "Try train_rows, val_rows = random_split(n, [0.8, 0.2], rng)."),
    (call(metric=accuracy), ValueError,
     "metric needs validation=(x, y): on the training set nearly every epoch looks better than the last. "
     "Try train_rows, val_rows = random_split(n, [0.8, 0.2], rng)."),
    (call(resume=True), ValueError,
     "resume=True needs checkpoint=path: it is the file to go on from. Try checkpoint='run.npz'."),
    (call(optimizer=SGD(np.array([[0.1], [0.2]]))), ValueError,
     "lr has shape (2, 1): a network has one vector of parameters, so one rate. Try lr=0.1."),
]  # fmt: skip


@pytest.mark.parametrize(("attempt", "kind", "message"), ERRORS, ids=[message[:30] for *_, message in ERRORS])
def test_an_error_says_what_is_wrong_and_what_to_try(attempt: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        attempt()
    assert str(caught.value) == message


def test_train_returns_a_history_with_a_readable_name() -> None:
    history = run(epochs=2, validation=VALIDATION)
    assert isinstance(history, History)
    assert repr(history) == (
        f"History(2 epochs, 8 steps, training loss {history.train_loss[0]:.4g} -> {history.train_loss[1]:.4g}, "
        f"validation loss {history.val_loss.min():.4g} at epoch {history.best_epoch})"
    )


@pytest.mark.torch
def test_twenty_steps_equal_torch(needs_torch: Any) -> None:
    torch = needs_torch
    net = network(np.float64)
    theta0 = net.init(np.random.default_rng(4))
    history = run(net, Adam(0.01), seed=7, epochs=5, theta0=theta0)
    twin = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2)).double()
    net.load(theta0)
    first, _, last = net.body.parts()
    with torch.no_grad():
        for ours, theirs in ((first, twin[0]), (last, twin[2])):
            theirs.weight.copy_(torch.tensor(ours.W.T.copy()))
            theirs.bias.copy_(torch.tensor(ours.b.copy()))
    adam, rng, losses = torch.optim.Adam(twin.parameters(), lr=0.01), np.random.default_rng(7), []
    for _ in range(5):
        for rows in minibatches(60, 16, rng):
            loss = torch.nn.functional.cross_entropy(twin(torch.tensor(X[rows])), torch.tensor(Y[rows]))
            adam.zero_grad()
            loss.backward()
            adam.step()
            losses.append(loss.item())
    np.testing.assert_allclose(history.trace.loss[1:], losses, rtol=1e-10)


def test_train_draws_from_the_generator_that_is_given_only() -> None:
    state = np.random.get_state()[1].tolist()  # noqa: NPY002
    train(network(), DATA, Adam(0.01), epochs=1, batch_size=8, rng=np.random.default_rng(0))
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002
