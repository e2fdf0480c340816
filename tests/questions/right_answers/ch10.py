"""Right answers to the questions of chapter 10."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from course_utils import schedules

# ch10.rate ------------------------------------------------------------------------------------------------------------


def rate_by_the_library(kind, t, p):
    if kind == "square":
        return schedules.InverseTime(p["base"], p["k"])(t) ** 2 / p["base"]
    if kind == "warmup":
        tail = schedules.Cosine(p["base"], p["total"] - p["warmup"], p["final"])
        return schedules.Warmup(p["warmup"], tail)(t)
    makers = {
        "exponential": schedules.Exponential,
        "step": schedules.Step,
        "time-based": schedules.InverseTime,
        "inverse root": schedules.InverseSqrt,
        "cosine": schedules.Cosine,
        "restarts": schedules.WarmRestarts,
    }
    return makers[kind](**p)(t)


def rate_by_match(kind, t, p):
    match kind:
        case "exponential":
            return p["base"] * np.exp(t * np.log(p["gamma"]))
        case "step":
            return p["base"] * np.prod([p["gamma"]] * math.floor(t / p["every"]))
        case "time-based" | "square" | "inverse root":
            power = {"time-based": -1, "square": -2, "inverse root": -0.5}[kind]
            return p["base"] * np.power(1.0 + p["k"] * t, power)
        case "cosine":
            start, length = 0, p["total"]
        case "warmup":
            start, length = p["warmup"], p["total"] - p["warmup"]
            if t <= start:
                return np.interp(t, [0, start], [0.0, p["base"]])
        case "restarts":
            start, length = 0, p["first"]
            while start + length <= t:
                start, length = start + length, length * p["factor"]
    phase = np.clip((t - start) / length, 0, 1)
    return p["final"] + (p["base"] - p["final"]) * np.cos(np.pi * phase / 2) ** 2


def rate_by_averages(kind, t, p):
    """The wave as a weighted mean of its two ends; restarts by the lengths added up."""
    base = p["base"]
    if kind in ("exponential", "step"):
        return base * p["gamma"] ** (t if kind == "exponential" else int(t / p["every"]))
    if "k" in p:
        shrink = 1 / (1 + p["k"] * t)
        return base * {"time-based": shrink, "square": shrink * shrink, "inverse root": shrink**0.5}[kind]
    if kind == "restarts":
        ends = list(itertools.accumulate(p["first"] * p["factor"] ** j for j in range(30)))
        period = next(j for j, end in enumerate(ends) if t < end)
        begin = ends[period - 1] if period else 0
        done = (t - begin) / (ends[period] - begin)
    else:
        warmup = p.get("warmup", 0)
        if t < warmup:
            return t * (base / warmup)
        done = min(t - warmup, p["total"] - warmup) / (p["total"] - warmup)
    weight = (1 - math.cos(math.pi * done)) / 2
    return (1 - weight) * base + weight * p["final"]


# ch10.range_test ------------------------------------------------------------------------------------------------------


def range_by_factor(fun, x0, low, high, steps):
    factor, x, record = (high / low) ** (1 / (steps - 1)), np.asarray(x0, dtype=float), []
    for i in range(steps):
        lr = low * factor**i
        loss, g = fun(x)
        record.append((lr, loss))
        if not np.isfinite(loss) or loss > 4 * record[0][1]:
            break
        x = x - lr * np.asarray(g)
    first, lowest = record[0][1], min(loss for _, loss in record)
    kept = [lr for lr, loss in record if first - loss >= 0.9 * (first - lowest)]
    return np.array([lr for lr, _ in record]), np.array([loss for _, loss in record]), 0.1 * max(kept)


def range_by_logspace(fun, x0, low, high, steps):
    rates, losses = np.logspace(math.log10(low), math.log10(high), steps), np.full(steps, np.nan)
    x, used = np.array(x0, dtype=float), 0
    while used < steps:
        losses[used], g = fun(x)
        used += 1
        if not losses[used - 1] <= 4 * losses[0]:
            break
        x -= rates[used - 1] * g
    rates, losses = rates[:used], losses[:used]
    share = (losses[0] - losses) / (losses[0] - np.nanmin(losses))
    return rates, losses, rates[np.max(np.nonzero(share >= 0.9))] / 10


def range_from_the_end(fun, x0, low, high, steps):
    rates, losses, x = [], [], np.copy(x0).astype(float)
    for lr in map(float, np.exp(np.linspace(np.log(low), np.log(high), steps))):
        loss, g = fun(x)
        rates, losses = [*rates, lr], [*losses, float(loss)]
        if math.isnan(loss) or loss > 4 * losses[0]:
            break
        x = x - np.multiply(lr, g)
    bar = 0.1 * losses[0] + 0.9 * min(losses)
    for lr, loss in zip(reversed(rates), reversed(losses), strict=True):
        if loss <= bar:
            return np.array(rates), np.array(losses), lr / 10
    raise AssertionError("the lowest loss is below the bar")


# ch10.claims ----------------------------------------------------------------------------------------------------------


def claims_by_iteration() -> dict[str, Any]:
    u = 5.0
    for _ in range(200):
        u = 2 * math.log(1 + u)
    larger = ["square" if (1 + x) ** -2 > math.exp(-x) else "exponential" for x in (u - 0.1, u + 0.1)]
    claims = dict.fromkeys("ABDF", False) | dict.fromkeys("CE", True)
    return {"crossing": u, "before": larger[0], "after": larger[1]} | claims


# ch10.left_over -------------------------------------------------------------------------------------------------------


def left_by_formula(distance, base, gamma, slope, steps):
    total = base * steps if gamma == 1 else base * (1 - gamma**steps) / (1 - gamma)
    return max(0.0, distance - slope * total), max(0.0, 1 - base * slope / distance)


def left_by_arrays(distance, base, gamma, slope, steps):
    rates = base * np.power(gamma, np.arange(steps))
    return np.clip(distance - slope * rates.sum(), 0, None), np.clip(1 - slope * base / distance, 0, None)


def left_with_a_break(distance, base, gamma, slope, steps):
    x, lr = distance, base
    for _ in range(steps):
        x -= lr * slope
        lr *= gamma
        if x <= 0:
            x = 0.0
            break
    return x, (0.0 if base * slope >= distance else (distance - base * slope) / distance)


# ch10.resume ----------------------------------------------------------------------------------------------------------


def resume_by_two_loops(grad, x, v, epoch, epochs, steps_per_epoch, schedule, beta):
    for e in range(epoch, epochs):
        for i in range(steps_per_epoch):
            v = beta * v + grad(x)
            x = x - schedule(e * steps_per_epoch + i) * v
    return x, v


def resume_by_while(grad, x, v, epoch, epochs, steps_per_epoch, schedule, beta):
    x, v, t = x.copy(), v.copy(), epoch * steps_per_epoch
    while t < epochs * steps_per_epoch:
        v *= beta
        v += grad(x)
        x -= schedule(t) * v
        t += 1
    return x, v


def resume_by_recursion(grad, x, v, epoch, epochs, steps_per_epoch, schedule, beta):
    def go_on(x, v, t):
        if t == epochs * steps_per_epoch:
            return x, v
        v = grad(x) + beta * v
        return go_on(x - v * schedule(t), v, t + 1)

    return go_on(x, v, epoch * steps_per_epoch)


RIGHT: dict[str, list[Any]] = {
    "ch10.rate": [rate_by_the_library, rate_by_match, rate_by_averages],
    "ch10.range_test": [range_by_factor, range_by_logspace, range_from_the_end],
    "ch10.claims": [
        claims_by_iteration(),
        {"crossing": 2.51, "before": "Exponential", "after": "Square",
         "A": False, "B": False, "C": True, "D": False, "E": True, "F": False},
        {"crossing": np.float64(2.513), "before": "exponential", "after": "square"}
        | {letter: np.bool_(letter in "CE") for letter in "FEDCBA"},
    ],
    "ch10.left_over": [left_by_formula, left_by_arrays, left_with_a_break],
    "ch10.plan": [
        {"base": 0.28, "gamma": 0.5, "every": 60},
        {"base": 0.41, "gamma": 0.7, "every": 30},
        {"base": np.float64(0.34), "gamma": 0.5, "every": 50.0},
    ],
    "ch10.resume": [resume_by_two_loops, resume_by_while, resume_by_recursion],
}  # fmt: skip
