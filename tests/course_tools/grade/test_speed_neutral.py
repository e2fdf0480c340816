"""What makes grading fast changes no verdict: kept results, borrowed objectives, one run of each answer."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from course_tools.grade.inside import library, seccomp, wire
from course_tools.grade.jail import Jail, Limits
from course_tools.grade.remote import Session
from course_tools.grade.trusted import judge_submission
from course_utils import judging
from course_utils.check import chapters, questions
from course_utils.drives import Walk
from course_utils.judging import judge, known_mistake
from course_utils.objectives import LinearRegression, Quadratic, Rosenbrock
from course_utils.optimizers import Adam
from course_utils.questions import Probe, Question, WrongAnswer


class Counted:
    """A function that counts its calls."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.calls = function, 0

    def __call__(self, *args: Any) -> Any:
        self.calls += 1
        return self.function(*args)


def asked(reference: Any, wrong: Any = None, owned: tuple[str, ...] = ()) -> Question:
    """Double an array; two groups of one probe."""

    def probes(rng: np.random.Generator) -> dict[str, list[Probe]]:
        return {"small": [Probe((rng.normal(size=2),))], "large": [Probe((rng.normal(size=50),))]}

    mistakes = [WrongAnswer("tripled", wrong, "It is three times as much.")] if wrong else []
    return Question("t.double", 2, "double(x)", reference, probes, wrong_answers=mistakes, owned=owned)


def test_our_own_answers_run_once_for_each_seed_and_the_learners_each_time() -> None:
    ours, wrong, theirs = Counted(lambda x: 2 * x), Counted(lambda x: 3 * x), Counted(lambda x: 3 * x)
    question = asked(ours, wrong)
    for seed in (1, 1, 2):
        judgement = judge(question, theirs, seed)
        assert judgement.share == 0
        assert known_mistake(question, theirs, seed, judgement).name == "tripled"
    assert (ours.calls, wrong.calls, theirs.calls) == (4, 4, 6)


def test_kept_results_cannot_be_changed_by_whoever_holds_them() -> None:
    question = asked(lambda x: 2 * x)
    assert judge(question, lambda x: 2 * x, 1).passed
    kept = judging._known(question, question.reference, 1)
    with pytest.raises(ValueError, match="read-only"):
        kept[0][-1][:] = 0
    assert judge(question, lambda x: 2 * x, 1).passed


def test_an_answer_that_changes_its_input_spoils_nothing_for_the_next() -> None:
    question = asked(lambda x: 2 * x)

    def spoils(x: Any) -> Any:
        x *= 2
        return x

    for _ in range(2):
        assert "changed in place" in str(judge(question, spoils, 1).first_problem)
        assert judge(question, lambda x: 2 * x, 1).passed


def test_a_reference_that_changes_what_it_owns_gives_the_same_each_time() -> None:
    def doubles(x: Any) -> Any:
        x *= 2
        return x

    question = asked(doubles, owned=("x",))
    for _ in range(3):
        assert judge(question, lambda x: 2 * x, 1).passed
        assert judge(question, doubles, 1).passed


def test_a_result_that_came_too_late_once_is_computed_again() -> None:
    def late(x: Any) -> Any:
        if slow.calls <= 2:
            raise TimeoutError
        return 2 * x

    slow = Counted(late)
    question = asked(slow)
    assert not judge(question, lambda x: 2 * x, 1).passed
    assert judge(question, lambda x: 2 * x, 1).passed


def test_two_questions_and_two_answers_are_never_confused() -> None:
    def one(factor: int) -> None:                                       # ids are used again when things are gone
        question = asked(lambda x: factor * x)
        assert judge(question, lambda x: factor * x, 1).passed
        assert not judge(question, lambda x: -factor * x, 1).passed

    for factor in range(1, 40):
        one(factor)


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "KEPT", 5)
    question = asked(lambda x: 2 * x)
    for seed in range(20):
        assert judge(question, lambda x: 2 * x, seed).passed
    assert len(judging._kept) <= 5


def test_threads_that_judge_at_once_agree() -> None:
    question, verdicts = asked(lambda x: 2 * x, lambda x: 3 * x), []

    def one() -> None:
        for seed in range(30):
            verdicts.append([judge(question, lambda x, f=f: f * x, seed).passed for f in (2, 3)])

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verdicts == [[True, False]] * 120


def test_a_value_with_many_right_answers_is_looked_at_once_for_each_value() -> None:
    looked = Counted(lambda value: None if value > 0 else "is not positive")
    question = Question("t.beta", 1, "beta", 0.5, accepts=looked)
    said = [judge(question, value).passed for value in (1.0, 1.0, -1.0, 1, True, np.float64(1.0), -0.0, 0.0)]
    assert said == [True, True, False, True, True, True, False, False]
    assert looked.calls == 7
    assert "cannot be used: TypeError" in str(judge(question, "x").first_problem)


