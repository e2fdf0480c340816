"""Which buffer holds which result, so that a recorded step needs hardly any memory."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.descent.recording import Line, NotRecordable


@lru_cache(maxsize=64)
def allocate(lines: tuple[Line, ...], outputs: tuple[tuple[int, int], ...], places: int) -> tuple[list[Line], int]:
    """Give each result a buffer: its destination, the buffer of an operand that is done with, or a spare one.

    ``outputs``  pairs (destination, place of the result that belongs there), both places in ``lines``; every given
                 array but the gradient is a destination, and the gradient is not written over

    Returns the lines over buffers, and how many are spare: they have the places ``places``, ``places + 1``, …
    """
    last = {place: i for i, (_, operands, _) in enumerate(lines) for place in operands}
    last |= {place: len(lines) for _, place in outputs}
    homes = {place: destination for destination, place in outputs}
    held = {destination: destination for destination, _ in outputs}     # buffer -> the place whose value it holds
    at: dict[int, int] = {}                                             # place -> its buffer, where they differ
    spares: list[int] = []
    planned: list[Line] = []
    for i, (ufunc, operands, result) in enumerate(lines):
        mine = tuple(at.get(p, p) for p in operands)
        wanted = [homes[result]] if result in homes else [b for b in mine if b in held]
        free = [b for b in wanted + spares if last.get(held[b], -1) <= i]
        if not free:
            spares.append(places + len(spares))
            free = spares[-1:]
        at[result], held[free[0]] = free[0], result
        planned.append((ufunc, mine, free[0]))
    for destination, place in outputs:
        source = at.get(place, place)
        if source != destination:
            if source in dict(outputs):
                raise NotRecordable("arrays that trade places")
            planned.append((np.positive, (source,), destination))
    return planned, len(spares)
