"""The command `course`, also `python -m course_tools`; `doctor` works even where nothing is installed."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from course_tools.pythons import refuse_old_python


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["doctor"]:
        from course_tools.doctor import main as doctor

        sys.exit(doctor())
    refuse_old_python()
    if find_spec("click") is None:
        sys.exit(
            "The package click is missing, which the command `course` is made with: the authoring tools are not "
            'part of a learner\'s install. Run `pip install -e ".[dev]"` here, or `make test` once, which '
            "installs everything into .venv. (`course doctor` works without it.)"
        )
    from course_tools.cli import course

    course(prog_name="course")


if __name__ == "__main__":
    main()
