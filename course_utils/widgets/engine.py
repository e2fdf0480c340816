"""LiveFigure: sliders around a pure function ``hyper-parameters -> Picture``.

    figure = LiveFigure(draw, [LogSlider("lr", 1e-3, 1, 0.1)])
    figure.set(lr=0.3)      # as if the slider had moved
    figure.picture.says     # the sentence below the picture

Python computes, a binary message carries float32 arrays, ``engine.js`` draws. While a slider is in hand, ``live.js``
asks for the pictures of its next positions too (``ahead.py``); the slider itself tells the kernel where it was let go.
"""

from __future__ import annotations

import base64
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from course_utils.widgets import frozen, static
from course_utils.widgets.ahead import Ahead
from course_utils.widgets.asking import Prediction
from course_utils.widgets.comparing import Ghosts
from course_utils.widgets.controls import Control, Play, Sketch
from course_utils.widgets.picture import Picture
from course_utils.widgets.wire import encode

HERE = Path(__file__).parent
SLICE = 0.012
"""Seconds of work between two pictures, where work is done in slices: less than a frame."""


class Canvas(anywidget.AnyWidget):
    """The drawing surface in the browser. Traits go one way, to the browser, except the last three."""

    _esm = "".join((HERE / name).read_text(encoding="utf-8") for name in ("engine.js", "live.js"))
    _css = HERE / "engine.css"

    spec = traitlets.Dict().tag(sync=True)
    live = traitlets.Bytes(b"").tag(sync=True)
    kept = traitlets.Bytes(b"").tag(sync=True)
    epoch = traitlets.Int(0).tag(sync=True)  # what was drawn ahead before it changed is no longer true
    fault = traitlets.Unicode("").tag(sync=True)  # message of an exception in draw
    verdict = traitlets.Unicode("").tag(sync=True)  # how the prediction came out
    veiled = traitlets.Bool(False).tag(sync=True)  # hidden until the prediction is made
    dragged = traitlets.Dict().tag(sync=True)  # {control: value} under the pointer
    awake = traitlets.Bool(False).tag(sync=True)  # a page shows it
    again = traitlets.Int(0).tag(sync=True)  # counts how often the page, having drawn, asked for more

    def show(self, picture: Picture, at: dict[str, str], epoch: int) -> None:
        """Send a picture, and where its sliders stand, in one message; kept arrays go along only when they changed."""
        with self.hold_sync():
            spec, self.live, self.kept = encode(picture)
            self.spec, self.epoch, self.fault = {**spec, "at": at}, epoch, ""


