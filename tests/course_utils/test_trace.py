"""The record of a run."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.trace import Trace


def trace(loss: object, parameters: int = 2) -> Trace:
    values = np.asarray(loss, dtype=float)
    theta = np.arange(values.size * parameters, dtype=float).reshape(*values.shape, parameters)
    return Trace(np.arange(len(values)), values, np.full(values.shape, 0.1), 2 * values, theta)


TWO = trace([[4.0, 4.0], [1.0, 9e3], [0.5, np.inf]])


def test_length_is_the_number_of_steps_not_of_rows() -> None:
    assert len(trace([3.0, 2.0, 1.0])) == 2
    assert len(trace([3.0])) == 0


def test_picking_a_run_cuts_every_column() -> None:
    one = TWO[1]
    assert one.runs == ()
    np.testing.assert_array_equal(one.t, TWO.t)
    np.testing.assert_array_equal(one.loss, TWO.loss[:, 1])
    np.testing.assert_array_equal(one.lr, TWO.lr[:, 1])
    np.testing.assert_array_equal(one.grad_norm, TWO.grad_norm[:, 1])
    np.testing.assert_array_equal(one.theta, TWO.theta[:, 1])


def test_a_slice_picks_runs_and_keeps_the_axis() -> None:
    assert TWO[:1].runs == (1,)
    assert TWO[-1].loss[1] == 9e3


def test_two_run_axes_are_picked_by_a_pair() -> None:
    grid = trace(np.arange(24.0).reshape(2, 3, 4))
    assert grid.runs == (3, 4)
    assert grid[1, 2].loss.tolist() == [6.0, 18.0]
    assert grid[1].runs == (4,)
    assert grid[:, 2].loss[0].tolist() == [2.0, 6.0, 10.0]


def test_a_run_out_of_range_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        TWO[2]


@pytest.mark.parametrize(
    ("loss", "at"),
    [([4.0, 3.0], -1), ([4.0, np.nan, 1.0], 1), ([4.0, 5.0, np.inf], 2), ([np.inf, 1.0], 0),
     ([4.0, 5004.0], -1), ([4.0, 5004.1], 1),                           # 4 + 1000·(4 + 1)
     ([0.0, 1000.0], -1), ([0.0, 1000.1], 1), ([-1.0, 1999.0], -1), ([-1.0, 1999.1], 1)],
)  # fmt: skip
def test_divergence_is_a_loss_not_finite_or_a_thousand_times_worse_than_the_start(loss: list[float], at: int) -> None:
    assert trace(loss).diverged_at == at
    assert bool(trace(loss).diverged) == (at >= 0)


def test_divergence_is_judged_run_by_run() -> None:
    assert TWO.diverged_at.tolist() == [-1, 1]
    assert TWO.diverged.tolist() == [False, True]


def test_steps_to_is_the_first_step_at_or_below_a_loss() -> None:
    assert trace([4.0, 2.0, 1.0, 2.0, 0.5]).steps_to(2.0) == 1
    assert trace([4.0, 2.0]).steps_to(4.0) == 0
    assert trace([4.0, np.nan, 2.0]).steps_to(1.0) == -1
    assert TWO.steps_to(1.0).tolist() == [1, -1]


def test_repr_is_one_line_that_tells_the_outcome() -> None:
    assert repr(trace([4.0, 2.0, 0.125])) == "Trace(2 steps, loss 4 -> 0.125)"
    assert repr(trace([4.0, np.nan, 1.0])) == "Trace(2 steps, diverged at step 1)"
    assert repr(TWO) == "Trace(2 steps, 2 runs, 1 diverged)"
    assert repr(trace(np.ones((3, 4, 5)))) == "Trace(2 steps, 4x5 runs, 0 diverged)"
