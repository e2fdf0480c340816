"""Why does a training go wrong? The likely cause, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array


def trouble(
    losses: Array, grad_norm: float, t: int, lr: float, theta: Array, batch: tuple[NDArray[Any], NDArray[Any]]
) -> str:
    """"" while all is well; else what is wrong at step ``t``, the likely cause, and what to try.

    ``losses``     minibatch losses up to this step, the start first; over 1000 times worse than the start is wrong too
    ``grad_norm``  length of this step's gradient
    """
    loss, start = float(losses[-1]), float(losses[0])
    grown = loss > start + 1e3 * (abs(start) + 1)
    if np.isfinite(loss) and np.isfinite(grad_norm) and not grown:
        return ""
    what = f"the gradient is {grad_norm:g}" if np.isfinite(loss) and not grown else f"the loss is {loss:g}"
    for name, part in zip("xy", batch, strict=True):
        if part.dtype.kind == "f" and not np.isfinite(part).all():
            rows = int((~np.isfinite(part.reshape(len(part), -1)).all(axis=1)).sum())
            return f"diverged at step {t}: {what}; {rows} rows of {name} in its batch hold nan or inf. Clean the data."
    if t == 1:
        return (
            f"diverged at step 1: {what} before anything moved, so the rate is not to blame. Look at the scale of the "
            "data and of the initial weights."
        )
    if np.isfinite(loss) and not grown:
        return (
            f"diverged at step {t}: {what} where the loss is still {loss:.4g}: a root or a division at 0 in backward, "
            "or an overflow. Check the gradient there with gradcheck."
        )
    largest = float(np.abs(theta).max(initial=0.0))
    return (
        f"diverged at step {t}: {what}, from {start:.4g} at the start, with weights up to {largest:.3g}; the learning "
        f"rate {lr:g} is probably too large. Try {lr / 10:g}, warm it up, or clip_norm=1."
    )
