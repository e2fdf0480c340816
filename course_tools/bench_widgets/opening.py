"""Ten live figures in one notebook, and the same notebook with their static pictures: who stalls the page?"""

from __future__ import annotations

from playwright.async_api import Browser, Page

from course_tools.bench_widgets.notebook import opened, run_all
from course_tools.bench_widgets.results import Stalls
from course_tools.browser.lab import Lab

FIGURES = (
    "parabola()",
    "ravine()",
    "landscape()",
    "journey()",
    "misbuilt_adam()",
    "bug_map()",
    "reddi()",
    "gradient_sequences()",
    "ravine(kappa=50)",
    "landscape(angle=45)",
)
FIRST = """from IPython.display import Image
from course_utils import widgets
from course_utils.widgets import static
def picture(figure):
    return Image(static.png(figure.picture)[0])"""
WHEEL, TURNS = 240, 40  # pixels of one turn of the wheel


async def stalls(browser: Browser, lab: Lab, kind: str) -> Stalls:
    """Run the notebook, live or static, then scroll to its end and back."""
    shown = ("widgets.{}" if kind == "live" else "picture(widgets.{})").format
    async with opened(browser, lab, f"ten-{kind}.ipynb", [FIRST, *map(shown, FIGURES)]) as page:
        await page.wait_for_timeout(2000)
        began = await page.evaluate("() => performance.now()")
        await run_all(page)
        await page.wait_for_timeout(3000)
        rested = await page.evaluate("() => performance.now()")
        await scroll(page)
        found = await page.evaluate("since => probe.stalls(since)", began)
        return Stalls(
            opening=[stall["ms"] for stall in found if stall["at"] < rested],
            scrolling=[stall["ms"] for stall in found if stall["at"] >= rested],
        )


async def scroll(page: Page) -> None:
    """To the end and back, as a hand on a wheel."""
    await page.mouse.move(760, 500)
    for way in (WHEEL, -WHEEL):
        for _ in range(TURNS):
            await page.mouse.wheel(0, way)
            await page.wait_for_timeout(40)
    await page.wait_for_timeout(1000)
