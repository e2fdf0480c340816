"""Frozen figures: live where no kernel runs, in an HTML page or a slide.

The tested Python functions compute the pictures on export; the same ``engine.js`` plays them, and nothing is asked of
the network. Pictures are taken along each control, the others at their start; where two controls belong together (a
point that is dragged, a place in a map) over a grid of both.

    html = page([ravine(), landscape()])        # one file
    COURSE_FREEZE=1 jupyter nbconvert …         # every figure of a notebook carries its frozen form along
"""

from __future__ import annotations

import base64
import html
import json
import math
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from course_utils.widgets import static
from course_utils.widgets.controls import Choice, Control, LogSlider, Play, Sketch, Slider, Switch
from course_utils.widgets.picture import Picture
from course_utils.widgets.wire import encode

if TYPE_CHECKING:
    from course_utils.widgets.engine import LiveFigure

HERE = Path(__file__).parent
ALONE, TOGETHER = 25, 11
"""Positions kept of a control that moves alone, and of each of two that move together."""


class Frozen(NamedTuple):
    """A figure in one piece: ``data`` is what the page's script unpacks, the rest stands in for it without a script."""

    data: bytes
    png: bytes
    alt: str
    pictures: int


def freeze(figure: LiveFigure, alone: int = ALONE, together: int = TOGETHER) -> Frozen:
    """Draw the figure at every position that a page can show, and pack the pictures.

    Arrays are halved to float16: positions as fractions of a panel, good to a quarter of a pixel. Raises what ``draw``
    raises.
    """
    pairs = linked(figure.picture, figure.controls)
    joint = {name for pair in pairs for name in pair}
    stops = {name: positions(c, together if name in joint else alone) for name, c in figure.controls.items()}
    start = [_index(stops[name], figure.params[name]) for name in stops]
    store, frames = _Store(), {}
    for places in combinations(list(stops), stops, start, pairs):
        params = {name: stops[name][i][1] for (name, i) in zip(stops, places, strict=True)}
        frames[",".join(map(str, places))] = store.add(_picture(figure, params))
    header = {
        "name": figure.name,
        "controls": [_described(figure.controls[name], stops[name], i) for name, i in zip(stops, start, strict=True)],
        "pairs": pairs,
        "frames": frames,
        "pictures": store.pictures,
        "ask": _question(figure),
    }
    png, _ = static.png(figure.picture)
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    data = zlib.compress(len(text).to_bytes(4, "little") + text + b"".join(store.parts), 9)
    return Frozen(data, png, f"{figure.picture.alt} {figure.picture.says}", len(store.pictures))


def positions(control: Control, most: int) -> list[tuple[str, Any]]:
    """The places of a control that are kept, as (text of its read-out, value): both ends, the start, and some between.

    >>> positions(Slider("n", 0, 9, 2, 1), most=4)
    [('0', 0), ('2', 2), ('3', 3), ('6', 6), ('9', 9)]
    """
    match control:
        case Choice():
            return [(option, option) for option in control.options]
        case Switch():
            return [("off", False), ("on", True)]
        case Sketch():                                                  # typed or drawn: stays as it is
            return [(control.text(control.value), control.value)]
        case Slider() | LogSlider():
            values = control.positions()
    most = 3 * most if isinstance(control, Play) else most
    if len(values) > most:
        chosen = {round(k * (len(values) - 1) / (most - 1)) for k in range(most)}
        values = [value for k, value in enumerate(values) if k in chosen or value == control.value]
    return [(control.text(value), value) for value in values]


def linked(picture: Picture, controls: Iterable[str]) -> list[list[str]]:
    """Pairs of controls that one pointer moves."""
    known, found = set(controls), []
    for panel in picture.panels:
        for names in (panel.drag, panel.point):
            pair = [name for name in names or () if name in known]
            if len(pair) == 2 and pair not in found:
                found.append(pair)
    return found


