"""A release teaches and checks like the course, and holds nothing that tells an answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from course_tools.build.chapter import choose
from course_tools.build.problem import BuildError
from course_tools.cli import course
from course_tools.proof import all_questions
from course_tools.pythons import ROOT
from course_tools.release.contents import contents
from course_tools.release.leak import leaks
from course_tools.release.record import record
from course_tools.release.write import MARK, NotOurs, write
from course_utils import recorded
from course_utils.check import _verdict, check
from course_utils.judging import judge
from course_utils.questions import Call, Probe, Question, WrongAnswer
from course_utils.sealed import seal
from tests.questions.natural_mistakes import MISTAKES
from tests.questions.right_answers import RIGHT

CHAPTERS = choose(ROOT, ())
QUESTIONS = {question.id: question for question in all_questions()}
WRONG = [(q, w) for q in QUESTIONS.values() for w in q.wrong_answers]
SHEETS = sorted(path.stem for path in (ROOT / "exercises").glob("*.ipynb"))


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    """What a release of everything holds."""
    return contents(ROOT, CHAPTERS)


@pytest.fixture(scope="session")
def out(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "course"
    assert write(folder, files)
    return folder


@pytest.fixture(scope="session")
def numbers(out: Path) -> dict[str, Question]:
    """The questions as the release has them."""
    found: dict[str, Question] = {}
    for path in out.glob("chapters/*/questions.json"):
        found |= recorded.read(path)
    return found


# The checks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", QUESTIONS)
def test_right_answers_of_every_style_pass(id: str, numbers: dict[str, Question]) -> None:
    for answer in (*RIGHT.get(id, ()), QUESTIONS[id].reference, *QUESTIONS[id].also_right.values()):
        verdict = _verdict(numbers[id], answer)
        assert (verdict.passed, verdict.message) == (True, check(id, answer).message)


@pytest.mark.parametrize(("question", "wrong"), WRONG, ids=[f"{q.id}-{w.name}" for q, w in WRONG])
def test_a_known_mistake_is_told_as_in_the_course(
    question: Question, wrong: WrongAnswer, numbers: dict[str, Question]
) -> None:
    verdict = _verdict(numbers[question.id], wrong.answer)
    assert (verdict.passed, verdict.diagnosis, verdict.message) == (False, wrong.name, wrong.message)
    assert verdict == check(question.id, wrong.answer)


@pytest.mark.parametrize(("id", "name"), MISTAKES, ids=[f"{id}-{name}" for id, name in MISTAKES])
def test_a_mistake_in_a_students_own_words_is_named(id: str, name: str, numbers: dict[str, Question]) -> None:
    assert _verdict(numbers[id], MISTAKES[id, name]).diagnosis == name


@pytest.mark.parametrize("id", [q.id for q in QUESTIONS.values() if q.is_function])
def test_an_unknown_mistake_is_told_as_in_the_course(id: str, numbers: dict[str, Question]) -> None:
    for answer in (lambda *args, **kwargs: np.full(3, 1e9), lambda *args: None, lambda *args: args[99]):
        assert _verdict(numbers[id], answer).points == check(id, answer).points == 0
    assert _verdict(numbers[id], lambda *args: np.full(3, 1e9)).message.startswith(("For ", "Your "))


SCRIPT = """
import json, sys
from pathlib import Path
import chapters, course_utils.check
here = Path.cwd()
assert Path(course_utils.__file__).is_relative_to(here) and Path(chapters.__file__).is_relative_to(here)
told = {}
original = course_utils.check.check
def check(id, answer):
    verdict = original(id, answer)
    told[id] = [verdict.passed, verdict.points, verdict.message]
    return verdict
course_utils.check.check = check
names = {"__name__": "__main__"}
for cell in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        try:
            exec(compile("".join(cell["source"]), "<cell>", "exec"), names)
        except NotImplementedError:
            continue
