"""One picture, three ways in one notebook: key presses and drags, in turn."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from playwright.async_api import Browser, Page

from course_tools.bench_widgets.hands import Drag, drag, presses
from course_tools.bench_widgets.notebook import opened, run_all
from course_tools.bench_widgets.results import INTERACT, OURS, TWIN, Comparison, Side
from course_tools.browser.lab import Lab

FIRST = "from course_tools.bench_widgets import pictures\n%matplotlib inline"
FIGURES = {OURS: ("live", "canvas"), INTERACT: ("inline", "image"), TWIN: ("twin", "canvas")}
BLOCK = 10  # key presses before the next figure has its turn
LONG = 10.0  # seconds
SAME = 0.02  # of the pixels may differ between ours and the twin (anti-aliasing of float32)
SHOWN = ".course-canvas[data-paints], .jp-OutputArea-output img, .course-says.widget-label"
Say = Callable[[str], None]


class DifferentPictures(Exception):
    """Two figures that should show the same do not, so their times must not be compared."""


async def compare(
    browser: Browser, lab: Lab, name: str, count: int, moves: int, rounds: int, seconds: float, say: Say
) -> Comparison:
    """Time the picture of ``count`` optimizers."""
    cells = [FIRST, *(f"pictures.{function}({count})" for function, _ in FIGURES.values())]
    async with opened(browser, lab, f"compare-{count}.ipynb", cells) as page:
        await run_all(page)
        for cell, (side, (_, kind)) in enumerate(FIGURES.items(), 1):
            await watch(page, side, cell, kind)
        difference = await same(page, name)
        rng = Random(count)
        times: dict[str, list[float]] = {side: [] for side in FIGURES}
        drags: dict[str, list[Drag]] = {side: [] for side in FIGURES}
        for block in range(-1, -(-moves // BLOCK)):
            say(f"{name}: key presses, block {block + 1}")
            for side in turn(block):
                await show(page, side)
                found = await presses(page, side, BLOCK, rng)
                times[side] += [move.ms for move in found] if block >= 0 else []  # the first block warms up
        session = await page.context.new_cdp_session(page)
        for k in range(rounds):
            say(f"{name}: drags, round {k + 1}")
            for side in turn(k):
                await show(page, side)
                drags[side].append(await drag(page, session, side, seconds))
        say(f"{name}: a drag of {LONG:.0f} s")
        await show(page, OURS)
        long = await drag(page, session, OURS, LONG)
        return Comparison(name, {side: Side(times[side], drags[side]) for side in FIGURES}, long, difference)


def turn(k: int) -> list[str]:
    """The figures, each first as often as the others."""
    names = list(FIGURES)
    return names[k % len(names) :] + names[: k % len(names)]


async def watch(page: Page, side: str, cell: int, kind: str) -> None:
    """Wait for the figure of a cell and let the probe watch it."""
    cell_of = page.locator(".jp-CodeCell").nth(cell)
    await cell_of.scroll_into_view_if_needed()
    await cell_of.locator(SHOWN).first.wait_for(timeout=60_000)
    await page.evaluate("given => probe.watch(...given)", [side, cell, kind])


async def show(page: Page, side: str) -> None:
    """Scroll to a figure and let the page come to rest."""
    await page.evaluate("side => probe.show(side)", side)
    await page.wait_for_timeout(400)


async def same(page: Page, name: str) -> float:
    """The share of pixels in which ours differs from the twin's, refused when it is more than anti-aliasing."""
    difference: float = await page.evaluate("given => probe.difference(...given)", [OURS, TWIN])
    if difference > SAME:
        raise DifferentPictures(
            f"{name}: {difference:.1%} of the pixels of the live figure differ from those of its JavaScript-only twin: "
            "their times would mean nothing. Look whether twin.js still computes what pictures.py does."
        )
    return difference
