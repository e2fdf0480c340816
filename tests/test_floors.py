"""course_utils is a house: a module imports only from smaller floors (architecture, section 3)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    0: ("trace", "checks", "tables"),
    1: (
        "objectives",
        "schedules",
        "optimizers",
        "misbuilt",
        "losses",
        "initializers",
        "metrics",
        "regularizers",
        "gradcheck",
        "tape",
        "data",
    ),
    2: ("layers", "reddi"),
    3: ("network",),
    4: ("descent", "validation", "curvature", "recommend"),
    5: ("plots",),
    6: ("widgets", "check", "progress", "questions", "drives", "judging", "compare", "plain", "recorded", "sealed"),
}
FLOOR = {name: floor for floor, names in FLOORS.items() for name in names}
FILES = sorted(
    path
    for path in (ROOT / "course_utils").rglob("*.py")
    if path.parent != ROOT / "course_utils" or path.stem != "__init__"
)
LAZY = {"chapters": ("check", "progress")}  # the learner's side of the questions finds them by id, at call time


def module(path: Path) -> str:
    """The first name below course_utils: `optimizers` for course_utils/optimizers/adam.py."""
    return path.relative_to(ROOT / "course_utils").with_suffix("").parts[0]


def imports(path: Path, *, at_import: bool = False) -> set[str]:
    """Dotted names a file imports; `at_import` leaves out what is imported inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {
        node for f in ast.walk(tree) if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(f)
    }
    package = path.relative_to(ROOT).parent.parts
    found: set[str] = set()
    for node in ast.walk(tree):
        if at_import and node in inner:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join((*package[: len(package) + 1 - node.level], *([node.module] if node.module else [])))
                if node.level
                else str(node.module)
            )
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return found


def places(names: set[str]) -> set[str]:
    """The modules of course_utils among dotted names."""
    return {name.split(".")[1] for name in names if name.startswith("course_utils.")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_file_imports_only_from_smaller_floors(path: Path) -> None:
    own = module(path)
    assert own in FLOOR, f"course_utils/{own} has no floor; give it one in this test and in the architecture"
    higher = {name for name in places(imports(path)) if name != own and name in FLOOR and not allowed(own, name)}
    assert not higher, f"{own} stands on floor {FLOOR[own]} and may not import {higher}"


def allowed(own: str, other: str) -> bool:
    """Whether `own` may import `other`: from below; a few neighbors also from beside."""
    neighbors = {("trace", "checks"), ("validation", "descent")}
    beside = (own, other) in neighbors or (FLOOR[own] == FLOOR[other] == 6 and other != "widgets")
    return FLOOR[other] < FLOOR[own] or beside


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_file_imports_drawing_only_where_it_draws(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path)}
    if FLOOR.get(module(path), 9) < FLOOR["plots"]:
        assert "matplotlib" not in roots
    if module(path) != "widgets":
        assert not roots & {"ipywidgets", "anywidget"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_library_knows_neither_tools_nor_chapters(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path)}
    assert "course_tools" not in roots
    if "chapters" in roots:
        assert module(path) in LAZY["chapters"]
        assert "chapters" not in {name.split(".")[0] for name in imports(path, at_import=True)}


def test_the_rule_sees_a_planted_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    path = tmp_path / "course_utils/optimizers/adam.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "from ..trace import Trace\ndef f():\n    from course_utils.plots import draw\n    import chapters\n"
    )
    assert places(imports(path)) == {"trace", "plots"}
    assert allowed("optimizers", "trace")
    assert not allowed("optimizers", "plots")
    assert "chapters" in imports(path)
    assert "chapters" not in imports(path, at_import=True)
