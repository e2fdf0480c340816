"""One entry for learners and authors: `python -m course_tools.bootstrap lab | test | COMMAND`.

Finds or makes the environment in `.venv`, then starts what was asked for in it.
Standard library only; runs on Linux, macOS and Windows (`py -m course_tools.bootstrap lab`).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from course_tools.pythons import ROOT, refuse_old_python

COMMANDS = {
    "lab": "open the course in JupyterLab (further arguments go to it: --no-browser)",
    "test": "check everything; with arguments, run pytest alone with them (-k adam)",
    "notebooks": "build notebooks/, solutions/ and exercises/ from chapters/",
    "slides": "make the decks of slides in build/slides from chapters/ (ARGS: 09 --pdf --notes --check)",
    "present": "show a chapter's slides with a kernel behind them (make present CH=09)",
    "check": "look for drift, leaked solutions, dead links and the like, without running anything",
    "grade": "grade submissions",
    "bench": "compare the library with PyTorch and write docs/benchmarks.md",
    "bench-grade": "measure the grader (beside nbgrader: NBGRADER=its venv) and write docs/benchmarks-grading.md",
    "bench-widgets": "measure the live figures in a browser and write docs/benchmarks-widgets.md",
    "doctor": "say what is missing on this machine and how to mend it",
    "venv": "install the authors' packages into .venv and start nothing",
    "clean": "delete caches and the environment; nothing that is committed",
}


def parse(arguments: list[str]) -> tuple[str, list[str]]:
    """Split the command from the arguments that belong to the program it starts."""
    width = max(map(len, COMMANDS))
    table = "\n".join("  {:{}}  {}".format(name, width, text) for name, text in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m course_tools.bootstrap",
        description=__doc__,
        epilog="commands:\n" + table,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=sorted(COMMANDS), metavar="COMMAND")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="ARGUMENTS")
    chosen = parser.parse_args(arguments)
    return chosen.command, chosen.rest


def program(command: str, rest: list[str]) -> tuple[str, list[str]]:
    """Which packages a command needs, and what its Python is to run."""
    if command == "venv":
        return "dev", []
    if command == "lab":
        from course_tools.lab import arguments

        return "lab", ["-m", "jupyterlab", *arguments(), *rest]
    if command == "test":
        return "dev", ["-m", "course_tools.suite", *rest]
    return "dev", ["-m", "course_tools", {"notebooks": "build"}.get(command, command), *rest]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code is the code of the program it starts."""
    command, rest = parse(sys.argv[1:] if arguments is None else arguments)
    if command == "clean":
        from course_tools.clean import clean

        return clean()
    if command == "doctor":  # works on an old Python and without any package: that is its purpose
        from course_tools.doctor import main as doctor

        return doctor()
    refuse_old_python()
    from course_tools import environment

    kind, program_arguments = program(command, rest)
    try:
        python = environment.ensure(kind)
    except environment.CannotInstall as error:
        print(error, file=sys.stderr)
        return 1
    return run([str(python), *program_arguments]) if program_arguments else 0


def run(command: list[str]) -> int:
    """Run a program from the root of the repository; Ctrl-C ends it without a traceback here."""
    process = subprocess.Popen(command, cwd=str(ROOT), env=dict(os.environ, PYTHONUTF8="1"))
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the program received it too and decides how to end


if __name__ == "__main__":
    sys.exit(main())
