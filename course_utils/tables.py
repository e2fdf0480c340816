"""Small tables of numbers, readable in a notebook and in plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any


class Table:
    """Rows under a header; numbers are shown with ``digits`` significant digits and aligned at the right.

    >>> Table(["step", "x"], [[0, 1.0], [1, 0.85]])
    step     x
       0     1
       1  0.85
    """

    def __init__(self, header: Sequence[str], rows: Iterable[Sequence[Any]], digits: int = 6) -> None:
        self.header = list(header)
        self.rows = [[_show(value, digits) for value in row] for row in rows]
        lengths = {len(row) for row in self.rows} - {len(self.header)}
        if lengths:
            raise ValueError(
                f"a row has {lengths.pop()} entries, the header {len(self.header)}: each column needs its name. "
                "Add a name, or drop the entry."
            )

    def __repr__(self) -> str:
        columns = list(zip(self.header, *self.rows, strict=True))
        widths = [max(map(len, column)) for column in columns]
        rows = [self.header, *self.rows]
        return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)

    def _repr_html_(self) -> str:
        head = "".join(f"<th scope='col' style='text-align:right'>{escape(name)}</th>" for name in self.header)
        body = "".join(
            "<tr>" + "".join(f"<td style='text-align:right'>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _show(value: Any, digits: int) -> str:
    if isinstance(value, bool | str) or not hasattr(value, "__float__"):
        return str(value)
    return f"{value:,d}" if isinstance(value, int) else f"{float(value):.{digits}g}"
