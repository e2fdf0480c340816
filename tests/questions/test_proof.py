"""The questions grade: right answers pass, known mistakes fail by name, the untouched sheet scores nothing."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from chapters.ch09_adam.questions import HUNT, suspect
from course_tools.grade.worker import grade, run_cells
from course_tools.proof import PAGE, SEEDS, all_questions, page
from course_utils.check import check, find
from course_utils.judging import PUBLIC_SEED, judge, known_mistake
from course_utils.questions import Question
from tests.questions.natural_mistakes import MISTAKES
from tests.questions.right_answers import RIGHT

ROOT = Path(__file__).parents[2]
QUESTIONS = list(all_questions())
IDS = [q.id for q in QUESTIONS]
WRONG = [(q, w) for q in QUESTIONS for w in q.wrong_answers]
CHAPTERS = sorted(path.stem for path in (ROOT / "exercises").glob("*.ipynb"))


@pytest.mark.parametrize("question", QUESTIONS, ids=IDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_scores_everything(question: Question, seed: int) -> None:
    assert judge(question, question.reference, seed).share == 1.0


@pytest.mark.parametrize(("question", "wrong"), WRONG, ids=[f"{q.id}-{w.name}" for q, w in WRONG])
def test_a_known_mistake_fails_and_is_named(question: Question, wrong: object) -> None:
    for seed in SEEDS:
        judgement = judge(question, wrong.answer, seed)
        assert not judgement.passed
        assert known_mistake(question, wrong.answer, seed, judgement) is wrong
    verdict = check(question.id, wrong.answer)
    assert (verdict.passed, verdict.diagnosis, verdict.message) == (False, wrong.name, wrong.message)


@pytest.mark.parametrize(("id", "name"), MISTAKES, ids=[f"{id}-{name}" for id, name in MISTAKES])
def test_a_mistake_in_a_students_own_words_is_named(id: str, name: str) -> None:
    assert check(id, MISTAKES[id, name]).diagnosis == name


def test_rebinding_the_items_of_a_list_is_no_crime() -> None:
    right = find("ch09.adam_run").reference

    def adam_run(gradient, params, steps, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        params[:] = right(gradient, list(params), steps, lr, beta1, beta2, eps)
        return params

    assert check("ch09.adam_run", adam_run).passed


def test_an_untouched_answer_of_several_entries_is_not_called_wrong() -> None:
    assert check("ch05.conventions", dict.fromkeys(("half_sum", "mean", "half_mean"))).message == "Not answered yet."
    partly = check("ch05.conventions", {"half_sum": 0.0652205, "mean": None, "half_mean": None})
    assert partly.message == "There is no answer for 'mean' yet."


@pytest.mark.parametrize("question", QUESTIONS, ids=IDS)
def test_three_right_answers_in_other_styles_pass(question: Question) -> None:
    assert len(RIGHT[question.id]) >= 3
    for answer in RIGHT[question.id]:
        for seed in SEEDS:
            judgement = judge(question, answer, seed)
            assert judgement.passed, judgement.first_problem
        assert known_mistake(question, answer) is None


@pytest.mark.parametrize("question", QUESTIONS, ids=IDS)
def test_other_forms_are_recognized_by_name(question: Question) -> None:
    for name, answer in question.also_right.items():
        assert judge(question, answer).recognized_as == name
        assert name in check(question.id, answer).message


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_an_untouched_sheet_scores_nothing(chapter: str) -> None:
    found = grade(ROOT / "exercises" / f"{chapter}.ipynb", "ch" + chapter[:2], seed=1)
    points = {answer.question: answer.points for answer in found.answers}
    assert points
    assert sum(points.values()) == 0


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_solutions_score_everything(chapter: str) -> None:
    found = grade(ROOT / "solutions" / f"{chapter}.ipynb", "ch" + chapter[:2], seed=1)
    points = {answer.question: answer.points for answer in found.answers}
    assert points == {id: find(id).points for id in points}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_question_is_asked_with_its_signature(chapter: str) -> None:
    sheet = (ROOT / "exercises" / f"{chapter}.ipynb").read_text(encoding="utf-8").replace('\\"', '"')
    for question in (q for q in QUESTIONS if q.id.startswith("ch" + chapter[:2])):
        assert f'check("{question.id}", {question.name})' in sheet
        if question.is_function:
            assert f"def {question.signature}:" in sheet


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.is_function], ids=lambda q: q.id)
def test_held_back_inputs_differ_from_the_public_ones(question: Question) -> None:
    shown = [repr(_results(question, seed)) for seed in (PUBLIC_SEED, 1)]
    assert shown[0] != shown[1]


def _results(question: Question, seed: int) -> list[object]:
    return [f.result for f in judge(question, question.reference, seed).findings]


@pytest.mark.parametrize("question", QUESTIONS, ids=IDS)
def test_a_message_tells_no_answer(question: Question) -> None:
    if question.is_function:
        verdict = check(question.id, lambda *args, **kwargs: np.full(3, 1e9))
        assert verdict.points == 0
        assert re.search(r"your (result|function)", verdict.message)


def test_the_page_of_the_proof_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_suspects_in_the_text_are_those_of_the_code() -> None:
    text = (ROOT / "chapters" / "ch09_adam" / "exercises.md").read_text(encoding="utf-8")
    for number in HUNT:
        row = " | ".join(f"{x:.6f}" for x in suspect(number))
        assert f"| {number} | {row} |" in text


def test_the_ten_suspects_differ_in_what_is_printed() -> None:
    rows = {tuple(f"{x:.6f}" for x in suspect(number)) for number in HUNT}
    assert len(rows) == len(HUNT)


def test_a_broken_cell_does_not_stop_the_grading(tmp_path: Path) -> None:
    sheet = tmp_path / "05.ipynb"
    cells = ["def gd(", "1/0", "answer = 3"]
    sheet.write_text(
        '{"cells": [' + ",".join(f'{{"cell_type": "code", "source": "{c}"}}' for c in cells) + "]}", encoding="utf-8"
    )
    assert run_cells(sheet)[0]["answer"] == 3
