"""The graded questions of chapter 3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.questions import Call, Probe, Question, WrongAnswer

Array = NDArray[np.float64]
Probes = dict[str, list[Probe]]
Function = Callable[[Array], float]


# 03.1 ---------------------------------------------------------------------------------------- numerical gradient


def numerical_grad(f: Function, x: ArrayLike, h: float | None = None) -> Array:
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = 6e-6 * max(1.0, abs(x[i])) if h is None else h
        ahead, behind = x.copy(), x.copy()
        ahead[i] += step
        behind[i] -= step
        g[i] = (f(ahead) - f(behind)) / (2 * step)
    return g


def _cubic(c: Array) -> Function:
    """Σ cᵢ xᵢ³ + x₀x₁ + …: exact in binary fractions, so every difference is."""
    return lambda x: float((c * x * x * x).sum() + (x.reshape(-1)[1:] * x.reshape(-1)[:-1]).sum())


def _grid(rng: np.random.Generator, *shape: int) -> Array:
    return rng.integers(4, 17, size=shape) / 8


def _accuracy(bowl: Array, near: Array, x: Array) -> Callable[[Call], Any]:
    """Are slopes right to seven digits with the answer's own h? A steep bowl finds one-sided and tiny steps, exp long ones."""
    tasks: list[tuple[str, Function, Array, Array]] = [
        ("a bowl of curvature 10⁴", lambda v: float(6 + (bowl * v * v).sum() / 2), near, bowl * near),
        ("Σ exp(xᵢ)", lambda v: float(np.exp(v).sum() - 4), x, np.exp(x)),
    ]

    def drive(answer: Call) -> str:
        for name, f, at, slope in tasks:
            seen = set()

            def watched(v: Any, f: Function = f, seen: set[str] = seen) -> float:
                seen.add(str(np.asarray(v).dtype))
                return f(np.asarray(v))

            g = np.asarray(answer(watched, at.copy()))
            if g.shape != at.shape:
                return f"of shape {g.shape}"
            if not np.abs(g - slope).max() < 1e-7 * np.abs(slope).max():
                where = "float32" if "float32" in seen else name
                return f"not right to seven digits ({where})"
        return "right to seven digits"

    return drive


def _whole(f: Function, x: NDArray[np.int64]) -> Callable[[Call], Any]:
    right = numerical_grad(f, x, 0.25)

    def drive(answer: Call) -> str:
        try:
            g = np.asarray(answer(f, x.copy(), 0.25), dtype=float)
        except NotImplementedError:
            raise
        except Exception:
            return "no slope"
        return "a slope" if g.shape == x.shape and np.allclose(g, right) else "no slope"

    return drive


def numerical_probes(rng: np.random.Generator) -> Probes:
    c3, c5, c23 = _grid(rng, 3), _grid(rng, 5), _grid(rng, 2, 3)
    curved, near = rng.uniform(0.5e4, 2e4, size=4), rng.uniform(0.5e-4, 2e-4, size=4)
    x3, x5, x23, smooth = _grid(rng, 3), _grid(rng, 5), _grid(rng, 2, 3), rng.uniform(0.3, 1.2, size=2)
    return {
        "a given h": [
            Probe((_cubic(c3), x3, 0.5), what="a cubic in 3 variables, h=0.5"),
            Probe((_cubic(c5), x5, 0.125), what="a cubic in 5 variables, h=0.125"),
        ],
        "a kink": [
            Probe((lambda x: float(np.abs(x).sum()), np.zeros(3), 0.25), what="|x₁| + |x₂| + |x₃| at 0"),
            Probe((lambda x: float(np.maximum(x, 0).sum()), np.zeros(2), 0.25), what="ReLU(x₁) + ReLU(x₂) at 0"),
        ],
        "a matrix": [Probe((_cubic(c23), x23, 0.25), what="x of shape (2, 3)")],
        "whole numbers": [
            Probe(drive=_whole(_cubic(c3), rng.integers(1, 5, size=3)), what="an x of whole numbers, h=0.25,")
        ],
        "h left to you": [
            Probe(drive=_accuracy(curved, near, smooth), what="smooth functions with an h of your own")
        ],
    }


def _slopes(how: str, default: float = 6e-6) -> Callable[..., Any]:
    """:func:`numerical_grad` with one mistake."""

    def gradient(f: Function, x: Any, h: float | None = None) -> Any:
        step = default if h is None else h
        if how == "in place":
            here = x
        else:
            here = np.array(x, dtype={"float32": np.float32, "as given": np.asarray(x).dtype}.get(how, float))
        if how.startswith("all at once"):
            total = (f(here + step) - f(here - step)) / (2 * step)
            return np.full(here.shape, total) if how.endswith("in a loop") else total
        g = np.zeros(here.shape)
        for i in np.ndindex(here.shape):
            ahead, behind = (here, here) if how in ("in place", "drift") else (here.copy(), here.copy())
            ahead[i] += step
            up = f(ahead)
            behind[i] -= 2 * step if how in ("in place", "drift") else step
            down, middle = f(behind), f(here) if how in ("forward", "backward") else 0.0
            g[i] = {
                "forward": (up - middle) / step,
                "backward": (middle - down) / step,
                "no half": (up - down) / step,
                "sign": (down - up) / (2 * step),
            }.get(how, (up - down) / (2 * step))
        return g.ravel() if how == "flat" else g

    return gradient


