"""The graded questions of chapter 7."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives import Quadratic, Rosenbrock
from course_utils.questions import Call, Probe, Question, WrongAnswer

Array = NDArray[np.float64]
Arrays = dict[str, Array]
Probes = dict[str, list[Probe]]


# 07.1 --------------------------------------------------------------------------------------- exponential averages


def ema(x: ArrayLike, beta: float, correct: bool) -> Array:
    values = np.array(x, dtype=float)
    m, out = np.zeros_like(values[0]), np.empty_like(values)
    for t, value in enumerate(values, start=1):
        m = beta * m + (1 - beta) * value
        out[t - 1] = m / (1 - beta**t) if correct else m
    return out


def ema_probes(rng: np.random.Generator) -> Probes:
    x = rng.normal(loc=2.0, size=12)
    return {
        "two values": [
            Probe((np.array([10.0, 10.0]), 0.5, False)),
            Probe((np.array([10.0, 10.0]), 0.5, True)),
        ],
        "twelve values, not corrected": [Probe((x, float(rng.uniform(0.6, 0.95)), False), what="12 values")],
        "twelve values, corrected": [
            Probe((x, float(rng.uniform(0.6, 0.95)), True), what="12 values, correct=True"),
            Probe((np.full(8, 3.0), 0.9, True), what="eight times the value 3, correct=True"),
        ],
        "several columns": [Probe((rng.normal(size=(6, 3)), 0.8, True), what="values of shape (6, 3)")],
    }


def _wrong_ema(how: str) -> Callable[..., Array]:
    def average(x: ArrayLike, beta: float, correct: bool) -> Array:
        values = np.array(x, dtype=float)
        old, new = (1 - beta, beta) if how == "swapped" else (beta, 1.0 if how == "sum" else 1 - beta)
        m, out = np.zeros_like(values[0]), []
        for t, value in enumerate(values, start=1):
            m = value if how.startswith("first value") and t == 1 else old * m + new * value
            power = {"t from zero": t - 1, "planned": len(values)}.get(how, t)
            with np.errstate(all="ignore"):
                fixed = m / (1 - beta**power) if (correct and "never" not in how) or how == "always" else m
            if how == "fed back":
                m = fixed
            out.append(fixed)
        return np.array(out)

    return average


EMA = Question(
    id="ch07.ema",
    points=2,
    signature="ema(x, beta, correct)",
    reference=ema,
    probes=ema_probes,
    wrong_answers=[
        WrongAnswer(
            "swapped",
            _wrong_ema("swapped"),
            "β and 1-β are exchanged: β is the share of the old average that is kept, 1-β the weight of the new value.",
        ),
        WrongAnswer(
            "sum_for_average",
            _wrong_ema("sum"),
            "You add the whole new value. That is the velocity of classical momentum, 1/(1-β) times as large; an average gives "
            "the new value the weight 1-β (§7.2).",
        ),
        WrongAnswer(
            "starts_at_first_value",
            _wrong_ema("first value"),
            "Your average begins with the first value. Here it begins at m = 0; the correction, not the start, repairs the bias.",
        ),
        WrongAnswer(
            "first_value_for_the_correction",
            _wrong_ema("first value, never"),
            "Your average begins with the first value and is never corrected. That value then keeps the weight βᵗ for good. Begin at "
            "m = 0, and with correct=True divide by 1-βᵗ.",
        ),
        WrongAnswer(
            "never_corrected",
            _wrong_ema("never"),
            "You never correct. With correct=True divide by the sum of the weights, 1-βᵗ.",
        ),
        WrongAnswer(
            "always_corrected",
            _wrong_ema("always"),
            "You correct also where correct is False. Then the first average is the value itself; it should be (1-β) of it.",
        ),
        WrongAnswer(
            "corrected_and_fed_back",
            _wrong_ema("fed back"),
            "You put the corrected average back into the recursion, so the next step corrects it again. Keep the raw m, and "
            "correct only what you return (E02 is this mistake in a published Adam).",
        ),
        WrongAnswer(
            "t_from_zero",
            _wrong_ema("t from zero"),
            "You count t from 0: the first divisor is 1-β⁰ = 0. After the first value t is 1.",
        ),
        WrongAnswer(
            "planned_length",
            _wrong_ema("planned"),
            "You divide every average by 1-βᵀ with the number of all values. Row t knows t values only: divide by 1-βᵗ.",
        ),
    ],
    hints=[
        "m = beta * m + (1 - beta) * value, from m = 0.",
        "The weights in m after t values add up to 1-βᵗ. Divide a copy by that, not m itself.",
    ],
)


# 07.2 -------------------------------------------------------------------------------- momentum on named parameters


def momentum_update(
    params: Arrays, grads: Arrays, v: Arrays | None, lr: float, beta: float = 0.9
) -> tuple[Arrays, Arrays]:
    if v is None:
        v = {name: np.zeros_like(p) for name, p in params.items()}
    v = {name: beta * v[name] + grads[name] for name in params}
    return {name: params[name] - lr * v[name] for name in params}, v


def _walk(steps: list[Arrays], start: Arrays, lrs: list[float], beta: float = 0.9) -> Callable[[Call], Any]:
    """Feed parameters and velocities back; every step's result is compared at the end, so shared arrays show."""

    def drive(update: Call) -> Any:
        params: Arrays = {name: p.copy() for name, p in start.items()}
        v, path = None, []
        for grads, lr in zip(steps, lrs, strict=True):
            params, v = update(params, {name: g.copy() for name, g in grads.items()}, v, lr, beta)
            path.append((dict(params), dict(v)))
        return path

    return drive


