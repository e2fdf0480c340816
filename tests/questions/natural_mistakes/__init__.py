"""Known mistakes as a student writes them, in plain code of their own: the check must recognize these too.

One file a chapter, with a table ``MISTAKES``: (question, name of the mistake) -> the mistake.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any

MISTAKES: dict[tuple[str, str], Callable[..., Any]] = {}
for _chapter in pkgutil.iter_modules(__path__):
    MISTAKES |= import_module(f"{__name__}.{_chapter.name}").MISTAKES
