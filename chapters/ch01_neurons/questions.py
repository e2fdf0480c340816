"""The graded questions of chapter 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.questions import Call, Probe, Question, WrongAnswer

Array = NDArray[np.float64]
Params = Sequence[tuple[Array, Array]]
Probes = dict[str, list[Probe]]


# 01.1 ------------------------------------------------------------------------------------------------- activations


def activation(name: str, z: Array, at_zero: float = 0.0) -> tuple[Array, Array]:
    if name == "sigmoid":
        a = 0.5 * np.tanh(0.5 * z) + 0.5
        return a, a * (1 - a)
    if name == "tanh":
        a = np.tanh(z)
        return a, 1 - a * a
    slope = np.where(z == 0, at_zero, z > 0).astype(z.dtype)
    return np.maximum(z, 0), slope


def _kink_at(value: float) -> Callable[..., Any]:
    return lambda name, z: activation(name, z, at_zero=value)


def _loudly(z: float) -> Callable[[Call], Any]:
    """Both curved ones at ±z, with NumPy's warnings about overflow and 0/0 turned into errors."""

    def drive(answer: Call) -> Any:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            return [answer(name, np.array([z])) for name in ("sigmoid", "tanh")]

    return drive


def activation_probes(rng: np.random.Generator) -> Probes:
    z = rng.normal(scale=2.0, size=6)
    return {
        "sigmoid": [Probe(("sigmoid", np.array([0.0, 1.0, -2.0]))), Probe(("sigmoid", z), what="sigmoid of six numbers")],
        "tanh": [Probe(("tanh", np.array([0.0, 1.0, -2.0]))), Probe(("tanh", z), what="tanh of six numbers")],
        "relu": [
            Probe(("relu", np.array([-1.5, 2.0, 0.5]))),
            Probe(("relu", np.r_[z, -3.0, 3.0]), what="relu of eight numbers"),
            Probe(("relu", np.array([0.0])), what="relu at z=0"),
        ],
        "far out": [
            Probe(("sigmoid", np.array([-1000.0, 1000.0]))),
            Probe(("tanh", np.array([-1000.0, 1000.0]))),
            Probe(drive=_loudly(-1000.0), what="z=-1000, with NumPy's warnings turned into errors"),
            Probe(drive=_loudly(1000.0), what="z=1000, with NumPy's warnings turned into errors"),
        ],
        "a matrix": [
            Probe((name, rng.normal(size=(3, 4))), what=f"{name} of a 3×4 matrix") for name in ("sigmoid", "tanh", "relu")
        ],
        "float32": [
            Probe((name, rng.normal(size=5).astype(np.float32)), what=f"{name} of float32 numbers")
            for name in ("sigmoid", "tanh", "relu")
        ],
    }


def _activation_bug(bug: str) -> Callable[..., Any]:
    def answer(name: str, z: Array) -> Any:
        a, slope = activation(name, z)
        if bug == "slope at a":
            return a, activation(name, a)[1]
        if bug == "formula in z":
            return a, {"sigmoid": z * (1 - z), "tanh": 1 - z * z}.get(name, slope)
        if bug == "square missing":
            return a, 1 - a if name == "tanh" else slope
        if bug == "no slope":
            return a, np.ones_like(z)
        if bug == "relu passes all":
            return a, np.ones_like(z) if name == "relu" else slope
        if bug == "value only":
            return a
        if bug == "relu in place" and name == "relu":
            z[z < 0] = 0
        return a, slope

    return answer


SIGMOIDS: dict[str, Callable[[Array], Array]] = {
    "one sided": lambda z: 1 / (1 + np.exp(-z)),
    "quotient": lambda z: np.exp(z) / (1 + np.exp(z)),
    "where": lambda z: np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))),
}
"""The textbook's forms, whose exponentials overflow."""


def _sigmoid_as(form: str, tanh: Callable[[Array], Array] = np.tanh) -> Callable[..., Any]:
    def answer(name: str, z: Array) -> Any:
        if name == "relu":
            return activation(name, z)
        a = SIGMOIDS[form](z) if name == "sigmoid" else tanh(z)
        return a, a * (1 - a) if name == "sigmoid" else 1 - a * a

    return answer


