"""The picture of cost against size, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence

from course_tools.bench.sizes import Curve
from course_utils import plots


def draw(curves: Sequence[Curve]) -> plots.Shown:
    """One panel a curve, both axes logarithmic."""
    figure, grid = plots.figure(2, -(-len(curves) // 2), width=11, squeeze=False)
    for axes, curve in zip(grid.flat, curves, strict=False):
        ours = [1e3 * timing.ours for timing in curve.timings]
        theirs = [1e3 * timing.theirs for timing in curve.timings]
        axes.set(xscale="log", yscale="log", title=curve.sweep.what)
        axes.set(xlabel=curve.sweep.axis, ylabel="one training step (ms)")
        plots.curves(axes, {"course_utils": (curve.sizes, ours), "PyTorch": (curve.sizes, theirs)})
    return plots.show(figure, words(curves))


def words(curves: Sequence[Curve]) -> str:
    """The ratio at the smallest and at the largest size of each panel."""
    said = [
        f"{curve.sweep.what}: at {curve.sizes[0]:,} {curve.sweep.axis} course_utils takes {curve.timings[0].ratio:.2f} "
        f"of PyTorch's time, at {curve.sizes[-1]:,} it takes {curve.timings[-1].ratio:.2f}."
        for curve in curves
    ]
    return " ".join(["Time of one training step against size, both axes logarithmic.", *said])
