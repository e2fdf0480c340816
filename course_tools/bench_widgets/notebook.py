"""Notebooks in a real JupyterLab, driven from Python without waiting for the page."""

from __future__ import annotations

import json
from ast import literal_eval
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.async_api import Browser, Page, async_playwright

from course_tools.browser.chromium import FLAGS, find
from course_tools.browser.lab import Lab

PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")
OPTIONS = ("--LabApp.expose_app_in_browser=True",)  # the probe reads the kernel's state from it
RUN_ALL = "() => jupyterapp.commands.execute('notebook:run-all-cells')"
READY = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """One Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find(), args=FLAGS)
        yield browser
        await browser.close()


def write(lab: Lab, name: str, cells: Sequence[str]) -> None:
    """A notebook of code cells in the folder that JupyterLab serves."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, lab.served / name)


@asynccontextmanager
async def opened(browser: Browser, lab: Lab, name: str, cells: Sequence[str]) -> AsyncIterator[Page]:
    """The notebook in a page of its own, connected to its kernel; closed with its kernel at the end."""
    write(lab, name, cells)
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    await page.add_init_script(PROBE)
    await page.goto(lab.page(name), wait_until="domcontentloaded")
    await page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    await page.wait_for_function(READY, timeout=60_000)
    try:
        yield page
    finally:
        await context.close()
        for session in lab.sessions():
            lab.stop(session)


async def run_all(page: Page) -> None:
    """Run all cells and wait for the last."""
    await page.evaluate(RUN_ALL)


def ask(lab: Lab, code: str) -> Any:
    """The value of ``answer`` after running code in the only kernel, past the page; must be JSON."""
    from jupyter_client.blocking.client import BlockingKernelClient

    (session,) = lab.sessions()
    client = BlockingKernelClient(connection_file=str(lab.connection(session["kernel"]["id"])))
    client.load_connection_file()
    client.start_channels()
    try:
        wanted = {"answer": "__import__('json').dumps(answer)"}
        reply = client.execute_interactive(
            code, store_history=False, user_expressions=wanted, timeout=60, output_hook=lambda _: None
        )
    finally:
        client.stop_channels()
    content = reply["content"]
    if content["status"] != "ok" or content["user_expressions"]["answer"]["status"] != "ok":
        raise RuntimeError(f"the kernel could not answer: {content}")
    return json.loads(literal_eval(content["user_expressions"]["answer"]["data"]["text/plain"]))
