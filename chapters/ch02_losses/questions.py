"""The graded questions of chapter 2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.gradcheck import numerical_gradient
from course_utils.questions import Call, Probe, Question, WrongAnswer

Array = NDArray[Any]
Pair = tuple[float, Array]
Probes = dict[str, list[Probe]]


# ------------------------------------------------------------------------------------- properties of any loss


def _matches(output: Array, target: Array) -> Probe:
    """Is the gradient that of the answer's own value?"""

    def drive(loss: Call) -> bool:
        given = np.asarray(loss(output.copy(), target.copy())[1])
        measured = numerical_gradient(lambda z: loss(z, target.copy())[0], output)
        return bool(given.shape == measured.shape and np.allclose(given, measured, rtol=1e-5, atol=1e-7))

    return Probe(drive=drive, what="the question whether your gradient is that of your value (central differences)")


def _reordered(output: Array, target: Array, order: Array) -> Probe:
    """With the examples in another order the value stays and the gradient moves along."""

    def drive(loss: Call) -> Any:
        value, g = loss(output[order], target[order])
        back = np.empty(np.shape(g))
        back[order] = g
        return value, back

    return Probe(drive=drive, what="the same examples in another order")


def _doubled(output: Array, target: Array) -> Probe:
    """The mean does not care how often the data are repeated; each copy has half the gradient."""
    out, truth = np.concatenate([output, output]), np.concatenate([target, target])
    return Probe((out, truth), what="the same examples twice")


def _single(output: Array, target: Array) -> Probe:
    """float32 in, float32 gradient out; the type of the value is left open."""
    return Probe(
        drive=lambda loss: loss(output.astype(np.float32), target)[1], what="the gradient for a float32 output"
    )


def _float32(output: Array, target: Array) -> Probe:
    return _single(output, target.astype(np.float32))


def _mixed(value: Callable[..., Pair], slope: Callable[..., Pair]) -> Callable[..., Pair]:
    """The value of one loss with the gradient of another."""
    return lambda output, target: (value(output, target)[0], slope(output, target)[1])


def _scaled(loss: Callable[..., Pair], factor: Callable[[Array], float], only: str = "both") -> Callable[..., Pair]:
    """A loss times a factor that depends on the output: value, gradient or both."""

    def scaled(output: Array, target: Array) -> Pair:
        value, g = loss(output, target)
        c = factor(output)
        return (value if only == "gradient" else c * value), (g if only == "value" else c * g)

    return scaled


# 02.1 ------------------------------------------------------------------------------- losses of regression


def _shapes_agree(output: Array, target: Array) -> None:
    if output.shape != target.shape:
        raise ValueError(f"shapes differ: {output.shape} and {target.shape}")


def mse(output: Array, target: Array) -> Pair:
    _shapes_agree(output, target)
    r = output - target
    return float(np.mean(r**2)), 2 * r / r.size


def mae(output: Array, target: Array) -> Pair:
    _shapes_agree(output, target)
    r = output - target
    return float(np.mean(np.abs(r))), np.sign(r) / r.size


def regression_probes(rng: np.random.Generator) -> Probes:
    n, k = int(rng.integers(4, 8)), int(rng.integers(2, 4))
    output, target = rng.normal(size=(2, n, 1))
    wide, truth = 3 * rng.normal(size=(2, n, k))
    return {
        "a column": [Probe((np.array([[1.0], [3.0]]), np.zeros((2, 1)))), Probe((output, target))],
        "several numbers an example": [Probe((wide, truth), what=f"output and target of shape ({n}, {k})")],
        "properties": [
            _matches(wide, truth),
            _reordered(output, target, rng.permutation(n)),
            _doubled(output, target),
            _float32(wide, truth),
        ],
        "shapes that differ": [
            Probe((output, target[:, 0]), what=f"output ({n}, 1) and target ({n},), which must raise a ValueError"),
            Probe((wide, truth[0]), what=f"output ({n}, {k}) and target ({k},), which must raise a ValueError"),
        ],
    }


def _no_check(loss: str) -> Callable[..., Pair]:
    def broadcast(output: Array, target: Array) -> Pair:
        r = output - target
        return (np.mean(r**2), 2 * r / r.size) if loss == "mse" else (np.mean(np.abs(r)), np.sign(r) / r.size)

    return broadcast


def _size(output: Array) -> float:
    return float(output.size)


def _columns(output: Array) -> float:
    return float(output.shape[-1] if output.ndim > 1 else 1)


def _minus(loss: Callable[..., Pair]) -> Callable[..., Pair]:
    return _scaled(loss, lambda output: -1.0, only="gradient")


