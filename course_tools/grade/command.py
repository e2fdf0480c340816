"""`course grade FOLDER`."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from course_tools.grade import cluster
from course_tools.grade.batch import blank, run
from course_tools.grade.intake import Intake, Submission, intake
from course_tools.grade.jail import why_not
from course_tools.grade.record import Record
from course_tools.grade.report import Report, report
from course_tools.grade.rules import BadRule, Rules, read_rules
from course_tools.grade.store import Store, still_holds
from course_utils import check

SHOWN = 10
"""Changes that are told on the screen; all are in changes.csv."""


@dataclass(frozen=True)
class Way:
    """How to judge."""

    seed: int
    seconds: float
    jobs: int
    isolated: bool
    again: bool
    scheduler: str | None = None
    """Of a cluster; None for this machine alone."""


@click.command(context_settings={"show_default": True})
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.argument("more", nargs=-1, metavar="[MORE CHAPTERS]...")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default="grades", help="For all results.")
@click.option("--jobs", type=click.IntRange(1), default=2, help="Submissions run at a time.")
@click.option("--chapters", "first", metavar="05 [09 ...]", help="Only these chapters.")
@click.option("--seed", type=int, default=1, help="Draws the held-back inputs; another seed, other inputs.")
@click.option("--seconds", type=float, default=60.0, help="Time limit of one submission.")
@click.option("--again", is_flag=True, help="Judge all submissions, not only what is new or changed.")
@click.option("--report", "report_only", is_flag=True, help="Judge nothing: apply the rules of today, write again.")
@click.option("--scheduler", metavar="ADDRESS", help="Judge on a dask.distributed cluster: tcp://HOST:8786.")
@click.option("--not-isolated", is_flag=True, help="Run submissions with your own rights, where there is no jail.")
def grade(
    folder: Path, more: tuple[str, ...], out: Path, jobs: int, first: str | None, seed: int, seconds: float,
    again: bool, report_only: bool, scheduler: str | None, not_isolated: bool,
) -> None:  # fmt: skip
    """Grade what was handed in, on held-back inputs.

    FOLDER holds one folder for each student, with 09_adam.ipynb in it, or what Canvas or Moodle let you download; a zip
    of it will do. A submission's code runs in a jail (Linux with bubblewrap): no network, no files, no questions. Its
    values are judged outside.

    policy.toml, extensions.csv, overrides.csv and the class lists canvas_students.csv and moodle_students.csv beside
    the submissions are read each time; after a change there, --report is enough. The same command goes on after an
    interruption, and judges what was handed in since.
    """
    beside = folder if folder.is_dir() else folder.parent
    rules = _rules(beside)
    chosen = _chapters(first, more)
    way = Way(seed, seconds, jobs, scheduler is not None or not not_isolated, again, scheduler)
    if not report_only:
        with tempfile.TemporaryDirectory() as scratch:
            taken = intake(folder, Path(scratch))
            found = [row for row in taken.submissions if not chosen or row.chapter in chosen]
            _stop_without(found, taken, folder, chosen)
            _judge(found, Store(out), way)
            Store(out).keep_problems(taken.problems)
    elif not Store(out).load():
        raise click.ClickException(f"There is nothing to report in {out}: nothing was judged yet. Leave --report out.")
    _tell(report(out, beside, rules), out)


def _rules(beside: Path) -> Rules:
    try:
        return read_rules(beside)
    except BadRule as why:
        raise click.ClickException(str(why)) from None


def _chapters(first: str | None, more: Sequence[str]) -> set[str]:
    """"ch05" for 05, 5 and ch05; empty for all."""
    if more and first is None:
        raise click.UsageError(f"{' '.join(more)} is too much: one FOLDER is graded. Chapters stand after --chapters.")
    names = [*(first or "").replace(",", " ").split(), *more]
    graded = [name for name in check.chapters() if check.questions(name)]
    chosen = {f"ch{name.lower().removeprefix('ch').zfill(2)}" for name in names}
    if unknown := sorted(chosen - set(graded)):
        raise click.UsageError(f"{', '.join(unknown)} grades nothing. Chapters that do: {', '.join(graded)}.")
    return chosen


def _stop_without(found: Sequence[Submission], taken: Intake, folder: Path, chosen: set[str]) -> None:
    if found:
        return
    if taken.submissions:
        others = ", ".join(sorted({row.chapter or "not recognized" for row in taken.submissions}))
        raise click.ClickException(f"Nobody handed in {', '.join(sorted(chosen))} in {folder}; there is: {others}.")
    whys = "".join(f"\n  {row.file}: {row.why}" for row in taken.problems[:SHOWN])
    raise click.ClickException(
        f"There is no submission in {folder}: looked for {folder}/STUDENT/NOTEBOOK.ipynb, and for downloads of Canvas "
        f"and Moodle. Is this the folder that holds one folder for each student?{whys}"
    )


def _judge(found: Sequence[Submission], store: Store, way: Way) -> None:
    """Judge what is new or changed, and keep each record as soon as it is there."""
    known = store.load()
    waiting: list[Submission] = []
    for submission in found:
        now = blank(submission, way.seed, way.seconds, way.isolated)
        old = None if way.again else still_holds(known.get(now.place), now)
        if old is None:
            waiting.append(submission)
        elif old != known[now.place]:
            store.keep(old)
    if held := len(found) - len(waiting):
        click.echo(f"{held} of {len(found)} submissions did not change since they were judged (--again judges all).")
    if not waiting:
        return
    if way.isolated and not way.scheduler and (why := why_not()):
        raise click.ClickException(
            f"There is no jail here: {why}. Submissions would run with your rights and could read and write what you "
            "can. Install bubblewrap on Linux, or, if you trust everyone who handed in, add --not-isolated."
        )
    _run(waiting, store, way)


def _run(waiting: Sequence[Submission], store: Store, way: Way) -> None:
    done = 0
    with click.progressbar(length=len(waiting), label="Grading", show_pos=True) as bar:

        def keep(_: Submission, record: Record) -> None:
            nonlocal done
            store.keep(record)
            done += 1
            bar.update(1)

        try:
            if way.scheduler:
                cluster.run(waiting, way.seed, keep, scheduler=way.scheduler, seconds=way.seconds, warn=click.echo)
            else:
                run(waiting, way.seed, keep, seconds=way.seconds, jobs=way.jobs, isolated=way.isolated)
        except cluster.NoCluster as why:
            raise click.ClickException(f"\n{why}") from None
        except KeyboardInterrupt:
            left = len(waiting) - done
            raise click.ClickException(
                f"\nStopped. {done} of {len(waiting)} submissions were judged and are kept in {store.folder}; "
                f"grades.csv is as it was. Run the same command again to judge the other {left}."
            ) from None


def _tell(written: Report, out: Path) -> None:
    """The last lines on the screen."""
    for row in written.changes[:SHOWN]:
        click.echo(f"{row.student}, {row.chapter}: {row.before or 'nothing'} -> {row.after or 'nothing'} ({row.why})")
    if len(written.changes) > SHOWN:
        click.echo(f"… and {len(written.changes) - SHOWN} more changes; see {out / 'changes.csv'}.")
    for name, notes in written.exports.items():
        if notes:
            more = f" And {len(notes) - 1} more, in summary.html." if len(notes) > 1 else ""
            click.echo(f"{name}: {notes[0]}{more}")
    if written.concerns:
        things = "1 thing needs" if written.concerns == 1 else f"{written.concerns} things need"
        click.echo(f"{things} a human; see {out / 'summary.html'}.")
    click.echo(f"{written.counted}; see {out / 'grades.csv'}.")
