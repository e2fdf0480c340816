"""What an optimizer did: one row a step, row 0 the start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_utils.checks import Array


@dataclass(frozen=True, eq=False)
class Trace:
    """The record of ``steps`` steps; leading axes after the first are runs, the last axis of ``theta`` is parameters.

    ==============  =====================  ==========================================================
    ``t``           ``(steps+1,)``         0, 1, …, steps
    ``loss``        ``(steps+1, *runs)``   loss of the full objective at ``theta[t]``
    ``lr``          ``(steps+1, *runs)``   rate of the step that led to row t; row 0 is nan: no step led there
    ``grad_norm``   ``(steps+1, *runs)``   Euclidean norm of the full gradient at ``theta[t]``
    ``theta``       ``(steps+1, *runs, P)``, or ``(1, *runs, P)`` (the end only) with ``keep_theta=False``
    ==============  =====================  ==========================================================

    ``trace[run]`` is the trace of one run. ``len(trace)`` is the number of steps.
    """

    t: NDArray[np.int64]
    loss: Array
    lr: Array
    grad_norm: Array
    theta: Array

    def __len__(self) -> int:
        return len(self.t) - 1

    def __getitem__(self, run: int | slice | tuple[int | slice, ...]) -> Trace:
        """The trace of one run, or of a slice of runs."""
        if self.loss.ndim == 1:
            raise IndexError(
                "this trace has a single run, so there is no run to pick: trace[run] indexes runs, not steps. "
                "Try trace.loss[k] for the loss at step k."
            )
        rest = (slice(None), *run) if isinstance(run, tuple) else (slice(None), run)
        return Trace(self.t, self.loss[rest], self.lr[rest], self.grad_norm[rest], self.theta[rest])

    @property
    def runs(self) -> tuple[int, ...]:
        """Shape of the leading run axes; ``()`` for a single run."""
        return self.loss.shape[1:]

    @property
    def diverged_at(self) -> NDArray[np.int64]:
        """First step whose loss is not finite or over 1000 times worse than the start; -1 where there is none."""
        start = self.loss[0]
        with np.errstate(over="ignore", invalid="ignore"):
            bad = ~np.isfinite(self.loss) | (self.loss > start + 1e3 * (np.abs(start) + 1.0))
        return np.where(bad.any(axis=0), bad.argmax(axis=0), -1)

    @property
    def diverged(self) -> NDArray[np.bool_]:
        """True for the runs that diverged; see ``diverged_at``."""
        return np.asarray(self.diverged_at >= 0)

    def steps_to(self, loss: float) -> NDArray[np.int64]:
        """First step at which the loss is at most ``loss``; -1 where it never is."""
        hit = self.loss <= loss
        return np.where(hit.any(axis=0), hit.argmax(axis=0), -1)

    def __repr__(self) -> str:
        if self.loss.ndim == 1:
            at = int(self.diverged_at)
            end = f"diverged at step {at}" if at >= 0 else f"loss {self.loss[0]:.6g} -> {self.loss[-1]:.6g}"
            return f"Trace({len(self)} steps, {end})"
        lost = int(self.diverged.sum())
        return f"Trace({len(self)} steps, {'x'.join(map(str, self.runs))} runs, {lost} diverged)"