MSE = Question(
    id="ch02.mse",
    points=2,
    signature="mse(output, target)",
    reference=mse,
    probes=regression_probes,
    parts=("the value", "the gradient"),
    wrong_answers=[
        WrongAnswer(
            "broadcasts",
            _no_check("mse"),
            "Your loss takes shapes (n, 1) and (n,), stretches both to (n, n) and compares every output with every "
            "target, without a word (§2.9). Compare the shapes first and raise a ValueError.",
        ),
        WrongAnswer(
            "half_of_the_sum",
            _scaled(mse, lambda output: output.size / 2),
            "That is ½Σr², half of the sum (E42). Twice the data would give twice the gradient. This course's MSE is the mean, "
            "Σr²/N (§2.4).",
        ),
        WrongAnswer(
            "sum",
            _scaled(mse, _size),
            "That is the sum Σr². The mean divides by N: with a sum the admissible learning rate shrinks as the data grow (§2.4).",
        ),
        WrongAnswer(
            "half_of_the_mean",
            _scaled(mse, lambda output: 0.5),
            "That is Σr²/2N, another convention: its gradient is half as large. This course's MSE has no ½ (§2.4).",
        ),
        WrongAnswer(
            "gradient_of_another_convention",
            _scaled(mse, lambda output: 0.5, only="gradient"),
            "Your value is Σr²/N and your gradient r/N: that is the gradient of Σr²/2N. The derivative of r² is 2r; value and "
            "gradient must come from the same formula (§2.10).",
        ),
        WrongAnswer(
            "gradient_without_1_over_n",
            _scaled(mse, _size, only="gradient"),
            "Your gradient is 2r; the value is a mean, so the gradient needs the same 1/N: 2r/N.",
        ),
        WrongAnswer(
            "divided_by_rows",
            _scaled(mse, _columns),
            "You divide by the number of rows. With several numbers an example the mean is over all of them, N = n·K (§2.4): "
            "r.size, not len(r).",
        ),
        WrongAnswer(
            "gradient_divided_by_rows",
            _scaled(mse, _columns, only="gradient"),
            "Your value is a mean over all numbers, your gradient divides by the number of rows only. Divide by r.size, not "
            "len(r).",
        ),
        WrongAnswer(
            "sign_of_the_gradient",
            _minus(mse),
            "Your gradient has the wrong sign. By the output, (ŷ - y)² has the slope 2(ŷ - y): a step against it moves ŷ to y.",
        ),
    ],
    hints=["r = output - target; the value is the mean of r**2.", "Each r**2 has the slope 2r, and there are r.size of them."],
)

MAE = Question(
    id="ch02.mae",
    points=1,
    signature="mae(output, target)",
    reference=mae,
    probes=lambda rng: {
        **regression_probes(rng),
        "an exact hit": [Probe((np.array([[2.0], [5.0], [-1.0]]), np.array([[2.0], [4.0], [1.0]])))],
    },
    parts=("the value", "the gradient"),
    also_right={
        "the slope from the right, +1/N at r = 0": lambda output, target: (
            mae(output, target)[0],
            np.where(output >= target, 1, -1).astype(output.dtype) / output.size,
        ),
        "the slope from the left, -1/N at r = 0": lambda output, target: (
            mae(output, target)[0],
            np.where(output > target, 1, -1).astype(output.dtype) / output.size,
        ),
    },
    wrong_answers=[
        WrongAnswer(
            "broadcasts",
            _no_check("mae"),
            "Your loss takes shapes (n, 1) and (n,), stretches both to (n, n) and compares every output with every "
            "target, without a word (§2.9). Compare the shapes first and raise a ValueError.",
        ),
        WrongAnswer(
            "sum", _scaled(mae, _size), "That is the sum Σ|r|. The mean divides value and gradient by N, here r.size (§2.4)."
        ),
        WrongAnswer(
            "gradient_without_1_over_n",
            _scaled(mae, _size, only="gradient"),
            "Your gradient is sign(r); the value is a mean, so the gradient needs the same 1/N.",
        ),
        WrongAnswer(
            "gradient_of_the_square",
            _mixed(mae, mse),
            "Your gradient is 2r/N, that of the squared error. |r| has the slope +1 or -1, however large r is (§2.3).",
        ),
        WrongAnswer(
            "no_absolute_value",
            lambda output, target: (float(np.mean(output - target)), mae(output, target)[1]),
            "Your value is the mean of r: errors of opposite sign cancel, and a hopeless model can score 0. Take |r|.",
        ),
        WrongAnswer(
            "divided_by_rows",
            _scaled(mae, _columns),
            "You divide by the number of rows. The mean is over all numbers, N = n·K: r.size, not len(r) (§2.4).",
        ),
        WrongAnswer(
            "sign_of_the_gradient",
            _minus(mae),
            "Your gradient has the wrong sign. Where the output is too large (r > 0) the loss grows with it: slope +1/N.",
        ),
    ],
    hints=["np.sign(r) is the slope of |r|, and 0 at r = 0."],
)


def huber(output: Array, target: Array, delta: float = 1.0) -> Pair:
    _shapes_agree(output, target)
    r = output - target
    inside = np.clip(r, -delta, delta)
    return float(np.mean(inside * (r - 0.5 * inside))), inside / r.size


def huber_probes(rng: np.random.Generator) -> Probes:
    n = int(rng.integers(5, 9))
    output, target = 4 * rng.normal(size=(2, n, 1))
    wide, truth = 2 * rng.normal(size=(2, n, 3))
    near = target + rng.uniform(-0.4, 0.4, size=(n, 1))
    narrow, broad = float(np.round(rng.uniform(0.2, 0.7), 2)), float(np.round(rng.uniform(1.5, 3.0), 1))
    return {
        "small residuals": [Probe((near, target, 0.5), what="residuals below δ = 0.5")],
        "large residuals": [
            Probe((np.array([[10.0], [-10.0], [3.0]]), np.zeros((3, 1)), 1.0)),
            Probe((np.array([[10.0], [-10.0], [3.0]]), np.zeros((3, 1)), 2.0)),
        ],
        "both": [
            Probe((output, target, narrow)),
            Probe((wide, truth, broad), what=f"output and target ({n}, 3), delta={broad:g}"),
        ],
        "at the border": [
            Probe(
                drive=lambda f: [f(np.array([s * r]), np.zeros(1), narrow) for s in (-1, 1) for r in (narrow, 1.001 * narrow)],
                what=f"residuals at and just past δ = {narrow:g}, where neither value nor slope may jump",
            )
        ],
        "properties": [_matches(wide, truth), _doubled(output, target), _float32(wide, truth)],
    }


