"""Numbers the library must reach, O01 to O53: each test bears the id of its oracle and the fact.

Closed forms are compared with rtol 1e-9, deterministic runs with 1e-6 (less where fewer digits were published),
Monte-Carlo estimates with the tolerance stated. Plain numbers in the assertions are the published ones.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_utils.checks import Array
from course_utils.descent import clip, minibatches, minimize
from course_utils.objectives import LinearRegression, Quadratic, Ravine, Saddle, with_intercept
from course_utils.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdaMax,
    AdamW,
    AMSGrad,
    Lion,
    Momentum,
    NAdam,
    Nesterov,
    RAdam,
    RMSprop,
)
from course_utils.schedules import (
    Cosine,
    Exponential,
    InverseSqrt,
    InverseTime,
    OneCycle,
    Polynomial,
    Step,
    WarmRestarts,
    Warmup,
)

CLOSED = 1e-9
RUN = 1e-6


def iterates(optimizer: Any, slopes: Any, theta: float = 1.0) -> Array:
    """θ of one parameter after each of the slopes, at the optimizer's own rate."""
    x = np.array([theta])
    state, out = optimizer.init(x), []
    for t, g in enumerate(slopes, start=1):
        x, state = optimizer.step(x, np.array([float(g)]), state, t, optimizer.lr)
        out.append(float(x[0]))
    return np.array(out)


# ---- A. gradient descent on quadratics


@pytest.mark.parametrize(
    ("lr", "loss"),
    [(0.05, 1.7526333124e-05), (0.1, 3.5275395543e-10), (2 / 11, 2.0432784e-17), (0.19, 3.5275395546e-09), (0.2, 5.0),
     (0.201, 36.58008926)],
)  # fmt: skip
def test_o01_gradient_descent_is_stable_only_below_2_over_l(lr: float, loss: float) -> None:
    assert minimize(Quadratic([1, 10]), [1.0, 1.0], SGD(lr), 100).loss[-1] == pytest.approx(loss, rel=RUN)


def test_o02_best_rate_contracts_by_kappa_minus_1_over_kappa_plus_1() -> None:
    norms = np.linalg.norm(minimize(Quadratic([1, 10]), [1.0, 1.0], SGD(2 / 11), 50).theta, axis=-1)
    np.testing.assert_allclose(norms[1:] / norms[:-1], 0.8181818182, rtol=CLOSED)
    slow = np.abs(minimize(Quadratic([1, 10]), [1.0, 1.0], SGD(1 / 10), 50).theta[:, 0])
    np.testing.assert_allclose(slow[1:] / slow[:-1], 0.9, rtol=CLOSED)


@pytest.mark.parametrize(
    ("kappa", "steps"),
    [(10, (69, 27, 43)), (100, (691, 93, 155)), (1000, (6908, 315, 508)), (10_000, (69_078, 1056, 1624))],
)
def test_o03_momentum_needs_the_root_of_kappa(kappa: int, steps: tuple[int, int, int]) -> None:
    f, root = Quadratic([1, kappa]), np.sqrt(kappa)
    lam = np.array([1.0, kappa])
    best = SGD(2 / (1 + kappa))
    ball = Momentum((2 / (1 + root)) ** 2, ((root - 1) / (root + 1)) ** 2)
    nesterov = Nesterov(1 / kappa, (root - 1) / (root + 1))

    def first_within(points: Array) -> int:
        return int(np.argmax(np.linalg.norm(points, axis=-1) <= 1e-6 * np.sqrt(2)))

    plain = minimize(f, [1.0, 1.0], best, steps[0] + 2).theta
    heavy = minimize(f, [1.0, 1.0], ball, steps[1] + 2).theta
    ahead = minimize(f, [1.0, 1.0], nesterov, steps[2] + 2).theta  # PyTorch's θ is the look-ahead point;
    x = np.concatenate([ahead[:1], ahead[:-1] - lam * ahead[:-1] / kappa])  # Nesterov's x is its plain gradient step
    assert (first_within(plain), first_within(heavy), first_within(x)) == steps


def one_step_matrix(optimizer: Any, curvature: float) -> Array:
    """The linear map (θ, v) -> (θ, v) of one step on ½λθ², read off the code."""
    columns = []
    for theta, v in ((1.0, 0.0), (0.0, 1.0)):
        state = optimizer.init(np.zeros(1))._replace(v=np.array([v]))
        x, new = optimizer.step(np.array([theta]), np.array([curvature * theta]), state, 1, optimizer.lr)
        columns.append([x[0], new.v[0]])
    return np.array(columns).T


def rate(optimizer: Any, curvature: float) -> float:
    return float(np.abs(np.linalg.eigvals(one_step_matrix(optimizer, curvature))).max())


