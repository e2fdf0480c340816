"""Right answers to the questions of chapter 9."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

# ch09.adam_step -------------------------------------------------------------------------------------------------------


def adam_by_lerp(theta, g, m, v, t, lr, beta1, beta2, eps):
    """The averages as steps toward the new value."""
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    return theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_in_place_on_copies(theta, g, m, v, t, lr, beta1, beta2, eps):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * np.square(g)
    below = np.sqrt(v / (1 - math.pow(beta2, t)))
    below += eps
    theta -= lr / (1 - math.pow(beta1, t)) * m / below
    return theta, m, v


def adam_with_the_factors_taken_out(theta, g, m, v, t, lr, beta1, beta2, eps):
    """√v̂ + ε = (√v + ε·root)/root with root = √(1 - β₂ᵗ)."""
    m, v = beta1 * m + g - beta1 * g, beta2 * v + g**2 - beta2 * g**2
    root = (1 - beta2**t) ** 0.5
    rate = lr * root / (1 - beta1**t)
    return theta - rate * m / (v**0.5 + eps * root), m, v


def adam_entry_by_entry(theta, g, m, v, t, lr, beta1, beta2, eps):
    theta, m, v = (np.array(a) for a in (theta, m, v))
    for i in np.ndindex(theta.shape):
        m[i] = beta1 * m[i] + (1 - beta1) * g[i]
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
        m_hat, v_hat = m[i] / (1 - beta1**t), v[i] / (1 - beta2**t)
        theta[i] -= lr * m_hat / (math.sqrt(v_hat) + eps)
    return [theta, m, v]


# ch09.adam_run --------------------------------------------------------------------------------------------------------


@dataclass
class MyAdam:
    """An optimizer object that owns its state, as in the frameworks."""

    params: list[np.ndarray]
    lr: float
    beta1: float
    beta2: float
    eps: float
    t: int = 0

    def __post_init__(self):
        self.params = [np.array(p) for p in self.params]
        self.m = [np.zeros(p.shape, p.dtype) for p in self.params]
        self.v = [np.zeros(p.shape, p.dtype) for p in self.params]

    def step(self, gradients):
        self.t += 1
        for p, g, m, v in zip(self.params, gradients, self.m, self.v, strict=True):
            m += (1 - self.beta1) * (g - m)
            v += (1 - self.beta2) * (g * g - v)
            p -= self.lr * m / (1 - self.beta1**self.t) / (np.sqrt(v / (1 - self.beta2**self.t)) + self.eps)


def run_by_class(gradient, params, steps, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    adam = MyAdam(params, lr, beta1, beta2, eps)
    for _ in range(steps):
        adam.step([np.array(g) for g in gradient(adam.params)])
    return adam.params


def run_by_closures(gradient, params, steps, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    def stepper():
        m = v = 0.0

        def step(p, g, t):
            nonlocal m, v
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            return p - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)

        return step

    steppers = [stepper() for _ in params]
    for t in range(1, steps + 1):
        params = [step(p, g, t) for step, p, g in zip(steppers, params, gradient(params), strict=True)]
    return params


def run_on_one_long_vector(gradient, params, steps, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """All tensors laid end to end; Adam works on each entry alone, so it does not notice."""
    shapes = [np.shape(p) for p in params]
    borders = np.cumsum([np.size(p) for p in params])[:-1]

    def flat(tensors):
        return np.concatenate([np.ravel(a) for a in tensors])

    def unflat(vector):
        return [part.reshape(shape) for part, shape in zip(np.split(vector, borders), shapes, strict=True)]

    x = flat(params)
    m, v = np.zeros((2, x.size))
    for t in range(steps):
        x, m, v = adam_by_lerp(x, flat(gradient(unflat(x))), m, v, t + 1, lr, beta1, beta2, eps)
    return unflat(x)


# ch09.variant_step ----------------------------------------------------------------------------------------------------


def amsgrad_with_a_dict(theta, g, state, t, lr, beta1, beta2, eps):
    if state is None:
        state = {"m": 0.0, "v": 0.0, "v_max": 0.0}
    m = beta1 * state["m"] + (1 - beta1) * g
    v = beta2 * state["v"] + (1 - beta2) * g**2
    v_max = np.maximum(state["v_max"], v)
    theta = theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v_max / (1 - beta2**t)) + eps)
    return theta, {"m": m, "v": v, "v_max": v_max}


def adamax_with_a_tuple(theta, g, state, t, lr, beta1, beta2, eps):
    m, u = state if state is not None else (np.zeros_like(theta), np.zeros_like(theta))
    m = beta1 * m + (1 - beta1) * g
    u = np.where(beta2 * u > abs(g) + eps, beta2 * u, abs(g) + eps)
    return theta - lr / (1 - beta1**t) * m / u, (m, u)


def amsgrad_with_the_whole_history(theta, g, state, t, lr, beta1, beta2, eps):
    """Keeps all gradients and sums them anew at each step: slow, and right."""
    gradients = np.stack([*([] if state is None else state), g])
    ages = np.arange(t)[::-1].reshape(-1, *[1] * np.ndim(g))
    m = ((1 - beta1) * beta1**ages * gradients).sum(axis=0)
    v, v_max = np.zeros_like(theta), np.zeros_like(theta)
    for past in gradients:
        v = beta2 * v + (1 - beta2) * past**2
        v_max = np.fmax(v_max, v)
    return theta - lr * m / (1 - beta1**t) / (np.sqrt(v_max / (1 - beta2**t)) + eps), list(gradients)


@dataclass
class NAdamMemory:
    m: Any = 0.0
    v: Any = 0.0


def nadam_with_an_object_as_state(theta, g, state, t, lr, beta1, beta2, eps):
    psi = 0.004

    def mu(k):
        return beta1 * (1 - 0.5 * 0.96 ** (k * psi))

    old = NAdamMemory() if state is None else state
    new = NAdamMemory(beta1 * old.m + (1 - beta1) * g, beta2 * old.v + (1 - beta2) * g * g)
    share = math.prod(mu(k) for k in range(1, t + 1))
    ahead = mu(t + 1) * new.m / (1 - share * mu(t + 1)) + (1 - mu(t)) * g / (1 - share)
    return theta - lr * ahead / (np.sqrt(new.v / (1 - beta2**t)) + eps), new


def nadam_with_a_list(theta, g, state, t, lr, beta1, beta2, eps):
    """The product of the μ is carried along; state = [m, v, product]."""
    m, v, product = state or [0 * theta, 0 * theta, 1.0]
    mu, mu_next = (beta1 * (1 - 0.96 ** (0.004 * k) / 2) for k in (t, t + 1))
    product *= mu
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    m_hat = mu_next / (1 - product * mu_next) * m + (1 - mu) / (1 - product) * g
    return theta - lr * m_hat / (np.sqrt(v / (1 - beta2**t)) + eps), [m, v, product]


# ch09.adamw_step ------------------------------------------------------------------------------------------------------


def adamw_shrinking_first(theta, g, m, v, t, lr, beta1, beta2, eps, weight_decay):
    return adam_by_lerp((1 - lr * weight_decay) * theta, g, m, v, t, lr, beta1, beta2, eps)


def adamw_in_one_bracket(theta, g, m, v, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    direction = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta - lr * (direction + weight_decay * theta), m, v


def adamw_in_place_on_a_copy(theta, g, m, v, t, lr, beta1, beta2, eps, weight_decay):
    moved, m, v = adam_in_place_on_copies(theta, g, m, v, t, lr, beta1, beta2, eps)
    moved -= np.prod([lr, weight_decay]) * theta
    return moved, m, v


# ch09.reddi and ch09.reddi_beta2 --------------------------------------------------------------------------------------


def reddi_with_cycle(C, beta2, steps, amsgrad=False):
    x, v, peak = 0.0, 0.0, 0.0
    slopes = itertools.cycle([C, -1, -1])
    for t, g in zip(range(1, steps + 1), slopes, strict=False):
        v += (1 - beta2) * (g * g - v)
        peak = max(peak, v) if amsgrad else v
        x -= 0.1 / math.sqrt(t) * g / (math.sqrt(peak / (1 - beta2**t)) + 1e-8)
        x = max(-1.0, min(1.0, x))
    return x


def reddi_with_numpy(C, beta2, steps, amsgrad=False):
    """All v first, since they do not depend on x; then the walk."""
    t = np.arange(1, steps + 1)
    g = np.where(t % 3 == 1, float(C), -1.0)
    v = np.empty(steps)
    last = 0.0
    for k in range(steps):
        last = v[k] = beta2 * last + (1 - beta2) * g[k] ** 2
    if amsgrad:
        v = np.maximum.accumulate(v)
    x = np.float64(0)
    for move in 0.1 / np.sqrt(t) * g / (np.sqrt(v / (1 - beta2**t)) + 1e-8):
        x = np.clip(x - move, -1, 1)
    return x


def reddi_with_adam_step(C, beta2, steps, amsgrad=False):
    """Adam with β₁ = 0 by hand, one-element arrays throughout."""
    x, v, v_max = np.zeros(1), np.zeros(1), np.zeros(1)
    for k in range(steps):
        g = np.array([C if k % 3 == 0 else -1.0])
        v = beta2 * v + (1 - beta2) * g**2
        v_max = np.maximum(v_max, v)
        v_hat = (v_max if amsgrad else v) / (1 - beta2 ** (k + 1))
        x = (x - 0.1 / (k + 1) ** 0.5 * g / (np.sqrt(v_hat) + 1e-8)).clip(-1, 1)
    return x.item()


# ch09.adam_hat_step and ch09.agree_from -------------------------------------------------------------------------------


def hat_by_the_book(theta, g, m, v, t, lr, beta1, beta2, eps_hat):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    alpha_t = lr * math.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - alpha_t * m / (np.sqrt(v) + eps_hat), m, v


def hat_by_algorithm_1(theta, g, m, v, t, lr, beta1, beta2, eps_hat):
    """Algorithm 1 with ε = ε̂/√(1 - β₂ᵗ)."""
    return adam_by_lerp(theta, g, m, v, t, lr, beta1, beta2, eps_hat / math.sqrt(1 - beta2**t))


def hat_in_place_on_copies(theta, g, m, v, t, lr, beta1, beta2, eps_hat):
    x, m, v = np.copy(theta), np.copy(m), np.copy(v)
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    x -= np.sqrt(1 - beta2**t) / (1 - beta1**t) * lr * m / (v**0.5 + eps_hat)
    return x, m, v


def agree_by_algebra(eps, beta2, t, tol):
    """(g + ε/s)/(g + ε) = 1 + tol, solved for g."""
    s = math.sqrt(1 - beta2**t)
    return max(0.0, eps / tol * (1 / s - 1 - tol))


def agree_by_bisection(eps, beta2, t, tol):
    larger = eps / np.sqrt(1 - beta2**t)
    low, high = 0.0, 1e6
    for _ in range(200):
        g = (low + high) / 2
        ratio = (g / (g + eps)) / (g / (g + larger))
        low, high = (low, g) if ratio <= 1 + tol else (g, high)
    return high


def agree_by_search(eps, beta2, t, tol):
    """The first of many sizes at which the forms agree, finely enough for three digits."""
    sizes = np.geomspace(1e-12, 1e4, 400_001)
    excess = (sizes + eps / np.sqrt(1 - beta2**t)) / (sizes + eps) - 1
    return sizes[np.argmax(excess <= tol)]


# ch09.bug_hunt --------------------------------------------------------------------------------------------------------

_in_order = [
    "eps inside",
    "no bias correction",
    "recreated state",
    "no bug",
    "m corrected only",
    "overwritten moments",
    "t from zero",
    "one beta",
    "no root",
    "v corrected only",
]

_number_of = {
    "no bug": 4,
    "no bias correction": 2,
    "m corrected only": 5,
    "v corrected only": 10,
    "overwritten moments": 6,
    "one beta": 8,
    "eps inside": 1,
    "t from zero": 7,
    "no root": 9,
    "recreated state": 3,
}


def hunt_by_simulation():
    """Run Adam with each bug put in, and look the first three iterates up in the table of the sheet."""
    last = {1: 0.826486, 2: 0.245693, 3: 0.899998, 4: 0.807564, 5: -3.953454}
    last |= {6: 0.876175, 8: 0.809059, 9: -736.929843, 10: 0.967106}

    def third(bug):
        x, m, v, beta1 = 1.0, 0.0, 0.0, 0.9
        beta2 = beta1 if bug == "one beta" else 0.999
        for t, g in enumerate([2e-4, -1e-4, 4e-4], 1):
            if bug == "recreated state":
                m, v, t = 0.0, 0.0, 1
            if bug == "t from zero" and t == 1:
                return math.nan
            m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
            m_hat = m if bug in ("no bias correction", "v corrected only") else m / (1 - beta1**t)
            v_hat = v if bug in ("no bias correction", "m corrected only") else v / (1 - beta2**t)
            if bug == "overwritten moments":
                m, v = m_hat, v_hat
            below = {"eps inside": (v_hat + 1e-8) ** 0.5, "no root": v_hat + 1e-8}.get(bug, v_hat**0.5 + 1e-8)
            x -= 0.1 * m_hat / below
        return x

    found = {}
    for bug in sorted(_in_order):
        end = third(bug)
        found[7 if math.isnan(end) else min(last, key=lambda number: abs(last[number] - end))] = bug
    return found


RIGHT: dict[str, list[Any]] = {
    "ch09.adam_step": [
        adam_by_lerp,
        adam_in_place_on_copies,
        adam_with_the_factors_taken_out,
        adam_entry_by_entry,
    ],
    "ch09.adam_run": [run_by_class, run_by_closures, run_on_one_long_vector],
    "ch09.variant_step": [
        amsgrad_with_a_dict,
        adamax_with_a_tuple,
        nadam_with_a_list,
        nadam_with_an_object_as_state,
        amsgrad_with_the_whole_history,
    ],
    "ch09.adamw_step": [adamw_shrinking_first, adamw_in_one_bracket, adamw_in_place_on_a_copy],
    "ch09.bug_hunt": [
        dict(enumerate(_in_order, start=1)),
        {number: name for name, number in _number_of.items()},
        hunt_by_simulation(),
    ],
    "ch09.reddi": [reddi_with_cycle, reddi_with_numpy, reddi_with_adam_step],
    "ch09.reddi_beta2": [0.9, 1 - 1 / 1000, np.float64(0.99)],
    "ch09.adam_hat_step": [hat_by_the_book, hat_by_algorithm_1, hat_in_place_on_copies],
    "ch09.agree_from": [agree_by_algebra, agree_by_bisection, agree_by_search],
}