def _wrong_huber(how: str) -> Callable[..., Pair]:
    def loss(output: Array, target: Array, delta: float = 1.0) -> Pair:
        r = output - target
        a, far = np.abs(r), np.abs(r) > delta
        value = np.where(far, delta * (a - 0.5 * delta), 0.5 * r**2)
        g = np.clip(r, -delta, delta)
        if how == "jump":
            value = np.where(far, delta * a, 0.5 * r**2)
        if how == "not clipped":
            g = r
        if how == "unit pull":
            g = np.where(far, np.sign(r), r)
        if how == "no sign":
            g = np.where(far, delta, r).astype(r.dtype)
        if how == "no half":
            value, g = np.where(far, delta * (2 * a - delta), r**2), 2 * g
        if how == "half forgotten":
            value = np.where(far, delta * (a - 0.5 * delta), r**2)
        if how == "exchanged":
            value, g = np.where(far, 0.5 * r**2, delta * (a - 0.5 * delta)), np.where(far, r, delta * np.sign(r))
        n = 1 if how == "sum" else r.size
        return float(value.sum() / n), g / (1 if how in ("sum", "gradient sum") else r.size)

    return loss


def _smooth_l1(output: Array, target: Array, delta: float = 1.0) -> Pair:
    value, g = huber(output, target, delta)
    return value / delta, g / delta


HUBER = Question(
    id="ch02.huber",
    points=2,
    signature="huber(output, target, delta=1.0)",
    reference=huber,
    probes=huber_probes,
    parts=("the value", "the gradient"),
    wrong_answers=[
        WrongAnswer(
            "smooth_l1",
            _smooth_l1,
            "That is PyTorch's SmoothL1Loss, Huber divided by δ: its strongest pull is 1. The two agree at δ = 1 only (§2.11).",
        ),
        WrongAnswer(
            "jumps_at_delta",
            _wrong_huber("jump"),
            "Your value jumps at |r| = δ, from ½δ² to δ². The straight piece is δ(|r| - ½δ), so that the two pieces meet.",
        ),
        WrongAnswer(
            "gradient_not_clipped",
            _wrong_huber("not clipped"),
            "Your gradient is r everywhere: far away an outlier still pulls as hard as it likes. Past δ the slope is ±δ (§2.3).",
        ),
        WrongAnswer(
            "pull_of_one",
            _wrong_huber("unit pull"),
            "Your gradient past δ is ±1. It is ±δ: at |r| = δ the slope r has just reached δ, and it must not jump.",
        ),
        WrongAnswer(
            "sign_lost",
            _wrong_huber("no sign"),
            "Your gradient past δ is +δ on both sides. For r < -δ it is -δ: np.clip(r, -delta, delta).",
        ),
        WrongAnswer(
            "without_the_half",
            _wrong_huber("no half"),
            "Your loss is twice Huber's: ½r² inside, not r². The minimum is the same, the admissible rate is half (§2.4).",
        ),
        WrongAnswer(
            "half_forgotten_inside",
            _wrong_huber("half forgotten"),
            "Inside you have r², outside Huber's straight piece: the value jumps at δ, and its slope is not your gradient. "
            "Inside it is ½r².",
        ),
        WrongAnswer(
            "pieces_exchanged",
            _wrong_huber("exchanged"),
            "Your two pieces are exchanged: squared for |r| ≤ δ, straight beyond. Which way does your comparison point?",
        ),
        WrongAnswer("sum", _wrong_huber("sum"), "That is a sum over the numbers. Divide value and gradient by r.size (§2.4)."),
        WrongAnswer(
            "gradient_without_1_over_n",
            _wrong_huber("gradient sum"),
            "Your gradient lacks the 1/N of the mean: np.clip(r, -delta, delta) / r.size.",
        ),
    ],
    hints=[
        "np.where(np.abs(r) <= delta, …, …) chooses between the two pieces, number by number.",
        "The gradient is np.clip(r, -delta, delta) / r.size.",
    ],
)


# 02.2 ------------------------------------------------------------------------------- binary cross-entropy


def _sigmoid(z: Array) -> Array:
    return np.asarray(0.5 * np.tanh(0.5 * z) + 0.5)


def bce_with_logits(z: Array, t: Array) -> Pair:
    value = np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))
    return float(np.mean(value)), (_sigmoid(z) - t) / z.size


def _each(pairs: list[tuple[float, float]]) -> Call:
    """The loss of every pair alone, so that one nan hides nothing."""
    return lambda loss: [loss(np.array([z]), np.array([t])) for z, t in pairs]


def bce_probes(rng: np.random.Generator) -> Probes:
    n = int(rng.integers(4, 9))
    z, t = 2 * rng.normal(size=n), rng.integers(2, size=n).astype(float)
    t[:2] = 0.0, 1.0
    soft = rng.uniform(0.05, 0.95, size=n)
    column, truth = 3 * rng.normal(size=(n, 1)), rng.integers(2, size=(n, 1)).astype(float)
    far = float(np.round(rng.uniform(40, 90), 1))
    return {
        "ordinary logits": [
            Probe((np.array([0.0, 2.0, -1.0]), np.array([1.0, 1.0, 0.0]))),
            Probe((z, t)),
            Probe((column, truth)),
        ],
        "soft targets": [Probe((z, soft), what="targets between 0 and 1")],
        "confident and right": [
            Probe(drive=_each([(37.0, 1.0), (-37.0, 0.0), (far, 1.0)]), what="one example, z = ±37 and right"),
            Probe(drive=_each([(800.0, 1.0), (-800.0, 0.0)]), what="one example, z = ±800 and right"),
        ],
        "confident and wrong": [
            Probe(drive=_each([(37.0, 0.0), (-37.0, 1.0), (-far, 1.0)]), what="one example, z = ±37 and wrong"),
            Probe(drive=_each([(800.0, 0.0), (-800.0, 1.0)]), what="one example, z = ±800 and wrong"),
        ],
        "properties": [
            _matches(z, t),
            _reordered(z, t, rng.permutation(n)),
            _doubled(z, soft),
            _float32(column, truth),
        ],
    }