def test_o04_best_heavy_ball_contracts_by_the_root_of_beta() -> None:
    alpha, beta = (2 / (1 + 10)) ** 2, (9 / 11) ** 2
    np.testing.assert_allclose((alpha, beta), (0.0330578512, 0.6694214876), rtol=0, atol=5.1e-11)
    for curvature in (1.0, 30.0, 100.0):  # at the ends the eigenvalue is double: √ε
        assert rate(Momentum(alpha, beta), curvature) == pytest.approx(0.8181818182, rel=1e-7)


@pytest.mark.parametrize(("ema", "limit"), [(False, 3.8), (True, 38.0)])
def test_o05_momentum_is_stable_below_2_times_1_plus_beta(ema: bool, limit: float) -> None:
    assert rate(Momentum(0.999 * limit, 0.9, ema=ema), 1.0) == pytest.approx(0.94868, abs=5e-6)
    assert rate(Momentum(1.001 * limit, 0.9, ema=ema), 1.0) == pytest.approx(1.03009, abs=5e-6)


@pytest.mark.parametrize(("lr", "curvature"), [(1.0, 1.0), (0.5, 1.0), (0.5, 5.0), (0.01, 40.0)])
def test_o06_underdamped_rate_is_the_root_of_beta_whatever_lr_and_curvature(lr: float, curvature: float) -> None:
    assert rate(Momentum(lr, 0.9), curvature) == pytest.approx(0.9486832981, rel=CLOSED)


def test_o07_critical_damping() -> None:
    assert rate(Momentum(0.01, 0.81), 1.0) == pytest.approx(0.9, rel=1e-7)  # a double eigenvalue: digits halve
    assert rate(Momentum(0.01, 0.80), 1.0) > 0.9 + 1e-3
    assert rate(Momentum(0.01, 0.82), 1.0) > 0.9 + 1e-3


@pytest.mark.parametrize(
    ("optimizer", "loss", "rel"),
    [(Momentum(0.5, ema=True), 3.06494795e-05, 1e-8), (Momentum(0.05), 3.06494795e-05, 1e-8),
     (Momentum(0.05, ema=True), 1.45994e-04, 1e-5), (SGD(0.05), 1.75263e-05, 1e-5)],
)  # fmt: skip
def test_o08_ema_momentum_needs_the_rate_divided_by_1_minus_beta(optimizer: Any, loss: float, rel: float) -> None:
    assert minimize(Quadratic([1, 20]), [1.0, 1.0], optimizer, 100).loss[-1] == pytest.approx(loss, rel=rel)


@pytest.mark.parametrize(
    ("optimizer", "end"),
    [(SGD(0.4), (-0.943467, -0.000073)), (SGD(0.6), (-0.387814, -1673.365109)),
     (Momentum(0.6, 0.5), (0.007188, 0.002553)), (Momentum(0.6, 0.25), (-0.126340, -0.186632)),
     (Adagrad(2.0), (-0.002295, -0.000000))],
)  # fmt: skip
def test_o09_ravine_after_20_steps(optimizer: Any, end: tuple[float, float]) -> None:
    np.testing.assert_allclose(minimize(Ravine(), [-5.0, -2.0], optimizer, 20).theta[-1], end, rtol=0, atol=5.1e-7)


@pytest.mark.parametrize(
    ("optimizer", "end"), [(RMSprop(0.4, 0.9), (-0.010599, 0.0)), (Adagrad(0.4), (-2.382563, -0.158591))]
)
def test_o09_adaptive_methods_but_for_the_place_of_eps(optimizer: Any, end: tuple[float, float]) -> None:
    published_with_eps_inside_the_root = 1.5e-6
    theta = minimize(Ravine(), [-5.0, -2.0], optimizer, 20).theta[-1]
    np.testing.assert_allclose(theta, end, rtol=0, atol=published_with_eps_inside_the_root)


def test_o10_descent_lemma_is_an_equality_on_quadratics() -> None:
    f = Quadratic([3.0])
    loss, g = f.value_and_grad(np.array([1.0]))
    after = minimize(f, [1.0], SGD(0.2), 1).loss[-1]
    assert after == pytest.approx(0.24, rel=CLOSED)
    assert loss - 0.2 * g[0] ** 2 + 0.5 * 3.0 * (0.2 * g[0]) ** 2 == pytest.approx(after, rel=CLOSED)


def test_o11_at_2_over_l_gradient_descent_is_bounded_and_never_converges() -> None:
    trace = minimize(Quadratic([4.0]), [1.0], SGD(0.5), 5)
    assert trace.theta[:, 0].tolist() == [1, -1, 1, -1, 1, -1]
    assert not trace.diverged