NUMERICAL_GRAD = Question(
    id="ch03.numerical_grad",
    points=3,
    signature="numerical_grad(f, x, h=None)",
    reference=numerical_grad,
    probes=numerical_probes,
    wrong_answers=[
        WrongAnswer(
            "forward_difference",
            _slopes("forward"),
            "You measure from x to x + h only. That forward difference errs by h/2 · f'', and at a kink it sees one side. "
            "Step to both sides: (f(x + h) - f(x - h)) / 2h errs by h²/6 · f''' (§3.5).",
        ),
        WrongAnswer(
            "backward_difference",
            _slopes("backward"),
            "You measure from x - h to x only. Its error is of order h, like that of a forward difference. Step to both sides.",
        ),
        WrongAnswer(
            "tiny_step",
            _slopes("", 1e-12),
            "With a given h you are right, but your own h is too small: rounding, about 1e-16/h, then swamps the slope. The "
            "best h of a central difference is near 1e-5, the cube root of the machine precision (§3.5).",
        ),
        WrongAnswer(
            "large_step",
            _slopes("", 1e-2),
            "With a given h you are right, but your own h misses seven digits on Σ exp(xᵢ). Most likely it is too large: the "
            "error grows with h². Take an h near 1e-5 (§3.5).",
        ),
        WrongAnswer(
            "half_missing",
            _slopes("no half"),
            "Your slopes are twice too steep. From x - h to x + h it is a way of 2h: divide by 2h.",
        ),
        WrongAnswer("sign", _slopes("sign"), "Your slopes have the wrong sign: subtract the value behind from the value ahead."),
        WrongAnswer(
            "changes_x",
            _slopes("in place"),
            "You move an entry of x and do not put it back. The caller's array has changed, and every later slope is measured "
            "at another point. Work on copies (E45).",
        ),
        WrongAnswer(
            "not_restored",
            _slopes("drift"),
            "You move an entry of your copy and do not put it back before the next one: later slopes are measured at a point "
            "that has drifted. Take a fresh copy for each entry, or restore the old value.",
        ),
        WrongAnswer(
            "float32",
            _slopes("float32"),
            "You compute in float32. Its precision is 1e-7, so no difference is better than about 1e-5. Check gradients in "
            "float64 (§3.7).",
        ),
        WrongAnswer(
            "whole_numbers",
            _slopes("as given"),
            "Your function fails when x holds whole numbers: an integer array cannot take a step of 0.25. Make a float copy "
            "first, np.array(x, dtype=float).",
        ),
        WrongAnswer(
            "all_entries_at_once",
            _slopes("all at once"),
            "You move all entries at once and get one number, the sum of all slopes. Move one entry at a time, the others "
            "stand still.",
        ),
        WrongAnswer(
            "all_entries_at_once_in_a_loop",
            _slopes("all at once, in a loop"),
            "All your slopes are the same number, the sum of the right ones: inside the loop you still move the whole x. "
            "Move entry i of a copy only: ahead[i] += h.",
        ),
        WrongAnswer(
            "flat_result",
            _slopes("flat"),
            "Your result is flat. A gradient has the shape of x, since each entry of x has one slope.",
        ),
    ],
    hints=[
        "Loop over the entries. For each, make two copies of x, one with the entry raised by h, one lowered.",
        "np.ndindex(x.shape) runs over all positions of an array of any shape.",
        "Without an h of the caller, 1e-5 is a good one for values of ordinary size.",
    ],
)


# 03.2 -------------------------------------------------------------------------------------------------- verdict

WORDS = ("good", "fine with kinks", "suspicious", "wrong")


def _word(e: float) -> str:
    return "good" if e <= 1e-7 else "fine with kinks" if e <= 1e-4 else "suspicious" if e <= 1e-2 else "wrong"


def verdict(a: ArrayLike, n: ArrayLike) -> tuple[float, str]:
    a, n = np.asarray(a, dtype=float), np.asarray(n, dtype=float)
    e = np.abs(a - n) / np.maximum(1e-8, np.abs(a) + np.abs(n))
    largest = float(np.inf if np.isnan(e).any() else e.max())
    return largest, _word(largest)


def _by_larger(a: ArrayLike, n: ArrayLike) -> tuple[float, str]:
    a, n = np.asarray(a, dtype=float), np.asarray(n, dtype=float)
    e = np.abs(a - n) / np.maximum(1e-8, np.maximum(np.abs(a), np.abs(n)))
    largest = float(np.inf if np.isnan(e).any() else e.max())
    return largest, _word(largest)


