"""How JupyterLab opens the course: at the start page, with the table of contents, and silent to the outside.

Standard library only.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from course_tools.pythons import ROOT

HERE = Path(__file__).resolve().parent
START = "notebooks/00_start_here.ipynb"
WORKSPACE = "default-37a8.jupyterlab-workspace"  # the name JupyterLab gives its default workspace
SERVER = (  # what live figures want of the server: pictures kept on saving, messages sent at once
    "--ContentsManager.pre_save_hook=course_utils.widgets.saving.keep_pictures",
    "--ServerApp.kernel_websocket_connection_class=course_tools.lab.prompt.PromptConnection",
)


def arguments() -> list[str]:
    """The command line of JupyterLab; the learner's own settings and workspaces stay untouched."""
    return [
        f"--ServerApp.root_dir={ROOT}",
        f"--LabApp.default_url=/lab/tree/{START}",
        f"--LabApp.workspaces_dir={workspaces()}",
        "--LabApp.app_settings_dir={}".format(HERE / "settings"),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        "--LabApp.extension_manager=readonly",  # the other one asks PyPI
        *SERVER,
    ]


def workspaces() -> Path:
    """The course's own workspaces, begun with the table of contents at the side; later changes are kept."""
    folder = ROOT / ".cache" / "workspaces"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / WORKSPACE).exists():
        shutil.copyfile(str(HERE / "workspace.json"), str(folder / WORKSPACE))
    return folder