def _tanh_of_exponentials(z: Array) -> Array:
    return np.asarray((np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)))


ACTIVATION = Question(
    id="ch01.activation",
    points=3,
    signature="activation(name, z)",
    reference=activation,
    also_right={"relu' = ½ at z = 0": _kink_at(0.5), "relu' = 1 at z = 0": _kink_at(1.0)},
    probes=activation_probes,
    parts=("a", "slope"),
    wrong_answers=[
        WrongAnswer(
            "sigmoid_overflows",
            _sigmoid_as("one sided"),
            "Your sigmoid is 1/(1 + exp(-z)). At z = -1000 the exponential overflows: the value is right by luck, 1/inf, "
            "and NumPy warns. ½·tanh(z/2) + ½ is the same function and never overflows (§1.2).",
        ),
        WrongAnswer(
            "quotient_of_exponentials",
            _sigmoid_as("quotient"),
            "Your sigmoid is exp(z)/(1 + exp(z)). At z = 1000 that is inf/inf, which is nan. Use ½·tanh(z/2) + ½ (§1.2).",
        ),
        WrongAnswer(
            "both_branches_computed",
            _sigmoid_as("where"),
            "Somewhere an exp (or a cosh) of a large number overflows, and the result is thrown away: np.where computes both of "
            "its branches, and 1/inf is 0. Hence the warnings. Use ½·tanh(z/2) + ½, or exp(-|z|), which is never above 1.",
        ),
        WrongAnswer(
            "exponentials_everywhere",
            _sigmoid_as("one sided", _tanh_of_exponentials),
            "You wrote σ and tanh as the textbook does, with exponentials. At ±1000 tanh becomes inf/inf = nan. Use np.tanh, "
            "and for σ its relation to tanh (§1.2).",
        ),
        WrongAnswer(
            "slope_at_the_output",
            _activation_bug("slope at a"),
            "Your slopes belong to another point: f'(a) in place of f'(z). a·(1 - a) is σ'(z) already, with a = σ(z). Do not "
            "apply σ once more (§1.2).",
        ),
        WrongAnswer(
            "formula_in_z",
            _activation_bug("formula in z"),
            "You wrote z·(1 - z) and 1 - z². The short formulas take the output a = f(z), not z (§1.2).",
        ),
        WrongAnswer(
            "square_missing",
            _activation_bug("square missing"),
            "Your slope of tanh is 1 - a. It is 1 - a²: at z = 0 both say 1, everywhere else they differ.",
        ),
        WrongAnswer(
            "relu_passes_all",
            _activation_bug("relu passes all"),
            "Your ReLU has slope 1 everywhere. Left of 0 the function is constant, so its slope there is 0.",
        ),
        WrongAnswer("slope_is_one", _activation_bug("no slope"), "All your slopes are 1: that is f(z) = z. See the table of §1.2."),
        WrongAnswer("value_only", _activation_bug("value only"), "You return f(z) only. Return two arrays: f(z) and f'(z)."),
        WrongAnswer(
            "relu_in_place",
            _activation_bug("relu in place"),
            "Your ReLU writes zeros into z itself. The caller still holds that array, and backpropagation will need it. "
            "np.maximum(z, 0) makes a new one.",
        ),
    ],
    hints=[
        "Compute a = f(z) first; two of the three slopes are short formulas in a.",
        "tanh z = 2σ(2z) - 1. Solve for σ.",
        "ReLU: np.maximum(z, 0), and the slope (z > 0) as numbers of z's own precision: .astype(z.dtype).",
    ],
)


# 01.2 ------------------------------------------------------------------------------------------------------ a layer


def affine(X: Array, W: Array, b: Array) -> Array:
    return X @ W + b


def _row_by_row(X: Array, W: Array, b: Array) -> Callable[[Call], Any]:
    """The batch, each example alone, and the batch in another order."""

    def drive(answer: Call) -> Any:
        alone = [answer(X[i : i + 1].copy(), W.copy(), b.copy()) for i in range(len(X))]
        return [answer(X.copy(), W.copy(), b.copy()), *alone, answer(X[::-1].copy(), W.copy(), b.copy())]

    return drive


