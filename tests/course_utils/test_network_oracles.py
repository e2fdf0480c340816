"""Exact numbers about networks (oracles O54 to O102) that no other file holds, and that none of them is left out."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from course_utils.curvature import top_eigenvalue
from course_utils.gradcheck import check_gradient, relative_error
from course_utils.initializers import fan_in_uniform, he, leaky_he, normal, xavier
from course_utils.layers import (
    GRU,
    LSTM,
    RNN,
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    LayerNorm,
    ReLU,
    Residual,
    Sequential,
    Sigmoid,
    Tanh,
)
from course_utils.losses import bce_with_logits, mse, softmax_ce
from course_utils.network import Network
from course_utils.objectives import Quadratic

TESTS = Path(__file__).parents[1]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("number", range(54, 103))
def test_every_oracle_of_networks_has_a_test(number: int) -> None:
    names = re.findall(r"def (test_\w+)", "\n".join(file.read_text() for file in TESTS.rglob("test_*.py")))
    assert [name for name in names if re.search(rf"_o{number}(_|$)", name, re.IGNORECASE)]


def test_o56_squared_loss_on_a_sigmoid_dies_where_cross_entropy_does_not() -> None:
    z, t = np.array([[-10.0]]), np.array([[1.0]])
    sigmoid = Sigmoid()
    _, dp = mse(sigmoid.forward(z), t)
    assert sigmoid.backward(0.5 * dp).item() == pytest.approx(-4.5393746863e-05, rel=1e-9)
    assert bce_with_logits(z, t)[1].item() == pytest.approx(-0.9999546021, rel=1e-9)


def test_o58_gradients_of_the_2_2_1_network_by_hand() -> None:
    net = Network([Dense(2, 2), Tanh(), Dense(2, 1)], bce_with_logits, np.float64)
    theta = np.array([0.1, -0.2, 0.3, 0.4, 0.05, -0.05, 0.7, -0.6, 0.1])      # W1, b1, W2, b2
    x, y = np.array([[1.0, 2.0], [-1.0, 0.5]]), np.array([[1.0], [0.0]])
    loss, g = net.value_and_grad(theta, (x, y))
    assert loss == pytest.approx(0.6278446188, rel=1e-9)
    p = Sigmoid().forward(net.predict(theta, x))[:, 0]
    np.testing.assert_allclose(p, [0.560771, 0.491986], atol=5e-7)
    by_hand = [-0.262198, 0.229654, -0.098184, 0.132068, 0.078771, -0.032138, -0.114970, -0.027175, 0.026379]
    np.testing.assert_allclose(g, by_hand, atol=5e-7)


@pytest.mark.parametrize(("error", "verdict"), [(1e-8, "correct"), (1e-3, "suspicious"), (3e-2, "wrong")])
def test_o60_a_gradient_off_by_a_known_share_gets_its_verdict(error: float, verdict: str) -> None:
    off = (1 + error) / (1 - error)                                     # its relative error is ``error``
    assert check_gradient(lambda x: (0.5 * x @ x, x * off), np.array([1.0, -2.0])).verdict == verdict


def test_o61_a_forgotten_slope_of_the_sigmoid_is_a_factor_of_four() -> None:
    p = 0.5299640518
    z = np.log(p / (1 - p))
    sigmoid = Sigmoid()
    sigmoid.forward(np.array([z]))
    slope = sigmoid.backward(np.ones(1)).item()
    assert 1 / slope == pytest.approx(4.0144172883, rel=1e-8)
    assert relative_error(np.array(1.0), np.array(slope)) == pytest.approx(0.60115, abs=5e-6)


@pytest.mark.parametrize(("classes", "floor"), [(10, 1.4611501717), (2, 0.3132616875)])
def test_o62_softmax_applied_twice_keeps_the_loss_up(classes: int, floor: float) -> None:
    sure = np.eye(classes)[:1]                                          # the first softmax's best answer
    assert softmax_ce(sure, np.array([0]))[0] == pytest.approx(floor, rel=1e-9)
    assert floor == pytest.approx(np.log(np.e + classes - 1) - 1, rel=1e-9)


def test_o63_gradients_that_add_up_never_converge() -> None:
    """A forgotten zero_grad is heavy ball with β = 1: both eigenvalues lie on the unit circle."""
    objective, x, total, seen = Quadratic([1.0]), np.array([1.0]), np.zeros(1), []
    for _ in range(200):
        total = total + objective.value_and_grad(x)[1]
        x = x - 0.1 * total
        seen.append(abs(x.item()))
    assert max(seen[100:]) == pytest.approx(1.01, abs=0.005)
    eigenvalues = np.linalg.eigvals([[2 - 0.1, -1], [1, 0]])
    np.testing.assert_allclose(np.abs(eigenvalues), 1, atol=1e-12)


def test_o64_rows_against_a_column_are_refused_where_broadcasting_would_learn_nothing() -> None:
    x, y = np.arange(1.0, 6)[:, None], np.arange(1.0, 6)
    with pytest.raises(ValueError, match="broadcast"):
        mse(x, y)
    table = np.repeat(x, 5, axis=1).ravel(), np.tile(y, 5)              # what the broadcast loss fits
    (w, b), *_ = np.linalg.lstsq(np.column_stack([table[0], np.ones(25)]), table[1], rcond=None)
    assert (w, b) == pytest.approx((0, 3), abs=1e-12)
    assert np.mean((w * table[0] + b - table[1]) ** 2) == pytest.approx(2.0, rel=1e-12)


def test_o65_float16_loses_small_gradients_and_small_updates() -> None:
    assert np.float16(1e-8) == 0
    assert np.float16(1) + np.float16(4e-4) == 1
    assert float(np.finfo(np.float16).tiny) == pytest.approx(6.104e-05, rel=1e-4)


def test_o67_xavier_bound_and_deviation() -> None:
    w = xavier(256, 128, (256, 128), rng())
    assert np.abs(w).max() <= 0.125
    assert np.abs(w).max() > 0.1249
    assert w.std() == pytest.approx(0.0721687836, rel=0.01)


def test_o68_he_deviation_and_leaky_variance() -> None:
    assert he(256, 512, (256, 512), rng()).std() == pytest.approx(0.0883883476, rel=0.01)
    assert leaky_he(0.2)(256, 512, (256, 512), rng()).var() == pytest.approx(0.0075120192, rel=0.02)


def test_o69_default_of_torch_has_a_third_of_the_variance() -> None:
    assert fan_in_uniform(1000, 500, (1000, 500), rng()).var() == pytest.approx(3.333e-4, rel=0.01)


def test_o70_one_he_layer_with_relu_keeps_the_mean_square() -> None:
    n = 1000
    layer = Sequential([Dense(n, n, he), ReLU()])
    layer.alone(rng())
    h = layer.forward(rng(1).normal(size=(400, n)))
    assert np.mean(h * h) == pytest.approx(1, rel=0.01)
    assert h.mean() == pytest.approx(0.5641896, rel=0.01)
    assert h.var() == pytest.approx(0.6816901, rel=0.01)


def test_o71_one_constant_per_layer_decides_what_is_left_after_ten() -> None:
    """E[z²]: 1/n halves it at every ReLU, He's 2/n keeps it at 2, and 0.01 multiplies it by 0.0256 at n = 512."""
    n, x = 512, rng(1).normal(size=(200, 512))

    def squares(init: object) -> np.ndarray:
        z, found = x, []
        for _ in range(10):
            layer = Dense(n, n, init, bias=False)  # type: ignore[arg-type]
            layer.alone(generator)
            z = layer.forward(np.maximum(z, 0) if found else z)
            found.append(np.mean(z * z))
        return np.array(found)

    generator = rng(2)
    halved, kept, tiny = squares(normal(n**-0.5)), squares(he), squares(normal(0.01))
    assert halved[9] == pytest.approx(2.0**-9, rel=0.5)
    assert kept[9] == pytest.approx(2, rel=0.5)
    np.testing.assert_allclose(tiny[1:] / tiny[:-1], 0.0256, rtol=0.15)
    assert 1e-16 < tiny[9] < 1e-15


