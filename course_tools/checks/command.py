"""`course check`: run the checks, print what they find."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from course_tools.build.problem import BuildError
from course_tools.checks import ALL
from course_tools.pythons import ROOT


@click.command()
@click.argument("names", nargs=-1, metavar="[CHECK]...", type=click.Choice(list(ALL)))
@click.option("--root", type=click.Path(path_type=Path, exists=True, resolve_path=True), default=ROOT, hidden=True)
def check(names: tuple[str, ...], root: Path) -> None:
    """Look for what must not be committed; no lesson is run.

    \b
    drift      notebooks/, solutions/ or exercises/ differ from what chapters/ gives
    leak       a solution shows in a learner's sheet
    tags       a cell has an unknown tag, slide type or metadata key
    length     a code cell is too long to be read at a glance
    alt        a stored picture has no alternative text
    links      a relative link leads nowhere
    forbidden  a path of one machine or the address of a package index

    All are run when none is named.
    """
    failed = False
    for name in names or ALL:
        try:
            problems = sorted(ALL[name](root))
        except BuildError as error:
            problems = [error.problem]
        failed |= bool(problems)
        click.secho(
            f"{name:10} {len(problems) or 'no'} problem{'s' if len(problems) != 1 else ''}",
            fg="red" if problems else "green",
        )
        for problem in problems:
            click.echo(f"  {problem}")
    sys.exit(1 if failed else 0)
