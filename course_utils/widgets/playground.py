"""A place to play: any of four optimizers on any of five surfaces, with noise and a schedule (chapters 5 to 11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array
from course_utils.descent import minimize
from course_utils.objectives import Beale, Himmelblau, Landscape, Quadratic, Rosenbrock, Saddle
from course_utils.optimizers import SGD, Adam, Momentum, Optimizer, RMSprop
from course_utils.schedules import Constant, Cosine, InverseTime
from course_utils.trace import Trace
from course_utils.widgets.asking import Prediction
from course_utils.widgets.controls import Choice, LogSlider, Play, Slider, Switch
from course_utils.widgets.engine import LiveFigure
from course_utils.widgets.picture import Axis, Heat, Layer, Line, Panel, Picture, Points, Text, VLine, contours, number
from course_utils.widgets.series import Look

STEPS, NEAR, LAST = 200, 1e-4, 20
Settings = tuple[str, float, float, float, float, float, float]
"""Schedule, both rates, β₁, β₂, ε, noise."""
LOOKS = {
    "GD": Look("orange", "solid", "dot"),
    "momentum": Look("green", "dashed", "triangle"),
    "RMSProp": Look("purple", "dotted", "square"),
    "Adam": Look("blue", "dashdot", "ring"),
}
SCHEDULES: dict[str, Callable[[float], Callable[[int], float]]] = {
    "constant": Constant,
    "cosine": lambda lr: Cosine(lr, total=STEPS),
    "1/t": lambda lr: InverseTime(lr, 0.1),
}


@dataclass(frozen=True)
class Place:
    """A surface, the window it is seen through, and its least value."""

    objective: Callable[..., Landscape]
    x: tuple[float, float]
    y: tuple[float, float]
    least: float = 0.0


PLACES = {
    "bowl": Place(Quadratic, (-2.2, 2.2), (-2.2, 2.2)),
    "Rosenbrock": Place(Rosenbrock, (-2, 2), (-1, 3)),
    "Beale": Place(Beale, (-4.5, 4.5), (-4.5, 4.5)),
    "Himmelblau": Place(Himmelblau, (-6, 6), (-6, 6)),
    "saddle": Place(Saddle, (-2, 2), (-2, 2), -1.0),
}


def playground(
    surface: str = "bowl",
    optimizers: tuple[str, ...] = ("GD", "momentum", "RMSProp", "Adam"),
    lr: float = 0.03,
    adaptive_lr: float = 0.1,
    beta1: float = 0.9,
    beta2: float = 0.99,
    eps: float = 1e-8,
    kappa: float = 20.0,
    angle: int = 30,
    noise: float = 0.0,
    schedule: str = "constant",
    x0: float = -1.5,
    y0: float = 1.0,
    step: int = STEPS,
    predict: Prediction | None = None,
) -> LiveFigure:
    """Live: paths and losses of up to four optimizers, 200 steps. Drag the start, play the steps, keep runs to compare.

    ``lr`` is the rate of gradient descent and momentum, ``adaptive_lr`` that of RMSProp and Adam; ``beta1`` serves
    momentum and Adam, ``beta2`` RMSProp and Adam; ``kappa`` and ``angle`` shape the bowl; ``noise`` is the standard
    deviation of what is added to each coordinate of the gradient, the same for all.
    Try: the bowl with κ = 100, then turn it. Then noise 1: whose loss stays on a floor, and what does the schedule do?
    """
    return LiveFigure(
        draw,
        [
            Choice("surface", tuple(PLACES), surface, label="surface"),
            Choice("schedule", tuple(SCHEDULES), schedule, label="schedule"),
            LogSlider("lr", 1e-4, 2, lr, label="α (GD, mom.)"),
            LogSlider("adaptive_lr", 1e-3, 2, adaptive_lr, label="α (adaptive)"),
            Slider("beta1", 0, 0.99, beta1, 0.01, label="β, β₁"),
            Slider("beta2", 0.5, 0.999, beta2, 0.001, label="β₂"),
            LogSlider("eps", 1e-10, 1, eps, label="ε", per_decade=2),
            Slider("noise", 0, 3, noise, 0.1, label="gradient noise σ"),
            LogSlider("kappa", 1, 100, kappa, label="condition κ"),
            Slider("angle", 0, 90, angle, 5, label="bowl turned by, °"),
            Slider("x0", -6, 6, x0, 0.1, label="start θ₁"),
            Slider("y0", -6, 6, y0, 0.1, label="start θ₂"),
            *(Switch(name.lower(), name in optimizers, label=name) for name in LOOKS),
            Play("step", 0, STEPS, step, label="step"),
        ],
        predict=predict,
        compare=True,
    )


def draw(
    surface: str,
    schedule: str,
    lr: float,
    adaptive_lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    noise: float,
    kappa: float,
    angle: int,
    x0: float,
    y0: float,
    gd: bool,
    momentum: bool,
    rmsprop: bool,
    adam: bool,
    step: int,
) -> Picture:
    """Up to four runs, and where each is at ``step``."""
    place = PLACES[surface]
    shape = (kappa, angle) if surface == "bowl" else (1.0, 0)
    start = (float(np.clip(x0, *place.x)), float(np.clip(y0, *place.y)))
    rates = SCHEDULES[schedule](lr), SCHEDULES[schedule](adaptive_lr)
    made: dict[str, Optimizer] = {
        "GD": SGD(rates[0]),
        "momentum": Momentum(rates[0], beta1),
        "RMSProp": RMSprop(rates[1], beta2, eps),
        "Adam": Adam(rates[1], beta1, beta2, eps),
    }
    key = (schedule, lr, adaptive_lr, beta1, beta2, eps, noise)
    shown = [name for name, on in zip(LOOKS, (gd, momentum, rmsprop, adam), strict=True) if on]
    traces = {name: run(surface, shape, start, name, key, made[name]) for name in shown}
    left, right = list[Layer](background(surface, *shape)), list[Layer]()
    k = np.arange(STEPS + 1)
    for name, trace in traces.items():
        look, gap = LOOKS[name], np.maximum(trace.loss - place.least, 1e-12)
        path = trace.theta[: step + 1]
        left.append(_ghostly(look, path[:, 0], path[:, 1], exit="leaves at step {k}"))
        left.append(Points(path[-1:, 0], path[-1:, 1], color=look.color, marker=look.marker, size=10))
        right.append(_ghostly(look, k.astype(float), gap, label=name, exit="diverges" if lost(gap).size else ""))
        right.append(Points(k[step : step + 1], gap[step : step + 1], color=look.color, marker=look.marker, size=9))
    left.append(Points([start[0]], [start[1]], color="ink", marker="square", size=10))
    right.append(VLine(step, color="muted", dash="dotted"))
    return Picture(
        panels=(
            Panel(
                f"Paths, {step} steps", Axis("θ₁", *place.x), Axis("θ₂", *place.y), tuple(left), drag=("x0", "y0")
            ),
            Panel(
                "Loss above the minimum", Axis("step k", 0, STEPS), Axis("f − f*, log scale", 1e-10, 1e4, log=True),
                tuple(right), labels="margin",
            ),
        ),
        says=verdict(surface, shape, beta1, noise, traces, place.least),
        alt="Left: contour lines of the surface with the path of each optimizer up to the step; its mark stands at the "
        "end. Right: the losses against the step, log scale.",
        height=400,
    )  # fmt: skip


def _ghostly(look: Look, x: Array, y: Array, label: str = "", exit: str = "") -> Line:
    return Line(x, y, color=look.color, dash=look.dash, width=look.width, ghost=True, label=label, exit=exit)


@lru_cache(maxsize=64)
def landscape_of(surface: str, kappa: float, angle: int) -> Landscape:
    """The objective; the bowl's axes are turned by ``angle`` degrees."""
    if surface != "bowl":
        return PLACES[surface].objective()
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return Quadratic([1.0, kappa], basis=np.array([[c, -s], [s, c]]))


