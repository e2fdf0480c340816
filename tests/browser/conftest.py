"""A real JupyterLab and a real Chromium for tests of what a learner sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import nbformat
import pytest

from course_tools.browser.chromium import FLAGS
from course_tools.browser.lab import Lab, private_lab


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab of its own. No settings of the user are read or written."""
    with private_lab(tmp_path_factory.mktemp("lab"), ["--LabApp.expose_app_in_browser=True"]) as started:
        yield started


@pytest.fixture(scope="session")
def chromium(needs_chromium: str) -> Iterator[Any]:
    """One browser for all tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs_chromium, args=FLAGS)
        yield browser
        browser.close()


class Notebook:
    """A notebook open in JupyterLab. ``problems`` collects what the browser's console calls an error."""

    def __init__(self, page: Any, lab: Lab) -> None:
        self.page, self.lab, self.problems = page, lab, list[str]()
        page.on("console", lambda message: self.problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def run(self) -> None:
        """Run all cells, once the page is connected to its kernel (before, JupyterLab would ask for one)."""
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        for _ in range(300):
            kernels = [session["kernel"] for session in self.lab.sessions() if session["path"] in self.page.url]
            if any(kernel["connections"] and kernel["execution_state"] == "idle" for kernel in kernels):
                break
            self.page.wait_for_timeout(200)
        self.page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=60_000)
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def stop_kernel(self) -> None:
        """Shut down the kernel of this notebook, as closing JupyterLab would."""
        for session in self.lab.sessions():
            if session["path"] in self.page.url:
                self.lab.stop(session)

    def restart_kernel(self) -> None:
        """Start the kernel of this notebook anew, without a dialog, and wait until it is idle."""
        session = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        self.page.evaluate(f"{session}.restart()")
        self.page.wait_for_function(f"() => {session}.status === 'idle'", timeout=60_000)

    def figure(self, nth: int = 0) -> Any:
        """The nth live figure, in view."""
        figure = self.page.locator(".course-live").nth(nth)
        figure.wait_for(state="attached", timeout=60_000)
        figure.scroll_into_view_if_needed()
        return figure

    def paints(self, figure: Any) -> int:
        """How many times the canvas has been drawn."""
        return int(figure.locator(".course-canvas").get_attribute("data-paints") or 0)

    def painted(self, figure: Any, since: int = 0) -> None:
        """Wait until the canvas has been drawn again, then until nothing moves."""
        for _ in range(200):
            now = self.paints(figure)
            self.page.wait_for_timeout(150)
            if since < now == self.paints(figure):
                return
        raise AssertionError(f"no new picture in 30 s; console: {self.problems}")

    def theme(self, name: str) -> None:
        """Change JupyterLab's theme to "Light" or "Dark", and wait until its colors are there."""
        command = "name => jupyterapp.commands.execute('apputils:change-theme', {theme: `JupyterLab ${name}`})"
        paper = "() => getComputedStyle(document.body).getPropertyValue('--jp-layout-color0').trim()"
        self.page.evaluate(command, name)
        for _ in range(100):
            self.page.wait_for_timeout(100)
            if self.page.evaluate(paper) in {"Light": ("white", "#fff", "#ffffff"), "Dark": ("#111", "#111111")}[name]:
                return
        raise AssertionError(f"the theme {name} did not come: its paper is {self.page.evaluate(paper)}")

    def pixels(self, figure: Any) -> str:
        """The picture on the canvas, to be compared."""
        return str(figure.locator(".course-canvas").evaluate("canvas => canvas.toDataURL()"))


@pytest.fixture(scope="module")
def open_notebook(lab: Lab, chromium: Any) -> Iterator[Callable[..., Notebook]]:
    """``open_notebook(name, *cells)`` writes a notebook of code cells and opens it."""
    contexts = []

    def open_(name: str, *cells: str, **options: Any) -> Notebook:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, lab.served / name)
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, **options)
        contexts.append(context)
        opened = Notebook(context.new_page(), lab)
        opened.page.goto(lab.page(name), wait_until="domcontentloaded")
        return opened

    yield open_
    for context in contexts:
        context.close()
