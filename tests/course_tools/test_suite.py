"""`make test` tells the truth: its exit code, its table, and what counts as a failure in CI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_tools import suite
from course_tools.pythons import ROOT

PASS, FAIL = [sys.executable, "-c", ""], [sys.executable, "-c", "raise SystemExit(3)"]


def run_with(monkeypatch: pytest.MonkeyPatch, commands: dict[str, list[str]]) -> int:
    """Run the suite with other parts."""
    parts = [suite.Part(name, command) for name, command in commands.items()]
    monkeypatch.setattr(suite, "parts", lambda scratch: parts)
    return suite.main([])


def test_one_failing_part_fails_the_suite_and_the_others_still_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_with(monkeypatch, {"first": FAIL, "second": PASS}) == 1
    lines = capsys.readouterr().out.splitlines()[-3:]
    assert lines[0].startswith("FAILED  first")
    assert lines[1].startswith("passed  second")
    assert lines[2] == "1 of 2 parts failed."


def test_the_suite_passes_when_all_parts_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_with(monkeypatch, {"first": PASS, "second": PASS}) == 0
    assert capsys.readouterr().out.endswith("All 2 parts passed.\n")


def test_the_suite_checks_style_types_spelling_files_code_and_notebooks(tmp_path: Path) -> None:
    names = [part.name for part in suite.parts(str(tmp_path))]
    assert names == ["ruff", "mypy", "codespell", "course check", "pytest", "notebooks", "slides"]


def test_the_notebooks_part_compares_text_and_draws_inline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    part = suite.parts(str(tmp_path))[-2]
    assert "--nbval" in part.command
    assert part.command[-2:] == ["notebooks", "solutions"]
    assert part.environment["COURSE_BUILD"] == "1"
    assert "MPLBACKEND" not in part.environment


def test_notebooks_that_ran_with_a_network_fail_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite.offline, "prefix", lambda: None)
    monkeypatch.delenv("CI", raising=False)
    assert run_with(monkeypatch, {"notebooks": PASS}) == 0
    monkeypatch.setenv("CI", "true")
    assert run_with(monkeypatch, {"notebooks": PASS}) == 1


@pytest.mark.parametrize(("ci", "outcome"), [("", "3 skipped"), ("true", "3 errors")])
def test_a_missing_tool_skips_here_and_fails_in_ci(tmp_path: Path, ci: str, outcome: str) -> None:
    shutil.copy(ROOT / "tests/conftest.py", tmp_path / "conftest.py")
    text = "\n".join(f"def test_{name}(needs_{name}): pass" for name in ("chromium", "bwrap", "torch"))
    (tmp_path / "test_tools.py").write_text(text, encoding="utf-8")
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['torch'] = None", encoding="utf-8")
    environment = {**os.environ, "PATH": "", "CI": ci, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=120)
    assert outcome in done.stdout.splitlines()[-1]
