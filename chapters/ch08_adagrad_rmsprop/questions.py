"""The graded questions of chapter 8."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.descent import minimize
from course_utils.drives import Walk
from course_utils.objectives import Quadratic
from course_utils.optimizers import SGD, Adagrad, Optimizer
from course_utils.questions import Probe, Question, WrongAnswer

Array = NDArray[np.float64]
Probes = dict[str, list[Probe]]

GRADIENTS = (0.5, -1.0, 2.0, 0.0, 0.25)


# 08.1 ----------------------------------------------------------------------------------------------------- Adagrad


def adagrad_step(theta: Array, g: Array, s: Array, t: int, lr: float, eps: float) -> tuple[Array, Array]:
    s = s + g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


def _ada_walk(gradients: Any, theta: Any, lr: float = 0.1, eps: float = 1e-10, ends: bool = False) -> Walk:
    """The learner's s of one step is that of the next."""
    return Walk(gradients, theta, (lr, eps), ends=ends)


def adagrad_probes(rng: np.random.Generator) -> Probes:
    p = int(rng.integers(3, 6))
    theta, g = rng.normal(size=(2, p))
    constant = float(np.round(rng.uniform(0.5, 4.0), 2))
    scaled, mixed = rng.normal(size=(6, 3)), rng.normal(size=(5, 4)) * np.array([0.01, 0.1, 1.0, 10.0])
    shuffled = rng.permutation(4)
    return {
        "the first step": [
            Probe((np.array([1.0]), np.array([0.5]), np.zeros(1), 1, 0.1, 1e-10)),
            Probe((theta, g, np.zeros(p), 1, 0.05, 1e-10), what="a first step (t=1) in several parameters"),
        ],
        "a later step": [
            Probe((theta, g, rng.uniform(0.5, 2.0, size=p), 7, 0.05, 1e-10), what="a step with t=7 and a given s")
        ],
        "a tiny gradient": [Probe((np.array([1.0]), np.array([1e-6]), np.zeros(1), 1, 0.1, 1e-8))],
        "steps in a row": [
            Probe(drive=_ada_walk([[x] for x in GRADIENTS], [1.0]), what="the gradients 0.5, -1, 2, 0, 0.25"),
            Probe(drive=_ada_walk(rng.normal(size=(8, 2, 3)), np.ones((2, 3))), what="8 steps, shape (2, 3)"),
            Probe(drive=_ada_walk([[constant]] * 25, [0.0]), what=f"25 times the gradient {constant:g}"),
        ],
        "the scale of the loss": [                                      # with eps = 0 it draws the same path
            Probe(drive=_ada_walk(c * scaled, np.ones(3), eps=0.0, ends=True), what=f"a loss multiplied by {c:g} (eps=0)")
            for c in (1e-4, 1.0, 1e4)
        ],
        "the order of the parameters": [
            Probe(drive=_ada_walk(mixed[:, order], np.ones(4), ends=True), what=what)
            for order, what in ((np.arange(4), "parameters of four sizes"), (shuffled, "the same in another order"))
        ],
        "float32": [
            Probe(
                drive=_ada_walk(rng.normal(size=(3, 4)).astype(np.float32), np.ones(4, dtype=np.float32)),
                what="float32 arrays",
            )
        ],
    }


def _ada_bug(name: str) -> Callable[..., Any]:
    """:func:`adagrad_step` with one named bug."""

    def step(theta: Array, g: Array, s: Array, t: int, lr: float, eps: float) -> tuple[Array, Array]:
        old = s
        s = {
            "mean": s + (g**2 - s) / t,
            "half": (s + g**2) / 2,
            "divided by t": (s + g**2) / t,
            "g": s + g,
            "abs": s + np.abs(g),
            "scalar": s + (g**2).sum(),
            "reset": g**2,
        }.get(name, s + g**2)
        below = {
            "g": s + eps,
            "abs": s + eps,
            "no root": s + eps,
            "inside": np.sqrt(s + eps),
            "late": np.sqrt(old) + eps,
            "mean at the root": np.sqrt(s / t) + eps,
            "extra root": (np.sqrt(s) + eps) * t**0.5,
        }.get(name, np.sqrt(s) + eps)
        rate = lr / np.sqrt(t) if name == "extra wide root" else lr
        return theta + (1 if name == "ascent" else -1) * rate * g / below, s

    return step