@pytest.mark.parametrize(("y0", "steps"), [(1e-6, 86), (1e-2, 35)])
def test_o12_a_small_offset_leaves_the_saddle_late(y0: float, steps: int) -> None:
    y = minimize(Saddle(), [1.0, y0], SGD(0.1), 120).theta[:, 1]
    assert int(np.argmax(np.abs(y) > 1.4)) == steps


def test_o12_exactly_on_the_ridge_descent_ends_in_the_saddle() -> None:
    trace = minimize(Saddle(), [1.0, 0.0], SGD(0.1), 500)
    assert np.all(trace.theta[:, 1] == 0)
    assert trace.loss[-1] == pytest.approx(0, abs=1e-30)


def test_o13_on_a_plateau_the_step_is_below_the_spacing_of_floats() -> None:
    def plateau(theta: Array) -> tuple[Array, Array]:
        bell = np.exp(-(theta**2) / 2)
        return -bell[..., 0], theta * bell

    trace = minimize(plateau, [10.0], SGD(1.0), 1000)
    assert trace.grad_norm[0] == pytest.approx(1.92875e-21, rel=5e-6)
    assert np.all(trace.theta == 10.0)  # so no later step differs either


def test_o14_curvatures_of_the_line_through_five_points() -> None:
    x = np.arange(1.0, 6.0)
    hessian = LinearRegression(np.c_[x, np.ones(5)], x).hessian
    np.testing.assert_allclose(hessian, [[22, 6], [6, 2]], rtol=CLOSED)
    low, high = np.linalg.eigvalsh(hessian)
    assert (low, high) == (pytest.approx(0.3380962103, rel=CLOSED), pytest.approx(23.6619037897, rel=CLOSED))
    assert high / low == pytest.approx(69.98571137, rel=CLOSED)
    assert 2 / high == pytest.approx(0.0845240525, rel=CLOSED)


def s3_data() -> tuple[Array, Array]:
    rng = np.random.RandomState(0)  # the legacy generator of the article
    x = rng.rand(100, 1)
    return x, (2 * x + 1 + 0.5 * rng.randn(100, 1)).ravel()


def test_o15_least_squares_on_the_article_s_data() -> None:
    x, y = s3_data()
    f = LinearRegression(with_intercept(x), y)
    np.testing.assert_allclose(f.optimum, (1.111076, 1.968468), rtol=0, atol=5.1e-7)
    assert LinearRegression(x, y).optimum[0] == pytest.approx(3.6815167, rel=1e-8)
    low, high = np.linalg.eigvalsh(f.hessian)
    np.testing.assert_allclose((low, high), (0.134104, 2.479199), rtol=0, atol=5.1e-7)
    assert high / low == pytest.approx(18.4871, abs=5.1e-5)


@pytest.mark.parametrize(
    ("convention", "limit"), [("half_sum", 0.0652205), ("mean", 3.2610273), ("half_mean", 6.5220547)]
)
def test_o16_admissible_rates_differ_between_the_conventions_of_squared_error(convention: Any, limit: float) -> None:
    f = LinearRegression(*s3_data(), convention=convention)
    assert 2 / f.hessian[0, 0] == pytest.approx(limit, rel=RUN)
    slope = f.optimum
    below = minimize(f, slope + 1, SGD(0.999 * limit), 200).theta[-1]
    above = minimize(f, slope + 1, SGD(1.001 * limit), 200).theta[-1]
    assert abs(below - slope) < 0.7
    assert abs(above - slope) > 1.4


# ---- B. noise


def noisy_chains(lr: Any, chains: int, steps: int, start: float, seed: int) -> Array:
    """θ ``(steps + 1, chains, 1)`` of SGD on ½θ² with unit noise in the gradient."""
    rng = np.random.default_rng(seed)
    sgd = SGD(0.1)
    theta = np.full((chains, 1), start)
    state, rows = sgd.init(theta), [theta]
    for t in range(1, steps + 1):
        g = theta + rng.normal(size=theta.shape)
        theta, state = sgd.step(theta, g, state, t, lr(t) if callable(lr) else lr)
        rows.append(theta)
    return np.array(rows)


@pytest.mark.parametrize(("lr", "variance"), [(0.1, 0.0526315789), (0.5, 0.3333333), (1.0, 1.0)])
def test_o18_a_constant_rate_ends_in_a_ball_of_noise(lr: float, variance: float) -> None:
    late = noisy_chains(lr, chains=4000, steps=600, start=0.0, seed=1)[100::20]
    assert late.var() == pytest.approx(variance, rel=0.03)


def test_o19_rate_1_over_t_averages_the_noise_and_forgets_the_start_at_once() -> None:
    near = noisy_chains(lambda t: 1 / t, chains=20_000, steps=400, start=0.0, seed=2)
    far = noisy_chains(lambda t: 1 / t, chains=20_000, steps=400, start=1000.0, seed=2)
    np.testing.assert_allclose(far[1], near[1], atol=1e-12)
    assert near[-1].var() == pytest.approx(0.0025, rel=0.04)


