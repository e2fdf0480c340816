"""`course bench-widgets`: measure the live figures in Chromium and write docs/benchmarks-widgets.md."""

from __future__ import annotations

import asyncio
import os
import platform
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import click

from course_tools.bench.machine import processor
from course_tools.bench_widgets.page import figures, page
from course_tools.bench_widgets.results import Report
from course_tools.browser.chromium import find
from course_tools.pythons import ROOT

PAGE = ROOT / "docs" / "benchmarks-widgets.md"
PICTURES = {1: "One path of 200 steps and its loss", 4: "Four optimizers, 200 steps each, and their losses"}
PACKAGES = ("jupyterlab", "jupyter_server", "ipykernel", "ipywidgets", "anywidget", "matplotlib", "numpy", "playwright")
MISSING = (
    "{} is not installed here, and the figures are measured in a real browser: there is nothing to measure with. "
    "Install it (Chromium: `apt-get install chromium`; Playwright: `make venv`) and try again."
)


@click.command()
@click.option("--moves", default=60, show_default=True, help="Key presses for each figure.")
@click.option("--rounds", default=4, show_default=True, help="Drags for each figure.")
@click.option("--seconds", default=3.0, show_default=True, help="Length of a drag.")
@click.option("--leak-moves", default=500, show_default=True, help="Moves after which memory must not have grown.")
@click.option("--quick", is_flag=True, help="A few moves of everything; printed, the page stays.")
def bench_widgets(moves: int, rounds: int, seconds: float, leak_moves: int, quick: bool) -> None:
    """Measure the live figures in a real browser, and write docs/benchmarks-widgets.md.

    Takes about eight minutes. For numbers worth keeping, leave the machine alone meanwhile.
    """
    for name, present in (("Chromium", find()), ("Playwright", find_spec("playwright"))):
        if not present:
            raise click.ClickException(MISSING.format(name))
    sizes = (10, 1, 2.0, 50) if quick else (moves, rounds, seconds, leak_moves)
    text = page(asyncio.run(measure(*sizes, say=lambda line: click.echo(line, err=True))))
    if quick:
        click.echo(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {PAGE.name}.")


async def measure(moves: int, rounds: int, seconds: float, leak_moves: int, say: Callable[[str], None]) -> Report:
    """Everything, each part in a notebook and a kernel of its own."""
    from course_tools.bench_widgets.compare import compare
    from course_tools.bench_widgets.memory import leak
    from course_tools.bench_widgets.notebook import OPTIONS, chromium
    from course_tools.bench_widgets.opening import stalls
    from course_tools.bench_widgets.stability import stability
    from course_tools.browser.lab import private_lab

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    with tempfile.TemporaryDirectory() as home, private_lab(Path(home), OPTIONS) as lab:
        async with chromium() as browser:
            rows = machine(browser.version, load)
            found = [
                await compare(browser, lab, name, count, moves, rounds, seconds, say)
                for count, name in PICTURES.items()
            ]
            for comparison in found:
                say(figures(comparison))
            say("the stability map")
            times = await stability(browser, lab, moves)
            say("ten figures in a notebook, and ten pictures")
            notebooks = {kind: await stalls(browser, lab, kind) for kind in ("live", "static")}
            say(f"memory after {leak_moves} moves")
            leaks = {kind: await leak(browser, lab, leak_moves, kind) for kind in ("live", "bare")}
            return Report(found, times, notebooks, leaks, rows)


def machine(chromium: str, load: float) -> list[tuple[str, str]]:
    """Processor, system, versions; how busy others kept it."""
    return [
        ("processor", f"{processor()}, {os.cpu_count()} logical cores"),
        ("system", f"{platform.system()} {platform.machine()}"),
        ("load when the measurement began", f"{load:.2f}"),
        ("browser", f"Chromium {chromium}, headless, without a GPU, window 1280 × 800"),
        ("Python", platform.python_version()),
        *((name, version(name)) for name in PACKAGES),
    ]
