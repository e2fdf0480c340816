"""`course release OUT`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from course_tools.build.chapter import Chapter, choose
from course_tools.build.problem import BuildError, Problem
from course_tools.checks.drift import drift
from course_tools.pythons import ROOT
from course_tools.release.contents import contents
from course_tools.release.leak import leaks
from course_tools.release.write import NotOurs, write

FIRST = "ch00_start_here"
"""Tells how to study; in every release."""


@click.command()
@click.argument("out", type=click.Path(path_type=Path, resolve_path=False))
@click.argument("more", nargs=-1, metavar="[MORE CHAPTERS]...")
@click.option("--chapters", multiple=True, metavar="CHAPTER", help="Only these: --chapters 05 09; all if none.")
def release(out: Path, more: tuple[str, ...], chapters: tuple[str, ...]) -> None:
    """Write what students get into OUT: lessons, sheets, the library, and checks made of numbers.

    No solution, no reference, no code of a wrong answer and no held-back input gets out; this is checked before
    anything is written. A folder that an earlier release made is renewed; any other must be empty.
    """
    try:
        chosen = with_first(choose(ROOT, (*chapters, *more)))
        problems = [p for p in drift(ROOT) if about(p, chosen)]
        if not problems:
            with click.progressbar(chosen, label="Recording the questions", file=sys.stderr) as bar:
                files = contents(ROOT, chosen, bar)
            problems = leaks(ROOT, chosen, files)
    except BuildError as error:
        problems = [error.problem]
    if problems:
        for problem in problems:
            click.secho(str(problem), fg="red", err=True)
        raise click.ClickException("Nothing was released.")
    try:
        new = write(out, files)
    except NotOurs as why:
        raise click.ClickException(str(why)) from None
    size = sum(map(len, files.values())) / 2**20
    names = ", ".join(chapter.name for chapter in chosen)
    click.echo(f"{'Wrote' if new else 'Nothing changed in'} {out}: {names}; {len(files)} files, {size:.1f} MB.")


def with_first(chosen: list[Chapter]) -> list[Chapter]:
    """The chapters, and the one that tells how to study."""
    first = Chapter(ROOT, FIRST)
    return chosen if first in chosen or not first.path.exists() else [first, *chosen]


def about(problem: Problem, chosen: list[Chapter]) -> bool:
    """Whether a problem concerns a chapter that is released."""
    return any(chapter.name in problem.place or chapter.folder in problem.place for chapter in chosen)