def _nan_kept(a: ArrayLike, n: ArrayLike) -> tuple[float, str]:
    largest, word = verdict(a, n)
    return (float("nan") if np.isinf(largest) else largest), word


def _misjudge(how: str) -> Callable[..., Any]:
    def judge(a: Any, n: Any) -> Any:
        a, n = np.asarray(a, dtype=float), np.asarray(n, dtype=float)
        gap, sizes = np.abs(a - n), np.abs(a) + np.abs(n)
        e = {
            "absolute": gap,
            "no floor": gap / sizes,
            "added floor": gap / (sizes + 1e-8),
            "by n": gap / np.maximum(1e-8, np.abs(n)),
            "signed": (a - n) / np.maximum(1e-8, sizes),
            "norms": np.linalg.norm(a - n) / max(1e-8, np.linalg.norm(a) + np.linalg.norm(n)),
        }.get(how, gap / np.maximum(1e-8, sizes))
        if how == "nan passes":
            largest = float(np.max(e))
            kinks = "fine with kinks" if largest > 1e-7 else "good"
            return largest, "wrong" if largest > 1e-2 else "suspicious" if largest > 1e-4 else kinks
        e = np.where(np.isnan(e), np.inf, e)
        largest = float(e.mean() if how == "mean" else e.min() if how == "smallest" else e.max())
        if how == "word only":
            return _word(largest)
        if how == "lenient":
            return largest, "good" if largest <= 1e-2 else "wrong"
        return largest, _word(largest)

    return judge


def verdict_probes(rng: np.random.Generator) -> Probes:
    n = rng.uniform(0.5, 2.0, size=5) * rng.choice([-1, 1], size=5)
    where = np.arange(5) == rng.integers(5)

    def off(share: float, up: bool = True) -> Array:
        return np.asarray(n + where * np.abs(n) * (share if up else -share))

    zero = np.where(where, 0.0, n)
    return {
        "the four words": [
            Probe((off(2e-9), n), what="an error of 1e-9 in one entry"),
            Probe((off(2e-5), n), what="an error of 1e-5 in one entry"),
            Probe((off(2e-3), n), what="an error of 1e-3 in one entry"),
            Probe((n * np.where(where, -1, 1), n), what="one entry with the wrong sign"),
        ],
        "too small a slope": [Probe((off(0.2, up=False), n), what="one entry that is 20 % too low")],
        "size": [
            Probe((1e9 * off(1e-9), 1e9 * n), what="large slopes, right to nine digits"),
            Probe((-1e-6 * n, 1e-6 * n), what="small slopes of the wrong sign"),
            Probe((np.where(where, -1e-5, 1) * n, np.where(where, 1e-5, 1) * n), what="one small slope of the wrong sign"),
        ],
        "zeros": [
            Probe((np.zeros(3), np.zeros(3)), what="zeros in both"),
            Probe((zero, zero), what="one zero in both"),
            Probe((np.array([1e-12]), np.array([-1e-12])), what="1e-12 against -1e-12"),
        ],
        "a matrix": [Probe((np.outer(n, n), np.outer(n, off(2e-3))), what="matrices")],
        "nan": [Probe((np.where(where, np.nan, n), n), what="a gradient with a nan in it")],
    }


VERDICT = Question(
    id="ch03.verdict",
    points=2,
    signature="verdict(a, n)",
    reference=verdict,
    probes=verdict_probes,
    parts=("the error", "the word"),
    also_right={
        "CS231n's notes, which divide by max(|a|, |n|)": _by_larger,
        "an error that stays nan": _nan_kept,
    },
    wrong_answers=[
        WrongAnswer(
            "absolute_error",
            _misjudge("absolute"),
            "You judge |a - n| itself. It grows with the scale of the loss: large right slopes are refused, small wrong ones "
            "pass. Divide by |a| + |n| (§3.6).",
        ),
        WrongAnswer(
            "no_floor",
            _misjudge("no floor"),
            "Where a and n are both 0 you divide 0 by 0, and a right gradient is called wrong. Divide by max(1e-8, |a| + |n|).",
        ),
        WrongAnswer(
            "floor_added",
            _misjudge("added floor"),
            "You add 1e-8 to |a| + |n|. The floor is a maximum: it must change nothing where slopes are larger.",
        ),
        WrongAnswer(
            "divided_by_n",
            _misjudge("by n"),
            "You divide by |n| alone. The formula treats a and n alike and divides by |a| + |n|: then a wrong sign gives 1, and "
            "no error is larger.",
        ),
        WrongAnswer(
            "signed",
            _misjudge("signed"),
            "You forgot the absolute value of a - n: slopes that are too low give a negative error, which no maximum finds.",
        ),
        WrongAnswer(
            "norm_ratio",
            _misjudge("norms"),
            "You compare norms of whole vectors. One small slope with the wrong sign then hides behind the large ones. "
            "Compute the error entry by entry and take the largest.",
        ),
        WrongAnswer(
            "mean_error",
            _misjudge("mean"),
            "You take the mean over the entries. One wrong entry among a million right ones would pass: take the largest.",
        ),
        WrongAnswer(
            "smallest_error", _misjudge("smallest"), "You take the smallest error. The worst entry decides: take the largest."
        ),
        WrongAnswer(
            "nan_passes",
            _misjudge("nan passes"),
            "A nan gets through: every comparison with nan is False, so your last branch takes it. Look for nan first and "
            "return inf and 'wrong'.",
        ),
        WrongAnswer(
            "two_words_only",
            _misjudge("lenient"),
            "Everything up to 1e-2 is good to you. An error of 1e-3 on a smooth loss is a bug in most cases: use four words.",
        ),
        WrongAnswer("word_only", _misjudge("word only"), "You return the word only. Return two things: the error and the word."),
    ],
    hints=[
        "np.maximum compares entry by entry; max and .max() look for the largest of all.",
        "Test from the worst downward: nan, then > 1e-2, > 1e-4, > 1e-7.",
    ],
)


