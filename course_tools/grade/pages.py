"""Pages from templates: whatever stands in the data is text and nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def page(template: str, **data: Any) -> str:
    """A template filled in; what means something in HTML is escaped, what cannot be written is replaced."""
    text = _environment().get_template(template).render(**data)
    return text.encode("utf-8", "replace").decode("utf-8")