class LiveFigure(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A picture that follows its controls.

    ``predict``  a question that stands before the figure
    ``compare``  a button keeps the present run: its layers marked ``ghost`` stay behind the later ones
    ``work``     ``work(seconds, **hyper_parameters) -> bool`` goes on with a long computation for so long, and says
                 whether it is complete; ``draw`` shows what there is. The page asks for the next slice when it has
                 drawn, so the kernel is never away for longer than a frame, and rests when nobody looks

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
        compare: bool = False,
        work: Callable[..., bool] | None = None,
    ) -> None:
        self.draw, self.work = draw, work
        self.name = name or draw.__module__.rpartition(".")[2]
        self.controls = {control.name: control for control in controls}
        self.sliders = {control.name: control.widget() for control in controls}
        self.error: Exception | None = None
        self.prediction: str | None = None
        self.ask, self.ghosts = predict, Ghosts()
        self._holding = False
        self.canvas = Canvas()
        self.ahead = Ahead(self.controls if work is None else {}, self._with_ghosts, lambda: self.canvas.kept)
        self.params = self._read()
        self.picture = self._drawn()
        self._show()
        self._panel = ipywidgets.Box(tuple(self._placed(compare)))
        self._panel.add_class("course-controls")
        self._watch()
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
        told = self.ask.verdict(choice, self.params)
        self.prediction = choice
        self._buttons[choice].button_style = "info"
        self._panel.layout.display = None
        with self.canvas.hold_sync():
            self.canvas.veiled, self.canvas.verdict = False, told

    def keep(self) -> None:
        """Keep the present run for comparison."""
        self.ghosts.keep(self.params, self.picture)
        self.ahead.changed(())
        self._redraw()

    def forget(self) -> None:
        """Forget the runs that were kept."""
        self.ghosts.forget()
        self.ahead.changed(())
        self._redraw()

    def _placed(self, compare: bool) -> list[ipywidgets.Widget]:
        """The controls as they stand in the panel."""
        placed = []
        for name, slider in self.sliders.items():
            control = self.controls[name]
            slider.add_class("course-control")
            placed.append(control.placed(slider) if isinstance(control, Play) else slider)
        if compare:
            keep, forget = (ipywidgets.Button(description=text) for text in ("Keep this run", "Forget the kept"))
            keep.on_click(lambda _: self.keep())
            forget.on_click(lambda _: self.forget())
            placed.append(ipywidgets.HBox((keep, forget)))
        return placed

    def _watch(self) -> None:
        for name, slider in self.sliders.items():
            if name in self.ahead.sliders:
                slider.continuous_update = False
                slider.add_class(f"course-ahead-{name}")
            slider.observe(self._moved, "value")
        self.canvas.on_msg(self._asked)
        self.canvas.observe(self._dragged, "dragged")
        self.canvas.observe(self._again, "again")

    def _veil(self, ask: Prediction) -> None:
        ask.check(self.name, self.params)
        question, self._buttons = ask.widgets(self.predict)
        self._panel.layout.display = "none"
        self.canvas.veiled = True
        self.children = (question, self._panel, self.canvas)

    def _read(self) -> dict[str, Any]:
        return {name: control.read(self.sliders[name].value) for name, control in self.controls.items()}

    def _drawn(self) -> Picture:
        """The picture of the present values, or of what there is of it after a slice of work."""
        done = True if self.work is None else self.work(SLICE if self.canvas.awake else math.inf, **self.params)
        picture = self.draw(**self.params)
        return picture if done else replace(picture, unfinished=True)

    def _moved(self, _change: object = None) -> None:
        if self._holding:
            return
        try:
            params = self._read()
        except ValueError as error:  # something typed that cannot be read
            self._failed(error)
            return
        if params != self.params or self.error is not None:
            self.ahead.changed([name for name in params if params[name] != self.params[name]])
            self.params = params
            self._redraw()

    def _redraw(self) -> None:
        try:
            self.picture = self._drawn()
            self._show()
            self.error = None
        except Exception as error:
            self._failed(error)

    def _show(self) -> None:
        at = {name: control.text(self.params[name]) for name, control in self.ahead.sliders.items()}
        self.canvas.show(self._behind(self.params, self.picture), at, self.ahead.epoch)

    def _behind(self, params: dict[str, Any], picture: Picture) -> Picture:
        """``picture`` with the kept runs behind it."""
        return self.ghosts.behind(params, picture, {n: control.label or n for n, control in self.controls.items()})

    def _with_ghosts(self, params: dict[str, Any]) -> Picture:
        return self._behind(params, self.draw(**params))

    def _asked(self, _canvas: object, request: dict[str, Any], _buffers: object) -> None:
        """The page wants a picture, or some that may come next."""
        content, buffers = self.ahead.answer(request, self.params)
        self.canvas.send(content, buffers)

    def _failed(self, error: Exception) -> None:
        self.error = error
        self.canvas.fault = f"{type(error).__name__}: {error}"
        if os.environ.get("COURSE_BUILD") == "1":
            raise error

    def _again(self, _change: object) -> None:
        if self.picture.unfinished:
            self._redraw()

    def _dragged(self, change: Any) -> None:
        def value(name: str, under: Any) -> Any:
            control = self.controls[name]
            return control.drawn(self.params[name], *under) if isinstance(control, Sketch) else under

        self.set(**{name: value(name, under) for name, under in change["new"].items()})

    def __repr__(self) -> str:
        params = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.name}({params}): {self.picture.says}"

    def _repr_mimebundle_(self, **_kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view, the same picture as an image with alt text, and the sentence, in this order of richness.

        With ``COURSE_FREEZE=1`` the frozen figure goes along, for pages that are made from the notebook.
        """
        png, (width, height) = static.png(self.picture)
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        data = {
            "application/vnd.jupyter.widget-view+json": view,
            "image/png": base64.b64encode(png).decode("ascii"),
            "text/plain": repr(self),
        }
        if os.environ.get("COURSE_FREEZE") == "1":
            data["text/html"] = frozen.fragment(self)
        return data, {
            "image/png": {"alt": f"{self.picture.alt} {self.picture.says}", "width": width, "height": height}
        }
