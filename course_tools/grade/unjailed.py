"""Where there is no jail: a notebook in a process of its own that can be stopped, with your rights."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from course_tools.grade.record import NOT_ISOLATED, Record, outcome


def judge_unjailed(notebook: Path, record: Record, seconds: float) -> Record:
    """``record`` with what ``worker.py`` found; it may be what the submission wants it to be."""
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "record.json"
        words = [str(notebook.resolve()), record.chapter, str(record.seed), str(result)]
        command = [sys.executable, "-m", "course_tools.grade.worker", *words]
        environment = {**os.environ, "COURSE_BUILD": "1", "MPLBACKEND": "Agg"}
        last = "no message"
        try:
            done = subprocess.run(
                command, cwd=scratch, env=environment, timeout=seconds, capture_output=True, text=True, errors="replace"
            )
            last = (done.stderr.strip().splitlines() or [last])[-1]
            found = Record.from_json(result.read_text(encoding="utf-8"))
        except subprocess.TimeoutExpired:
            why = f"It ran longer than {seconds:g} s: does a loop never end?"
            return outcome(record, (), status="timed out").saying(why)
        except (OSError, ValueError):
            return outcome(record, (), status="could not be run").saying(f"The process ended before judging: {last}")
    return outcome(record, found.answers, found.errors, NOT_ISOLATED)