# 03.3 ------------------------------------------------------------------------------------------- six gradients


def gradients(A: Array, b: Array, M: Array, x: Array) -> dict[str, Array]:
    e = np.exp(x - x.max())
    return {
        "linear": A.T @ b,
        "squares": 2 * A.T @ (A @ x - b),
        "quadratic": (M + M.T) @ x,
        "logsumexp": e / e.sum(),
        "norm": x / np.linalg.norm(x),
        "tanh": A.T @ (1 - np.tanh(A @ x) ** 2),
    }


SIX = ("linear", "squares", "quadratic", "logsumexp", "norm", "tanh")


def _entry(name: str, *args: Array) -> Callable[[Call], Any]:
    def drive(answer: Call) -> Any:
        found = answer(*(a.copy() for a in args))
        return found[name]

    return drive


def gradients_probes(rng: np.random.Generator) -> Probes:
    tall = rng.normal(size=(5, 3)), rng.normal(size=5), rng.normal(size=(3, 3)), rng.normal(size=3)
    square = rng.normal(size=(4, 4)), rng.normal(size=4), rng.normal(size=(4, 4)), rng.normal(size=4)
    probes = {
        name: [
            Probe(drive=_entry(name, *tall), what=f"the entry {name!r} with A of shape (5, 3)"),
            Probe(drive=_entry(name, *square), what=f"the entry {name!r} with A of shape (4, 4)"),
        ]
        for name in SIX
    }
    far = (*tall[:3], tall[3] + 1000)
    probes["logsumexp"] += [Probe(drive=_entry("logsumexp", *far), what="the entry 'logsumexp' with x near 1000")]
    return probes


def _but(name: str, wrong: Callable[[Array, Array, Array, Array], Array]) -> Callable[..., Any]:
    """:func:`gradients` with one entry replaced."""
    return lambda A, b, M, x: {**gradients(A, b, M, x), name: wrong(A, b, M, x)}


def _unstable(A: Array, b: Array, M: Array, x: Array) -> Array:
    return np.asarray(np.exp(x) / np.exp(x).sum())


