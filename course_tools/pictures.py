"""The pictures of the README, drawn by the figures they show: `python -m course_tools.pictures`."""

from __future__ import annotations

import base64

from course_tools.pythons import ROOT
from course_utils import widgets

PICTURES = {
    "ravine": widgets.ravine,
    "misbuilt_adam": lambda: widgets.misbuilt_adam(bugs=("overwritten moments", "planned steps"), planned=60),
}


def main() -> None:
    """Write docs/images/*.png."""
    folder = ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in PICTURES.items():
        data, _ = figure()._repr_mimebundle_()
        (folder / f"{name}.png").write_bytes(base64.b64decode(data["image/png"]))


if __name__ == "__main__":
    main()
