"""Automatic differentiation in one file: arrays that remember how they were made (chapter 3).

Each operation returns a ``Tensor`` that knows its inputs and one small function: given the gradient by the output, it
returns the gradients by the inputs. ``backward`` calls these from the last to the first and adds up what arrives.

>>> x = Tensor([1.0, 2.0])
>>> y = (x * x + x).sum()
>>> y.backward()
>>> y.data, x.grad
(array(8.), array([3., 5.]))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checks import Array

Axis = int | tuple[int, ...] | None
Pull = Callable[[Array], tuple[Array, ...]]


class Tensor:
    """An array ``data``, and ``grad``, the derivative of one number by it: 0 at first, added to by ``backward``.

    ``made_from`` the tensors it was computed from; ``pull`` gradient by this one ↦ gradients by those.
    """

    __array_ufunc__ = None                                              # array + Tensor calls Tensor.__radd__

    def __init__(self, data: Any, made_from: tuple[Tensor, ...] = (), pull: Pull | None = None) -> None:
        self.data: Array = np.asarray(data) if np.asarray(data).dtype.kind == "f" else np.asarray(data, np.float64)
        self.grad: Array = np.zeros_like(self.data)
        self.made_from, self.pull = made_from, pull

    def __add__(self, other: Any) -> Tensor:
        other = self.wrap(other)
        return Tensor(self.data + other.data, (self, other), lambda dy: (dy, dy))

    def __mul__(self, other: Any) -> Tensor:
        other = self.wrap(other)
        return Tensor(self.data * other.data, (self, other), lambda dy: (dy * other.data, dy * self.data))

    def __truediv__(self, other: Any) -> Tensor:
        other = self.wrap(other)
        y = self.data / other.data
        return Tensor(y, (self, other), lambda dy: (dy / other.data, -dy * y / other.data))

    def __matmul__(self, other: Any) -> Tensor:
        a, b = self.data, (other := self.wrap(other)).data              # (…, n, m) @ (…, m, k)
        if min(a.ndim, b.ndim) < 2:
            raise ValueError(
                f"@ expected matrices, got shapes {a.shape} and {b.shape}: a vector is neither row nor column. "
                "Try x.reshape(1, -1)."
            )
        return Tensor(a @ b, (self, other), lambda dy: (dy @ b.swapaxes(-1, -2), a.swapaxes(-1, -2) @ dy))

    def exp(self) -> Tensor:
        y = np.exp(self.data)
        return Tensor(y, (self,), lambda dy: (dy * y,))

    def log(self) -> Tensor:
        return Tensor(np.log(self.data), (self,), lambda dy: (dy / self.data,))

    def tanh(self) -> Tensor:
        y = np.tanh(self.data)
        return Tensor(y, (self,), lambda dy: (dy * (1 - y * y),))

    def relu(self) -> Tensor:
        return Tensor(np.maximum(self.data, 0), (self,), lambda dy: (dy * (self.data > 0),))

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        shape, kept = self.data.shape, self.data.sum(axis=axis, keepdims=True).shape
        y = self.data.sum(axis=axis, keepdims=keepdims)
        return Tensor(y, (self,), lambda dy: (np.broadcast_to(dy.reshape(kept), shape),))

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        total = self.sum(axis, keepdims)
        return total * (total.data.size / self.data.size)

    def reshape(self, *shape: int) -> Tensor:
        return Tensor(self.data.reshape(shape), (self,), lambda dy: (dy.reshape(self.data.shape),))

    def transpose(self, *axes: int) -> Tensor:
        order = axes or tuple(range(self.data.ndim))[::-1]
        return Tensor(self.data.transpose(order), (self,), lambda dy: (dy.transpose(np.argsort(order)),))

    def __neg__(self) -> Tensor:
        return self * -1.0

    def __sub__(self, other: Any) -> Tensor:
        return self + -self.wrap(other)

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: Any) -> Tensor:
        return self.wrap(other) + -self

    def __rtruediv__(self, other: Any) -> Tensor:
        return self.wrap(other) / self

    def __rmatmul__(self, other: Any) -> Tensor:
        return self.wrap(other) @ self

    def wrap(self, x: Any) -> Tensor:
        """x as a Tensor; numbers take the precision of this one."""
        return x if isinstance(x, Tensor) else Tensor(np.asarray(x, self.data.dtype))

    def backward(self) -> None:
        """Add to every ``grad`` the derivative of this number by that tensor. Impure."""
        if self.data.size != 1:
            raise ValueError(
                f"backward expected one number, got shape {self.data.shape}: a gradient is that of a number. "
                "Try y.sum().backward()."
            )
        arrived: dict[Tensor, Array] = {self: np.ones_like(self.data)}
        for tensor in reversed(in_order(self)):                         # all that use it have sent their share
            dy = arrived.pop(tensor)
            tensor.grad = tensor.grad + dy
            for part, dx in zip(tensor.made_from, tensor.pull(dy) if tensor.pull else (), strict=True):
                share = unbroadcast(dx, part.data.shape)
                arrived[part] = arrived[part] + share if part in arrived else share     # paths add up

    def __repr__(self) -> str:
        return f"Tensor({np.array2string(self.data, precision=4, threshold=6)})"


def unbroadcast(dy: Array, shape: tuple[int, ...]) -> Array:
    """Sum over the axes along which NumPy repeated an input: every copy sends its share home."""
    dy = np.asarray(dy.sum(axis=tuple(range(dy.ndim - len(shape)))))
    return np.asarray(dy.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1 < dy.shape[i]), keepdims=True))


def in_order(last: Tensor) -> list[Tensor]:
    """All tensors that ``last`` was made from, each after its inputs; ``last`` comes last."""
    order, seen, todo = [], set(), [(last, False)]                      # a stack: deep graphs would break recursion
    while todo:
        tensor, ready = todo.pop()
        if ready:
            order.append(tensor)
        elif tensor not in seen:
            seen.add(tensor)
            todo += [(tensor, True), *((part, False) for part in tensor.made_from)]
    return order