ADAGRAD = Question(
    id="ch08.adagrad_step",
    points=3,
    signature="adagrad_step(theta, g, s, t, lr, eps)",
    reference=adagrad_step,
    probes=adagrad_probes,
    parts=("theta", "s"),
    wrong_answers=[
        WrongAnswer(
            "mean_in_place_of_sum",
            _ada_bug("mean"),
            "Your s is the *mean* of the squares. Under a constant gradient it does not grow, so every step has length lr; "
            "Adagrad's step t has lr/√t. Add, and do not divide by t (E05, §8.2).",
        ),
        WrongAnswer(
            "mean_under_the_root",
            _ada_bug("mean at the root"),
            "Your s is the sum, but you divide by √(s/t): the root of the mean. Then every step under a constant gradient has length "
            "lr; Adagrad's step t has lr/√t. Leave t out (E05, §8.2).",
        ),
        WrongAnswer(
            "sum_divided_by_t",
            _ada_bug("divided by t"),
            "You divide the new s by t at every step, so its old part is divided again and again. s is a sum: add g², and leave t "
            "out (§8.1).",
        ),
        WrongAnswer(
            "rate_falls_twice",
            _ada_bug("extra root"),
            "You divide by √t besides. The sum s brings the 1/√t by itself: under a constant gradient your step t is lr/t. Leave t "
            "out (§8.2).",
        ),
        WrongAnswer(
            "rate_falls_twice_in_double",
            _ada_bug("extra wide root"),
            "You divide by √t besides. The sum s brings the 1/√t by itself: under a constant gradient your step t is lr/t. Leave t "
            "out (§8.2). (Besides, np.sqrt(t) is a float64 and turns a float32 step into one.)",
        ),
        WrongAnswer(
            "half_old_half_new",
            _ada_bug("half"),
            "Your s is halfway between the old s and g²: a forgetting average, as in RMSProp with β = ½. Adagrad adds g² and "
            "forgets nothing (§8.5).",
        ),
        WrongAnswer(
            "sum_of_gradients",
            _ada_bug("g"),
            "You sum g, not g². Gradients of different sign cancel, the sum can be 0 or negative, and the step changes its "
            "direction. Sum the squares and take the root (§8.1).",
        ),
        WrongAnswer(
            "sum_of_sizes",
            _ada_bug("abs"),
            "You divide by the sum of |g|. Under a constant gradient your step t is lr/t, and the whole path grows only like "
            "ln t; with squares under a root it is lr/√t (§8.2).",
        ),
        WrongAnswer(
            "no_root",
            _ada_bug("no root"),
            "You divide by s without the root. The step then has the unit of 1/gradient: multiply the loss by 1e4, and it is 1e4 "
            "times shorter (§8.1).",
        ),
        WrongAnswer(
            "eps_inside",
            _ada_bug("inside"),
            "Your ε stands inside the root: √(s+ε). It is asked outside, √s + ε. Inside, ε = 1e-8 acts on gradients up to 1e-4 "
            "(E08, §8.8).",
        ),
        WrongAnswer(
            "one_sum_for_all",
            _ada_bug("scalar"),
            "You keep one sum for all parameters. Then all have the same rate, and a rare feature waits as with SGD. s has the "
            "shape of theta: add g**2, entry by entry (§8.1).",
        ),
        WrongAnswer(
            "memory_lost",
            _ada_bug("reset"),
            "You ignore the s that you were given: every step is ±lr, and Adagrad becomes sign descent. Add g² to the old s.",
        ),
        WrongAnswer(
            "added_after_dividing",
            _ada_bug("late"),
            "You divide by the old s and add g² afterward. At the first step that s is 0, and the step is lr·g/ε, millions of "
            "times too long. Add first.",
        ),
        WrongAnswer("ascent", _ada_bug("ascent"), "Your step goes uphill: subtract lr·g/(√s+ε)."),
    ],
    hints=[
        "First the new s, then the step that uses it.",
        "All operations are per entry: s has the shape of theta.",
        "Check by hand: g = 0.5 and s = 0 give s = 0.25, so the step is lr·0.5/0.5 = lr. You do not need t.",
    ],
)


# 08.2 ----------------------------------------------------------------------------------------------------- RMSProp


def rmsprop_step(
    theta: Array, g: Array, s: Array, m: Array, lr: float, beta: float, eps: float, centered: bool
) -> tuple[Array, Array, Array]:
    s = beta * s + (1 - beta) * g**2
    m = beta * m + (1 - beta) * g
    size = np.maximum(s - m**2, 0) if centered else s
    return theta - lr * g / (np.sqrt(size) + eps), s, m


def _rms_walk(
    gradients: Any,
    theta: Any,
    beta: float = 0.9,
    centered: bool = False,
    lr: float = 0.1,
    eps: float = 1e-8,
    ends: bool = False,
) -> Walk:
    return Walk(gradients, theta, (lr, beta, eps, centered), state=(0.0, 0.0), counts=False, ends=ends)


