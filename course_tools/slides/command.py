"""`course slides`: decks that are stale are made, in parallel, and if asked printed and inspected."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import click

from course_tools.build import cache
from course_tools.build.chapter import Chapter, choose
from course_tools.build.problem import BuildError
from course_tools.pythons import ROOT
from course_tools.slides import assets, browser
from course_tools.slides.make import key, make, target


@click.command()
@click.argument("chapters", nargs=-1, metavar="[CHAPTER]...")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=ROOT / "build" / "slides",
              help="Folder for the decks.  [default: build/slides]")  # fmt: skip
@click.option("--pdf", is_flag=True, help="Print each deck as well: one page a slide.")
@click.option("--notes", is_flag=True, help="Print a handout as well: slides with the speaker's notes.")
@click.option("--check", is_flag=True, help="Look at every slide in Chromium; faults are told and fail.")
@click.option("--force", is_flag=True, help="Make even what has not changed.")
@click.option("--jobs", default=2, show_default=True, metavar="N", help="Decks to make at once.")
def slides(
    chapters: tuple[str, ...], out: Path, pdf: bool, notes: bool, check: bool, force: bool, jobs: int
) -> None:
    """Make a deck of slides from each chapter's lesson.

    CHAPTER is a number or a name (5, ch05, 05_gradient_descent); all chapters when none is given. A deck needs no
    network and no kernel: keep it beside its folder `assets`. In the deck S opens the speaker's view with notes and a
    timer, D turns light to dark, F fills the screen, ? shows all keys.
    """
    wanted = [name for name, asked in (("pdf", pdf), ("handout", notes), ("check", check)) if asked]
    try:
        if wanted:
            browser.need()
        out.mkdir(parents=True, exist_ok=True)
        assets.copy(out)
        faults = write(choose(ROOT, chapters), out, force, jobs, wanted)
    except (BuildError, assets.NotInstalled, browser.NoBrowser) as error:
        raise click.ClickException(str(error)) from error
    for fault in faults:
        click.secho(fault, fg="red", err=True)
    sys.exit(1 if faults else 0)


def write(chosen: list[Chapter], out: Path, force: bool, jobs: int, wanted: list[str]) -> list[str]:
    """Make the decks whose inputs have changed, do with all what is ``wanted``; return what went wrong."""
    seen, shared, faults, broken = cache.Cache(ROOT), cache.shared_key(ROOT), list[str](), 0
    keys = {chapter: key(chapter, shared) for chapter in chosen if chapter.file("lesson.md").exists()}
    stale = {chapter for chapter in keys if force or not seen.fresh(target(chapter, out), keys[chapter])}
    took = {chapter: seen.read(target(chapter, out)).get("seconds", math.inf) for chapter in keys}
    order = sorted(keys, key=lambda c: (c in stale, took[c], c.name), reverse=True)  # a long one last would run alone
    with (
        ProcessPoolExecutor(max_workers=max(1, jobs)) as pool,
        click.progressbar(length=len(keys), label="Making slides", file=sys.stderr) as bar,
    ):
        running = {pool.submit(one, chapter, out, chapter in stale, wanted): chapter for chapter in order}
        for future in as_completed(running):
            chapter = running[future]
            try:
                seconds, found = future.result()
                faults += found
                if seconds is not None:
                    seen.note(target(chapter, out), keys[chapter], seconds)
            except BuildError as error:
                faults.append(str(error.problem))
                broken += 1
            bar.update(1)
    click.echo(f"{len(stale) - broken} made, {len(keys) - len(stale)} up to date, in {out}.")
    return sorted(faults)


def one(chapter: Chapter, out: Path, stale: bool, wanted: list[str]) -> tuple[float | None, list[str]]:
    """The seconds that making the deck took, and the faults that Chromium found."""
    seconds, faults = make(chapter, out) if stale else None, list[str]()
    if wanted:
        from course_tools.slides import check, paper

        work: dict[str, Callable[[Path, Any], Any]] = {
            "pdf": paper.pdf, "handout": paper.handout, "check": check.check,
        }  # fmt: skip
        with browser.chromium() as chromium:
            for name in wanted:
                found = work[name](target(chapter, out), chromium)
                faults += found if isinstance(found, list) else []
    return seconds, faults
