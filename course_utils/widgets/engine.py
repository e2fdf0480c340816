"""LiveFigure: sliders around a pure function ``hyper-parameters -> Picture``.

    figure = LiveFigure(draw, [LogSlider("lr", 1e-3, 1, 0.1)])
    figure.set(lr=0.3)      # as if the slider had moved
    figure.picture.says     # the sentence below the picture

Python computes, a binary message carries float32 arrays, ``engine.js`` draws. While the kernel computes, the front end
of ipywidgets holds back all slider moves but the newest, so no queue builds up during a drag.
"""

from __future__ import annotations

import base64
import html
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from course_utils.widgets import static
from course_utils.widgets.controls import Control
from course_utils.widgets.picture import Picture
from course_utils.widgets.wire import encode

HERE = Path(__file__).parent


class Canvas(anywidget.AnyWidget):
    """The drawing surface in the browser. All traits go one way, to the browser, except ``dragged``."""

    _esm = HERE / "engine.js"
    _css = HERE / "engine.css"

    spec = traitlets.Dict().tag(sync=True)
    live = traitlets.Bytes(b"").tag(sync=True)
    kept = traitlets.Bytes(b"").tag(sync=True)
    fault = traitlets.Unicode("").tag(sync=True)  # message of an exception in draw
    verdict = traitlets.Unicode("").tag(sync=True)  # how the prediction came out
    veiled = traitlets.Bool(False).tag(sync=True)  # hidden until the prediction is made
    dragged = traitlets.Dict().tag(sync=True)  # {control: value} under the pointer

    def show(self, picture: Picture) -> None:
        """Send a picture in one message; the kept arrays go along only when they changed."""
        with self.hold_sync():
            self.spec, self.live, self.kept = encode(picture)
            self.fault = ""


@dataclass(frozen=True)
class Prediction:
    """A question asked before the figure opens; ``answer(**hyper_parameters)`` returns the right choice."""

    question: str
    choices: tuple[str, ...]
    answer: Callable[..., str]
    why: str = ""


class LiveFigure(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A picture that follows its controls.

    ``.params`` are the values drawn, ``.picture`` is the picture, ``.error`` the exception of the last update or None,
    ``.prediction`` the choice of the learner. An exception in ``draw`` shows in the figure; with ``COURSE_BUILD=1`` it
    is raised as well.
    """

    def __init__(
        self,
        draw: Callable[..., Picture],
        controls: Sequence[Control],
        *,
        name: str = "",
        predict: Prediction | None = None,
    ) -> None:
        self.draw = draw
        self.name = name or draw.__module__.rpartition(".")[2]
        self.controls = {control.name: control for control in controls}
        self.sliders = {control.name: control.widget() for control in controls}
        self.error: Exception | None = None
        self.prediction: str | None = None
        self.ask = predict
        self._holding = False
        self.canvas = Canvas()
        self.params = self._read()
        self.picture = draw(**self.params)
        self.canvas.show(self.picture)
        for slider in self.sliders.values():
            slider.add_class("course-control")
            slider.observe(self._moved, "value")
        self.canvas.observe(self._dragged, "dragged")
        self._panel = ipywidgets.Box(tuple(self.sliders.values()))
        self._panel.add_class("course-controls")
        super().__init__((self._panel, self.canvas))
        self.add_class("course-live")
        if predict is not None:
            self._veil(predict)

    def set(self, **values: Any) -> None:
        """Set controls from code, with one update for all of them."""
        unknown = sorted(values.keys() - self.sliders.keys())
        if unknown:
            raise ValueError(
                f"{self.name} has no control {', '.join(unknown)}: nothing would move. Try {', '.join(self.sliders)}."
            )
        self._holding = True
        try:
            for name, value in values.items():
                self.controls[name].write(self.sliders[name], value)
        finally:
            self._holding = False
        self._moved()

    def predict(self, choice: str) -> None:
        """Commit to a prediction and open the figure; only the first one counts."""
        if self.ask is None or self.prediction is not None:
            return
        if choice not in self.ask.choices:
            raise ValueError(
                f"{choice!r} is not a choice: it could not be compared with the run. "
                f"Try one of {', '.join(self.ask.choices)}."
            )
        self.prediction, answer = choice, self.ask.answer(**self.params)
        right = (
            f"You predicted “{choice}”, and so it is."
            if choice == answer
            else f"You predicted “{choice}”; the run says “{answer}”."
        )
        self._buttons[choice].button_style = "info"
        self._panel.layout.display = None
        with self.canvas.hold_sync():
            self.canvas.veiled, self.canvas.verdict = False, f"{right} {self.ask.why}".strip()

    def _veil(self, ask: Prediction) -> None:
        answer = ask.answer(**self.params)
        if answer not in ask.choices:
            raise ValueError(
                f"{self.name}: the answer {answer!r} is not among the choices {ask.choices}: "
                "nobody could predict it. Try a choice with this text."
            )
        self._buttons = {
            choice: ipywidgets.Button(description=choice, layout={"width": "auto"}) for choice in ask.choices
        }
        for choice, button in self._buttons.items():
            button.on_click(lambda _, choice=choice: self.predict(choice))
        question = ipywidgets.HTML(f"<b>Predict first.</b> {html.escape(ask.question)}")
        buttons = ipywidgets.Box(tuple(self._buttons.values()), layout={"flex_flow": "row wrap"})
        self._panel.layout.display = "none"
        self.canvas.veiled = True
        self.children = (question, buttons, self._panel, self.canvas)

    def _read(self) -> dict[str, Any]:
        return {name: control.read(self.sliders[name].value) for name, control in self.controls.items()}

    def _moved(self, _change: object = None) -> None:
        params = self._read()
        if self._holding or (params == self.params and self.error is None):
            return
        self.params = params
        try:
            self.picture = self.draw(**params)
            self.canvas.show(self.picture)
            self.error = None
        except Exception as error:
            self.error = error
            self.canvas.fault = f"{type(error).__name__}: {error}"
            if os.environ.get("COURSE_BUILD") == "1":
                raise

    def _dragged(self, change: Any) -> None:
        self.set(**change["new"])

    def __repr__(self) -> str:
        params = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.name}({params}): {self.picture.says}"

    def _repr_mimebundle_(self, **_kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view, the same picture as an image with alt text, and the sentence, in this order of richness."""
        png, (width, height) = static.png(self.picture)
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        data = {
            "application/vnd.jupyter.widget-view+json": view,
            "image/png": base64.b64encode(png).decode("ascii"),
            "text/plain": repr(self),
        }
        return data, {
            "image/png": {"alt": f"{self.picture.alt} {self.picture.says}", "width": width, "height": height}
        }
