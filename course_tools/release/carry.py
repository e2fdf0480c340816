"""Functions of a ``questions.py`` that a probe needs: how it asks, and what it hands to an answer, as a module.

Each becomes a factory in the release's ``asked.py``: what the function takes from outside (its closure, constants,
other functions) are the factory's arguments, and these are data. References and wrong answers are not carried.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from course_utils.plain import Node, NotPlain, encode
from course_utils.questions import Question

Source = ast.FunctionDef | ast.Lambda
HEAD = '"""How the probes ask. Written by `course release`."""\n\nfrom __future__ import annotations\n'


class Carrier:
    """Gathers functions for one chapter's ``asked.py``; ``module`` is its dotted name."""

    def __init__(self, module: str, questions: Iterable[Question]) -> None:
        self.module = module
        self.secret = {code for question in questions for code in answers(question)}
        self.factories: dict[tuple[str, int, int], tuple[str, str]] = {}
        self.imports: set[str] = set()
        self.open: list[FunctionType] = []

    def node(self, value: Any) -> Node | None:
        """A node for a function of a ``questions.py``; None for anything else, which has a name or is data."""
        if not isinstance(value, FunctionType) or not value.__module__.endswith(".questions"):
            return None
        if value.__code__ in self.secret:
            raise NotPlain(f"it uses {value.__qualname__}, a right or a known wrong answer: hand it the result.")
        if value in self.open:
            raise NotPlain(f"it uses {value.__qualname__}, which uses itself; write it as a loop.")
        self.open.append(value)
        try:
            source = source_of(value)
            outside = dict(self.outside(value, source))
            kept = {name: encode(inner, self.node) for name, inner in outside.items()}
        finally:
            self.open.pop()
        key = (value.__module__, source.lineno, source.col_offset)
        if key not in self.factories:
            self.factories[key] = (f"make_{len(self.factories)}", factory(source, list(kept)))
        return {"object": [f"{self.module}.{self.factories[key][0]}", [], kept]}

    def outside(self, function: FunctionType, source: Source) -> Iterator[tuple[str, Any]]:
        """(name, value) of what the function takes from outside; modules and imports are noted instead."""
        inner = inspect.getclosurevars(function)
        free = free_names(source)
        for name in sorted(free):
            if name in inner.nonlocals:
                yield name, inner.nonlocals[name]
            elif name in function.__globals__:
                value = function.__globals__[name]
                if line := import_line(function, name):
                    self.imports.add(line)
                else:
                    yield name, value
            elif not hasattr(builtins, name):
                raise NotPlain(f"it uses {name}, which has no value yet.")

    def text(self) -> str:
        """The text of ``asked.py``; empty where nothing is carried."""
        if not self.factories:
            return ""
        parts = [body.replace("def MAKE(", f"def {name}(", 1) for name, body in self.factories.values()]
        return "\n\n".join([HEAD + "\n" + "\n".join(sorted(self.imports)), *parts]) + "\n"

    def load(self) -> None:
        """Let this process import the module as it is now, so that what was written can be tried."""
        module = ModuleType(self.module)
        exec(compile(self.text(), f"<{self.module}>", "exec"), module.__dict__)
        sys.modules[self.module] = module


def answers(question: Question) -> Iterator[CodeType]:
    """The code of right and of known wrong answers, and of the functions that these close over."""
    found = [question.reference, *question.also_right.values(), *(w.answer for w in question.wrong_answers)]
    seen: set[int] = set()
    while found:
        value = found.pop()
        if isinstance(value, FunctionType) and id(value) not in seen and value.__module__.endswith(".questions"):
            seen.add(id(value))
            yield value.__code__
            found += [cell.cell_contents for cell in value.__closure__ or ()]


def source_of(function: FunctionType) -> Source:
    """The function's own place in its file."""
    tree = ast.parse(inspect.getsource(sys.modules[function.__module__]))
    code = function.__code__
    found: list[Source]
    if function.__name__ != "<lambda>":
        found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and _starts(node, code)]
    else:
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda) and _holds(node, code)]
    if len(found) != 1 or getattr(found[0], "decorator_list", []):
        raise NotPlain(f"the source of {function.__qualname__} cannot be told apart: make it a function of its own.")
    return found[0]


def _starts(node: ast.FunctionDef, code: CodeType) -> bool:
    return node.lineno == code.co_firstlineno and node.name == code.co_name


def _holds(node: ast.Lambda, code: CodeType) -> bool:
    """Whether a lambda's body is what the code was compiled from."""
    body = node.body
    low, high = (body.lineno, body.col_offset), (body.end_lineno, body.end_col_offset)
    places = [p for p in code.co_positions() if None not in p and p[2] != p[3]]
    starts, ends = [(p[0], p[2]) for p in places], [(p[1], p[3]) for p in places]
    return bool(places) and min(starts) == low and max(ends) == high


def free_names(source: Source) -> set[str]:
    """Names that the function reads and does not bind, its annotations left out."""
    bare = without_annotations(source)
    bound = {node.arg for node in ast.walk(bare) if isinstance(node, ast.arg)}
    bound |= {n.id for n in ast.walk(bare) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    inner = [node for node in ast.walk(bare) if node is not bare]       # its own name is not bound inside
    bound |= {n.name for n in inner if isinstance(n, ast.FunctionDef | ast.ExceptHandler) and n.name}
    return {n.id for n in ast.walk(bare) if isinstance(n, ast.Name)} - bound


def without_annotations(source: Source) -> Source:
    """A copy of the function without types."""
    copy = Untyped().visit(ast.parse(ast.unparse(source))).body[0]
    return copy if isinstance(copy, ast.FunctionDef) else copy.value


class Untyped(ast.NodeTransformer):
    """Takes annotations out."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function without the type of what it returns."""
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """An argument without its type."""
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """``x: int = 1`` as ``x = 1``."""
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return ast.copy_location(ast.Assign([node.target], self.visit(node.value)), node)


def factory(source: Source, names: list[str]) -> str:
    """``def MAKE(names): … return the function``."""
    bare = without_annotations(source)
    if isinstance(bare, ast.FunctionDef):
        body = [*ast.unparse(bare).splitlines(), f"return {bare.name}"]
    else:
        body = [f"return {ast.unparse(bare)}"]
    return "\n".join([f"def MAKE({', '.join(names)}):", *(f"    {line}" for line in body)])


def import_line(function: FunctionType, name: str) -> str:
    """The import that gives a name its value in the function's file; empty if it is defined there."""
    for statement in ast.parse(inspect.getsource(sys.modules[function.__module__])).body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        for alias in statement.names:
            if (alias.asname or alias.name.split(".")[0]) == name:
                as_name = f" as {alias.asname}" if alias.asname else ""
                if isinstance(statement, ast.Import):
                    return f"import {alias.name}{as_name}"
                if str(statement.module).endswith(".questions"):
                    return ""
                return f"from {statement.module} import {alias.name}{as_name}"
    return ""