def _log_of_p(eps: float = 0.0, chosen: bool = False) -> Callable[..., Pair]:
    """The textbook formula on probabilities, perhaps clipped or with ``eps`` inside the logarithms."""

    def loss(z: Array, t: Array) -> Pair:
        p = 1 / (1 + np.exp(-z))
        g = (p - t) / z.size
        if eps:
            p = np.clip(p, eps, 1 - eps)
        if chosen:
            return float(np.mean(np.where(t == 1, -np.log(p), -np.log(1 - p)))), g
        return float(-np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))), g

    return loss


def _log_plus(eps: float) -> Callable[..., Pair]:
    def loss(z: Array, t: Array) -> Pair:
        p = 1 / (1 + np.exp(-z))
        return float(-np.mean(t * np.log(p + eps) + (1 - t) * np.log(1 - p + eps))), (p - t) / z.size

    return loss


def _softplus_overflows(z: Array, t: Array) -> Pair:
    return float(np.mean(np.log(1 + np.exp(z)) - z * t)), (_sigmoid(z) - t) / z.size


def _squared(z: Array, t: Array) -> Pair:
    p = _sigmoid(z)
    return float(0.5 * np.mean((p - t) ** 2)), (p - t) * p * (1 - p) / z.size


def _bce_slope(how: str) -> Callable[..., Pair]:
    def loss(z: Array, t: Array) -> Pair:
        p = _sigmoid(z)
        g = {"t - p": t - p, "with σ′": (p - t) * p * (1 - p), "by p": (p - t) / (p * (1 - p)), "z": z - t}[how]
        return bce_with_logits(z, t)[0], g / z.size

    return loss


CLIPPED = (
    "You keep p within [{0}, 1 - {0}]. The nan is gone, but past the clip the loss is constant, where the model is most wrong "
    "(§2.7), and your gradient no longer belongs to it. Work with z: max(z, 0) - t·z + log1p(exp(-|z|))."
)
EPS = ("1e-7", "1e-8", "1e-12", "1e-15")

BCE = Question(
    id="ch02.bce_with_logits",
    points=3,
    signature="bce_with_logits(z, t)",
    reference=bce_with_logits,
    probes=bce_probes,
    parts=("the value", "the gradient"),
    wrong_answers=[
        WrongAnswer(
            "log_of_probability",
            _log_of_p(),
            "You take the logarithm of a probability. From z = 37 on p is exactly 1, log(1 - p) is -inf, and 0·(-inf) is nan for "
            "the right answer (E50, §2.7). Work with z: max(z, 0) - t·z + log1p(exp(-|z|)).",
        ),
        WrongAnswer(
            "log_of_the_chosen_probability",
            _log_of_p(chosen=True),
            "You pick -log p or -log(1 - p) by asking whether t is 1. Targets between 0 and 1 fall through, and a confident "
            "mistake costs inf, since p rounds to 0 or 1 (§2.7). Work with z: max(z, 0) - t·z + log1p(exp(-|z|)).",
        ),
        *(WrongAnswer(f"clipped_at_{e}", _log_of_p(float(e)), CLIPPED.format(e)) for e in EPS),
        *(
            WrongAnswer(
                f"log_plus_{e}",
                _log_plus(float(e)),
                f"You add {e} inside the logarithm. The loss can then fall below 0, and stops at {-np.log(float(e)):.1f} however "
                "wrong the model is (§2.7). Work with z: max(z, 0) - t·z + log1p(exp(-|z|)).",
            )
            for e in EPS
        ),
        WrongAnswer(
            "exp_overflows",
            _softplus_overflows,
            "log(1 + exp(z)) is right on paper and overflows to inf from z = 710 on. Take the large part out first: "
            "max(z, 0) + log1p(exp(-|z|)) (§2.7).",
        ),
        WrongAnswer(
            "squared_error_of_the_sigmoid",
            _squared,
            "That is ½(σ(z) - t)², the squared error of the probability. Its gradient dies when the model is confidently wrong "
            "(§2.5).",
        ),
        WrongAnswer(
            "gradient_with_sigma_prime",
            _bce_slope("with σ′"),
            "Your gradient carries σ′ = p(1 - p), which belongs to the squared error. In cross-entropy it cancels: "
            "(σ(z) - t)/N (§2.5).",
        ),
        WrongAnswer(
            "gradient_by_the_probability",
            _bce_slope("by p"),
            "Your gradient is the derivative by p, (p - t)/(p(1 - p)). Asked is the one by z: multiply by σ′ = p(1 - p), which "
            "cancels the denominator.",
        ),
        WrongAnswer(
            "sign_of_the_gradient",
            _bce_slope("t - p"),
            "Your gradient has the wrong sign: for t = 1 the loss falls as z grows, so the slope is negative: (σ(z) - t)/N.",
        ),
        WrongAnswer(
            "gradient_without_the_sigmoid",
            _bce_slope("z"),
            "Your gradient is (z - t)/N. The logit is not the probability: (σ(z) - t)/N.",
        ),
        WrongAnswer(
            "gradient_without_1_over_n",
            _scaled(bce_with_logits, _size, only="gradient"),
            "Your gradient lacks the 1/N of the mean: (σ(z) - t) / z.size.",
        ),
        WrongAnswer(
            "sum", _scaled(bce_with_logits, _size), "That is a sum over the examples. The loss is their mean (§2.4)."
        ),
        WrongAnswer(
            "log2",
            _scaled(bce_with_logits, lambda z: 1 / np.log(2), only="value"),
            "Your value is in bits: you used log2. The gradient σ(z) - t belongs to the natural logarithm (§2.6).",
        ),
        WrongAnswer(
            "targets_exchanged",
            lambda z, t: bce_with_logits(z, 1 - t),
            "You have the two terms exchanged: t goes with log p, 1 - t with log(1 - p). A right answer must be cheap.",
        ),
    ],
    hints=[
        "The loss of an example is log(1 + eᶻ) - t·z. Which z makes eᶻ overflow?",
        "log(1 + eᶻ) = max(z, 0) + log1p(exp(-|z|)).",
        "The gradient is (σ(z) - t) / z.size; 0.5 + 0.5·tanh(z/2) is a σ that never overflows.",
    ],
)