def _just_below_zero(rng: np.random.Generator) -> Probe:
    """A centered step where rounding leaves s - m² below 0, in two orders of multiplying: take 0, and not the root."""
    g = rng.uniform(1.0, 2.0, size=2000)
    m, new = 0.9 * g + (1 - 0.9) * g, 1 - 0.9
    below = [0.9 * g**2 + squares < m**2 for squares in (new * g**2, new * g * g)]
    g = g[np.logical_and(*below)][:6]
    what = "a centered step with s = g² and m = g, where rounding leaves s - m² a little below 0"
    return Probe((np.ones(len(g)), g, g**2, g.copy(), 1e-3, 0.9, 1.0, True), what=what)


def rmsprop_probes(rng: np.random.Generator) -> Probes:
    p = int(rng.integers(3, 6))
    theta, g, m = rng.normal(size=(3, p))
    s = m**2 + rng.uniform(0.5, 2.0, size=p)
    five, scaled = [[x] for x in GRADIENTS], rng.normal(size=(6, 3))
    w, dw, cache = np.linspace(-0.4, 0.6, 20), np.linspace(-0.6, 0.4, 20), np.linspace(0.6, 0.9, 20)
    wide = [a.reshape(4, 5) for a in (w, dw, cache, np.zeros(20))]
    return {
        "the first step": [
            Probe((np.array([1.0]), np.array([0.5]), np.zeros(1), np.zeros(1), 0.1, 0.9, 1e-8, False)),
            Probe((theta, g, np.zeros(p), np.zeros(p), 0.01, 0.99, 1e-8, False), what="a first step with β=0.99"),
        ],
        "a later step": [
            Probe((theta, g, s, m, 0.01, 0.9, 1e-8, False), what="a step with given s and m"),
            Probe((*wide, 1e-2, 0.99, 1e-8, False), what="the arrays of CS231n, shape (4, 5)"),
        ],
        "a tiny gradient": [
            Probe((np.array([1.0]), np.array([1e-6]), np.zeros(1), np.zeros(1), 0.1, 0.9, 1e-8, False)),
        ],
        "steps in a row": [
            Probe(drive=_rms_walk(five, [1.0]), what="the gradients 0.5, -1, 2, 0, 0.25"),
            Probe(drive=_rms_walk(rng.normal(size=(8, 2, 3)), np.ones((2, 3)), 0.95), what="8 steps, shape (2, 3)"),
        ],
        "centered": [
            Probe((theta, g, s, m, 0.01, 0.9, 1e-8, True), what="a centered step with given s and m"),
            Probe(drive=_rms_walk(five, [1.0], centered=True), what="the gradients 0.5, -1, 2, 0, 0.25, centered"),
            Probe(drive=_rms_walk(rng.normal(size=(6, 3)) + 1, np.ones(3), 0.8, True), what="6 centered steps, β=0.8"),
        ],
        "the scale of the loss": [
            Probe(
                drive=_rms_walk(c * scaled, np.ones(3), centered=c > 1, eps=0.0, ends=True),
                what=f"a loss multiplied by {c:g} (eps=0){', centered' if c > 1 else ''}",
            )
            for c in (1e-4, 1.0, 1e4)
        ],
        "rounding": [_just_below_zero(rng)],
        "float32": [
            Probe(
                drive=_rms_walk(rng.normal(size=(3, 4)).astype(np.float32), np.ones(4, dtype=np.float32)),
                what="float32 arrays",
            )
        ],
    }


def _rms_bug(name: str) -> Callable[..., Any]:
    """:func:`rmsprop_step` with one named bug."""

    def step(
        theta: Array, g: Array, s: Array, m: Array, lr: float, beta: float, eps: float, centered: bool
    ) -> tuple[Array, Array, Array]:
        old = s
        new, keep = (beta, 1 - beta) if name == "swapped" else (1 - beta, beta)
        s = {
            "sum": s + g**2,
            "no weight": beta * s + g**2,
            "g": keep * s + new * g,
            "scalar": keep * s + new * (g**2).mean(),
            "reset": g**2,
        }.get(name, keep * s + new * g**2)
        before = m
        m = {"sum of g": m + g, "m untouched": m}.get(name, keep * m + new * g)
        taken = {"m not squared": m, "old m": before**2}.get(name, m**2)
        size = s - taken if centered and name != "not centered" else s
        size = s + m**2 if centered and name == "plus" else size
        size = old if name == "late" else size
        size = size if name in ("g", "not clipped") else np.maximum(size, 0)
        below = {"inside": np.sqrt(size + eps), "no root": size + eps, "g": size + eps}.get(name, np.sqrt(size) + eps)
        top = m if name == "averaged gradient" else g
        return theta - lr * top / below, s, m

    return step


