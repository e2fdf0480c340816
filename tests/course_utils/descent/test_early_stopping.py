"""Early stopping: when it stops, what it keeps, what it puts back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.descent import EarlyStopping
from course_utils.losses import softmax_ce
from course_utils.optimizers import Adam
from tests.course_utils.descent.small import VALIDATION, Scripted, network, run

NAN = math.nan

CURVES: list[tuple[dict[str, Any], list[float], int, int]] = [
    # arguments, losses, the epoch after which it stops (0: never), the best epoch
    ({"patience": 1}, [3, 2, 2.5], 3, 2),
    ({"patience": 2}, [3, 2, 2.5, 1.9, 2, 2], 6, 4),
    ({"patience": 3}, [3, 2, 2.5, 2.4, 1.9], 0, 5),
    ({"patience": 2}, [2, 2, 2], 3, 1),  # ties do not improve
    ({"patience": 2}, [5, 4, 3, 2, 1], 0, 5),
    ({"patience": 2, "min_delta": 0.5}, [3, 2.6, 2.5, 2.0], 3, 1),  # 2.5 is not below 3 - 0.5
    ({"patience": 2, "min_delta": 0.5}, [3, 2.4, 2.0, 1.95], 4, 2),  # measured from the best, not from the last
    ({"patience": 2}, [3, NAN, NAN, 1], 3, 1),
    ({"patience": 2}, [NAN, 3, NAN, 2], 0, 4),
    ({"patience": 2}, [NAN, NAN, 1], 2, 0),
    ({"patience": 2}, [math.inf, math.inf], 2, 0),
    ({"patience": 1}, [-1, -2, -1.5], 3, 2),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "losses", "stops", "best"), CURVES)
def test_scripted_curves(arguments: dict[str, Any], losses: list[float], stops: int, best: int) -> None:
    stopping = EarlyStopping(**arguments)
    said = [stopping.observe(loss, np.array([float(epoch)])) for epoch, loss in enumerate(losses, start=1)]
    assert (said.index(True) + 1 if True in said else 0) == stops
    known = losses[:stops] if stops else losses
    stopping = EarlyStopping(**arguments)
    for epoch, loss in enumerate(known, start=1):
        stopping.observe(loss, np.array([float(epoch)]))
    assert stopping.best_epoch == best
    assert (stopping.best_theta is None) == (best == 0)
    if best:
        assert stopping.best_theta.tolist() == [best]
        assert stopping.best == losses[best - 1]


@given(losses=st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=30), patience=st.integers(1, 6))
def test_it_stops_patience_epochs_after_the_first_lowest_loss(losses: list[float], patience: int) -> None:
    stopping = EarlyStopping(patience)
    for epoch, loss in enumerate(losses, start=1):
        if stopping.observe(loss, np.zeros(1)):
            assert epoch == stopping.best_epoch + patience
            break
        finite = [value if value == value else math.inf for value in losses[:epoch]]
        lowest = min(finite)
        assert stopping.best_epoch == (finite.index(lowest) + 1 if lowest < math.inf else 0)


def test_the_best_weights_are_a_copy() -> None:
    stopping, theta = EarlyStopping(), np.ones(3)
    stopping.observe(1.0, theta)
    theta += 1
    assert stopping.best_theta.tolist() == [1, 1, 1]


@pytest.mark.parametrize("losses", [(3, 1, 2, 2, 9, 9), (3, 1, 2)], ids=["stopped", "ran out of epochs"])
@pytest.mark.parametrize("restore", [True, False])
def test_restore_puts_the_best_weights_into_network_and_history(losses: Any, restore: bool) -> None:
    net, script = network(noisy=True), Scripted(*losses)
    history = run(net, epochs=len(losses), validation=VALIDATION, callbacks=[script, EarlyStopping(2, restore=restore)])
    np.testing.assert_array_equal(history.theta, script.thetas[1 if restore else -1])
    np.testing.assert_array_equal(net.theta, history.theta)
    assert history.epochs == (4 if len(losses) > 3 else 3)
    assert history.stopped == ("early stopping: no better validation loss for 2 epochs" if len(losses) > 3 else "")


def test_restore_puts_running_statistics_back_with_the_weights() -> None:
    net = network(noisy=True)
    schedule = lambda t: 0.02 if t < 16 else 50.0  # noqa: E731 - spoils the last epochs
    history = run(net, Adam(schedule), epochs=6, validation=VALIDATION, callbacks=[EarlyStopping(50)])
    best = history.val_loss[history.best_epoch - 1]
    assert history.best_epoch < 6
    assert softmax_ce(net.predict(history.theta, VALIDATION[0]), VALIDATION[1])[0] == pytest.approx(best, rel=1e-6)


def test_it_starts_anew_with_every_training() -> None:
    stopping = EarlyStopping(50)
    first = run(validation=VALIDATION, callbacks=[stopping])
    again = run(validation=VALIDATION, callbacks=[stopping])
    assert stopping.epoch == 3
    np.testing.assert_array_equal(first.theta, again.theta)


def test_patience_pays_on_noisy_curves() -> None:
    """E54: the true minimum of 0.2 lies at epoch 40; patience 1 stops far too early."""
    rng = np.random.default_rng(0)
    epochs = np.arange(1, 121)
    true = 0.2 + np.where(epochs < 40, 0.0003 * (epochs - 40) ** 2, 0.00005 * (epochs - 40) ** 2)

    def mean_found(patience: int) -> float:
        found = []
        for _ in range(200):
            stopping = EarlyStopping(patience)
            for epoch, loss in enumerate(true + rng.normal(0, 0.02, len(true))):
                if stopping.observe(loss, true[epoch : epoch + 1]):
                    break
            found.append(float(stopping.best_theta[0]))
        return float(np.mean(found))

    assert mean_found(1) > 2 * mean_found(10) > 0.4
    assert mean_found(10) < 0.22


@pytest.mark.parametrize(("arguments", "message"), [
    ({"patience": 0},
     "patience must be a whole number, 1 or more, got 0: it is how many epochs without improvement are borne. "
     "Try 100."),
    ({"min_delta": -0.1},
     "min_delta must be 0 or more, got -0.1: it is the least fall of the loss that counts. Try 0.0."),
])  # fmt: skip
def test_bad_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        EarlyStopping(**arguments)
    assert str(caught.value) == message
