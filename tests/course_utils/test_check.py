"""The verdict: messages, purity, time limit, progress."""

from __future__ import annotations

import re
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from course_utils import progress
from course_utils.check import check, find
from course_utils.judging import judge, limited
from course_utils.questions import Question


def _gd(f_grad, x0, lr, steps):
    x, history = np.array(x0, dtype=float), []
    for _ in range(steps + 1):
        history.append(x)
        x = x - lr * f_grad(x)
    return np.array(history)


def test_a_right_answer_gets_all_points() -> None:
    verdict = check("ch05.gd", _gd)
    assert (verdict.passed, verdict.points, verdict.diagnosis) == (True, 3, None)
    assert repr(verdict) == "✓ ch05.gd: 3 of 3 points. Right."


def test_an_unwritten_answer_is_not_called_wrong() -> None:
    def gd(f_grad, x0, lr, steps):
        raise NotImplementedError

    assert check("ch05.gd", gd).message == "Not written yet."
    assert check("ch05.claims", None).message == "Not answered yet."
    assert check("ch05.claims", dict.fromkeys("ABCDEF")).points == 0


def test_a_result_in_place_of_the_function_is_explained() -> None:
    assert check("ch05.gd", np.zeros(3)).message == (
        "Pass the function itself: check('ch05.gd', gd), without calling it."
    )


def test_an_error_names_the_line_it_arose_in() -> None:
    def gd(f_grad, x0, lr, steps):
        return undefined_name  # noqa: F821 - the mistake under test

    told = "raised NameError: name 'undefined_name' is not defined (in `return undefined_name"
    assert told in check("ch05.gd", gd).message


def test_an_unknown_mistake_tells_the_first_difference_but_not_the_answer() -> None:
    def gd(f_grad, x0, lr, steps):
        return _gd(f_grad, x0, lr * 1.01, steps)

    verdict = check("ch05.gd", gd)
    assert verdict.diagnosis is None
    assert verdict.message.startswith("For the ravine 0.1x² + 2y² your result is off by up to")


def test_a_word_that_is_not_on_offer_is_told_the_words() -> None:
    answer = {"1": "b", "2": "a", "3": "c", "4": "(c)", "5": "b"}
    verdict = check("ch04.next_action", answer)
    assert verdict.message == "Your answer for '4' is '(c)'. On offer are 'a', 'b', 'c'."
    assert verdict.points == 1.6


def test_a_value_may_have_another_right_form() -> None:
    right = {"1": "factor", "2": "point", "3": "bits", "4": "seed", "5": "loss", "6": "step"}
    assert check("ch03.next_action", right).passed
    assert check("ch03.next_action", right | {"4": "loss"}).points == round(2 * 5 / 6, 2)


def test_a_part_within_a_part_is_told_from_the_inside_outward() -> None:
    right = find("ch04.mlp_backward").reference

    def mlp_backward(params, X, t, l2=0.0):
        loss, grads = right(params, X, t, l2)
        return loss, [(dW, 3 * db) for dW, db in grads]

    message = check("ch04.mlp_backward", mlp_backward).message
    assert message.endswith("(200 %) in part 2 of part 1 of grads.")


def test_changing_an_input_fails_and_says_so() -> None:
    def adam_step(theta, g, m, v, t, lr, beta1, beta2, eps):
        m *= beta1
        m += (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        return theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v

    verdict = check("ch09.adam_step", adam_step)
    assert not verdict.passed
    assert "changed in place" in verdict.message


def test_float64_results_for_float32_input_fail() -> None:
    right = find("ch09.adam_step").reference

    def adam_step(*args):
        return tuple(np.asarray(part, dtype=np.float64) for part in right(*args))

    assert "float32 is expected for float32 input" in check("ch09.adam_step", adam_step).message


def test_partly_right_earns_the_groups_that_pass() -> None:
    right = find("ch05.gd").reference

    def gd(f_grad, x0, lr, steps):
        return right(f_grad, x0, lr, max(steps, 1))

    verdict = check("ch05.gd", gd)
    assert 0 < verdict.points < 3


def test_an_endless_loop_is_stopped() -> None:
    def gd(f_grad, x0, lr, steps):
        while True:
            pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("course_utils.judging.SECONDS", 0.1)
        began = time.monotonic()
        judgement = judge(find("ch05.gd"), gd)
    assert time.monotonic() - began < 10
    assert "did not finish within" in judgement.first_problem.problem


def busy(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def test_an_endless_loop_is_stopped_where_interrupts_are_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)                 # as in a job of a script, in the background
    try:
        with pytest.raises(TimeoutError), limited(0.1):
            busy(10.0)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_work_within_the_limit_is_left_alone() -> None:
    with limited(5.0):
        pass
    time.sleep(0.01)


def test_an_unknown_id_suggests_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"Did you mean ch09\.adam_step"):
        check("ch09.adamstep", None)


def test_progress_keeps_the_best_result_and_counts_tries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_BUILD")
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "p.json"))
    check("ch00.double", lambda x: 2 * x)
    check("ch00.double", lambda x: x)
    assert progress.load() == {"ch00.double": {"points": 1, "of": 1, "tries": 2}}
    assert re.search(r"^00 start here +██░░░░░░░░  1 of 6 points$", repr(progress.overview()), re.MULTILINE)
    progress.reset()
    assert progress.load() == {}


def test_a_damaged_progress_file_does_not_stop_a_learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_BUILD")
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "p.json"))
    (tmp_path / "p.json").write_text("{half")
    assert check("ch00.double", lambda x: 2 * x).passed
    assert progress.load()["ch00.double"]["points"] == 1


def test_progress_stands_beside_the_chapters_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_BUILD")
    monkeypatch.delenv("COURSE_PROGRESS", raising=False)
    (tmp_path / "chapters").mkdir()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert progress.path() == tmp_path / ".progress.json"


def test_what_a_person_grades_is_not_called_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    essay = Question("ch00.essay", 4, "essay", None, rubric="Two points for the axes, two for the reason.")
    monkeypatch.setattr("course_utils.check.find", lambda _: essay)
    said = "… ch00.essay: A person reads this and gives up to 4 points. Two points for the axes, two for the reason."
    assert repr(check("ch00.essay", "The left axis is …")) == said
    assert repr(check("ch00.essay", None)) == "✗ ch00.essay: 0 of 4 points. Not answered yet."
