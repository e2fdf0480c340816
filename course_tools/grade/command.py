"""`course grade FOLDER`."""

from __future__ import annotations

import contextlib
import csv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, fields
from pathlib import Path
from queue import SimpleQueue

import click

from course_tools.grade.batch import Grade, counted, grade_one, submissions
from course_tools.grade.jail import Jail, Limits, why_not


@click.command(context_settings={"show_default": True})
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default="grades", help="For grades.csv.")
@click.option("--jobs", type=click.IntRange(1), default=2, help="Submissions run at a time.")
@click.option("--seed", type=int, default=1, help="Draws the held-back inputs; another seed, other inputs.")
@click.option("--seconds", type=float, default=60.0, help="Time limit of one submission.")
@click.option("--not-isolated", is_flag=True, help="Run submissions with your own rights, where there is no jail.")
def grade(folder: Path, out: Path, jobs: int, seed: int, seconds: float, not_isolated: bool) -> None:
    """Grade FOLDER/student/09_adam.ipynb for every student, on held-back inputs.

    A submission's code runs in a jail (Linux with bubblewrap): no network, no files, no questions. Its values are
    judged outside.
    """
    found = submissions(folder)
    if not found:
        raise click.ClickException(
            f"There is no submission in {folder}: looked for {folder}/STUDENT/NOTEBOOK.ipynb. "
            "Is this the folder that holds one folder for each student?"
        )
    if not not_isolated and (why := why_not()):
        raise click.ClickException(
            f"There is no jail here: {why}. Submissions would run with your rights and could read and write what you "
            "can. Install bubblewrap on Linux, or, if you trust everyone who handed in, add --not-isolated."
        )
    with contextlib.ExitStack() as stack:
        jails: SimpleQueue[Jail | None] = SimpleQueue()
        for _ in range(min(jobs, len(found))):
            jails.put(None if not_isolated else stack.enter_context(Jail(Limits(submission=seconds, cell=seconds / 3))))

        def one(notebook: Path) -> Grade:
            jail = jails.get()
            try:
                return grade_one(notebook, seed, jail, seconds)
            finally:
                jails.put(jail)

        pool = stack.enter_context(ThreadPoolExecutor(jobs))
        with click.progressbar(pool.map(one, found), length=len(found), label="Grading") as bar:
            grades = list(bar)
    out.mkdir(parents=True, exist_ok=True)
    with (out / "grades.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(Grade)])
        writer.writerows(astuple(row) for row in grades)
    click.echo(f"{counted(grades)}; see {out / 'grades.csv'}.")
