"""Does anything stay behind after many moves, in the kernel or in the page?"""

from __future__ import annotations

import asyncio
from random import Random

from playwright.async_api import Browser, CDPSession, Page

from course_tools.bench_widgets.compare import FIRST, watch
from course_tools.bench_widgets.hands import presses
from course_tools.bench_widgets.notebook import ask, opened, run_all
from course_tools.bench_widgets.results import OURS, Leak, Memory
from course_tools.browser.lab import Lab

KERNEL = """
def answer():
    import gc, os, sys
    from comm import get_comm_manager
    for _ in range(3):
        gc.collect()
    with open("/proc/self/statm") as statm:
        resident = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return [resident, sys.getallocatedblocks(), len(get_comm_manager().comms)]
answer = answer()
"""
HEAD = 60  # moves before the first measurement: what is cached by then may stay


async def leak(browser: Browser, lab: Lab, moves: int, kind: str) -> Leak:
    """Move one slider so many times: that of a figure ("live"), or one that only sets a text ("bare")."""
    call, shows = {"live": ("live(1)", "canvas"), "bare": ("bare()", "text")}[kind]
    async with opened(browser, lab, f"leak-{kind}.ipynb", [FIRST, f"pictures.{call}"]) as page:
        await run_all(page)
        await watch(page, OURS, 1, shows)
        session = await page.context.new_cdp_session(page)
        await session.send("Performance.enable")
        await presses(page, OURS, HEAD, Random(0), pause=0.0)
        await held(page, session, lab)  # asking may leave something behind, the first time
        before = await held(page, session, lab)
        await presses(page, OURS, moves, Random(1), pause=0.0)
        return Leak(moves, before, await held(page, session, lab))


async def held(page: Page, session: CDPSession, lab: Lab) -> Memory:
    """What is in use after all garbage is collected."""
    await page.evaluate("() => probe.forget()")
    resident, blocks, comms = await asyncio.to_thread(ask, lab, KERNEL)
    await page.wait_for_timeout(500)
    for _ in range(2):
        await session.send("HeapProfiler.collectGarbage")
    metrics = {entry["name"]: entry["value"] for entry in (await session.send("Performance.getMetrics"))["metrics"]}
    heap = metrics["JSHeapUsedSize"] / 2**20
    return Memory(resident, blocks, comms, heap, int(metrics["Nodes"]), int(metrics["JSEventListeners"]))