GRADIENTS = Question(
    id="ch03.gradients",
    points=3,
    signature="gradients(A, b, M, x)",
    reference=gradients,
    probes=gradients_probes,
    wrong_answers=[
        WrongAnswer(
            "linear_not_transposed",
            _but("linear", lambda A, b, M, x: A @ b),
            "linear: you have A b. In bᵀAx the number xⱼ is multiplied by Σᵢ bᵢAᵢⱼ, which is entry j of Aᵀb.",
        ),
        WrongAnswer(
            "squares_not_transposed",
            _but("squares", lambda A, b, M, x: 2 * A @ (A @ x - b)),
            "squares: A stands where Aᵀ belongs. The residual has one entry for each row of A; Aᵀ brings them back to the "
            "entries of x. With a square A nothing crashes.",
        ),
        WrongAnswer(
            "squares_without_2",
            _but("squares", lambda A, b, M, x: A.T @ (A @ x - b)),
            "squares: a factor 2 is missing. The check shows 1/3 at every entry. (½‖Ax - b‖² would need none.)",
        ),
        WrongAnswer(
            "squares_of_b_minus_Ax",
            _but("squares", lambda A, b, M, x: 2 * A.T @ (b - A @ x)),
            "squares: the sign is wrong. The square does not care whether it is Ax - b or b - Ax; its inner derivative does.",
        ),
        WrongAnswer(
            "quadratic_as_if_symmetric",
            _but("quadratic", lambda A, b, M, x: 2 * M @ x),
            "quadratic: 2Mx holds for a symmetric M only. x stands on both sides of M: one use sends Mx, the other Mᵀx.",
        ),
        WrongAnswer(
            "quadratic_one_path",
            _but("quadratic", lambda A, b, M, x: M @ x),
            "quadratic: you followed one path. x is used twice, to the left and to the right of M: add both shares (§3.3).",
        ),
        WrongAnswer(
            "logsumexp_not_divided",
            _but("logsumexp", lambda A, b, M, x: np.exp(x)),
            "logsumexp: that is the derivative of the sum inside. The outer function is the logarithm: divide by the sum.",
        ),
        WrongAnswer(
            "logsumexp_overflows",
            _but("logsumexp", _unstable),
            "logsumexp: right for ordinary x, but exp overflows near 1000 and inf/inf is nan. Subtract the largest entry of x "
            "first; the quotient does not change (chapter 2).",
        ),
        WrongAnswer(
            "norm_not_divided",
            _but("norm", lambda A, b, M, x: x),
            "norm: you have x. The root is the outer function: divide by ‖x‖. The result has length 1.",
        ),
        WrongAnswer(
            "norm_squared",
            _but("norm", lambda A, b, M, x: 2 * x),
            "norm: 2x is the gradient of ‖x‖², without the root. Divide by 2‖x‖.",
        ),
        WrongAnswer(
            "tanh_derivative_missing",
            _but("tanh", lambda A, b, M, x: A.sum(axis=0)),
            "tanh: the derivative of the activation, 1 - tanh², is missing, as in the article of §3.10 (E43).",
        ),
        WrongAnswer(
            "tanh_not_differentiated",
            _but("tanh", lambda A, b, M, x: A.T @ np.tanh(A @ x)),
            "tanh: you put tanh where its derivative belongs, 1 - tanh².",
        ),
        WrongAnswer(
            "tanh_misbracketed",
            _but("tanh", lambda A, b, M, x: A.T @ (1 - np.tanh(A @ x)) ** 2),
            "tanh: you square 1 - tanh. The slope is 1 - tanh², so the square belongs to tanh alone: 1 - np.tanh(z) ** 2.",
        ),
        WrongAnswer(
            "tanh_not_squared",
            _but("tanh", lambda A, b, M, x: A.T @ (1 - np.tanh(A @ x))),
            "tanh: your slope is 1 - tanh. The square is missing: 1 - tanh².",
        ),
        WrongAnswer(
            "tanh_at_x",
            _but("tanh", lambda A, b, M, x: A.T @ (A @ (1 - np.tanh(x) ** 2))),
            "tanh: the slope is taken at x. tanh is the outer function, so its slope is taken at the inner value, z = Ax (§3.3).",
        ),
        WrongAnswer(
            "tanh_inner_missing",
            _but("tanh", lambda A, b, M, x: 1 - np.tanh(A @ x) ** 2),
            "tanh: the inner derivative is missing. This is the slope by z = Ax; multiply by Aᵀ to come back to x.",
        ),
    ],
    hints=[
        "Write the function with sums over indices, differentiate by xⱼ, and read the result as a matrix product.",
        "The gradient has the shape of x. That alone decides where a transpose goes.",
        "Check every entry with check_gradient before you hand it in.",
    ],
)


# 03.4 ---------------------------------------------------------------------------------------------- five suspects

SUSPECTS = Question(
    id="ch03.suspects",
    points=2,
    signature="suspects",
    reference={"A": "right", "B": "sign", "C": "transpose", "D": "derivative", "E": "right"},
    offered=("right", "sign", "transpose", "derivative"),
    wrong_answers=[
        *(
            WrongAnswer(
                f"kink_called_{word}",
                {"A": word},
                "A is right. At the first point a ReLU has its kink within h, and the measurement looks across it (§3.7). Check "
                "at another random point.",
            )
            for word in ("sign", "transpose", "derivative")
        ),
        *(
            WrongAnswer(
                f"float32_called_{word}",
                {"E": word},
                "E is right. It computes in float32, whose rounding of 1e-7 divided by h is what you see (§3.7). Try h=5e-3.",
            )
            for word in ("sign", "transpose", "derivative")
        ),
        WrongAnswer(
            "B_checked_at_zero",
            {"B": "right"},
            "B is wrong, and at θ = 0 it cannot show: the penalty's gradient is 0 there. Check at a random point (§3.8).",
        ),
        WrongAnswer(
            "C_checked_at_zero",
            {"C": "right"},
            "C is wrong. At θ = 0 the term with M vanishes, and with a symmetric M it would be right. Check at a random point.",
        ),
        WrongAnswer(
            "D_loss_goes_down",
            {"D": "right"},
            "D is wrong, though its loss goes down: it is the gradient of the cross-entropy, not of the stated loss (E43, M14).",
        ),
        WrongAnswer(
            "B_called_derivative",
            {"B": "derivative"},
            "B is wrong, but no activation's derivative is missing. Check with the penalty off (lam=0): what remains is right.",
        ),
        WrongAnswer(
            "B_called_transpose",
            {"B": "transpose"},
            "B is wrong, but no transpose is missing. Check with the penalty off (lam=0): what remains is right.",
        ),
        WrongAnswer(
            "C_called_derivative",
            {"C": "derivative"},
            "C is wrong, but it has no activation whose derivative could be missing. θ stands on both sides of M: what does each "
            "use send back?",
        ),
        WrongAnswer(
            "D_called_transpose",
            {"D": "transpose"},
            "D is wrong, but X.T stands where it belongs. Check it against the cross-entropy: which factor makes the difference?",
        ),
        WrongAnswer(
            "D_called_sign",
            {"D": "sign"},
            "D is wrong, but its sign is right: divide the given by the measured slope. The ratio is positive.",
        ),
        WrongAnswer(
            "C_called_sign",
            {"C": "sign"},
            "C is wrong, but not by a sign. Which functions of θ have θ twice in them, and what did each use send back?",
        ),
    ],
    hints=[
        "Check each at several random points, not at the first one only.",
        "Where the check says wrong, compare given and measured entry by entry. Is the ratio constant? Negative?",
    ],
)


