"""Controls: plain descriptions that become ipywidgets. What the read-out shows is exactly what is computed with."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import ipywidgets


def _limits(control: Any) -> None:
    if not control.lo <= control.value <= control.hi or control.lo >= control.hi:
        raise ValueError(
            f"{control.name}: the value {control.value:g} is not between {control.lo:g} and {control.hi:g}: "
            "a slider cannot show it. Try lo < hi with the value between them."
        )


def _layout() -> dict[str, Any]:
    return {"style": {"description_width": "9em"}, "layout": {"width": "auto"}}


@dataclass(frozen=True)
class Slider:
    """A linear slider; whole numbers throughout make it a slider over integers."""

    name: str
    lo: float
    hi: float
    value: float
    step: float = 0.1
    label: str = ""

    def __post_init__(self) -> None:
        _limits(self)
        if abs(self.snap(self.value) - self.value) > 1e-9:
            raise ValueError(
                f"{self.name}: {self.value:g} is not on the grid from {self.lo:g} in steps of {self.step:g}: "
                f"the browser would move it. Try {self.snap(self.value):g}, or another step."
            )

    def snap(self, value: float) -> float:
        """The position of the slider nearest to ``value``."""
        value = min(max(value, self.lo), self.hi)
        return round(self.lo + round((value - self.lo) / self.step) * self.step, self.digits)

    def positions(self) -> list[float]:
        """All positions, from ``lo`` on."""
        steps = round((self.hi - self.lo) / self.step)
        return [self.read(self.snap(self.lo + k * self.step)) for k in range(steps + 1)]

    def text(self, value: float) -> str:
        """What the read-out says at a value.

        >>> Slider("x", -1, 1, 0, 0.25).text(-0.5)
        '-0.50'
        """
        return f"{value:.{0 if self.whole else self.digits}f}"

    @property
    def whole(self) -> bool:
        return all(float(number).is_integer() for number in (self.lo, self.hi, self.value, self.step))

    @property
    def digits(self) -> int:
        """Decimals needed to show every position of the slider."""
        return next(
            d for d in range(12) if d == 11 or all(abs(round(n, d) - n) < 1e-12 for n in (self.lo, self.step))
        )

    def widget(self) -> ipywidgets.Widget:
        kind = ipywidgets.IntSlider if self.whole else ipywidgets.FloatSlider
        number = int if self.whole else float
        return kind(
            number(self.value),
            min=number(self.lo),
            max=number(self.hi),
            step=number(self.step),
            description=self.label or self.name,
            readout_format="d" if self.whole else f".{self.digits}f",
            **_layout(),
        )

    def read(self, shown: Any) -> float:
        return int(shown) if self.whole else round(float(shown), self.digits)

    def write(self, slider: ipywidgets.Widget, value: float) -> None:
        """Move to the position nearest to ``value``."""
        slider.value = self.read(self.snap(value))


@dataclass(frozen=True)
class Play(Slider):
    """A slider over whole numbers that a button moves step by step, one every ``ms`` milliseconds."""

    step: float = 1
    ms: int = 60

    def placed(self, slider: ipywidgets.Widget) -> ipywidgets.Widget:
        """The slider with its button beside it."""
        play = ipywidgets.Play(
            min=slider.min, max=slider.max, step=slider.step, value=slider.value, interval=self.ms, show_repeat=False
        )
        ipywidgets.jslink((play, "value"), (slider, "value"))
        slider.layout.flex = "1 1 auto"
        return ipywidgets.HBox((slider, play.add_class("course-play")))


@dataclass(frozen=True)
class LogSlider:
    """A slider over a geometric grid of round numbers, ``per_decade`` of them, with ``digits`` significant digits.

    ipywidgets' own FloatLogSlider snaps to exponents: it shows 0.0912 where 0.09 was asked for, and speaks −1.04.
    """

    name: str
    lo: float
    hi: float
    value: float
    label: str = ""
    per_decade: int = 20
    digits: int = 2

    def __post_init__(self) -> None:
        _limits(self)
        if self.lo <= 0:
            raise ValueError(
                f"{self.name}: a logarithmic slider cannot start at {self.lo:g}: it has no logarithm. "
                "Try a small positive lo, such as 1e-4."
            )

    def positions(self) -> list[float]:
        """All positions, from ``lo`` on.

        >>> LogSlider("lr", 0.01, 1, 0.05, per_decade=3).positions()
        [0.01, 0.022, 0.046, 0.05, 0.1, 0.22, 0.46, 1.0]
        """
        steps = round(self.per_decade * math.log10(self.hi / self.lo))
        exact = (self.lo * (self.hi / self.lo) ** (k / steps) for k in range(steps + 1))
        return sorted({float(f"{value:.{self.digits}g}") for value in exact} | {self.lo, self.value, self.hi})

    def widget(self) -> ipywidgets.Widget:
        slider = ipywidgets.SelectionSlider(
            options=self._named(self.positions()), value=self.value, description=self.label or self.name, **_layout()
        )
        return slider.add_class("course-grid")  # the engine knows that its read-out cannot be typed into

    def write(self, slider: ipywidgets.Widget, value: float) -> None:
        """Move to ``value``; a value between two positions becomes a position."""
        value = min(max(float(value), self.lo), self.hi)
        known = [number for _, number in slider.options]
        if value not in known:
            slider.options = self._named(sorted([*known, value]))
        slider.value = value

    def read(self, shown: Any) -> float:
        return float(shown)

    def text(self, value: float) -> str:
        """What the read-out says at a value."""
        return f"{value:.6g}"

    def _named(self, values: list[float]) -> list[tuple[str, float]]:
        return [(self.text(value), value) for value in values]


@dataclass(frozen=True)
class Choice:
    """One of a few names."""

    name: str
    options: tuple[str, ...]
    value: str
    label: str = ""

    def __post_init__(self) -> None:
        if self.value not in self.options:
            raise ValueError(
                f"{self.name}: {self.value!r} is not among the options: the figure could not start. "
                f"Try one of {', '.join(self.options)}."
            )

    def widget(self) -> ipywidgets.Widget:
        return ipywidgets.ToggleButtons(
            options=self.options,
            value=self.value,
            description=self.label or self.name,
            style={"description_width": "9em", "button_width": "auto"},
            layout={"width": "auto"},
        )

    def read(self, shown: Any) -> str:
        return str(shown)

    def write(self, slider: ipywidgets.Widget, value: Any) -> None:
        slider.value = value


@dataclass(frozen=True)
class Switch:
    """On or off."""

    name: str
    value: bool = False
    label: str = ""

    def widget(self) -> ipywidgets.Widget:
        return ipywidgets.Checkbox(self.value, description=self.label or self.name, indent=True, **_layout())

    def read(self, shown: Any) -> bool:
        return bool(shown)

    def write(self, slider: ipywidgets.Widget, value: Any) -> None:
        slider.value = value


@dataclass(frozen=True)
class Sketch:
    """A short sequence of numbers, typed with spaces between them, or drawn in a panel that names it.

    ``draw`` receives a tuple of floats. What cannot be read is refused with a message; the last sequence stays.
    """

    name: str
    value: tuple[float, ...]
    lo: float
    hi: float
    label: str = ""
    most: int = 60
    """Numbers in it, at most."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", self.read(self.text(self.value)))

    def text(self, values: Iterable[float]) -> str:
        """As it stands in the box."""
        return " ".join(f"{value:.3g}" for value in values)

    def widget(self) -> ipywidgets.Widget:
        return ipywidgets.Text(
            self.text(self.value), description=self.label or self.name, continuous_update=False, **_layout()
        )

    def read(self, shown: Any) -> tuple[float, ...]:
        """The numbers of a text, cut to the limits."""
        words = str(shown).replace("\N{MINUS SIGN}", "-").replace(",", " ").replace(";", " ").split()
        try:
            values = tuple(float(word) for word in words)
        except ValueError:
            values = ()
        if not 1 <= len(values) <= self.most or any(value != value for value in values):
            raise ValueError(
                f"{self.label or self.name}: {shown!r} is no sequence of 1 to {self.most} numbers, so nothing was "
                f"changed. Try {self.text(self.value[:5])}."
            )
        return tuple(min(max(value, self.lo), self.hi) for value in values)

    def drawn(self, values: tuple[float, ...], x: float, y: float) -> tuple[float, ...]:
        """The sequence with the entry at place x (1 is the first) set to y."""
        k = min(max(round(x), 1), len(values)) - 1
        return (*values[:k], min(max(y, self.lo), self.hi), *values[k + 1 :])

    def write(self, box: ipywidgets.Widget, values: Iterable[float]) -> None:
        box.value = self.text(values)


Control = Slider | LogSlider | Choice | Switch | Sketch


def stops(control: Control) -> tuple[Any, ...]:
    """The ends and the start of a control: where a figure is tested."""
    match control:
        case Switch():
            return (False, True)
        case Choice():
            return control.options
        case Sketch():
            flat = [(end,) * len(control.value) for end in (control.lo, 0.0, control.hi)]
            return (control.value, *flat, control.value[:1])
        case _:
            return (control.lo, control.value, control.hi)


def corners(controls: Iterable[Control]) -> Iterator[dict[str, Any]]:
    """All combinations of the stops.

    >>> list(corners([Switch("fast"), Choice("kind", ("a",), "a")]))
    [{'fast': False, 'kind': 'a'}, {'fast': True, 'kind': 'a'}]
    """
    controls = tuple(controls)
    for values in product(*map(stops, controls)):
        yield {control.name: value for control, value in zip(controls, values, strict=True)}
