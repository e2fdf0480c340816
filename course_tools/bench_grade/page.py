"""docs/benchmarks-grading.md, from what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from course_tools.bench.page import seconds, table, verdict
from course_tools.bench_grade.measure import CHAPTERS, HOSTILE_JAILS, Report

TEN, TIMES, THOUSAND, MEMORY, HOSTILE, LINEAR = 0.060, 20.0, 90.0, 600.0, 60.0, 1.2
"""What is asked: seconds for ten questions, nbgrader's multiple, seconds for 1,000, megabytes, seconds, growth."""

HEAD = """\
# Benchmarks: grading

Made by `make bench-grade`. Each submission is a copy of the solution of a chapter: nine answers that are all right, so
that nothing is cut short. *Ours* is the grader as `course grade` runs it, jails included: submissions run inside, their
values are judged outside on held-back inputs. Processor time is user and system time of all processes, those that ended
counted (`getrusage` with children; for running ones the same numbers from `/proc`).

- **A submission**: groups of {group} submissions one after another in one jail; the median of {groups} groups, with
  quartiles. *Its own code* is what the learner's functions use on the same inputs when they are called without any
  grader: no grader can use less.
- **nbgrader**: the same answers in an assignment whose hidden tests call them on the same inputs and compare with
  numbers that stand in the tests; `nbgrader autograde` for classes of {few} and {many}, the difference for one.
- **A batch**: a process that grades so many copies, {jobs} jails, from start to end. Memory is the largest proportional
  size (PSS) of the process and all its jails at one time.
"""


@dataclass(frozen=True)
class Goal:
    """A number and its limit; ``least`` where it must not be below it."""

    what: str
    value: float
    limit: float
    unit: str
    least: bool = False

    @property
    def reached(self) -> str:
        """In words."""
        return verdict(-self.value, -self.limit) if self.least else verdict(self.value, self.limit)


def page(report: Report) -> str:
    """The whole page as Markdown."""
    sizes = report.sizes
    head = HEAD.format(
        group=sizes.group, groups=sizes.groups - 1, few=sizes.nbgrader[0], many=sizes.nbgrader[1], jobs=sizes.jobs
    )
    parts = [
        head, table(("machine", ""), report.machine),
        "## One submission", table(("chapter", "ours", "quartiles", "its own code", "nbgrader", "nbgrader / ours"),
                                   submissions(report)),
        "## Many", table(("chapter", "submissions", "processor", "for each", "clock", "memory"), batches(report)),
        "## What was asked", table(("what", "measured", "asked", "reached"), map(row, goals(report))),
    ]  # fmt: skip
    if any(cost.nbgrader is None for cost in report.costs):
        parts.append("nbgrader was not measured: set NBGRADER to a virtual environment that it is installed in.")
    return "\n\n".join(part.strip() for part in parts) + "\n"


def submissions(report: Report) -> Iterator[tuple[str, ...]]:
    """A line for each chapter."""
    for cost in report.costs:
        theirs = (seconds(cost.nbgrader), f"**{cost.nbgrader / cost.ours:.1f}**") if cost.nbgrader else ("", "")
        quartiles = "–".join(map(seconds, cost.quartiles))
        name = f"{cost.chapter}, {cost.questions} questions"
        yield name, f"**{seconds(cost.ours)}**", quartiles, seconds(cost.own), *theirs


def batches(report: Report) -> Iterator[tuple[str, ...]]:
    """A line for each batch."""
    for b in report.batches:
        each = seconds(b.processor / b.count)
        yield b.chapter, f"{b.count:,}", seconds(b.processor), each, seconds(b.clock), f"{b.memory:.0f} MB"


def goals(report: Report) -> Iterator[Goal]:
    """Every number that the grader is held to."""
    ten = sum(cost.ours for cost in report.costs) / sum(cost.questions for cost in report.costs) * 10
    yield Goal("processor time of ten questions, mean of the chapters", 1e3 * ten, 1e3 * TEN, "ms")
    for cost in report.costs:
        if cost.nbgrader:
            yield Goal(f"nbgrader's processor time against ours, {cost.chapter}", cost.nbgrader / cost.ours, TIMES,
                       "times", least=True)  # fmt: skip
    of_last = [b for b in report.batches if b.chapter == CHAPTERS[-1]]
    for b in report.batches:
        if b.count == 1_000:
            yield Goal(f"1,000 submissions of {b.chapter}, {report.sizes.jobs} at a time", b.clock, THOUSAND, "s")
    yield Goal("memory of the whole grader", max(b.memory for b in report.batches), MEMORY, "MB")
    if len(of_last) > 2:
        before, last = of_last[-2:]
        growth = (last.processor / last.count) / (before.processor / before.count)
        what = f"processor time for each of {last.count:,} against each of {before.count:,}"
        yield Goal(what, growth, LINEAR, "times")
    cases, clock = report.hostile
    yield Goal(f"{cases} hostile submissions together, {HOSTILE_JAILS} at a time", clock, HOSTILE, "s")


def row(goal: Goal) -> tuple[str, ...]:
    """One line of the table of goals."""
    sign = "≥" if goal.least else "≤"
    return goal.what, f"{goal.value:.3g} {goal.unit}", f"{sign} {goal.limit:.3g} {goal.unit}", goal.reached