_runs: dict[object, Trace] = {}


def run(
    surface: str, shape: tuple[float, int], start: tuple[float, float], name: str, key: Settings, optimizer: Optimizer
) -> Trace:
    """200 steps; the latest are remembered, so that scrubbing costs nothing."""
    found = _runs.get((surface, shape, start, name, key))
    if found is None:
        landscape, noise = landscape_of(surface, *shape), key[-1]
        if noise:
            draws = (np.array([t]) for t in range(STEPS))
            found = minimize(Noisy(landscape, noise), start, optimizer, STEPS, batches=draws)
        else:
            found = minimize(landscape, start, optimizer, STEPS)
        while len(_runs) >= 64:
            _runs.pop(next(iter(_runs)))
        _runs[surface, shape, start, name, key] = found
    return found


class Noisy:
    """A landscape whose gradient has noise added: batch t gets row t, the same in every run."""

    def __init__(self, landscape: Landscape, noise: float) -> None:
        self.landscape = landscape
        self.added = noise * np.random.default_rng(0).normal(size=(STEPS, 2))

    def __call__(self, theta: Array, batch: NDArray[np.int64] | None = None) -> tuple[Array, Array]:
        value, g = self.landscape.value_and_grad(theta)
        return value, g if batch is None else g + self.added[batch[0]]