assert not [name for name in sys.modules if name.endswith(".questions") and name.startswith("chapters")]
assert "course_tools" not in sys.modules
print(json.dumps(told))
"""


def told_by(out: Path, notebook: Path) -> dict[str, Any]:
    """What the checks of a notebook say in a process that has the release alone."""
    environment = {**os.environ, "PYTHONPATH": str(out), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, str(notebook)]
    done = subprocess.run(command, cwd=out, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.mark.parametrize("sheet", SHEETS)
def test_in_the_release_alone_an_untouched_sheet_says_so(sheet: str, out: Path) -> None:
    told = told_by(out, out / "exercises" / f"{sheet}.ipynb")
    assert {message for _, _, message in told.values()} <= {"Not written yet.", "Not answered yet."}
    assert set(told) == {id for id in QUESTIONS if id.startswith("ch" + sheet[:2])}


@pytest.mark.parametrize("sheet", SHEETS)
def test_in_the_release_alone_the_solutions_pass(sheet: str, out: Path) -> None:
    told = told_by(out, ROOT / "solutions" / f"{sheet}.ipynb")
    assert [id for id, (passed, *_) in told.items() if not passed] == []


# What must not get out -----------------------------------------------------------------------------------------------


def test_nothing_leaks(files: dict[str, bytes]) -> None:
    assert leaks(ROOT, CHAPTERS, files) == []
    assert not [name for name in files if name.endswith("questions.py") and name.startswith("chapters")]
    folders = {name.split("/")[0] for name in files if "/" in name}
    assert folders == {"chapters", "course_utils", "exercises", "notebooks"}


SOLVED = "    v = beta2 * v + (1 - beta2) * g**2\n    lr_t = lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t)\n"
WRONG_CODE = "        return theta - lr * c1 / np.sqrt(c2) * m / (np.sqrt(v) + eps_hat), m, v\n"
PROBE_CODE = "    fading = rng.normal(size=(30, 3)) * np.geomspace(5, 0.05, 30)[:, None]\n"


@pytest.mark.parametrize("code", [SOLVED, WRONG_CODE, PROBE_CODE], ids=["solution", "wrong answer", "probes"])
@pytest.mark.parametrize("name", ["README.md", "chapters/ch09_adam/given.py", "chapters/ch09_adam/questions.json"])
def test_a_planted_line_is_found(code: str, name: str, files: dict[str, bytes]) -> None:
    planted = code.encode()
    if name.endswith(".py"):
        planted = b"def f():\n" + planted
    if name.endswith(".json"):
        data = json.loads(files[name])
        data["questions"][0]["wrong_answers"][0]["message"] += "\n" + code
        planted = json.dumps(data).encode()
    spoiled = files | {name: planted if name.endswith(".json") else files[name] + b"\n" + planted}
    assert {name in problem.sentence for problem in leaks(ROOT, CHAPTERS, spoiled)} == {True}


def test_a_planted_solution_in_a_sheet_or_an_edited_library_is_found(files: dict[str, bytes]) -> None:
    sheet = json.loads(files["exercises/09_adam.ipynb"])
    sheet["cells"][3]["source"] = SOLVED
    adam = files["course_utils/optimizers/adam.py"] + b"\ndef f():\n" + SOLVED.encode()
    edited = {"exercises/09_adam.ipynb": json.dumps(sheet).encode(), "course_utils/optimizers/adam.py": adam}
    for name, data in edited.items():
        assert [p for p in leaks(ROOT, CHAPTERS, files | {name: data}) if name in p.sentence]


@pytest.mark.parametrize("name", ["chapters/ch09_adam/questions.py", "solutions/09_adam.ipynb", "tests/x.py"])
def test_a_file_for_authors_is_found(name: str, files: dict[str, bytes]) -> None:
    assert [p.place for p in leaks(ROOT, CHAPTERS, files | {name: b"{}"})] == [name]


def test_values_and_their_mistakes_cannot_be_read(out: Path) -> None:
    for path in out.glob("chapters/*/questions.json"):
        for row in json.loads(path.read_text(encoding="utf-8"))["questions"]:
            question = QUESTIONS[row["id"]]
            if question.is_function:
                continue
            text = json.dumps(row | {"signature": ""}, ensure_ascii=False)
            entries = question.reference.values() if isinstance(question.reference, dict) else [question.reference]
            secret = [value for value in entries if isinstance(value, str | float) and value not in question.offered]
            values = [json.dumps(value, ensure_ascii=False) for value in secret]
            assert not [value for value in values if value in text]
            told = [w.name for w in question.wrong_answers if f"\"{w.name}\"" in text or w.message[:20] in text]
            assert told == []
            assert "true" not in text
            assert "false" not in text
            assert "hints" not in row


def test_held_back_inputs_are_not_in_a_release(numbers: dict[str, Question]) -> None:
    for question in numbers.values():
        if question.is_function:
            answer = QUESTIONS[question.id].reference
            rows = [[f.result for f in judge(question, answer, seed).findings] for seed in (0, 1, 7)]
            assert repr(rows[0]) == repr(rows[1]) == repr(rows[2])
    held_back = [f.result for f in judge(QUESTIONS["ch05.gd"], RIGHT["ch05.gd"][0], 1).findings]
    public = [f.result for f in judge(numbers["ch05.gd"], RIGHT["ch05.gd"][0], 1).findings]
    assert repr(held_back) != repr(public)


# Questions that numbers cannot tell ----------------------------------------------------------------------------------


def asked(probe: Callable[[], Probe], reference: Callable[..., Any] = lambda x: 2 * x) -> dict[str, Question]:
    return {"ch00.q": Question("ch00.q", 1, "q(x)", reference, lambda rng: {"all": [probe()]})}


def computes(answer: Call) -> Any:
    return answer(1.0) + answer(2.0)


@pytest.mark.parametrize(
    ("probe", "why"),
    [
        (lambda: Probe((lambda x: x,)), r"cannot be told by name.*Define it in the chapter's given\.py"),
        (lambda: Probe((object(),)), "neither a dataclass nor a named tuple|cannot be told by name"),
        (lambda: Probe((np.array([None]),)), "dtype object"),
    ],
)
def test_what_numbers_cannot_tell_is_refused_with_advice(probe: Callable[[], Probe], why: str) -> None:
    with pytest.raises(BuildError, match=why):
        record(asked(probe), "chapters.ch00_start_here", "questions.py")


def test_a_state_goes_back_to_the_answer_that_made_it() -> None:
    def drive(answer: Call) -> Any:
        state, seen = None, []
        for x in (1.0, 2.0, 3.0):
            total, state = answer(x, state)
            seen.append(total)
        return seen

    def reference(x: float, state: Any) -> Any:
        return (x, None) if state is None and x == 1.0 else (x + (state or 1.0), x if x < 2 else x + (state or 1.0))

    def other(x: float, state: Any) -> Any:
        state = {"sum": state["sum"] + x} if state else {"sum": x}
        return state["sum"], state

    probes = {"all": [Probe(drive=drive)]}
    question = Question("ch00.q", 1, "q(x, state)", reference, lambda rng: probes, owned=("state",))
    made = record({question.id: question}, "chapters.ch00_start_here", "questions.py")
    [row] = json.loads(made[recorded.FILE])["questions"]
    again = recorded.question(row)
    assert judge(again, reference).passed
    assert judge(again, other).passed
    assert not judge(again, lambda x, state: (x, state)).passed


def test_a_drive_that_computes_is_carried_as_code_without_its_annotations(files: dict[str, bytes]) -> None:
    factor = np.array([2.0])

    def drive(answer: Call) -> Any:
        """It adds."""
        first: float = answer(1.0)
        return factor * (first + answer(2.0)) + sum(x for x in [0])

    drive.__module__ = "tests.course_tools.test_release.questions"
    sys.modules[drive.__module__] = sys.modules[__name__]
    question = Question("ch00.q", 1, "q(x)", lambda x: 2 * x, lambda rng: {"all": [Probe(drive=drive)]})
    made = record({"ch00.q": question}, "chapters.ch00_start_here", "questions.py")
    assert "def make_0(factor):" in made["asked.py"]
    assert "first = answer(1.0)" in made["asked.py"]
    assert "import" in made["asked.py"]
    [row] = json.loads(made[recorded.FILE])["questions"]
    again = recorded.question(row)
    assert judge(again, lambda x: x + x).passed
    assert not judge(again, lambda x: x).passed
    del sys.modules[drive.__module__]


@pytest.mark.parametrize("kind", ["reference", "wrong answer", "itself"])
def test_a_drive_that_would_carry_an_answer_is_refused(kind: str) -> None:
    def secret(x: float) -> float:
        return 2 * x

    def drive(answer: Call) -> Any:
        return answer(1.0) - secret(1.0)

    def endless(answer: Call) -> Any:
        return answer(1.0) - len(str(endless))

    drive = endless if kind == "itself" else drive
    secret.__module__ = drive.__module__ = "tests.course_tools.test_release.questions"
    sys.modules[drive.__module__] = sys.modules[__name__]
    reference = secret if kind == "reference" else lambda x: 3 * x
    wrong = [WrongAnswer("double", secret, "You doubled.")] if kind == "wrong answer" else []
    question = Question("ch00.q", 1, "q(x)", reference, lambda rng: {"all": [Probe(drive=drive)]}, wrong_answers=wrong)
    with pytest.raises(BuildError, match="uses itself" if kind == "itself" else "a right or a known wrong answer"):
        record({"ch00.q": question}, "chapters.ch00_start_here", "questions.py")
    del sys.modules[drive.__module__]


@pytest.mark.parametrize("value", ["text", True, 3, -0.25, 1e-9, np.array([[1.0, -2.0]]), np.float32(0.5)])
def test_a_sealed_value_opens_to_itself_within_the_tolerance_alone(value: Any) -> None:
    sealed = seal(value, 1e-3, 1e-6, "salt")
    assert sealed.difference(value) is None
    assert str(value) not in (sealed.digest, str(sealed.grid))
    if isinstance(value, str | bool):
        assert sealed.difference(f"other {value}") is not None
        assert sealed.difference(not value) is not None
    else:
        assert sealed.difference(value * (1 + 0.9e-3)) is None
        assert sealed.difference(value * (1 + 1.1e-3)) == "is not right"
        assert sealed.difference(value * (1 - 1.1e-3)) == "is not right"
        assert sealed.difference(-value) == "is not right"
    assert sealed.difference(None) is not None
    assert sealed.difference(object()) is not None
    assert sealed.difference(float("nan")) is not None


# Writing -------------------------------------------------------------------------------------------------------------

SMALL = {"README.md": b"one", "exercises/09_adam.ipynb": b"{}"}


def test_a_release_is_written_once_and_then_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    assert write(out, SMALL)
    stamps = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    assert not write(out, SMALL)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == stamps
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [MARK, "09_adam.ipynb", "README.md"]


def test_a_renewed_release_drops_its_old_files_and_keeps_those_of_others(tmp_path: Path) -> None:
    write(tmp_path / "out", SMALL)
    for name in (".git/HEAD", "exercises/notes.txt", ".venv/lib/x.py"):
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_text("mine", encoding="utf-8")
    assert write(tmp_path / "out", {"README.md": b"two"})
    kept = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert kept == {"README.md", MARK, ".git/HEAD", "exercises/notes.txt", ".venv/lib/x.py"}
    assert (tmp_path / "out/README.md").read_bytes() == b"two"


def test_work_in_a_release_is_not_overwritten(tmp_path: Path) -> None:
    write(tmp_path / "out", SMALL)
    (tmp_path / "out/exercises/09_adam.ipynb").write_text("my answers", encoding="utf-8")
    with pytest.raises(NotOurs, match=r"exercises/09_adam\.ipynb.*would be lost"):
        write(tmp_path / "out", {"README.md": b"two"})
    assert (tmp_path / "out/exercises/09_adam.ipynb").read_text(encoding="utf-8") == "my answers"


@pytest.mark.parametrize("kind", ["someone's folder", "file", "link", "broken mark"])
def test_what_no_release_made_is_refused(kind: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    if kind == "file":
        out.write_text("x", encoding="utf-8")
    elif kind == "link":
        (tmp_path / "other").mkdir()
        out.symlink_to(tmp_path / "other")
    else:
        out.mkdir()
        (out / (MARK if kind == "broken mark" else "thesis.tex")).write_text("x", encoding="utf-8")
    with pytest.raises(NotOurs):
        write(out, SMALL)
    assert not (tmp_path / "other").exists() or not any((tmp_path / "other").iterdir())


def test_an_interrupted_release_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "out", SMALL)
    monkeypatch.setattr(Path, "chmod", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "out", {"README.md": b"two"})
    assert (tmp_path / "out/README.md").read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_command_releases_chosen_chapters(tmp_path: Path) -> None:
    result = CliRunner().invoke(course, ["release", str(tmp_path / "out"), "--chapters", "09"])
    assert result.exit_code == 0, result.output
    names = {path.stem for path in (tmp_path / "out").glob("*/*.ipynb")}
    assert names == {"00_start_here", "09_adam"}
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "a.tex").write_text("x", encoding="utf-8")
    result = CliRunner().invoke(course, ["release", str(tmp_path / "thesis"), "--chapters", "00"])
    assert result.exit_code == 1
    assert "no release made it" in result.output


def test_the_readme_links_to_what_is_there(out: Path, files: dict[str, bytes]) -> None:
    text = files["README.md"].decode()
    for name in [part.split(")")[0] for part in text.split("](")[1:]]:
        assert (out / name).is_file()
