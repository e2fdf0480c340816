"""`course build`: what is stale, in parallel, with a progress bar."""

from __future__ import annotations

import sys
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import click

from course_tools.build import cache
from course_tools.build.chapter import choose
from course_tools.build.problem import BuildError, Problem
from course_tools.build.work import Job, jobs
from course_tools.build.work import build as build_one
from course_tools.pythons import ROOT


@click.command()
@click.argument("chapters", nargs=-1, metavar="[CHAPTER]...")
@click.option("--force", is_flag=True, help="Build even what has not changed, and over answers in a sheet.")
@click.option("--jobs", "workers", default=2, show_default=True, metavar="N", help="Notebooks to execute at once.")
@click.option("--no-execute", is_flag=True, help="Write the cells without outputs: quick, for looking only.")
@click.option("--root", type=click.Path(path_type=Path, exists=True, resolve_path=True), default=ROOT, hidden=True)
def build(chapters: tuple[str, ...], force: bool, workers: int, no_execute: bool, root: Path) -> None:
    """Make notebooks/, solutions/ and exercises/ from chapters/.

    CHAPTER is a number or a name (5, ch05, 05_gradient_descent); all chapters when none is given. Only what
    changed is built: a chapter's own files, course_utils, the builder, and package versions count.
    """
    try:
        chosen = jobs(choose(root, chapters))
        problems = run(chosen, root, force=force, workers=workers, execute=not no_execute)
    except BuildError as error:
        problems = [error.problem]
    for problem in sorted(problems):
        click.secho(f"\n{problem}", fg="red", err=True)
    sys.exit(1 if problems else 0)


def run(chosen: list[Job], root: Path, *, force: bool, workers: int, execute: bool) -> list[Problem]:
    """Build the stale ones of these notebooks; return what went wrong."""
    notes, shared = cache.Cache(root), cache.shared_key(root)
    keys = {job: cache.key(job.chapter, shared) for job in chosen}
    stale = [job for job in chosen if force or not notes.fresh(job.target, keys[job])]
    problems: list[Problem] = []
    report: list[str] = []
    with (
        ProcessPoolExecutor(max_workers=max(1, workers)) as pool,
        click.progressbar(
            length=len(stale), label="Building", item_show_func=lambda item: item or "", file=sys.stderr
        ) as bar,
    ):
        running = {pool.submit(build_one, job, execute, force): job for job in stale}
        for future in as_completed(running):
            job = running[future]
            name = job.target.relative_to(root).as_posix()
            try:
                seconds = future.result()
            except BuildError as error:
                problems.append(error.problem)
            except Exception as error:
                details = "".join(traceback.format_exception(error))
                problems.append(
                    Problem(name, f"The builder itself failed, which is a defect of course_tools:\n{details}")
                )
            else:
                report.append(f"{seconds:6.1f} s  {name}")
                if execute or not job.kind.executed:
                    notes.note(job.target, keys[job], seconds)
            bar.update(1, name)
    for line in sorted(report, key=lambda text: text.split("  ")[-1]):
        click.echo(line)
    click.echo(f"{len(report)} built, {len(chosen) - len(stale)} up to date, {len(problems)} failed.")
    return problems
