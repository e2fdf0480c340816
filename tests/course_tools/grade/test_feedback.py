"""The page for a student says what was wrong, in words; it holds nothing that the grader keeps back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_tools.grade.batch import grade_one, limits
from course_tools.grade.feedback import student_page, write_feedback
from course_tools.grade.intake import Submission
from course_tools.grade.jail import Jail
from course_tools.grade.lms.moodle import in_words
from course_tools.grade.pages import page
from course_tools.grade.policy import grades
from course_tools.grade.record import WAITS, Record
from course_tools.grade.rules import Extension, Override, Rules
from course_tools.grade.trusted import Answer
from course_tools.grade.wording import kind_of, said
from course_utils.check import find, questions
from course_utils.compare import difference
from course_utils.judging import run
from tests.course_tools.grade.made import RUN, STEP, notebook, record, unreadable
from tests.course_tools.grade.pages import contrasts, is_accessible_and_offline, read

SEED = 4321


NO_RULES = Rules()


def html(*records: Record, rules: Rules = NO_RULES) -> str:
    return student_page(records[0].student, grades(records, rules))


# nothing that is kept back gets out --------------------------------------------------------------------------------


def numbers(thing: Any) -> Iterator[float]:
    if isinstance(thing, np.ndarray):
        yield from (float(x) for x in thing.ravel() if thing.dtype.kind in "fiu")
    elif isinstance(thing, float | int | np.generic) and not isinstance(thing, bool):
        yield float(thing)
    elif isinstance(thing, list | tuple):
        for part in thing:
            yield from numbers(part)


def kept_back(chapter: str, seed: int = SEED) -> set[str]:
    """Every number that a probe hands over or expects, written in the usual ways, if too long to be chance."""
    found: set[float] = set()
    for question in questions(chapter).values():
        if question.is_function:
            seen: list[Any] = []

            def spy(*args: Any, right: Any = question.reference, seen: list[Any] = seen) -> Any:
                seen.append([*args, result := right(*args)])
                return result

            found.update(numbers(seen))
            run(question, spy, seed)
            found.update(numbers(seen))
    texts = {form(abs(x)) for x in found if np.isfinite(x) for form in (repr, "{:.4g}".format, "{:.3e}".format)}
    return {text for text in texts if len(re.sub(r"\D", "", text.split("e")[0]).strip("0")) >= 4}


TELL = {
    "errors": "def {name}(*args, **named):\n    raise ValueError(repr(args))",
    "named errors": "def {name}(*args, **named):\n    raise type('x' + str(args), (Exception,), {{}})",
    "texts": "def {name}(*args, **named):\n    return repr(args)",
    "keys": "def {name}(*args, **named):\n    return {{repr(args): repr(args)}}",
    "inputs": "def {name}(*args, **named):\n    return args[0]",
    "zeros": "import numpy as np\ndef {name}(*args, **named):\n    return np.zeros(np.shape(args[0]))",
    "zero": "def {name}(*args, **named):\n    return 0.0",
    "forged replies": "import os\ndef {name}(*args, **named):\n    t = ('{{\"n\": [\"' + repr(args)[:40]).encode()\n"
    "    os.write(3, len(t).to_bytes(4, 'little') + bytes(4) + t)\n    os._exit(0)",
}


@pytest.fixture(scope="module")
def jail(needs_bwrap: list[str]) -> Iterator[Jail]:
    with Jail(limits(20.0)) as made:
        yield made


@pytest.mark.parametrize("chapter", ["ch05", "ch09"])
@pytest.mark.parametrize("way", TELL)
def test_no_number_of_a_probe_reaches_the_page_whatever_the_answers_do(
    tmp_path: Path, jail: Jail, way: str, chapter: str
) -> None:
    functions = [question for question in questions(chapter).values() if question.is_function]
    path = notebook(tmp_path / "ada" / f"{chapter[2:]}.ipynb", *(TELL[way].format(name=q.name) for q in functions))
    found = grade_one(Submission("ada", chapter, path), SEED, jail, 20.0)
    assert found.status == "graded"
    text = read(html(found)).text + in_words(grades([found], Rules())[0])
    assert "not right" in text
    secrets = kept_back(chapter)
    assert len(secrets) > 100
    assert [secret for secret in secrets if secret in text] == []
    assert [words for answer in found.answers if (words := digits(answer))] == []


def digits(answer: Answer) -> str:
    """What is said of an answer, if a digit is in it that belongs to no name."""
    words = said(answer, find(answer.question))
    for name in (answer.question.split(".")[-1], find(answer.question).name, *answer.groups):
        words = words.replace(name, "")
    return words if re.search(r"\d", re.sub(r"part \d|float32|\d axes|\[0, 1\)", "", words)) else ""


def test_the_test_above_can_fail(tmp_path: Path, jail: Jail) -> None:
    path = notebook(tmp_path / "ada" / "09.ipynb", TELL["errors"].format(name="adam_step"))
    answer = grade_one(Submission("ada", "ch09", path), SEED, jail, 20.0).answers[0]
    assert "ValueError" in answer.problem
    leaking = answer.problem + str(find(STEP).probes(np.random.default_rng(SEED)))  # type: ignore[misc]
    assert any(secret in leaking for secret in kept_back("ch09"))


def test_no_line_of_a_reference_is_on_a_page(jail: Jail, tmp_path: Path) -> None:
    import inspect

    path = notebook(tmp_path / "ada" / "09.ipynb", "x = 1")
    text = read(html(grade_one(Submission("ada", "ch09", path), SEED, jail, 20.0))).text
    for question in questions("ch09").values():
        if question.is_function:
            lines = inspect.getsource(question.reference).splitlines()
            assert not [line for line in lines if len(line.strip()) > 25 and line.strip() in text]


# the wording --------------------------------------------------------------------------------------------------------

SLIGHTLY = "is slightly off, by less than a thousandth: a wrong constant, a rounding, or an ε in another place"
DIFFERENCES = [
    (np.array([1.0, 2.5]), np.array([1.0, 2.0]), "is far off"),
    (np.array([1.05]), np.array([1.0]), "is off by up to a tenth"),
    (1.0 + 1e-6, 1.0, SLIGHTLY),
    (123.456, 0.0, "is far off"),
    (np.zeros((2, 3)), np.zeros(3), "has 2 axes, where one axis is expected"),
    (np.zeros(4), np.zeros(3), "has the right number of axes, and a wrong length along one of them"),
    (np.zeros(3), 1.0, "has one axis, where a single number is expected"),
    ((1.0,), (1.0, 2.0), "has a wrong number of parts"),
    ((1.0, 3.0), (1.0, 2.0), "is far off, in part 2"),
    ((1.0, (3.0, 7.5)), (1.0, (3.0, 2.0)), "is far off, in part 2, in part 2"),
    ({"a": 1}, {"secret": 1}, "lacks an entry"),
    ({"a": 1, "b": 3}, {"a": 1, "b": 2}, "is right in some entries and wrong in others"),
    (1, {"a": 1}, "is of a type that is not expected"),
    (7.25, (1, 2), "is of a type that is not expected"),
    ("0.1234", 1.0, "is of a type that is not expected"),
    ("0.1234", "adam", "is another text than expected"),
    (1.5, "adam", "is of a type that is not expected"),
    (True, False, "is a wrong truth value"),
    (0, False, "is of a type that is not expected"),
    (None, 1.0, "is None: is a return missing?"),
    ([[1], [1, 2]], np.zeros(2), "is ragged: its rows have different lengths"),
    (np.zeros(2), np.zeros(2, np.float32), "has another dtype than float32, which float32 inputs should give"),
    (np.nan, 1.0, "holds nan or inf"),
    (1.0, np.inf, "is finite where it should not be"),
]


@pytest.mark.parametrize(("got", "expected", "words"), DIFFERENCES)
def test_every_kind_of_difference_has_words_of_its_own(got: Any, expected: Any, words: str) -> None:
    problem = difference(got, expected, 1e-9, 0)
    assert problem is not None
    assert kind_of(problem) == words


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("raised ZeroDivisionError: 0.123", "your function raised ZeroDivisionError"),
        ("raised LinAlgError: 0.123", "your function raised LinAlgError"),
        ("raised x0_123: 1", "your function raised an error"), ("raised print: 1", "your function raised an error"),
        ("raised TimeoutError: did not …", "your function did not finish in time: does a loop never end?"),
        ("should have raised an error", "your function should have raised an error"),
        ("is '0.123' in part 1", "is another text than expected"), ("is 0.123 in m", "is not what is expected"),
        ("something new: 0.123", "is not what is expected"), ("", "is not what is expected"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_not_repeated(problem: str, words: str) -> None:
    assert kind_of(problem, ("m",)) == words


def test_parts_are_called_by_the_names_that_the_question_gives_them() -> None:
    answer = Answer(STEP, 0, 3, "adam_step is off by up to 0.123 in m", groups={"a": True, "b": False})
    assert said(answer, find(STEP)) == "In “b” your result is far off, in m."


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("there is no adam_step in the notebook", "There is no adam_step in the notebook."),
        ("adam_step is not a function", "Adam_step is not a function."),
        ("adam_step: it did not finish in time", "Adam_step: it did not finish in time."),
        (
            "adam_step: its answer could not be read: unknown kind '0.12345'",
            "Your answer could not be tried: its process sent something that is no answer.",
        ),
        (WAITS, "A human reads this answer and gives the points."),
    ],
)  # fmt: skip
def test_why_an_answer_could_not_be_tried(problem: str, words: str) -> None:
    assert said(Answer(STEP, 0, 3, problem), find(STEP)) == words


def test_a_question_that_judges_in_its_own_words_is_quoted() -> None:
    question = next(q for q in questions("ch09").values() if q.accepts)
    answer = Answer(question.id, 0, 1, f"{question.name} must be a number in [0, 1)", groups={"value": False})
    assert said(answer, question) == "Your answer must be a number in [0, 1)."
    raised = Answer(question.id, 0, 1, f"{question.name} cannot be used: ValueError: 0.123", groups={"value": False})
    assert said(raised, question) == "Your answer cannot be used."


# the page -----------------------------------------------------------------------------------------------------------

ANSWERS = (
    Answer(STEP, 0, 3, "adam_step is off", "one_beta", "You use β₁ for both.", {"step 1": False, "later": True}),
    Answer(RUN, 1, 3, "adam_run raised ValueError: 0.1234", groups={"a layer": True, "one step": False}),
    Answer("ch09.reddi", 2, 2, groups={"value": True}),
)
MADE = record("ada", answers=ANSWERS, errors=((7, "NameError", "name 'x' is not defined"),), attempt=2)


def test_the_page_says_score_mistake_groups_errors_and_rules() -> None:
    rules = Rules(overrides={("ada", "ch09"): (Override("ada", "ch09", RUN, 2, "nearly", 2),)})
    text = read(html(MADE, unreadable("ada", "ch05"), rules=rules)).text
    for part in (
        "09 Adam", "4 of 20 points", "You use β₁ for both.", "Right: later. Wrong: step 1.",
        "In “one step” your function raised ValueError.", "Points given by hand: nearly",
        f"{RUN}: 2 points were given by hand: nearly", "Cell 7: NameError: name 'x' is not defined",
        "05 Gradient descent", "No points yet: could not be read", "This is not a 0.", "right", "not right",
    ):  # fmt: skip
        assert part in text, part
    assert "0.1234" not in text


def test_the_page_tells_lateness_and_extensions() -> None:
    from datetime import UTC, datetime

    until = datetime(2026, 11, 10, tzinfo=UTC)
    rules = Rules({"ch09": until}, 10, extensions={("ada", "ch09"): Extension("ada", "ch09", until, "was ill", 2)})
    text = read(html(record(handed_in="2026-11-11T00:00:01+00:00"), rules=rules)).text
    assert "You had until 2026-11-10 00:00 +0000: was ill" in text
    assert "2 days late" in text
    assert "4 points taken off" in text


def test_what_the_submission_printed_is_not_quoted() -> None:
    broken = unreadable("ada", status="could not be run", message="The process ended before judging: 0.1234")
    assert "0.1234" not in html(broken)


NASTY = "<script>alert(1)</script><img src=x onerror=alert(1)> \" ' & \udcff {{ 7 * 7 }}"


def test_names_and_messages_are_text_and_nothing_else() -> None:
    rules = Rules(overrides={(NASTY, "ch09"): (Override(NASTY, "ch09", STEP, 1, NASTY, 2),)})
    text = html(record(NASTY, notebook=NASTY, answers=ANSWERS, errors=((1, NASTY, NASTY),)), rules=rules)
    is_accessible_and_offline(text)
    assert "{{ 7 * 7 }}" in text


def test_the_page_opens_offline_and_is_accessible() -> None:
    is_accessible_and_offline(html(MADE, unreadable("ada", "ch05"), record("ada", "")))


def test_every_color_of_text_has_the_contrast_that_wcag_asks_for() -> None:
    found = contrasts(page("style.css"))
    assert len(found) == 24
    assert {name: ratio for name, ratio in found.items() if ratio < 4.5} == {}


def test_there_is_one_page_for_each_student_and_none_for_others(tmp_path: Path) -> None:
    names = ["ada", "Ada", "../x", "李雷", "李蕾"]
    write_feedback(tmp_path, grades([*map(record, names), record("ada", "ch05")], Rules()))
    assert len(list((tmp_path / "feedback").iterdir())) == 5
    assert [path.name for path in tmp_path.iterdir()] == ["feedback"]
    write_feedback(tmp_path, grades([record("ada")], Rules()))
    assert [path.name for path in (tmp_path / "feedback").iterdir()] == ["ada.html"]