def affine_probes(rng: np.random.Generator) -> Probes:
    def case(n: int, d: int, k: int) -> tuple[Array, Array, Array]:
        return rng.normal(size=(n, d)), rng.normal(size=(d, k)), rng.normal(size=k)

    n = int(rng.integers(5, 8))
    return {
        "the example": [Probe((np.array([[1.0, 2.0]]), np.array([[0.1, -0.2], [0.3, 0.4]]), np.array([0.05, -0.05])))],
        "sizes that differ": [Probe(case(n, 3, 2), what=f"X ({n}, 3) and W (3, 2)")],
        "sizes that agree": [Probe(case(3, 3, 3), what="X, W (3, 3): everything fits, right or wrong")],
        "one input": [Probe(case(4, 1, 3), what="X (4, 1) and W (1, 3)")],
        "one neuron": [Probe(case(4, 3, 1), what="X (4, 3) and W (3, 1)")],
        "batch and loop": [Probe(drive=_row_by_row(*case(4, 2, 3)), what="each example alone, and in another order")],
        "float32": [Probe(tuple(part.astype(np.float32) for part in case(3, 2, 2)), what="float32 arrays")],
    }


AFFINE = Question(
    id="ch01.affine",
    points=2,
    signature="affine(X, W, b)",
    reference=affine,
    probes=affine_probes,
    wrong_answers=[
        WrongAnswer(
            "bias_along_the_examples",
            lambda X, W, b: X @ W + b.reshape(-1, 1),
            "Your bias lies along the wrong axis: row i of the result gets b[i], so each *example* has a bias. Each *neuron* "
            "has one, the same in every row: X @ W + b. With as many examples as neurons the mistake does not crash (§1.3).",
        ),
        WrongAnswer(
            "transposed_weights",
            lambda X, W, b: X @ W.T + b,
            "You multiply by W.T, PyTorch's convention. Here W is (d, k): column j holds neuron j. With a square W the mistake "
            "runs and is wrong (§1.3).",
        ),
        WrongAnswer(
            "order_exchanged",
            lambda X, W, b: W @ X + b,
            "You multiply W @ X: that is the convention with examples as columns. Here they are rows, so X comes first (§1.3).",
        ),
        WrongAnswer(
            "columns_returned",
            lambda X, W, b: W.T @ X.T + b.reshape(-1, 1),
            "The numbers are right but lie as columns: your result is the transpose. Examples are rows: (n, k).",
        ),
        WrongAnswer(
            "entry_by_entry",
            lambda X, W, b: X * W + b,
            "You used *, which multiplies entry by entry. With one input it looks right; in general a neuron needs a sum over "
            "its inputs: @ (§1.1).",
        ),
        WrongAnswer("no_bias", lambda X, W, b: X @ W, "The bias is missing: your layer maps 0 to 0 whatever b is."),
        WrongAnswer(
            "bias_subtracted", lambda X, W, b: X @ W - b, "You subtract the bias. Some books do (a threshold); here it is added."
        ),
        WrongAnswer(
            "activated",
            lambda X, W, b: np.tanh(X @ W + b),
            "You apply an activation. This function is the affine part only, Z = XW + b; the bend comes afterwards.",
        ),
    ],
    hints=["Shapes: (n, d) times (d, k) is (n, k). b (k,) is added to every row by broadcasting.", "X @ W + b"],
)


# 01.3 ------------------------------------------------------------------------------------------------ any depth


def mlp_forward(params: Params, X: Array) -> tuple[Array, list[tuple[Array, Array]]]:
    A, cache = X, []
    for layer, (W, b) in enumerate(params, start=1):
        Z = A @ W + b
        cache.append((A, Z))
        A = Z if layer == len(params) else np.tanh(Z)
    return A, cache


def _network(rng: np.random.Generator, *sizes: int, dtype: Any = np.float64) -> tuple[list[tuple[Array, Array]], Array]:
    """Parameters of a network, and a batch of five."""
    params = [(rng.normal(size=(d, k)).astype(dtype), rng.normal(size=k).astype(dtype)) for d, k in pairwise(sizes)]
    return params, rng.normal(size=(5, sizes[0])).astype(dtype)


