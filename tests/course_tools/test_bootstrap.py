"""The first thing a learner runs: any Python gets a clear word, the second call costs nothing."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from course_tools import bootstrap, clean, doctor, environment, lab, pythons
from course_tools.pythons import ROOT

FIRST_STEPS = ["__init__", "pythons", "bootstrap", "environment", "doctor", "clean", "lab/__init__", "__main__"]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in repository where nothing is really installed; `calls` counts what would have been."""
    for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        (tmp_path / name).write_text("numpy==2.4.6\n", encoding="utf-8")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv/course-stamp.json")
    monkeypatch.setattr(environment, "LOG", tmp_path / ".venv/install.log")
    monkeypatch.setattr(environment, "create", lambda: (tmp_path / ".venv").mkdir(exist_ok=True))
    monkeypatch.setattr(
        environment, "working_version", lambda python: "3.11" if (tmp_path / ".venv").exists() else None
    )
    return tmp_path


@pytest.fixture
def calls(repository: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The arguments pip is called with."""
    seen: list[list[str]] = []
    monkeypatch.setattr(environment, "pip", lambda python, arguments, total=0: seen.append(arguments))
    return seen


@pytest.mark.parametrize("name", FIRST_STEPS)
def test_an_old_python_can_parse_it_and_finds_all_it_imports(name: str) -> None:
    source = (ROOT / "course_tools" / f"{name}.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    lazily = {
        node for function in ast.walk(tree) if isinstance(function, ast.FunctionDef) for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in lazily:
            module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
            assert str(module).split(".")[0] in {*sys.stdlib_module_names, "course_tools"}
            assert module != "tomllib"


def test_an_old_python_is_told_what_to_do() -> None:
    text = str(pythons.too_old((3, 8, 18)))
    assert text.startswith("The course needs Python 3.11 or newer; this is Python 3.8.18 (")
    assert "Install a newer Python" in text
    assert pythons.too_old((3, 11, 0)) is None


def test_the_second_call_installs_nothing(calls: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    environment.ensure("lab")
    assert [call[0] for call in calls] == ["--no-deps", "--no-deps"]
    assert "The first time this takes" in capsys.readouterr().out
    environment.ensure("lab")
    assert len(calls) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_a_changed_input_installs_again(calls: list[list[str]], repository: Path, name: str) -> None:
    environment.ensure("lab")
    (repository / name).write_text("numpy==2.5.0\n", encoding="utf-8")
    environment.ensure("lab")
    assert len(calls) == 4


def test_the_authors_packages_serve_the_lab_but_not_the_other_way(calls: list[list[str]]) -> None:
    environment.ensure("dev")
    environment.ensure("lab")
    assert len(calls) == 2
    environment.STAMP.unlink()
    environment.ensure("lab")
    environment.ensure("dev")
    assert len(calls) == 6


def test_a_damaged_stamp_counts_as_none(calls: list[list[str]]) -> None:
    environment.ensure("lab")
    environment.STAMP.write_text("{", encoding="utf-8")
    environment.ensure("lab")
    assert len(calls) == 4


def test_a_failing_install_leaves_no_stamp_and_shows_the_last_lines(repository: Path) -> None:
    (repository / ".venv").mkdir()
    with pytest.raises(environment.CannotInstall) as caught:
        environment.pip(Path(sys.executable), ["--no-index", "--no-deps", str(repository / "no-such-package")])
    text = str(caught.value)
    assert "pip could not install the packages, so the course cannot start." in text
    assert "no-such-package" in text
    assert "Try again when the network is up" in text
    assert not environment.STAMP.exists()
    assert "no-such-package" in environment.LOG.read_text(encoding="utf-8")


def test_bootstrap_prints_an_install_failure_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(kind: str) -> Path:
        raise environment.CannotInstall(f"no {kind}")

    monkeypatch.setattr(environment, "ensure", fail)
    assert bootstrap.main(["test"]) == 1
    assert capsys.readouterr().err == "no dev\n"


@pytest.mark.parametrize(
    ("command", "kind", "module"),
    [
        ("lab", "lab", "jupyterlab"),
        ("test", "dev", "course_tools.suite"),
        ("notebooks", "dev", "course_tools"),
        ("grade", "dev", "course_tools"),
    ],
)
def test_each_command_starts_its_program_and_passes_arguments_on(command: str, kind: str, module: str) -> None:
    needs, arguments = bootstrap.program(*bootstrap.parse([command, "-k", "adam"]))
    assert needs == kind
    assert arguments[:2] == ["-m", module]
    assert arguments[-2:] == ["-k", "adam"]


def test_notebooks_means_build() -> None:
    assert bootstrap.program("notebooks", [])[1] == ["-m", "course_tools", "build"]


def test_make_knows_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = next(line for line in makefile.splitlines() if line.startswith("lab ")).rstrip(":").split()
    assert sorted(targets) == sorted(bootstrap.COMMANDS)


def test_lab_opens_the_start_page_and_asks_nothing_of_the_web() -> None:
    arguments = lab.arguments()
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in arguments
    assert "--LabApp.news_url=None" in arguments
    notification = json.loads((ROOT / "course_tools/lab/settings/overrides.json").read_text(encoding="utf-8"))
    assert notification["@jupyterlab/apputils-extension:notification"] == {
        "fetchNews": "false",
        "checkForUpdates": False,
    }


def test_lab_keeps_a_workspace_the_learner_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "ROOT", tmp_path)
    file = lab.workspaces() / lab.WORKSPACE
    assert (
        json.loads(file.read_text(encoding="utf-8"))["data"]["layout-restorer:data"]["left"]["current"]
        == "@jupyterlab/toc:plugin"
    )
    file.write_text("mine", encoding="utf-8")
    lab.workspaces()
    assert file.read_text(encoding="utf-8") == "mine"


def test_clean_deletes_caches_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean, "ROOT", tmp_path)
    for name in (
        ".venv/bin",
        ".cache/build",
        "course_utils/__pycache__",
        "exercises/.ipynb_checkpoints",
        "course_tools/build",
    ):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "exercises/05.ipynb").write_text("{}", encoding="utf-8")
    assert clean.clean() == 0
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    assert left == ["course_tools", "course_tools/build", "course_utils", "exercises", "exercises/05.ipynb"]


@pytest.mark.parametrize(
    ("version", "sound", "says"),
    [
        (None, False, "is not installed; `make lab` installs it"),
        ("2.0.9", False, "2.0.9 is older than 2.9"),
        ("2.10.0", True, "needs 2.9 or newer"),
    ],
)
def test_doctor_judges_a_package(
    version: str | None, sound: bool, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = doctor.Report()
    doctor.check_package(report, "numpy", "2.9", version)
    assert report.sound is sound
    assert says in capsys.readouterr().out


def test_doctor_knows_the_bounds_of_pyproject() -> None:
    assert set(doctor.bounds()) == {"anywidget", "ipywidgets", "jupyterlab", "matplotlib", "numpy"}


def test_doctor_without_an_environment_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path / "none")
    monkeypatch.setattr(doctor, "ask", lambda python, names: None)
    assert doctor.main() == 1
    out = capsys.readouterr().out
    assert "is not there yet; run `make lab`" in out
    assert out.endswith("Something needed is missing; see above.\n")


def test_without_click_course_says_what_to_install() -> None:
    code = (
        "import importlib.util as u, sys\n"
        "find, sys.argv = u.find_spec, ['course', 'build']\n"
        "u.find_spec = lambda name: None if name == 'click' else find(name)\n"
        "from course_tools.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1
    assert 'pip install -e ".[dev]"' in done.stderr
