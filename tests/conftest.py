"""Fixtures for all tests: a fixed environment, optional tools that are required in CI, and a tiny course."""

from __future__ import annotations

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
os.environ |= {"COURSE_BUILD": "1", "MPLBACKEND": "Agg"}  # before NumPy and matplotlib are imported

import shutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from course_tools import offline

ROOT = Path(__file__).resolve().parent.parent


def require(present: bool, reason: str) -> None:
    """Skip where an optional tool is absent; in CI, where everything is installed, its absence is a failure."""
    if not present and os.environ.get("CI"):
        pytest.fail(f"{reason} (a skip elsewhere, a failure in CI)")
    if not present:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def needs_chromium() -> str:
    """The path of a Chromium that playwright can drive."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    require(path is not None and find_spec("playwright") is not None, "Chromium or playwright is not installed")
    return str(path)


@pytest.fixture(scope="session")
def needs_bwrap() -> list[str]:
    """What to put before a command to run it without a network."""
    prefix = offline.prefix()
    require(prefix is not None, "bubblewrap (bwrap) is not installed or not allowed to make namespaces")
    return list(prefix or ())


@pytest.fixture(scope="session")
def needs_torch() -> ModuleType:
    """The module torch."""
    require(find_spec("torch") is not None, "PyTorch is not installed")
    return import_module("torch")