RMSPROP = Question(
    id="ch08.rmsprop_step",
    points=3,
    signature="rmsprop_step(theta, g, s, m, lr, beta, eps, centered)",
    reference=rmsprop_step,
    probes=rmsprop_probes,
    parts=("theta", "s", "m"),
    wrong_answers=[
        WrongAnswer(
            "adagrads_sum",
            _rms_bug("sum"),
            "Your s adds g² and forgets nothing: that is Adagrad. RMSProp keeps β of the old s and takes 1-β of g² (§8.5).",
        ),
        WrongAnswer(
            "new_term_not_weighted",
            _rms_bug("no weight"),
            "You add g² without the factor 1-β. Your s is 1/(1-β) times too large in the long run, 10 for β = 0.9, and the "
            "steps are √10 times too short (§8.5).",
        ),
        WrongAnswer(
            "beta_swapped",
            _rms_bug("swapped"),
            "β and 1-β are exchanged: your average keeps a tenth of its past and so remembers hardly one step. The old s gets "
            "β (§8.5).",
        ),
        WrongAnswer(
            "average_of_g",
            _rms_bug("g"),
            "Your s averages g, not g². With gradients +1, -1, +1, … it goes to 0, and the step explodes or changes its sign "
            "(E06, §8.5).",
        ),
        WrongAnswer(
            "no_root",
            _rms_bug("no root"),
            "You divide by s without the root. The step then has the unit of 1/gradient and changes with the scale of the loss.",
        ),
        WrongAnswer(
            "eps_inside",
            _rms_bug("inside"),
            "Your ε stands inside the root. Some texts write RMSProp so, with another ε; here, as in PyTorch, it is √s + ε. "
            "With 1e-8 inside, gradients below 1e-4 hardly move anything (E08, §8.8).",
        ),
        WrongAnswer(
            "one_average_for_all",
            _rms_bug("scalar"),
            "You keep one average for all parameters, the mean of g². Then they share one rate. s has the shape of theta.",
        ),
        WrongAnswer(
            "memory_lost",
            _rms_bug("reset"),
            "You ignore the s that you were given: every step is ±lr, which is sign descent. Keep β of the old s.",
        ),
        WrongAnswer(
            "averaged_after_dividing",
            _rms_bug("late"),
            "You divide by the old s and average afterward. At the first step that s is 0 and the step is lr·g/ε. First the new "
            "s, then the step.",
        ),
        WrongAnswer(
            "averaged_gradient_on_top",
            _rms_bug("averaged gradient"),
            "You step along the *averaged* gradient m. RMSProp divides the current one; m serves the centered form only. With "
            "both averages you are on the way to Adam (E90, §8.5).",
        ),
        WrongAnswer(
            "square_of_the_sum",
            _rms_bug("sum of g"),
            "Your m is the *sum* of the gradients, so you subtract (Σg)². The variance is the mean of the squares less the square "
            "of the mean: average m with β, just as s (§8.12).",
        ),
        WrongAnswer(
            "mean_not_squared",
            _rms_bug("m not squared"),
            "You subtract m; it must be m². s has the unit of g², and so must what you take from it (§8.12).",
        ),
        WrongAnswer(
            "mean_not_updated",
            _rms_bug("m untouched"),
            "Your m stays what it was. Average it as well, m ← β m + (1-β) g, before you use it (§8.12).",
        ),
        WrongAnswer(
            "old_mean_subtracted",
            _rms_bug("old m"),
            "You subtract the square of the m that you were given, beside the new s. Both must be of the same time: update m first, "
            "then take s - m² (§8.12).",
        ),
        WrongAnswer(
            "not_clipped",
            _rms_bug("not clipped"),
            "Where rounding leaves s - m² a little below 0, your root is nan, and so is θ from then on. Take 0 there: "
            "np.maximum(…, 0).",
        ),
        WrongAnswer(
            "variance_with_plus",
            _rms_bug("plus"),
            "You add m² to s. The variance is E[g²] - E[g]² (§8.12).",
        ),
        WrongAnswer(
            "centered_ignored",
            _rms_bug("not centered"),
            "centered=True changes nothing in your step: divide by √(s - m²) + ε then (§8.12).",
        ),
    ],
    hints=[
        "Two moving averages with the same β: s of g², m of g. Update both at every step.",
        "What stands under the root: s, or s - m² if centered. Rounding can make the latter negative: np.maximum(…, 0).",
        "Check by hand: β = 0.9, g = 0.5, s = 0 give s = 0.025 and a step of lr·0.5/√0.025 = 3.16·lr.",
    ],
)


# 08.3 ----------------------------------------------------------------------------------------- where RMSProp ends


def limit_amplitude(lr: float, lam: float, eps: float, inside: bool) -> float:
    if inside:
        return float(np.sqrt(max(0.0, lr**2 / 4 - eps / lam**2)))
    return max(0.0, lr / 2 - eps / lam)


