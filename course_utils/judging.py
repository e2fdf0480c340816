"""Try an answer on a question's probes and compare: the same for the learner's check and the grader."""

from __future__ import annotations

import _thread
import copy
import re
import signal
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.compare import Raised, difference
from course_utils.questions import Probe, Question
from course_utils.recorded import Recorded

PUBLIC_SEED = 0
"""The learner's probes are drawn with this seed; the grader's with others."""

SECONDS = 2.0
"""Time limit of one probe; the references take milliseconds."""

VALUE = "value"

Row = tuple[str, str, Any]
"""Of one probe: its group, the input in words, the result."""

KEPT = 4096
"""Results of our own answers that are kept, the latest used; a chapter has about a hundred, of some kilobytes each."""


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

    before = signal.signal(signal.SIGINT, signal.default_int_handler)     # a process in the background may ignore it
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
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)


class Impure(Exception):
    """The answer changed one of its inputs."""


def judge(question: Question, answer: Any, seed: int = PUBLIC_SEED) -> Judgement:
    """Hold ``answer`` to the reference, and to the other right answers, on the probes of ``seed``."""
    if not question.is_function:
        return _judge_value(question, answer)
    results = _results(question, answer, seed)
    best: Judgement | None = None
    for name, right in {"": question.reference, **question.also_right}.items():
        expected = _known(question, right, seed)
        pairs = zip(results, expected, strict=True)
        judgement = Judgement([_finding(question, got, want) for got, want in pairs], name)
        if judgement.passed:
            return judgement
        if best is None or judgement.share > best.share:
            best = judgement
    assert best is not None
    return best


def run(question: Question, answer: Callable[..., Any], seed: int) -> list[Row]:
    """(group, input in words, result) for every probe, on inputs made afresh."""
    shown = [(group, probe.shown(question.signature)) for group, probe in _drawn(question, seed)]
    return [(*words, result) for words, result in zip(shown, _results(question, answer, seed), strict=True)]


def known_mistake(
    question: Question, answer: Any, seed: int = PUBLIC_SEED, judgement: Judgement | None = None
) -> Any:
    """The :class:`WrongAnswer` whose results equal the answer's on every probe, or None.

    With the answer's ``judgement`` on the same seed its results are taken from there, and it is not run again.
    """
    if not question.is_function:
        return _known_value(question, answer)
    results = [f.result for f in judgement.findings] if judgement else _results(question, answer, seed)
    for wrong in question.wrong_answers:
        theirs = _known(question, wrong.answer, seed)
        if all(
            difference(mine, known, question.rtol, question.atol) is None
            for mine, (*_, known) in zip(results, theirs, strict=True)
        ):
            return wrong
    return None


def _drawn(question: Question, seed: int) -> list[tuple[str, Probe]]:
    """(group, probe), drawn anew: no two answers share an array that one of them could change."""
    assert question.probes is not None, f"{question.id} has no probes"
    groups = question.probes(np.random.default_rng(seed))
    return [(group, probe) for group, members in groups.items() for probe in members]


def _results(question: Question, answer: Callable[..., Any], seed: int) -> list[Any]:
    """The answer's result on every probe, on inputs made afresh.

    An answer that is elsewhere has ``try_on(probe, own)``, limits itself and shares no memory with us.
    """
    if isinstance(answer, Recorded):
        return answer.results
    own = [name in question.owned for name in question.arguments]
    try_on = getattr(answer, "try_on", None)
    probes = _drawn_once(question, seed) if try_on else [probe for _, probe in _drawn(question, seed)]
    limit = nullcontext if try_on else limited
    call = watched(answer, own, keeps=not try_on)
    results = []
    for probe in probes:
        try:
            with np.errstate(all="ignore"), limit(SECONDS):
                results.append(try_on(probe, own) if try_on and probe.travels else probe.run(call))
        except Exception as error:
            results.append(Raised(error))
    return results


def _drawn_once(question: Question, seed: int) -> list[Probe]:
    """Probes for answers that share no memory with us; drawn anew where one of them does not travel."""
    def compute() -> list[Probe]:
        return [probe for _, probe in _drawn(question, seed)]

    def lasts(probes: list[Probe]) -> bool:
        return all(probe.travels for probe in probes)

    found: list[Probe] = _once(("probes", id(question), seed), question, compute, lasts)
    return found


_kept: OrderedDict[tuple[object, ...], tuple[object, Any]] = OrderedDict()
_keeping = threading.Lock()


def _once(key: tuple[object, ...], of: object, compute: Callable[[], Any], lasts: Callable[[Any], bool]) -> Any:
    """What ``compute`` returns, once in a process where that ``lasts``; ``of`` is kept, so its id is not used again."""
    with _keeping:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key][1]
    found = compute()
    if lasts(found):
        with _keeping:
            _kept[key] = of, found
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
    return found