def test_o20_gradient_variance_falls_as_1_over_the_batch() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(50, 1)), rng.normal(size=50)
    f, theta = LinearRegression(x, y), np.array([0.3])
    single = np.array([f.value_and_grad(theta, slice(i, i + 1))[1][0] for i in range(50)])
    for size in (4, 16):
        picks = rng.integers(0, 50, (6000, size))
        spread = np.var([f.value_and_grad(theta, pick)[1][0] for pick in picks])
        assert spread == pytest.approx(single.var() / size, rel=0.08)


def test_o21_eight_small_steps_are_nearly_one_step_of_eight_times_the_rate() -> None:
    small = minimize(Quadratic([1.0]), [1.0], SGD(0.01), 8).theta[-1, 0]
    large = minimize(Quadratic([1.0]), [1.0], SGD(0.08), 1).theta[-1, 0]
    assert (small, large) == (pytest.approx(0.9227446944, rel=CLOSED), pytest.approx(0.92, rel=CLOSED))


@pytest.mark.parametrize(("n", "size", "batches"), [(60_000, 128, 469), (25_000, 64, 391), (148, 64, 3)])
def test_o22_an_epoch_has_n_over_b_batches_rounded_up(n: int, size: int, batches: int) -> None:
    sizes = [len(batch) for batch in minibatches(n, size, np.random.default_rng(0))]
    assert len(sizes) == batches
    assert n != 148 or sizes == [64, 64, 20]


def test_o23_the_average_of_the_tail_beats_the_last_iterate_a_hundredfold() -> None:
    chains = noisy_chains(0.1, chains=800, steps=2200, start=0.0, seed=4)[201:, :, 0]
    assert chains[-1].var() == pytest.approx(0.0526, rel=0.2)
    assert chains.mean(axis=0).var() == pytest.approx(5.0e-4, rel=0.2)


def test_o24_sgd_wins_before_the_first_full_gradient_and_loses_later() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(10_000, 20))
    f = LinearRegression(x, x @ rng.normal(size=20) + rng.normal(size=10_000))
    low, *_, high = np.linalg.eigvalsh(f.hessian)
    best, worst = f.value(f.optimum), f.value(f.start)

    def gap(loss: Any) -> Any:
        return (loss - best) / (worst - best)

    full = gap(minimize(f, f.start, SGD(2 / (low + high)), 3).loss)
    np.testing.assert_allclose(np.log10(full[1:]), np.log10([1.35e-3, 5.27e-6, 2.66e-8]), atol=0.7)
    sgd = SGD(InverseTime(0.02, k=2e-3))
    theta, state, single = f.start, sgd.init(f.start), {}
    for t in range(1, 10_001):
        row = int(rng.integers(10_000))
        theta, state = sgd.step(theta, f.value_and_grad(theta, slice(row, row + 1))[1], state, t, sgd.lr(t - 1))
        if t in (500, 5000, 10_000):
            single[t] = gap(f.value(theta))
    np.testing.assert_allclose(np.log10(list(single.values())), np.log10([3.4e-3, 1.7e-3, 6.1e-4]), atol=1)
    assert full[3] < single[10_000] < full[0]


# ---- C. moving averages and adaptive methods


def test_o25_an_average_that_starts_at_0_is_too_small_until_corrected() -> None:
    adam = Adam(0.1, beta1=0.5)
    theta, state = np.zeros(1), adam.init(np.zeros(1))
    for t in (1, 2):
        theta, state = adam.step(theta, np.array([10.0]), state, t, 0.1)
    assert state.m[0] == pytest.approx(7.5, rel=CLOSED)
    assert state.m[0] / (1 - 0.5**2) == pytest.approx(10, rel=CLOSED)


@pytest.mark.parametrize(("beta", "half_life"), [(0.9, 6.578813), (0.99, 68.9676), (0.999, 692.8005)])
def test_o26_half_life_of_an_average(beta: float, half_life: float) -> None:
    ema = Momentum(1.0, beta, ema=True)
    state = ema.init(np.zeros(1))._replace(v=np.ones(1))
    shares = []
    for t in range(1, 1000):
        _, state = ema.step(np.zeros(1), np.zeros(1), state, t, 1.0)
        shares.append(state.v[0])
    v = np.array([1.0, *shares])
    after = int(np.argmax(v <= 0.5))  # between after - 1 and after the log is linear
    crossing = after - 1 + np.log(v[after - 1] / 0.5) / np.log(v[after - 1] / v[after])
    assert crossing == pytest.approx(half_life, rel=RUN)
    assert beta != 0.9 or v[10] == pytest.approx(0.3486784, rel=2e-7)
    window = 0.0 if beta > 0.99 else v[:1000].sum()  # the sum of the weights: 1/(1 - β) samples
    assert beta > 0.99 or window == pytest.approx(1 / (1 - beta), rel=1e-4)