def test_o73_hidden_units_that_start_equal_stay_equal() -> None:
    net = Network([Dense(2, 3), Tanh(), Dense(3, 1)], bce_with_logits, np.float64)
    x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])
    theta = np.full(net.size, 0.3)
    for _ in range(200):
        theta -= 0.5 * net.value_and_grad(theta, (x, y))[1]
    W = theta[:6].reshape(2, 3)
    assert not np.allclose(W, 0.3)
    np.testing.assert_allclose(W, W[:, :1].repeat(3, axis=1), rtol=0, atol=1e-14)


def batch_norm() -> tuple[BatchNorm, np.ndarray]:
    layer = BatchNorm(2)
    layer.alone(rng())
    x = np.array([[1.0, 2], [3, 6], [5, 1], [7, 3]])
    layer.forward(x, training=True)
    return layer, x


def test_o74_batch_norm_backward_by_hand() -> None:
    layer, x = batch_norm()
    np.testing.assert_allclose([x.mean(axis=0), x.var(axis=0)], [[4, 3], [5, 3.5]])
    dx = layer.backward(np.array([[1.0, 0], [0, 1], [-1, 2], [0.5, -1]]))
    by_hand = [
        [0.22360691, -0.30544087], [-0.11180318, 0.38180090], [-0.44721326, 0.72542255], [0.33540953, -0.80178258],
    ]  # fmt: skip
    np.testing.assert_allclose(dx, by_hand, atol=5e-9)
    np.testing.assert_allclose(layer.dgamma, [-1.11803287, -0.53452172], atol=5e-9)
    np.testing.assert_allclose(layer.dbeta, [0.5, 2])


def test_o75_running_statistics_move_a_tenth_and_use_the_unbiased_variance() -> None:
    layer, _ = batch_norm()
    np.testing.assert_allclose(layer.mean, [0.4, 0.3], rtol=1e-12)
    np.testing.assert_allclose(layer.var, [1.5666667, 1.3666667], rtol=1e-7)