# 02.3 ------------------------------------------------------------------------------- softmax cross-entropy


def softmax_ce(z: Array, y: Array) -> Pair:
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    total = e.sum(axis=1)
    rows = np.arange(len(z))
    p = e / total[:, None]
    p[rows, y] -= 1
    return float(np.mean(np.log(total) - z[rows, y])), p / len(z)


def ce_probes(rng: np.random.Generator) -> Probes:
    n, k = int(rng.integers(5, 8)), 4
    z, y = 2 * rng.normal(size=(n, k)), rng.integers(k, size=n)
    far = np.array([[1000.0, 0.0, -1000.0], [-1000.0, 2.0, 0.0], [3.0, 3.0, 3.0]])
    shift = rng.normal(scale=100.0, size=(n, 1))

    def renamed(loss: Call) -> Any:
        order = rng_order.copy()
        value, g = loss(z[:, order], np.argsort(order)[y])
        back = np.empty((n, k))
        back[:, order] = g
        return value, back

    rng_order = rng.permutation(k)
    return {
        "one row": [Probe((np.array([[2.0, 1.0, 0.1]]), np.array([0])))],
        "a batch": [Probe((z, y)), Probe((z.repeat(2, axis=0), np.append(y, y[::-1])), what=f"a batch of {2 * n} rows")],
        "the first loss": [Probe((np.zeros((n, 10)), rng.integers(10, size=n)), what="10 classes and logits of 0")],
        "any number added to a row": [
            Probe((z + shift, y), what="rows with another number added to each"),
            Probe((z + 1000, y), what="logits around 1000"),
        ],
        "far apart": [
            Probe((far, np.array([0, 1, 2])), what="logits 1000 apart, right"),
            Probe((far, np.array([2, 2, 0])), what="logits 1000 apart, wrong"),
        ],
        "properties": [
            _matches(z, y),
            _reordered(z, y, rng.permutation(n)),
            Probe(drive=renamed, what="the classes in another order"),
            _single(z, y),
        ],
    }


def _wrong_ce(how: str) -> Callable[..., Pair]:
    def loss(z: Array, y: Array) -> Pair:
        axis = 0 if how == "axis 0" else 1
        n, k = z.shape
        rows = np.arange(n)
        shift = z.max(axis=axis, keepdims=True)
        if how.startswith("no shift"):
            shift = 0.0
        if how == "one shift":
            shift = z.max()
        e = np.exp(z - shift)
        total = e.sum(axis=axis, keepdims=True)
        p, onehot = e / total, np.eye(k)[y].astype(z.dtype)
        nats = -np.log(p[rows, y]) if how in ("log p", "axis 0", "no shift, log p") else (np.log(total) - (z - shift))[rows, y]
        g = (p - onehot) / n
        if how == "twice":
            value, inner = softmax_ce(p, y)
            return value, p * (inner - (inner * p).sum(axis=1, keepdims=True))
        if how == "twice, plain gradient":
            return softmax_ce(p, y)
        if how == "sign":
            g = -g
        if how == "p only":
            g = p / n
        if how == "y only":
            g = -onehot * (1 - p) / n
        if how == "by p":
            g = -onehot / p / n
        return float(nats.mean()), g

    return loss