O27_SLOPES = (0.5, -1.0, 2.0, 0.0, 0.25)
O27 = [
    ("sgd", SGD(0.1), (0.95, 1.05, 0.85, 0.85, 0.825)),
    ("momentum", Momentum(0.1), (0.95, 1.005, 0.8545, 0.71905, 0.572145)),
    ("ema momentum", Momentum(0.1, ema=True), (0.995, 1.0005, 0.98545, 0.971905, 0.9572145)),
    ("nesterov", Nesterov(0.1), (0.905, 1.0545, 0.71905, 0.597145, 0.4399305)),
    ("adagrad", Adagrad(0.1), (0.9, 0.9894427191, 0.9021555630, 0.9021555630, 0.8913090401)),
    ("rmsprop", RMSprop(0.1), (0.6837722540, 0.9694865315, 0.6894991346, 0.6894991346, 0.6509027305)),
    ("rmsprop centered", RMSprop(0.1, centered=True),
     (0.6666666889, 0.9559753716, 0.6695587272, 0.6695587272, 0.6299296409)),
    ("adadelta", Adadelta(), (0.9968377856, 1.0008783389, 0.9956159430, 0.9956159430, 0.9947071863)),
    ("adam", Adam(0.1), (0.9000000020, 0.9366103542, 0.8946447927, 0.8602691583, 0.8254623660)),
    ("amsgrad", AMSGrad(0.1), (0.9000000020, 0.9366103542, 0.8946447927, 0.8602863504, 0.8254795581)),
    ("adamax", AdaMax(0.1), (0.9000000020, 0.9289473701, 0.9011798426, 0.8814669050, 0.8634942974)),
    ("nadam", NAdam(0.1), (0.8943548243, 0.9850105724, 0.8882413946, 0.8828169094, 0.8627589508)),
    ("radam", RAdam(0.1), (0.95, 0.9789473684, 0.9234123131, 0.8840258635, 0.8481525027)),
    ("adamw", AdamW(0.1, weight_decay=0.1), (0.8900000020, 0.9177103542, 0.8665676892, 0.8235263778, 0.7804843217)),
]  # fmt: skip


@pytest.mark.parametrize(("optimizer", "path"), [row[1:] for row in O27], ids=[row[0] for row in O27])
def test_o27_five_steps_of_one_parameter(optimizer: Any, path: tuple[float, ...]) -> None:
    np.testing.assert_allclose(iterates(optimizer, O27_SLOPES), path, rtol=0, atol=5.1e-11)


def test_o27_adam_with_l2_in_the_gradient() -> None:
    adam, theta = Adam(0.1), np.array([1.0])
    state, out = adam.init(theta), []
    for t, g in enumerate(O27_SLOPES, start=1):
        theta, state = adam.step(theta, g + 0.1 * theta, state, t, 0.1)
        out.append(theta[0])
    path = (0.9000000017, 0.9252635194, 0.8776172608, 0.8364538639, 0.7943632652)
    np.testing.assert_allclose(out, path, rtol=0, atol=5.1e-11)


def test_o28_the_stanford_checks() -> None:
    w, dw = np.linspace(-0.4, 0.6, 20), np.linspace(-0.6, 0.4, 20)
    up, down = np.linspace(0.6, 0.9, 20), np.linspace(0.7, 0.5, 20)
    momentum = Momentum(1e-3)  # their v is the move itself, -lr times ours
    theta, _ = momentum.step(w, dw, momentum.init(w)._replace(v=-up / 1e-3), 1, 1e-3)
    np.testing.assert_allclose(theta[:5], (0.1406, 0.20738947, 0.27417895, 0.34096842, 0.40775789), rtol=1e-7)
    rms = RMSprop(1e-2, beta=0.99)
    theta, _ = rms.step(w, dw, rms.init(w)._replace(s=up), 1, 1e-2)
    np.testing.assert_allclose(theta[:5], (-0.39223849, -0.34037513, -0.28849239, -0.23659121, -0.18467247), rtol=1e-7)
    adam = Adam(1e-2)
    theta, _ = adam.step(w, dw, adam.init(w)._replace(m=up, v=down), 6, 1e-2)
    np.testing.assert_allclose(theta[:5], (-0.40094747, -0.34836187, -0.29577703, -0.24319299, -0.19060977), rtol=1e-7)