def amplitude_probes(rng: np.random.Generator) -> Probes:
    lr, lam = float(np.round(rng.uniform(0.02, 0.3), 3)), float(np.round(rng.uniform(0.5, 5.0), 2))
    return {
        "a tiny ε": [Probe((0.1, 1.0, 1e-8, False)), Probe((lr, lam, 1e-12, False)), Probe((lr, lam, 1e-12, True))],
        "ε outside": [Probe((0.1, 0.5, 0.01, False)), Probe((lr, lam, 0.2 * lr * lam, False))],
        "ε inside": [Probe((0.01, 0.1, 1e-8, True)), Probe((lr, lam, 0.1 * (lr * lam) ** 2, True))],
        "a large ε": [Probe((0.01, 0.1, 0.01, False)), Probe((lr, lam, 2 * (lr * lam) ** 2, True))],
    }


def _amplitude(outside: Callable[..., Any], inside: Callable[..., Any]) -> Callable[..., Any]:
    def answer(lr: float, lam: float, eps: float, is_inside: bool) -> Any:
        return (inside if is_inside else outside)(lr, lam, eps)

    return answer


LIMIT = Question(
    id="ch08.limit_amplitude",
    points=2,
    signature="limit_amplitude(lr, lam, eps, inside)",
    reference=limit_amplitude,
    probes=amplitude_probes,
    wrong_answers=[
        WrongAnswer(
            "half_of_alpha",
            _amplitude(lambda a, lam, e: a / 2, lambda a, lam, e: a / 2),
            "α/2 is right for ε = 0. With ε the step is shorter than α: put |g| = λa into the step and solve for a (§8.7).",
        ),
        WrongAnswer(
            "alpha",
            _amplitude(lambda a, lam, e: max(0.0, a - e / lam), lambda a, lam, e: np.sqrt(max(0.0, a**2 - e / lam**2))),
            "From -a to a is 2a, and that is one step. So 2a equals the step, not a (§8.7).",
        ),
        WrongAnswer(
            "both_sides_together",
            _amplitude(
                lambda a, lam, e: 2 * max(0.0, a / 2 - e / lam),
                lambda a, lam, e: 2 * np.sqrt(max(0.0, a**2 / 4 - e / lam**2)),
            ),
            "You return 2a, the whole way from -a to a. Asked for is a, the distance from the minimum: half of that.",
        ),
        WrongAnswer(
            "whole_alpha",
            _amplitude(lambda a, lam, e: a, lambda a, lam, e: a),
            "From -a to a is 2a, and that is one step of length α. Then put ε in (§8.7).",
        ),
        WrongAnswer(
            "outside_for_both",
            _amplitude(lambda a, lam, e: max(0.0, a / 2 - e / lam), lambda a, lam, e: max(0.0, a / 2 - e / lam)),
            "You use the balance for ε outside in both cases. Inside it is 2a = αλa/√(λ²a² + ε) (§8.7).",
        ),
        WrongAnswer(
            "cases_exchanged",
            _amplitude(
                lambda a, lam, e: np.sqrt(max(0.0, a**2 / 4 - e / lam**2)), lambda a, lam, e: max(0.0, a / 2 - e / lam)
            ),
            "The two cases are exchanged: inside=True means √(s + ε).",
        ),
        WrongAnswer(
            "curvature_not_squared",
            _amplitude(
                lambda a, lam, e: max(0.0, a / 2 - e / lam), lambda a, lam, e: np.sqrt(max(0.0, a**2 / 4 - e / lam))
            ),
            "Inside the root ε is compared with g² = λ²a²: divide it by λ², not by λ (§8.7).",
        ),
        WrongAnswer(
            "curvature_forgotten",
            _amplitude(lambda a, lam, e: max(0.0, a / 2 - e), lambda a, lam, e: np.sqrt(max(0.0, a**2 / 4 - e))),
            "λ is missing: ε is compared with the gradient λa, not with a (§8.7).",
        ),
        WrongAnswer(
            "not_clipped",
            _amplitude(
                lambda a, lam, e: a / 2 - e / lam,
                lambda a, lam, e: np.sqrt(a**2 / 4 - e / lam**2) if a**2 / 4 > e / lam**2 else np.nan,
            ),
            "For a large ε your amplitude is negative or nan. There is no cycle then: x goes to 0, and the answer is 0 (§8.7).",
        ),
        WrongAnswer(
            "root_of_a_negative",
            _amplitude(lambda a, lam, e: a / 2 - e / lam, lambda a, lam, e: math.sqrt(a**2 / 4 - e / lam**2)),
            "For a large ε your amplitude is negative, or the root of a negative number. There is no cycle then: x goes to 0, and the "
            "answer is 0 (§8.7).",
        ),
        WrongAnswer(
            "gradient_descent_in_mind",
            _amplitude(lambda a, lam, e: a * lam / 2, lambda a, lam, e: a * lam / 2),
            "You multiply by the curvature. RMSProp divides it away: with ε = 0 the steps have length α for every λ (§8.7).",
        ),
        WrongAnswer(
            "it_converges",
            _amplitude(lambda a, lam, e: 0.0, lambda a, lam, e: 0.0),
            "You say that x goes to 0. That needs a large ε or a falling rate; run the cell of the exercise and look (§8.7).",
        ),
    ],
    hints=[
        "On the cycle |x| = a at every step, so g² = λ²a² is constant and s equals it.",
        "One step leads from -a to a: 2a = α·λa/(λa + ε). Solve for a.",
        "What if the a you get is not positive? Then ε dominates, and x goes to 0.",
    ],
)


