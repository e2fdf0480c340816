"""`course grade FOLDER`."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, fields
from pathlib import Path

import click

from course_tools.grade.batch import Grade, grade_one, submissions


@click.command(context_settings={"show_default": True})
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default="grades", help="For grades.csv.")
@click.option("--jobs", type=click.IntRange(1), default=2, help="Submissions run at a time.")
@click.option("--seed", type=int, default=1, help="Draws the held-back inputs; another seed, other inputs.")
@click.option("--seconds", type=float, default=60.0, help="Time limit of one submission.")
def grade(folder: Path, out: Path, jobs: int, seed: int, seconds: float) -> None:
    """Grade FOLDER/student/09_adam.ipynb for every student, on held-back inputs.

    The submissions run as you, NOT ISOLATED: grade only people you trust with your files.
    """
    found = submissions(folder)
    if not found:
        raise click.ClickException(
            f"There is no submission in {folder}: looked for {folder}/STUDENT/NOTEBOOK.ipynb. "
            "Is this the folder that holds one folder for each student?"
        )
    click.echo("Not isolated: submissions run with your rights.", err=True)
    with ThreadPoolExecutor(jobs) as pool:
        work = pool.map(lambda notebook: grade_one(notebook, seed, seconds), found)
        with click.progressbar(work, length=len(found), label="Grading") as bar:
            grades = list(bar)
    out.mkdir(parents=True, exist_ok=True)
    with (out / "grades.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(Grade)])
        writer.writerows(astuple(row) for row in grades)
    ungraded = sum(row.status != "graded" for row in grades)
    click.echo(f"{len(grades) - ungraded} graded, {ungraded} could not be; see {out / 'grades.csv'}.")
