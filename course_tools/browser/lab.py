"""A JupyterLab that reads and writes no settings of the user, serving one empty folder."""

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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_tools.lab import SERVER
from course_tools.pythons import ROOT

OWN = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
}
QUIET = "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"


class LabDidNotStart(Exception):
    """The end of JupyterLab's log."""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, its token, the folder of its own, the folder it serves."""

    url: str
    token: str
    home: Path
    served: Path

    def page(self, notebook: str) -> str:
        """The address of a notebook in it, in a fresh workspace."""
        return f"{self.url}/lab/tree/{notebook}?reset&token={self.token}"

    def sessions(self) -> list[dict[str, Any]]:
        """What runs, as the server sees it: path of the notebook, state and connections of the kernel."""
        with urllib.request.urlopen(self._api("sessions")) as answer:
            return list(json.load(answer))

    def stop(self, session: dict[str, Any]) -> None:
        """Shut down the kernel of a session, as closing JupyterLab would."""
        urllib.request.urlopen(urllib.request.Request(self._api(f"sessions/{session['id']}"), method="DELETE")).close()

    def connection(self, kernel: str) -> Path:
        """The file that tells a client how to reach a kernel."""
        return self.home / "runtime" / f"kernel-{kernel}.json"

    def _api(self, what: str) -> str:
        return f"{self.url}/api/{what}?token={self.token}"


@contextmanager
def private_lab(home: Path, options: Sequence[str] = ()) -> Iterator[Lab]:
    """Start JupyterLab with its settings below ``home``; stop it and its kernels at the end."""
    (home / QUIET).parent.mkdir(parents=True)
    (home / QUIET).write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    (home / "served").mkdir()
    lab = Lab(f"http://127.0.0.1:{free_port()}", secrets.token_hex(16), home, home / "served")
    with (home / "log").open("w") as log:
        command = [sys.executable, "-m", "jupyterlab", *arguments(lab), *options]
        server = subprocess.Popen(command, env=environment(home), cwd=home, stdout=log, stderr=log)
    try:
        wait(lab, server)
        yield lab
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def arguments(lab: Lab) -> list[str]:
    """The command line: one port or none, the token, and what `make lab` asks of the server."""
    return [
        "--no-browser",
        "--allow-root",
        f"--ServerApp.port={lab.url.rpartition(':')[2]}",
        "--ServerApp.port_retries=0",
        "--ServerApp.ip=127.0.0.1",
        f"--IdentityProvider.token={lab.token}",
        f"--ServerApp.root_dir={lab.served}",
        *SERVER,
    ]


def environment(home: Path) -> dict[str, str]:
    """The environment of a learner: nothing of the build, the user's Jupyter left alone."""
    env = {name: value for name, value in os.environ.items() if name not in ("COURSE_BUILD", "MPLBACKEND")}
    return env | {name: str(home / folder) for name, folder in OWN.items()} | {"PYTHONPATH": str(ROOT)}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait(lab: Lab, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers, a minute at most."""
    for _ in range(300):
        try:
            lab.sessions()
            return
        except (urllib.error.URLError, OSError):
            if server.poll() is not None:
                break
            time.sleep(0.2)
    raise LabDidNotStart((lab.home / "log").read_text()[-2000:])
