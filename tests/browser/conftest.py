"""A real JupyterLab and a real Chromium for tests of what a learner sees."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A JupyterLab of its own: (address with token, folder it serves). No settings of the user are read or written."""
    home = tmp_path_factory.mktemp("lab")
    served = home / "served"
    served.mkdir()
    quiet = home / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    env = {name: value for name, value in os.environ.items() if name not in ("COURSE_BUILD", "MPLBACKEND")}
    env |= {name: str(home / folder) for name, folder in own.items()} | {"PYTHONPATH": str(ROOT)}
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--no-browser",
                "--allow-root",
                f"--ServerApp.port={port}",
                "--ServerApp.port_retries=0",
                "--ServerApp.ip=127.0.0.1",
                f"--IdentityProvider.token={token}",
                "--ContentsManager.pre_save_hook=course_utils.widgets.saving.keep_pictures",
                f"--ServerApp.root_dir={served}",
            ],
            env=env,
            cwd=home,
            stdout=log,
            stderr=log,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{url}/api?token={token}", server, home / "log")
        yield f"{url}/lab/tree/{{}}?reset&token={token}", served
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            if server.poll() is not None:
                break
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


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

    def __init__(self, page: Any, sessions: str) -> None:
        self.page, self.sessions, self.problems = page, sessions, list[str]()
        page.on("console", lambda message: self.problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def run(self) -> None:
        """Run all cells, once the page is connected to its kernel (before, JupyterLab would ask for one)."""
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        for _ in range(300):
            with urllib.request.urlopen(self.sessions) as answer:
                kernels = [session["kernel"] for session in json.load(answer) if session["path"] in self.page.url]
            if any(kernel["connections"] and kernel["execution_state"] == "idle" for kernel in kernels):
                break
            self.page.wait_for_timeout(200)
        self.page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=60_000)
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def stop_kernel(self) -> None:
        """Shut down the kernel of this notebook, as closing JupyterLab would."""
        with urllib.request.urlopen(self.sessions) as answer:
            for session in json.load(answer):
                if session["path"] in self.page.url:
                    gone = self.sessions.replace("sessions?", f"sessions/{session['id']}?")
                    urllib.request.urlopen(urllib.request.Request(gone, method="DELETE")).close()

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

    def pixels(self, figure: Any) -> str:
        """The picture on the canvas, to be compared."""
        return str(figure.locator(".course-canvas").evaluate("canvas => canvas.toDataURL()"))


@pytest.fixture(scope="module")
def open_notebook(lab: tuple[str, Path], chromium: Any) -> Iterator[Callable[..., Notebook]]:
    """``open_notebook(name, *cells)`` writes a notebook of code cells and opens it."""
    address, served = lab
    contexts = []

    def open_(name: str, *cells: str, **options: Any) -> Notebook:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, served / name)
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, **options)
        contexts.append(context)
        opened = Notebook(context.new_page(), address.format("").replace("/lab/tree/?reset&", "/api/sessions?"))
        opened.page.goto(address.format(name), wait_until="domcontentloaded")
        return opened

    yield open_
    for context in contexts:
        context.close()
