"""`course bench`: measure everything and write docs/benchmarks.md."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import click

from course_tools.bench import imports, memory
from course_tools.bench.catalogue import WORKLOADS, Workload
from course_tools.bench.machine import describe, pin
from course_tools.bench.measure import alternate
from course_tools.bench.page import Limit, Result, page, row
from course_tools.bench.same import DifferentMathematics, largest_difference
from course_tools.bench.sizes import Curve, sweeps
from course_tools.pythons import ROOT

T = TypeVar("T")
PAGE, IMAGE = ROOT / "docs" / "benchmarks.md", Path("images/cost.png")
IMPORT_MS = 60
NO_TORCH = (
    "PyTorch is not installed here, and course bench compares with it: there is nothing to measure against. Run "
    "`pip install torch` in the environment of the course, .venv (the build for processors is enough), and try again. "
    "No other part of the course needs it."
)


@click.command()
@click.option("--only", metavar="TEXT", help="Only workloads with TEXT in the name; printed, the page stays.")
@click.option("--seconds", default=6.0, show_default=True, help="Time for each comparison.")
def bench(only: str | None, seconds: float) -> None:
    """Compare the library with PyTorch, on one core, and write docs/benchmarks.md.

    Takes about five minutes. For numbers worth keeping, leave the machine alone meanwhile.
    """
    chosen = [workload for workload in WORKLOADS if only is None or only.lower() in workload.name.lower()]
    if not chosen:
        names = "; ".join(dict.fromkeys(workload.name for workload in WORKLOADS))
        raise click.ClickException(f"no workload has {only!r} in its name, so nothing would be measured. Try: {names}.")
    pinned = prepare()
    results, refused = [], []
    for workload in progress(chosen, "Comparing"):
        try:
            results.append(run(workload, seconds))
        except DifferentMathematics as error:
            refused.append(str(error))
    for result in results:
        click.echo("  ".join(row(result)).replace("*", ""))
    for reason in refused:
        click.secho(reason, fg="red", err=True)
    if refused:
        sys.exit(1)
    if only is None:
        write(describe(pinned), results, list(limits()), seconds / 3)


def prepare() -> bool:
    """One thread, one core, no progress lines from the library; whether the core could be chosen."""
    if find_spec("torch") is None:
        raise click.ClickException(NO_TORCH)
    os.environ["COURSE_BUILD"] = "1"
    import torch

    torch.set_num_threads(1)
    return pin()


def run(workload: Workload, seconds: float) -> Result:
    """Compare the mathematics, then the times."""
    twins = workload.twins()
    difference = largest_difference(workload.name, twins.same(), workload.tolerance)
    return Result(workload, alternate(twins, seconds), difference)


def limits() -> Iterator[Limit]:
    """Memory of training the CNN, and the time of imports."""
    ours, theirs = memory.measure("ours"), memory.measure("theirs")
    yield Limit("training the CNN: peak memory beyond imports, data and weights", ours.training, theirs.training, "MB")
    yield Limit("training the CNN: peak memory of the whole process", ours.whole, theirs.whole, "MB")
    package, parts = 1e3 * imports.measure(), 1e3 * imports.measure(imports.NUMBERS)
    yield Limit("`import course_utils`, after NumPy", package, IMPORT_MS, "ms")
    yield Limit("import of every part that computes, after NumPy", parts, IMPORT_MS, "ms")


def write(machine: list[tuple[str, str]], results: list[Result], found: list[Limit], seconds: float) -> None:
    """Measure cost against size, draw it, and write the page."""
    from course_tools.bench.plot import draw

    curves = []
    for sweep in sweeps():
        points = progress([workload for _, workload in sweep.points], sweep.what)
        curves.append(Curve(sweep, tuple(run(workload, seconds).timing for workload in points)))
    picture = draw(curves)
    (PAGE.parent / IMAGE).write_bytes(picture.png)
    PAGE.write_text(page(machine, results, found, IMAGE.as_posix(), picture.alt), encoding="utf-8")
    click.echo(f"Wrote {PAGE.name} and {IMAGE.name}.")


def progress(items: Iterable[T], label: str) -> Iterator[T]:
    """The items, with a bar on stderr."""
    with click.progressbar(items, label=label, file=sys.stderr) as bar:
        yield from bar
