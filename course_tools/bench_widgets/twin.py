"""The JavaScript-only twin: our picture, our painter, but the slider and the optimizers live in the page."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

from course_utils.widgets import engine
from course_utils.widgets.picture import Picture
from course_utils.widgets.wire import encode

HERE = Path(__file__).parent
PAINTER = (engine.HERE / "engine.js").read_text(encoding="utf-8")


class Twin(anywidget.AnyWidget):
    """Gets its first picture from Python and nothing ever after."""

    _esm = PAINTER + (HERE / "twin.js").read_text(encoding="utf-8")

    spec = traitlets.Dict().tag(sync=True)
    live = traitlets.Bytes(b"").tag(sync=True)
    kept = traitlets.Bytes(b"").tag(sync=True)
    count = traitlets.Int(1).tag(sync=True)

    @classmethod
    def of(cls, picture: Picture, count: int) -> Twin:
        """A twin that starts with this picture."""
        spec, live, kept = encode(picture)
        return cls(spec=spec, live=live, kept=kept, count=count)