def test_o29_under_a_constant_gradient_both_corrected_means_are_exact_at_every_step() -> None:
    adam, theta = Adam(1e-3), np.zeros(1)
    state, m, v = adam.init(theta), [], []
    for t in range(1, 6):
        theta, state = adam.step(theta, np.array([3.7]), state, t, 1e-3)
        m.append(state.m[0])
        v.append(state.v[0])
        assert state.m[0] / (1 - 0.9**t) == pytest.approx(3.7, rel=1e-12)
        assert state.v[0] / (1 - 0.999**t) == pytest.approx(3.7**2, rel=1e-11)
    np.testing.assert_allclose(m, (0.37, 0.703, 1.0027, 1.27243, 1.515187), rtol=CLOSED)
    np.testing.assert_allclose(v[:3], (0.01369, 0.02736631, 0.04102894369), rtol=CLOSED)
    assert theta[0] == pytest.approx(-0.0049999999865, rel=1e-11)


def test_o30_adam_first_step_is_lr_times_the_sign() -> None:
    assert iterates(Adam(0.1), [0.5])[0] == pytest.approx(0.9000000020, abs=5.1e-11)
    assert iterates(Adam(0.1), [-0.5])[0] == pytest.approx(1.0999999980, abs=5.1e-11)


@pytest.mark.parametrize(("beta2", "factor"), [(0.999, 3.1622776602), (0.9, 0.3162277660)])
def test_o31_without_correction_the_first_step_has_the_wrong_length(beta2: float, factor: float) -> None:
    adam = Adam(0.01, beta2=beta2, eps=0.0, bias_correction=False)
    assert 1 - iterates(adam, [0.5])[0] == pytest.approx(0.01 * factor, rel=CLOSED)


def test_o32_a_lone_gradient_after_long_silence_moves_by_the_bound() -> None:
    adam = Adam(0.01, eps=0.0)
    theta, _ = adam.step(np.ones(1), np.array([0.5]), adam.init(np.ones(1)), 20_000, 0.01)
    assert 1 - theta[0] == pytest.approx(0.01 * 3.16227766, rel=1e-8)


@pytest.mark.parametrize(("g", "share"), [(1e-3, 0.999990), (1e-4, 0.999900), (1e-5, 0.999001), (1e-6, 0.990099),
                                          (1e-8, 0.5)])  # fmt: skip
def test_o33_eps_outside_the_root_damps_gradients_near_eps(g: float, share: float) -> None:
    steps = np.diff(iterates(Adam(1.0), [g] * 4, theta=0.0), prepend=0.0)
    np.testing.assert_allclose(-steps, share, rtol=0, atol=5.1e-7)


@pytest.mark.parametrize(("g", "share"), [(1e-4, 0.969347), (1e-5, 0.759747), (1e-6, 0.240253)])
def test_o34_keras_eps_hat_is_an_eps_larger_by_the_root_of_the_correction(g: float, share: float) -> None:
    eps = 1e-7 / np.sqrt(1 - 0.999)
    assert -iterates(Adam(1.0, eps=eps), [g], theta=0.0)[0] == pytest.approx(share, abs=5.1e-7)


@pytest.mark.parametrize(("beta", "factor"), [(0.9, 3.16227766), (0.99, 10.0), (0.999, 31.6227766)])
def test_o35_rmsprop_first_step_is_too_long_by_the_root_of_1_minus_beta(beta: float, factor: float) -> None:
    assert -iterates(RMSprop(0.01, beta, eps=0.0), [0.5], theta=0.0)[0] == pytest.approx(0.01 * factor, rel=2e-9)


@pytest.mark.parametrize(("lr", "curvature"), [(0.1, 1.0), (0.1, 0.1), (0.1, 10.0), (0.01, 0.1)])
def test_o36_rmsprop_with_a_constant_rate_ends_jumping_by_lr(lr: float, curvature: float) -> None:
    ends = minimize(Quadratic([curvature]), [1.0], RMSprop(lr), 3000).theta[-2:, 0]
    amplitude = lr / 2 - 1e-8 / curvature  # ε outside: lr·|g|/(|g| + ε) = 2·amplitude
    np.testing.assert_allclose(np.sort(ends), (-amplitude, amplitude), rtol=1e-9)
    assert lr != 0.1 or abs(ends[0]) == pytest.approx(0.0499999, abs=2e-7)


def test_o37_adagrad_steps_shrink_as_1_over_the_root_of_t() -> None:
    steps = -np.diff(iterates(Adagrad(1.0, eps=0.0), [3.7] * 100, theta=0.0), prepend=0.0)
    np.testing.assert_allclose(steps[[0, 3, 24, 99]], (1, 0.5, 0.2, 0.1), rtol=CLOSED)
    assert steps.sum() == pytest.approx(18.5896038, rel=1e-8)