@lru_cache(maxsize=16)
def background(surface: str, kappa: float, angle: int) -> tuple[Layer, ...]:
    """Shading, contour lines, and the bowl's own axes with their curvatures."""
    place = PLACES[surface]
    x, y = np.linspace(*place.x, 161), np.linspace(*place.y, 161)
    gap = landscape_of(surface, kappa, angle).value(np.stack(np.meshgrid(x, y), axis=-1)) - place.least
    size = np.log1p(gap)  # even rings on steep surfaces
    rings = np.linspace(0, float(size.max()), 12)[1:-1].tolist()
    layers: list[Layer] = [Heat(size[::2, ::2], scale="blue", strength=0.35), contours(x, y, size, rings)]
    if surface == "bowl":
        far = np.array([-9.0, 9.0])
        c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
        layers += [
            Line(far * c, far * s, color="muted", width=1, dash="dotted"),
            Line(-far * s, far * c, color="muted", width=1, dash="dotted"),
            Text(1.7 * c, 1.7 * s, "λ = 1", "muted"),
            Text(-1.7 * s, 1.7 * c, f"λ = {number(kappa)}", "muted"),
        ]
    return tuple(layers)


def verdict(
    surface: str, shape: tuple[float, int], beta1: float, noise: float, traces: dict[str, Trace], least: float
) -> str:
    """How far each came; on the bowl, the limits that theory gives."""
    if not traces:
        return "Nobody runs: switch an optimizer on."
    told = "; ".join(f"{name} {fate(trace.loss - least, noise)}" for name, trace in traces.items())
    level = f"mean of f − f* over the last {LAST} steps: " if noise else ""
    if surface != "bowl":
        return f"{surface}{', ' if noise else ': '}{level}{told}."
    kappa = shape[0]
    return (
        f"{level.capitalize()}{told}. On this bowl GD is stable below α = 2/κ = {number(2 / kappa)}, "
        f"momentum below 2(1 + β)/κ = {number(2 * (1 + beta1) / kappa)}."
    )


def fate(gap: Array, noise: float) -> str:
    """When the loss came within 1e-4 of the minimum, or what happened instead; under noise the level of its last steps.

    A noisy loss touches low values and leaves them again, so its first or last one says little.
    """
    if lost(gap).size:
        return f"diverges at step {lost(gap)[0]}"
    if noise:
        return number(gap[-LAST:].mean())
    near = np.flatnonzero(gap <= NEAR)
    return f"is within {number(NEAR)} at step {near[0]}" if near.size else f"ends {number(gap[-1])} above the minimum"


def lost(gap: Array) -> NDArray[np.int64]:
    """The steps at which the loss is not finite, or over a thousand times worse than at the start."""
    return np.flatnonzero(~(gap <= 1e3 * (gap[0] + 1)))