CE = Question(
    id="ch02.softmax_ce",
    points=3,
    signature="softmax_ce(z, y)",
    reference=softmax_ce,
    probes=ce_probes,
    parts=("the value", "the gradient"),
    wrong_answers=[
        WrongAnswer(
            "no_shift",
            _wrong_ce("no shift"),
            "Your exponentials overflow: e^1000 is inf, and inf/inf is nan. Take each row's largest logit away first; "
            "neither loss nor gradient changes (§2.7).",
        ),
        WrongAnswer(
            "no_shift_and_log_of_probability",
            _wrong_ce("no shift, log p"),
            "Your exponentials overflow: e^1000 is inf, and inf/inf is nan. Take each row's largest logit away first. And take no "
            "logarithm of a probability, which may have rounded to 0: log Σ e^(z - m) - (z_y - m) (§2.7).",
        ),
        WrongAnswer(
            "one_shift_for_all_rows",
            _wrong_ce("one shift"),
            "You subtract the largest logit of the whole batch. A row far below it has only zeros left, and log 0 is -inf. Each "
            "row needs its own: z.max(axis=1, keepdims=True).",
        ),
        WrongAnswer(
            "log_of_probability",
            _wrong_ce("log p"),
            "You shift, and then take the logarithm of a probability that may have rounded to 0: a confident mistake costs inf. "
            "Stay with logits: log Σ e^(z - m) - (z_y - m) (§2.7).",
        ),
        WrongAnswer(
            "axis_0",
            _wrong_ce("axis 0"),
            "Your softmax runs over axis 0, down the batch: the examples compete with each other. A row is an example, and its "
            "classes lie along axis 1.",
        ),
        WrongAnswer(
            "mean_over_n_times_K",
            _scaled(softmax_ce, lambda z: 1 / z.shape[1]),
            "You average over n·K numbers. The loss is a mean over examples, so divide by n only. With yours the first loss is "
            "ln K / K, and every step is K times too short (§2.4).",
        ),
        WrongAnswer(
            "gradient_over_n_times_K",
            _scaled(softmax_ce, lambda z: 1 / z.shape[1], only="gradient"),
            "Your gradient is divided by n·K, the size of the array; the value is a mean over n examples: (p - onehot)/n.",
        ),
        WrongAnswer(
            "gradient_without_1_over_n",
            _scaled(softmax_ce, lambda z: float(len(z)), only="gradient"),
            "Your gradient lacks the 1/n of the mean: (p - onehot)/n.",
        ),
        WrongAnswer(
            "sum",
            _scaled(softmax_ce, lambda z: float(len(z))),
            "That is a sum over the examples. The loss is their mean: twice the data must not mean twice the loss (§2.4).",
        ),
        WrongAnswer(
            "log2",
            _scaled(softmax_ce, lambda z: 1 / np.log(2), only="value"),
            "Your value is in bits: with 10 classes and logits of 0 it is 3.32, not ln 10 = 2.30. The gradient p - onehot belongs "
            "to the natural logarithm (§2.6).",
        ),
        WrongAnswer(
            "softmax_twice",
            _wrong_ce("twice"),
            "You apply softmax twice: the loss can never fall below ln(e + K - 1) - 1 (§2.8). z are logits; use them as they are.",
        ),
        WrongAnswer(
            "softmax_twice_in_a_call",
            _wrong_ce("twice, plain gradient"),
            "You apply softmax to the output of a softmax, in value and gradient: the loss can never fall below "
            "ln(e + K - 1) - 1 (§2.8). z are logits.",
        ),
        WrongAnswer(
            "sign_of_the_gradient",
            _wrong_ce("sign"),
            "Your gradient has the wrong sign: raising the right class's logit lowers the loss, so there it is p - 1, below 0.",
        ),
        WrongAnswer(
            "onehot_forgotten",
            _wrong_ce("p only"),
            "Your gradient is p/n: it pushes every class down, the right one too. Subtract 1 at the class y (§2.6).",
        ),
        WrongAnswer(
            "other_classes_forgotten",
            _wrong_ce("y only"),
            "Your gradient moves the right class only. The others share the denominator: ∂ℓ/∂z_k = p_k for k ≠ y (§2.6).",
        ),
        WrongAnswer(
            "gradient_by_the_probability",
            _wrong_ce("by p"),
            "Your gradient is the derivative by p, -1/p_y. Asked is the one by z: p - onehot, which never divides by p (§2.6).",
        ),
    ],
    hints=[
        "m = z.max(axis=1, keepdims=True); then work with z - m only.",
        "z[np.arange(n), y] picks one logit from each row.",
        "The loss of a row is log Σ e^(z - m) - (z_y - m); the gradient is (p - onehot)/n.",
    ],
)


# 02.4 ----------------------------------------------------------------------------------- one-hot and smoothing


def one_hot(y: Array, classes: int) -> Array:
    return np.eye(classes)[y]


def one_hot_probes(rng: np.random.Generator) -> Probes:
    k = int(rng.integers(5, 8))
    every = rng.permutation(np.append(np.arange(k), rng.integers(k, size=3)))
    return {
        "all classes present": [Probe((np.array([2, 0, 1]), 3)), Probe((every, k))],
        "the last class missing": [Probe((rng.integers(k - 2, size=6), k)), Probe((np.array([0, 0]), 4))],
        "one example": [Probe((np.array([k - 1]), k)), Probe((np.array([0]), 2))],
    }


def _from_one(y: Array, classes: int) -> Array:
    return np.eye(classes)[(np.asarray(y) - 1) % classes]


ONE_HOT = Question(
    id="ch02.one_hot",
    points=1,
    signature="one_hot(y, classes)",
    reference=one_hot,
    probes=one_hot_probes,
    wrong_answers=[
        WrongAnswer(
            "as_wide_as_the_largest_label",
            lambda y, classes: np.eye(int(np.max(y)) + 1)[y],
            "Your rows are as long as the largest label of the batch needs. A batch without the last class gets rows that are too "
            "short for the network's output: use the number of classes you are given (§2.6).",
        ),
        WrongAnswer(
            "largest_label_as_the_number_of_classes",
            lambda y, classes: np.eye(int(np.max(y)))[y],
            "You made room for max(y) classes. Classes count from 0, so even the largest label of the batch does not fit, and a "
            "batch may lack the last class: use the number of classes you are given (§2.6).",
        ),
        WrongAnswer(
            "counts_from_one",
            _from_one,
            "Your 1 stands one column too far left: classes count from 0, so label 0 is the first column.",
        ),
        WrongAnswer(
            "transposed",
            lambda y, classes: np.eye(classes)[y].T,
            "Your examples stand in columns. In this course a row is an example: shape (n, classes).",
        ),
        WrongAnswer(
            "labels_in_place_of_ones",
            lambda y, classes: np.eye(classes)[y] * np.asarray(y)[:, None],
            "Your rows hold the label itself, not 1. A one-hot row is a distribution: it adds up to 1.",
        ),
        WrongAnswer(
            "classes_in_a_column",
            lambda y, classes: (np.asarray(y)[:, None] >= np.arange(classes)).astype(float),
            "Your rows have ones up to the label (y >= k). One-hot has a single 1, where y == k.",
        ),
    ],
    hints=["Row y of the identity matrix np.eye(classes) is the one-hot vector of class y."],
)


def smooth(y: Array, classes: int, s: float) -> Array:
    return (1 - s) * np.eye(classes)[y] + s / classes


