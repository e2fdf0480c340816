"""Nothing in a release tells an answer: no solution, reference or known wrong answer, no way to draw other probes."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeGuard

from course_tools.build.chapter import Chapter
from course_tools.build.problem import Problem
from course_tools.build.source import read_cells
from course_tools.checks.forbidden import strings
from course_tools.checks.leak import SHORTEST, compare, public_lines, secret_lines, squeeze
from course_tools.checks.stored import joined
from course_tools.checks.syntax import SPECIFIC, canonical, size, statements

FORBIDDEN = ("questions.py", "exercises.md", "lesson.md")
FOLDERS = ("chapters", "course_utils", "exercises", "notebooks")


def leaks(root: Path, chapters: Sequence[Chapter], files: Mapping[str, bytes]) -> list[Problem]:
    """What must not get out. Lessons and the library are public: a line that stands there gives nothing away."""
    problems = [Problem(name, "This file is not for students.") for name in files if misplaced(name)]
    texts = {name: searched(name, data) for name, data in files.items() if not is_public(root, name, data)}
    for chapter in chapters:
        sheet = f"exercises/{chapter.name}.ipynb"
        if sheet in files:
            problems += compare(chapter, sheet, read(files[sheet]))
        solved, asked, code = secrets(root, chapter)
        for name, shown in texts.items():
            lines = solved if of_another(name, chapter, chapters) else solved | asked
            problems += found(name, shown, lines, code)
    return sorted(set(problems))


def misplaced(name: str) -> bool:
    """Whether a file belongs to authors."""
    top, *rest = name.split("/")
    return bool(rest) and (top not in FOLDERS or (top == "chapters" and rest[-1] in FORBIDDEN))


def is_public(root: Path, name: str, data: bytes) -> bool:
    """Whether a file is a lesson or a part of the library, and unchanged."""
    own = root / name
    return name.startswith(("course_utils/", "notebooks/")) and own.is_file() and own.read_bytes() == data


def of_another(name: str, chapter: Chapter, chapters: Sequence[Chapter]) -> bool:
    """Whether a file belongs to another chapter, whose examples may look like this one's probes."""
    others = [other for other in chapters if other != chapter]
    return any(other.folder in name or other.name in name for other in others)


@cache
def secrets(root: Path, chapter: Chapter) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """(line of the solution, line of the questions, statement of the questions), each with its place."""
    cells = read_cells(chapter.file("exercises.md"), root) if chapter.file("exercises.md").exists() else []
    solved = {line: place for place, line in secret_lines(cells)}
    asked: dict[str, str] = {}
    code: dict[str, str] = {}
    source = chapter.file("questions.py")
    if source.exists():
        text = source.read_text(encoding="utf-8")
        place = source.relative_to(root).as_posix()
        for node in inside_functions(text):
            code[canonical(node)] = f"{place}:{node.lineno}"
            whole = not hasattr(node, "body")                           # an inner function's head may be public
            for line in text.splitlines()[node.lineno - 1 : node.end_lineno if whole else node.lineno - 1]:
                asked.setdefault(squeeze(line), f"{place}:{node.lineno}")
    public = set(public_text(root, chapter)) | library_lines(root)
    shown = library_code(root)
    return (
        {line: place for line, place in solved.items() if len(line) >= SHORTEST and line not in public},
        {line: place for line, place in asked.items() if len(line) >= SHORTEST and line not in public},
        {node: place for node, place in code.items() if node not in shown},
    )


def inside_functions(text: str) -> Iterator[ast.stmt]:
    """The statements of right and wrong answers, and of what draws the probes, if specific enough to be anyone's."""
    tree = ast.parse(text)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    keywords = [k for node in ast.walk(tree) if isinstance(node, ast.Call) for k in node.keywords]
    found: list[ast.AST] = [k.value for k in keywords if k.arg in ("reference", "wrong_answers", "also_right")]
    seen: set[str] = set()
    while found:
        for name in names(found.pop()) & set(functions) - seen:
            seen.add(name)
            found.append(functions[name])
    for name in seen:
        yield from (node for node in ast.walk(functions[name]) if is_specific(node, functions[name]))
    for name in set().union(*(names(k.value) for k in keywords if k.arg == "probes")) & set(functions) - seen:
        yield from (node for node in functions[name].body if is_specific(node, functions[name]))


def names(node: ast.AST) -> set[str]:
    """The names that stand in a piece of code."""
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def is_specific(node: ast.AST, function: ast.FunctionDef) -> TypeGuard[ast.stmt]:
    """Whether a node is a statement inside a function that is more than anybody's."""
    return isinstance(node, ast.stmt) and node is not function and size(node) >= SPECIFIC


@cache
def library_lines(root: Path) -> frozenset[str]:
    """The lines of what learners may read."""
    paths = (root / "course_utils").rglob("*.py")
    return frozenset(squeeze(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines())


@cache
def library_code(root: Path) -> frozenset[str]:
    """The statements of what learners may read."""
    paths = (root / "course_utils").rglob("*.py")
    return frozenset(canonical(node) for path in paths for node in statements(path.read_text(encoding="utf-8")))


def public_text(root: Path, chapter: Chapter) -> Iterator[str]:
    """Lines of lessons, and of what a sheet shows."""
    for path in sorted((root / "chapters").glob("*/lesson.md")):
        yield from map(squeeze, path.read_text(encoding="utf-8").splitlines())
    if chapter.file("exercises.md").exists():
        for cell in read_cells(chapter.file("exercises.md"), root):
            yield from map(squeeze, public_lines(cell))


class Text(NamedTuple):
    """What a file shows: its lines, squeezed, in one piece; and each statement, with how it begins."""

    lines: str
    code: Mapping[str, str]


def searched(name: str, data: bytes) -> Text:
    """A file as it is searched; nothing of what is no text."""
    try:
        shown = data.decode()
    except UnicodeDecodeError:
        return Text("", {})
    code = {}
    if name.endswith(".py"):
        code = {canonical(node): ast.unparse(node).splitlines()[0] for node in statements(shown)}
    if name.endswith((".json", ".ipynb")):
        shown = "\n".join(strings(json.loads(shown)))
    return Text("\n".join(map(squeeze, shown.splitlines())), code)


def found(name: str, shown: Text, lines: Mapping[str, str], code: Mapping[str, str]) -> Iterator[Problem]:
    """The secrets that stand in one file."""
    for line, place in lines.items():
        if line in shown.lines:
            yield Problem(place, f"`{line}` also stands in {name}, which students get.")
    for node in code.keys() & shown.code.keys():
        yield Problem(code[node], f"`{shown.code[node]}` can be read in {name}, which students get.")


def read(data: bytes) -> dict[str, object]:
    """A notebook, its sources joined."""
    notebook = json.loads(data)
    for cell in notebook["cells"]:
        cell["source"] = joined(cell["source"])
    return dict(notebook)
