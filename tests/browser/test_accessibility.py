"""axe-core looks at every figure, live in JupyterLab and frozen in a page, in both themes."""

from __future__ import annotations

import pytest

from course_utils import widgets
from course_utils.widgets.frozen import page
from tests.conftest import ROOT, require

pytestmark = pytest.mark.browser
AXE = ROOT / ".tools" / "node_modules" / "axe-core" / "axe.min.js"
NAMES = [name for name in widgets.__all__ if name.islower()]
ASKING = 'predict=widgets.Prediction("What will it do?", ("oscillate", "diverge"), lambda **_: "oscillate")'
LIVE = {
    "sliders": "widgets.ravine()",
    "a prediction": f"widgets.parabola(2, 0.9, {ASKING})",
    "a player": "widgets.playground(optimizers=('Adam',), step=20)",
    "a drawing": "widgets.moments()",
    "kept runs": "widgets.landscape()",
    "an error": """from course_utils.widgets.controls import Slider
from course_utils.widgets.picture import Axis, Line, Panel, Picture
def draw(n):
    if n == 7:
        raise FloatingPointError("n is 7")
    axis = Axis("x", 0, 10)
    return Picture((Panel("p", axis, axis, (Line([0, n], [0, n]),)),), f"n is {n}", "A line.")
figure = widgets.LiveFigure(draw, [Slider("n", 0, 9, 6, 1)])
import os
os.environ.pop("COURSE_BUILD", None)
figure.set(n=7)
figure""",
}


@pytest.fixture(scope="session")
def axe():
    """The text of axe-core's script."""
    require(AXE.exists(), "axe-core is not installed (npm install --prefix .tools --no-save axe-core)")
    return AXE.read_text(encoding="utf-8")


def violations(tab, axe, root):
    """What axe finds inside ``root``, one line for each."""
    tab.evaluate(axe)
    found = tab.evaluate("root => axe.run(root, {resultTypes: ['violations']}).then(result => result.violations)", root)
    return [f"{v['id']}: {node['html'][:160]} {node['failureSummary']}" for v in found for node in v["nodes"]]


@pytest.fixture(scope="module")
def frozen(chromium, tmp_path_factory):
    file = tmp_path_factory.mktemp("frozen") / "page.html"
    figures = (getattr(widgets, name)() for name in NAMES)
    file.write_text(page(figures, alone=2, together=2), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_frozen_figures_have_no_violation(chromium, axe, frozen, scheme):
    tab = chromium.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 800})
    tab.goto(frozen)
    tab.locator("course-figure .course-says").nth(len(NAMES) - 1).wait_for()
    assert violations(tab, axe, "main") == []
    tab.close()


@pytest.fixture(scope="module")
def notebook(open_notebook):
    opened = open_notebook("accessible.ipynb", *(f"from course_utils import widgets\n{cell}" for cell in LIVE.values()))
    opened.run()
    opened.page.locator(".course-live").nth(len(LIVE) - 1).wait_for(state="attached", timeout=90_000)
    return opened


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_live_figures_have_no_violation(notebook, axe, theme):
    notebook.theme(theme)
    found = []
    for nth in range(len(LIVE)):
        figure = notebook.figure(nth)
        figure.locator(".course-figure").wait_for(state="attached")
        notebook.page.wait_for_timeout(500)
        figure.evaluate("root => { root.id = 'looked-at'; }")
        found += violations(notebook.page, axe, "#looked-at")
        figure.evaluate("root => root.removeAttribute('id')")
    notebook.theme("Light")                          # JupyterLab remembers it for the next notebook
    assert found == []


def test_axe_notices_a_slider_without_a_name(notebook, axe):
    figure = notebook.figure(0)
    figure.evaluate("root => { root.id = 'looked-at'; }")
    figure.locator(".noUi-handle").first.evaluate("handle => handle.removeAttribute('aria-label')")
    assert any(found.startswith("aria-input-field-name") for found in violations(notebook.page, axe, "#looked-at"))