def smooth_probes(rng: np.random.Generator) -> Probes:
    k, s = int(rng.integers(4, 9)), float(np.round(rng.uniform(0.05, 0.4), 2))
    y = rng.integers(k - 1, size=5)
    return {
        "ten classes": [Probe((np.array([3, 0]), 10, 0.1))],
        "other numbers": [Probe((y, k, s)), Probe((np.array([1, 0, 1]), 2, 0.2))],
        "no smoothing": [Probe((y, k, 0.0), what="s=0, which must give one-hot rows")],
    }


SMOOTH = Question(
    id="ch02.smooth",
    points=2,
    signature="smooth(y, classes, s)",
    reference=smooth,
    probes=smooth_probes,
    wrong_answers=[
        WrongAnswer(
            "spread_over_the_others",
            lambda y, classes, s: (1 - s) * np.eye(classes)[y] + s / (classes - 1) * (1 - np.eye(classes)[y]),
            "You spread s over the K - 1 other classes, another convention in use. Asked is s/K for all K, the right class "
            "included (§2.6): its share is 1 - s + s/K.",
        ),
        WrongAnswer(
            "not_a_distribution",
            lambda y, classes, s: np.eye(classes)[y] + s / classes,
            "Your rows add up to 1 + s. The one-hot part must give away what the others receive: (1 - s)·onehot.",
        ),
        WrongAnswer(
            "nothing_given_back",
            lambda y, classes, s: (1 - s) * np.eye(classes)[y],
            "Your rows add up to 1 - s. Give the share s back, s/K to each class.",
        ),
        WrongAnswer(
            "s_to_every_class",
            lambda y, classes, s: (1 - s) * np.eye(classes)[y] + s,
            "You add s to every class. All K together receive s: s/K each.",
        ),
        WrongAnswer(
            "right_class_excluded",
            lambda y, classes, s: np.where(np.eye(classes)[y] == 1, 1 - s, s / classes),
            "Your right class has 1 - s and the others s/K: the row adds up to less than 1. The uniform part goes to all K classes.",
        ),
        WrongAnswer(
            "share_exchanged",
            lambda y, classes, s: s * np.eye(classes)[y] + (1 - s) / classes,
            "s and 1 - s are exchanged: with s = 0 your rows are uniform; they should be one-hot.",
        ),
    ],
    hints=["Blend two distributions: the one-hot row with weight 1 - s, the uniform row 1/K with weight s. Each row adds up to 1."],
)


# 02.5 ----------------------------------------------------------------------------------------- broadcasting


def fit(x: Array, y: Array, lr: float, steps: int) -> tuple[float, float, float]:
    y = np.reshape(y, x.shape)
    w, b = 0.0, 0.0
    for _ in range(steps):
        r = w * x + b - y
        w, b = w - lr * np.mean(2 * r * x), b - lr * np.mean(2 * r)
    return float(w), float(b), float(np.mean((w * x + b - y) ** 2))


def _both_shapes(x: Array, y: Array, lr: float, steps: int) -> Call:
    """The same data with targets (n,) and (n, 1)."""
    return lambda answer: [answer(x.copy(), y.reshape(shape).copy(), lr, steps) for shape in ((-1,), (-1, 1))]


def fit_probes(rng: np.random.Generator) -> Probes:
    five = np.arange(1.0, 6.0)[:, None]
    n = int(rng.integers(6, 10))
    x = rng.uniform(-1, 1, size=(n, 1))
    y = float(rng.normal()) + 3 * x[:, 0] + 0.2 * rng.normal(size=n)
    return {
        "five points": [Probe(drive=_both_shapes(five, five[:, 0], 0.05, 1500), what="y = x on five points, y of shape (5,) and (5, 1)")],
        "a noisy line": [Probe(drive=_both_shapes(x, y, 0.1, 200), what=f"a noisy line, y of shape ({n},) and ({n}, 1)")],
        "few steps": [
            Probe(drive=_both_shapes(x, y, 0.1, k), what=f"steps={k}, y of shape ({n},) and ({n}, 1)") for k in (0, 1)
        ],
    }


def broken_fit(x: Array, y: Array, lr: float, steps: int) -> tuple[float, float, float]:
    """The program of the sheet, as published."""
    w, b = 0.0, 0.0
    for _ in range(steps):
        r = w * x + b - y
        w, b = w - lr * np.mean(2 * r * x), b - lr * np.mean(2 * r)
    return float(w), float(b), float(np.mean((w * x + b - y) ** 2))


def _one_after_the_other(x: Array, y: Array, lr: float, steps: int) -> tuple[float, float, float]:
    y = np.reshape(y, x.shape)
    w = b = 0.0
    for _ in range(steps):
        w -= lr * np.mean(2 * (w * x + b - y) * x)
        b -= lr * np.mean(2 * (w * x + b - y))
    return float(w), float(b), float(np.mean((w * x + b - y) ** 2))


def _solved(x: Array, y: Array, lr: float, steps: int) -> tuple[float, float, float]:
    w, b = np.polyfit(x[:, 0], y.ravel(), 1)
    return float(w), float(b), float(np.mean((w * x[:, 0] + b - y.ravel()) ** 2))


def _loss_unrepaired(x: Array, y: Array, lr: float, steps: int) -> tuple[float, float, float]:
    w, b, _ = fit(x, y, lr, steps)
    return w, b, float(np.mean((w * x + b - y) ** 2))


def _loss_before(x: Array, y: Array, lr: float, steps: int) -> tuple[float, float, float]:
    w, b, last = fit(x, y, lr, steps)
    return w, b, fit(x, y, lr, steps - 1)[2] if steps else last


