"""Compare Python statements by what they mean: without spacing and comments, and without the names chosen."""

from __future__ import annotations

import ast
import textwrap

SPECIFIC = 8  # syntax nodes; `theta = theta - lr * g` has nine, `v = np.zeros_like(theta)` six
SPECIFIC_RENAMED = 16  # with names taken away, short statements are everybody's


def statements(code: str) -> list[ast.stmt]:
    """All statements of a piece of code, nested ones too; none when it is not Python."""
    lines = ["pass" if line.lstrip().startswith(("%", "!")) else line for line in code.splitlines()]
    try:
        tree = ast.parse(textwrap.dedent("\n".join(lines)))
    except SyntaxError:
        return []
    return [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]


def nodes(statement: ast.stmt) -> list[ast.AST]:
    """The statement's syntax nodes, without the load and store marks."""
    return [node for node in ast.walk(statement) if not isinstance(node, ast.expr_context)]


def size(statement: ast.stmt) -> int:
    """How many syntax nodes the statement has: how specific it is. A mere text (a docstring) has none."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return 0
    return len(nodes(statement))


def canonical(statement: ast.stmt) -> str:
    """The statement without spacing, comments and places."""
    return ast.dump(statement)


def renamed(statement: ast.stmt) -> str:
    """The statement with its variables numbered in the order of their appearance."""
    copy = ast.parse(ast.unparse(statement)).body[0]
    numbers: dict[str, str] = {}
    for node in ast.walk(copy):
        if isinstance(node, ast.Name):
            node.id = numbers.setdefault(node.id, str(len(numbers)))
        elif isinstance(node, ast.arg):
            node.arg = numbers.setdefault(node.arg, str(len(numbers)))
    return ast.dump(copy)
