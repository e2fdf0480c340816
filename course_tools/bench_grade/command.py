"""`course bench-grade`: measure the grader and write docs/benchmarks-grading.md."""

from __future__ import annotations

import os
import platform
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import click

import course_tools.bench  # noqa: F401  one thread for each library, before NumPy is loaded
from course_tools.bench.machine import processor
from course_tools.pythons import ROOT

PAGE = ROOT / "docs" / "benchmarks-grading.md"


@click.command()
@click.option("--quick", is_flag=True, help="A little of everything; printed, the page stays.")
@click.option(
    "--nbgrader", envvar="NBGRADER", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="VENV",
    help="A virtual environment with nbgrader, ipykernel and NumPy, to measure beside ours. [env: NBGRADER]",
)  # fmt: skip
def bench_grade(quick: bool, nbgrader: Path | None) -> None:
    """Measure what grading costs, and write docs/benchmarks-grading.md.

    Takes about half an hour. For numbers worth keeping, leave the machine alone meanwhile.
    """
    from course_tools.bench_grade.measure import QUICK, Sizes, measure
    from course_tools.bench_grade.page import page
    from course_tools.grade.jail import why_not

    if why := why_not():
        raise click.ClickException(f"There is no jail here ({why}), and grading happens in one: install bubblewrap.")
    rows = machine(nbgrader)
    report = measure(QUICK if quick else Sizes(), nbgrader, say=lambda line: click.echo(line, err=True))
    text = page(replace(report, machine=rows))
    if quick:
        click.echo(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {PAGE.name}.")


def machine(nbgrader: Path | None) -> list[tuple[str, str]]:
    """Processor, system, versions; how busy others kept it."""
    rows = [
        ("processor", f"{processor()}, {os.cpu_count()} logical cores"),
        ("system", f"{platform.system()} {platform.machine()}"),
        ("load when the measurement began", f"{os.getloadavg()[0]:.2f}"),
        ("Python", platform.python_version()),
        ("NumPy", version("numpy")),
    ]
    if nbgrader:
        found = sorted(path.name for path in nbgrader.glob("lib/python*/site-packages/nbgrader-*.dist-info"))
        rows.append(("nbgrader", found[0].split("-")[1].removesuffix(".dist") if found else "unknown"))
    return rows
