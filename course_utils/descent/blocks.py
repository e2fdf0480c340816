"""Updates of long vectors: block by block, in place."""

from __future__ import annotations

import threading
from typing import Any, Literal

import numpy as np

from course_utils.checks import Array
from course_utils.descent.allocation import allocate
from course_utils.descent.recording import Line, Notes, NotRecordable, Value
from course_utils.optimizers import Optimizer

BLOCK = 32_768
"""Elements of one vector that are updated at a time: a block and its state stay in the processor's cache."""
SMALL = 60_000
"""Below this many elements writing a step down costs more than the memory that it saves."""
FLUSH_EVERY = 128
"""Steps between two looks for subnormal numbers in the state."""


def update(optimizer: Optimizer, theta: Array, g: Array, state: Any, t: int, lr: Any, block: int = BLOCK) -> Any:
    """Write ``optimizer.step`` into ``theta``; returns the new state. Impure: ``theta`` and ``state`` are used up.

    The same bits as ``step``, for a third of the time on a long vector: the step is written down once as a list of
    array operations (:mod:`course_utils.descent.recording`), and the list runs over blocks of ``block`` elements, in
    place. An optimizer that is not elementwise takes its step whole.

    One thing differs, every 128 steps: subnormal numbers in the state (in float32 below 1.2e-38) become 0. The mean of
    a gradient that stays 0 gets there after some 800 steps, moves nothing any more, and would make every step several
    times slower. Where ε is so small (below 1e-16) that such a number could matter under a root, they stay.

    >>> from course_utils.optimizers import Momentum
    >>> theta, momentum = np.array([1.0, 2.0]), Momentum(lr=0.1)
    >>> state = update(momentum, theta, np.array([1.0, -1.0]), momentum.init(theta), t=1, lr=0.1)
    >>> theta
    array([0.9, 2.1])
    """
    moved, state = advance(optimizer, theta, g, state, t, lr, block)
    if moved is not theta:
        theta[...] = moved
    if t % FLUSH_EVERY == 0 and getattr(optimizer, "eps", 1.0) > 1e-16:
        for s in state:
            if np.ndim(s):
                np.copyto(s, 0, where=np.abs(s) < np.finfo(s.dtype).tiny)
    return state


def advance(
    optimizer: Optimizer, theta: Array, g: Array, state: Any, t: int, lr: Any, block: int = BLOCK
) -> tuple[Array, Any]:
    """``(theta, state)`` after the step: the same array if it could be done in place, a new one if not."""
    if theta.size < SMALL or not optimizer.elementwise:
        return optimizer.step(theta, g, state, t, lr)
    if np.may_share_memory(theta, g):
        g = g.copy()
    try:
        return theta, _in_place(optimizer, theta, g, state, t, lr, block)
    except NotRecordable:
        return blocked_step(optimizer, theta, g, state, t, lr, block)


def _in_place(optimizer: Optimizer, theta: Array, g: Array, state: Any, t: int, lr: Any, block: int) -> Any:
    """Write the step down with symbols for the arrays, then run it over the arrays themselves."""
    notes = Notes(theta.dtype)
    symbols = [notes.array(theta), notes.array(g)]
    given: Any = type(state)(*[notes.array(s) if np.shape(s) == theta.shape else s for s in state])
    arrays = len(notes.buffers)
    try:
        moved, stepped = optimizer.step(symbols[0], symbols[1], given, t, lr)  # type: ignore[arg-type]
    except (TypeError, AttributeError) as error:                        # if it is the step's own, it shows again
        raise NotRecordable(f"the step asks for more than symbols know: {error}") from error
    outputs = [(0, moved)] + [(s.place, new) for s, new in zip(given, stepped, strict=True) if type(s) is Value]
    if not all(type(new) is Value for _, new in outputs):
        raise NotRecordable("a result that does not depend on the arrays")
    homes = tuple([(home, new.place) for home, new in outputs])         # where theta and the state belong
    lines, spares = allocate(tuple(notes.lines), homes, len(notes.buffers))
    if theta.ndim > 1:
        order: Literal["C", "F"] = "F" if theta.flags.f_contiguous else "C"
        spare = _scratch.arrays(spares, theta.size, theta.dtype)
        _run(lines, notes.buffers + [s.reshape(theta.shape, order=order) for s in spare])
    else:
        _run_blocks(lines, notes.buffers, arrays, spares, block)
    return type(state)(*[s if type(v) is Value else new for s, v, new in zip(state, given, stepped, strict=True)])


def _run(lines: list[Line], buffers: list[Any]) -> None:
    for ufunc, operands, out in lines:
        if len(operands) == 2:                                          # spelled out: a list would double the overhead
            ufunc(buffers[operands[0]], buffers[operands[1]], out=buffers[out])
        else:
            ufunc(*[buffers[p] for p in operands], out=buffers[out])


def _run_blocks(lines: list[Line], buffers: list[Any], arrays: int, spares: int, block: int) -> None:
    """The same on ``block`` elements of the first ``arrays`` buffers at a time, with spare room for one block."""
    whole, size = buffers[:arrays], buffers[0].size
    length = min(block, size)
    spare = _scratch.arrays(spares, length, buffers[0].dtype)
    for first in range(0, size, length):
        cut = slice(first, first + length)
        _run(lines, [a[cut] for a in whole] + buffers[arrays:] + [s[: size - first] for s in spare])


class _Scratch(threading.local):
    """Room that is kept from update to update (each thread has its own): new memory would cost more than the sums."""

    def __init__(self) -> None:
        self.room = np.empty(0, np.uint8)

    def arrays(self, number: int, size: int, dtype: np.dtype[Any]) -> list[Array]:
        """Vectors that start at multiples of 64 bytes, as the processor's widest instructions like it."""
        stride = -(-size * dtype.itemsize // 64) * 64
        if self.room.size < number * stride:
            raw = np.empty(number * stride + 64, np.uint8)
            self.room = raw[-raw.ctypes.data % 64 :]
        return [self.room[k * stride : k * stride + size * dtype.itemsize].view(dtype) for k in range(number)]


_scratch = _Scratch()


def blocked_step(
    optimizer: Optimizer, theta: Array, g: Array, state: Any, t: int, lr: Any, block: int = BLOCK
) -> tuple[Array, Any]:
    """``optimizer.step`` on one long vector, block by block: the same bits, and each block stays in the cache. Pure."""
    if not optimizer.elementwise or theta.ndim > 1 or theta.size <= block or np.ndim(lr) > 0:
        return optimizer.step(theta, g, state, t, lr)
    new_theta, new_state = np.empty_like(theta), None
    for first in range(0, theta.size, block):
        cut = slice(first, first + block)
        part = type(state)(*(s[cut] if np.ndim(s) else s for s in state))
        new_theta[cut], stepped = optimizer.step(theta[cut], g[cut], part, t, lr)
        if new_state is None:
            new_state = [np.empty_like(s) if np.ndim(s) else new for s, new in zip(state, stepped, strict=True)]
        for whole, piece in zip(new_state, stepped, strict=True):
            if np.ndim(whole):
                whole[cut] = piece
    return new_theta, type(state)(*(new_state or ()))
