"""Three files name the packages; they agree."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course_tools.pythons import OLDEST, ROOT, dotted

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LEARNER = PROJECT["dependencies"]
ALL = LEARNER + PROJECT["optional-dependencies"]["dev"]
PIN = re.compile(r"[a-z0-9-]+==[A-Za-z0-9.!+]+( ; [^;]+)?|    --hash=sha256:[0-9a-f]{64}( \\)?")


def pins(name: str) -> list[Requirement]:
    """The pins of a requirements file."""
    return [Requirement(line) for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if "==" in line]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_hold_pins_only(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not PIN.fullmatch(line)] == []


@pytest.mark.parametrize(("name", "needed"), [("requirements.txt", LEARNER), ("requirements-dev.txt", ALL)])
def test_pins_satisfy_the_bounds_of_pyproject(name: str, needed: list[str]) -> None:
    pinned: dict[str, list[Requirement]] = {}
    for pin in pins(name):
        pinned.setdefault(canonicalize_name(pin.name), []).append(pin)
    for bound in map(Requirement, needed):
        versions = [next(iter(pin.specifier)).version for pin in pinned[canonicalize_name(bound.name)]]
        assert versions
        assert all(bound.specifier.contains(version) for version in versions)


def test_learners_and_authors_have_the_same_versions() -> None:
    authors = {(pin.name, str(pin.specifier)) for pin in pins("requirements-dev.txt")}
    assert {(pin.name, str(pin.specifier)) for pin in pins("requirements.txt")} <= authors


def test_learners_install_no_authoring_tools() -> None:
    assert not {pin.name for pin in pins("requirements.txt")} & {
        "click",
        "jupytext",
        "nbval",
        "pytest",
        "playwright",
        "torch",
    }


def test_conda_environment_has_the_packages_and_bounds_of_pyproject() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = environment["dependencies"]
    assert environment["channels"] == ["conda-forge"]
    assert {entry for entry in listed if isinstance(entry, str)} == {
        *LEARNER,
        f"python{PROJECT['requires-python']}",
        "pip",
    }
    assert [entry for entry in listed if isinstance(entry, dict)] == [{"pip": ["-e ."]}]


def test_all_agree_on_the_oldest_python() -> None:
    assert PROJECT["requires-python"] == f">={dotted(OLDEST)}"
    assert f"({OLDEST[0]}, {OLDEST[1]})" in (ROOT / "Makefile").read_text(encoding="utf-8")
