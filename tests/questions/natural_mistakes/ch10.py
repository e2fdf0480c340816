"""Mistakes in chapter 10 as a student writes them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def _rate(kind, t, p, wave):
    """The five formulas, and whatever the student makes of the others."""
    base = p["base"]
    if kind == "exponential":
        return base * p["gamma"] ** t
    if kind == "step":
        return base * p["gamma"] ** (t // p["every"])
    if kind == "time-based":
        return base / (1 + p["k"] * t)
    if kind == "square":
        return base / (1 + p["k"] * t) ** 2
    if kind == "inverse root":
        return base / np.sqrt(1 + p["k"] * t)
    return wave(kind, t, p)


def _cos(base, final, x):
    return final + (base - final) / 2 * (1 + np.cos(np.pi * x))


def cosine_reads_t(kind, t, p):
    def wave(kind, t, p):
        if kind == "restarts":
            n = p["first"]
            while t >= n:
                t -= n
                n *= p["factor"]
            return _cos(p["base"], p["final"], t / n)
        if kind == "warmup" and t < p["warmup"]:
            return p["base"] * t / p["warmup"]
        return _cos(p["base"], p["final"], min(t / p["total"], 1))

    return _rate(kind, t, p, wave)


def modulo_restarts(kind, t, p):
    def wave(kind, t, p):
        if kind == "restarts":
            return _cos(p["base"], p["final"], (t % p["first"]) / p["first"])
        w = p.get("warmup", 0)
        if t < w:
            return p["base"] * t / w
        return _cos(p["base"], p["final"], min((t - w) / (p["total"] - w), 1))

    return _rate(kind, t, p, wave)


def settings_decay(kind, t, p):
    def wave(kind, t, p):
        if kind == "restarts":
            n = p["first"]
            while t >= n:
                t, n = t - n, n * p["factor"]
            return _cos(p["base"], p["final"], t / n)
        w = p.get("warmup", 0)
        if t < w:
            return p["base"] * t / w
        return _cos(p["base"], p["final"], min((t - w) / (p["total"] - w), 1))

    p["base"] = _rate(kind, t, p, wave)
    return p["base"]


def cosine_without_an_end(kind, t, p):
    def wave(kind, t, p):
        if kind == "cosine":
            return _cos(p["base"], p["final"], t / p["total"])
        w, n = p.get("warmup", 0), p.get("first", 0)
        if t < w:
            return p["base"] * t / w
        if kind == "warmup":
            return _cos(p["base"], p["final"], min((t - w) / (p["total"] - w), 1))
        while t >= n:
            t, n = t - n, n * p["factor"]
        return _cos(p["base"], p["final"], t / n)

    return _rate(kind, t, p, wave)


def warmup_without_an_end(kind, t, p):
    def wave(kind, t, p):
        if kind == "warmup":
            w = p["warmup"]
            return p["base"] * t / w if t < w else _cos(p["base"], p["final"], (t - w) / (p["total"] - w))
        if kind == "cosine":
            return _cos(p["base"], p["final"], min(t / p["total"], 1))
        n = p["first"]
        while t >= n:
            t, n = t - n, n * p["factor"]
        return _cos(p["base"], p["final"], t / n)

    return _rate(kind, t, p, wave)


def restart_at_the_next_step(kind, t, p):
    def wave(kind, t, p):
        w, n = p.get("warmup", 0), p.get("first", 0)
        if t < w:
            return p["base"] * t / w
        if kind != "restarts":
            return _cos(p["base"], p["final"], min((t - w) / (p["total"] - w), 1))
        while t > n:
            t -= n
            n *= p["factor"]
        return _cos(p["base"], p["final"], t / n)

    return _rate(kind, t, p, wave)


def range_with_linspace(fun, x0, low, high, steps):
    x, rates, losses = np.array(x0, dtype=float), [], []
    for lr in np.linspace(low, high, steps):
        loss, g = fun(x)
        rates.append(lr)
        losses.append(loss)
        if not np.isfinite(loss) or loss > 4 * losses[0]:
            break
        x = x - lr * g
    rates, losses = np.array(rates), np.array(losses)
    good = rates[losses <= losses[0] - 0.9 * (losses[0] - losses.min())]
    return rates, losses, good[-1] / 10


def range_argmin(fun, x0, low, high, steps):
    x, rates, losses = np.array(x0, dtype=float), [], []
    for lr in np.geomspace(low, high, steps):
        loss, g = fun(x)
        rates.append(lr)
        losses.append(loss)
        if not np.isfinite(loss) or loss > 4 * losses[0]:
            break
        x = x - lr * g
    return np.array(rates), np.array(losses), rates[int(np.argmin(losses))]


def _range_with_bar(bar):
    def test(fun, x0, low, high, steps):
        x, rates, losses = np.array(x0, dtype=float), [], []
        for lr in np.geomspace(low, high, steps):
            loss, g = fun(x)
            rates.append(lr)
            losses.append(loss)
            if not loss <= 4 * losses[0]:
                break
            x = x - lr * g
        rates, losses = np.array(rates), np.array(losses)
        return rates, losses, rates[losses <= bar(losses)][-1] / 10

    return test


def left_negative(distance, base, gamma, slope, steps):
    total = sum(base * gamma**t for t in range(steps))
    return distance - slope * total, max(0.0, 1 - base * slope / distance)


def left_for_ever(distance, base, gamma, slope, steps):
    reach = math.inf if gamma >= 1 else base * slope / (1 - gamma)
    return max(0.0, distance - reach), max(0.0, 1 - base * slope / distance)


def left_by_the_limit_of_the_sum(distance, base, gamma, slope, steps):
    return max(0.0, distance - base * slope / (1 - gamma)), max(0.0, 1 - base * slope / distance)


def resume_at_the_next_epoch(grad, x, v, epoch, epochs, steps_per_epoch, schedule, beta):
    for e in range(epoch + 1, epochs):
        for i in range(steps_per_epoch):
            v = beta * v + grad(x)
            x = x - schedule(e * steps_per_epoch + i) * v
    return x, v


def resume_counting_one_epoch_more(grad, x, v, epoch, epochs, steps_per_epoch, schedule, beta):
    t = (epoch + 1) * steps_per_epoch
    for _ in range((epochs - epoch) * steps_per_epoch):
        v = beta * v + grad(x)
        x = x - schedule(t) * v
        t += 1
    return x, v


def resume_from_zero(grad, x, v, epoch, epochs, steps_per_epoch, schedule, beta):
    t = 0
    for _ in range(epoch, epochs):
        for _ in range(steps_per_epoch):
            v = beta * v + grad(x)
            x = x - schedule(t) * v
            t += 1
    return x, v


def resume_by_epoch(grad, x, v, epoch, epochs, steps_per_epoch, schedule, beta):
    for e in range(epoch, epochs):
        lr = schedule(e)
        for _ in range(steps_per_epoch):
            v = beta * v + grad(x)
            x = x - lr * v
    return x, v


def resume_lr_in_v(grad, x, v, epoch, epochs, steps_per_epoch, schedule, beta):
    for t in range(epoch * steps_per_epoch, epochs * steps_per_epoch):
        v = beta * v + schedule(t) * grad(x)
        x = x - v
    return x, v


def resume_in_place(grad, x, v, epoch, epochs, steps_per_epoch, schedule, beta):
    for t in range(epoch * steps_per_epoch, epochs * steps_per_epoch):
        v = beta * v + grad(x)
        x -= schedule(t) * v
    return x, v


MISTAKES: dict[tuple[str, str], Callable[..., Any]] = {
    ("ch10.rate", "warmup_without_shift"): cosine_reads_t,
    ("ch10.rate", "restarts_of_equal_length"): modulo_restarts,
    ("ch10.rate", "base_changed"): settings_decay,
    ("ch10.rate", "plain_cosine_comes_back"): cosine_without_an_end,
    ("ch10.rate", "warmed_cosine_comes_back"): warmup_without_an_end,
    ("ch10.rate", "restart_one_step_late"): restart_at_the_next_step,
    ("ch10.range_test", "nine_tenths_of_the_loss"): _range_with_bar(lambda losses: 0.9 * losses[0]),
    ("ch10.range_test", "fall_to_zero"): _range_with_bar(lambda losses: 0.1 * losses[0]),
    ("ch10.range_test", "nine_tenths_of_the_lowest"): _range_with_bar(lambda losses: losses.min() / 0.9),
    ("ch10.range_test", "rates_evenly_spaced"): range_with_linspace,
    ("ch10.range_test", "lowest_point"): range_argmin,
    ("ch10.left_over", "below_zero"): left_negative,
    ("ch10.left_over", "sum_to_infinity"): left_for_ever,
    ("ch10.left_over", "sum_to_infinity_for_any_gamma"): left_by_the_limit_of_the_sum,
    ("ch10.resume", "one_epoch_left_out"): resume_at_the_next_epoch,
    ("ch10.resume", "one_epoch_ahead"): resume_counting_one_epoch_more,
    ("ch10.resume", "schedule_starts_over"): resume_from_zero,
    ("ch10.resume", "epochs_for_steps"): resume_by_epoch,
    ("ch10.resume", "rate_inside_the_velocity"): resume_lr_in_v,
    ("ch10.resume", "state_changed_in_place"): resume_in_place,
}