def _drawn(rng: np.random.Generator, shapes: dict[str, tuple[int, ...]], steps: int) -> tuple[list[Arrays], Arrays]:
    grads = [{name: rng.normal(size=shape) for name, shape in shapes.items()} for _ in range(steps)]
    return grads, {name: rng.normal(size=shape) for name, shape in shapes.items()}


def _resumed(rng: np.random.Generator) -> Callable[[Call], Any]:
    """Three steps, the state copied as from a file, two more at a tenth of the rate."""
    grads, start = _drawn(rng, {"W": (2, 2), "b": (2,)}, 5)

    def drive(update: Call) -> Any:
        params, v = {name: p.copy() for name, p in start.items()}, None
        for k, g in enumerate(grads):
            if k == 3:
                params, v = ({name: a.copy() for name, a in part.items()} for part in (params, v))
            params, v = update(params, g, v, 0.1 if k < 3 else 0.01, 0.9)
        return params

    return drive


def _leaves_dicts(rng: np.random.Generator) -> Callable[[Call], Any]:
    """Do the caller's dicts hold what they held before the call?"""
    grads, start = _drawn(rng, {"W": (2, 2), "b": (2,)}, 3)

    def drive(update: Call) -> Any:
        params = {name: p.copy() for name, p in start.items()}
        v: Arrays | None = None
        kept = True
        for g in grads:
            given = [part for part in (params, g, v) if part is not None]
            held = [dict(part) for part in given]
            after, velocity = update(params, g, v, 0.1, 0.9)
            kept = kept and all(
                now.keys() == old.keys() and all(np.array_equal(now[name], old[name]) for name in old)
                for now, old in zip(given, held, strict=True)
            )
            params, v = dict(after), dict(velocity)
        return bool(kept)

    return drive