def _one_by_one(params: Params, X: Array) -> Callable[[Call], Any]:
    return lambda answer: [answer([(W.copy(), b.copy()) for W, b in params], X[i : i + 1].copy())[0] for i in range(len(X))]


def mlp_probes(rng: np.random.Generator) -> Probes:
    return {
        "two layers": [
            Probe(
                (
                    [
                        (np.array([[0.1, -0.2], [0.3, 0.4]]), np.array([0.05, -0.05])),
                        (np.array([[0.7], [-0.6]]), np.array([0.1])),
                    ],
                    np.array([[1.0, 2.0], [-1.0, 0.5]]),
                ),
                what="the network of §1.4",
            ),
            Probe(_network(rng, 3, 4, 2), what="sizes 3-4-2"),
        ],
        "one layer": [Probe(_network(rng, 4, 2), what="one layer, sizes 4-2")],
        "three layers": [Probe(_network(rng, 4, 5, 3, 1), what="three layers, sizes 4-5-3-1")],
        "five layers": [Probe(_network(rng, 2, 6, 5, 4, 3, 2), what="five layers, sizes 2-6-5-4-3-2")],
        "equal widths": [Probe(_network(rng, 3, 3, 3, 3), what="three layers, all sizes 3")],
        "one example at a time": [Probe(drive=_one_by_one(*_network(rng, 3, 4, 2)), what="batches of one example")],
        "float32": [Probe(_network(rng, 3, 4, 2, dtype=np.float32), what="float32 arrays")],
    }


def _mlp_bug(bug: str) -> Callable[..., Any]:
    def forward(params: Params, X: Array) -> Any:
        A, cache, last = X, list[Any](), len(params)
        if bug == "two layers":
            (W1, b1), (W2, b2) = params[0], params[1]
            Z1 = X @ W1 + b1
            Z2 = np.tanh(Z1) @ W2 + b2
            return Z2, [(X, Z1), (np.tanh(Z1), Z2)]
        for layer, (W, b) in enumerate(params, start=1):
            Z = (X if bug == "always the input" else A) @ W + b
            before, A = A, Z if layer == last else np.tanh(Z)
            if bug == "bent at the end" or bug == "sigmoid":
                A = np.tanh(Z) if bug == "bent at the end" else (Z if layer == last else 0.5 * np.tanh(0.5 * Z) + 0.5)
            if bug == "no bend" or (bug == "first flat" and layer == 1):
                A = Z
            if bug == "relu":
                A = Z if layer == last else np.maximum(Z, 0)
            kept = {"outputs kept": (A, Z), "z overwritten": (before, A), "order": (Z, before), "z only": Z}
            cache.append(kept.get(bug, (before, Z)))
        if bug == "output only":
            return A
        return A, cache[:-1] if bug == "last not kept" else cache

    return forward


