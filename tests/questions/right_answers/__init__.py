"""Right answers to every graded question, each in three or more styles, written from the text of the sheets alone.

One file a chapter, with a table ``RIGHT``: question id -> right answers.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

RIGHT: dict[str, list[Any]] = {}
for _chapter in pkgutil.iter_modules(__path__):
    RIGHT |= import_module(f"{__name__}.{_chapter.name}").RIGHT
