"""Convolution: against the definition, PyTorch, central differences and numbers by hand."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.layers import Dense, Flatten, Layer, MaxPool2d, ReLU
from course_utils.layers import blocks as blocks_module
from course_utils.layers.conv import Conv2d
from course_utils.layers.geometry import places
from course_utils.losses import softmax_ce
from course_utils.network import Network
from tests.course_utils.layers.contract import by_input, by_parameters
from tests.course_utils.layers.naive import convolve

CLOSE = {"rtol": 1e-10, "atol": 1e-10}
CASES: list[dict[str, Any]] = [
    {"c_in": 3, "c_out": 4, "kernel": 3},
    {"c_in": 3, "c_out": 4, "kernel": 3, "padding": 1, "bias": False},
    {"c_in": 1, "c_out": 8, "kernel": 3, "padding": 1},
    {"c_in": 4, "c_out": 6, "kernel": 3, "stride": 2, "padding": 1, "groups": 2},
    {"c_in": 6, "c_out": 6, "kernel": 3, "padding": 1, "groups": 6},
    {"c_in": 3, "c_out": 6, "kernel": 3, "stride": 2, "groups": 3},
    {"c_in": 8, "c_out": 3, "kernel": 1},
    {"c_in": 3, "c_out": 5, "kernel": 1, "stride": 2},
    {"c_in": 4, "c_out": 4, "kernel": (2, 3), "stride": (3, 1), "padding": (1, 2)},
    {"c_in": 2, "c_out": 2, "kernel": (1, 4), "padding": (0, 2)},
    {"c_in": 6, "c_out": 2, "kernel": 3, "padding": 2},
]
ids = [", ".join(f"{k}={v}" for k, v in case.items()) for case in CASES]


def bound(case: dict[str, Any], dtype: Any = np.float64) -> tuple[Conv2d, Any, Any]:
    layer = Conv2d(**case)
    theta, grad = layer.alone(np.random.default_rng(0), dtype)
    theta[...] = np.random.default_rng(1).normal(size=theta.shape)      # biases too
    return layer, theta, grad


def images(n: int, h: int, w: int, c: int, dtype: Any = np.float64) -> Any:
    return np.random.default_rng(2).normal(size=(n, h, w, c)).astype(dtype)


@pytest.mark.parametrize("case", CASES, ids=ids)
@pytest.mark.parametrize("shape", [(1, 5, 7), (3, 8, 6)])
def test_forward_is_the_definition(case: dict[str, Any], shape: tuple[int, int, int]) -> None:
    layer, _, _ = bound(case)
    x = images(*shape, layer.c_in)
    np.testing.assert_allclose(layer.forward(x), convolve(layer, x), **CLOSE)


@pytest.mark.parametrize("case", CASES, ids=ids)
@pytest.mark.parametrize("shape", [(1, 4, 5), (2, 5, 4)])
def test_gradients_are_right(case: dict[str, Any], shape: tuple[int, int, int]) -> None:
    layer, theta, grad = bound(case)
    x = images(*shape, layer.c_in)
    assert by_input(layer, x).passed
    assert by_parameters(layer, theta, grad, x, h=1e-2).passed  # linear in them: a wide step is exact, with less noise


@st.composite
def geometries(draw: st.DrawFn) -> tuple[dict[str, Any], tuple[int, int, int]]:
    groups = draw(st.integers(1, 3))
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    case = {
        "c_in": groups * draw(st.integers(1, 3)),
        "c_out": groups * draw(st.integers(1, 3)),
        "kernel": kernel,
        "stride": draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
        "padding": (draw(st.integers(0, kernel[0] - 1)), draw(st.integers(0, kernel[1] - 1))),
        "groups": groups,
    }
    return case, (draw(st.integers(1, 3)), draw(st.integers(4, 7)), draw(st.integers(4, 7)))


@given(geometries())
@settings(max_examples=40, deadline=None)
def test_every_geometry_is_the_definition_and_its_transpose(given_: Any) -> None:
    case, shape = given_
    layer, _, _ = bound(case)
    x = images(*shape, layer.c_in)
    z = layer.forward(x)
    assert z.shape[1:] == layer.out_shape(x.shape[1:])
    np.testing.assert_allclose(z, convolve(layer, x), **CLOSE)
    dz = np.random.default_rng(4).normal(size=z.shape)
    dx = layer.backward(dz)
    linear = z - layer.b                                                # ⟨dz, Wx⟩ = ⟨dx, x⟩ = ⟨dW, W⟩
    assert np.isclose((dx * x).sum(), (dz * linear).sum())
    assert np.isclose((layer.dW * layer.W).sum(), (dz * linear).sum())


@pytest.mark.torch
@pytest.mark.parametrize("case", CASES, ids=ids)
@pytest.mark.parametrize("n", [1, 3])
def test_forward_and_backward_equal_torch(case: dict[str, Any], n: int, needs_torch: ModuleType) -> None:
    layer, _, _ = bound(case)
    x = images(n, 9, 7, layer.c_in)
    names = {"c_in": "in_channels", "c_out": "out_channels", "kernel": "kernel_size"}
    twin = needs_torch.nn.Conv2d(**{names.get(k, k): v for k, v in case.items()}, dtype=needs_torch.float64)
    twin.weight.data = needs_torch.tensor(layer.W.transpose(3, 2, 0, 1).copy())
    if layer.bias:
        twin.bias.data = needs_torch.tensor(layer.b.copy())
    t = needs_torch.tensor(x.transpose(0, 3, 1, 2).copy(), requires_grad=True)
    y, z = twin(t), layer.forward(x)
    dz = np.random.default_rng(3).normal(size=z.shape)
    y.backward(needs_torch.tensor(dz.transpose(0, 3, 1, 2).copy()))
    np.testing.assert_allclose(z, y.detach().numpy().transpose(0, 2, 3, 1), **CLOSE)
    np.testing.assert_allclose(layer.backward(dz), t.grad.numpy().transpose(0, 2, 3, 1), **CLOSE)
    np.testing.assert_allclose(layer.dW, twin.weight.grad.numpy().transpose(2, 3, 1, 0), **CLOSE)
    if layer.bias:
        np.testing.assert_allclose(layer.db, twin.bias.grad.numpy(), **CLOSE)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_blocks_change_nothing(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    layer, _, grad = bound(case)
    x = images(5, 8, 7, layer.c_in)
    z = layer.forward(x)
    dz = np.random.default_rng(3).normal(size=z.shape)
    whole = [z, layer.backward(dz), grad.copy()]
    for images_each in (1, 2):
        monkeypatch.setattr(blocks_module, "blocks", lambda n, _, m=images_each: [
            slice(i, min(i + m, n)) for i in range(0, n, m)
        ])  # fmt: skip
        for a, b in zip([layer.forward(x), layer.backward(dz), grad], whole, strict=True):
            np.testing.assert_allclose(a, b, **CLOSE)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_views_that_are_not_contiguous_give_the_same(case: dict[str, Any]) -> None:
    layer, _, grad = bound(case)
    x = images(2, 6, 7, layer.c_in)
    z = layer.forward(x)
    dz = np.random.default_rng(3).normal(size=z.shape)
    whole = [z, layer.backward(dz), grad.copy()]
    turned = [np.ascontiguousarray(a.transpose(3, 1, 2, 0)).transpose(3, 1, 2, 0) for a in (x, dz)]
    for a, b in zip([layer.forward(turned[0]), layer.backward(turned[1]), grad], whole, strict=True):
        np.testing.assert_allclose(a, b, **CLOSE)


@pytest.mark.parametrize("case", CASES, ids=ids)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept_and_inputs_are_left_alone(case: dict[str, Any], dtype: Any) -> None:
    layer, _, _ = bound(case, dtype)
    x = images(2, 6, 6, layer.c_in, dtype)
    before = x.copy()
    z = layer.forward(x)
    dz = np.ones_like(z)
    dx = layer.backward(dz)
    assert z.dtype == dx.dtype == dtype
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(dz, 1)


def test_pixels_as_bytes_are_read_in_the_precision_of_the_weights() -> None:
    layer, _, _ = bound(CASES[0], np.float32)
    x = np.arange(2 * 5 * 5 * 3, dtype=np.uint8).reshape(2, 5, 5, 3)
    np.testing.assert_array_equal(layer.forward(x), layer.forward(x.astype(np.float32)))


def test_second_backward_replaces_the_gradient_of_the_first() -> None:
    layer, _, grad = bound(CASES[3])
    z = layer.forward(images(2, 6, 6, 4))
    layer.backward(np.ones_like(z))
    first = grad.copy()
    layer.backward(np.ones_like(z))
    np.testing.assert_array_equal(grad, first)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_first_layer_skips_only_the_gradient_by_the_data(case: dict[str, Any]) -> None:
    layer, _, grad = bound(case)
    z = layer.forward(images(2, 6, 6, layer.c_in))
    layer.backward(np.ones_like(z))
    whole = grad.copy()
    layer.wants_dx = False
    assert layer.backward(np.ones_like(z)).size == 0
    np.testing.assert_array_equal(grad, whole)


def test_empty_batch_gives_no_images_and_gradient_0() -> None:
    layer, _, grad = bound(CASES[0])
    assert layer.forward(images(0, 5, 5, 3)).shape == (0, 3, 3, 4)
    assert layer.backward(np.zeros((0, 3, 3, 4))).shape == (0, 5, 5, 3)
    assert not grad.any()


# ---- oracles


def by_hand(k: Any) -> Conv2d:
    layer = Conv2d(1, 1, 2, bias=False)
    theta, _ = layer.alone(np.random.default_rng(0))
    theta[...] = np.ravel(k)
    return layer


def test_o89_cross_correlation_by_hand_forward_and_backward() -> None:
    x, k = np.arange(9.0).reshape(1, 3, 3, 1), np.arange(4.0).reshape(2, 2)
    layer = by_hand(k)
    np.testing.assert_array_equal(layer.forward(x)[0, ..., 0], [[19, 25], [37, 43]])
    dx = layer.backward(np.array([[1.0, 0.0], [0.0, 2.0]]).reshape(1, 2, 2, 1))
    np.testing.assert_array_equal(dx[0, ..., 0], [[0, 1, 0], [2, 3, 2], [0, 4, 6]])
    np.testing.assert_array_equal(layer.dW[..., 0, 0], [[8, 11], [17, 20]])
    np.testing.assert_array_equal(by_hand(k[::-1, ::-1]).forward(x)[0, ..., 0], [[5, 11], [23, 29]])


def test_o90_size_rounds_down() -> None:
    assert places((224, 224), (7, 7), (2, 2), (3, 3)) == (112, 112)
    assert Conv2d(3, 64, 7, stride=2, padding=3).out_shape((224, 224, 3)) == (112, 112, 64)
    assert places((8, 7), (3, 3), (2, 2)) == (3, 3)


@pytest.mark.parametrize(("n", "ratio"), [(512, 0.1130642361), (64, 0.1267361111)])
def test_o91_separable_convolution_costs_1_over_n_plus_1_over_k_squared(n: int, ratio: float) -> None:
    standard = Conv2d(n, n, 3, padding=1, bias=False)
    depthwise, pointwise = Conv2d(n, n, 3, padding=1, groups=n, bias=False), Conv2d(n, n, 1, bias=False)
    parts = [depthwise, pointwise]
    assert sum(part.size for part in parts) / standard.size == pytest.approx(ratio, rel=1e-9)
    cost = sum(part.multiply_adds((14, 14, n)) for part in parts)
    assert cost / standard.multiply_adds((14, 14, n)) == pytest.approx(ratio, rel=1e-9)
    if n == 512:
        assert (standard.size, sum(part.size for part in parts)) == (2_359_296, 266_752)


def test_o86_almost_all_parameters_of_the_articles_network_are_in_its_first_dense_layer() -> None:
    layers: list[Layer] = [Conv2d(1, 32, 3), ReLU(), MaxPool2d(2), Flatten(), Dense(5408, 128), ReLU(), Dense(128, 10)]
    net = Network(layers, softmax_ce)
    assert [layer.size for layer in layers if layer.size] == [320, 692_352, 1_290]
    assert net.size == 693_962
    assert layers[4].size / net.size == pytest.approx(0.99768, abs=5e-6)
    rows = [line.split() for line in repr(net.summary((28, 28, 1))).splitlines()]
    assert rows[1] == ["Conv2d(1,", "32,", "3)", "(26,", "26,", "32)", "320", "194,688"]
    assert rows[4][1:] == ["(5408,)", "0", "0"]
    assert rows[-1] == ["total", "693,962", f"{194_688 + 693_504:,}"]


# ---- errors


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Conv2d(0, 4), "Conv2d expected c_in to be a whole number, 1 or more, got 0: it counts channels. "
         "Try c_in=1."),
        (lambda: Conv2d(3, 4.0), "Conv2d expected c_out to be a whole number, 1 or more, got 4.0: it counts channels. "  # type: ignore[arg-type]
         "Try c_out=1."),
        (lambda: Conv2d(3, 4, 0), "Conv2d expected kernel to be a whole number, 1 or more, or a pair (down, across), "
         "got 0: it counts pixels. Try kernel=1."),
        (lambda: Conv2d(3, 4, (3, 3, 3)), "Conv2d expected kernel to be a whole number, 1 or more, or a pair (down, "  # type: ignore[arg-type]
         "across), got (3, 3, 3): it counts pixels. Try kernel=1."),
        (lambda: Conv2d(3, 4, stride=True), "Conv2d expected stride to be a whole number, 1 or more, or a pair (down, "
         "across), got True: it counts pixels. Try stride=1."),
        (lambda: Conv2d(3, 4, padding=-1), "Conv2d expected padding to be a whole number, 0 or more, or a pair (down, "
         "across), got -1: it counts pixels. Try padding=0."),
        (lambda: Conv2d(3, 4, padding=3), "Conv2d(3, 4, 3, padding=3) expected padding below the kernel size: a window "
         "on zeros alone sees nothing. Try padding=1."),
        (lambda: Conv2d(4, 6, groups=4), "Conv2d(4, 6, 3, groups=4) expected groups to divide c_in and c_out: each "
         "group has its own share of both. Try groups=2."),
        (lambda: Conv2d(3, 4).forward(np.zeros((2, 3, 8, 8))), "Conv2d(3, 4, 3) expected images (height, width, 3), "
         "got (3, 8, 8). Check the layer before it, or the data."),
        (lambda: Conv2d(3, 4).forward(np.zeros((2, 27))), "Conv2d(3, 4, 3) expected images (height, width, 3), "
         "got (27,). Check the layer before it, or the data."),
        (lambda: Conv2d(3, 4, (5, 3), padding=(1, 0)).out_shape((2, 8, 3)), "Conv2d(3, 4, (5, 3), padding=(1, 0)) "
         "expected images of at least (5, 3) pixels, padding included, got (2, 8, 3). Check the layer before it, or "
         "the data."),
    ],
)  # fmt: skip
def test_refusals_say_what_to_do(call: Any, message: str) -> None:
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == message


def test_backward_before_forward_is_refused() -> None:
    with pytest.raises(RuntimeError, match=r"^Conv2d\(3, 4, 3\)\.backward was called before forward"):
        Conv2d(3, 4).backward(np.zeros((1, 2, 2, 4)))


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (Conv2d(3, 4), "Conv2d(3, 4, 3)"),
        (Conv2d(8, 8, (1, 3), stride=2, padding=(0, 1), groups=8),
         "Conv2d(8, 8, (1, 3), stride=2, padding=(0, 1), groups=8)"),
    ],
)  # fmt: skip
def test_repr_says_what_differs_from_the_usual(layer: Conv2d, text: str) -> None:
    assert repr(layer) == text


def test_he_initialization_keeps_the_second_moment_through_relu() -> None:
    layer = Conv2d(64, 64, 3)
    layer.alone(np.random.default_rng(0))
    x = np.maximum(images(8, 8, 8, 64), 0)
    assert np.mean(layer.forward(x) ** 2) == pytest.approx(2 * np.mean(x**2), rel=0.05)
    assert not layer.b.any()
