"""Every refusal of the library's core, whole: what is wrong, why it matters, what to try."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_utils.checks import count, decay, learning_rate, nonnegative, parameters, positive
from course_utils.data import load_digits
from course_utils.descent import minibatches, minimize
from course_utils.gradcheck import check_gradient, numerical_gradient
from course_utils.objectives import (
    Beale,
    LinearRegression,
    LogisticRegression,
    Quadratic,
    Ravine,
    SoftmaxRegression,
)
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
    Constant,
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
from course_utils.trace import Trace

Row = tuple[Callable[[], Any], type[Exception], str]

CLIMBS = "a negative learning rate climbs the loss."
SHARE = "it is the share of the old average that is kept, and at 1 nothing new would enter."
START = "it starts the motion, since the mean of past updates is 0 at first."
DENOMINATOR = "it keeps the denominator away from 0."
SPAN = "it is a number of steps. Try 100."
RATE = "the step is the rate times a direction. Try 0.1."
LAST_AXIS = "the last axis holds the parameters."

LINE = LinearRegression([[1.0], [2.0]], [1.0, 2.0])


def run(objective: Any = None, theta0: Any = (1.0, 1.0), steps: Any = 3, **options: Any) -> Trace:
    return minimize(Ravine() if objective is None else objective, theta0, SGD(0.1), steps, **options)


LEARNING_RATE: list[Row] = [
    (lambda: learning_rate(-0.1), ValueError, f"lr must be positive, got -0.1: {CLIMBS} Try 0.1."),
    (lambda: learning_rate(-1), ValueError, f"lr must be positive, got -1: {CLIMBS} Try 1."),
    (lambda: learning_rate(np.array([[0.1], [-0.2]])), ValueError,
     f"lr must be positive, got [ 0.1 -0.2]: {CLIMBS} Try 0.2."),
    (lambda: learning_rate(0), ValueError, "lr must be positive, got 0: with rate 0 nothing moves. Try 0.1."),
    (lambda: learning_rate(np.array([0.0, 0.5])), ValueError,
     "lr must be positive, got [0.  0.5]: with rate 0 nothing moves. Try 0.1."),
    (lambda: learning_rate(float("nan")), ValueError,
     "lr must be finite, got nan: the first step would leave the plane. Try 0.1."),
    (lambda: learning_rate(float("inf")), ValueError,
     "lr must be finite, got inf: the first step would leave the plane. Try 0.1."),
    (lambda: learning_rate("0.1"), TypeError,                           # type: ignore[arg-type]
     "lr must be a number, an array of numbers or a schedule t -> lr, got '0.1': the step is lr times a direction. "
     "Try lr=0.1."),
    (lambda: learning_rate(None), TypeError,                            # type: ignore[arg-type]
     "lr must be a number, an array of numbers or a schedule t -> lr, got None: the step is lr times a direction. "
     "Try lr=0.1."),
    (lambda: learning_rate(True), TypeError,
     "lr must be a number, an array of numbers or a schedule t -> lr, got True: the step is lr times a direction. "
     "Try lr=0.1."),
]  # fmt: skip

CHECKS: list[Row] = [
    (lambda: decay("beta", 1.0, 0.9), ValueError, f"beta must lie in [0, 1), got 1: {SHARE} Try 0.9."),
    (lambda: decay("beta", -0.1, 0.9), ValueError, f"beta must lie in [0, 1), got -0.1: {SHARE} Try 0.9."),
    (lambda: decay("beta", float("nan"), 0.9), ValueError, f"beta must lie in [0, 1), got nan: {SHARE} Try 0.9."),
    (lambda: decay("beta", np.array([0.5, 1.5]), 0.9), ValueError,
     f"beta must lie in [0, 1), got [0.5 1.5]: {SHARE} Try 0.9."),
    (lambda: nonnegative("eps", -1, "why", 0.5), ValueError, "eps must be 0 or more, got -1: why. Try 0.5."),
    (lambda: nonnegative("eps", float("inf"), "why", 0.5), ValueError, "eps must be 0 or more, got inf: why. Try 0.5."),
    (lambda: positive("size", 0, "why", 2), ValueError, "size must be positive, got 0: why. Try 2."),
    (lambda: positive("size", np.int64(-3), "why", 2), ValueError, "size must be positive, got -3: why. Try 2."),
    (lambda: positive("size", float("nan"), "why", 2), ValueError, "size must be positive, got nan: why. Try 2."),
    (lambda: count("n", 1.5, 0, "why"), ValueError,                     # type: ignore[arg-type]
     "n must be a whole number, 0 or more, got 1.5: why. Try 100."),
    (lambda: count("n", True, 0, "why"), ValueError, "n must be a whole number, 0 or more, got True: why. Try 100."),
    (lambda: count("n", 200, 500, "why"), ValueError, "n must be a whole number, 500 or more, got 200: why. Try 500."),
    (lambda: parameters(3.0, None, "f"), ValueError,
     "theta0 must be a vector (P,) or runs of vectors (R, P), got the single number 3.0: "
     f"{LAST_AXIS} Try np.array([3.0])."),
    (lambda: parameters(["a"], None, "f"), TypeError,
     "theta0 must hold numbers, got ['a']: steps are real vectors. Try np.array([1.0, 1.0])."),
    (lambda: parameters([1j], None, "f"), TypeError,
     "theta0 must hold numbers, got [1j]: steps are real vectors. Try np.array([1.0, 1.0])."),
    (lambda: parameters([1.0, 2.0, 3.0], 2, "Ravine"), ValueError,
     f"theta0 has 3 parameters (shape (3,)), but Ravine has 2: {LAST_AXIS} Try a start of shape (2,)."),
    (lambda: parameters([1.0, float("nan")], 2, "Ravine"), ValueError,
     "theta0 holds nan or inf: no step leads back from there. Start from finite numbers."),
]  # fmt: skip

TAKE_LR = [SGD, Momentum, Nesterov, Adagrad, RMSprop, Adadelta, Adam, AMSGrad, AdaMax, NAdam, RAdam, AdamW, Lion]


def out_of_range(make: Any, name: str, typical: float) -> Row:
    message = f"{name} must lie in [0, 1), got 1: {SHARE} Try {typical}."
    return lambda: make(0.1, **{name: 1.0}), ValueError, message


def negative(make: Any, name: str, why: str, typical: float) -> Row:
    return lambda: make(0.1, **{name: -1.0}), ValueError, f"{name} must be 0 or more, got -1: {why} Try {typical}."


OPTIMIZERS: list[Row] = [
    *(
        (lambda make=make: make(-0.1), ValueError, f"lr must be positive, got -0.1: {CLIMBS} Try 0.1.")
        for make in TAKE_LR
    ),
    *(out_of_range(make, "beta", 0.9) for make in (Momentum, Nesterov, RMSprop)),
    *(out_of_range(make, "beta1", 0.9) for make in (Adam, AMSGrad, AdaMax, NAdam, RAdam, AdamW, Lion)),
    *(out_of_range(make, "beta2", 0.999) for make in (Adam, AMSGrad, AdaMax, NAdam, RAdam, AdamW)),
    out_of_range(Lion, "beta2", 0.99),
    out_of_range(Adadelta, "rho", 0.9),
    negative(Adagrad, "eps", DENOMINATOR, 1e-10),
    *(negative(make, "eps", DENOMINATOR, 1e-08) for make in (RMSprop, Adam, AMSGrad, AdaMax, NAdam, RAdam, AdamW)),
    *(negative(make, "weight_decay", "a negative decay would grow the weights.", 0.01) for make in (AdamW, Lion)),
    negative(NAdam, "momentum_decay", "it is the exponent of a decay.", 0.004),
    (lambda: Adadelta(eps=0.0), ValueError, f"eps must be positive, got 0: {START} Try 1e-06."),
]

SCHEDULES: list[Row] = [
    *((lambda make=make: make(), ValueError, f"base must be positive, got -0.1: {RATE}") for make in (
        lambda: Constant(-0.1), lambda: Exponential(-0.1, 0.9), lambda: Step(-0.1, 3), lambda: InverseTime(-0.1, 1.0),
        lambda: Polynomial(-0.1, 10), lambda: InverseSqrt(-0.1), lambda: Cosine(-0.1, 10),
        lambda: WarmRestarts(-0.1, 10))),
    (lambda: OneCycle(-0.1, 10), ValueError, f"peak must be positive, got -0.1: {RATE}"),
    (lambda: Exponential(0.1, 0.0), ValueError,
     "gamma must be positive, got 0: it multiplies the rate at each step. Try 0.99."),
    (lambda: Step(0.1, 3, gamma=-1.0), ValueError,
     "gamma must be positive, got -1: it multiplies the rate at each drop. Try 0.1."),
    (lambda: Step(0.1, every=0), ValueError, f"every must be a whole number, 1 or more, got 0: {SPAN}"),
    (lambda: InverseTime(0.1, k=0.0), ValueError,
     "k must be positive, got 0: it sets how fast the rate decays. Try 0.1."),
    (lambda: InverseSqrt(0.1, k=0.0), ValueError,
     "k must be positive, got 0: it sets how fast the rate decays. Try 1.0."),
    (lambda: Polynomial(0.1, 10, power=0.0), ValueError,
     "power must be positive, got 0: 0 would be a constant rate. Try 1.0."),
    (lambda: Polynomial(0.1, total=0), ValueError, f"total must be a whole number, 1 or more, got 0: {SPAN}"),
    (lambda: Cosine(0.1, total=0), ValueError, f"total must be a whole number, 1 or more, got 0: {SPAN}"),
    (lambda: Cosine(0.1, total=2.5), ValueError,                        # type: ignore[arg-type]
     f"total must be a whole number, 1 or more, got 2.5: {SPAN}"),
    (lambda: WarmRestarts(0.1, first=0), ValueError, f"first must be a whole number, 1 or more, got 0: {SPAN}"),
    (lambda: WarmRestarts(0.1, first=10, factor=0), ValueError,
     "factor must be a whole number, 1 or more, got 0: each period is factor times as long as the one before. "
     "Try 100."),
    (lambda: Warmup(0, then=Constant(0.1)), ValueError, f"steps must be a whole number, 1 or more, got 0: {SPAN}"),
    (lambda: OneCycle(0.1, total=1), ValueError, f"total must be a whole number, 2 or more, got 1: {SPAN}"),
    (lambda: OneCycle(0.1, total=3), ValueError,
     "warm=0.3 of total=3 leaves no step to rise in: the peak stands at step warm·total - 1. "
     "Try a longer cycle or warm=0.3."),
    (lambda: OneCycle(0.1, total=100, warm=1.0), ValueError,
     "warm=1 leaves no step to come down in: it is the share of the cycle that rises. Try warm=0.3."),
    (lambda: OneCycle(0.1, total=100, div=0.0), ValueError,
     "div must be positive, got 0: the cycle starts at peak/div. Try 25."),
    (lambda: OneCycle(0.1, total=100, final_div=-1.0), ValueError,
     "final_div must be positive, got -1: the cycle ends at peak/(div·final_div). Try 10000."),
]  # fmt: skip

OBJECTIVES: list[Row] = [
    (lambda: Ravine().value_and_grad(np.ones(3)), ValueError,
     f"theta0 has 3 parameters (shape (3,)), but Ravine has 2: {LAST_AXIS} Try a start of shape (2,)."),
    (lambda: Beale().value_and_grad(np.ones(2), slice(0, 1)), ValueError,
     "Beale has no data, so it has no minibatches: batch must stay None. "
     "Try LinearRegression, or add noise to the gradient in a callable."),
    (lambda: Quadratic([]), ValueError,
     "eigenvalues must be a list of finite curvatures, got []: one per parameter. Try Quadratic([1, 10])."),
    (lambda: Quadratic([[1.0]]), ValueError,
     "eigenvalues must be a list of finite curvatures, got [[1.0]]: one per parameter. Try Quadratic([1, 10])."),
    (lambda: Quadratic([1.0, float("inf")]), ValueError,
     "eigenvalues must be a list of finite curvatures, got [1.0, inf]: one per parameter. Try Quadratic([1, 10])."),
    (lambda: Quadratic([1, 2, 3], angle=0.5), ValueError,
     "angle turns a bowl of two parameters, and this one has 3: in more dimensions one angle does not say which plane. "
     "Try basis=Q with an orthogonal matrix Q."),
    (lambda: Quadratic([1, 2], basis=np.ones((2, 2))), ValueError,
     "basis must be an orthogonal matrix of shape (2, 2): its columns are the directions of curvature. "
     "Try np.linalg.qr(A)[0]."),
    (lambda: Quadratic([1, 2], basis=np.eye(3)), ValueError,
     "basis must be an orthogonal matrix of shape (2, 2): its columns are the directions of curvature. "
     "Try np.linalg.qr(A)[0]."),
    (lambda: Quadratic([1, -1]).optimum, ValueError,
     "a quadratic with a negative eigenvalue has no minimum: it falls without end along it."),
    (lambda: LinearRegression([1.0, 2.0], [1.0, 2.0]), ValueError,
     "x must have shape (n, d), got (2,): rows are examples, columns are features. Try x.reshape(-1, 1)."),
    (lambda: LinearRegression([[1.0], [2.0]], [[1.0], [2.0]]), ValueError,
     "y must have shape (2,), got (2, 1): one target for each row of x, and a column (n, 1) would broadcast against it "
     "to (n, n). Try y.ravel()."),
    (lambda: LogisticRegression([[1.0], [2.0]], [1]), ValueError,
     "y must have shape (2,), got (1,): one target for each row of x, and a column (n, 1) would broadcast against it "
     "to (n, n). Try y.ravel()."),
    (lambda: LinearRegression([[1.0]], [1.0], "sum"), ValueError,       # type: ignore[arg-type]
     "convention must be 'mean', 'half_mean' or 'half_sum', got 'sum': squared error has three customary factors. "
     "Try 'mean', the course's."),
    (lambda: LogisticRegression([[1.0]], [-1]), ValueError,
     "y must hold the labels 0 and 1 only: the formula reads them as probabilities. Try (y > 0).astype(int)."),
    (lambda: LogisticRegression([[1.0]], [1]).optimum, ValueError,
     "logistic regression without a penalty may have no minimizer: on separable data the loss falls for ever. "
     "Try l2=1e-3."),
    (lambda: SoftmaxRegression([[1.0], [2.0]], [0, 3], classes=3), ValueError,
     "y must hold class numbers 0 … 2, got int64 from 0 to 3: they index the columns of W. Try classes=y.max() + 1."),
    (lambda: SoftmaxRegression([[1.0], [2.0]], [-1, 2], classes=3), ValueError,
     "y must hold class numbers 0 … 2, got int64 from -1 to 2: they index the columns of W. Try classes=y.max() + 1."),
    (lambda: SoftmaxRegression([[1.0], [2.0]], [0.0, 1.0], classes=3), ValueError,
     "y must hold class numbers 0 … 2, got float64 from 0.0 to 1.0: they index the columns of W. "
     "Try classes=y.max() + 1."),
    (lambda: SoftmaxRegression([[1.0]], [0], classes=2).optimum, ValueError,
     "softmax regression has no minimizer in closed form: train it, for instance with minimize."),
]  # fmt: skip

LOOP: list[Row] = [
    (lambda: run(steps=-1), ValueError,
     "steps must be a whole number, 0 or more, got -1: it is the number of updates. Try 100."),
    (lambda: run(steps=2.0), ValueError,
     "steps must be a whole number, 0 or more, got 2.0: it is the number of updates. Try 100."),
    (lambda: run(theta0=[1.0]), ValueError,
     f"theta0 has 1 parameters (shape (1,)), but Ravine has 2: {LAST_AXIS} Try a start of shape (2,)."),
    (lambda: run(clip_norm=0.0), ValueError,
     "clip_norm must be positive, got 0: it is the length gradients are cut down to. Try 1.0."),
    (lambda: run(3), TypeError,
     "objective must be an Objective or a callable theta -> (loss, gradient), got 3. Try Quadratic([1, 10])."),
    (lambda: run(lambda x: (x**2).sum()), TypeError,
     "the objective must return (loss, gradient), got float64: the loop needs both. Try `return loss, gradient`."),
    (lambda: run(lambda x: (x.sum(), x[:1])), ValueError,
     "the gradient has shape (1,), theta has (2,): there must be one slope for each parameter. "
     "Check for a missing sum or transpose."),
    (lambda: run(lambda x: (x**2, 2 * x)), ValueError,
     "the loss has shape (2,), expected (): one number a run. Sum over the last axis only, with .sum(axis=-1)."),
    (lambda: run(lambda x: ((x**2).sum(), 2 * x), np.ones((3, 2))), ValueError,
     "the loss has shape (), expected (3,): one number a run. Sum over the last axis only, with .sum(axis=-1)."),
    (lambda: run(batches=16, rng=np.random.default_rng(0)), ValueError,
     "batches=16 asks for minibatches, but Ravine has no examples (no .n): there is nothing to pick from. "
     "Try LinearRegression, or pass index arrays."),
    (lambda: run(LINE, [0.0], batches=2), ValueError,
     "batches=2 draws random rows, so rng is needed: runs must be repeatable. Try rng=np.random.default_rng(0)."),
    (lambda: run(LINE, [0.0], batches=0, rng=np.random.default_rng(0)), ValueError,
     "batch_size must be a whole number, 1 or more, got 0: a batch needs at least one example. Try 100."),
    (lambda: run(LINE, [0.0], batches=[np.array([0])]), ValueError,
     "batches ran out before step 2: every step takes one batch. Try fewer steps, or itertools.cycle(batches)."),
    (lambda: list(minibatches(10, 2.5, np.random.default_rng(0))), ValueError,  # type: ignore[arg-type]
     "batch_size must be a whole number, 1 or more, got 2.5: a batch needs at least one example. Try 100."),
    (lambda: run()[0], IndexError,
     "this trace has a single run, so there is no run to pick: trace[run] indexes runs, not steps. "
     "Try trace.loss[k] for the loss at step k."),
    (lambda: check_gradient(lambda x: (x.sum(), x[:1]), np.ones(2)), ValueError,
     "the gradient has shape (1,), theta has (2,): there must be one slope for each parameter. "
     "Check for a missing sum or transpose."),
    (lambda: numerical_gradient(lambda x: x, np.float64(2.0)), ValueError,  # type: ignore[arg-type]
     "theta0 must be a vector (P,) or runs of vectors (R, P), got the single number np.float64(2.0): "
     f"{LAST_AXIS} Try np.array([np.float64(2.0)])."),
    (lambda: load_digits(np.random.default_rng(0), test_share=1.0), ValueError,
     "test_share must lie between 0 and 1, got 1: both parts need examples. Try 0.25."),
    (lambda: load_digits(np.random.default_rng(0), test_share=0.0), ValueError,
     "test_share must lie between 0 and 1, got 0: both parts need examples. Try 0.25."),
]  # fmt: skip

TABLE = LEARNING_RATE + CHECKS + OPTIMIZERS + SCHEDULES + OBJECTIVES + LOOP


@pytest.mark.parametrize(("call", "kind", "message"), TABLE, ids=[f"{k}: {row[2][:40]}" for k, row in enumerate(TABLE)])
def test_the_error_says_what_is_wrong_why_and_what_to_try(
    call: Callable[[], Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=f"^{re.escape(message)}$") as caught:
        call()
    assert caught.type is kind


@pytest.mark.parametrize("message", sorted({row[2] for row in TABLE}))
def test_a_message_is_a_sentence_with_advice(message: str) -> None:
    assert message.endswith(".")
    without_advice = ("a quadratic with a negative eigenvalue", "softmax regression has no minimizer")
    assert re.search(r"\b(Try|Check|Start|Sum)\b", message) or message.startswith(without_advice)


@pytest.mark.parametrize("lr", [1e-9, 1, 0.5, np.float32(0.1), np.array([[0.1], [0.2]]), lambda t: 0.1])
def test_positive_rates_of_every_kind_pass(lr: Any) -> None:
    learning_rate(lr)


@pytest.mark.parametrize("beta", [0.0, 0.999999, np.array([0.0, 0.9])])
def test_averaging_factors_from_0_to_just_below_1_pass(beta: Any) -> None:
    decay("beta", beta, 0.9)


def test_eps_and_decay_may_be_0() -> None:
    assert Adam(0.1, eps=0.0).eps == 0.0
    assert AdamW(0.1, weight_decay=0.0).weight_decay == 0.0


def test_counts_may_be_numpy_integers_and_come_back_as_int() -> None:
    assert type(count("n", np.int32(3), 0, "why")) is int
    assert count("n", 0, 0, "why") == 0


def test_parameters_are_a_new_array_in_c_order() -> None:
    given = np.asfortranarray(np.ones((3, 4), np.float32))
    made = parameters(given, 4, "f")
    assert made.flags.c_contiguous
    assert made.dtype == np.float32
    assert not np.shares_memory(made, given)
    assert parameters([True, False], 2, "f").tolist() == [1.0, 0.0]


def test_arrays_are_shown_short() -> None:
    with pytest.raises(ValueError, match=re.escape("got [-1. -1. -1. ... -1. -1. -1.]")):
        learning_rate(-np.ones((1000, 1)))