MLP = Question(
    id="ch01.mlp_forward",
    points=3,
    signature="mlp_forward(params, X)",
    reference=mlp_forward,
    probes=mlp_probes,
    parts=("output", "cache"),
    wrong_answers=[
        WrongAnswer(
            "two_layers_only",
            _mlp_bug("two layers"),
            "Two layers are written into your function: with one it crashes, with three it returns the second hidden layer "
            "(E53). Loop over params (§1.4).",
        ),
        WrongAnswer(
            "activation_at_the_end",
            _mlp_bug("bent at the end"),
            "You apply tanh after the last layer too, so the output can never leave [-1, 1]. The last layer stays affine: the "
            "loss decides what follows it (§1.4).",
        ),
        WrongAnswer(
            "no_activation",
            _mlp_bug("no bend"),
            "There is no activation between your layers: the whole stack is one affine layer (§1.5). Apply tanh after every "
            "layer but the last.",
        ),
        WrongAnswer(
            "first_layer_not_bent",
            _mlp_bug("first flat"),
            "Your first layer has no activation, so it merges with the second (§1.5). Apply tanh after every layer but the last.",
        ),
        WrongAnswer(
            "always_the_input",
            _mlp_bug("always the input"),
            "Every layer of yours reads X. Each must read the output of the one before: with equal widths the mistake runs.",
        ),
        WrongAnswer("sigmoid_for_tanh", _mlp_bug("sigmoid"), "Your hidden layers use the sigmoid. Here they use tanh."),
        WrongAnswer("relu_for_tanh", _mlp_bug("relu"), "Your hidden layers use ReLU. Here they use tanh."),
        WrongAnswer(
            "outputs_kept",
            _mlp_bug("outputs kept"),
            "The output is right. Your cache holds each layer's *output*; backpropagation needs its *input*: the pair (A, Z), "
            "with A as it enters the layer.",
        ),
        WrongAnswer(
            "z_overwritten",
            _mlp_bug("z overwritten"),
            "The output is right. In your cache the second of each pair is tanh(Z); keep Z itself, before the bend. (If you "
            "did keep it: was it changed in place afterwards?)",
        ),
        WrongAnswer("pair_exchanged", _mlp_bug("order"), "The output is right; the pairs of your cache are (Z, A). Ask: (A, Z)."),
        WrongAnswer(
            "last_not_kept", _mlp_bug("last not kept"), "The output is right; the last layer is missing from your cache."
        ),
        WrongAnswer("only_z_kept", _mlp_bug("z only"), "The output is right; your cache holds Z alone. Keep the pair (A, Z)."),
        WrongAnswer("output_only", _mlp_bug("output only"), "You return the output only. Return (output, cache)."),
    ],
    hints=[
        "A = X, then one loop over params. In it: Z, then the cache, then the new A.",
        "How do you know that a layer is the last one? enumerate(params), or treat params[-1] after the loop.",
        "cache.append((A, Z)) before A gets its new value.",
    ],
)


# 01.4 ------------------------------------------------------------------------------------------- counting parameters

Layers = Sequence[Sequence[Any]]


def count_parameters(layers: Layers, lstm_biases: int = 1) -> int:
    total = 0
    for kind, *sizes in layers:
        if kind == "dense":
            d, k = sizes
            total += d * k + k
        elif kind == "conv":
            s, c_in, c_out = sizes
            total += s * s * c_in * c_out + c_out
        elif kind == "embedding":
            words, width = sizes
            total += words * width
        elif kind == "lstm":
            i, h = sizes
            total += 4 * (h * (i + h) + lstm_biases * h)
    return total


CNN = [("conv", 3, 1, 32), ("relu",), ("pool", 2), ("flatten",), ("dense", 5408, 128), ("relu",), ("dense", 128, 10)]
LSTM = [("embedding", 5000, 32), ("lstm", 32, 100), ("dense", 100, 1)]


def count_probes(rng: np.random.Generator) -> Probes:
    a, b, c, d = (int(n) for n in rng.integers(3, 60, size=4))
    return {
        "dense": [Probe(([("dense", 2, 2), ("tanh",), ("dense", 2, 1)],)), Probe(([("dense", a, b), ("relu",), ("dense", b, c)],))],
        "convolutions": [Probe((CNN,), what="the article's CNN"), Probe(([("conv", 5, a, b), ("pool", 2), ("conv", 3, b, c)],))],
        "recurrent": [Probe((LSTM,), what="the article's LSTM"), Probe(([("lstm", d, a)],)), Probe(([("embedding", b, d)],))],
        "nothing to train": [Probe(([("relu",), ("flatten",), ("pool", 3)],)), Probe(([],), what="no layers at all")],
    }