def update_probes(rng: np.random.Generator) -> Probes:
    layer = _drawn(rng, {"W": (3, 2), "b": (2,)}, 6)
    same = _drawn(rng, {"u": (2,), "w": (2,)}, 5)
    tiny = _drawn(rng, {"W": (4,)}, 4)
    five: list[Arrays] = [{"x": np.array([g])} for g in (0.5, -1.0, 2.0, 0.0, 0.25)]
    single: list[Arrays] = [{n: g.astype(np.float32) for n, g in step.items()} for step in tiny[0]]  # type: ignore[misc]
    start32: Arrays = {n: p.astype(np.float32) for n, p in tiny[1].items()}  # type: ignore[misc]
    return {
        "five gradients": [
            Probe(drive=_walk(five, {"x": np.array([1.0])}, [0.1] * 5), what="the gradients 0.5, -1, 2, 0, 0.25")
        ],
        "a layer": [Probe(drive=_walk(*layer, [0.05] * 6, 0.8), what="W (3, 2) and b (2,), 6 steps, β=0.8")],
        "two parameters of one shape": [Probe(drive=_walk(*same, [0.1] * 5), what="two parameters of shape (2,)")],
        "a rate that changes": [
            Probe(drive=_walk(*layer, [0.1, 0.1, 0.1, 0.01, 0.01, 0.2]), what="a rate that changes on the way"),
            Probe(drive=_resumed(rng), what="three steps, then two more from the saved state at a tenth of the rate"),
        ],
        "float32": [Probe(drive=_walk(single, start32, [0.1] * 4), what="float32 arrays")],
        "the caller's dicts": [Probe(drive=_leaves_dicts(rng), what="do your dicts hold after the call what they held before")],
    }


def _slip(how: str) -> Callable[..., Any]:
    """:func:`momentum_update` with one mistake."""

    def update(params: Any, grads: Any, v: Any, lr: float, beta: float = 0.9) -> tuple[Any, Any]:
        if v is None:
            v = {n: grads[n].copy() if how == "v0 = g0" else np.zeros_like(p) for n, p in params.items()}
        if how == "forgets":
            v = {n: np.zeros_like(p) for n, p in params.items()}
        old, new = {"ema": (beta, 1 - beta), "swapped": (1 - beta, beta)}.get(how, (beta, 1.0))
        if how == "in place":
            for n in params:
                v[n] *= beta
                v[n] += grads[n]
                params[n] -= lr * v[n]
            return params, v
        if how == "dicts":
            for n in params:
                v[n] = beta * v[n] + grads[n]
                params[n] = params[n] - lr * v[n]
            return params, v
        if how == "rate inside":
            v = {n: beta * v[n] - lr * grads[n] for n in params}
            return {n: params[n] + v[n] for n in params}, v
        if how == "shared":
            moved, velocity, out = {}, None, {}
            for n in params:
                mine = v[n] if velocity is None or velocity.shape != v[n].shape else velocity
                velocity = beta * mine + grads[n]
                out[n], moved[n] = velocity, params[n] - lr * velocity
            return moved, out
        before = v
        v = {n: old * v[n] + new * grads[n] for n in params}
        used = before if how == "old velocity" else v
        sign = -1.0 if how == "ascent" else 1.0
        if how == "first only":
            return {n: params[n] - lr * used[n] if n == next(iter(params)) else params[n] for n in params}, v
        return {n: params[n] - sign * lr * used[n] for n in params}, v

    return update