# 08.4 --------------------------------------------------------------------------------------- mend a published Adagrad


def adagrad_fit(
    X: Array, y: Array, theta: Array, alpha: float, iterations: int, epsilon: float = 1e-10
) -> Array:
    s = np.zeros_like(theta)
    for _ in range(iterations):
        gradient = X.T @ (X @ theta - y) / len(y)
        s = s + gradient**2
        theta = theta - alpha * gradient / (np.sqrt(s) + epsilon)
    return theta


def fit_probes(rng: np.random.Generator) -> Probes:
    n, p = int(rng.integers(12, 30)), int(rng.integers(2, 5))
    X = rng.normal(size=(n, p)) * np.geomspace(1, 10, p)
    y = X @ rng.normal(size=p) + 0.1 * rng.normal(size=n)
    line = np.column_stack([np.ones(5), np.arange(1.0, 6.0)])
    target = 1 + 2 * np.arange(1.0, 6.0)
    return {
        "a line": [Probe((line, target, np.zeros(2), 0.5, 50), what="the five points of the example, 50 steps")],
        "more features": [Probe((X, y, rng.normal(size=p), 0.3, 40, 1e-8), what="random data, 40 steps, epsilon=1e-8")],
        "tiny gradients": [
            Probe((1e-3 * X, 1e-3 * y, np.zeros(p), 0.3, 20, 1e-8), what="features and targets of size 1e-3, 20 steps")
        ],
        "few steps": [
            Probe((line, target, np.array([0.5, 0.5]), 0.5, 1), what="iterations=1"),
            Probe((line, target, np.array([0.5, 0.5]), 0.5, 0), what="iterations=0"),
        ],
    }


def _fit_bug(name: str) -> Callable[..., Any]:
    def fit(X: Any, y: Any, theta: Any, alpha: float, iterations: int, epsilon: float = 1e-10) -> Any:
        s = np.zeros_like(theta)
        for k in range(iterations):
            g = X.T @ (X @ theta - y) / len(y)
            g = g * {"sum of examples": len(y), "doubled": 2.0}.get(name, 1.0)
            s = g**2 if name == "reset" else s + (g**2 - s) / (k + 1) if name == "mean" else s + g**2
            below = np.sqrt(s + epsilon) if name == "inside" else np.sqrt(s) + epsilon
            if name == "fixed":
                below = np.sqrt(s) + 1e-5
            theta = theta - alpha * g / below
        return theta

    return fit


def _unmended(X: Any, y: Any, theta: Any, alpha: float, iterations: int, epsilon: float = 1e-10) -> Any:
    """The published code: it reads a name that is defined nowhere."""
    for _ in range(iterations):
        raise NameError("name 'epsilon' is not defined")
    return theta


def _in_place(X: Any, y: Any, theta: Any, alpha: float, iterations: int, epsilon: float = 1e-10) -> Any:
    s = np.zeros_like(theta)
    for _ in range(iterations):
        gradient = X.T @ (X @ theta - y) / len(y)
        s += gradient**2
        theta -= alpha * gradient / (np.sqrt(s) + epsilon)
    return theta


REPAIR = Question(
    id="ch08.adagrad_fit",
    points=2,
    signature="adagrad_fit(X, y, theta, alpha, iterations, epsilon=1e-10)",
    reference=adagrad_fit,
    probes=fit_probes,
    wrong_answers=[
        WrongAnswer(
            "name_still_missing",
            _unmended,
            "The name is still not defined when the line runs (E04). Take epsilon from the argument list; spell it the same way "
            "in both places.",
        ),
        WrongAnswer(
            "eps_still_inside",
            _fit_bug("inside"),
            "It runs now, but ε still stands inside the root, where it acts on gradients up to √ε: √s + ε (E08, §8.8).",
        ),
        WrongAnswer(
            "own_epsilon",
            _fit_bug("fixed"),
            "You divide by √s + 1e-5, whatever epsilon is handed in. Use the argument.",
        ),
        WrongAnswer(
            "mean_after_the_text",
            _fit_bug("mean"),
            "You made s the average that the article's text speaks of (E05). The code had it right: a sum.",
        ),
        WrongAnswer(
            "memory_lost",
            _fit_bug("reset"),
            "s starts anew at each step, so every step is ±alpha. Make it once, before the loop.",
        ),
        WrongAnswer(
            "gradient_doubled",
            _fit_bug("doubled"),
            "Your gradient is twice that of the article. Adagrad hardly notices, since √s doubles too; only ε does. The article's "
            "gradient was right for ½ of the mean square: change nothing else.",
        ),
        WrongAnswer(
            "changes_its_input",
            _in_place,
            "You mended the formula and broke something else: theta -= … writes into the caller's array, and a second run would "
            "start where the first one ended. Use theta = theta - ….",
        ),
    ],
    also_right={
        "the gradient of half the sum, without 1/n": _fit_bug("sum of examples"),
    },
    hints=[
        "Which name is read and never written? Python notices only when the line runs.",
        "Where does ε belong, in the form that this chapter and PyTorch use?",
    ],
)


