"""The graded questions of chapter 4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.questions import Call, Probe, Question, WrongAnswer

Array = NDArray[np.float64]
Params = list[tuple[Array, Array]]
Probes = dict[str, list[Probe]]


def sigmoid(z: Array) -> Array:
    return np.asarray(0.5 * np.tanh(0.5 * z) + 0.5)


# 04.1 ---------------------------------------------------------------------------------------- one layer, one activation


def affine_backward(dZ: Array, X: Array, W: Array) -> tuple[Array, Array, Array]:
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)


def affine_probes(rng: np.random.Generator) -> Probes:
    def layer(n: int, inputs: int, outputs: int, dtype: type = np.float64) -> tuple[Array, Array, Array]:
        shapes = (n, outputs), (n, inputs), (inputs, outputs)
        dZ, X, W = (rng.normal(size=shape).astype(dtype) for shape in shapes)
        return dZ, X, W

    return {
        "three inputs, two outputs": [Probe(layer(5, 3, 2), what="5 examples, 3 inputs, 2 outputs")],
        "two inputs, four outputs": [Probe(layer(6, 2, 4), what="6 examples, 2 inputs, 4 outputs")],
        "a square layer": [Probe(layer(7, 4, 4), what="7 examples, 4 inputs, 4 outputs")],
        "one example": [Probe(layer(1, 3, 2), what="one example")],
        "float32": [Probe(layer(5, 3, 2, np.float32), what="float32 arrays")],
    }


def _returned(*order: str) -> WrongAnswer:
    """The right arrays, in the order of these names."""

    def backward(dZ: Array, X: Array, W: Array) -> tuple[Array, ...]:
        found = dict(zip(("dX", "dW", "db"), affine_backward(dZ, X, W), strict=True))
        return tuple(found[name] for name in order)

    return WrongAnswer(
        f"order_{'_'.join(order)}",
        backward,
        f"The three arrays are right, their order is not: you return {', '.join(order)}. Return dX, dW, db.",
    )


AFFINE = Question(
    id="ch04.affine_backward",
    points=2,
    signature="affine_backward(dZ, X, W)",
    reference=affine_backward,
    probes=affine_probes,
    parts=("dX", "dW", "db"),
    wrong_answers=[
        WrongAnswer(
            "weights_transposed",
            lambda dZ, X, W: (dZ @ W.T, dZ.T @ X, dZ.sum(axis=0)),
            "Your dW is transposed. A gradient has the shape of what it belongs to: W is (in, out), so dW = Xᵀ dZ (§4.6).",
        ),
        WrongAnswer(
            "W_for_its_transpose",
            lambda dZ, X, W: (dZ @ W, X.T @ dZ, dZ.sum(axis=0)),
            "Your dX multiplies by W in place of Wᵀ. In a square layer that runs, and is wrong: W leads from inputs to "
            "outputs, the error goes from outputs to inputs (§4.3, equation 2).",
        ),
        WrongAnswer(
            "bias_not_summed",
            lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ),
            "Your db has a row for each example. One bias is used by all rows, and paths add: sum over axis 0 (§4.2).",
        ),
        WrongAnswer(
            "bias_by_mean",
            lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.mean(axis=0)),
            "Your db is the mean of dZ over the examples. The 1/n of the loss is already inside dZ; a mean divides by n a "
            "second time. Sum (§4.3, equation 4).",
        ),
        WrongAnswer(
            "divided_again",
            lambda dZ, X, W: (dZ @ W.T, X.T @ dZ / len(X), dZ.sum(axis=0) / len(X)),
            "Your dW and db are divided by the number of examples. The 1/n belongs to the loss and is already inside dZ: "
            "applied here it counts twice.",
        ),
        WrongAnswer(
            "weights_divided_again",
            lambda dZ, X, W: (dZ @ W.T, X.T @ dZ / len(X), dZ.sum(axis=0)),
            "Your dW is divided by the number of examples; dX and db are right. The 1/n of the loss is already inside dZ: "
            "dW = Xᵀ dZ, and nothing else (§4.3, equation 3).",
        ),
        WrongAnswer(
            "bias_as_a_row",
            lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.sum(axis=0, keepdims=True)),
            "The numbers of db are right, its shape is (1, out). b has shape (out,), so its gradient has too: leave out "
            "keepdims.",
        ),
        WrongAnswer(
            "bias_over_features",
            lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.sum(axis=1)),
            "Your db adds up the outputs of each example. Add up the examples for each output: axis 0.",
        ),
        _returned("dW", "db", "dX"),
        _returned("dW", "dX", "db"),
        _returned("dX", "db", "dW"),
        _returned("db", "dW", "dX"),
        _returned("db", "dX", "dW"),
    ],
    hints=[
        "Write the shapes down: dZ (n, out), X (n, in), W (in, out). Which products give (n, in) and (in, out)?",
        "A bias is used once in every row: its gradient is the sum of dZ over the rows.",
    ],
)


def act_backward(dA: Array, z: Array, kind: str) -> Array:
    if kind == "relu":
        return dA * (z > 0)
    a = sigmoid(z) if kind == "sigmoid" else np.tanh(z)
    return dA * (a * (1 - a) if kind == "sigmoid" else 1 - a**2)


def act_probes(rng: np.random.Generator) -> Probes:
    def pair() -> tuple[Array, Array]:
        return rng.normal(size=(4, 3)), 1.5 * rng.normal(size=(4, 3))

    z = pair()[1]
    z[0, 0] = 0.0
    far = np.array([[-800.0, 800.0, 0.5]])
    small = [a.astype(np.float32) for a in pair()]
    return {
        "sigmoid": [Probe((*pair(), "sigmoid"), what="sigmoid")],
        "tanh": [Probe((*pair(), "tanh"), what="tanh")],
        "ReLU": [Probe((rng.normal(size=(4, 3)), z, "relu"), what="relu")],
        "far out": [Probe((rng.normal(size=(1, 3)), far, kind), what=f"{kind} at ±800") for kind in ("sigmoid", "tanh")],
        "float32": [Probe((*small, "tanh"), what="float32 arrays")],
    }


def _value(z: Array, kind: str) -> Array:
    return np.maximum(z, 0) if kind == "relu" else np.tanh(z) if kind == "tanh" else sigmoid(z)


def _z_taken_for_a(dA: Array, z: Array, kind: str) -> Array:
    slope = {"sigmoid": z * (1 - z), "tanh": 1 - z**2, "relu": 1.0 * (z > 0)}
    return np.asarray(dA * slope[kind])


def _by_exponentials(dA: Array, z: Array, kind: str) -> Array:
    return dA * np.exp(-z) / (1 + np.exp(-z)) ** 2 if kind == "sigmoid" else act_backward(dA, z, kind)


def _in_place(dA: Array, z: Array, kind: str) -> Array:
    dA *= act_backward(np.ones_like(dA), z, kind)
    return dA


ACT = Question(
    id="ch04.act_backward",
    points=2,
    signature="act_backward(dA, z, kind)",
    reference=act_backward,
    probes=act_probes,
    also_right={
        "slope 1 of ReLU at 0": lambda dA, z, kind: dA * (z >= 0) if kind == "relu" else act_backward(dA, z, kind)
    },
    wrong_answers=[
        WrongAnswer(
            "slope_missing",
            lambda dA, z, kind: dA,
            "You return dA as it came. On its way back through an activation the error is multiplied by f′(z) (§4.3, "
            "equation 1).",
        ),
        WrongAnswer(
            "error_forgotten",
            lambda dA, z, kind: act_backward(np.ones_like(dA), z, kind),
            "You return f′(z) alone and forget the error that came in, dA. Along a path one multiplies: dA * f′(z) (§4.3, "
            "equation 2).",
        ),
        WrongAnswer(
            "value_for_slope",
            lambda dA, z, kind: dA * _value(z, kind),
            "You multiply by f(z). The way back needs the slope, f′(z): σ(1 − σ), 1 − tanh², or 1 where z > 0.",
        ),
        WrongAnswer(
            "slope_at_the_activation",
            lambda dA, z, kind: act_backward(dA, _value(z, kind), kind),
            "You take the slope at a = f(z) in place of z: the activation is applied twice, as in 1 − tanh²(tanh z). From z "
            "compute a once, then use a(1 − a) or 1 − a² (§4.7).",
        ),
        WrongAnswer(
            "z_taken_for_a",
            _z_taken_for_a,
            "a(1 − a) and 1 − a² are slopes written in a = f(z). You put z itself in their place.",
        ),
        WrongAnswer(
            "tanh_not_squared",
            lambda dA, z, kind: dA * (1 - np.tanh(z)) if kind == "tanh" else act_backward(dA, z, kind),
            "Your slope of tanh is 1 − tanh z. The square is missing: 1 − tanh² z.",
        ),
        WrongAnswer(
            "relu_looks_at_the_error",
            lambda dA, z, kind: dA * (dA > 0) if kind == "relu" else act_backward(dA, z, kind),
            "Your ReLU lets positive errors pass. It should let errors pass, of either sign, where z is positive.",
        ),
        WrongAnswer(
            "relu_value",
            lambda dA, z, kind: dA * np.maximum(z, 0) if kind == "relu" else act_backward(dA, z, kind),
            "Your ReLU multiplies by max(0, z). That is its value; its slope is 1 where z > 0 and 0 elsewhere.",
        ),
        WrongAnswer(
            "overflow",
            _by_exponentials,
            "At z = −800 your slope of σ is nan: e⁸⁰⁰ overflows, and inf/inf is nan. Compute a = σ(z) in a safe form, such as "
            "½ tanh(z/2) + ½, and use a(1 − a).",
        ),
        WrongAnswer(
            "in_place",
            _in_place,
            "You changed dA in place. Whoever called still holds that array, and others may need it: write dA * slope, not "
            "dA *= slope.",
        ),
    ],
    hints=[
        "The result is dA * f′(z), entry by entry.",
        "σ′ = a(1 − a) and tanh′ = 1 − a² with a = f(z). ReLU′ is 1 where z > 0.",
        "½ tanh(z/2) + ½ is σ(z) and cannot overflow.",
    ],
)


# 04.2 ----------------------------------------------------------------------------------- softmax and cross-entropy


def softmax_ce_backward(z: Array, y: NDArray[np.int64]) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return np.asarray(p / len(y))


def softmax_probes(rng: np.random.Generator) -> Probes:
    def batch(n: int, classes: int) -> tuple[Array, NDArray[np.int64]]:
        return 2 * rng.normal(size=(n, classes)), rng.integers(0, classes, n)

    z, y = batch(5, 3)
    sure = np.array([[0.0, 1000.0, -5.0], [3.0, 2.0, 1.0]])
    return {
        "one row": [Probe((np.array([[2.0, 1.0, 0.1]]), np.array([0])))],
        "a batch": [Probe(batch(6, 4), what="6 rows, 4 classes")],
        "as many rows as classes": [Probe(batch(4, 4), what="4 rows, 4 classes")],
        "large logits": [
            Probe((z + 1000.0, y), what="logits around 1000"),
            Probe((sure, np.array([0, 2])), what="a sure and wrong row"),
        ],
        "float32": [Probe((z.astype(np.float32), y), what="float32 logits")],
    }


def _softmax_with(bug: str) -> Callable[..., Array]:
    def backward(z: Array, y: NDArray[np.int64]) -> Array:
        n, classes = z.shape
        if bug == "in place":
            z -= z.max(axis=1, keepdims=True)
        axis = {"over rows": 0, "over everything": None}.get(bug, 1)
        e = np.exp(z if bug == "no shift" else z - z.max(axis=axis, keepdims=True))
        p = e / (e.sum(axis=1) if bug == "no keepdims" else e.sum(axis=axis, keepdims=True))
        onehot = 0.0 if bug == "no one-hot" else np.eye(classes, dtype=float if bug == "float64" else z.dtype)[y]
        d = onehot - p if bug == "sign" else p - onehot
        if bug == "true class only":
            d = d * onehot
        if bug == "slope":
            d = d * p * (1 - p)
        return np.asarray(d / {"never": 1, "twice": n * n, "entries": n * classes}.get(bug, n))

    return backward


SOFTMAX = Question(
    id="ch04.softmax_ce_backward",
    points=2,
    signature="softmax_ce_backward(z, y)",
    reference=softmax_ce_backward,
    probes=softmax_probes,
    wrong_answers=[
        WrongAnswer(
            "never_divided",
            _softmax_with("never"),
            "Your gradient is n times too long: the loss is the mean over the rows, so divide by their number.",
        ),
        WrongAnswer(
            "divided_twice",
            _softmax_with("twice"),
            "Your gradient is divided by n twice. The loss is one mean over the rows: divide once.",
        ),
        WrongAnswer(
            "divided_by_all_entries",
            _softmax_with("entries"),
            "You divide by n·K. The mean is over the n rows; the K numbers of a row belong to one cross-entropy.",
        ),
        WrongAnswer(
            "one_hot_missing",
            _softmax_with("no one-hot"),
            "You return the probabilities. Subtract 1 at the true class of each row: p − y (§4.5).",
        ),
        WrongAnswer(
            "uphill",
            _softmax_with("sign"),
            "Your sign is turned: y − p is the direction downhill. The gradient is p − y.",
        ),
        WrongAnswer(
            "true_class_only",
            _softmax_with("true class only"),
            "Only the true class gets a gradient from you. log Σ eᶻ contains every logit: the others get p, and a row adds "
            "up to 0.",
        ),
        WrongAnswer(
            "slope_once_more",
            _softmax_with("slope"),
            "You multiply p − y by p(1 − p). In softmax with cross-entropy this factor has cancelled: p − y is already the "
            "gradient by z (§4.5).",
        ),
        WrongAnswer(
            "softmax_over_rows",
            _softmax_with("over rows"),
            "Your softmax runs down the columns: axis 0 mixes the examples. Each row is one example, so use axis=1.",
        ),
        WrongAnswer(
            "softmax_over_everything",
            _softmax_with("over everything"),
            "Your probabilities add up to 1 over the whole batch. Without an axis, sum() adds all entries; each row needs its "
            "own sum, axis=1.",
        ),
        WrongAnswer(
            "keepdims_missing",
            _softmax_with("no keepdims"),
            "e.sum(axis=1) has shape (n,), and dividing (n, K) by it pairs sums with columns: an error, or, with n = K, wrong "
            "numbers without a word. Use keepdims=True.",
        ),
        WrongAnswer(
            "overflow",
            _softmax_with("no shift"),
            "At logits around 1000 you get nan: exp overflows. Subtract the maximum of each row first; softmax stays the same.",
        ),
        WrongAnswer(
            "float64_for_float32",
            _softmax_with("float64"),
            "The numbers are right; for logits in float32 your result is in float64, as np.eye and np.zeros are unless told "
            "otherwise. Return the precision of z: np.eye(K, dtype=z.dtype)[y].",
        ),
        WrongAnswer(
            "in_place",
            _softmax_with("in place"),
            "You changed z in place. The caller still needs it: write z = z - z.max(...), not z -= ….",
        ),
    ],
    hints=[
        "p − y, row by row, then the 1/n of the mean.",
        "p[np.arange(n), y] -= 1 subtracts the one-hot rows without making them; p must be your own array.",
        "Subtract each row's maximum before exp, with keepdims=True.",
    ],
)


# 04.3 --------------------------------------------------------------------------------------------------- any depth


def mlp_forward(params: Params, X: Array) -> list[Array]:
    A = [X]
    for W, b in params[:-1]:
        A.append(np.tanh(A[-1] @ W + b))
    W, b = params[-1]
    return [*A, A[-1] @ W + b]


def mlp_backward(params: Params, X: Array, t: Array, l2: float = 0.0) -> tuple[float, Params]:
    A = mlp_forward(params, X)
    z = A[-1]
    loss = np.mean(np.logaddexp(0, z) - t * z) + l2 / 2 * sum((W**2).sum() for W, _ in params)
    delta = (sigmoid(z) - t) / len(X)
    grads: Params = []
    for layer in reversed(range(len(params))):
        W, _ = params[layer]
        grads.insert(0, (A[layer].T @ delta + l2 * W, delta.sum(axis=0)))
        if layer:
            delta = (delta @ W.T) * (1 - A[layer] ** 2)
    return float(loss), grads


def _params(rng: np.random.Generator, *sizes: int) -> Params:
    pairs = pairwise(sizes)
    return [(rng.normal(size=(i, o)) / np.sqrt(i), 0.3 * rng.normal(size=o)) for i, o in pairs]


def _batch(rng: np.random.Generator, n: int, inputs: int) -> tuple[Array, Array]:
    t = rng.permutation(np.arange(n) % 2).astype(float)[:, None]
    return rng.normal(size=(n, inputs)), t


def _net(rng: np.random.Generator, n: int, *sizes: int) -> tuple[Params, Array, Array]:
    return _params(rng, *sizes), *_batch(rng, n, sizes[0])


def _rows(rng: np.random.Generator) -> Callable[[Call], Any]:
    """The loss is a mean over rows: neither their order nor a second copy of each changes anything."""
    params, X, t = _net(rng, 5, 3, 4, 1)
    order = rng.permutation(5)

    def drive(backward: Call) -> Any:
        shuffled, twice = (X[order], t[order]), (np.tile(X, (2, 1)), np.tile(t, (2, 1)))
        return [backward(params, *batch) for batch in ((X, t), shuffled, twice)]

    return drive


def _single(rng: np.random.Generator) -> Callable[[Call], Any]:
    params, X, t = _net(rng, 5, 3, 4, 1)
    small = [(W.astype(np.float32), b.astype(np.float32)) for W, b in params]

    def drive(backward: Call) -> Any:
        return backward(small, X.astype(np.float32), t.astype(np.float32))[1]

    return drive


EXAMPLE = (
    [
        (np.array([[0.1, -0.2], [0.3, 0.4]]), np.array([0.05, -0.05])),
        (np.array([[0.7], [-0.6]]), np.array([0.1])),
    ],
    np.array([[1.0, 2.0], [-1.0, 0.5]]),
    np.array([[1.0], [0.0]]),
)
"""The network of the lesson and of its figure."""


def mlp_probes(rng: np.random.Generator) -> Probes:
    return {
        "two layers": [
            Probe(EXAMPLE, what="the network of section 4.4"),
            Probe(_net(rng, 6, 3, 5, 1), what="two layers, sizes 3-5-1"),
        ],
        "one layer": [Probe(_net(rng, 4, 3, 1), what="one layer, sizes 3-1")],
        "deeper": [
            Probe(_net(rng, 6, 4, 5, 3, 1), what="three layers, sizes 4-5-3-1"),
            Probe(_net(rng, 5, 2, 3, 4, 2, 1), what="four layers, sizes 2-3-4-2-1"),
        ],
        "equal widths": [Probe(_net(rng, 6, 3, 3, 3, 1), what="three layers, sizes 3-3-3-1")],
        "the penalty": [
            Probe((*_net(rng, 4, 3, 1), 0.2), what="one layer and l2=0.2"),
            Probe((*_net(rng, 6, 2, 4, 3, 1), 0.1), what="three layers and l2=0.1"),
        ],
        "the rows": [Probe(drive=_rows(rng), what="a batch, its rows in another order, and every row twice")],
        "float32": [Probe(drive=_single(rng), what="float32 arrays")],
    }


def _mlp_with(bug: str) -> Callable[..., Any]:
    """:func:`mlp_backward` with one bug."""

    def backward(params: Any, X: Any, t: Any, l2: float = 0.0) -> Any:
        A, n = mlp_forward(params, X), len(X)
        z, p = A[-1], sigmoid(A[-1])
        if bug == "one cache entry":
            A = [A[-2]] * (len(params) + 1)
        squares = sum((W**2).sum() + ((b**2).sum() if bug == "penalty on biases" else 0) for W, b in params)
        share = {"no penalty in the loss": 0.0, "penalty over n": l2 / n / 2}.get(bug, l2 / 2)
        loss = np.mean(np.logaddexp(0, z) - t * z) + share * squares
        pull = {"no penalty in the gradient": 0.0, "penalty doubled": 2 * l2, "penalty over n": l2 / n}.get(bug, l2)
        delta = (p - t) / {"never divided": 1, "divided twice": n * n}.get(bug, n)
        delta = delta * p * (1 - p) if bug == "slope at the output" else delta
        grads: list[Any] = []
        for layer in reversed(range(len(params))):
            W, b = params[layer]
            dW = A[layer].T @ delta + pull * W
            db = {"bias not summed": delta, "bias by mean": delta.mean(axis=0)}.get(bug, delta.sum(axis=0))
            db = db + l2 * b if bug in ("penalty on biases", "biases pulled") else db
            grads.insert(0, (dW.T if bug == "transposed" else dW, db))
            if layer:
                a = np.tanh(A[layer]) if bug == "slope at a" else A[layer + (bug == "layer above")]
                slope = 1.0 if bug == "no slope" else 1 - a**2
                delta = (delta @ (W if bug == "W for Wᵀ" else W.T)) * slope
        return float(loss), grads[::-1] if bug == "last first" else grads

    return backward


MLP = Question(
    id="ch04.mlp_backward",
    points=4,
    signature="mlp_backward(params, X, t, l2=0.0)",
    reference=mlp_backward,
    probes=mlp_probes,
    parts=("loss", "grads"),
    wrong_answers=[
        WrongAnswer(
            "slope_missing",
            _mlp_with("no slope"),
            "f′ is missing: the last layer's gradients are right, all before it are not. After delta @ W.T multiply by "
            "1 − A², the slope of tanh (§4.3, equation 2).",
        ),
        WrongAnswer(
            "slope_at_the_activation",
            _mlp_with("slope at a"),
            "You take the slope of tanh at the activation: 1 − tanh²(A). A is tanh(z) already, so the slope at z is 1 − A². "
            "Applying tanh in place to a kept z does the same harm (§4.7).",
        ),
        WrongAnswer(
            "slope_of_the_layer_above",
            _mlp_with("layer above"),
            "You use the slope of the wrong layer: the error that W carries back arrives at the activation that went *into* "
            "W, A[k], not at A[k + 1].",
        ),
        WrongAnswer(
            "slope_at_the_output",
            _mlp_with("slope at the output"),
            "Every gradient is too small: you multiply the output error by p(1 − p). With cross-entropy this factor cancels, "
            "and the error is (p − t)/n (§4.5).",
        ),
        WrongAnswer(
            "weights_transposed",
            _mlp_with("transposed"),
            "Your dW are transposed: dW has the shape of W, (in, out), so it is Aᵀ delta (§4.6).",
        ),
        WrongAnswer(
            "W_for_its_transpose",
            _mlp_with("W for Wᵀ"),
            "You carry the error back with W in place of Wᵀ. Square layers let it pass; the others raise an error.",
        ),
        WrongAnswer(
            "bias_not_summed",
            _mlp_with("bias not summed"),
            "Your db are not summed over the examples. One bias serves all rows: delta.sum(axis=0).",
        ),
        WrongAnswer(
            "bias_by_mean",
            _mlp_with("bias by mean"),
            "Your weights' gradients are right, your biases' are n times too small: a mean in place of a sum divides by n a "
            "second time. The loss still falls, so no curve shows it (§4.8).",
        ),
        WrongAnswer(
            "never_divided",
            _mlp_with("never divided"),
            "All gradients are n times too long: they are those of the sum. The loss is a mean; put 1/n into the output error, "
            "once.",
        ),
        WrongAnswer(
            "divided_twice",
            _mlp_with("divided twice"),
            "All gradients are n times too small: 1/n was applied twice. Put it into the output error and nowhere else.",
        ),
        WrongAnswer(
            "cache_overwritten",
            _mlp_with("one cache entry"),
            "Every layer of your backward pass sees the same kept activation, the last one. Keep one entry for each layer: a "
            "variable that is assigned in the loop, or one list entry stored again and again, holds only the latest.",
        ),
        WrongAnswer(
            "penalty_missing_in_the_gradient",
            _mlp_with("no penalty in the gradient"),
            "Your loss contains the penalty, your gradient does not: then it has no effect on training. Its slope is l2·W, "
            "added to dW.",
        ),
        WrongAnswer(
            "penalty_missing_in_the_loss",
            _mlp_with("no penalty in the loss"),
            "Your gradient contains the penalty, your loss does not: a gradient check would call the gradient wrong. Add "
            "l2/2 · Σ W² over all layers.",
        ),
        WrongAnswer(
            "penalty_doubled",
            _mlp_with("penalty doubled"),
            "Your penalty pulls twice as hard as it should: the slope of l2/2 · W² is l2·W, without a 2.",
        ),
        WrongAnswer(
            "penalty_divided_by_n",
            _mlp_with("penalty over n"),
            "You divide the penalty by the number of examples, as some texts do, λ/(2m). Here it is l2/2 · Σ W², whatever n is.",
        ),
        WrongAnswer(
            "penalty_on_biases",
            _mlp_with("penalty on biases"),
            "You penalize the biases too. Here the penalty is on the weights only.",
        ),
        WrongAnswer(
            "penalty_on_biases_in_the_gradient",
            _mlp_with("biases pulled"),
            "Your loss is right, and your db contain l2·b. The penalty is on the weights only: its slope goes to dW, and db is "
            "the sum of delta over the rows.",
        ),
        WrongAnswer(
            "last_layer_first",
            _mlp_with("last first"),
            "Your gradients come last layer first, in the order in which they were computed. Return them in the order of "
            "params.",
        ),
    ],
    hints=[
        "A = mlp_forward(params, X) keeps what each layer received; A[-1] are the logits.",
        "Start with delta = (sigmoid(A[-1]) − t)/n and walk k from the last layer to the first.",
        "In each round: dW and db from delta, and then, if k > 0, delta = (delta @ W.T) * (1 − A[k]**2).",
    ],
)


# 04.4 ----------------------------------------------------------------------------------------- whose gradient is it?


def neuron_gradient(x: Array, w: Array, b: float, t: float, loss: str) -> tuple[Array, float]:
    p = sigmoid(x @ w + b)
    delta = p - t
    if loss == "squared":
        delta = delta * p * (1 - p)
    return delta * x, float(delta)


def neuron_probes(rng: np.random.Generator) -> Probes:
    article = np.array([0.5, -0.3]), np.array([0.4, 0.6]), 0.1, 1.0
    three = (rng.normal(size=3), rng.normal(size=3), float(rng.normal()), 0.0)
    five = (rng.normal(size=5), rng.normal(size=5), float(rng.normal()), 1.0)
    wrong = np.array([2.0, 1.0]), np.array([-5.0, 0.5]), -0.5, 1.0       # z = -10
    sure = np.array([2.0, 1.0]), np.array([20.0, 1.0]), 1.0, 0.0         # z = 42: p rounds to 1
    return {
        "squared loss": [
            Probe((*article, "squared"), what="the article's numbers and the squared loss"),
            Probe((*three, "squared"), what="three inputs, t=0, squared loss"),
        ],
        "cross-entropy": [
            Probe((*article, "bce"), what="the article's numbers and cross-entropy"),
            Probe((*five, "bce"), what="five inputs, t=1, cross-entropy"),
        ],
        "sure and wrong": [
            Probe((*wrong, loss), what=f"z = -10, t = 1, {name}")
            for loss, name in (("squared", "squared loss"), ("bce", "cross-entropy"))
        ],
        "beyond rounding": [Probe((*sure, "bce"), what="z = 42, t = 0, cross-entropy")],
    }


def _neuron_with(bug: str) -> Callable[..., Any]:
    def gradient(x: Any, w: Any, b: float, t: float, loss: str) -> Any:
        z = x @ w + b
        p = sigmoid(z)
        slope = {"slope at p": sigmoid(p) * (1 - sigmoid(p)), "z for p": z * (1 - z)}.get(bug, p * (1 - p))
        sloped = {"published": False, "slope in both": True, "swapped": loss == "bce"}.get(bug, loss == "squared")
        delta = (p - t) * (slope if sloped else 1.0)
        if bug == "divided" and loss == "bce":
            delta = (-t / p + (1 - t) / (1 - p)) * p * (1 - p)
        delta = {"uphill": -delta, "doubled": 2 * delta if loss == "squared" else delta}.get(bug, delta)
        return delta * x, float({"bias like weights": (delta * x).sum(), "no bias": 0.0}.get(bug, delta))

    return gradient


NEURON = Question(
    id="ch04.neuron_gradient",
    points=3,
    signature="neuron_gradient(x, w, b, t, loss)",
    reference=neuron_gradient,
    probes=neuron_probes,
    parts=("dw", "db"),
    wrong_answers=[
        WrongAnswer(
            "as_published",
            _neuron_with("published"),
            "Your gradient is (p − t)·x for both losses, as in the article. That is exact for cross-entropy; for the squared "
            "loss σ′ = p(1 − p) is missing, and the result is 1/(p(1 − p)) ≥ 4 times too long (E43, §4.11).",
        ),
        WrongAnswer(
            "slope_in_both",
            _neuron_with("slope in both"),
            "You multiply by p(1 − p) for cross-entropy too. There it cancels against the slope of the logarithm (§4.5).",
        ),
        WrongAnswer(
            "losses_exchanged",
            _neuron_with("swapped"),
            "The two losses are exchanged: σ′ belongs to the squared loss; with cross-entropy it cancels.",
        ),
        WrongAnswer(
            "slope_at_p",
            _neuron_with("slope at p"),
            "Your σ′ is taken at p in place of z: the sigmoid is applied twice. With p = σ(z) the slope is p(1 − p).",
        ),
        WrongAnswer(
            "z_taken_for_p",
            _neuron_with("z for p"),
            "Your slope is z(1 − z). The formula p(1 − p) is written in p = σ(z).",
        ),
        WrongAnswer(
            "uphill",
            _neuron_with("uphill"),
            "Your sign is turned: that is the direction downhill. Return the gradient, (p − t)…, and let the update subtract it.",
        ),
        WrongAnswer(
            "doubled",
            _neuron_with("doubled"),
            "For the squared loss you are off by a factor 2: the loss is ½(t − p)², and the ½ takes the 2 away.",
        ),
        WrongAnswer(
            "divided_by_p",
            _neuron_with("divided"),
            "For a sure and wrong answer your cross-entropy gradient is nan: p rounds to 1, 1 − p to 0, and you divide by it. "
            "Cancel on paper first: the product is p − t (§4.5).",
        ),
        WrongAnswer(
            "bias_like_weights",
            _neuron_with("bias like weights"),
            "Your db adds up the entries of dw. What came in at the bias is the number 1, so db is the error itself.",
        ),
        WrongAnswer(
            "no_bias_gradient",
            _neuron_with("no bias"),
            "Your db is 0: the bias would never learn. What came in there is 1, so db is the error δ.",
        ),
    ],
    hints=[
        "First δ, the derivative by z = x·w + b. Then dw = δ·x and db = δ.",
        "½(t − p)²: the derivative by p is p − t, and σ′ brings it to z.",
        "Cross-entropy in z is log(1 + eᶻ) − t·z. Differentiate it as it stands.",
    ],
)


# 04.5 --------------------------------------------------------------------------------------------------- overfit 20


def overfit(params: Params, X: Array, t: Array, lr: float, goal: float, max_steps: int) -> tuple[Params, int]:
    for k in range(max_steps):
        loss, grads = mlp_backward(params, X, t)
        if loss < goal:
            return params, k
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
    return params, max_steps


def _resume(rng: np.random.Generator) -> Callable[[Call], Any]:
    """Three steps and then four more are seven steps."""
    params, X, t = _net(rng, 8, 2, 4, 3, 1)

    def drive(train: Call) -> Any:
        first = train(params, X, t, 0.5, 1e-3, 3)
        return [first, train(first[0], X, t, 0.5, 1e-3, 4), train(params, X, t, 0.5, 1e-3, 7)]

    return drive


def _twenty(rng: np.random.Generator) -> Callable[[Call], Any]:
    """How many steps it takes; where a run goes uphill, rounding grows too much to compare its network."""
    start = _net(rng, 20, 16, 24, 1)
    return lambda train: train(*start, 4.0, 1e-3, 200)[1]


def overfit_probes(rng: np.random.Generator) -> Probes:
    return {
        "one step": [Probe((*_net(rng, 6, 3, 4, 1), 0.3, 1e-3, 1), what="max_steps=1")],
        "a few steps": [Probe((*_net(rng, 6, 3, 4, 2, 1), 0.5, 1e-3, 6), what="three layers, 6 steps")],
        "resumed": [Probe(drive=_resume(rng), what="3 steps, then 4 more from there, and 7 at once")],
        "a low bar": [
            Probe((*_net(rng, 6, 3, 4, 1), 1.0, 0.5, 60), what="goal=0.5"),
            Probe((*_net(rng, 6, 3, 4, 1), 1.0, 1e9, 60), what="a goal that the start meets"),
        ],
        "20 points": [Probe(drive=_twenty(rng), what="the steps for 20 points in 16 dimensions with random labels")],
    }


NOT_TESTED_FIRST = ("tested after", "tested after, counted", "old loss tested")


def _overfit_with(bug: str) -> Callable[..., Any]:
    def train(params: Any, X: Any, t: Any, lr: float, goal: float, max_steps: int) -> Any:
        params, fixed = list(params), None
        for k in range(max_steps + {"one step more": 1, "one step fewer": -1}.get(bug, 0)):
            loss, grads = mlp_backward(params, X, t)
            length = np.sqrt(sum((part**2).sum() for layer in grads for part in layer))
            if bug not in NOT_TESTED_FIRST and (length if bug == "gradient norm" else loss) < goal:
                return params, k + (bug == "one too many")
            fixed = fixed or grads
            if bug == "early update":
                grads = _carried_through_new_weights(params, X, t, lr)
            grads = fixed if bug == "gradient once" else grads
            rate = -lr if bug == "uphill" else lr
            before = params
            params = [
                (W - rate * dW, b if bug == "biases frozen" else b - rate * db)
                for (W, b), (dW, db) in zip(params, grads, strict=True)
            ]
            if bug == "layer by layer":
                params = _one_after_the_other(before, X, t, lr)
            if bug == "in place":
                for (W, b), (new_W, new_b) in zip(before, params, strict=True):
                    W[...], b[...] = new_W, new_b
                params = before
            if bug == "old loss tested" and loss < goal:
                return params, k
            if bug.startswith("tested after") and mlp_backward(params, X, t)[0] < goal:
                return params, k + (bug == "tested after, counted")
        return params, max_steps

    return train


def _carried_through_new_weights(params: Params, X: Array, t: Array, lr: float) -> Params:
    """Each W is updated before the error is carried back through it."""
    A = mlp_forward(params, X)
    delta, grads = (sigmoid(A[-1]) - t) / len(X), Params()
    for layer in reversed(range(len(params))):
        W = params[layer][0]
        dW = A[layer].T @ delta
        grads.insert(0, (dW, delta.sum(axis=0)))
        if layer:
            delta = (delta @ (W - lr * dW).T) * (1 - A[layer] ** 2)
    return grads


def _one_after_the_other(params: Params, X: Array, t: Array, lr: float) -> Params:
    """Each layer moves before the gradient of the next one is computed."""
    params = list(params)
    for layer in range(len(params)):
        dW, db = mlp_backward(params, X, t)[1][layer]
        params[layer] = params[layer][0] - lr * dW, params[layer][1] - lr * db
    return params


OVERFIT = Question(
    id="ch04.overfit",
    points=3,
    signature="overfit(params, X, t, lr, goal, max_steps)",
    reference=overfit,
    probes=overfit_probes,
    parts=("params", "steps"),
    rtol=1e-6,
    atol=1e-9,
    wrong_answers=[
        WrongAnswer(
            "carried_through_new_weights",
            _overfit_with("early update"),
            "You update a layer's W before the error is carried back through it. The gradients of the layers before belong to "
            "no loss then. Compute all gradients first, then move (§4.9).",
        ),
        WrongAnswer(
            "layer_by_layer",
            _overfit_with("layer by layer"),
            "You compute the gradient anew after moving each layer. A step of gradient descent moves all parameters by "
            "gradients taken at one point.",
        ),
        WrongAnswer(
            "uphill",
            _overfit_with("uphill"),
            "Your steps go uphill: the backward pass is right, and the network unlearns. Subtract lr times the gradient.",
        ),
        WrongAnswer(
            "gradient_once",
            _overfit_with("gradient once"),
            "All your steps use the gradient of the start. A gradient holds here, not there: compute it again at every step.",
        ),
        WrongAnswer(
            "biases_frozen",
            _overfit_with("biases frozen"),
            "Your biases never move. They have gradients too: b − lr·db.",
        ),
        WrongAnswer(
            "gradient_norm_for_loss",
            _overfit_with("gradient norm"),
            "You compare the length of the gradient with goal. Here the goal is a loss.",
        ),
        WrongAnswer(
            "tested_after_the_step",
            _overfit_with("tested after"),
            "Your count is one too low, or you step although the start is good enough: test the loss first, then step; k "
            "counts the steps taken.",
        ),
        WrongAnswer(
            "start_not_tested",
            _overfit_with("tested after, counted"),
            "Right, but for a start that is good enough already: you step before you test. Test the loss at the top of the "
            "loop.",
        ),
        WrongAnswer(
            "old_loss_tested",
            _overfit_with("old loss tested"),
            "You test the loss of the network before the step and return the network after it: one step too far for its count. "
            "Test, return, and only then step.",
        ),
        WrongAnswer(
            "count_one_too_high",
            _overfit_with("one too many"),
            "Your network is right, its count is one too high. k counts the steps taken so far, and at the first test none was: "
            "begin with 0.",
        ),
        WrongAnswer(
            "one_step_too_many",
            _overfit_with("one step more"),
            "Where the goal is not met, your network has gone one step further than max_steps. The last step needs no test "
            "after it: range(max_steps), and return after the loop.",
        ),
        WrongAnswer(
            "one_step_too_few",
            _overfit_with("one step fewer"),
            "Where the goal is not met, your network is one step behind max_steps. range(max_steps) runs max_steps times.",
        ),
        WrongAnswer(
            "in_place",
            _overfit_with("in place"),
            "You changed the arrays that you were given: W -= … writes into the caller's network, and a second run would start "
            "where the first one ended (E45). Make new arrays, W - lr * dW.",
        ),
    ],
    hints=[
        "loss, grads = mlp_backward(params, X, t); test the loss; then step.",
        "[(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)] makes new parameters.",
        "If the loop ends without meeting the goal, return params and max_steps.",
    ],
)


# 04.6 ---------------------------------------------------------------------------------------------------- the cost


def multiply_adds(sizes: Sequence[int], n: int) -> tuple[int, int, int]:
    pairs = list(pairwise(sizes))
    forward = n * sum(i * o for i, o in pairs)
    backward = 2 * forward - n * sizes[0] * sizes[1]
    parameters = sum((i + 1) * o for i, o in pairs)
    return forward, backward, (parameters + 1) * forward


def cost_probes(rng: np.random.Generator) -> Probes:
    sizes = [int(s) for s in rng.integers(3, 40, size=4)]
    return {
        "the figure's network": [Probe(([2, 2, 1], 2))],
        "one layer": [Probe(([5, 3], 7))],
        "digits": [Probe(([64, 128, 10], 32))],
        "deeper": [Probe((sizes, int(rng.integers(2, 30)))), Probe(([64, *[128] * 8, 10], 32))],
    }


def _cost_with(bug: str) -> Callable[..., Any]:
    def cost(sizes: Any, n: int) -> Any:
        forward, backward, differences = multiply_adds(sizes, n)
        weights = sum(i * o for i, o in pairwise(sizes))
        changed = {
            "data": (forward, 2 * forward, differences),
            "one product": (forward, forward, differences),
            "no n": (forward // n, backward // n, differences // n),
            "central": (forward, backward, 2 * (differences // forward - 1) * forward),
            "no start": (forward, backward, differences - forward),
            "no biases": (forward, backward, (weights + 1) * forward),
            "total": (forward, forward + backward, differences),
        }
        return changed[bug]

    return cost


COST = Question(
    id="ch04.multiply_adds",
    points=2,
    signature="multiply_adds(sizes, n)",
    reference=multiply_adds,
    probes=cost_probes,
    parts=("forward", "backward", "differences"),
    also_right={"two operations for each multiply-add": lambda sizes, n: tuple(2 * c for c in multiply_adds(sizes, n))},
    wrong_answers=[
        WrongAnswer(
            "gradient_by_the_data_counted",
            _cost_with("data"),
            "Your backward pass costs exactly twice the forward pass: you counted δ₁W₁ᵀ, the gradient by the data. Nobody needs "
            "it (§4.10).",
        ),
        WrongAnswer(
            "one_product_a_layer",
            _cost_with("one product"),
            "You counted one product a layer on the way back. There are two: Aᵀδ for the weights and δWᵀ for the layer before.",
        ),
        WrongAnswer(
            "examples_forgotten",
            _cost_with("no n"),
            "You counted for one example. Every product has n rows: multiply by n.",
        ),
        WrongAnswer(
            "central_differences",
            _cost_with("central"),
            "You counted 2P forward passes, those of central differences. Here they are one-sided: P + 1.",
        ),
        WrongAnswer(
            "start_forgotten",
            _cost_with("no start"),
            "You counted P forward passes. One more is needed, for the loss at the start that all are compared with.",
        ),
        WrongAnswer(
            "biases_not_counted",
            _cost_with("no biases"),
            "Your P leaves out the biases. They are parameters, and differences must nudge them too.",
        ),
        WrongAnswer(
            "forward_included",
            _cost_with("total"),
            "Your second number contains the forward pass. Give the backward pass alone.",
        ),
    ],
    hints=[
        "(n, d) @ (d, m) takes n·d·m multiply-adds. The two products of the way back have the same three sizes.",
        "The first layer needs only Aᵀδ.",
        "P = Σ (in + 1)·out. One-sided differences: P nudged forward passes, and one that is not nudged.",
    ],
)


# 04.7 ----------------------------------------------------------------------------------------- claims and next actions

CLAIMS = Question(
    id="ch04.claims",
    points=3,
    signature="claims",
    reference={"A": False, "B": True, "C": False, "D": True, "E": False, "F": True, "G": False},
    wrong_answers=[
        WrongAnswer(
            "backpropagation_moves_weights",
            {"A": True},
            "Claim A: call value_and_grad 300 times and compare theta: not one bit has moved. Backpropagation returns a "
            "gradient; an optimizer moves the weights (§4.9).",
        ),
        WrongAnswer(
            "cancelling_denied",
            {"B": False},
            "Claim B: differentiate log(1 + eᶻ) − t·z by z. No σ′ is left: it cancels against 1/(p(1 − p)) (§4.5).",
        ),
        WrongAnswer(
            "falling_loss_proves_gradient",
            {"C": True},
            "Claim C: train with delta.mean(axis=0) for the biases. The loss falls at every step, and the gradient is wrong "
            "(§4.8).",
        ),
        WrongAnswer(
            "silent_input_denied",
            {"D": False},
            "Claim D: set a column of X to 0 and look at that row of dW₁. The gradient is what came in times the error, and "
            "nothing came in.",
        ),
        WrongAnswer(
            "largest_error_wins",
            {"E": True},
            "Claim E: nudge a hidden unit that feeds three others, as in §4.2. The three effects add up.",
        ),
        WrongAnswer(
            "cost_grows_with_parameters",
            {"F": False},
            "Claim F: count the products, as in §4.10: two on the way back where there was one on the way there, however many "
            "parameters there are.",
        ),
        WrongAnswer(
            "shapes_prove_formula",
            {"G": True},
            "Claim G: in a square layer both dZ @ W and dZ @ W.T have the right shape, and a mean has the shape of a sum (§4.6).",
        ),
    ],
    hints=["For each claim look for a run of a few lines that would refute it, and run it before you answer."],
)

NEXT = Question(
    id="ch04.next_action",
    points=2,
    signature="next_action",
    reference={"1": "b", "2": "a", "3": "c", "4": "c", "5": "b"},
    offered=("a", "b", "c"),
    wrong_answers=[
        WrongAnswer(
            "case_1_starts_at_the_input",
            {"1": "a"},
            "Case 1: even the last layer is wrong, so the mistake lies before any error was carried back. Start at the output.",
        ),
        WrongAnswer(
            "case_1_blames_the_rate",
            {"1": "c"},
            "Case 1: a gradient check takes no step, so no learning rate can make it fail.",
        ),
        WrongAnswer(
            "case_2_blames_the_loss",
            {"2": "b"},
            "Case 2: the loss's derivative enters W₃'s gradient too, and that one is right. Look at what happens on the way to "
            "layer 2: the transpose, or f′.",
        ),
        WrongAnswer(
            "case_2_blames_the_biases",
            {"2": "c"},
            "Case 2: a wrong sum would spoil b₃ as well, and b₃ is right.",
        ),
        WrongAnswer(
            "case_3_blames_the_transpose",
            {"3": "a"},
            "Case 3: a transpose does not depend on the number of examples, and it would not give a clean factor of 8.",
        ),
        WrongAnswer(
            "case_3_changes_the_rate",
            {"3": "b"},
            "Case 3: a smaller rate hides the factor for this batch size and brings it back with the next.",
        ),
        WrongAnswer(
            "case_4_searches_at_once",
            {"4": "a"},
            "Case 4: one entry of thousands, and with ReLU: first rule out a kink between x − h and x + h. Another point, or a "
            "smaller h, tells in a minute.",
        ),
        WrongAnswer(
            "case_4_ignores_it",
            {"4": "b"},
            "Case 4: it may be a kink, or a bug in one entry. Do not guess: try another point.",
        ),
        WrongAnswer(
            "case_5_blames_the_activation",
            {"5": "a"},
            "Case 5: the error is proportional to W itself, and the biases are right. No activation does that; a penalty on the "
            "weights does.",
        ),
        WrongAnswer(
            "case_5_drops_the_penalty",
            {"5": "c"},
            "Case 5: without the penalty the check passes and the bug stays. Check with every term of the loss switched on, and "
            "mend the gradient.",
        ),
    ],
    hints=[
        "Read the pattern from the last layer to the first: what is right rules out everything before it.",
        "What depends on the number of examples? What is proportional to W?",
    ],
)

QUESTIONS = [AFFINE, ACT, SOFTMAX, MLP, NEURON, OVERFIT, COST, CLAIMS, NEXT]