def test_o76_batch_norm_takes_out_the_scale_and_the_shift_of_what_comes() -> None:
    layer, x = batch_norm()
    dx = layer.backward(rng(3).normal(size=(4, 2)))
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((dx * layer.x_hat).sum(axis=0), 0, atol=1e-5)    # ε keeps it from being exact
    np.testing.assert_allclose(layer.forward(100 * x + 7, True), layer.forward(100 * x, True), atol=1e-10)
    np.testing.assert_allclose(layer.forward(100 * x, True), layer.forward(300 * x, True), atol=1e-6)


def test_o77_one_example_has_no_variance_to_normalize_by() -> None:
    layer = BatchNorm(2)
    layer.alone(rng())
    with pytest.raises(ValueError, match="2 or more examples in training, got 1"):
        layer.forward(np.ones((1, 2)), training=True)


def test_o78_layer_norm_of_1_2_3_4() -> None:
    layer = LayerNorm(4)
    layer.alone(rng())
    y = layer.forward(np.array([[1.0, 2, 3, 4]]))[0]
    np.testing.assert_allclose(y, [-1.3416, -0.4472, 0.4472, 1.3416], atol=5e-5)


def test_o79_inverted_dropout_keeps_the_mean_and_adds_variance() -> None:
    x = np.full(1_000_000, 10.0)
    y = Dropout(0.3).forward(x, training=True, rng=rng())
    assert y.mean() == pytest.approx(10, rel=0.01)
    assert y.var() == pytest.approx(42.857143, rel=0.01)
    assert (y > 0).mean() * 10 == pytest.approx(7, rel=0.01)            # the mean if 1/keep were forgotten


@pytest.mark.parametrize(
    ("curvature", "stopped", "ridge"), [(1, 0.994846, 0.833333), (0.1, 0.394994, 0.333333), (0.01, 0.048794, 0.047619)]
)
def test_o82_stopping_early_filters_directions_as_a_ridge_does(curvature: float, stopped: float, ridge: float) -> None:
    objective, way = Quadratic([curvature]), np.array([1.0])            # the share of the way that is left
    for _ in range(50):
        way = way - 0.1 * objective.value_and_grad(way)[1]
    assert 1 - way.item() == pytest.approx(stopped, abs=5e-7)
    assert curvature / (curvature + 0.2) == pytest.approx(ridge, abs=5e-7)


def test_o88_parameters_of_recurrent_layers() -> None:
    assert LSTM(32, 100).size == 4 * (100 * (32 + 100) + 100) == 53_200
    assert (GRU(32, 100).size, RNN(32, 100).size) == (40_200, 13_300)


def test_o95_parameters_of_a_residual_block_and_the_gain_of_fifty() -> None:
    def conv() -> list[object]:
        return [Conv2d(64, 64, kernel=3, padding=1, bias=False), BatchNorm(64)]

    assert Residual([*conv(), ReLU(), *conv()]).size == 73_984  # type: ignore[list-item]
    x, a = np.ones((1, 1)), 0.01
    for body, gain in ((lambda layer: Residual(layer), 1.64463), (lambda layer: layer, 1e-100)):
        y = x
        for _ in range(50):
            layer = body(Dense(1, 1, lambda *_: np.array([[a]]), bias=False))
            layer.alone(rng())
            y = layer.forward(y)
        assert y.item() == pytest.approx(gain, rel=1e-5)


def test_o101_sharpness_rises_until_the_rate_is_as_large_as_it_may_be() -> None:
    """Full-batch descent on a tanh network: the sharpness grows to 2/η and stays there, and the loss still falls.

    Over 6,000 steps with PyTorch's generator the loss reached 1.5e-3; where it ends depends on the random start.
    """
    eta = 0.2
    x = np.linspace(-1, 1, 64)[:, None]
    y = 4 * (np.sin(3 * x) + 0.3 * np.sin(9 * x))
    layers = [Dense(1, 32, fan_in_uniform), Tanh(), Dense(32, 32, fan_in_uniform), Tanh(), Dense(32, 1, fan_in_uniform)]
    net = Network(layers, mse, np.float64)

    def half(theta: np.ndarray) -> tuple[float, np.ndarray]:
        loss, g = net.value_and_grad(theta, (x, y))
        return 0.5 * loss, 0.5 * g

    theta, losses, sharpness = net.init(rng(1)), [], {}
    for t in range(4001):
        if t in (0, 300, 2000, 2500, 3000, 3500, 4000):
            sharpness[t] = top_eigenvalue(half, theta, rng(), tol=1e-3).value
        loss, g = half(theta)
        losses.append(loss)
        theta = theta - eta * g
    assert sharpness[0] < 6 < 2 / eta < sharpness[300]
    assert np.mean([sharpness[t] for t in range(2000, 4001, 500)]) == pytest.approx(0.99 * 2 / eta, rel=0.05)
    assert np.mean(np.diff(losses[300:]) > 0) == pytest.approx(0.45, abs=0.1)
    assert np.mean(losses[3500:]) < np.mean(losses[300:800]) < 0.1 * losses[0]
