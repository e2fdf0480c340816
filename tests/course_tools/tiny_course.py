"""A tiny course in a folder of its own, and the means to build and to spoil it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_tools.build.chapter import Chapter, chapters
from course_tools.build.make import make
from course_tools.build.normalize import normalize
from course_tools.build.notebook import dump
from course_tools.build.work import jobs
from course_tools.pythons import ROOT

LESSON = """\
+++ {"slideshow": {"slide_type": "slide"}, "tags": ["S1-02"]}

# A tiny chapter

See the [sheet](../exercises/05_tiny.ipynb).

+++ {"slideshow": {"slide_type": "notes"}}

Wave to the audience.

+++

Prose to study.

```{code-cell} ipython3
:tags: [hide-input, O09]

x = 20
x + 1
```

```{code-cell} ipython3
:tags: [raises-exception]

raise ValueError("lr must be positive, got -1")
```
"""

EXERCISES = """\
# A tiny sheet

Write one step of gradient descent.

```{code-cell} ipython3
def step(theta, g, lr):
    \"\"\"One step.\"\"\"
    ### BEGIN SOLUTION
    change = lr * g / (1 + 0 * theta)
    return theta - change
    ### END SOLUTION
```

```{code-cell} ipython3
step(1.0, 2.0, 0.25)
```

+++ {"tags": ["solution"]}

The minus sign is there because the gradient points uphill.

+++

That was all.
"""


@dataclass(frozen=True)
class Course:
    """A course of one chapter under `root`, and shortcuts for tests."""

    root: Path

    @property
    def chapter(self) -> Chapter:
        """The only chapter."""
        return chapters(self.root)[0]

    def write(self, name: str, text: str) -> Path:
        """Write a file under the root, for example a source."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def replace(self, name: str, old: str, new: str) -> None:
        """Change a file that must hold `old`."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def pretend(self) -> None:
        """Write all notebooks as a build would, without running anything."""
        for job in jobs(chapters(self.root)):
            made = make(job)
            if job.kind.executed:
                normalize(made.notebook)
            self.write(job.target.relative_to(self.root).as_posix(), dump(made.notebook))

    def edit(self, name: str, change: Callable[[dict[str, Any]], object]) -> None:
        """Change a committed notebook by hand."""
        notebook = json.loads((self.root / name).read_text(encoding="utf-8"))
        change(notebook)
        self.write(name, json.dumps(notebook))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `course ARGUMENTS` on this course."""
        command = [sys.executable, "-m", "course_tools", *arguments, "--root", str(self.root)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=300)