def _count_bug(bug: str) -> Callable[..., int]:
    def count(layers: Layers) -> int:
        total = 0
        for kind, *sizes in layers:
            right = count_parameters([(kind, *sizes)])
            biases = {"dense": sizes[-1:], "conv": sizes[-1:], "lstm": [4 * n for n in sizes[-1:]]}.get(kind, [0])[0]
            if bug == "no biases":
                right -= biases
            if bug == "one bias" and biases:
                right += 1 - biases
            if bug == "bias per input" and kind == "dense":
                right += sizes[0] - sizes[1]
            if bug == "one channel" and kind == "conv":
                right = sizes[0] ** 2 * sizes[2] + sizes[2]
            if bug == "side not squared" and kind == "conv":
                right = sizes[0] * sizes[1] * sizes[2] + sizes[2]
            if bug == "one gate" and kind == "lstm":
                right //= 4
            if bug == "no recurrence" and kind == "lstm":
                right -= 4 * sizes[1] ** 2
            if bug == "embedding bias" and kind == "embedding":
                right += sizes[1]
            total = right if bug == "last layer" else total + right
        return total

    return count


COUNT = Question(
    id="ch01.count_parameters",
    points=2,
    signature="count_parameters(layers)",
    reference=count_parameters,
    also_right={"PyTorch's LSTM, with two bias vectors": lambda layers: count_parameters(layers, lstm_biases=2)},
    probes=count_probes,
    wrong_answers=[
        WrongAnswer(
            "no_biases", _count_bug("no biases"), "You count weights only. Every neuron, channel and gate has a bias as well (§1.6)."
        ),
        WrongAnswer(
            "one_bias_a_layer",
            _count_bug("one bias"),
            "You count one bias for each layer. There is one for each *neuron* (or output channel): k, not 1 (§1.3).",
        ),
        WrongAnswer(
            "bias_per_input",
            _count_bug("bias per input"),
            "You count a bias for each input of a dense layer. It belongs to the neuron: as many as outputs.",
        ),
        WrongAnswer(
            "input_channels_forgotten",
            _count_bug("one channel"),
            "Your convolution looks at one input channel. Each kernel spans all of them: s·s·c_in weights for each output channel.",
        ),
        WrongAnswer(
            "side_not_squared",
            _count_bug("side not squared"),
            "A kernel of side s has s·s entries for each pair of channels; you count s.",
        ),
        WrongAnswer(
            "one_gate",
            _count_bug("one gate"),
            "That is a simple recurrent layer. An LSTM has four such blocks, one for each gate and one for the new content.",
        ),
        WrongAnswer(
            "recurrence_forgotten",
            _count_bug("no recurrence"),
            "Your LSTM does not read its own last output: its four layers go from i + h numbers to h, not from i.",
        ),
        WrongAnswer(
            "embedding_with_bias", _count_bug("embedding bias"), "An embedding is a table: words × width numbers, no bias."
        ),
        WrongAnswer(
            "last_layer_only", _count_bug("last layer"), "You return the count of the last layer. Add them up: total += …, not total = …."
        ),
    ],
    hints=[
        "for kind, *sizes in layers: … and one case for each kind that has parameters; all others count 0.",
        "An LSTM is four dense layers from i + h to h.",
    ],
)


# 01.5 --------------------------------------------------------------------------------------------------- XOR by hand

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
SHAPES = {"W1": (2, 2), "b1": (2,), "W2": (2, 1), "b2": (1,)}
OTHERS = {
    (0, 1, 1, 1): "computes OR: (1, 1) must give 0. Let the second unit switch on there only, and count against the first",
    (0, 0, 0, 1): "computes AND. XOR is 1 where exactly one input is",
    (1, 0, 0, 1): "computes the opposite of XOR. Change the signs of W2 and mend b2",
    (1, 0, 0, 0): "computes NOR. XOR is 1 where exactly one input is",
    (1, 1, 1, 0): "computes NAND: (0, 0) must give 0",
}


def _xor_works(net: Any) -> str | None:
    parts = {}
    for name, shape in SHAPES.items():
        if name not in net or net[name] is None:
            return f"has no entry {name!r} yet"
        parts[name] = np.asarray(net[name], dtype=float)
        if parts[name].shape != shape:
            return f"has {name} of shape {parts[name].shape}; with two inputs, two hidden units and one output it is {shape}"
    hidden = np.maximum(CORNERS @ parts["W1"] + parts["b1"], 0)
    output = (hidden @ parts["W2"] + parts["b2"])[:, 0]
    if np.allclose(output, [0, 1, 1, 0], atol=1e-6):
        return None
    if other := OTHERS.get(tuple(np.round(output, 6))):
        return other
    if np.allclose(hidden, 0):
        return "has two units that are off at all four corners (dead): raise b1 or change the signs in W1"
    if np.linalg.matrix_rank(hidden - hidden[0], tol=1e-9) < 2:
        return "has hidden units that carry one and the same information. Let them switch on at different corners"
    wrong = [f"({x:g}, {y:g})" for (x, y), got, want in zip(CORNERS, output, (0, 1, 1, 0), strict=True) if abs(got - want) > 1e-6]
    return f"is not right at {', '.join(wrong)}"