# 08.5 ------------------------------------------------------------------------------- where Adagrad wins, where it loses

RATES = np.geomspace(1e-4, 1e2, 61)[:, None]
MOST = 1000
GOAL = 1e-6


def steps_needed(problem: Mapping[str, Any], method: Callable[[Array], Optimizer]) -> int:
    """Fewest steps over 61 rates until the loss is a millionth of its start; 1000 where it takes longer."""
    bowl = Quadratic(problem["curvatures"], angle=float(np.deg2rad(problem["angle"])))
    starts = np.tile(np.asarray(problem["start"], dtype=float), (len(RATES), 1))
    loss = minimize(bowl, starts, method(RATES), MOST, keep_theta=False).loss
    with np.errstate(invalid="ignore"):
        there = loss <= GOAL * loss[0]
    return int(np.where(there.any(axis=0), there.argmax(axis=0), MOST).min())


def _problem(value: Any) -> str | None:
    """None for a problem that can be run; else what is wrong with it."""
    if not isinstance(value, Mapping) or {"curvatures", "angle", "start"} - set(value):
        return "needs the entries 'curvatures', 'angle' and 'start'"
    lam, start = np.asarray(value["curvatures"], dtype=float), np.asarray(value["start"], dtype=float)
    if lam.shape != (2,) or not np.all((lam >= 0.01) & (lam <= 1e4)):
        return "needs two curvatures from 0.01 to 10000"
    if start.shape != (2,) or not np.all(np.isfinite(start)) or not 1e-3 <= np.abs(start).max() <= 100:
        return "needs a start of two numbers, the larger from 0.001 to 100 in size"
    if not np.isfinite(float(value["angle"])):
        return "needs an angle in degrees"
    return None


def ten_times(problems: Any) -> str | None:
    """None if Adagrad wins tenfold on the one and loses tenfold on the other, in steps, both at their best rates."""
    if not isinstance(problems, Mapping) or {"wins", "loses"} - set(problems):
        return "must have the entries 'wins' and 'loses'"
    for name in ("wins", "loses"):
        if problems[name] is None:
            return f"has no problem under {name!r} yet"
        if trouble := _problem(problems[name]):
            return f"has a problem under {name!r} that {trouble}"
    for name in ("wins", "loses"):
        gd, ada = (steps_needed(problems[name], method) for method in (SGD, Adagrad))
        ratio = gd / max(ada, 1) if name == "wins" else ada / max(gd, 1)
        if ratio < 10:
            why = "" if gd + ada > 4 else ". Adagrad goes straight too: its first step is equally long in all coordinates that move"
            return (
                f"falls short under {name!r}: at their best rates gradient descent needs {gd} step{'s' * (gd > 1)} there, Adagrad "
                f"{ada} (1000 stands for more), and the factor should be 10{why}"
            )
    return None


def _steep_start(degrees: float) -> tuple[float, float]:
    """The unit vector of the second curvature of a bowl turned by so much."""
    a = np.deg2rad(degrees)
    return (float(-np.sin(a)), float(np.cos(a)))


STRAIGHT = {"curvatures": (1.0, 1000.0), "angle": 0.0, "start": (1.0, 0.7)}
TURNED = {"curvatures": (1.0, 100.0), "angle": 20.0, "start": _steep_start(20.0)}

