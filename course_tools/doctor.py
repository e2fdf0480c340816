"""Say in plain words what this machine lacks for the course, and how to mend it.

Standard library only; on a Python that is too old it says just that. `python -m course_tools.doctor`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import gettempdir

from course_tools.pythons import ROOT, dotted, too_old

OPTIONAL = {  # what is looked for -> what misses it
    "chromium": (("chromium", "chromium-browser", "google-chrome", "chrome"), "the browser tests are skipped"),
    "bwrap": (("bwrap",), "submissions cannot be graded in isolation, and the offline test is skipped"),
    "make": (("make",), "write `python -m course_tools.bootstrap lab` instead of `make lab`"),
}
PROBE = """
import importlib.metadata as m, importlib.util as u, json, os, sys
def version(name):
    try: return m.version(name)
    except m.PackageNotFoundError: return None
names = json.loads(sys.argv[1])
kernel = os.path.join(sys.prefix, "share", "jupyter", "kernels", "python3", "kernel.json")
print(json.dumps({"version": list(sys.version_info[:3]), "packages": {n: version(n) for n in names},
                  "kernel": os.path.exists(kernel), "course": u.find_spec("course_utils") is not None}))
"""


class Report:
    """Lines of a report, and whether anything needed is missing."""

    def __init__(self) -> None:
        self.sound = True

    def good(self, what: str, detail: str) -> None:
        """Something needed is there."""
        print(f"  ok       {what:<12} {detail}")

    def bad(self, what: str, detail: str) -> None:
        """Something needed is missing or too old; `detail` says how to mend it."""
        self.sound = False
        print(f"  MISSING  {what:<12} {detail}")

    def optional(self, what: str, found: str | None, without: str) -> None:
        """Something that the course can do without."""
        state = "ok     " if found else "absent "
        print(f"  {state}  {what:<12} {found or 'optional: without it ' + without}")


def bounds() -> dict[str, str]:
    """The learner's packages and their oldest versions, as pyproject.toml states them."""
    import tomllib  # Python 3.11; older ones have been refused before

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return dict(re.split(r">=", requirement) for requirement in project["dependencies"])


def numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, for comparison."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def ask(python: Path, names: list[str]) -> dict | None:
    """What an environment holds, asked of its own Python; nothing when it does not run."""
    try:
        answer = subprocess.run([str(python), "-c", PROBE, json.dumps(names)], stdout=subprocess.PIPE, cwd=gettempdir())
        return dict(json.loads(answer.stdout))
    except (OSError, ValueError):
        return None


def main() -> int:
    """Print the report; 1 when something needed is missing."""
    report = Report()
    old = too_old(tuple(sys.version_info[:3]))
    if old:
        report.bad("python", old)
        return 1
    report.good("python", f"{dotted(sys.version_info[:3])} ({sys.executable})")
    environment(report)
    for what, (programs, without) in OPTIONAL.items():
        report.optional(what, next(filter(None, map(shutil.which, programs)), None), without)
    print("  Node.js, a compiler and a graphics card are not needed.")
    print("Everything needed is there." if report.sound else "Something needed is missing; see above.")
    return 0 if report.sound else 1


def environment(report: Report) -> None:
    """Report on the packages of .venv; without it, of this Python if it has JupyterLab (conda, a hub)."""
    from course_tools.environment import VENV, python_path

    oldest = bounds()
    names = [*oldest, "torch"]
    inside = not VENV.exists()
    found = ask(Path(sys.executable) if inside else python_path(), names)
    if found is None or (inside and found["packages"].get("jupyterlab") is None):
        there = "is damaged; delete the folder, then run" if VENV.exists() else "is not there yet; run"
        report.bad("environment", f".venv {there} `make lab` (or `python -m course_tools.bootstrap lab`).")
        return
    report.good("environment", sys.prefix if inside else str(VENV))
    for name, bound in oldest.items():
        check_package(report, name, bound, found["packages"].get(name))
    mend = f"Run `{sys.executable if inside else python_path()} -m pip install -e .` in {ROOT}."
    if found["course"]:
        report.good("course", "course_utils can be imported")
    else:
        report.bad("course", "course_utils cannot be imported, so no lesson runs. " + mend)
    if found["kernel"]:
        report.good("kernel", "python3")
    else:
        report.bad("kernel", "JupyterLab has no python3 kernel to run lessons with: pip install ipykernel. " + mend)
    report.optional("torch", found["packages"].get("torch"), "comparisons with PyTorch are skipped: pip install torch")


def check_package(report: Report, name: str, bound: str, version: str | None) -> None:
    """One package against its bound."""
    if version is None:
        report.bad(name, f"is not installed; `make lab` installs it, or pip install '{name}>={bound}'")
    elif numbers(version) < numbers(bound):
        report.bad(name, f"{version} is older than {bound}: pip install --upgrade '{name}>={bound}'")
    else:
        report.good(name, f"{version} (needs {bound} or newer)")


if __name__ == "__main__":
    sys.exit(main())