def _known(question: Question, answer: Callable[..., Any], seed: int) -> list[Row]:
    """:func:`run` for an answer of our own, whose rows do not depend on what they are held to.

    Their arrays can only be read. Rows with a ``TimeoutError`` do not last: the machine may have been busy.
    """
    def compute() -> list[Row]:
        return [(group, shown, _frozen(result)) for group, shown, result in run(question, answer, seed)]

    def lasts(rows: list[Row]) -> bool:
        return not any(isinstance(r, Raised) and isinstance(r.error, TimeoutError) for *_, r in rows)

    found: list[Row] = _once((id(question), id(answer), seed), (question, answer), compute, lasts)
    return found


def _frozen(result: Any) -> Any:
    """A copy whose arrays can only be read; an error without the frames it came through."""
    if isinstance(result, Raised):
        result.error.__traceback__ = result.error.__context__ = result.error.__cause__ = None
        return result
    result = copy.deepcopy(result)
    for array in _arrays(result):
        array.flags.writeable = False
    return result


def _finding(question: Question, got: Any, want: Row) -> Finding:
    group, shown, expected = want
    problem = difference(got, expected, question.rtol, question.atol)
    for place, name in enumerate(question.parts if problem and isinstance(got, tuple) else (), 1):
        problem = re.sub(rf"(in|of) part {place}$", rf"\1 {name}", str(problem))
    return Finding(group, shown, got, problem)


def watched(answer: Callable[..., Any], own: Sequence[bool], keeps: bool = True) -> Callable[..., Any]:
    """``answer``, with an error if it changes an array that it was given and does not ``own``.

    ``keeps``  whether it could later change what it returned: then that is copied.
    """
    def call(*args: Any) -> Any:
        given = _arrays([value for owned, value in zip(own, args, strict=False) if not owned])
        before = [array.copy() for array in given]
        result = answer(*args)
        if not all(map(_equal, before, given)):
            raise Impure(
                "an input was changed in place: whoever called still holds that array. "
                "Try `theta = theta - ...` in place of `theta -= ...`"
            )
        return copy.deepcopy(result) if keeps else result

    return call


def _equal(old: NDArray[Any], now: NDArray[Any]) -> bool:
    """Equal entries, nan to nan; equal bytes say so at once."""
    if old.shape == now.shape and not now.dtype.hasobject and old.tobytes() == now.tobytes():
        return True
    return np.array_equal(old, now, equal_nan=True)


def _arrays(value: Any) -> list[NDArray[Any]]:
    """All arrays in nested lists, tuples and dicts."""
    if isinstance(value, np.ndarray):
        return [value]
    found: list[NDArray[Any]] = []
    if isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            if type(part) not in (float, int):
                found += _arrays(part)
    return found


def _judge_value(question: Question, answer: Any) -> Judgement:
    if question.accepts is not None:
        return Judgement([Finding(VALUE, "", answer, _accepted(question, answer))])
    rights = {"": question.reference, **question.also_right}
    judgements = [Judgement(_value_findings(question, answer, right), name) for name, right in rights.items()]
    return max(judgements, key=lambda judgement: judgement.share)                  # the first of equals


def _value_findings(question: Question, answer: Any, right: Any) -> list[Finding]:
    """One finding, or one for each entry of a mapping."""

    def problem_with(got: Any, wanted: Any) -> str | None:
        problem = difference(got, wanted, question.rtol, question.atol)
        if problem and question.offered and isinstance(got, str) and got.strip().lower() not in question.offered:
            return f"is {got!r}. On offer are " + ", ".join(map(repr, question.offered))
        return problem

    if isinstance(right, Mapping) and isinstance(answer, Mapping):
        return [
            Finding(str(key), repr(key), answer.get(key), problem_with(answer.get(key), wanted))
            for key, wanted in right.items()
        ]
    return [Finding(VALUE, "", answer, problem_with(answer, right))]


def _accepted(question: Question, answer: Any) -> str | None:
    """What is wrong with a value, or None; for numbers and short texts, which many hand in, looked at once."""
    assert question.accepts is not None
    accepts = question.accepts

    def compute() -> str | None:
        try:
            return accepts(answer)
        except Exception as error:
            return f"cannot be used: {Raised(error)!r}"

    if type(answer) not in (bool, int, float, str) or len(shown := repr(answer)) > 100:
        return compute()
    told: str | None = _once((id(question), type(answer), shown), question, compute, lambda _: True)
    return told


def _known_value(question: Question, answer: Any) -> Any:
    """A wrong answer to a question with several entries may name only some of them."""
    for wrong in question.wrong_answers:
        mine = answer
        if isinstance(wrong.answer, Mapping) and isinstance(answer, Mapping):
            mine = {key: answer.get(key) for key in wrong.answer}
        if difference(mine, wrong.answer, question.rtol, question.atol) is None:
            return wrong.told_to(mine)
    return None