@pytest.mark.parametrize(("pair", "ratio"), [((1.1, 0.9), 0.9950372), ((0.1, 0.1), 1.0), ((1.1, -0.9), 0.0995037)])
def test_o38_adam_step_is_a_signal_to_noise_ratio(pair: tuple[float, float], ratio: float) -> None:
    long = 1 - 1e-7  # so slow that the means are plain means
    adam = Adam(1.0, beta1=long, beta2=long, eps=0.0)
    last = iterates(adam, pair * 50, theta=0.0)[-2:]
    assert last[0] - last[1] == pytest.approx(ratio, abs=1e-6)


REDDI_C = np.array([[3.0], [4.0], [10.0]])


@pytest.mark.parametrize(
    ("optimizer", "ends"),
    [(Adam(0.1, beta1=0.0, beta2=1 / (1 + REDDI_C**2)), (1.0, 1.0, 1.0)),
     (AMSGrad(0.1, beta1=0.0, beta2=1 / (1 + REDDI_C**2)), (-0.999597, -0.999703, -0.999884))],
    ids=["adam", "amsgrad"],
)  # fmt: skip
def test_o39_adam_walks_to_the_worst_point_of_reddi_s_problem_and_amsgrad_to_the_best(
    optimizer: Any, ends: tuple[float, ...]
) -> None:
    x = np.zeros((3, 1))
    state = optimizer.init(x)
    for t in range(1, 30_001):
        g = REDDI_C if t % 3 == 1 else -np.ones((3, 1))
        x, state = optimizer.step(x, g, state, t, 0.1 / np.sqrt(t))
        x = np.clip(x, -1.0, 1.0)
    np.testing.assert_allclose(x[:, 0], ends, rtol=0, atol=5.1e-7)


def test_o39_sgd_walks_to_the_best_point_of_reddi_s_problem() -> None:
    sgd, x = SGD(0.1), np.zeros((3, 1))
    for t in range(1, 30_001):
        x, _ = sgd.step(x, REDDI_C if t % 3 == 1 else -np.ones((3, 1)), sgd.init(x), t, 0.1 / np.sqrt(t))
        x = np.clip(x, -1.0, 1.0)
    np.testing.assert_allclose(x, -0.998845, rtol=0, atol=5.1e-7)  # whatever C


@pytest.mark.parametrize(
    ("optimizer", "straight", "turned"),
    [(Adam(0.05), 8.957e-4, 0.34134), (Adagrad(0.5), 9.4e-48, 0.13185), (SGD(2 / 101), 0.9248164, 0.9248164)],
)
def test_o40_coordinate_wise_methods_see_the_axes(optimizer: Any, straight: float, turned: float) -> None:
    for angle, loss in ((0.0, straight), (np.pi / 4, turned)):
        f = Quadratic([1, 100], angle=angle)
        assert minimize(f, f.start, optimizer, 100).loss[-1] == pytest.approx(loss, rel=2e-3 if loss < 1e-9 else 6e-5)


def test_o41_l2_in_the_gradient_shrinks_by_1_minus_lr_lambda_under_sgd() -> None:
    sgd, theta = SGD(0.1), np.ones(1)
    moved, _ = sgd.step(theta, 0.3 + 0.1 * theta, sgd.init(theta), 1, 0.1)
    assert moved[0] == pytest.approx(0.96, rel=CLOSED)
    shrunk, _ = sgd.step(theta, 0.7 / 5 * theta, sgd.init(theta), 1, 0.1)
    assert shrunk[0] == pytest.approx(0.986, rel=CLOSED)


@pytest.mark.parametrize(("scale", "l2"), [(0.01, -0.0111), (1.0, 0.0330), (100.0, 0.7684)])
def test_o42_decoupled_decay_does_not_feel_the_scale_of_the_gradient(scale: float, l2: float) -> None:
    with np.load(Path(__file__).parents[1] / "traces" / "noise.npz") as recorded:
        noise = scale * recorded["noise"].astype(np.float64)
    assert iterates(AdamW(0.01, weight_decay=0.1), noise)[-1] == pytest.approx(0.03253, abs=6e-6)
    adam, theta = Adam(0.01), np.ones(1)
    state = adam.init(theta)
    for t, g in enumerate(noise, start=1):
        theta, state = adam.step(theta, g + 0.1 * theta, state, t, 0.01)
    assert theta[0] == pytest.approx(l2, abs=6e-5)


def test_o43_lion_moves_by_lr_and_keeps_moving_when_the_gradient_is_0() -> None:
    np.testing.assert_allclose(iterates(Lion(0.1), O27_SLOPES), (0.9, 1.0, 0.9, 0.8, 0.7), rtol=CLOSED)


