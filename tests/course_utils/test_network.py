"""Networks: flat views, gradients, counts, files, errors, and a PyTorch twin over 20 steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from course_utils.gradcheck import check_gradient
from course_utils.layers import Dense, LeakyReLU, ReLU, Sequential, Tanh
from course_utils.losses import bce_with_logits, mse, softmax_ce
from course_utils.network import Network
from course_utils.optimizers import Adam


def mlp(dtype: Any = np.float64) -> Network:
    return Network([Dense(2, 5), Tanh(), Dense(5, 4), ReLU(), Dense(4, 3)], softmax_ce, dtype)


def batch(n: int = 7) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    return rng.normal(size=(n, 2)), rng.integers(0, 3, n)


def at(net: Network, data: tuple[np.ndarray, np.ndarray]) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """Loss and gradient as a function of theta; a copy, as the next call writes over the network's gradient."""

    def fun(theta: np.ndarray) -> tuple[float, np.ndarray]:
        value, g = net.value_and_grad(theta, data)
        return value, g.copy()

    return fun


@pytest.mark.parametrize("n", [1, 7])
def test_gradient_of_the_whole_network_is_right(n: int) -> None:
    net = mlp()
    report = check_gradient(at(net, batch(n)), net.init(np.random.default_rng(3)))
    assert report.passed, report


@pytest.mark.parametrize(
    ("loss", "target"), [(mse, np.array([[0.3], [-0.2]])), (bce_with_logits, np.array([[1.0], [0.0]]))]
)
def test_gradient_is_right_with_other_losses(loss: Any, target: np.ndarray) -> None:
    net = Network([Dense(3, 4), Tanh(), Dense(4, 1)], loss, np.float64)
    x = np.random.default_rng(0).normal(size=(2, 3))
    assert check_gradient(at(net, (x, target)), net.init(np.random.default_rng(0))).passed


@pytest.mark.torch
def test_20_adam_steps_equal_those_of_the_torch_twin(needs_torch: ModuleType) -> None:
    torch, nn = needs_torch, needs_torch.nn
    net = mlp()
    theta = net.init(np.random.default_rng(0))
    f64 = {"dtype": torch.float64}
    twin = nn.Sequential(nn.Linear(2, 5, **f64), nn.Tanh(), nn.Linear(5, 4, **f64), nn.ReLU(), nn.Linear(4, 3, **f64))
    linear, dense = [twin[0], twin[2], twin[4]], [layer for layer in net.body.parts() if isinstance(layer, Dense)]
    for theirs, ours in zip(linear, dense, strict=True):
        theirs.weight.data, theirs.bias.data = torch.tensor(ours.W.T.copy()), torch.tensor(ours.b.copy())
    adam = Adam(lr=0.01)
    state, optimizer = adam.init(theta), torch.optim.Adam(twin.parameters(), lr=0.01)
    x, y = batch(64)
    for t in range(1, 21):
        rows = np.arange(8) + 8 * (t % 8)
        value, g = net.value_and_grad(theta, (x[rows], y[rows]))
        theta, state = adam.step(theta, g, state, t, adam.lr)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(twin(torch.tensor(x[rows])), torch.tensor(y[rows]))
        loss.backward()
        optimizer.step()
        assert value == pytest.approx(loss.item(), rel=1e-10)
    flat = [p.detach().numpy().T.ravel() for layer in linear for p in (layer.weight, layer.bias)]
    np.testing.assert_allclose(theta, np.concatenate(flat), rtol=1e-9, atol=1e-11)


def test_layers_see_views_of_the_one_vector() -> None:
    net = mlp()
    theta = net.init(np.random.default_rng(0))
    first = net.body.parts()[0]
    assert isinstance(first, Dense)
    np.testing.assert_array_equal(first.W.ravel(), theta[:10])
    assert np.shares_memory(first.W, net.theta)
    assert np.shares_memory(first.dW, net.grad)
    assert not np.shares_memory(theta, net.theta)


