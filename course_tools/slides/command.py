"""`course slides`: decks that are stale, in parallel; then, if asked, on paper and under inspection."""

from __future__ import annotations

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
from course_tools.slides import assets
from course_tools.slides.browser import NoBrowser
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
    try:
        out.mkdir(parents=True, exist_ok=True)
        assets.copy(out)
        chosen = choose(ROOT, chapters)
        faults = write(chosen, out, force, jobs)
        decks = [target(chapter, out) for chapter in chosen if target(chapter, out).exists()]
        if (pdf or notes or check) and not faults:
            faults += after(decks, pdf, notes, check)
    except (BuildError, assets.NotInstalled, NoBrowser) as error:
        raise click.ClickException(str(error)) from error
    for fault in faults:
        click.secho(fault, fg="red", err=True)
    sys.exit(1 if faults else 0)


def write(chosen: list[Chapter], out: Path, force: bool, jobs: int) -> list[str]:
    """Make the decks whose inputs have changed; return what went wrong."""
    seen, shared, faults = cache.Cache(ROOT), cache.shared_key(ROOT), list[str]()
    keys = {chapter: key(chapter, shared) for chapter in chosen if chapter.file("lesson.md").exists()}
    stale = [chapter for chapter in keys if force or not seen.fresh(target(chapter, out), keys[chapter])]
    with (
        ProcessPoolExecutor(max_workers=max(1, jobs)) as pool,
        click.progressbar(length=len(stale), label="Making slides", file=sys.stderr) as bar,
    ):
        running = {pool.submit(make, chapter, out): chapter for chapter in stale}
        for future in as_completed(running):
            chapter = running[future]
            try:
                seen.note(target(chapter, out), keys[chapter], future.result())
            except BuildError as error:
                faults.append(str(error.problem))
            bar.update(1)
    click.echo(f"{len(stale) - len(faults)} made, {len(keys) - len(stale)} up to date, in {out}.")
    return faults


def after(decks: list[Path], pdf: bool, notes: bool, check: bool) -> list[str]:
    """What Chromium does with the decks."""
    from course_tools.slides import check as checking
    from course_tools.slides import paper
    from course_tools.slides.browser import chromium

    wanted: list[tuple[bool, Callable[[Path, Any], Any]]] = [
        (pdf, paper.pdf), (notes, paper.handout), (check, checking.check),
    ]  # fmt: skip
    work = [(job, deck) for asked, job in wanted if asked for deck in decks]
    faults: list[str] = []
    with chromium() as browser, click.progressbar(work, label="In Chromium", file=sys.stderr) as bar:
        for job, deck in bar:
            found = job(deck, browser)
            faults += found if isinstance(found, list) else []
    return faults