def test_o46_clipping_by_norm_keeps_the_direction() -> None:
    np.testing.assert_allclose(clip(np.array([3.0, 4.0]), 1.0), (0.6, 0.8), rtol=CLOSED)
    np.testing.assert_allclose(clip(np.array([3.0, 0.0, 0.0, 4.0]), 1.0), (0.6, 0, 0, 0.8), rtol=CLOSED)
    by_value = np.clip([3.0, 4.0], -1, 1)
    angle = np.degrees(np.arccos(by_value @ clip(np.array([3.0, 4.0]), 1.0) / np.sqrt(2)))
    assert angle == pytest.approx(8.1301, abs=5.1e-5)


def test_o47_adam_does_not_see_a_factor_before_the_loss_and_descent_needs_lr_divided_by_it() -> None:
    plain, scaled = Quadratic([1, 10]), Quadratic([64, 640])  # a power of 2: the same digits
    adam = Adam(0.05, eps=0.0)
    np.testing.assert_array_equal(
        minimize(scaled, [1.0, 1.0], adam, 50).theta, minimize(plain, [1.0, 1.0], adam, 50).theta
    )
    sgd = minimize(scaled, [1.0, 1.0], replace(SGD(0.05), lr=0.05 / 64), 50).theta
    np.testing.assert_allclose(sgd, minimize(plain, [1.0, 1.0], SGD(0.05), 50).theta, rtol=1e-12)
    assert minimize(scaled, [1.0, 1.0], SGD(0.05), 50).diverged


# ---- D. schedules


def test_o48_simple_decays() -> None:
    assert Exponential(1.0, 0.95)(10) == pytest.approx(0.5987369392, rel=CLOSED)
    assert Exponential(0.1, 0.95)(10) == pytest.approx(0.0598736939, rel=CLOSED)
    assert Exponential(0.1, float(np.exp(-0.05)))(10) == pytest.approx(0.0606530660, rel=CLOSED)
    assert [Step(0.1, every=10, gamma=0.5)(t) for t in (9, 10, 25)] == pytest.approx([0.1, 0.05, 0.025], rel=CLOSED)
    assert InverseTime(0.1, k=0.1)(10) == pytest.approx(0.05, rel=CLOSED)
    assert InverseTime(1.0, k=0.1)(10) ** 2 * 0.1 == pytest.approx(0.025, rel=CLOSED)
    assert InverseSqrt(0.1)(99) == pytest.approx(0.01, rel=CLOSED)


def test_o49_cosine() -> None:
    wave = [Cosine(0.1, total=100)(t) for t in (0, 25, 50, 75, 100)]
    assert wave == pytest.approx([0.1, 0.0853553391, 0.05, 0.0146446609, 0.0], rel=1e-8, abs=1e-17)
    assert Cosine(0.1, total=100, final=0.01)(50) == pytest.approx(0.055, rel=CLOSED)


def test_o50_warmup_then_cosine() -> None:
    schedule = Warmup(5, then=Cosine(0.3, total=15, final=0.01))
    rates = [schedule(t) for t in (0, 1, 5, 10, 12.5, 20)]
    assert rates == pytest.approx([0, 0.06, 0.3, 0.2275, 0.155, 0.01], rel=CLOSED)


def test_o51_warm_restarts() -> None:
    schedule = WarmRestarts(0.1, first=10, factor=2)
    assert [t for t in range(1, 100) if schedule(t) == 0.1] == [10, 30, 70]
    assert (schedule(5), schedule(20)) == (pytest.approx(0.05, rel=CLOSED), pytest.approx(0.05, rel=CLOSED))


def test_o52_one_cycle() -> None:
    schedule = OneCycle(0.1, total=100)
    rates = np.array([schedule(t) for t in range(100)])
    assert rates.argmax() == 29
    assert rates[29] == pytest.approx(0.1, rel=CLOSED)
    assert rates[[0, 50, 99]] == pytest.approx([0.004, 0.0793893, 4e-7], rel=RUN)


def test_o53_exponential_decay_bounds_the_distance() -> None:
    schedule = Exponential(0.1, 0.95)
    trace = minimize(lambda theta: (theta[..., 0], np.ones_like(theta)), [0.0], SGD(schedule), 1000)
    assert -trace.theta[-1, 0] == pytest.approx(2.0, rel=CLOSED)
    assert np.all(-trace.theta[:300, 0] < 2.0)


def test_o53_a_polynomial_schedule_of_power_1_travels_half_as_far_as_a_constant_one() -> None:
    trace = minimize(lambda theta: (theta[..., 0], np.ones_like(theta)), [0.0], SGD(Polynomial(0.1, total=100)), 100)
    assert -trace.theta[-1, 0] == pytest.approx(0.1 * 101 / 2, rel=CLOSED)