LENT = [
    Quadratic([1.0, 10.0], angle=0.3), Rosenbrock(), Quadratic(np.array([2.0, 3.0, 4.0])),
    LinearRegression(np.arange(6.0).reshape(3, 2), np.ones(3)), Adam(lr=0.1),
]  # fmt: skip


def test_what_a_chapter_gives_arrives_too_and_nothing_else_of_it() -> None:
    from chapters.ch09_adam.given import Bowls

    assert library.parts(Bowls([np.ones(2)])) == ["given.ch09_adam", "Bowls", {"curvatures": [pytest.approx(1)]}, None]
    assert library.place_inside("chapters.ch09_adam.questions") is None
    assert library.place_inside("chapters.ch09_adam.given.questions") is None


def through(value: Any, borrow: bool = True) -> Any:
    """Across the wall, from the grader into the jail."""
    packed = wire.pack({"value": value}, lambda _: 7, lend=True)
    text, _ = wire.sizes(packed[: wire.HEAD.size])
    rest = packed[wire.HEAD.size :]
    return wire.unpack(rest[:text], rest[text:], borrow=borrow)["value"]


@pytest.mark.parametrize("thing", LENT, ids=lambda thing: type(thing).__name__)
def test_a_thing_of_the_library_arrives_as_itself(thing: Any) -> None:
    found = through(thing)
    assert type(found) is type(thing)
    if isinstance(thing, Adam):
        assert found == thing
    else:
        point = np.full(thing.size, 0.7)
        (loss, gradient), (there, beyond) = thing.value_and_grad(point), through(thing.value_and_grad)(point)
        assert loss == there
        np.testing.assert_array_equal(gradient, beyond)


def test_a_borrowed_method_does_not_show_its_objective() -> None:
    borrowed = through(Quadratic([1.0]).value_and_grad)
    assert borrowed.__name__ == "value_and_grad"
    assert not hasattr(borrowed, "__self__")


def test_what_is_no_plain_thing_of_the_library_stays_here() -> None:
    class Mine(Quadratic):
        pass

    for thing in (Mine([1.0]), Mine([1.0]).grad, lambda x: x, Adam(lr=lambda t: 0.1), np.sin):
        assert library.parts(thing) is None
        assert isinstance(through(thing), wire.Ticket)


def test_a_submission_lends_nothing() -> None:
    with pytest.raises(wire.Broken, match="unknown kind 'lent'"):
        through(Quadratic([1.0]), borrow=False)


@pytest.fixture(scope="module")
def jail(needs_bwrap: list[str]) -> Iterator[Jail]:
    with Jail(Limits(cell=2.0, question=8.0, submission=20.0)) as made:
        yield made


def test_an_answer_sees_the_same_objective_in_the_jail_as_at_home(jail: Jail) -> None:
    code = "def end(f, x):\n    for _ in range(50):\n        x = x - 0.1 * f(x)[1]\n    return f(x)[0], x"
    names: dict[str, Any] = {}
    exec(code, names)
    bowl, valley = Quadratic([1.0, 3.0]), Rosenbrock()
    probes = {"all": [Probe((f.value_and_grad, np.array([0.3, 0.2]))) for f in (bowl, valley)]}
    question = Question("t.end", 1, "end(f, x)", names["end"], lambda rng: probes, rtol=0, atol=0)
    assert judge_submission(jail, [(1, code)], [question], 1).answers[0].points == 1


