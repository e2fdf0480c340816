"""The two pictures that are timed, each drawn in three ways from the same numbers. Imported by the kernel.

Contour lines, 200-step paths and loss curves: of gradient descent alone, and of four optimizers. The one control is the
learning rate in percent of 2/κ, a whole number, so that a picture can tell exactly which value it shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from course_utils.descent import minimize
from course_utils.objectives import Quadratic
from course_utils.optimizers import SGD, Adam, Momentum, RMSprop
from course_utils.trace import Trace
from course_utils.widgets import LiveFigure
from course_utils.widgets.controls import Slider
from course_utils.widgets.picture import Axis, Heat, Layer, Panel, Picture, Points, contours
from course_utils.widgets.series import Look

KAPPA, STEPS, START = 20.0, 200, (-1.8, 1.0)
LO, HI, AT = 1, 100, 50
OPTIMIZERS = {"gradient descent": SGD, "momentum": Momentum, "RMSprop": RMSprop, "Adam": Adam}
LOOKS = {
    "gradient descent": Look("orange", "solid", "dot"),
    "momentum": Look("green", "dashed", "triangle"),
    "RMSprop": Look("purple", "dotted", "square"),
    "Adam": Look("blue", "dashdot", "ring"),
}
X, Y = np.linspace(-2.2, 2.2, 241), np.linspace(-1.6, 1.6, 181)
BOWL = Quadratic([1.0, KAPPA])
VALUES = BOWL.value_and_grad(np.stack(np.meshgrid(X, Y), axis=-1))[0]  # (181, 241)
LEVELS = 0.5 * KAPPA**0.5 * np.array([0.02, 0.1, 0.3, 0.7, 1.4, 2.5, 4.5, 8.0])
BACKGROUND = (Heat(np.sqrt(VALUES[::3, ::3]), scale="blue", strength=0.35), contours(X, Y, VALUES, LEVELS))
AXES = (Axis("x", X[0], X[-1]), Axis("y", Y[0], Y[-1]), Axis("step k", 0, STEPS), Axis("f", 1e-12, 1e2, log=True))


def runs(percent: int, count: int) -> Iterator[tuple[str, Trace]]:
    """The first ``count`` optimizers, 200 steps each."""
    for name, optimizer in list(OPTIMIZERS.items())[:count]:
        yield name, minimize(BOWL, START, optimizer(percent / 100 * 2 / KAPPA), STEPS)


def live(count: int) -> LiveFigure:
    """Ours."""
    control = Slider("percent", LO, HI, AT, 1, label="learning rate, % of 2/κ")
    return LiveFigure(lambda percent: picture(percent, count), [control], name="bench")


def picture(percent: int, count: int) -> Picture:
    """What a live figure shows; the sentence begins with the value."""
    left, right = list[Layer](BACKGROUND), list[Layer]()
    for name, trace in runs(percent, count):
        left += LOOKS[name].curve(trace.theta[:, 0], trace.theta[:, 1], slice(0, 40, 2))
        right += LOOKS[name].curve(trace.t, trace.loss, slice(None, None, 10), label=name)
    x, y, step, loss = AXES
    left.append(Points([START[0]], [START[1]], color="ink", marker="square", size=10))
    panels = (
        Panel("Paths", x, y, tuple(left)),
        Panel("Loss", step, loss, tuple(right), labels="margin"),
    )
    return Picture(panels, f"{percent} %: {count} × {STEPS} steps.", "Contour lines, paths, losses.", height=340)


def inline(count: int) -> None:
    """`interact` with an inline image, as large as ours; the color of its paper tells which value it shows."""
    import ipywidgets
    import matplotlib.pyplot as plt

    def draw(percent: int) -> None:
        _, (left, right) = plt.subplots(1, 2, figsize=(14, 4.7), facecolor=(1, 1, 1 - percent / 255))
        left.contourf(X, Y, VALUES, LEVELS, cmap="Blues", alpha=0.35)
        left.contour(X, Y, VALUES, LEVELS, colors="silver", linewidths=1)
        for name, trace in runs(percent, count):
            left.plot(trace.theta[:, 0], trace.theta[:, 1], markevery=slice(0, 40, 2), marker="o")
            right.semilogy(trace.t, trace.loss, label=name)
        left.set(title="Paths", xlabel="x", ylabel="y")
        right.set(title="Loss", xlabel="step k", ylabel="f", ylim=(1e-12, 1e2))
        right.legend()
        plt.show()

    ipywidgets.interact(draw, percent=ipywidgets.IntSlider(AT, LO, HI, layout={"width": "auto"}))


def twin(count: int) -> Any:
    """The limit: the same picture by the same painter, its numbers computed in the page."""
    from course_tools.bench_widgets.twin import Twin

    return Twin.of(picture(AT, count), count)


def bare() -> Any:
    """No figure: a slider and a text that Python sets to its value. What leaks here is not ours."""
    import ipywidgets

    slider, text = ipywidgets.IntSlider(AT, LO, HI), ipywidgets.Label(str(AT)).add_class("course-says")
    slider.observe(lambda change: setattr(text, "value", str(change["new"])), "value")
    return ipywidgets.VBox([slider, text])
