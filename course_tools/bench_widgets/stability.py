"""The map of 40,000 runs, computed anew with each move of its condition number."""

from __future__ import annotations

from random import Random

from playwright.async_api import Browser

from course_tools.bench_widgets.compare import watch
from course_tools.bench_widgets.hands import press
from course_tools.bench_widgets.notebook import opened, run_all
from course_tools.bench_widgets.results import Map
from course_tools.browser.lab import Lab
from course_utils import widgets

CELLS = ("from course_utils import widgets", "widgets.stability_map()")


async def stability(browser: Browser, lab: Lab, moves: int) -> Map:
    """Key presses on the first slider, each timed to the first new picture."""
    if not hasattr(widgets, "stability_map"):
        return Map(reason="`widgets.stability_map` does not exist yet")
    async with opened(browser, lab, "map.ipynb", CELLS) as page:
        await run_all(page)
        await watch(page, "map", 1, "any")
        rng, times = Random(0), []
        for k in range(moves + 2):
            times.append((await press(page, "map", "ArrowRight" if k % 6 < 3 else "ArrowLeft", rng)).ms)
        return Map(times[2:])