def test_an_answer_gets_what_its_chapter_gives_without_calling_back(
    jail: Jail, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chapters.ch09_adam.given import Bowls

    monkeypatch.setattr("course_tools.grade.remote.CALLBACKS", 0)
    code = "def end(f, x):\n    return [f([x])[0] for _ in range(5)][-1]"
    names: dict[str, Any] = {}
    exec(code, names)
    for given, points in ((Bowls([np.full(2, 3.0)]), 1), (lambda params: [3 * params[0]], 0)):
        probes = {"all": [Probe((given, np.array([0.3, 0.2])))]}
        question = Question("t.end", 1, "end(f, x)", names["end"], lambda rng, probes=probes: probes)
        assert judge_submission(jail, [(1, code)], [question], 1).answers[0].points == points


WALKED = {
    "right": "def step(theta, g, m, t, lr):\n    m = 0.9 * m + g\n    return theta - lr * m / t, m",
    "changes theta": "def step(theta, g, m, t, lr):\n    theta -= lr * g\n    return theta, m",
    "changes m": "def step(theta, g, m, t, lr):\n    m *= 0.9\n    m += g\n    return theta - lr * m / t, m",
    "shares its result": """
kept = []
def step(theta, g, m, t, lr):
    m = 0.9 * m + g
    if not kept:
        kept.append(theta.copy())
    kept[0] -= lr * m / t
    return kept[0], m
""",
    "forgets a part": "def step(theta, g, m, t, lr):\n    return (theta - lr * g,)",
    "returns an array": "def step(theta, g, m, t, lr):\n    return theta - lr * g",
    "returns None": "def step(theta, g, m, t, lr):\n    pass",
    "raises": "def step(theta, g, m, t, lr):\n    raise KeyError('m')",
    "own error": "class Odd(Exception): pass\ndef step(theta, g, m, t, lr):\n    raise Odd('so')",
    "divides by zero": "import numpy as np\ndef step(theta, g, m, t, lr):\n    return theta / np.zeros(2), m",
}
"""Answers to a question whose only probe is a walk."""


@pytest.mark.parametrize("owned", [(), ("m",)], ids=["owns nothing", "owns m"])
@pytest.mark.parametrize("name", WALKED)
def test_a_walk_in_the_jail_says_what_it_says_at_home(jail: Jail, name: str, owned: tuple[str, ...]) -> None:
    at_home: dict[str, Any] = {}
    exec(WALKED["right"], right := {})
    exec(WALKED[name], at_home)
    walk = Walk(np.arange(6.0).reshape(3, 2), np.ones(2), (0.1,))
    question = Question(
        "t.step", 1, "step(theta, g, m, t, lr)", right["step"], lambda rng: {"all": [Probe(drive=walk)]}, owned=owned
    )
    here = judge(question, at_home["step"], 1).first_problem
    (there,) = judge_submission(jail, [(1, WALKED[name])], [question], 1).answers
    assert there.problem == (f"step {here.problem}" if here else "")
    assert there.points == (0 if here else 1)


def test_a_walk_is_one_trip_and_a_loop_in_it_ends_in_time(jail: Jail, monkeypatch: pytest.MonkeyPatch) -> None:
    sent, ask = list[Any](), Session._ask

    def counted(self: Session, request: Any, *args: Any, **plain: Any) -> dict[str, Any]:
        sent.append(plain.get("name"))
        return ask(self, request, *args, **plain)

    monkeypatch.setattr(Session, "_ask", counted)
    code = f"{WALKED['right']}\ndef stuck(theta, g, m, t, lr):\n    while True: pass"
    exec(code, names := {})
    walk = Walk(np.ones((30, 2)), np.ones(2), (0.1,))
    questions = [
        Question(f"t.{name}", 1, f"{name}(theta, g, m, t, lr)", names["step"], lambda rng: {"all": [Probe(drive=walk)]})
        for name in ("step", "stuck")
    ]
    good, stuck = judge_submission(jail, [(1, code)], questions, 1).answers
    assert (good.points, stuck.points) == (1, 0)
    assert "did not finish within 2 s" in stuck.problem
    assert sent == [None, "step", "stuck"]                               # the cells, and one trip for each walk


def test_every_probe_that_says_so_can_travel() -> None:
    probes = [
        probe for chapter in chapters() for question in questions(chapter).values() if question.is_function
        for _, probe in judging._drawn(question, 1) if probe.travels
    ]  # fmt: skip
    assert sum(probe.drive is not None for probe in probes) > 30
    for probe in probes:
        wire.body({"args": list(probe.args), "drive": probe.drive}, lend=True)  # nothing has to stay here


def test_a_function_that_may_remember_does_not_travel_and_is_made_anew_for_each_answer(jail: Jail) -> None:
    def counts() -> Callable[[], int]:
        calls: list[int] = []
        return lambda: calls.append(1) or len(calls)  # type: ignore[func-returns-value]

    question = Question("t.first", 1, "first(f)", lambda f: f(), lambda rng: {"all": [Probe((counts(),))]})
    assert not Probe(([counts()],)).travels
    assert not Probe(drive=lambda answer: answer(1)).travels
    assert Probe((Quadratic([1.0]).value_and_grad, {"a": np.ones(2)})).travels
    for _ in range(3):
        assert judge_submission(jail, [(1, "first = lambda f: f()")], [question], 1).answers[0].points == 1


def test_an_answer_that_was_late_is_given_less_time_and_the_rest_of_its_points(jail: Jail) -> None:
    code = "import time\ndef double(x):\n    if len(x) == 2: time.sleep(60)\n    return 2 * x"
    probes = {"small": [Probe((np.ones(2),))] * 6, "large": [Probe((np.ones(50),))]}
    question = Question("t.double", 2, "double(x)", lambda x: 2 * x, lambda rng: probes)
    (answer,) = judge_submission(jail, [(1, code)], [question], 1).answers      # six times 2 s are more than it may use
    assert answer.points == 1
    assert answer.problem == "double raised TimeoutError: did not finish within 2 s: does a loop never end?"


def test_the_filter_that_is_made_ahead_is_the_one_for_this_process() -> None:
    doors = seccomp.Filter()
    assert len(doors.places) == len(seccomp.TO_ITSELF)
    for pid in (1, os.getpid(), 2**22 - 1):
        assert doors.code_for(pid) == seccomp.program(os.uname().machine, pid)