# 03.5 ------------------------------------------------------------------------------------------------ tiny autograd

Program = Sequence[tuple[Any, ...]]


def autograd(program: Program, inputs: ArrayLike) -> tuple[float, Array]:
    values = [float(v) for v in np.asarray(inputs, dtype=float)]
    n = len(values)
    for op, *at in program:
        a, b = values[at[0]], values[at[-1]]
        values.append(a + b if op == "add" else a * b if op == "mul" else np.tanh(a))
    slopes = [0.0] * len(values)
    slopes[-1] = 1.0
    for k in range(len(values) - 1, n - 1, -1):
        op, *at = program[k - n]
        i, j, s = at[0], at[-1], slopes[k]
        if op == "add":
            slopes[i] += s
            slopes[j] += s
        elif op == "mul":
            slopes[i] += s * values[j]
            slopes[j] += s * values[i]
        else:
            slopes[i] += s * (1 - values[k] ** 2)
    return values[-1], np.array(slopes[:n])


def _misgrad(how: str) -> Callable[..., Any]:
    def walk(program: Program, inputs: Any) -> Any:
        value, right = autograd(program, inputs)
        values = [float(v) for v in inputs]
        n = len(values)
        for op, *at in program:
            a, b = values[at[0]], values[at[-1]]
            values.append(a + b if op == "add" else a * b if op == "mul" else np.tanh(a))
        slopes = [0.0] * len(values)
        slopes[-1] = value if how == "seed" else 1.0

        def send(i: int, share: float) -> None:
            slopes[i] = share if how == "overwrite" else slopes[i] + share

        order = range(n, len(values)) if how == "forward order" else range(len(values) - 1, n - 1, -1)
        for k in order:
            op, *at = program[k - n]
            i, j, s = at[0], at[-1], slopes[k]
            if op == "add":
                send(i, s)
                if how != "first only":
                    send(j, s)
            elif op == "mul":
                send(i, s * values[i if how == "own factor" else j] * (2 if how == "square twice" and i == j else 1))
                if how != "first only" and not (how == "square once" and i == j):
                    send(j, s * values[j if how == "own factor" else i])
            else:
                y, local = values[k], 1.0
                if how != "no tanh'":
                    local = 1 - {"tanh' of output": np.tanh(y), "tanh' at input": values[i]}.get(how, y) ** 2
                send(i, local if how == "no chain" else s * local)
                if how == "tanh twice":
                    send(i, s * local)
        if how == "all nodes":
            return value, np.array(slopes)
        if how == "gradient only":
            return right
        if how == "doubled":
            return value, 2 * right
        return value, np.array(slopes[:n])

    return walk


def _random_program(rng: np.random.Generator, n: int, length: int) -> list[tuple[Any, ...]]:
    """Every line uses the one before it, so that nothing is idle; tanh keeps the numbers small."""
    lines: list[tuple[Any, ...]] = []
    for k in range(length):
        last, other = n + k - 1, int(rng.integers(n + k))
        op = str(rng.choice(["add", "mul", "tanh"]))
        lines.append(("tanh", last) if op == "tanh" or k % 4 == 3 else (op, last, other))
    return lines


def autograd_probes(rng: np.random.Generator) -> Probes:
    def numbers(n: int) -> Array:
        return np.asarray(rng.uniform(0.4, 1.4, size=n) * rng.choice([-1, 1], size=n))

    lesson = [("mul", 0, 1), ("tanh", 2), ("mul", 3, 0), ("add", 4, 2)]
    return {
        "one operation": [
            Probe(([("add", 0, 1)], numbers(2))),
            Probe(([("mul", 0, 1)], numbers(2))),
            Probe(([("tanh", 0)], numbers(1))),
        ],
        "a chain": [Probe(([("mul", 0, 1), ("tanh", 2), ("tanh", 3)], numbers(2)))],
        "fan-out": [
            Probe((lesson, numbers(2)), what="the program of §3.4"),
            Probe(([("tanh", 0), ("mul", 1, 0), ("add", 2, 1)], numbers(1))),
        ],
        "a square": [
            Probe(([("mul", 0, 0)], numbers(1))),
            Probe(([("add", 0, 0), ("mul", 1, 1)], numbers(1))),
        ],
        "an idle input": [Probe(([("mul", 0, 2), ("tanh", 3)], numbers(3)))],
        "long programs": [
            Probe((_random_program(rng, 3, 12), numbers(3)), what="a random program of 12 lines"),
            Probe((_random_program(rng, 4, 40), numbers(4)), what="a random program of 40 lines"),
        ],
    }


