"""A pure step, written down once and replayed in place: the equations stay readable, and no memory is allocated."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Line = tuple[np.ufunc, tuple[int, ...], int]
"""One operation: the function, the places of its inputs, the place of its output."""


class NotRecordable(TypeError):
    """The step does something that is not an elementwise function with one output."""


class Notes:
    """Lines of computation over numbered buffers: arrays that a step is given, numbers, and None for each result."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self.lines: list[Line] = []
        self.buffers: list[NDArray[Any] | None] = []

    def array(self, a: NDArray[Any]) -> Value:
        """A symbol for an array that the step is given."""
        if a.dtype != self.dtype:
            raise NotRecordable("arrays of several precisions")
        self.buffers.append(a)
        return Value(self, len(self.buffers) - 1)

    def write(self, ufunc: np.ufunc, *inputs: Any) -> Value:
        operands = []
        for x in inputs:                                                # a loop: written anew at each step
            operands.append(x.place if type(x) is Value else self.constant(x))
        place = len(self.buffers)
        self.lines.append((ufunc, tuple(operands), place))
        self.buffers.append(None)
        return Value(self, place)

    def constant(self, x: Any) -> int:
        """Numbers take the precision of theta, as NumPy has it; an array in another one would lift the result."""
        if type(x) is not float and type(x) is not int and getattr(x, "dtype", None) != self.dtype:
            raise NotRecordable(f"an operand {x!r}")
        self.buffers.append(np.asarray(x, self.dtype))
        return len(self.buffers) - 1


class Value:
    """Stands for an array of theta's shape. What is computed with it is written down, not done."""

    __slots__ = ("notes", "place")

    def __init__(self, notes: Notes, place: int) -> None:
        self.notes, self.place = notes, place

    def __add__(self, x: Any) -> Value:
        return self.notes.write(np.add, self, x)

    def __radd__(self, x: Any) -> Value:
        return self.notes.write(np.add, x, self)

    def __sub__(self, x: Any) -> Value:
        return self.notes.write(np.subtract, self, x)

    def __rsub__(self, x: Any) -> Value:
        return self.notes.write(np.subtract, x, self)

    def __mul__(self, x: Any) -> Value:
        return self.notes.write(np.multiply, self, x)

    def __rmul__(self, x: Any) -> Value:
        return self.notes.write(np.multiply, x, self)

    def __truediv__(self, x: Any) -> Value:
        if type(x) is float and self.notes.dtype.type(x) == 1:
            return self                                                 # 1 - βᵗ is 1 before long
        return self.notes.write(np.divide, self, x)

    def __rtruediv__(self, x: Any) -> Value:
        return self.notes.write(np.divide, x, self)

    def __neg__(self) -> Value:
        return self.notes.write(np.negative, self)

    def __pow__(self, exponent: Any) -> Value:
        if type(exponent) is int and exponent == 2:
            return self.notes.write(np.square, self)                    # as NumPy computes a**2
        raise NotRecordable(f"a power of {exponent!r}")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Value:
        if method != "__call__" or options or not keeps_type(ufunc, self.notes.dtype):
            raise NotRecordable(f"np.{ufunc.__name__}")
        return self.notes.write(ufunc, *inputs)

    def __array__(self, *_: Any, **__: Any) -> NDArray[Any]:
        raise NotRecordable("the numbers themselves are needed")

    def __bool__(self) -> bool:
        raise NotRecordable("a decision by the numbers")


@cache
def keeps_type(ufunc: np.ufunc, dtype: np.dtype[Any]) -> bool:
    """Does the function turn one element of ``dtype``, or two, into one?"""
    try:
        return bool(ufunc.nout == 1 and ufunc.resolve_dtypes((dtype,) * ufunc.nin + (None,))[-1] == dtype)
    except TypeError:
        return False