FIT = Question(
    id="ch02.fit",
    points=2,
    signature="fit(x, y, lr, steps)",
    reference=fit,
    probes=fit_probes,
    parts=("w", "b", "the loss"),
    atol=1e-10,
    wrong_answers=[
        WrongAnswer(
            "broadcasts",
            broken_fit,
            "For y of shape (n,) your residual still has shape (n, n): every output is compared with every target, and w goes to 0. "
            "Print r.shape; bring y to the shape of x (§2.9).",
        ),
        WrongAnswer(
            "one_shape_only",
            lambda x, y, lr, steps: broken_fit(x[:, 0], y, lr, steps),
            "Your repair works for y of shape (n,) and breaks (n, 1), which was right before. Bring both to one shape: "
            "y = y.reshape(x.shape).",
        ),
        WrongAnswer(
            "loss_not_repaired",
            _loss_unrepaired,
            "w and b are right; the loss that you return still broadcasts. Repair y once, before the loop, not only in it.",
        ),
        WrongAnswer(
            "one_after_the_other",
            _one_after_the_other,
            "Your step for b already uses the new w. Both slopes belong to the same point: compute them first, then move both.",
        ),
        WrongAnswer(
            "solved_exactly",
            _solved,
            "You return the least-squares solution. Asked is where gradient descent is after `steps` steps from (0, 0).",
        ),
        WrongAnswer(
            "loss_before_the_last_step",
            _loss_before,
            "w and b are right; the loss belongs to the parameters before the last step. Compute it once more at the end.",
        ),
    ],
    hints=["Print r.shape for both shapes of y.", "y.reshape(x.shape) turns (n,) and (n, 1) alike into (n, 1)."],
)


# 02.6 ------------------------------------------------------------------------------------- claims and next actions

CLAIMS = Question(
    id="ch02.claims",
    points=3,
    signature="claims",
    reference={"A": False, "B": True, "C": False, "D": False, "E": True, "F": False},
    wrong_answers=[
        WrongAnswer(
            "never_negative",
            {"A": True},
            "Claim A: compute ½·log(2πσ²) + r²/2σ² for r = 0 and σ = 0.1. A density may exceed 1, and its -log is negative (§2.2).",
        ),
        WrongAnswer(
            "factor_denied",
            {"B": False},
            "Claim B: ½Σr², Σr²/n and Σr²/2n have one minimum and three different largest stable rates (§2.4, O16). Run them.",
        ),
        WrongAnswer(
            "squares_for_any_noise",
            {"C": True},
            "Claim C: draw 101 numbers of Laplace noise a thousand times. The median's mean squared error is about 0.6 of the mean's "
            "(§2.2).",
        ),
        WrongAnswer(
            "below_chance_is_learning",
            {"D": True},
            "Claim D: with 90 % zeros the same answer for everybody costs 0.325, well below ln 2 = 0.693 (§2.8).",
        ),
        WrongAnswer(
            "shift_denied",
            {"E": False},
            "Claim E: eᶻ⁺ᶜ = eᶜeᶻ, and eᶜ cancels in every p_k. Compare your softmax_ce for z and z + 5 (§2.6).",
        ),
        WrongAnswer(
            "clipping_is_harmless",
            {"F": True},
            "Claim F: at z = -30 with t = 1 the clipped loss is 16.1 and flat; the stable one is 30 with slope -1 (§2.7).",
        ),
    ],
    hints=["For each claim look for a one-line counter-example before you answer, and run it."],
)

ACTIONS = {
    1: "train on",
    2: "shrink the weights",
    3: "use logits",
    4: "remove a softmax",
    5: "compare shapes",
    6: "divide by n",
}
"""Observation -> what to do next."""

NEXT_ACTION = Question(
    id="ch02.next_action",
    points=2,
    signature="actions",
    reference=ACTIONS,
    wrong_answers=[
        WrongAnswer(
            "chance_taken_for_a_bug",
            {1: "shrink the weights", 2: "train on"},
            "Observations 1 and 2 are exchanged: ln 10 = 2.303 is what an untrained model must show; 23 means that it is sure of wrong "
            "answers before it has learned anything (§2.8).",
        ),
        WrongAnswer(
            "softmax_for_shapes",
            {4: "compare shapes", 5: "remove a softmax"},
            "Observations 4 and 5 are exchanged. 1.461 is ln(e + 9) - 1, the floor of a double softmax; the variance of y is the floor "
            "of a loss that broadcasts (§2.8, §2.9).",
        ),
        WrongAnswer(
            "nan_blamed_on_the_weights",
            {2: "use logits", 3: "shrink the weights"},
            "Observations 2 and 3 are exchanged. A nan in a loss that takes the log of a probability comes from p = 0 or 1 (§2.7); a large "
            "but finite first loss comes from large outputs (§2.8).",
        ),
        WrongAnswer(
            "sum_taken_for_a_nan",
            {3: "divide by n", 6: "use logits"},
            "Observations 3 and 6 are exchanged. If a larger batch needs a smaller rate, the loss is a sum (§2.4); a single nan from a "
            "logarithm has nothing to do with the batch (§2.7).",
        ),
        WrongAnswer(
            "floor_blamed_on_the_logarithm",
            {3: "remove a softmax", 4: "use logits"},
            "Observations 3 and 4 are exchanged. A double softmax gives no nan; it gives the floor 1.461 (§2.8). The nan comes from log p "
            "(§2.7).",
        ),
    ],
    hints=["Compare the numbers with ln 10, with ln(e + 9) - 1, and with the variance of the targets."],
)

QUESTIONS = [MSE, MAE, HUBER, BCE, CE, ONE_HOT, SMOOTH, FIT, CLAIMS, NEXT_ACTION]
