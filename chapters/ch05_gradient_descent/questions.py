"""The graded questions of chapter 5."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives import LinearRegression, Quadratic, Rosenbrock, with_intercept
from course_utils.questions import Probe, Question, WrongAnswer

Array = NDArray[np.float64]
Probes = dict[str, list[Probe]]


# 05.1 ------------------------------------------------------------------------------------------ gradient descent


def gd(f_grad: Callable[[Array], Array], x0: ArrayLike, lr: float, steps: int) -> Array:
    x = np.array(x0, dtype=float)
    history = [x]
    for _ in range(steps):
        x = x - lr * f_grad(x)
        history.append(x)
    return np.array(history)


def gd_probes(rng: np.random.Generator) -> Probes:
    ravine = Quadratic([0.2, 4.0])
    bowl = Quadratic(rng.uniform(0.5, 3.0, size=4))
    return {
        "a ravine": [Probe((ravine.grad, np.array([-5.0, -2.0]), 0.4, 20), what="the ravine 0.1x² + 2y²")],
        "four parameters": [
            Probe((bowl.grad, rng.normal(size=4), float(rng.uniform(0.05, 0.4)), 15), what="a bowl in four parameters")
        ],
        "few steps": [
            Probe((bowl.grad, rng.normal(size=4), 0.1, 1), what="steps=1"),
            Probe((bowl.grad, rng.normal(size=4), 0.1, 0), what="steps=0"),
        ],
        "divergence": [Probe((ravine.grad, np.array([1.0, 1.0]), 0.6, 20), what="lr=0.6, above the limit of the ravine")],
    }


def _gd_ascent(f_grad: Any, x0: Any, lr: float, steps: int) -> Array:
    return gd(lambda x: -f_grad(x), x0, lr, steps)


def _gd_aliased(f_grad: Any, x0: Any, lr: float, steps: int) -> Array:
    return np.repeat(gd(f_grad, x0, lr, steps)[-1:], steps + 1, axis=0)


def _gd_no_start(f_grad: Any, x0: Any, lr: float, steps: int) -> Array:
    return np.array(list(gd(f_grad, x0, lr, steps)[1:]))


def _gd_last_only(f_grad: Any, x0: Any, lr: float, steps: int) -> Array:
    return gd(f_grad, x0, lr, steps)[-1]


def _gd_stale_gradient(f_grad: Any, x0: Any, lr: float, steps: int) -> Array:
    g = f_grad(np.array(x0, dtype=float))
    return gd(lambda x: g, x0, lr, steps)


GD = Question(
    id="ch05.gd",
    points=3,
    signature="gd(f_grad, x0, lr, steps)",
    reference=gd,
    probes=gd_probes,
    rtol=1e-9,
    wrong_answers=[
        WrongAnswer(
            "ascent",
            _gd_ascent,
            "Your steps go uphill: each one adds lr·gradient. The gradient points where the loss grows fastest, so "
            "subtract it (§5.1).",
        ),
        WrongAnswer(
            "aliased_history",
            _gd_aliased,
            "Every row of your history is the last point. You changed one array in place and stored it again and again: "
            "the list holds the same array many times. Make a new one, x = x - lr * g, or store x.copy().",
        ),
        WrongAnswer(
            "no_start_row",
            _gd_no_start,
            "Your history begins after the first step. Row 0 is the start, so there are steps + 1 rows.",
        ),
        WrongAnswer("last_only", _gd_last_only, "You return the last point only. Return every point, the start included."),
        WrongAnswer(
            "gradient_once",
            _gd_stale_gradient,
            "All your steps are the same: the gradient was computed once, at the start. Compute it again at every point.",
        ),
    ],
    hints=[
        "Keep a list that begins with the start, and append after each step.",
        "x = x - lr * f_grad(x) makes a new array; x -= … changes the one already in your list.",
        "np.array(history) turns a list of points (P,) into one array (steps + 1, P).",
    ],
)


# 05.2 ---------------------------------------------------------------------------------------------- learning rates


def max_stable_lr(A: ArrayLike) -> float:
    return float(2 / np.linalg.eigvalsh(A)[-1])


def best_lr(A: ArrayLike) -> float:
    lam = np.linalg.eigvalsh(A)
    return float(2 / (lam[0] + lam[-1]))


def _spd(rng: np.random.Generator, n: int) -> Array:
    q = np.linalg.qr(rng.normal(size=(n, n)))[0]
    return np.asarray((q * rng.uniform(0.5, 20.0, size=n)) @ q.T)


def lr_probes(rng: np.random.Generator) -> Probes:
    return {
        "diagonal": [Probe((np.diag([1.0, 10.0]),)), Probe((np.diag([7.0, 3.0, 0.5]),))],
        "rotated": [Probe((_spd(rng, 2),)), Probe((_spd(rng, 5),), what="a full 5×5 matrix")],
        "a regression": [Probe((np.array([[22.0, 6.0], [6.0, 2.0]]),))],
    }


MAX_STABLE_LR = Question(
    id="ch05.max_stable_lr",
    points=2,
    signature="max_stable_lr(A)",
    reference=max_stable_lr,
    probes=lr_probes,
    wrong_answers=[
        WrongAnswer(
            "one_over_L",
            lambda A: 1 / np.linalg.eigvalsh(A)[-1],
            "You return 1/L. That rate finishes the steepest direction in one step; the limit is twice as large: "
            "|1 - αL| < 1 holds up to α = 2/L (§5.4).",
        ),
        WrongAnswer(
            "smallest_eigenvalue",
            lambda A: 2 / np.linalg.eigvalsh(A)[0],
            "You divide by the smallest curvature. The steepest direction diverges first, so the largest one sets the limit.",
        ),
        WrongAnswer(
            "largest_entry",
            lambda A: 2 / np.diag(A).max(),
            "You used the largest diagonal entry. That is the largest curvature only if A is diagonal; take eigenvalues: "
            "np.linalg.eigvalsh(A).",
        ),
        WrongAnswer(
            "trace",
            lambda A: 2 / np.trace(A),
            "You divide by the trace, the sum of all curvatures. Stable it is, but the limit is set by the largest one alone.",
        ),
        WrongAnswer(
            "best_rate",
            best_lr,
            "That is the fastest rate, 2/(μ + L). The largest stable one is higher, and useless: at it the error stays.",
        ),
    ],
    hints=[
        "Write the error along one eigenvector after a step: it is multiplied by 1 - αλ.",
        "All factors must stay inside (-1, 1). Which eigenvalue breaks this first?",
        "np.linalg.eigvalsh(A) returns the eigenvalues of a symmetric matrix in ascending order.",
    ],
)

BEST_LR = Question(
    id="ch05.best_lr",
    points=2,
    signature="best_lr(A)",
    reference=best_lr,
    probes=lr_probes,
    wrong_answers=[
        WrongAnswer(
            "one_over_L",
            lambda A: 1 / np.linalg.eigvalsh(A)[-1],
            "1/L is a safe rate, not the fastest: the flat direction then shrinks by 1 - 1/κ a step. Balance both ends of "
            "the spectrum (§5.4).",
        ),
        WrongAnswer(
            "stability_limit",
            max_stable_lr,
            "That is the limit of stability: there the steepest direction flips sign for ever and never shrinks.",
        ),
        WrongAnswer(
            "mean_eigenvalue",
            lambda A: 1 / np.linalg.eigvalsh(A).mean(),
            "You balanced the mean of all eigenvalues. Only the two ends matter: the worst factor is at μ or at L.",
        ),
        WrongAnswer(
            "diagonal",
            lambda A: 2 / (np.diag(A).min() + np.diag(A).max()),
            "You used diagonal entries as curvatures. For a full matrix take its eigenvalues.",
        ),
        WrongAnswer(
            "half",
            lambda A: 1 / (np.linalg.eigvalsh(A)[0] + np.linalg.eigvalsh(A)[-1]),
            "You lost a factor 2: 1 - αμ = -(1 - αL) gives α = 2/(μ + L).",
        ),
    ],
    hints=[
        "The slowest direction has the factor max(|1 - αμ|, |1 - αL|). Sketch both against α.",
        "The maximum is least where the two are equal: 1 - αμ = αL - 1.",
    ],
)


# 05.3 -------------------------------------------------------------------------------------------- counting steps


def steps_to(kappa: float, tol: float) -> int:
    rate = (kappa - 1) / (kappa + 1)
    return int(np.ceil(np.log(tol) / np.log(rate)))


def steps_probes(rng: np.random.Generator) -> Probes:
    return {
        "κ = 10 and 100": [Probe((10.0, 1e-6)), Probe((100.0, 1e-6))],
        "a small κ": [Probe((2.0, 1e-8)), Probe((3.0, 1e-12))],
        "a large κ": [Probe((1e4, 1e-6)), Probe((float(np.round(rng.uniform(200, 5000))), 1e-6))],
        "another tolerance": [Probe((float(np.round(rng.uniform(20, 90))), 1e-3)), Probe((50.0, 1e-9))],
    }


STEPS_TO = Question(
    id="ch05.steps_to",
    points=2,
    signature="steps_to(kappa, tol)",
    reference=steps_to,
    probes=steps_probes,
    rtol=0.0,
    atol=1.0,
    wrong_answers=[
        WrongAnswer(
            "rate_of_one_over_L",
            lambda kappa, tol: np.ceil(np.log(tol) / np.log(1 - 1 / kappa)),
            "You counted with the factor 1 - 1/κ, which belongs to the rate 1/L. At the best rate the factor is "
            "(κ - 1)/(κ + 1), about half the steps.",
        ),
        WrongAnswer(
            "common_logarithm",
            lambda kappa, tol: np.ceil(np.log10(tol) / np.log((kappa - 1) / (kappa + 1))),
            "You divided a logarithm to base 10 by a natural one. Use the same in both places.",
        ),
        WrongAnswer(
            "square",
            lambda kappa, tol: np.ceil(np.log(tol) / (2 * np.log((kappa - 1) / (kappa + 1)))),
            "You counted for the loss, which falls with the square of the error. The tolerance is for ‖x‖.",
        ),
        WrongAnswer(
            "kappa_log",
            lambda kappa, tol: np.ceil(kappa * np.log(1 / tol)),
            "κ·ln(1/tol) is the right order but twice too large at the best rate: -ln((κ - 1)/(κ + 1)) is about 2/κ.",
        ),
    ],
    hints=[
        "At the best rate both components shrink by the same factor in size. Which one?",
        "Solve rateᵏ ≤ tol for k. Both logarithms are negative.",
    ],
)


# 05.4 ------------------------------------------------------------------------------------------ a line through data


def fit_line(X: ArrayLike, y: ArrayLike, lr: float = 0.1, steps: int = 2000, ddof: int = 0) -> Array:
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    mean, std = X.mean(axis=0), X.std(axis=0, ddof=ddof)
    Z = with_intercept((X - mean) / std)
    theta = np.zeros(Z.shape[1])
    for _ in range(steps):
        theta = theta - lr * 2 / len(y) * Z.T @ (Z @ theta - y)
    w = theta[1:] / std
    return np.concatenate([[theta[0] - w @ mean], w])


def fit_probes(rng: np.random.Generator) -> Probes:
    x = rng.uniform(0, 2, size=(60, 1))
    wide = rng.normal(loc=[50.0, -3.0], scale=[20.0, 0.1], size=(80, 2))
    far = rng.normal(loc=[300.0], scale=[1.5], size=(40, 1))
    target = wide @ np.array([0.1, 5.0])
    return {
        "few steps": [Probe((wide, target, 0.2, 3), what="lr=0.2 and only 3 steps, from zero")],
        "one feature": [Probe((x, 1 + 2 * x[:, 0] + rng.normal(scale=0.5, size=60)), what="60 points of 1 + 2x + noise")],
        "two scales": [
            Probe(
                (wide, 4 + wide @ np.array([0.3, -7.0]) + rng.normal(size=80), 0.1, 200),
                what="two features, one 200 times as wide as the other",
            )
        ],
        "far from zero": [
            Probe((far, 10 - 2 * far[:, 0] + rng.normal(size=40), 0.1, 200), what="a feature whose mean is 200 times its spread")
        ],
    }


def _fit(X: Any, y: Any, lr: float, steps: int, **how: Any) -> Array:
    """The reference with one thing changed."""
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    scaled = how.get("scaled", True)
    mean, std = (X.mean(axis=0), X.std(axis=0)) if scaled else (np.zeros(X.shape[1]), np.ones(X.shape[1]))
    Z = (X - mean) / std
    Z = Z if how.get("no_intercept") else with_intercept(Z)
    ridge = np.zeros(Z.shape[1])
    ridge[:1] = how.get("ridge", 0.0)
    theta = np.zeros(Z.shape[1])
    for _ in range(steps):
        factor = 2.0 if how.get("sum") else 2 / len(y)
        theta = theta - lr * (factor * Z.T @ (Z @ theta - y) + 2 * ridge * theta)
    if how.get("no_intercept"):
        return np.concatenate([[0.0], theta / std])
    if how.get("not_undone"):
        return theta
    if how.get("half_undone"):
        return np.concatenate([theta[:1], theta[1:] / std])
    w = theta[1:] / std
    if how.get("intercept_last"):
        return np.concatenate([w, [theta[0] - w @ mean]])
    if how.get("sign_slip"):
        return np.concatenate([[theta[0] + w @ mean], w])
    if how.get("mixed_units"):
        return np.concatenate([[theta[0] - theta[1:] @ mean], w])
    return np.concatenate([[theta[0] - w @ mean], w])


FIT_LINE = Question(
    id="ch05.fit_line",
    points=3,
    signature="fit_line(X, y, lr=0.1, steps=2000)",
    reference=fit_line,
    probes=fit_probes,
    also_right={
        "the sample's standard deviation (n - 1)": lambda X, y, lr=0.1, steps=2000: fit_line(X, y, lr, steps, ddof=1)
    },
    rtol=1e-6,
    atol=1e-8,
    wrong_answers=[
        WrongAnswer(
            "no_intercept",
            lambda X, y, lr=0.1, steps=2000: _fit(X, y, lr, steps, no_intercept=True),
            "Your line has no intercept: it is fitted through one fixed point. Add a column of ones.",
        ),
        WrongAnswer(
            "penalized_intercept",
            lambda X, y, lr=0.1, steps=2000: _fit(X, y, lr, steps, ridge=0.1),
            "Your intercept is pulled toward 0. Nothing in the mean squared error does that: leave out the penalty.",
        ),
        WrongAnswer(
            "not_undone",
            lambda X, y, lr=0.1, steps=2000: _fit(X, y, lr, steps, not_undone=True),
            "Your numbers belong to the standardized features. Translate them back: w = w_z / std and b = b_z - w·mean.",
        ),
        WrongAnswer(
            "intercept_not_undone",
            lambda X, y, lr=0.1, steps=2000: _fit(X, y, lr, steps, half_undone=True),
            "The slopes are back in the original units, the intercept is not: b = b_z - w·mean.",
        ),
        WrongAnswer(
            "intercept_last",
            lambda X, y, lr=0.1, steps=2000: _fit(X, y, lr, steps, intercept_last=True),
            "The numbers are right, their order is not: the intercept comes first, [b, w_1, …].",
        ),
        WrongAnswer(
            "sign_of_the_shift",
            lambda X, y, lr=0.1, steps=2000: _fit(X, y, lr, steps, sign_slip=True),
            "Your intercept has w·mean added. Multiply out w·(x - mean): the constant part is -w·mean.",
        ),
        WrongAnswer(
            "units_mixed",
            lambda X, y, lr=0.1, steps=2000: _fit(X, y, lr, steps, mixed_units=True),
            "Your intercept subtracts w_z·mean, with the slope of the standardized feature. Divide it by std first.",
        ),
        WrongAnswer(
            "sum_for_mean",
            lambda X, y, lr=0.1, steps=2000: _fit(X, y, lr, steps, sum=True),
            "Your gradient is a sum over the examples. The loss is their mean: divide by n, or the admissible rate shrinks "
            "with the size of the data.",
        ),
        WrongAnswer(
            "not_standardized",
            lambda X, y, lr=0.1, steps=2000: _fit(X, y, lr, steps, scaled=False),
            "You descend in the original units. There κ is huge and this rate diverges; standardize the features first.",
        ),
    ],
    hints=[
        "Standardize: Z = (X - mean) / std, column by column, then a column of ones in front.",
        "The gradient of the mean squared error is (2/n) Zᵀ(Zθ - y).",
        "ŷ = b_z + w_z·(x - mean)/std. Multiply out, and read off the slope and the intercept in x.",
    ],
)

_X3, _Y3 = np.random.RandomState(0), None

PUBLISHED_X = np.random.RandomState(0).rand(100, 1)


def lr_limit_of(convention: str) -> float:
    """2/L of the regression through the origin in one convention."""
    problem = LinearRegression(PUBLISHED_X, np.zeros(100), convention=convention)  # type: ignore[arg-type]
    return float(2 / problem.hessian[0, 0])


CONVENTIONS = Question(
    id="ch05.conventions",
    points=1,
    signature="limits",
    reference={name: lr_limit_of(name) for name in ("half_sum", "mean", "half_mean")},
    rtol=2e-3,
    wrong_answers=[
        WrongAnswer(
            "all_equal",
            {name: lr_limit_of("mean") for name in ("half_sum", "mean", "half_mean")},
            "You give one limit for all three. The gradients differ by constant factors, and the limits by their inverses.",
        ),
        WrongAnswer(
            "one_over_L",
            {name: lr_limit_of(name) / 2 for name in ("half_sum", "mean", "half_mean")},
            "You give 1/L. The limit is 2/L.",
        ),
        WrongAnswer(
            "sum_and_mean_exchanged",
            {"half_sum": lr_limit_of("half_mean"), "half_mean": lr_limit_of("half_sum")},
            "Sum and mean are exchanged: a sum over 100 examples is 100 times as steep, so its rate must be 100 times smaller.",
        ),
    ],
    hints=["The second derivative of c·Σ(θxᵢ - yᵢ)² is 2c·Σxᵢ². What is c in each convention?"],
)


# 05.5 ------------------------------------------------------------------------------------- stopping and line search


def gd_until(fun: Callable[[Array], tuple[float, Array]], x0: ArrayLike, lr: float, tol: float, max_steps: int) -> Any:
    x = np.array(x0, dtype=float)
    for k in range(max_steps):
        _, g = fun(x)
        if np.linalg.norm(g) <= tol:
            return x, k
        x = x - lr * g
    return x, max_steps


def _wrong_until(rule: str) -> Callable[..., Any]:
    def stop(fun: Any, x0: Any, lr: float, tol: float, max_steps: int) -> Any:
        x = np.array(x0, dtype=float)
        before = np.inf
        for k in range(max_steps):
            loss, g = fun(x)
            if rule == "loss increase" and loss > before:
                return x, k
            if rule == "loss change" and abs(before - loss) <= tol:
                return x, k
            if rule == "step length" and lr * np.linalg.norm(g) <= tol:
                return x, k
            if rule == "largest component" and np.abs(g).max() <= tol:
                return x, k
            if rule == "squared norm" and g @ g <= tol:
                return x, k
            if rule == "one step more" and np.linalg.norm(g) <= tol:
                return x - lr * g, k + 1
            before = loss
            x = x - lr * g
        return x, max_steps

    return stop


def until_probes(rng: np.random.Generator) -> Probes:
    bowl = Quadratic(rng.uniform(0.5, 4.0, size=3))
    flat, round_ = Quadratic([1.0, 1e-2]), Quadratic(np.ones(6))
    start = rng.normal(size=3) + 2
    return {
        "a bowl": [Probe((bowl.value_and_grad, start, 0.3, 1e-4, 1000), what="a bowl, tol=1e-4")],
        "a flat valley": [
            Probe((flat.value_and_grad, np.array([1.0, 1.0]), 1.0, 1e-3, 5000), what="a valley with κ = 100, tol=1e-3")
        ],
        "many parameters": [
            Probe((round_.value_and_grad, np.ones(6), 0.1, 1e-3, 1000), what="a round bowl in six parameters, tol=1e-3")
        ],
        "the limit": [Probe((bowl.value_and_grad, start, 1e-3, 1e-6, 20), what="max_steps=20, too few")],
        "at once": [Probe((bowl.value_and_grad, np.zeros(3), 0.1, 1e-8, 100), what="a start at the minimum")],
    }


GD_UNTIL = Question(
    id="ch05.gd_until",
    points=2,
    signature="gd_until(fun, x0, lr, tol, max_steps)",
    reference=gd_until,
    probes=until_probes,
    wrong_answers=[
        WrongAnswer(
            "loss_increase_only",
            _wrong_until("loss increase"),
            "You stop only when the loss goes up. At a good rate it never does, so you always run to max_steps. Look at ‖g‖.",
        ),
        WrongAnswer(
            "small_loss_change",
            _wrong_until("loss change"),
            "You stop when the loss barely changes. In a flat valley that happens far from the minimum: the change is about "
            "lr·‖g‖², small long before ‖g‖ is. Compare ‖g‖ with tol.",
        ),
        WrongAnswer(
            "step_length",
            _wrong_until("step length"),
            "You compare the length of the step, lr·‖g‖, with tol: a smaller rate would then look more converged.",
        ),
        WrongAnswer(
            "squared_norm",
            _wrong_until("squared norm"),
            "You compare ‖g‖² with tol. The rule asks for ‖g‖: take the root, np.linalg.norm(g).",
        ),
        WrongAnswer(
            "one_step_more",
            _wrong_until("one step more"),
            "You take one more step after the gradient was short enough. Test first, then step.",
        ),
        WrongAnswer(
            "largest_component",
            _wrong_until("largest component"),
            "You compare the largest component of the gradient with tol. The rule asks for its Euclidean length.",
        ),
    ],
    hints=[
        "Compute the gradient, test it, and only then step.",
        "Return the point and the number of steps taken before it was good enough.",
    ],
)


def armijo_step(fun: Any, x: Array, lr: float, shrink: float = 0.5, c: float = 1e-4) -> tuple[Array, float]:
    loss, g = fun(x)
    while fun(x - lr * g)[0] > loss - c * lr * (g @ g):
        lr = shrink * lr
    return x - lr * g, lr


def _wrong_armijo(how: str) -> Callable[..., Any]:
    def step(fun: Any, x: Array, lr: float, shrink: float = 0.5, c: float = 1e-4) -> tuple[Array, float]:
        loss, g = fun(x)
        if how == "never shrinks":
            return x - lr * g, lr
        slope = {"any decrease": 0.0, "unsquared": c * np.sqrt(g @ g)}.get(how, c * (g @ g))
        for _ in range(200):
            drop = c * (g @ g) if how == "no lr" else lr * slope
            if not fun(x - lr * g)[0] > loss - drop:
                break
            lr = shrink * lr
        else:
            raise TimeoutError
        if how == "shrinks once more":
            lr = shrink * lr
        if how == "old lr":
            return x - lr * g, lr / shrink
        return x - lr * g, lr

    return step


def armijo_probes(rng: np.random.Generator) -> Probes:
    valley, bowl = Rosenbrock(), Quadratic(rng.uniform(1.0, 30.0, size=3))
    x = rng.normal(size=3)
    return {
        "a valley": [
            Probe((valley.value_and_grad, np.array([-1.2, 1.0]), 1.0), what="Rosenbrock's valley from (-1.2, 1)"),
            Probe((valley.value_and_grad, rng.normal(size=2), 1.0, 0.7, 0.1), what="Rosenbrock's valley, c=0.1"),
        ],
        "a bowl": [Probe((bowl.value_and_grad, x, 1.0, 0.5, 0.3), what="a bowl, c=0.3")],
        "a strict test": [
            Probe((Quadratic([1.0]).value_and_grad, np.array([2.0]), 1.9, 0.9, 0.4), what="½x² from 2, lr=1.9, c=0.4"),
            Probe((Quadratic([1.0]).value_and_grad, np.array([0.5]), 1.9, 0.9, 0.4), what="½x² from 0.5, lr=1.9, c=0.4"),
        ],
        "nothing to do": [Probe((Quadratic([1.0]).value_and_grad, np.array([2.0]), 0.5), what="½x² from 2, lr=0.5")],
    }


ARMIJO = Question(
    id="ch05.armijo_step",
    points=2,
    signature="armijo_step(fun, x, lr, shrink=0.5, c=1e-4)",
    reference=armijo_step,
    probes=armijo_probes,
    wrong_answers=[
        WrongAnswer(
            "never_shrinks",
            _wrong_armijo("never shrinks"),
            "You take the step whatever it does. Shrink lr until the loss falls by at least c·lr·‖g‖².",
        ),
        WrongAnswer(
            "any_decrease",
            _wrong_armijo("any decrease"),
            "You accept any decrease. Steps that barely lower the loss can go on for ever without reaching the minimum: ask "
            "for c·lr·‖g‖².",
        ),
        WrongAnswer(
            "unsquared_gradient",
            _wrong_armijo("unsquared"),
            "You ask for c·lr·‖g‖. To first order a step lowers the loss by lr·‖g‖², with the square.",
        ),
        WrongAnswer(
            "rate_missing",
            _wrong_armijo("no lr"),
            "You ask for c·‖g‖² at every rate. The promise must shrink with the step: c·lr·‖g‖².",
        ),
        WrongAnswer(
            "shrinks_once_more",
            _wrong_armijo("shrinks once more"),
            "You shrink once more after the test has passed. Take the first rate that passes.",
        ),
        WrongAnswer(
            "returns_the_rate_before",
            _wrong_armijo("old lr"),
            "The point is right, the rate is not: return the one that you used.",
        ),
    ],
    hints=[
        "While the test fails, lr = shrink * lr; then step.",
        "The test: f(x - lr·g) ≤ f(x) - c·lr·‖g‖². The right side is a line through f(x), c times as steep as the slope.",
    ],
)


# 05.6 ---------------------------------------------------------------------------------------------------- claims

CLAIMS = Question(
    id="ch05.claims",
    points=3,
    signature="claims",
    reference={"A": False, "B": True, "C": False, "D": True, "E": False, "F": False},
    wrong_answers=[
        WrongAnswer(
            "bounded_is_convergent",
            {"A": True},
            "Claim A: at α = 2/L on ½Lx² the iterates are x, -x, x, …: bounded for ever, and never closer.",
        ),
        WrongAnswer(
            "small_gradient_is_minimum",
            {"C": True},
            "Claim C: run -exp(-x²/2) from x = 10. The gradient is 2e-21 and the loss is as high as it gets.",
        ),
        WrongAnswer(
            "gradient_descent_always_lowers",
            {"E": True},
            "Claim E: run ½·10x² with α = 0.21. Full gradients, and the loss rises at every step.",
        ),
        WrongAnswer(
            "smaller_is_safer_and_as_good",
            {"F": True},
            "Claim F: a rate ten times smaller needs about ten times the steps. Compare steps to 1e-6 at α and α/10.",
        ),
        WrongAnswer(
            "descent_lemma_denied",
            {"B": False},
            "Claim B: the lemma gives f(x - αg) ≤ f(x) - α(1 - αL/2)‖g‖², and the bracket is positive for 0 < α < 2/L.",
        ),
        WrongAnswer(
            "scaling_denied",
            {"D": False},
            "Claim D: standardizing changes the eigenvalues of the Hessian, and κ sets the number of steps. Compare both fits.",
        ),
    ],
    hints=["For each claim look for a one-line counter-example before you answer, and run it."],
)

QUESTIONS = [
    GD,
    MAX_STABLE_LR,
    BEST_LR,
    STEPS_TO,
    FIT_LINE,
    CONVENTIONS,
    GD_UNTIL,
    ARMIJO,
    CLAIMS,
]