def _net(W1: ArrayLike, b1: ArrayLike, W2: ArrayLike, b2: ArrayLike) -> dict[str, Array]:
    return {"W1": np.array(W1, float), "b1": np.array(b1, float), "W2": np.array(W2, float), "b2": np.array(b2, float)}


XOR = Question(
    id="ch01.xor",
    points=2,
    signature="net",
    reference=_net([[1, 1], [1, 1]], [0, -1], [[1], [-2]], [0]),
    accepts=_xor_works,
    wrong_answers=[
        WrongAnswer(
            "or_gate",
            _net([[1, 1], [1, 1]], [0, -1], [[1], [-1]], [0]),
            "Your network computes OR: at (1, 1) the first unit says 2 and the second 1. The second must count twice against it.",
        ),
        WrongAnswer(
            "without_bias",
            _net([[1, 1], [1, 1]], [0, 0], [[1], [-2]], [0]),
            "Both of your hidden units are the same: without a bias they switch on together. Shift one of them, so that it is "
            "on at (1, 1) only.",
        ),
        WrongAnswer(
            "difference_of_inputs",
            _net([[1, 0], [0, 1]], [0, 0], [[1], [-1]], [0]),
            "Your network computes x₁ - x₂, since ReLU does nothing to inputs that are 0 or 1. Put the difference *inside* the "
            "ReLUs: one for x₁ - x₂, one for x₂ - x₁.",
        ),
        WrongAnswer(
            "opposite",
            _net([[1, 1], [1, 1]], [0, -1], [[-1], [2]], [1]),
            "Your network computes the opposite of XOR: 1 where both inputs agree.",
        ),
        WrongAnswer(
            "all_zero",
            _net([[0, 0], [0, 0]], [0, 0], [[0], [0]], [0]),
            "All weights are 0, so the output is 0 everywhere. Begin with a unit that computes x₁ + x₂.",
        ),
    ],
    hints=[
        "x₁ + x₂ is 0, 1, 1, 2 at the four corners. Which function of this sum do you need?",
        "A hat: up by 1 from 0 to 1, down by 1 from 1 to 2. What is the change of slope at each kink?",
    ],
)


# 01.6 ------------------------------------------------------------------------------------------------------ concepts

KINDS = Question(
    id="ch01.kinds",
    points=1,
    signature="kinds",
    reference={
        "W2": "parameter",
        "hidden output": "activation",
        "width": "hyper-parameter",
        "bias": "parameter",
        "depth": "hyper-parameter",
        "pixel": "data",
        "learning rate": "hyper-parameter",
        "z": "activation",
    },
    wrong_answers=[
        WrongAnswer(
            "rate_as_parameter",
            {"learning rate": "parameter"},
            "The learning rate is no parameter of the network: the forward pass does not use it. You choose it, so it is a "
            "hyper-parameter.",
        ),
        WrongAnswer(
            "width_as_parameter",
            {"width": "parameter"},
            "Training does not change the width: you fix it before. It decides how many parameters there are.",
        ),
        WrongAnswer(
            "depth_as_parameter",
            {"depth": "parameter"},
            "Training does not change the depth: you fix it before. It decides how many parameters there are.",
        ),
        WrongAnswer(
            "output_as_parameter",
            {"hidden output": "parameter"},
            "A hidden unit's output is another for every input. Training sets the weights that lead to it.",
        ),
        WrongAnswer("z_as_parameter", {"z": "parameter"}, "z = XW + b is computed anew for every input; W and b are the parameters."),
        WrongAnswer(
            "bias_as_hyper_parameter", {"bias": "hyper-parameter"}, "Biases are trained, just as weights are: parameters."
        ),
        WrongAnswer("pixel_as_activation", {"pixel": "activation"}, "A pixel is given, not computed: data."),
    ],
    hints=["Three questions: is it given? does training change it? does each input change it? What is left, you chose."],
)

