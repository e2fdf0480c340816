"""`course doctor` as a click command."""

from __future__ import annotations

import sys

import click

from course_tools.doctor import main


@click.command()
def doctor() -> None:
    """Say what is missing on this machine and how to mend it."""
    sys.exit(main())