def test_init_depends_on_the_generator_alone() -> None:
    net = mlp()
    a, b, c = (net.init(np.random.default_rng(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(a, b)
    assert (a != c).any()


def test_value_and_grad_and_predict_do_not_touch_theta_or_the_data() -> None:
    net, (x, y) = mlp(), batch()
    theta = net.init(np.random.default_rng(0))
    kept = theta.copy(), x.copy(), y.copy()
    net.value_and_grad(theta, (x, y))
    net.predict(theta, x)
    for now, before in zip((theta, x, y), kept, strict=True):
        np.testing.assert_array_equal(now, before)


def test_result_depends_on_theta_and_not_on_what_was_loaded_before() -> None:
    net = mlp()
    a, b = net.init(np.random.default_rng(0)), net.init(np.random.default_rng(1))
    first = net.predict(a, batch()[0])
    net.predict(b, batch()[0])
    np.testing.assert_array_equal(net.predict(a, batch()[0]), first)


def test_second_gradient_is_not_added_to_the_first() -> None:
    net = mlp()
    theta = net.init(np.random.default_rng(0))
    first = net.value_and_grad(theta, batch())[1].copy()
    np.testing.assert_array_equal(net.value_and_grad(theta, batch())[1], first)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_the_networks_own_all_the_way(dtype: Any) -> None:
    net = mlp(dtype)
    theta = net.init(np.random.default_rng(0))
    x, y = batch()
    assert theta.dtype == net.predict(theta, x).dtype == net.value_and_grad(theta, (x, y))[1].dtype == dtype


def test_float32_is_near_float64() -> None:
    single, double = mlp(np.float32), mlp()
    theta = double.init(np.random.default_rng(0))
    value, g = double.value_and_grad(theta, batch())
    rough, rough_g = single.value_and_grad(theta.astype(np.float32), batch())
    assert rough == pytest.approx(value, rel=1e-5)
    np.testing.assert_allclose(rough_g, g, atol=1e-5)


def test_summary_counts_parameters_and_multiply_adds() -> None:
    net = Network([Dense(784, 128), ReLU(), Dense(128, 64), LeakyReLU(0.1), Dense(64, 10)], softmax_ce)
    lines = str(net.summary((784,))).splitlines()
    assert [line.split() for line in lines] == [
        ["layer", "output", "parameters", "multiply-adds"],
        ["Dense(784,", "128)", "(128,)", "100,480", "100,352"],
        ["ReLU", "(128,)", "0", "0"],
        ["Dense(128,", "64)", "(64,)", "8,256", "8,192"],
        ["LeakyReLU(0.1)", "(64,)", "0", "0"],
        ["Dense(64,", "10)", "(10,)", "650", "640"],
        ["total", "109,386", "109,184"],
    ]


def test_single_layer_is_a_network() -> None:
    net = Network(Dense(3, 2), mse, np.float64)
    assert [line.split()[0] for line in str(net.summary((3,))).splitlines()] == ["layer", "Dense(3,", "total"]
    theta = net.init(np.random.default_rng(0))
    np.testing.assert_allclose(net.predict(theta, np.ones((1, 3)))[0], theta[:6].reshape(3, 2).sum(axis=0))


def test_row_of_rows_is_a_network() -> None:
    net = Network(Sequential([Sequential([Dense(2, 3), Tanh()]), Dense(3, 1)]), mse, np.float64)
    x, y = np.ones((2, 2)), np.zeros((2, 1))
    assert check_gradient(at(net, (x, y)), net.init(np.random.default_rng(0))).passed


@pytest.mark.parametrize("name", ["weights.npz", "best.npz"])
def test_saved_parameters_come_back_bit_for_bit_without_pickle(tmp_path: Path, name: str) -> None:
    net = mlp(np.float32)
    theta = net.init(np.random.default_rng(0))
    net.save(tmp_path / name, theta)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    back = mlp(np.float32).read(tmp_path / name)
    np.testing.assert_array_equal(back, theta)
    assert back.dtype == np.float32
    with np.load(tmp_path / name, allow_pickle=False) as file:
        assert all(file[key].dtype != object for key in file.files)


def test_file_of_another_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    theirs = Network([Dense(2, 3), ReLU()], mse)
    theirs.save(path, theirs.init(np.random.default_rng(0)))
    with pytest.raises(ValueError) as error:
        Network([Dense(2, 3)], mse).read(path)
    assert str(error.value) == (
        f"{path} was saved by another network, ['Dense(2, 3)', 'ReLU']; this one is ['Dense(2, 3)']. "
        "Build the same layers first."
    )


REFUSALS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: mlp().predict(np.zeros(5), np.zeros((1, 2))), ValueError,
     "theta has shape (5,), this network has 54 parameters: it must be one vector (54,). Try network.init(rng)."),
    (lambda: mlp().value_and_grad(np.zeros((2, 54)), batch()), ValueError,
     "theta has shape (2, 54), this network has 54 parameters: it must be one vector (54,). Try network.init(rng)."),
    (lambda: mlp().predict(np.zeros(54), np.zeros((4, 3))), ValueError,
     "Dense(2, 5) expected input (…, 2), got (4, 3). Check the layer before it, or the data."),
    (lambda: mlp().summary((3,)), ValueError,
     "Dense(2, 5) expected input (…, 2), got (3,). Check the layer before it, or the data."),
    (lambda: Network([Dense(2, 3), "relu"], mse), TypeError,  # type: ignore[list-item]
     "'relu' is not a layer: each needs forward and backward. Try Dense(2, 3)."),
    (lambda: mlp().body.backward(np.zeros((1, 3))), RuntimeError,
     "Dense(4, 3).backward was called before forward: it needs what forward kept. Call forward first."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), REFUSALS, ids=[row[2][:50] for row in REFUSALS])
def test_refusal_says_what_is_wrong_and_what_to_try(
    call: Callable[[], Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as error:
        call()
    assert str(error.value) == message


def test_whole_numbers_are_data_of_the_networks_own_precision() -> None:
    net = mlp(np.float32)
    net.init(np.random.default_rng(0))
    assert net.predict(net.theta, np.array([[1, 2]])).dtype == np.float32
    with pytest.raises(TypeError, match=r"^the network expected numbers, got an array of <U3: it multiplies"):
        net.predict(net.theta, np.array([["one", "two"]]))
