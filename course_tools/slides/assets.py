"""reveal.js and MathJax beside the decks, copied from packages that bundle them."""

from __future__ import annotations

import shutil
from importlib.metadata import PackageNotFoundError, files, version
from pathlib import Path

PACKAGES = {"sphinx-revealjs": "dist/reveal.js", "sphinx-mathjax-offline": "mathjax/tex-chtml.js"}
"""Package -> a file that tells where its bundle lies."""
REVEAL = ("dist/reveal.js", "dist/reveal.css", "dist/reset.css", "dist/theme/white.css", "dist/theme/black.css")
FOLDERS = ("dist/theme/fonts", "plugin/notes")
MATHJAX = ("tex-chtml.js", "output/chtml/fonts")


class NotInstalled(Exception):
    """A package of the extra ``slides`` is missing."""


def bundle(package: str) -> Path:
    """The folder of a package's bundle."""
    try:
        inside = files(package) or ()
    except PackageNotFoundError:
        raise NotInstalled(
            f"{package} is not installed: reveal.js and MathJax come with it, and without them a deck would need the "
            "network. Try: .venv/bin/pip install sphinx-revealjs sphinx-mathjax-offline"
        ) from None
    mark = PACKAGES[package]
    found = next(Path(str(file.locate())) for file in inside if file.as_posix().endswith(mark))
    return found.parents[mark.count("/") - ("mathjax" in mark)]


def copy(out: Path) -> None:
    """Put both beside the decks, once for each version."""
    stamp, versions = out / "assets" / "versions", "\n".join(f"{name} {version_of(name)}" for name in PACKAGES)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == versions:
        return
    shutil.rmtree(out / "assets", ignore_errors=True)
    for package, folder, parts in (
        ("sphinx-revealjs", "reveal", (*REVEAL, *FOLDERS, "LICENSE")),
        ("sphinx-mathjax-offline", "mathjax", MATHJAX),
    ):
        for part in parts:
            source, target = bundle(package) / part, out / "assets" / folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            else:
                shutil.copyfile(source, target)
    stamp.write_text(versions, encoding="utf-8")


def version_of(package: str) -> str:
    """The version of an installed package."""
    bundle(package)
    return version(package)
