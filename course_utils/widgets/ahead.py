"""Pictures ahead of the hand: while a slider is held, those of its next positions are drawn before they are asked for.

The page (``live.js``) keeps them by the text of the slider's read-out, so that a drag needs a message only for what is
not there yet. ``draw`` is pure: a picture that was drawn early is the picture that would have been drawn late.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from course_utils.widgets.controls import Control, LogSlider, Play, Slider
from course_utils.widgets.picture import Picture
from course_utils.widgets.wire import encode

BUDGET = 0.02
"""Seconds of drawing ahead for one message: whoever moves on meanwhile waits no longer than that."""
MOST = 8 * 2**20
"""Bytes of the pictures ahead of one slider."""


@dataclass
class Row:
    """The positions of one slider, the other controls staying as they are, and what of them was sent."""

    name: str = ""
    others: dict[str, Any] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    size: int = 0
    seconds: float = 0.0
    """What its last picture took; the page asks for less where that is long."""


class Ahead:
    """Answers what a page asks for; remembers what it sent, so that nothing is drawn ahead twice.

    ``draw`` maps the values of all controls to a picture, ``kept`` returns the arrays that the page has.
    """

    def __init__(
        self, controls: Mapping[str, Control], draw: Callable[[dict[str, Any]], Picture], kept: Callable[[], bytes]
    ) -> None:
        self.sliders: dict[str, Slider | LogSlider] = {
            name: control
            for name, control in controls.items()
            if isinstance(control, Slider | LogSlider) and not isinstance(control, Play)
        }
        self.draw, self.kept = draw, kept
        self.epoch = 0
        """Counts how often something else changed, so that what was drawn ahead is no longer true."""
        self.row = Row()

    def changed(self, names: Collection[str]) -> None:
        """These controls changed; or, with no names, something besides the controls."""
        if set(names) != {self.row.name}:
            self.epoch += 1
            self.row = Row()

    def answer(self, request: Mapping[str, Any], params: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        """One message: the picture that is wanted, or as many of the next ones as the budget allows, with their arrays.

        ``request`` names the slider in hand, says what all read-outs say (they may be ahead of ``params``) and how many
        pictures the page has.
        """
        name, said = request["name"], request["reads"]
        values = {**params, **{n: self.sliders[n].read(float(text)) for n, text in said.items()}}
        wanted = request["kind"] == "want"
        self._enter(name, values, afresh=not request["have"])
        places = [said[name]] if wanted else self._next(said[name], request["toward"])
        pictures, buffers = self._pictures(places, values)
        full = self.row.size > MOST or not self._next(said[name], 1)
        told = {"kind": request["kind"], "name": name, "wish": said[name], "epoch": self.epoch}
        return {**told, "full": full, "seconds": self.row.seconds, "pictures": pictures}, buffers

    def _enter(self, name: str, values: Mapping[str, Any], afresh: bool) -> None:
        """Turn to a slider; ``afresh`` where the page has none of what was sent."""
        others = {n: value for n, value in values.items() if n != name}
        if afresh or (name, others) != (self.row.name, self.row.others):
            self.row = Row(name, others)

    def _next(self, text: str, toward: int) -> list[str]:
        """The positions that were not sent, those nearest in the direction of the hand first."""
        control = self.sliders[self.row.name]
        texts = [control.text(value) for value in control.positions()]
        here = min(range(len(texts)), key=lambda k: abs(float(texts[k]) - float(text)))

        def distance(k: int) -> int:
            steps = (k - here) * toward
            return steps if steps >= 0 else -3 * steps

        return [texts[k] for k in sorted(range(len(texts)), key=distance) if texts[k] not in self.row.sent]

    def _pictures(self, places: list[str], values: dict[str, Any]) -> tuple[list[dict[str, Any]], list[bytes]]:
        """Draw until the budget is spent, one picture at least."""
        row, kept, start = self.row, self.kept(), time.perf_counter()
        pictures, buffers = list[dict[str, Any]](), list[bytes]()
        for text in places:
            row.sent.add(text)
            began = time.perf_counter()
            try:
                wire = encode(self.draw({**values, row.name: self.sliders[row.name].read(float(text))}))
            except Exception as error:  # shown where it happens; the figure raises it when the slider is let go
                pictures.append({"read": text, "fault": f"{type(error).__name__}: {error}"})
                continue
            parts = [wire.live] if wire.kept == kept else [wire.live, wire.kept]
            pictures.append({"read": text, "spec": wire.spec, "kept": len(parts) == 2})
            buffers += parts
            row.size += sum(map(len, parts))
            row.seconds = time.perf_counter() - began
            if time.perf_counter() - start > BUDGET:
                break
        return pictures, buffers