def combinations(
    names: Sequence[str], stops: dict[str, list[tuple[str, Any]]], start: Sequence[int], pairs: Sequence[Sequence[str]]
) -> Iterator[tuple[int, ...]]:
    """Indices of the positions that are drawn: each control or pair through all of its own, the others at the start."""
    joint = {name for pair in pairs for name in pair}
    seen = set()
    for group in [*pairs, *([name] for name in names if name not in joint), []]:
        for moved in product(*(range(len(stops[name])) for name in group)):
            places = list(start)
            for name, i in zip(group, moved, strict=True):
                places[names.index(name)] = i
            if tuple(places) not in seen:
                seen.add(tuple(places))
                yield tuple(places)


def fragment(figure: LiveFigure, alone: int = ALONE, together: int = TOGETHER) -> str:
    """The figure as a piece of HTML that is complete in itself; its image stands there until the script runs."""
    frozen = freeze(figure, alone, together)
    pack, png = (base64.b64encode(part).decode("ascii") for part in (frozen.data, frozen.png))
    image = f'<img src="data:image/png;base64,{png}" alt="{html.escape(frozen.alt)}" style="max-width:100%">'
    return f'<course-figure data-pack="{pack}">{image}</course-figure>\n{player()}'


def page(
    figures: Iterable[LiveFigure], title: str = "Live figures", alone: int = ALONE, together: int = TOGETHER
) -> str:
    """One HTML file that plays the figures with no kernel and no network."""
    parts = "\n".join(fragment(figure, alone, together).removesuffix(player()) for figure in figures)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width"></head>\n'
        f"<body>\n<main>\n<h1>{html.escape(title)}</h1>\n{parts}</main>\n{player()}</body></html>\n"
    )


@cache
def player() -> str:
    """Style and script, once a figure or once a page: the second one finds the element known and does nothing."""
    def both(kind: str) -> str:
        return "".join((HERE / f"{name}.{kind}").read_text(encoding="utf-8") for name in ("engine", "frozen"))

    return f'<style>\n{both("css")}</style>\n<script type="module">\n{{\n{both("js")}\n}}\n</script>\n'


class _Store:
    """Descriptions of pictures, and all their arrays in one long piece of float16, equal ones once."""

    def __init__(self) -> None:
        self.pictures: list[dict[str, Any]] = []
        self.parts: list[bytes] = []
        self.size, self.known = 0, dict[bytes, int]()

    def add(self, picture: Picture) -> int:
        spec, live, kept = encode(picture)
        buffers = {"live": np.frombuffer(live, "<f4"), "kept": np.frombuffer(kept, "<f4")}
        for layer in (layer for panel in spec["panels"] for layer in panel["layers"]):
            for name, value in layer.items():
                if isinstance(value, list) and len(value) == 3 and value[0] in buffers:
                    source, at, size = value
                    layer[name] = ["kept", self._place(buffers[source][at : at + size]), size]
        self.pictures.append(spec)
        return len(self.pictures) - 1

    def _place(self, floats: np.ndarray) -> int:
        half = floats.astype("<f2").tobytes()
        if half not in self.known:
            self.known[half] = self.size
            self.parts.append(half)
            self.size += floats.size
        return self.known[half]


def _picture(figure: LiveFigure, params: dict[str, Any]) -> Picture:
    if figure.work is not None:
        figure.work(math.inf, **params)
    return figure.draw(**params)


def _index(stops: list[tuple[str, Any]], value: Any) -> int:
    """The position at ``value``, or the nearest one."""
    exact = [i for i, (_, known) in enumerate(stops) if known == value]
    return exact[0] if exact else min(range(len(stops)), key=lambda i: abs(stops[i][1] - value))


def _described(control: Control, stops: list[tuple[str, Any]], start: int) -> dict[str, Any]:
    values = [value if isinstance(value, int | float) else None for _, value in stops]
    return {
        "name": control.name,
        "label": control.label or control.name,
        "kind": type(control).__name__.lower() if len(stops) > 1 else "fixed",
        "stops": [text for text, _ in stops],
        "values": values,
        "start": start,
    }


def _question(figure: LiveFigure) -> dict[str, Any] | None:
    ask = figure.ask
    if ask is None:
        return None
    answer = ask.answer(**figure.params)
    return {"question": ask.question, "choices": list(ask.choices), "answer": answer, "why": ask.why}