AUTOGRAD = Question(
    id="ch03.autograd",
    points=3,
    signature="autograd(program, inputs)",
    reference=autograd,
    probes=autograd_probes,
    parts=("the value", "the gradient"),
    wrong_answers=[
        WrongAnswer(
            "overwritten_at_fan_out",
            _misgrad("overwrite"),
            "A value that is used twice keeps only the share that arrives last: you overwrite its slope. Paths add up: use += "
            "(§3.4). It shows wherever an index occurs twice in the program.",
        ),
        WrongAnswer(
            "square_counted_once",
            _misgrad("square once"),
            "For a product of a value with itself you send one share. x·x uses x twice: each use sends s·x, together 2x·s.",
        ),
        WrongAnswer(
            "own_factor",
            _misgrad("own factor"),
            "In a product each factor gets s times the *other* factor; you send it its own.",
        ),
        WrongAnswer(
            "first_part_only",
            _misgrad("first only"),
            "Only the first part of a sum or product gets a slope. Both do.",
        ),
        WrongAnswer(
            "tanh_derivative_of_output",
            _misgrad("tanh' of output"),
            "You apply tanh once more to its output. With y = tanh a already computed, the derivative is 1 - y².",
        ),
        WrongAnswer(
            "tanh_derivative_at_input",
            _misgrad("tanh' at input"),
            "Your slope of tanh is 1 - a², with its input a. The formula is written in its output: with y = tanh a it is 1 - y².",
        ),
        WrongAnswer(
            "tanh_counted_twice",
            _misgrad("tanh twice"),
            "Your tanh sends its share twice. It has one part, and at[0] and at[-1] are the same place for it: send once.",
        ),
        WrongAnswer(
            "square_counted_four_times",
            _misgrad("square twice"),
            "For a product of a value with itself you send 2x·s twice. Each of the two uses sends x·s; no special case is needed.",
        ),
        WrongAnswer(
            "slopes_doubled",
            _misgrad("doubled"),
            "All your slopes are twice too large: the slope of the last line by itself is 1, and it is walked back from once.",
        ),
        WrongAnswer(
            "tanh_derivative_missing",
            _misgrad("no tanh'"),
            "Your tanh passes the slope on unchanged. Multiply by its derivative, 1 - y² (E43).",
        ),
        WrongAnswer(
            "tanh_forgets_what_arrived",
            _misgrad("no chain"),
            "Your tanh sends 1 - y² and forgets what arrived: multiply by the slope of its output. Along a path one multiplies.",
        ),
        WrongAnswer(
            "forward_order",
            _misgrad("forward order"),
            "You walk through the program from its beginning. A value can send its slope on only when all its users have "
            "sent theirs: walk from the end.",
        ),
        WrongAnswer(
            "seed_is_the_value",
            _misgrad("seed"),
            "You start with the value of the last line. Its slope by itself is 1.",
        ),
        WrongAnswer(
            "all_slopes",
            _misgrad("all nodes"),
            "You return the slopes of all values. The gradient is by the inputs: the first len(inputs) of them.",
        ),
        WrongAnswer("gradient_only", _misgrad("gradient only"), "You return the gradient only. Return the value and the gradient."),
    ],
    hints=[
        "First pass: append the value of each line to the list that begins with the inputs.",
        "Second pass: a list of slopes, all 0 but the last, which is 1. Walk through the program backward and send shares.",
        "For ('mul', i, j) with the slope s: i gets s·values[j], j gets s·values[i], both added to what is there.",
    ],
)


# 03.6 ---------------------------------------------------------------------------------------------------- concepts