CLAIMS = Question(
    id="ch01.claims",
    points=3,
    signature="claims",
    reference={"A": False, "B": True, "C": False, "D": True, "E": False, "F": False, "G": False, "H": True},
    wrong_answers=[
        WrongAnswer(
            "depth_without_bend",
            {"A": True},
            "Claim A: multiply the ten matrices. One layer with their product gives the same output (§1.5).",
        ),
        WrongAnswer(
            "relatives_denied",
            {"B": False},
            "Claim B: tanh z = 2σ(2z) - 1. Double the weights and biases before each σ, and let the next layer double and shift "
            "what comes out.",
        ),
        WrongAnswer(
            "forward_trains",
            {"C": True},
            "Claim C: copy θ, predict a thousand times, compare. Not one bit has moved (§1.7).",
        ),
        WrongAnswer(
            "pieces_denied",
            {"D": False},
            "Claim D: between two neighboring kinks every ReLU is straight, and 40 units have at most 40 kinks (§1.5).",
        ),
        WrongAnswer(
            "batch_has_parameters",
            {"E": True},
            "Claim E: run the same W and b on 1 and on 1,000 rows. Only the activations grow (§1.6).",
        ),
        WrongAnswer(
            "sigma_below_one",
            {"F": True},
            "Claim F: compute 1/(1 + np.exp(-40.0)) == 1. True of the function, false of its float64 (§1.2).",
        ),
        WrongAnswer(
            "approximation_everywhere",
            {"G": True},
            "Claim G: the fit follows the sine where it has kinks, and runs straight on outside (last column of the table in §1.5).",
        ),
        WrongAnswer(
            "dead_units_denied",
            {"H": False},
            "Claim H: take biases of -100. Output and slope are 0 on all data, so no change of the weights is ever asked for (§1.2).",
        ),
    ],
    hints=["For each claim write two lines that could refute it, and run them."],
)

ACTIONS = Question(
    id="ch01.next_action",
    points=2,
    signature="actions",
    reference={1: "c", 2: "a", 3: "e", 4: "b", 5: "i", 6: "j"},
    wrong_answers=[
        WrongAnswer(
            "more_training_for_shapes",
            {1: "f"},
            "Situation 1: no training changes a shape. (6, 3) is the width of the second of three layers: the last was never used.",
        ),
        WrongAnswer(
            "deeper_without_bend",
            {2: "d"},
            "Situation 2: without activations more layers are still one layer (§1.5). Put the bend in first.",
        ),
        WrongAnswer(
            "train_the_dead",
            {3: "f"},
            "Situation 3: units that are off on all data have slope 0, so training has nothing to go by. Switch them on first.",
        ),
        WrongAnswer(
            "precision_for_nan",
            {4: "g"},
            "Situation 4: float64 only moves the border from 88.7 to 709.8. inf/inf stays nan; write the formula so that it "
            "cannot overflow (§1.2).",
        ),
        WrongAnswer(
            "wider_without_bend",
            {2: "h"},
            "Situation 2: wider layers without activations are still one layer (§1.5). Put the bend in first.",
        ),
        WrongAnswer(
            "train_towards_a_probability",
            {5: "f"},
            "Situation 5: training can make 1.7 rarer, but nothing keeps an affine output below 1. A sigmoid does, always.",
        ),
        WrongAnswer(
            "sigmoid_for_a_temperature",
            {6: "i"},
            "Situation 6: a sigmoid says 0 to 1 only. A temperature may be any number, so nothing belongs behind the last layer.",
        ),
    ],
    hints=["Ask of each action: could it change what I see, even if it goes as well as it can?"],
)

QUESTIONS: list[Question] = [ACTIVATION, AFFINE, MLP, COUNT, XOR, KINDS, CLAIMS, ACTIONS]
"""In the order of the sheet."""
