"""Delete what can be made again: caches and the environment. Committed files stay."""

from __future__ import annotations

import shutil

from course_tools.pythons import ROOT

FOLDERS = (".venv", ".cache", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", "build", "dist")
ANYWHERE = ("__pycache__", ".ipynb_checkpoints", "*.egg-info")


def clean() -> int:
    """Delete the folders and say which; nothing a learner wrote is among them."""
    found = [ROOT / name for name in FOLDERS if (ROOT / name).is_dir()]
    kept = set(found)
    for pattern in ANYWHERE:
        found += [path for path in ROOT.rglob(pattern) if not kept & set(path.parents)]
    for path in found:
        shutil.rmtree(str(path), ignore_errors=True)
    print(f"Deleted {len(found)} folders of caches and packages." if found else "Nothing to delete.")
    return 0
