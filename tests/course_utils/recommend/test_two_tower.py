"""Two towers: gradients, new users, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_utils.data.ratings import Ratings
from course_utils.gradcheck import check_gradient
from course_utils.losses import mse
from course_utils.metrics import rmse
from course_utils.network import Network
from course_utils.optimizers import Adam
from course_utils.recommend import TwoTower, least_squares_biases


def network(dtype: Any = np.float64) -> Network:
    rng = np.random.default_rng(0)
    return Network([TwoTower(rng.normal(size=(5, 3)), rng.normal(size=(4, 2)), dim=2, hidden=3, mean=3.0)], mse, dtype)


PAIRS = np.array([[0, 3], [2, 1], [2, 0], [4, 1], [2, 1]])


@pytest.mark.parametrize("rows", [slice(0, 1), slice(None)])
def test_gradient_is_right_with_repeated_users_items_and_pairs(rows: slice) -> None:
    net = network()
    theta = net.init(np.random.default_rng(0)) + 0.1 * np.random.default_rng(3).normal(size=net.size)
    target = np.arange(5.0)[rows]

    def fun(w: np.ndarray) -> tuple[float, np.ndarray]:
        value, g = net.value_and_grad(w, (PAIRS[rows], target))
        return value, g.copy()

    report = check_gradient(fun, theta)
    assert report.passed, report


def test_output_is_mean_plus_dot_product_plus_biases() -> None:
    net = network()
    theta = net.init(np.random.default_rng(0))
    y = net.predict(theta, PAIRS)
    layer = net.body.parts()[0]
    assert isinstance(layer, TwoTower)
    u, v = layer.vectors
    for k in range(5):
        assert y[k] == pytest.approx(3.0 + u[k, 0] * v[k, 0] + u[k, 1] * v[k, 1] + u[k, 2] + v[k, 2])


def test_ids_start_at_0_and_only_trained_ones_move() -> None:
    net = network()
    theta = net.init(np.random.default_rng(0))
    layer = net.body.parts()[0]
    assert isinstance(layer, TwoTower)
    assert not layer.ids[0].E.any()
    net.value_and_grad(theta, (PAIRS, np.zeros(5)))
    np.testing.assert_array_equal(layer.ids[0].dE.any(axis=1), [True, False, True, False, True])
    np.testing.assert_array_equal(layer.ids[1].dE.any(axis=1), [True, True, False, True])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_the_networks_own(dtype: Any) -> None:
    net = network(dtype)
    theta = net.init(np.random.default_rng(0))
    _, g = net.value_and_grad(theta, (PAIRS, np.zeros(5, dtype)))
    assert net.predict(theta, PAIRS).dtype == g.dtype == dtype


def test_parameters_and_multiply_adds_are_counted() -> None:
    lines = str(network().summary((2,))).splitlines()
    towers = (3 * 3 + 3 + 3 * 3 + 3) + (2 * 3 + 3 + 3 * 3 + 3)
    assert lines[1].split()[-2:] == [str(towers + 9 * 3), str(3 * 3 + 3 * 3 + 2 * 3 + 3 * 3 + 2)]


def test_e67_side_features_carry_new_users_where_ids_and_biases_cannot() -> None:
    rng = np.random.default_rng(0)
    features, items = rng.normal(size=(150, 3)), rng.normal(size=(30, 2))
    taste = np.column_stack([np.tanh(features[:, 0]), features[:, 1] * 0.7])
    truth = 3 + 0.4 * features[:, 2:] + taste @ items.T                 # (150, 30)
    user, item = np.nonzero(rng.random(truth.shape) < 0.4)
    value = truth[user, item] + 0.1 * rng.normal(size=len(user))
    cold = user >= 120                                                  # not one rating of theirs is trained on
    train = Ratings(user[~cold], item[~cold], value[~cold], (150, 30))

    def cold_error(x: np.ndarray) -> float:
        return rmse(x, value[cold])

    pairs = np.column_stack([user, item])
    mean = float(train.value.mean())

    def trained(table: np.ndarray) -> np.ndarray:
        net = Network([TwoTower(table, items, dim=3, mean=mean)], mse)
        theta = net.init(np.random.default_rng(1))
        adam = Adam(0.01)
        state, batches = adam.init(theta), np.random.default_rng(2)
        for t in range(1, 401):
            rows = batches.integers(0, len(train.value), 128)
            batch = pairs[~cold][rows], train.value[rows].astype(np.float32)
            theta, state = adam.step(theta, net.value_and_grad(theta, batch)[1], state, t, adam.lr)
        return net.predict(theta, pairs[cold])

    biases = least_squares_biases(train, 1.0).predict(user[cold], item[cold])
    assert cold_error(trained(features)) < 0.6 * cold_error(biases)
    assert cold_error(trained(np.ones((150, 1)))) > 0.9 * cold_error(biases)    # ids alone: no better


REFUSALS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: network().predict(network().theta, PAIRS[:, :1]), ValueError,
     "TwoTower((5, 3), (4, 2)) expected pairs (user, item) of whole numbers, (batch, 2), got (5, 1) of int64. "
     "Check the layer before it, or the data."),
    (lambda: network().predict(network().theta, PAIRS / 1.0), ValueError,
     "TwoTower((5, 3), (4, 2)) expected pairs (user, item) of whole numbers, (batch, 2), got (5, 2) of float64. "
     "Check the layer before it, or the data."),
    (lambda: network().predict(network().theta, PAIRS + 3), ValueError,
     "Embedding(5, 3) expected tokens, whole numbers 0 … 4, got int64 from 3 to 7. "
     "Check the layer before it, or the data."),
    (lambda: TwoTower(np.zeros(3), np.zeros((4, 2)), 2), ValueError,
     "TwoTower((3,), (4, 2)) expected user_features as a table (rows, features), got (3,). "
     "Check the layer before it, or the data."),
    (lambda: network().body.backward(np.zeros(5)), RuntimeError,
     "TwoTower((5, 3), (4, 2)).backward was called before forward: it needs what forward kept. Call forward first."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), REFUSALS, ids=[row[2][:60] for row in REFUSALS])
def test_refusal_names_the_layer_what_it_expected_and_got(
    call: Callable[[], Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as error:
        call()
    assert str(error.value) == message