MOMENTUM_UPDATE = Question(
    id="ch07.momentum_update",
    points=4,
    signature="momentum_update(params, grads, v, lr, beta=0.9)",
    reference=momentum_update,
    probes=update_probes,
    parts=("params", "v"),
    wrong_answers=[
        WrongAnswer(
            "ema_form",
            _slip("ema"),
            "You give the gradient the weight 1-β. That is the average form; its steps are (1-β) times as long, a tenth at "
            "β=0.9. The classical velocity adds the whole gradient: v = beta * v + g (§7.3).",
        ),
        WrongAnswer(
            "rate_inside",
            _slip("rate inside"),
            "Your velocity contains the rate: v = beta*v - lr*g. At a constant rate the path is the same; when the rate changes, "
            "the old steps live on in v at the old rate. Asked for is v = beta*v + g, and lr applied when you step (§7.3).",
        ),
        WrongAnswer(
            "starts_with_the_gradient",
            _slip("v0 = g0"),
            "Your velocity starts at g, so the first step is (1+β)·lr·g. Without a velocity (v is None) start from zeros.",
        ),
        WrongAnswer(
            "beta_swapped",
            _slip("swapped"),
            "β and 1-β are exchanged: with β=0.9 you keep a tenth of the velocity. And the classical gradient has weight 1.",
        ),
        WrongAnswer(
            "velocity_shared",
            _slip("shared"),
            "Two parameters of the same shape share one velocity: the second continues with that of the first. Each name has "
            "its own array, v[name].",
        ),
        WrongAnswer(
            "changed_in_place",
            _slip("in place"),
            "Your function writes into the arrays it is given (-=, *= or +=). Whoever kept the start, or a checkpoint of v, no "
            "longer has it (E45). Build new arrays and new dicts.",
        ),
        WrongAnswer(
            "dicts_written_into",
            _slip("dicts"),
            "Your arrays are new, but v[name] = … or params[name] = … puts them into the caller's own dict: the start, or a "
            "checkpoint of v, is gone from it (E45, §7.11). Fill two new dicts and return those.",
        ),
        WrongAnswer(
            "velocity_forgotten",
            _slip("forgets"),
            "Your velocity starts from zero at every call: that is gradient descent. Use the v you are given; zeros only where it "
            "is None.",
        ),
        WrongAnswer(
            "old_velocity_used",
            _slip("old velocity"),
            "You step along the velocity from before this gradient: the first step does not move. Update v, then step.",
        ),
        WrongAnswer(
            "only_first_parameter",
            _slip("first only"),
            "Only the first parameter moves. Does the loop return, or overwrite, before it reaches the others?",
        ),
        WrongAnswer("ascent", _slip("ascent"), "Your step goes uphill: subtract lr·v."),
    ],
    hints=[
        "If v is None, make a zero array of the right shape for every name: np.zeros_like(p).",
        "A dict comprehension makes a new dict of new arrays: {name: ... for name in params}.",
        "v_new[name] = beta * v[name] + grads[name]; then params_new[name] = params[name] - lr * v_new[name].",
    ],
)


# 07.3 ---------------------------------------------------------------------------------------- Nesterov, both forms


def nesterov(
    f_grad: Callable[[Array], Array], x0: ArrayLike, lr: float, beta: float, steps: int
) -> tuple[Array, Array]:
    x = theta = np.array(x0, dtype=float)
    v, u = np.zeros_like(x), np.zeros_like(x)
    own, torch = [x], [theta]
    for _ in range(steps):
        v = beta * v + f_grad(x - lr * beta * v)
        x = x - lr * v
        own.append(x)
        g = f_grad(theta)
        u = beta * u + g
        theta = theta - lr * (g + beta * u)
        torch.append(theta)
    return np.array(own), np.array(torch)


def nesterov_probes(rng: np.random.Generator) -> Probes:
    ravine, bowl = Quadratic([1.0, 10.0]), Quadratic(rng.uniform(0.5, 5.0, size=4))
    order = rng.permutation(4)
    turned = Quadratic(np.asarray(bowl.eigenvalues)[order])
    start = rng.normal(size=4)
    return {
        "a ravine": [Probe((ravine.grad, np.array([1.0, 1.0]), 0.1, 0.5, 3), what="½(x² + 10y²), 3 steps")],
        "four parameters": [Probe((bowl.grad, start, 0.1, 0.9, 25), what="a bowl in four parameters, 25 steps")],
        "the order of the parameters": [
            Probe((turned.grad, start[order], 0.1, 0.9, 25), what="the same bowl, parameters in another order")
        ],
        "not a quadratic": [
            Probe((Rosenbrock().grad, np.array([-1.2, 1.0]), 5e-4, 0.8, 30), what="Rosenbrock's valley, 30 steps")
        ],
        "few steps": [
            Probe((bowl.grad, start, 0.1, 0.7, 1), what="steps=1"),
            Probe((bowl.grad, start, 0.1, 0.7, 0), what="steps=0"),
        ],
        "no momentum": [Probe((bowl.grad, start, 0.1, 0.0, 6), what="beta=0")],
    }


