"""`course`: one group of commands, each in a module of its own that is imported only when it is used."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import click

COMMANDS = {  # name -> module that holds a click command of that name, with _ for -
    "bench": "course_tools.bench.command",
    "bench-grade": "course_tools.bench_grade.command",
    "bench-widgets": "course_tools.bench_widgets.command",
    "build": "course_tools.build.command",
    "check": "course_tools.checks.command",
    "coverage": "course_tools.coverage",
    "doctor": "course_tools.doctor_command",
    "grade": "course_tools.grade.command",
    "present": "course_tools.slides.present",
    "proof": "course_tools.proof",
    "release": "course_tools.release.command",
    "slides": "course_tools.slides.command",
}


class Lazy(click.Group):
    """A group that imports a command when it is asked for, so that `--help` and `doctor` stay quick."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The commands whose module exists."""
        return sorted(name for name, module in COMMANDS.items() if exists(module))

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import the command's module and take the command from it."""
        if name not in self.list_commands(context):
            return None
        command: click.Command = getattr(import_module(COMMANDS[name]), name.replace("-", "_"))
        return command


def exists(module: str) -> bool:
    """Whether a dotted module can be found; its parent package may be missing too."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="optimization-course")
def course() -> None:
    """Make, check and grade the course.

    The source is chapters/; notebooks/, solutions/ and exercises/ are made from it by `course build` and
    committed. `course check` tells where they differ, and more.
    """
