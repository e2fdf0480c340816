"""Try an answer on a question's probes and compare: the same for the learner's check and the grader."""

from __future__ import annotations

import _thread
import copy
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.compare import Raised, difference
from course_utils.questions import Question

PUBLIC_SEED = 0
"""The learner's probes are drawn with this seed; the grader's with others."""

SECONDS = 2.0
"""Time limit of one probe; the references take milliseconds."""

VALUE = "value"


@dataclass(frozen=True)
class Finding:
    """What one probe showed: ``problem`` is None where the answer is right."""

    group: str
    shown: str
    result: Any
    problem: str | None


@dataclass(frozen=True)
class Judgement:
    """All findings on one answer, in the order of the probes."""

    findings: Sequence[Finding]
    recognized_as: str = ""

    @property
    def share(self) -> float:
        """Share of the probe groups in which every probe passed."""
        groups: dict[str, bool] = {}
        for f in self.findings:
            groups[f.group] = groups.get(f.group, True) and f.problem is None
        return sum(groups.values()) / len(groups)

    @property
    def passed(self) -> bool:
        return all(f.problem is None for f in self.findings)

    @property
    def first_problem(self) -> Finding | None:
        return next((f for f in self.findings if f.problem), None)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Turn work that lasts longer than ``seconds`` into a ``TimeoutError``; only the main thread can be limited."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    late = threading.Event()

    def stop() -> None:
        late.set()
        _thread.interrupt_main()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        yield
    except KeyboardInterrupt:
        if late.is_set():
            raise TimeoutError(f"did not finish within {seconds:g} s: does a loop never end?") from None
        raise
    finally:
        timer.cancel()


class Impure(Exception):
    """The answer changed one of its inputs."""


def judge(question: Question, answer: Any, seed: int = PUBLIC_SEED) -> Judgement:
    """Hold ``answer`` to the reference, and to the other right answers, on the probes of ``seed``."""
    if not question.is_function:
        return _judge_value(question, answer)
    results = run(question, answer, seed)
    best: Judgement | None = None
    for name, right in {"": question.reference, **question.also_right}.items():
        expected = run(question, right, seed)
        pairs = zip(results, expected, strict=True)
        judgement = Judgement([_finding(question, got, want) for got, want in pairs], name)
        if judgement.passed:
            return judgement
        if best is None or judgement.share > best.share:
            best = judgement
    assert best is not None
    return best


def run(question: Question, answer: Callable[..., Any], seed: int) -> list[tuple[str, str, Any]]:
    """(group, input in words, result) for every probe, on inputs made afresh."""
    assert question.probes is not None, f"{question.id} has no probes"
    probes = question.probes(np.random.default_rng(seed))
    rows = []
    for group, members in probes.items():
        for probe in members:
            shown = probe.shown(question.signature)
            try:
                with np.errstate(all="ignore"), limited(SECONDS):
                    result = probe.run(_watched(question, answer))
            except Exception as error:
                result = Raised(error)
            rows.append((group, shown, result))
    return rows


def known_mistake(question: Question, answer: Any, seed: int = PUBLIC_SEED) -> Any:
    """The :class:`WrongAnswer` whose results equal the answer's on every probe, or None."""
    if not question.is_function:
        return _known_value(question, answer)
    results = run(question, answer, seed)
    for wrong in question.wrong_answers:
        theirs = run(question, wrong.answer, seed)
        if all(
            difference(mine, known, question.rtol, question.atol) is None
            for (*_, mine), (*_, known) in zip(results, theirs, strict=True)
        ):
            return wrong
    return None


def _finding(question: Question, got: tuple[str, str, Any], want: tuple[str, str, Any]) -> Finding:
    group, shown, result = got
    problem = difference(result, want[2], question.rtol, question.atol)
    for place, name in enumerate(question.parts if problem and isinstance(result, tuple) else (), 1):
        problem = str(problem).replace(f"in part {place}", f"in {name}")
    return Finding(group, shown, result, problem)


def _watched(question: Question, answer: Callable[..., Any]) -> Callable[..., Any]:
    """``answer``, with an error if it changes an array that it was given and does not own."""

    def call(*args: Any) -> Any:
        pairs = zip(question.arguments, args, strict=False)
        given = list(_arrays([value for name, value in pairs if name not in question.owned]))
        before = [array.copy() for array in given]
        result = answer(*args)
        for old, now in zip(before, given, strict=True):
            if not np.array_equal(old, now, equal_nan=True):
                raise Impure(
                    "an input was changed in place: whoever called still holds that array. "
                    "Try `theta = theta - ...` in place of `theta -= ...`"
                )
        return copy.deepcopy(result)

    return call


def _arrays(value: Any) -> Iterator[NDArray[Any]]:
    """All arrays in nested lists, tuples and dicts."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _arrays(part)
    elif isinstance(value, dict):
        yield from _arrays(list(value.values()))


def _judge_value(question: Question, answer: Any) -> Judgement:
    def problem_with(got: Any, right: Any) -> str | None:
        return difference(got, right, question.rtol, question.atol)

    if question.accepts is not None:
        try:
            problem = question.accepts(answer)
        except Exception as error:
            problem = f"cannot be used: {Raised(error)!r}"
        return Judgement([Finding(VALUE, "", answer, problem)])
    if isinstance(question.reference, Mapping) and isinstance(answer, Mapping):
        return Judgement(
            [
                Finding(str(key), repr(key), answer.get(key), problem_with(answer.get(key), right))
                for key, right in question.reference.items()
            ]
        )
    return Judgement([Finding(VALUE, "", answer, problem_with(answer, question.reference))])


def _known_value(question: Question, answer: Any) -> Any:
    """A wrong answer to a question with several entries may name only some of them."""
    for wrong in question.wrong_answers:
        mine = answer
        if isinstance(wrong.answer, Mapping) and isinstance(answer, Mapping):
            mine = {key: answer.get(key) for key in wrong.answer}
        if difference(mine, wrong.answer, question.rtol, question.atol) is None:
            return wrong
    return None