def _wrong_nesterov(how: str) -> Callable[..., Any]:
    def run(f_grad: Any, x0: Any, lr: float, beta: float, steps: int) -> Any:
        x = theta = np.array(x0, dtype=float)
        v, u = np.zeros_like(x), np.zeros_like(x)
        own, torch = [x], [theta]
        shift = {"at x": 0.0, "sign": lr * beta, "no beta": -lr, "no rate": -beta}.get(how, -lr * beta)
        new = 1 - beta if how == "ema" else 1.0
        for _ in range(steps):
            v = beta * v + new * f_grad(x + shift * v)
            x = x - lr * v
            own.append(x)
            g = f_grad(theta)
            u = beta * u + new * g
            step = {"torch is momentum": u, "no beta in step": g + u}.get(how, new * g + beta * u)
            theta = theta - lr * step
            torch.append(theta)
        if how == "swapped":
            return np.array(torch), np.array(own)
        if how == "x twice":
            return np.array(own), np.array(own)
        if how == "theta twice":
            return np.array(torch), np.array(torch)
        if how == "no start":
            return np.array(own[1:]), np.array(torch[1:])
        return np.array(own), np.array(torch)

    return run


NESTEROV = Question(
    id="ch07.nesterov",
    points=3,
    signature="nesterov(f_grad, x0, lr, beta, steps)",
    reference=nesterov,
    probes=nesterov_probes,
    parts=("x", "theta"),
    rtol=1e-8,
    wrong_answers=[
        WrongAnswer(
            "gradient_at_x",
            _wrong_nesterov("at x"),
            "Your x-form takes the gradient at x: that is plain momentum, and from the second step on it differs. Take it at the "
            "look-ahead point x - lr·beta·v (§7.7).",
        ),
        WrongAnswer(
            "looks_back",
            _wrong_nesterov("sign"),
            "You look behind you: x + lr·beta·v is where the point came from. The step is -lr·v, so look ahead at "
            "x - lr·beta·v.",
        ),
        WrongAnswer(
            "looks_too_far",
            _wrong_nesterov("no beta"),
            "You look ahead by lr·v. Only the share β of the velocity survives the step: look at x - lr·beta·v.",
        ),
        WrongAnswer(
            "look_ahead_without_rate",
            _wrong_nesterov("no rate"),
            "You look ahead by beta·v without the rate. v is a sum of gradients here, and the path moves by lr·v.",
        ),
        WrongAnswer(
            "average_form",
            _wrong_nesterov("ema"),
            "You give the gradient the weight 1-β. Here v = beta·v + g, as in PyTorch.",
        ),
        WrongAnswer(
            "theta_is_plain_momentum",
            _wrong_nesterov("torch is momentum"),
            "Your theta-form steps by lr·v: that is plain momentum. PyTorch's Nesterov steps by lr·(g + beta·v).",
        ),
        WrongAnswer(
            "beta_missing_in_the_step",
            _wrong_nesterov("no beta in step"),
            "Your theta-form steps by lr·(g + v). The velocity enters with β: lr·(g + beta·v).",
        ),
        WrongAnswer("forms_exchanged", _wrong_nesterov("swapped"), "The two paths are exchanged: return x first, then theta."),
        WrongAnswer(
            "x_twice",
            _wrong_nesterov("x twice"),
            "Both your paths are x. The two forms run at different points: theta is the look-ahead point, theta = x - lr·beta·v.",
        ),
        WrongAnswer(
            "theta_twice",
            _wrong_nesterov("theta twice"),
            "Both your paths are theta, the look-ahead points. Nesterov's x lies one velocity behind: x = theta + lr·beta·v.",
        ),
        WrongAnswer(
            "no_start_row", _wrong_nesterov("no start"), "Your paths begin after the first step. Row 0 is the start."
        ),
    ],
    hints=[
        "Two loops, or one loop with two velocities: they never touch each other.",
        "x-form: g at x - lr·beta·v, then v = beta·v + g, then x - lr·v.",
        "theta-form: g at theta, then v = beta·v + g, then theta - lr·(g + beta·v), with the new v.",
    ],
)


