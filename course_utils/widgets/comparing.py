"""Runs that were kept for comparison: their paths stay as ghosts behind the present one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from course_utils.widgets.picture import Layer, Line, Picture, Points, number

MOST = 4


class Ghosts:
    """The kept runs, oldest first: each with its controls and the picture it had."""

    def __init__(self) -> None:
        self.kept: list[tuple[dict[str, Any], Picture]] = []

    def keep(self, params: Mapping[str, Any], picture: Picture) -> None:
        """One more; the oldest goes when there are too many, and the same run is kept once."""
        others = [run for run in self.kept if run[0] != dict(params)]
        self.kept = [*others, (dict(params), picture)][-MOST:]

    def forget(self) -> None:
        """All of them."""
        self.kept = []

    def behind(self, params: Mapping[str, Any], picture: Picture, names: Mapping[str, str]) -> Picture:
        """``picture`` with the kept runs behind it, numbered; its sentence says in which controls they differ."""
        if not self.kept:
            return picture
        panels = []
        for k, panel in enumerate(picture.panels):
            ghosts: list[Layer] = []
            for run, (_, old) in enumerate(self.kept, 1):
                if k < len(old.panels):
                    ghosts += [_faded(layer, str(run)) for layer in old.panels[k].layers if _stays(layer)]
            first = next((i for i, layer in enumerate(panel.layers) if _stays(layer)), 0)
            panels.append(replace(panel, layers=(*panel.layers[:first], *ghosts, *panel.layers[first:])))
        told = "; ".join(f"{run}: {_unlike(old, params, names)}" for run, (old, _) in enumerate(self.kept, 1))
        return replace(picture, panels=tuple(panels), says=f"{picture.says} Kept {told}.")


def _stays(layer: Layer) -> bool:
    return isinstance(layer, Line | Points) and layer.ghost


def _faded(layer: Any, label: str) -> Layer:
    if isinstance(layer, Points):
        return replace(layer, color="faint", label="")
    assert isinstance(layer, Line)
    return replace(layer, color="faint", width=1.5, label=label, exit="")


def _unlike(old: Mapping[str, Any], params: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The controls in which a kept run differs, with its values."""
    unlike = [f"{names[name]} {_shown(value)}" for name, value in old.items() if value != params[name]]
    return ", ".join(unlike) or "this run"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return " ".join(map(_shown, value))
    return number(value) if isinstance(value, int | float) else str(value)