CLAIMS = Question(
    id="ch03.claims",
    points=2,
    signature="claims",
    reference={"A": False, "B": False, "C": True, "D": True, "E": False, "F": True},
    wrong_answers=[
        WrongAnswer(
            "smaller_h_is_better",
            {"A": True},
            "Claim A: run (sin(1 + h) - sin(1 - h)) / 2h with h = 1e-5 and 1e-12. The second error is a million times larger.",
        ),
        WrongAnswer(
            "falling_loss_proves",
            {"B": True},
            "Claim B: §3.8 trains five wrong gradients, and the loss falls by more than half with each (M14).",
        ),
        WrongAnswer(
            "check_never_alarms_falsely",
            {"C": False},
            "Claim C: check ReLU at x = -1e-6 with h = 1e-5. The gradient 0 is right, and the measurement says 0.45.",
        ),
        WrongAnswer(
            "check_is_a_proof",
            {"D": False},
            "Claim D: check the loss x² + x³ with the gradient 3x² at x = 0. It passes, and it is wrong everywhere else.",
        ),
        WrongAnswer(
            "fewer_steps",
            {"E": True},
            "Claim E: the gradient is the same number whether it was measured or sent backward, so the path is the same. "
            "Only its price differs.",
        ),
        WrongAnswer(
            "shares_not_added",
            {"F": False},
            "Claim F: x·x uses x twice, and each use sends x. Is the slope at 3 equal to 6, or to 3?",
        ),
    ],
    hints=["For each claim look for a one-line counter-example before you answer, and run it."],
)

NEXT = Question(
    id="ch03.next_action",
    points=2,
    signature="actions",
    reference={"1": "factor", "2": "point", "3": "bits", "4": "seed", "5": "loss", "6": "point"},
    also_right={
        "another right word for case 6": {
            "1": "factor",
            "2": "point",
            "3": "bits",
            "4": "seed",
            "5": "loss",
            "6": "step",
        }
    },
    offered=("step", "point", "bits", "seed", "factor", "loss", "done"),
    wrong_answers=[
        WrongAnswer(
            "thirds_blamed_on_bits",
            {"1": "bits"},
            "1: rounding differs from entry to entry, in 32 bit too. The same ⅓ everywhere has a cause in the formula: for which c "
            "is |c - 1|/(c + 1) = ⅓?",
        ),
        WrongAnswer(
            "thirds_blamed_on_the_point",
            {"1": "point"},
            "1: another point gives ⅓ again. The same number at every entry is a pattern: for which c is |c - 1|/(c + 1) = ⅓?",
        ),
        WrongAnswer(
            "thirds_blamed_on_h",
            {"1": "step"},
            "1: rounding and truncation differ from entry to entry. The same ⅓ everywhere means a factor 2: (2 - 1)/(2 + 1).",
        ),
        WrongAnswer(
            "zero_point_accepted",
            {"2": "done"},
            "2: at θ = 0 all five bugs of §3.8 pass. Check at a random point before you believe it.",
        ),
        WrongAnswer(
            "bits_blamed_on_a_bug",
            {"3": "factor"},
            "3: the errors are of the size of float32's rounding divided by h, and differ from entry to entry: go to 64 bit first.",
        ),
        WrongAnswer(
            "smaller_step_in_32_bit",
            {"3": "step"},
            "3: in 32 bit a smaller h makes it worse, since rounding is divided by h. Compute in 64 bit.",
        ),
        WrongAnswer(
            "bits_blamed_on_the_point",
            {"3": "point"},
            "3: at another point the errors are as large: rounding of 1e-7 divided by h is there everywhere. Mend the precision "
            "first.",
        ),
        WrongAnswer(
            "bits_believed",
            {"3": "done"},
            "3: in 32 bit a bug of 5 % would hide in this noise, so nothing can be believed yet.",
        ),
        WrongAnswer(
            "randomness_blamed_on_the_point",
            {"4": "point"},
            "4: the same θ gives another error at each run, so the point is not to blame. Something is drawn anew: fix the seed.",
        ),
        WrongAnswer(
            "constant_ratio_blamed_on_the_sign",
            {"5": "factor"},
            "5: a ratio 1/(p(1-p)) that differs from example to example is no constant factor. The gradient belongs to another loss: "
            "check against that one (§3.10).",
        ),
        WrongAnswer(
            "another_loss_accepted",
            {"5": "done"},
            "5: it trains, but not the loss that you plot. Check against the loss that you claim (M14).",
        ),
        WrongAnswer(
            "kink_blamed_on_a_factor",
            {"6": "factor"},
            "6: a factor c gives e = |c - 1|/(c + 1), and 3e-4 would be a factor of 1.0006. A ReLU near its kink does just this: "
            "one entry, an error of any size. What makes a kink go away?",
        ),
        WrongAnswer(
            "kink_believed",
            {"6": "done"},
            "6: most likely it is a kink, but 3e-4 is suspicious, and one wrong entry looks the same. Find out which, before you "
            "believe it.",
        ),
        WrongAnswer(
            "kink_blamed_on_bits",
            {"6": "bits"},
            "6: errors below 1e-8 at all other entries cannot be had in 32 bit. One entry in ten thousand stands out: think of a "
            "ReLU near its kink.",
        ),
    ],
    hints=["Rule out false alarms before you look for a bug: 64 bit, same randomness, another point."],
)

QUESTIONS = [
    NUMERICAL_GRAD,
    VERDICT,
    GRADIENTS,
    SUSPECTS,
    AUTOGRAD,
    CLAIMS,
    NEXT,
]