# 07.4 ------------------------------------------------------------------------------------ the best pair, converted


def optimal_heavy_ball(mu: float, L: float, ema: bool = False) -> tuple[float, float]:
    lr = (2 / (np.sqrt(mu) + np.sqrt(L))) ** 2
    beta = ((np.sqrt(L) - np.sqrt(mu)) / (np.sqrt(L) + np.sqrt(mu))) ** 2
    return float(lr / (1 - beta) if ema else lr), float(beta)


def pair_probes(rng: np.random.Generator) -> Probes:
    mu, L = float(rng.uniform(0.01, 0.5)), float(rng.uniform(3.0, 60.0))
    return {
        "classical": [Probe((1.0, 100.0)), Probe((mu, L)), Probe((4.0, 9.0))],
        "average": [Probe((1.0, 100.0, True)), Probe((mu, L, True))],
        "round": [Probe((3.0, 3.0), what="mu = L = 3"), Probe((3.0, 3.0, True), what="mu = L = 3, ema=True")],
    }


def _wrong_pair(how: str) -> Callable[..., tuple[float, float]]:
    def pair(mu: float, L: float, ema: bool = False) -> tuple[float, float]:
        lr, beta = optimal_heavy_ball(mu, L)
        kappa = L / mu
        if how == "beta not squared":
            beta = float(np.sqrt(beta))
        if how == "lr not squared":
            lr = float(np.sqrt(lr))
        if how == "kappa":
            beta = ((kappa - 1) / (kappa + 1)) ** 2
        if how in ("gd rate", "no root"):
            lr = (2 if how == "gd rate" else 4) / (mu + L)
        if how == "nesterov":
            lr, beta = 1 / L, (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
        scale = {"not converted": 1.0, "wrong way": 1 - beta, "by 1 + beta": 1 / (1 + beta)}.get(how, 1 / (1 - beta))
        found = (lr * scale if ema else lr), beta
        return found[::-1] if how == "swapped" else found

    return pair


OPTIMAL_HEAVY_BALL = Question(
    id="ch07.optimal_heavy_ball",
    points=3,
    signature="optimal_heavy_ball(mu, L, ema=False)",
    reference=optimal_heavy_ball,
    probes=pair_probes,
    parts=("lr", "beta"),
    wrong_answers=[
        WrongAnswer(
            "not_converted",
            _wrong_pair("not converted"),
            "You return the same rate for both conventions. The average is (1-β) times the classical velocity, so its rate must be "
            "1/(1-β) times as large (§7.3).",
        ),
        WrongAnswer(
            "converted_the_wrong_way",
            _wrong_pair("wrong way"),
            "You multiply by 1-β where you should divide: the average is *smaller* than the velocity, so it needs a *larger* rate.",
        ),
        WrongAnswer(
            "beta_not_squared",
            _wrong_pair("beta not squared"),
            "Your β is its own root, (√κ-1)/(√κ+1): that is Nesterov's β, or the heavy ball's factor √β. Square it (§7.6).",
        ),
        WrongAnswer("rate_not_squared", _wrong_pair("lr not squared"), "Your rate lacks a square: α = (2/(√μ+√L))²."),
        WrongAnswer(
            "kappa_for_its_root",
            _wrong_pair("kappa"),
            "Your β has κ where √κ belongs. (κ-1)/(κ+1) is gradient descent's factor; a ball with its square as β rings on and on.",
        ),
        WrongAnswer(
            "rate_of_gradient_descent",
            _wrong_pair("gd rate"),
            "Your rate is 2/(μ+L), the best for gradient descent. With momentum the flat end can ring too: α = (2/(√μ+√L))².",
        ),
        WrongAnswer(
            "square_without_the_mixed_term",
            _wrong_pair("no root"),
            "Your rate is 4/(μ+L). The square of √μ+√L is μ+L+2√(μL): α = (2/(√μ+√L))² (§7.6).",
        ),
        WrongAnswer(
            "pair_of_nesterov",
            _wrong_pair("nesterov"),
            "That is Nesterov's pair, 1/L and (√κ-1)/(√κ+1). The heavy ball's rate is up to four times as large, its β the square.",
        ),
        WrongAnswer("order", _wrong_pair("swapped"), "You return (beta, lr). Asked for is (lr, beta)."),
    ],
    hints=[
        "Both ends are critically damped: √(αμ) = 1 - √β and √(αL) = 1 + √β.",
        "Add the two equations for α, subtract or divide them for β.",
        "For the average: the same path needs lr / (1 - beta).",
    ],
)


# 07.5 ---------------------------------------------------------------------------------------------------- stability


def is_stable(alpha: float, beta: float, lam: float, kind: str) -> bool:
    return bool(0 < alpha * lam < _limits(beta)[kind])


def _limits(beta: float) -> dict[str, float]:
    return {
        "classical": 2 * (1 + beta),
        "ema": 2 * (1 + beta) / (1 - beta),
        "nesterov": 2 * (1 + beta) / (1 + 2 * beta),
    }


def stability_probes(rng: np.random.Generator) -> Probes:
    groups: Probes = {}
    for kind in ("classical", "ema", "nesterov"):
        members = []
        for beta in (0.0, 0.5, 0.9, float(rng.uniform(0.2, 0.95))):
            for share in (0.3, 0.97, 1.03, 1.8):
                lam = float(rng.uniform(0.2, 20.0))
                members.append(Probe((share * _limits(beta)[kind] / lam, beta, lam, kind)))
        for share in rng.uniform(0.2, 3.0, size=4):                     # α·λ between all the limits
            members.append(Probe((float(share), 0.9, 1.0, kind)))
        groups[kind] = [*members, Probe((2.5, 0.9, 1.0, kind)), Probe((19.0, 0.9, 1.0, kind))]
    groups["a ridge"] = [Probe((0.1, beta, -1.0, kind)) for kind in ("classical", "ema", "nesterov") for beta in (0.0, 0.9)]
    return groups


def _wrong_stable(**other: Callable[[float], float]) -> Callable[..., bool]:
    """:func:`is_stable` with another limit for some kinds."""

    def stable(alpha: float, beta: float, lam: float, kind: str) -> bool:
        limit = other[kind](beta) if kind in other else _limits(beta)[kind]
        return bool(0 < alpha * lam < limit)

    return stable


def _slope_only(alpha: float, beta: float, lam: float, kind: str) -> bool:
    return bool(alpha * lam < _limits(beta)[kind])


def _ringing(alpha: float, beta: float, lam: float, kind: str) -> bool:
    """True while the roots are complex."""
    q = alpha * lam * (1 - beta if kind == "ema" else 1)
    b, c = (1 + beta - q, beta) if kind != "nesterov" else ((1 + beta) * (1 - q), beta * (1 - q))
    return bool(b * b < 4 * c)


IS_STABLE = Question(
    id="ch07.is_stable",
    points=3,
    signature="is_stable(alpha, beta, lam, kind)",
    reference=is_stable,
    probes=stability_probes,
    wrong_answers=[
        WrongAnswer(
            "classical_limit_for_ema",
            _wrong_stable(ema=lambda b: 2 * (1 + b)),
            "For the average you use the classical limit 2(1+β). Its rate is divided by 1/(1-β), so its limit is "
            "2(1+β)/(1-β): 38 in place of 3.8 at β=0.9 (§7.5).",
        ),
        WrongAnswer(
            "ema_limit_for_classical",
            _wrong_stable(classical=lambda b: 2 * (1 + b) / (1 - b)),
            "For classical momentum you use the limit of the average, 2(1+β)/(1-β). It is 2(1+β).",
        ),
        WrongAnswer(
            "gradient_descent_limit",
            _wrong_stable(classical=lambda b: 2.0, ema=lambda b: 2.0, nesterov=lambda b: 2.0),
            "You use gradient descent's limit, αλ < 2, for all kinds. The velocity moves it: p(-1) > 0 gives 2(1+β) for the "
            "classical form.",
        ),
        WrongAnswer(
            "long_run_rate",
            _wrong_stable(classical=lambda b: 2 * (1 - b)),
            "For the classical form you compare the long-run rate α/(1-β) with 2/λ. Across a steep valley the velocity brakes: the "
            "limit is higher than gradient descent's, 2(1+β), not lower.",
        ),
        WrongAnswer(
            "nesterov_as_classical",
            _wrong_stable(nesterov=lambda b: 2 * (1 + b)),
            "For Nesterov you use the limit of plain momentum. Its polynomial is z² - (1+β)(1-αλ)z + β(1-αλ); at z = -1 it is "
            "positive for αλ < 2(1+β)/(1+2β) (§7.7).",
        ),
        WrongAnswer(
            "ridge_called_stable",
            _slope_only,
            "You call a negative curvature stable. There p(1) = αλ is negative, so one root exceeds 1: the point leaves the ridge.",
        ),
        WrongAnswer(
            "only_ringing",
            _ringing,
            "You answer True only where the roots are complex. Real roots between -1 and 1 are stable too: a ball that crawls "
            "also comes home.",
        ),
    ],
    hints=[
        "Compute the roots of the polynomial (np.roots), or use the border.",
        "classical: z² - (1+β-αλ)z + β; ema: put α(1-β) for α; nesterov: z² - (1+β)(1-αλ)z + β(1-αλ).",
        "Stable means: both roots are smaller than 1 in absolute value. Return True or False.",
    ],
)


# 07.6 ------------------------------------------------------------------------------------------------------- claims

CLAIMS = Question(
    id="ch07.claims",
    points=3,
    signature="claims",
    reference={"A": False, "B": True, "C": False, "D": False, "E": True, "F": "lower beta"},
    wrong_answers=[
        WrongAnswer(
            "floor_lower",
            {"A": True},
            "Claim A: run ½x² with noise at α = 0.1. With β = 0.9 the variance at rest is 0.51, without momentum 0.053. The floor "
            "rises by about 1/(1-β) (§7.8).",
        ),
        WrongAnswer(
            "cures_vanishing",
            {"C": True},
            "Claim C: v is linear in g and at most 1/(1-β) times as large, in every layer alike. Run the ten-layer net of §7.10: "
            "with and without momentum it predicts the mean.",
        ),
        WrongAnswer(
            "always_faster",
            {"D": True},
            "Claim D: take κ = 1.5. Gradient descent shrinks by 0.2 a step, momentum with β = 0.9 never by less than √0.9 = 0.95.",
        ),
        WrongAnswer(
            "border_falls",
            {"B": False},
            "Claim B: run ½x² with α = 3 and β = 0.9, then with β = 0. The border is 2(1+β) = 3.8 against 2.",
        ),
        WrongAnswer(
            "same_number_same_method",
            {"E": False},
            "Claim E: m = (1-β)v for the same gradients, so a rate 1/(1-β) = 10 times as large gives the same path (§7.3). Run "
            "Momentum(0.5, 0.9, ema=True) and Momentum(0.05, 0.9).",
        ),
        WrongAnswer(
            "lowers_the_rate",
            {"F": "lower alpha"},
            "F: it rings, and while it rings the factor is √β, whatever α is. Run it: a lower α rings more slowly and dies no faster.",
        ),
        WrongAnswer(
            "raises_the_rate",
            {"F": "raise alpha"},
            "F: it rings, and while it rings the factor is √β, whatever α is. A higher α only raises the pitch, up to the border.",
        ),
        WrongAnswer(
            "raises_beta",
            {"F": "raise beta"},
            "F: a higher β is less friction, so it rings longer: √0.99 a step in place of √0.9.",
        ),
    ],
    hints=[
        "One parabola and twenty lines decide each of A, B, D and E.",
        "F: which of the two numbers is the factor of a ringing spring made of?",
    ],
)

QUESTIONS = [EMA, MOMENTUM_UPDATE, NESTEROV, OPTIMAL_HEAVY_BALL, IS_STABLE, CLAIMS]
