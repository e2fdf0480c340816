"""`make test` replays committed notebooks with nbval: a stale text fails, a random widget id does not; all offline."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course_tools import replay
from course_tools.build.kernel import kernel_environment
from course_tools.pythons import ROOT

LESSON = """\
# A tiny chapter

```{code-cell} ipython3
import ipywidgets
import matplotlib.pyplot as plt

print("one")
2
```

```{code-cell} ipython3
figure = plt.plot([1, 2])
plt.show()
```

```{code-cell} ipython3
ipywidgets.IntSlider(description="lr")
```

```{code-cell} ipython3
:tags: [raises-exception]

raise ValueError("lr must be positive")
```
"""
STALE = {  # notebook -> (stored text, a text that a changed library would have left behind)
    "stale_stream": ("one", "uno"),
    "stale_value": ('"2"', '"3"'),
    "stale_error": ("lr must be positive", "lr must be negative"),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """Build a sound notebook and stale copies of it, replay them all at once; which passed."""
    root = tmp_path_factory.mktemp("course")
    source = root / "chapters/ch05_sound/lesson.md"
    source.parent.mkdir(parents=True)
    source.write_text(LESSON, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-m", "course_tools", "build", "--root", str(root)], check=True, env=environment, timeout=300
    )
    sound = (root / "notebooks/05_sound.ipynb").read_text(encoding="utf-8")
    for name, (old, new) in STALE.items():
        assert old in sound
        cells = nbformat.reads(sound, as_version=4)
        for cell in cells.cells:
            for output in cell.get("outputs", ()):
                doctor(output, old.strip('"'), new.strip('"'))
        (root / f"notebooks/{name}.ipynb").write_text(nbformat.writes(cells), encoding="utf-8")
    command = [*replay.command(str(root / "notebooks")), "-rA"]
    scratch = str(tmp_path_factory.mktemp("ipython"))
    done = subprocess.run(
        command, capture_output=True, text=True, env=kernel_environment(ROOT, scratch), cwd=root, timeout=300
    )
    lines = done.stdout.splitlines()
    names = ["05_sound", *STALE]
    assert all(any(f"{name}.ipynb::" in line for line in lines) for name in names), done.stdout
    return {name: not any(line.startswith("FAILED") and f"{name}.ipynb::" in line for line in lines) for name in names}


def doctor(output: dict, old: str, new: str) -> None:
    """Change a stored text as if it came from an older library."""
    for key in ("text", "evalue"):
        if isinstance(output.get(key), str):
            output[key] = output[key].replace(old, new)
    plain = output.get("data", {}).get("text/plain")
    if plain == old:
        output["data"]["text/plain"] = new


def test_a_sound_notebook_with_picture_widget_and_error_passes(results: dict[str, bool]) -> None:
    assert results["05_sound"]


@pytest.mark.parametrize("name", STALE)
def test_a_stale_text_fails(results: dict[str, bool], name: str) -> None:
    assert not results[name]


def test_the_replay_is_cut_off_from_the_network(needs_bwrap: list[str]) -> None:
    code = (
        "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"  # an address reserved for documentation
    )
    done = subprocess.run([*needs_bwrap, sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "Network is unreachable" in done.stderr


def test_a_notebook_runs_without_a_network(needs_bwrap: list[str], tmp_path: Path) -> None:
    source = tmp_path / "chapters/ch05_sound/lesson.md"
    source.parent.mkdir(parents=True)
    source.write_text("```{code-cell} ipython3\nprint(6 * 7)\n```\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    build = [*needs_bwrap, sys.executable, "-m", "course_tools", "build", "--root", str(tmp_path)]
    subprocess.run(build, check=True, env=environment, timeout=300)
    assert '"42\\n"' in (tmp_path / "notebooks/05_sound.ipynb").read_text(encoding="utf-8")
