"""The course's own virtual environment, `.venv`: made when missing, renewed when its inputs change.

Standard library only, because it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

from course_tools.pythons import OLDEST, ROOT

VENV = ROOT / ".venv"
STAMP = VENV / "course-stamp.json"
LOG = VENV / "install.log"
REQUIREMENTS = {"lab": "requirements.txt", "dev": "requirements-dev.txt"}
SATISFIES = {"lab": ("lab", "dev"), "dev": ("dev",)}  # the pins agree, so dev serves the lab too


class CannotInstall(Exception):
    """The environment could not be made; the message says why and what to try."""


def python_path(folder: Path = VENV) -> Path:
    """Where a virtual environment keeps its Python on this system."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(kind: str, version: str) -> str:
    """Hash of all that decides what is installed: pins, project file, Python, place on disk."""
    digest = hashlib.sha256(f"{kind}\0{version}\0{ROOT}".encode())
    for name in (REQUIREMENTS[kind], "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def working_version(python: Path) -> str | None:
    """The version of a Python that runs and is new enough, else nothing."""
    ask = f"import sys; print('%d.%d' % sys.version_info[:2]); sys.exit(sys.version_info[:2] < {OLDEST!r})"
    try:
        answer = subprocess.run([str(python), "-c", ask], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    return answer.stdout.decode().strip() if answer.returncode == 0 else None


def read_stamp() -> dict[str, str]:
    """What was installed last, by kind; empty when nothing was or the file is damaged."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def ensure(kind: str) -> Path:
    """Return a Python that has the packages of `kind` ("lab" or "dev"), installing what is missing."""
    python = python_path()
    version = working_version(python)
    stamp = read_stamp() if version else {}
    if version and any(stamp.get(other) == fingerprint(other, version) for other in SATISFIES[kind]):
        return python
    if not version:
        create()
        version = working_version(python)
    if not version:
        raise CannotInstall(f"The new environment {VENV} has no working Python. Delete the folder and try again.")
    first = "The first time this takes one to five minutes and 700 MB of disk." if not stamp else ""
    print(f"Installing the packages of {REQUIREMENTS[kind]} into .venv. {first}".rstrip(), flush=True)
    started = time.monotonic()
    pip(python, ["--no-deps", "-r", str(ROOT / REQUIREMENTS[kind])], count_pins(kind))  # the pins are complete
    pip(python, ["--no-deps", "-e", str(ROOT)])
    stamp[kind] = fingerprint(kind, version)
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")
    print(f"Installed in {time.monotonic() - started:.0f} seconds.", flush=True)
    return python


def create() -> None:
    """Make `.venv` anew with the Python that runs this file."""
    print("Creating a virtual environment in .venv (the course leaves your other Pythons alone).", flush=True)
    try:
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=os.name != "nt").create(str(VENV))
    except (subprocess.CalledProcessError, OSError) as error:
        raise CannotInstall(
            f"A virtual environment could not be made in {VENV}: {error}. The course installs its packages there. "
            "On Debian and Ubuntu run `sudo apt install python3-venv`; otherwise see that the folder is writable "
            "and the disk is not full."
        ) from error


def count_pins(kind: str) -> int:
    """How many packages the pins name, so that the progress line has an end."""
    lines = (ROOT / REQUIREMENTS[kind]).read_text(encoding="utf-8").splitlines()
    return sum("==" in line for line in lines)


def pip(python: Path, arguments: list[str], total: int = 0) -> None:
    """Run `pip install` with a one-line progress display; its whole output goes to a log file."""
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *arguments]
    lines: list[str] = []
    done = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=str(ROOT)) as process:
        for raw in process.stdout or ():
            line = raw.decode(errors="replace").rstrip()
            lines.append(line)
            if total and sys.stdout.isatty():
                done += line.startswith(("Collecting ", "Requirement already satisfied"))
                what = "installing" if line.startswith("Installing collected") else "collecting"
                print(f"\r  {what} {min(done, total)}/{total} ", end="", flush=True)
    if total and sys.stdout.isatty():
        print("\r" + " " * 40 + "\r", end="", flush=True)
    LOG.write_text("\n".join(lines), encoding="utf-8")
    if process.returncode != 0:
        raise CannotInstall(
            "pip could not install the packages, so the course cannot start. Its last lines:\n\n{}\n\n"
            "Try again when the network is up; behind a proxy or mirror, set it with `pip config`. "
            "The whole output is in {}. Deleting .venv starts afresh.".format(
                "\n".join("    " + line for line in lines[-8:]), LOG
            )
        )
