"""The graded questions of chapter 10."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chapters.ch10_schedules.given import Bowl, plan_works
from course_utils.objectives import Quadratic, Rosenbrock
from course_utils.questions import Call, Probe, Question, WrongAnswer
from course_utils.schedules import Cosine, Exponential, InverseTime, Step

Array = NDArray[np.float64]
Probes = dict[str, list[Probe]]

# 10.1 -------------------------------------------------------------------------------------------------- the formulas


def _wave(base: float, final: float, share: float, half: float = 0.5) -> float:
    return final + half * (base - final) * (1 + math.cos(math.pi * share))


def rate(kind: str, t: float, p: dict[str, float]) -> float:
    return _rate(kind, t, p, "")


def _decay(kind: str, t: float, p: dict[str, float], bug: str) -> float:
    """The five without an end."""
    base, k = p["base"], p.get("k", 0.0)
    if kind == "exponential":
        return base * (math.exp(-(1 - p["gamma"]) * t) if bug == "e" else p["gamma"] ** t)
    if kind == "step":
        drops = t / p["every"] if bug == "no floor" else t // p["every"]
        return base * p["gamma"] ** drops
    if kind == "time-based":
        return base / (1 + k * t)
    if kind == "square":
        return base / (1 + k * t * t) if bug == "square of t" else base / (1 + k * t) ** 2
    return base / (1 + math.sqrt(k * t)) if bug == "one outside" else base / math.sqrt(1 + k * t)


def _rate(kind: str, t: float, p: dict[str, float], bug: str) -> float:
    """The eight schedules, with at most one bug."""
    if bug == "t + 1":
        t = t + 1
    if kind not in ("cosine", "warmup", "restarts"):
        return _decay(kind, t, p, bug)
    half = 1.0 if bug == "no half" else 0.5
    base, final = p["base"], 0.0 if bug == "no final" else p["final"]
    if kind == "restarts":
        period = p["first"]
        while t > period if bug == "one late" else t >= period:
            t, period = t - period, period * (1 if bug == "same length" else p["factor"])
        return _wave(base, final, t / period, half)
    warmup = p.get("warmup", 0)
    if t < warmup:
        return base * (t + 1 if bug == "from one" else t) / warmup
    left = p["total"] - warmup
    if bug == "no shift":
        warmup, left = 0, p["total"]
    if bug == "too long":
        left = p["total"]
    share = (t - warmup) / left
    unbounded = bug == "comes back" or bug == f"{kind} comes back"
    return _wave(base, final, share if unbounded else min(1.0, share), half)


def _buggy(bug: str) -> Callable[..., float]:
    return lambda kind, t, p: _rate(kind, t, p, bug)


def _changes_base(kind: str, t: float, p: dict[str, float]) -> float:
    p["base"] = _rate(kind, t, p, "")
    return p["base"]


def _asked(kind: str, p: dict[str, float], times: list[float]) -> Callable[[Call], Any]:
    """Ask one and the same settings several times, out of order."""

    def drive(answer: Call) -> list[Any]:
        mine = dict(p)
        return [answer(kind, t, mine) for t in times]

    return drive


def rate_probes(rng: np.random.Generator) -> Probes:
    base, k = float(np.round(rng.uniform(0.05, 0.5), 3)), float(np.round(rng.uniform(0.02, 0.3), 3))
    gamma, final = float(np.round(rng.uniform(0.8, 0.97), 3)), float(np.round(base / rng.integers(5, 20), 4))
    total, warmup, t = int(rng.integers(40, 90)), int(rng.integers(4, 10)), int(rng.integers(11, 39))
    every, first, factor = int(rng.integers(6, 11)), int(rng.integers(5, 9)), int(rng.integers(2, 4))
    decay, wave = {"base": base, "k": k}, {"base": base, "total": total, "final": final}
    warm, restarts = {**wave, "warmup": warmup}, {"base": base, "first": first, "factor": factor, "final": final}

    def at(kind: str, p: dict[str, float], *times: float) -> list[Probe]:
        return [Probe((kind, time, dict(p))) for time in times]

    return {
        "exponential": at("exponential", {"base": 0.1, "gamma": 0.95}, 10) + at("exponential", {"base": base, "gamma": gamma}, 0, t),
        "step": at("step", {"base": 0.1, "gamma": 0.5, "every": 10}, 9, 10, 25)
        + at("step", {"base": base, "gamma": gamma, "every": every}, every - 1, every, t),
        "time-based": at("time-based", {"base": 0.1, "k": 0.1}, 10) + at("time-based", decay, 0, t),
        "square": at("square", {"base": 0.1, "k": 0.1}, 10) + at("square", decay, 0, t),
        "inverse root": at("inverse root", {"base": 0.1, "k": 1.0}, 99) + at("inverse root", decay, 0, t),
        "cosine": at("cosine", {"base": 0.1, "total": 100, "final": 0.01}, 0, 25, 50, 100)
        + at("cosine", wave, t, total, total + 5),
        "warmup": at("warmup", {"base": 0.3, "total": 20, "warmup": 5, "final": 0.01}, 0, 1, 5, 10, 12.5, 20)
        + at("warmup", warm, warmup - 1, warmup, t, total, total + 3),
        "restarts": at("restarts", {"base": 0.1, "first": 10, "factor": 2, "final": 0.0}, 5, 10, 20, 30, 70)
        + at("restarts", restarts, first - 1, first, t, first * (1 + factor), 150),
        "asked again": [
            Probe(drive=_asked("exponential", {"base": base, "gamma": gamma}, [3, 3, 0, t]), what="t = 3, 3, 0 with one dict p"),
            Probe(drive=_asked("cosine", wave, [t, t, 0]), what="a cosine asked again with one dict p"),
        ],
    }


RATE = Question(
    id="ch10.rate",
    points=4,
    signature="rate(kind, t, p)",
    reference=rate,
    probes=rate_probes,
    wrong_answers=[
        WrongAnswer(
            "t_off_by_one",
            _buggy("t + 1"),
            "Your schedules are one step ahead: you use t + 1. Here t counts the steps already taken, so the first step (t = 0) "
            "gets the full base rate (§10.3).",
        ),
        WrongAnswer(
            "cosine_without_the_half",
            _buggy("no half"),
            "Your cosine begins at twice the base rate. 1 + cos runs from 2 to 0, so it needs the factor ½ (§10.5).",
        ),
        WrongAnswer(
            "final_ignored",
            _buggy("no final"),
            "Your cosines end at 0 whatever `final` says. The wave runs between final and base: final + ½(base - final)(1 + cos …).",
        ),
        WrongAnswer(
            "warmup_without_shift",
            _buggy("no shift"),
            "At the end of the warmup your rate jumps down: the cosine reads t as if it had begun at 0. Hand it t - warmup, over "
            "the remaining total - warmup steps (§10.5).",
        ),
        WrongAnswer(
            "tail_too_long",
            _buggy("too long"),
            "After the warmup your cosine takes `total` steps more, so at t = total it has not come to `final`. It has total - warmup.",
        ),
        WrongAnswer(
            "warmup_from_one",
            _buggy("from one"),
            "Your warmup begins at base/warmup and reaches base a step early. Here it begins at 0: base · t / warmup. (Some "
            "libraries do it your way, to waste no step.)",
        ),
        WrongAnswer(
            "restarts_of_equal_length",
            _buggy("same length"),
            "Your periods all have the length `first`. Each is `factor` times as long as the one before: with 10 and 2 the restarts "
            "stand at 10, 30, 70 (§10.5).",
        ),
        WrongAnswer(
            "base_changed",
            _changes_base,
            "Each call changes p[\"base\"], so the same t gives another rate the next time. A schedule is a pure function of t: keep "
            "the result in a variable of your own (§10.9).",
        ),
        WrongAnswer(
            "step_not_floored",
            _buggy("no floor"),
            "Your step decay falls a little at every step: that is an exponential. It drops at every, 2·every, …: take t // every.",
        ),
        WrongAnswer(
            "cosine_comes_back",
            _buggy("comes back"),
            "After `total` your rate rises again, as PyTorch's does. Here it stays at final: use min(t, total).",
        ),
        WrongAnswer(
            "plain_cosine_comes_back",
            _buggy("cosine comes back"),
            "After `total` the rate of your \"cosine\" rises again; that of your \"warmup\" stays. Both stay: use min(t, total) in "
            "the first as well.",
        ),
        WrongAnswer(
            "warmed_cosine_comes_back",
            _buggy("warmup comes back"),
            "After `total` the rate of your \"warmup\" rises again; that of your \"cosine\" stays. Both stay: use min(t, total) in "
            "the second as well.",
        ),
        WrongAnswer(
            "restart_one_step_late",
            _buggy("one late"),
            "At a restart you still give the end of the old period: `t > period` takes t = period for its last step. A period of "
            "10 has the steps 0 to 9; at 10 the next one begins with the base rate. Take `t >= period`.",
        ),
        WrongAnswer(
            "gamma_as_e",
            _buggy("e"),
            "You use e^(-(1-γ)t). It resembles γ^t only near γ = 1: the exponent that fits is t·ln γ. Take gamma ** t (§10.3).",
        ),
        WrongAnswer(
            "square_of_t_only",
            _buggy("square of t"),
            "Your square decay is base/(1 + k t²). The whole bracket is squared: base/(1 + k t)² (E81).",
        ),
        WrongAnswer(
            "one_outside_the_root",
            _buggy("one outside"),
            "Your inverse root has the 1 outside the root. It is base/√(1 + k t); the two differ most in the first steps.",
        ),
    ],
    hints=[
        "Each is one line. Only restarts needs a loop: take off whole periods until t lies in the current one.",
        "warmup: below `warmup` a line from 0; from there on a cosine whose own clock is t - warmup, for total - warmup steps.",
        "final + 0.5 * (base - final) * (1 + math.cos(math.pi * share)), with share = min(1, t / total).",
    ],
)


# 10.2 ----------------------------------------------------------------------------------------------- the range test


def range_test(fun: Any, x0: Array, low: float, high: float, steps: int) -> tuple[Array, Array, float]:
    return _range_test(fun, x0, low, high, steps, "")


def _range_test(fun: Any, x0: Array, low: float, high: float, steps: int, bug: str) -> tuple[Array, Array, float]:
    """The test, with at most one bug."""
    x = x0 if bug == "in place" else np.array(x0, dtype=float)
    rates, losses = list[float](), list[float]()
    for lr in np.linspace(low, high, steps) if bug == "linear" else np.geomspace(low, high, steps):
        loss, g = fun(np.asarray(x0, dtype=float) if bug == "fresh" else x)
        if bug in ("after", "fresh"):
            loss = fun((np.asarray(x0, dtype=float) if bug == "fresh" else x) - lr * g)[0]
        bad = not loss <= 4 * (losses[0] if losses else loss)
        if bad and bug == "last left out":
            break
        rates.append(float(lr))
        losses.append(float(loss))
        if bad and bug != "no stop":
            break
        if bug == "in place":
            x -= lr * g
        else:
            x = x - lr * g
    seen = np.where(np.isfinite(losses), losses, np.inf)
    bars = {"0.9 of loss": 0.9 * seen[0], "0.1 of loss": 0.1 * seen[0], "over lowest": seen.min() / 0.9}
    good = np.flatnonzero(seen <= bars.get(bug, seen[0] - 0.9 * (seen[0] - seen.min())))
    edge, lowest = rates[good[-1]], rates[int(seen.argmin())]
    found = {"lowest": lowest, "tenth of lowest": lowest / 10, "blow-up": rates[-1] / 10, "edge": edge}
    return np.array(rates), np.array(losses), found.get(bug, edge / 10)


def _tested(bug: str) -> Callable[..., Any]:
    return lambda fun, x0, low, high, steps: _range_test(fun, x0, low, high, steps, bug)


def _in_bounds(curvatures: Array, x0: Array) -> Callable[[Call], Any]:
    """Is the suggestion within 0.1 to 1 times 2/L?"""

    def drive(answer: Call) -> bool:
        suggestion = answer(Quadratic(curvatures).value_and_grad, x0.copy(), 1e-6, 10.0, 200)[2]
        return bool(0.1 <= suggestion * max(curvatures) / 2 <= 1)

    return drive


def range_probes(rng: np.random.Generator) -> Probes:
    bowls = [np.array([1.0, kappa * rng.uniform(0.8, 1.2)]) for kappa in (5, 40)]
    starts = rng.normal(size=(2, 2)) + np.array([2.0, 2.0])
    ring, valley = Quadratic([2.0, 3.0, 30.0]), Rosenbrock()
    start = rng.uniform(1.0, 2.0, size=3)
    return {
        "two bowls": [
            Probe((Quadratic(lam).value_and_grad, x, 1e-5, 10.0, 80), what="a bowl, rates from 1e-5 to 10 in 80 steps")
            for lam, x in zip(bowls, starts, strict=True)
        ],
        "three curvatures": [Probe((ring.value_and_grad, start, 1e-4, 5.0, 60), what="curvatures 2, 3 and 30")],
        "a curved valley": [
            Probe((valley.value_and_grad, np.array([-1.2, 1.0]), 1e-6, 1.0, 120), what="Rosenbrock's valley")
        ],
        "never blows up": [Probe((ring.value_and_grad, start, 1e-5, 0.01, 30), what="rates from 1e-5 to 0.01 only")],
        "between 0.1 and 1 of 2/L": [
            Probe(drive=_in_bounds(lam, x), what="the suggestion on a bowl, held against 2/L")
            for lam, x in zip(bowls, starts, strict=True)
        ],
    }


RANGE_TEST = Question(
    id="ch10.range_test",
    points=3,
    signature="range_test(fun, x0, low, high, steps)",
    reference=range_test,
    probes=range_probes,
    parts=("rates", "losses", "suggestion"),
    rtol=1e-6,
    atol=1e-300,
    wrong_answers=[
        WrongAnswer(
            "rates_evenly_spaced",
            _tested("linear"),
            "Your rates grow by a constant amount. Between 1e-5 and 10 nearly all of them are then above 0.1. Let them grow by a "
            "constant factor: np.geomspace.",
        ),
        WrongAnswer(
            "fresh_start_each_time",
            _tested("fresh"),
            "You go back to x0 for every rate. The test is one run: x moves on while the rate rises (§10.7).",
        ),
        WrongAnswer(
            "loss_after_the_step",
            _tested("after"),
            "You record the loss after the step. Record the loss that fun returns together with the gradient, then step.",
        ),
        WrongAnswer(
            "no_stop",
            _tested("no stop"),
            "You go on after the loss has blown up. Record that loss and stop; the rest is inf and nan.",
        ),
        WrongAnswer(
            "blow_up_left_out",
            _tested("last left out"),
            "You stop before you record the loss that blew up. Record it, then stop: it says where the test ended.",
        ),
        WrongAnswer(
            "lowest_point",
            _tested("lowest"),
            "You suggest the rate at which the loss was lowest. The loss answers late: on a bowl that rate is up to six times "
            "2/L (§10.7). Take a tenth of the edge.",
        ),
        WrongAnswer(
            "tenth_of_the_lowest_point",
            _tested("tenth of lowest"),
            "You take a tenth of the lowest point's rate. The floor of the valley is flat and its lowest point an accident: take "
            "the *largest* rate that has kept nine tenths of the fall.",
        ),
        WrongAnswer(
            "tenth_of_the_blow_up",
            _tested("blow-up"),
            "You take a tenth of the last rate. Where nothing blew up, that is only where you stopped looking. Use the largest rate "
            "that has kept nine tenths of the fall.",
        ),
        WrongAnswer(
            "nine_tenths_of_the_loss",
            _tested("0.9 of loss"),
            "You call a rate good where the loss is at most nine tenths of the first one; it has then fallen by a tenth only. "
            "It must have kept nine tenths of the *fall*, which runs from the first loss to the lowest.",
        ),
        WrongAnswer(
            "fall_to_zero",
            _tested("0.1 of loss"),
            "You call a rate good where the loss is at most a tenth of the first one. That measures the fall down to 0; here it "
            "ends at the lowest loss, and no run may come near 0. Take nine tenths of first - lowest.",
        ),
        WrongAnswer(
            "nine_tenths_of_the_lowest",
            _tested("over lowest"),
            "You hold the loss against the lowest one, divided by 0.9. Near 0 such a bar admits hardly any rate. Nine tenths "
            "belong to the *fall*, first - lowest.",
        ),
        WrongAnswer(
            "edge_itself",
            _tested("edge"),
            "You suggest the edge itself. It may be six times 2/L; a tenth of it is safe (§10.7).",
        ),
        WrongAnswer(
            "x0_changed",
            _tested("in place"),
            "You change x0: `x -= …` works on the array that you were handed. Use x = x - lr * g, or begin with a copy.",
        ),
    ],
    hints=[
        "One loop over np.geomspace(low, high, steps): evaluate, record, perhaps stop, step.",
        "`not loss <= 4 * losses[0]` is true for nan as well.",
        "Good rates: np.flatnonzero(losses <= first - 0.9 * (first - lowest)); the last of them is the edge.",
    ],
)


# 10.3 ----------------------------------------------------------------------------------------- the crossing, and claims

CLAIMS = Question(
    id="ch10.claims",
    points=3,
    signature="claims",
    reference={
        "crossing": 2.5128624172523393,
        "before": "exponential",
        "after": "square",
        "A": False,
        "B": False,
        "C": True,
        "D": False,
        "E": True,
        "F": False,
    },
    rtol=2e-3,
    wrong_answers=[
        WrongAnswer(
            "crossing_at_the_start",
            {"crossing": 0.0},
            "crossing: at kt = 0 both rates are α₀; that is where they begin. Look for the other root of 2 ln(1 + u) = u, between 2 and 3.",
        ),
        WrongAnswer(
            "crossing_in_steps",
            {"crossing": 25.128624172523393},
            "crossing: that is t for k = 0.1. The question asks for u = kt, which is the same for every k.",
        ),
        WrongAnswer(
            "crossing_too_coarse",
            {"crossing": 2.5},
            "crossing: 2.5 has two digits; three are asked for. Halve the interval a few times more.",
        ),
        WrongAnswer(
            "sentence_believed",
            {"before": "square", "after": "square"},
            "before: you say the square is larger throughout, as the article does (E81). Print both at u = 1: 0.25 and 0.37.",
        ),
        WrongAnswer(
            "order_exchanged",
            {"before": "square", "after": "exponential"},
            "before, after: exchanged. At first the square falls twice as steeply, slope -2k against -k; in the end e^(-u) beats every power.",
        ),
        WrongAnswer(
            "adam_needs_no_schedule",
            {"A": True},
            "Claim A: run Adam on a noisy bowl with a constant and with a cosine rate, both tuned (§10.6). Dividing by √v̂ does not lower α.",
        ),
        WrongAnswer(
            "falling_is_always_better",
            {"B": True},
            "Claim B: on the separable moons the best constant rate ends lower, in the median of three seeds (§10.8). "
            "Without contradictions among the examples there is no floor to remove.",
        ),
        WrongAnswer(
            "reach_denied",
            {"C": False},
            "Claim C: add up 0.1·0.9^t; the sum is 1. By the triangle inequality no run with gradients up to 1 gets farther (§10.4).",
        ),
        WrongAnswer(
            "warmup_cures_a_high_rate",
            {"D": True},
            "Claim D: run the bowl of §10.6 with α = 0.11 for 1000 steps. Warmup delays the divergence and does not prevent it.",
        ),
        WrongAnswer(
            "velocity_forms_differ_always",
            {"E": False},
            "Claim E: at a constant rate the two velocities differ by the factor α only, and θ is the same. Run §10.9's last table.",
        ),
        WrongAnswer(
            "cut_is_as_good",
            {"F": True},
            "Claim F: a cosine cut in the middle never had its quiet phase. Compare rows 2 and 3 of the table in §10.5.",
        ),
    ],
    hints=[
        "With u = kt the rates cross where (1 + u)² = e^u. Take logarithms and halve an interval, or iterate u = 2 ln(1 + u).",
        "For each claim there is a cell in §10.4 to §10.9. Change one number there and run it.",
    ],
)


# 10.4 ---------------------------------------------------------------------------------------------- stopping short


def left_over(distance: float, base: float, gamma: float, slope: float, steps: int) -> tuple[float, float]:
    return _left_over(distance, base, gamma, slope, steps, "")


def _left_over(distance: float, base: float, gamma: float, slope: float, steps: int, bug: str) -> tuple[float, float]:
    """What is left of the way, and the limit, with at most one bug."""
    x, lr = distance, base
    for t in range(1, steps + 1):
        lr = base * gamma**t if bug == "one ahead" else lr
        x = x - lr * slope
        lr = lr * gamma ** (t if bug == "twice" else 1)
    if bug in ("forever", "forever, γ below 1"):
        x = distance - base * slope / (1 - gamma) if gamma < 1 or bug != "forever" else -math.inf
    limit = 1 - base * slope / distance
    if bug == "no slope":
        limit = 1 - base / distance
    if bug == "share":
        limit = base * slope / distance
    return (x if bug == "below zero" else max(x, 0.0)), (limit if bug == "negative limit" else max(limit, 0.0))


def _left(bug: str) -> Callable[..., Any]:
    return lambda distance, base, gamma, slope, steps: _left_over(distance, base, gamma, slope, steps, bug)


def left_probes(rng: np.random.Generator) -> Probes:
    distance, base = float(np.round(rng.uniform(2, 5), 2)), float(np.round(rng.uniform(0.1, 0.3), 2))
    slope, gamma = float(np.round(rng.uniform(1.5, 3), 2)), float(np.round(rng.uniform(0.8, 0.9), 3))
    return {
        "too fast a decay": [Probe((3.0, 0.1, 0.95, 1.0, 2000)), Probe((distance, base, gamma, slope, 400))],
        "the first steps": [Probe((3.0, 0.1, 0.95, 1.0, 1)), Probe((distance, base, gamma, slope, 3))],
        "arrives": [Probe((1.0, 0.1, 0.95, 1.0, 400)), Probe((distance, base, 1.0, slope, 400))],
        "any decay arrives": [Probe((0.5, 1.0, 0.5, slope, 10))],
    }


LEFT_OVER = Question(
    id="ch10.left_over",
    points=2,
    signature="left_over(distance, base, gamma, slope, steps)",
    reference=left_over,
    probes=left_probes,
    parts=("left", "limit"),
    wrong_answers=[
        WrongAnswer(
            "first_rate_already_decayed",
            _left("one ahead"),
            "Your first step uses base·γ. The first step has t = 0 and the full rate; the sum begins with base (§10.4).",
        ),
        WrongAnswer(
            "decayed_twice",
            _left("twice"),
            "You multiply a rate that has decayed already by γ^t. Either rate = base·γ^t or rate *= γ, not both.",
        ),
        WrongAnswer(
            "sum_to_infinity",
            _left("forever"),
            "You use the infinite sum base/(1-γ) for a run of finitely many steps. Add up the first `steps` rates only.",
        ),
        WrongAnswer(
            "sum_to_infinity_for_any_gamma",
            _left("forever, γ below 1"),
            "You use the infinite sum base/(1-γ) for a run of finitely many steps, and at γ = 1 it divides by 0. Add up the "
            "first `steps` rates only.",
        ),
        WrongAnswer(
            "slope_left_out",
            _left("no slope"),
            "Your limit ignores the slope. A steeper gradient goes farther at the same rate: the reach is base·slope/(1-γ).",
        ),
        WrongAnswer(
            "limit_is_the_share",
            _left("share"),
            "Your limit is base·slope/distance; that is 1 - γ. Solve base·slope/(1-γ) = distance for γ.",
        ),
        WrongAnswer(
            "below_zero",
            _left("below zero"),
            "You go on beyond the valley: what is left becomes negative. Whoever has arrived has 0 left.",
        ),
        WrongAnswer(
            "negative_limit",
            _left("negative limit"),
            "Your limit is negative where the first step alone is long enough. A factor γ is not below 0: return 0.0 there.",
        ),
    ],
    hints=[
        "The way is slope times the sum of the rates used; t runs from 0 to steps - 1.",
        "With steps without end the way is base·slope/(1-γ). For which γ is that the distance?",
    ],
)


# 10.5 ------------------------------------------------------------------------------------------------- a plan

PLAN = Question(
    id="ch10.plan",
    points=2,
    signature="plan",
    reference={"base": 0.34, "gamma": 0.7, "every": 30},
    accepts=plan_works,
    wrong_answers=[
        WrongAnswer(
            "the_example",
            {"base": 0.5, "gamma": 0.2, "every": 60},
            "That is the best row of the table in §10.1, with a mean loss of 0.080. Lower the first rate, and let it fall less at a time.",
        ),
        WrongAnswer(
            "best_constant",
            {"base": 0.1, "gamma": 1.0, "every": 200},
            "γ = 1 never drops: this is the best constant rate, at 0.078. Begin higher and end lower.",
        ),
        WrongAnswer(
            "published_default",
            {"base": 0.1, "gamma": 0.1, "every": 30},
            "A drop to a tenth every 30 steps is the usual default for long runs. Here the rates add up to about 3.3, and in the flat "
            "direction, λ = 0.05, about 85 percent of the start is left.",
        ),
    ],
    hints=[
        "Print bias and noise. Bias too large: later drops, larger γ or base. Noise too large: a lower last rate.",
        "Bases around 0.3 and last rates of about a tenth of it work; γ between 0.5 and 0.7.",
    ],
)


# 10.6 ------------------------------------------------------------------------------------------------- resume


def resume(
    grad: Any, x: Array, v: Array, epoch: int, epochs: int, steps_per_epoch: int, schedule: Any, beta: float
) -> tuple[Array, Array]:
    for t in range(epoch * steps_per_epoch, epochs * steps_per_epoch):
        v = beta * v + grad(x)
        x = x - schedule(t) * v
    return x, v


def _resumed(bug: str) -> Callable[..., Any]:
    """:func:`resume` with one bug."""

    def run(grad: Any, x: Any, v: Any, epoch: int, epochs: int, n: int, schedule: Any, beta: float) -> Any:
        first, last = epoch * n, (epoch + epochs if bug == "so many more" else epochs) * n
        first += n if bug == "epoch left out" else 0
        v = np.zeros_like(v) if bug == "v forgotten" else v
        for t in range(first, last):
            clock = {"t forgotten": t - first, "epochs": t // n, "held": t // n * n, "t + 1": t + 1, "t + n": t + n}.get(bug, t)
            lr, g = schedule(clock), grad(x)
            if bug == "in place":
                v *= beta
                v += g
                x -= lr * v
                continue
            v = beta * v + (lr * g if bug == "inside" else (1 - beta) * g if bug == "average" else g)
            x = x - (v if bug == "inside" else lr * v)
        return x, v

    return run


def _in_two_parts(bowl: Bowl, x: Array, v: Array, stop: int, epochs: int, n: int, schedule: Any) -> Callable[[Call], Any]:
    """Break off after ``stop`` epochs, go on, and run it whole."""

    def drive(answer: Call) -> Any:
        part = answer(bowl, x.copy(), v.copy(), 0, stop, n, schedule, 0.9)
        rest = answer(bowl, np.array(part[0]), np.array(part[1]), stop, epochs, n, schedule, 0.9)
        return [tuple(rest), tuple(answer(bowl, x.copy(), v.copy(), 0, epochs, n, schedule, 0.9))]

    return drive


def resume_probes(rng: np.random.Generator) -> Probes:
    x, v = rng.normal(size=(2, 3)) + 1.0
    bowl, n = Bowl(rng.uniform(0.5, 5.0, size=3)), int(rng.integers(4, 8))
    cosine, drops = Cosine(0.05, total=6 * n), Step(0.05, every=2 * n + 1, gamma=0.3)
    wide = Bowl(rng.uniform(0.5, 3.0, size=(2, 3)))
    single = Bowl(np.array([1.0, 2.0], dtype=np.float32))
    return {
        "from epoch 2": [
            Probe((bowl, x, v, 2, 5, n, cosine, 0.9), what=f"epochs 2 to 4 of {n} steps, a cosine"),
            Probe((bowl, x, v, 1, 4, n, drops, 0.8), what=f"epochs 1 to 3 of {n} steps, a drop in mid-epoch"),
        ],
        "from the start": [Probe((bowl, x, np.zeros(3), 0, 3, n, Exponential(0.05, 0.97), 0.9), what="epochs 0 to 2")],
        "parts and whole": [
            Probe(drive=_in_two_parts(bowl, x, np.zeros(3), 3, 6, n, cosine), what="3 epochs, a break, and 3 more, against 6")
        ],
        "nothing left to do": [Probe((bowl, x, v, 4, 4, n, cosine, 0.9), what="epoch = epochs")],
        "a matrix": [Probe((wide, np.ones((2, 3)), np.ones((2, 3)), 1, 3, n, InverseTime(0.1, 0.1), 0.9), what="x of shape (2, 3)")],
        "float32": [
            Probe(
                (single, np.ones(2, np.float32), np.full(2, 0.5, np.float32), 1, 2, n, Step(0.05, n, 0.5), 0.9),
                what="float32 arrays",
            )
        ],
    }


RESUME = Question(
    id="ch10.resume",
    points=3,
    signature="resume(grad, x, v, epoch, epochs, steps_per_epoch, schedule, beta)",
    reference=resume,
    probes=resume_probes,
    parts=("x", "v"),
    wrong_answers=[
        WrongAnswer(
            "schedule_starts_over",
            _resumed("t forgotten"),
            "Your schedule starts over at t = 0, so the resumed run jumps back to the high first rate. Go on at "
            "t = epoch · steps_per_epoch (§10.9).",
        ),
        WrongAnswer(
            "epochs_for_steps",
            _resumed("epochs"),
            "You hand the schedule the number of the epoch. It counts steps; with epochs it falls far too slowly (§10.3).",
        ),
        WrongAnswer(
            "rate_held_for_an_epoch",
            _resumed("held"),
            "You ask the schedule once an epoch and keep the rate. That is a choice other codes make; this schedule changes with "
            "every step. Ask it inside the inner loop.",
        ),
        WrongAnswer(
            "one_step_ahead",
            _resumed("t + 1"),
            "You are one step ahead: the first step of the run uses schedule(0), and step t of the loop schedule(t).",
        ),
        WrongAnswer(
            "one_epoch_left_out",
            _resumed("epoch left out"),
            "You begin with the epoch after `epoch`. After `epoch` epochs the epochs 0 to epoch - 1 are done, so the next one "
            "has the number `epoch`.",
        ),
        WrongAnswer(
            "one_epoch_ahead",
            _resumed("t + n"),
            "Your schedule is one epoch ahead: you count epoch + 1 epochs as done. After `epoch` epochs, epoch · steps_per_epoch "
            "steps were taken.",
        ),
        WrongAnswer(
            "velocity_forgotten",
            _resumed("v forgotten"),
            "You set v to 0 on resuming. The velocity is part of the state: without it the first ten or so steps are too short (§10.9).",
        ),
        WrongAnswer(
            "rate_inside_the_velocity",
            _resumed("inside"),
            "Your velocity contains the rate. At a constant rate the path is the same; under a schedule, v goes on with old rates "
            "(§10.9). Here v = βv + g and x = x - rate·v.",
        ),
        WrongAnswer(
            "velocity_as_average",
            _resumed("average"),
            "Your velocity is an average, βv + (1-β)g: steps are shorter by 1-β. The course's momentum is v = βv + g (chapter 7).",
        ),
        WrongAnswer(
            "so_many_epochs_more",
            _resumed("so many more"),
            "You train `epochs` epochs more. `epochs` is the number in all; `epoch` of them are done.",
        ),
        WrongAnswer(
            "state_changed_in_place",
            _resumed("in place"),
            "You change x or v in place: the checkpoint that you were handed is spoiled. Use x = x - …, v = beta * v + ….",
        ),
    ],
    hints=[
        "Which steps are still to do? The first has the number epoch · steps_per_epoch, the last epochs · steps_per_epoch - 1.",
        "One loop over these t: v = beta * v + grad(x); x = x - schedule(t) * v.",
    ],
)

QUESTIONS = [RATE, RANGE_TEST, CLAIMS, LEFT_OVER, PLAN, RESUME]
"""Chapter 10: Learning-rate strategies."""