PROBLEMS = Question(
    id="ch08.ten_times",
    points=3,
    signature="problems",
    reference={"wins": STRAIGHT, "loses": TURNED},
    accepts=ten_times,
    wrong_answers=[
        WrongAnswer(
            "exchanged",
            {"wins": TURNED, "loses": STRAIGHT},
            "The two are exchanged: 'wins' is where *Adagrad* needs a tenth of the steps.",
        ),
        WrongAnswer(
            "round_bowl",
            {"loses": {"curvatures": (1, 1), "angle": 0, "start": (1, 0.5)}},
            "In a round bowl gradient descent needs a step or two, but Adagrad needs only a handful, since it is tuned too. Put "
            "a steep valley in its way that lies across its axes (§8.9).",
        ),
        WrongAnswer(
            "turned_only",
            {"loses": {"curvatures": (1, 100), "angle": 45, "start": (0, 1.4)}},
            "Turned by 45° Adagrad has lost its advantage, but gradient descent crawls along the same valley: about even. Find a "
            "start from which gradient descent need not crawl, and Adagrad must (§8.9).",
        ),
        WrongAnswer(
            "on_the_diagonal",
            {"loses": {"curvatures": (1, 100), "angle": 45, "start": (-1, 1)}},
            "An eigenvector, yes, but at 45° it is a diagonal, and Adagrad's first step, equally long in both coordinates, goes along "
            "it: gradient descent 1 step, Adagrad 1. Turn by another angle (§8.9).",
        ),
        WrongAnswer(
            "mild_ravine",
            {"wins": {"curvatures": (1, 2), "angle": 0, "start": (1, 0.5)}},
            "A ravine with κ = 2 is none: gradient descent needs a few steps as well. Its steps grow like κ, Adagrad's do not "
            "(§8.1): raise κ.",
        ),
    ],
    hints=[
        "Wins: a ravine along the axes. How many steps does gradient descent need for κ = 1000 (§5.4)?",
        "Loses: from which starts does gradient descent arrive in one step, however large κ is? From an eigenvector.",
        "An eigenvector that is no axis: Adagrad leaves it at the first step and lands in the valley.",
    ],
)


# 08.6 ------------------------------------------------------------------------------------------- claims and next action

CLAIMS = Question(
    id="ch08.claims",
    points=3,
    signature="claims",
    reference={
        "A": False,
        "B": False,
        "C": True,
        "D": False,
        "E": False,
        "F": True,
        "G": "c",
        "H": "b",
        "I": "a",
    },
    wrong_answers=[
        WrongAnswer(
            "adagrad_averages",
            {"A": True},
            "Claim A: with an average in place of the sum, every step under a constant gradient has length α. Run the table of "
            "§8.2 with a mean (E05).",
        ),
        WrongAnswer(
            "rmsprop_is_momentum",
            {"B": True},
            "Claim B: feed +1, -1, +1, … to both. Momentum's steps shrink to a twentieth, RMSProp's do not shrink at all (E06, §8.5).",
        ),
        WrongAnswer(
            "scale_of_loss_matters",
            {"C": False},
            "Claim C: multiply all gradients by 1000 and set ε = 0. g and √s grow alike; the path is the same (§8.4).",
        ),
        WrongAnswer(
            "adapts_to_size_of_parameters",
            {"D": True},
            "Claim D: measure θ in another unit. The steps change by its factor: α has the unit of θ (E14, §8.4).",
        ),
        WrongAnswer(
            "adagrad_stops",
            {"E": True},
            "Claim E: Σ1/√t has no limit. Under a constant gradient Adagrad travels 2α√T, as far as you like (§8.2).",
        ),
        WrongAnswer(
            "epsilon_is_a_detail",
            {"F": False},
            "Claim F: take gradients of 1e-5 and ε = 1e-8. Outside the step is 0.999 α, inside a tenth of α (§8.8).",
        ),
        WrongAnswer(
            "more_steps_against_a_floor",
            {"G": "a"},
            "Case G: the loss has bounced between two values for a thousand steps. More of the same steps give more of the same: "
            "±α/2 (§8.7).",
        ),
        WrongAnswer(
            "beta_against_a_floor",
            {"G": "b"},
            "Case G: the amplitude α/2 does not contain β. A larger β only changes how fast the cycle is reached (§8.7).",
        ),
        WrongAnswer(
            "smaller_rate_for_an_old_sum",
            {"H": "a"},
            "Case H: the steps are already a thousandth of what they were. A smaller rate makes them shorter still (§8.5).",
        ),
        WrongAnswer(
            "epsilon_for_an_old_sum",
            {"H": "c"},
            "Case H: √s is about 100 here; ε = 1e-10 adds nothing to it, and a smaller one adds nothing either (§8.5).",
        ),
        WrongAnswer(
            "rate_against_tiny_gradients",
            {"I": "b"},
            "Case I: with s ≪ ε the step is α·g/√ε. A larger α helps these parameters and throws all others about. Look at ε "
            "first (§8.8).",
        ),
        WrongAnswer(
            "momentum_against_tiny_gradients",
            {"I": "c"},
            "Case I: momentum adds up about ten gradients, to 1e-5, and √ε is 1e-4: still too little. Look at ε (§8.8).",
        ),
    ],
    hints=[
        "A to F: two lines of code each could refute it. Write them before you answer.",
        "G to I: what is the length of a step, by the formula, in this situation? Which knob is in that formula?",
    ],
)

QUESTIONS = [ADAGRAD, RMSPROP, LIMIT, REPAIR, PROBLEMS, CLAIMS]
