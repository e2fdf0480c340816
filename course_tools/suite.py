"""`make test`: every check there is, one after the other, and a table at the end.

With arguments only pytest runs, with these arguments: `make test ARGS="-k adam"`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

from course_tools import offline, replay
from course_tools.build.kernel import kernel_environment
from course_tools.pythons import ROOT
from course_tools.slides import browser

PYTHON = [sys.executable, "-m"]


@dataclass(frozen=True)
class Part:
    """One command of the suite; `environment` replaces ours, `remark` is printed with the result."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    remark: str = ""


def parts(scratch: str) -> list[Part]:
    """The whole suite, the quick parts first."""
    cut = offline.prefix()
    return [
        Part("ruff", [*PYTHON, "ruff", "check", "."]),
        Part("mypy", [*PYTHON, "mypy"]),
        Part("codespell", [*PYTHON, "codespell_lib"]),
        Part("course check", [*PYTHON, "course_tools", "check"]),
        Part("pytest", [*PYTHON, "pytest", "-n", "2", "--dist", "loadscope", "-q"]),
        Part(
            "notebooks",
            [*(cut or []), *replay.command("notebooks", "solutions", workers=2)],
            kernel_environment(ROOT, scratch),
            "executed without a network" if cut else "executed WITH a network: bwrap is absent or not allowed",
        ),
        *slides(),
    ]


def slides() -> list[Part]:
    """Every deck, looked at in Chromium; left out, and said so, where there is none."""
    if browser.program() is None and not os.environ.get("CI"):
        return [Part("slides", [sys.executable, "-c", ""], remark="NOT looked at: Chromium or playwright is absent")]
    return [Part("slides", [*PYTHON, "course_tools", "slides", "--check"], remark="every slide opened in Chromium")]


def run(part: Part) -> tuple[bool, float]:
    """Run one part, its output passing through; whether it passed, and the seconds."""
    print(f"\n=== {part.name}: {' '.join(part.command)}", flush=True)
    started = time.monotonic()
    code = subprocess.run(part.command, cwd=ROOT, env=part.environment or None).returncode
    passed = code == 0
    if part.name == "notebooks" and os.environ.get("CI") and offline.prefix() is None:
        print("In CI the notebooks must run without a network: install bubblewrap.", flush=True)
        passed = False
    return passed, time.monotonic() - started


def main(arguments: list[str] | None = None) -> int:
    """Run the suite; 0 when every part passed."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments:
        return subprocess.run([*PYTHON, "pytest", *arguments], cwd=ROOT).returncode
    with tempfile.TemporaryDirectory(prefix="course-") as scratch:
        results = [(part, *run(part)) for part in parts(scratch)]
    print()
    for part, passed, seconds in results:
        print(f"{'passed' if passed else 'FAILED'}  {part.name:13} {seconds:6.1f} s  {part.remark}".rstrip())
    failed = sum(not passed for _, passed, _ in results)
    print(f"{failed} of {len(results)} parts failed." if failed else f"All {len(results)} parts passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
