"""Encode a picture for the canvas: one JSON description and two float32 buffers.

``live`` holds the arrays that a slider changes; ``kept`` those of layers marked ``keep`` (contours, heat maps), which
are sent again only when their bytes change. In the description an array is ``[buffer, start, length]``, so that the
same three values are enough to play the picture with no kernel.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any, NamedTuple

import numpy as np

from course_utils.widgets.picture import Axis, Heat, Layer, Picture
from course_utils.widgets.project import project

VERSION = 1


class Wire(NamedTuple):
    """A picture as it travels."""

    spec: dict[str, Any]
    live: bytes  # float32, little-endian
    kept: bytes


class _Buffer:
    def __init__(self, name: str) -> None:
        self.name, self.size, self.parts = name, 0, list[bytes]()

    def add(self, values: np.ndarray) -> list[str | int]:
        flat = np.ascontiguousarray(values, dtype="<f4").ravel()
        place: list[str | int] = [self.name, self.size, flat.size]
        self.size += flat.size
        self.parts.append(flat.tobytes())
        return place


def _layer(layer: Layer, live: _Buffer, kept: _Buffer) -> dict[str, Any]:
    buffer = kept if layer.keep else live
    described: dict[str, Any] = {"type": type(layer).__name__}
    if isinstance(layer, Heat):
        described["rows"], described["columns"] = layer.values.shape
    for field in fields(layer):
        value = getattr(layer, field.name)
        if field.name in ("keep", "ghost", "exit", "lo", "hi") and not isinstance(value, np.ndarray):
            continue
        described[field.name] = buffer.add(value) if isinstance(value, np.ndarray) else value
    return described


def _axis(axis: Axis) -> dict[str, Any]:
    return asdict(axis) | {"ticks": [list(tick) for tick in axis.ticks]}


def encode(picture: Picture) -> Wire:
    """Encode; equal pictures give equal bytes."""
    live, kept = _Buffer("live"), _Buffer("kept")
    panels = [
        {
            "title": panel.title,
            "x": _axis(panel.x),
            "y": _axis(panel.y),
            "aspect": panel.aspect,
            "weight": panel.weight,
            "labels": panel.labels,
            "drag": list(panel.drag) if panel.drag else None,
            "point": list(panel.point) if panel.point else None,
            "sketch": panel.sketch,
            "layers": [_layer(layer, live, kept) for layer in project(panel)],
        }
        for panel in picture.panels
    ]
    spec = {
        "version": VERSION,
        "says": picture.says,
        "alt": picture.alt,
        "height": picture.height,
        "columns": picture.columns or len(picture.panels),
        "unfinished": picture.unfinished,
        "panels": panels,
    }
    return Wire(spec, b"".join(live.parts), b"".join(kept.parts))
