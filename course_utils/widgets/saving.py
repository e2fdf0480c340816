"""Saved notebooks keep the picture of a live figure.

A live view is worth nothing without its kernel: JupyterLab shows "Error displaying widget: model not found" when the
notebook is opened again. With this hook the file holds the image in its place; the open notebook stays live::

    jupyter lab --ContentsManager.pre_save_hook=course_utils.widgets.saving.keep_pictures
"""

from __future__ import annotations

from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"


def keep_pictures(model: dict[str, Any], **_context: Any) -> None:
    """Drop the live view of outputs that hold an image as well; changes ``model``, what is about to be written."""
    if model.get("type") != "notebook" or not isinstance(model.get("content"), dict):
        return
    for cell in model["content"].get("cells", ()):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if VIEW in data and "image/png" in data:
                del data[VIEW]
